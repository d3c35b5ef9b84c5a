//! The page of an issued invoice: the paper, what was paid, and what can still be done: pay, print, void, copy.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::records::{Invoice, InvoiceStatus, Payment};
use outpost_core::schema::RecordType;
use outpost_core::totals::PaidState;

use super::actions::{VoidDialog, duplicate};
use super::paper::Paper;
use super::payments::{PaymentDialog, PaymentList};
use super::standing::{paid, standing};
use super::{PATH, SCHEMA};
use crate::components::{Banner, BannerKind, Button, ButtonKind, Glyph, Menu, MenuItem, PageHeader, Tag};
use crate::pages::record::{Links, RecordFacts, keep_item};
use crate::platform::{print, time};
use crate::state::{Desk, Live, added_to, live};
use crate::words::{t, tr};
use leptos_router::hooks::use_navigate;

/// The page.
#[component]
pub(super) fn Document(desk: Desk, record: Signal<Record>) -> Markup {
    let id = record.with_untracked(|record| record.id);
    let invoice = Memo::new(move |_| record.with(|record| Invoice::from_record(record).unwrap_or_default()));
    let payments: Live<Vec<Record>> = live(
        move || desk.version("payment"),
        move |_| {
            let store = desk.store();
            async move { store.children(id, "payment").await.map_err(crate::forms::say) }
        },
    );
    let typed = Memo::new(move |_| {
        let records = payments.value().unwrap_or_default();
        records.iter().filter_map(|record| Payment::from_record(record).ok()).collect::<Vec<Payment>>()
    });
    let stands =
        Memo::new(move |_| invoice.with(|invoice| typed.with(|payments| standing(invoice, payments, time::today()))));
    let paid =
        Memo::new(move |_| invoice.with(|invoice| typed.with(|payments| paid(invoice, payments, time::today()))));
    let is_void = Memo::new(move |_| invoice.with(|invoice| invoice.status == InvoiceStatus::Void));
    let stamp = Signal::derive(move || {
        if is_void.get() {
            return Some((tr("Void").to_owned(), false));
        }
        paid.get().filter(|paid| paid.state == PaidState::Paid).map(|_| (tr("Paid").to_owned(), true))
    });
    let beside = move || {
        let (label, tone) = stands.get();
        view! { <Tag tone>{label}</Tag> }
    };
    let paying = RwSignal::new(false);
    let voiding = RwSignal::new(false);
    let navigate = use_navigate();
    let copy = Callback::new(move |()| {
        let navigate = navigate.clone();
        duplicate(desk, invoice.get_untracked(), move |id| navigate(&format!("{PATH}/{id}"), Default::default()));
    });
    let keep = keep_item(desk, &SCHEMA, record);
    let items = Signal::derive(move || {
        let mut items = vec![MenuItem::new(tr("Duplicate as draft"), move || copy.run(())).icon(Glyph::Copy)];
        items.extend(keep());
        if !is_void.get() {
            items.push(MenuItem::new(tr("Void…"), move || voiding.set(true)).icon(Glyph::Close).danger());
        }
        items
    });
    let number = Memo::new(move |_| invoice.with(|invoice| invoice.number.clone()));
    let buyer = MaybeProp::derive(move || invoice.with(|invoice| Some(invoice.buyer_name.clone())));
    let document = Memo::new(move |_| invoice.with(|invoice| invoice.issued.clone()));
    // What people have added is no part of the document.
    let program = SCHEMA.fields.iter().map(|field| field.name).collect::<Vec<_>>();
    let void_banner = move || {
        let reason = invoice.with(|invoice| invoice.void_reason.clone());
        is_void.get().then(|| {
            view! { <Banner kind=BannerKind::Warn text=t!("This invoice is void: {reason}. It keeps its number.") /> }
        })
    };
    view! {
        <PageHeader title=number subtitle=buyer back=PATH back_label="Invoices" beside>
            <Button icon=Glyph::Print on_click=move |()| print()>
                "Print"
            </Button>
            {move || {
                // Once all is paid it is no longer the thing to do here.
                let kind = match paid.get().map(|paid| paid.open) {
                    Some(1..) => ButtonKind::Primary,
                    _ => ButtonKind::Plain,
                };
                (!is_void.get())
                    .then(|| {
                        view! {
                            <Button kind icon=Glyph::Money on_click=move |()| paying.set(true)>
                                "Record payment"
                            </Button>
                        }
                    })
            }}
            <Menu label="More" items />
        </PageHeader>
        <div class="stack">
            <div class="no-print">{void_banner}</div>
            {move || match document.get() {
                Some(document) => view! { <Paper document stamp /> },
                None => {
                    view! {
                        <Banner
                            kind=BannerKind::Bad
                            text="The document of this invoice cannot be read by this version of Outpost. It is kept as it is; update the app to see it."
                        />
                    }
                }
            }}
            <div class="two no-print sheet-width">
                <PaymentList desk payments paid invoice />
                <div class="stack">
                    <RecordFacts schema=added_to(&SCHEMA) record without=program />
                    <Links desk schema=added_to(&SCHEMA) record />
                </div>
            </div>
        </div>
        <PaymentDialog desk of=id open=paying invoice paid />
        <VoidDialog desk open=voiding invoice id />
    }
}
