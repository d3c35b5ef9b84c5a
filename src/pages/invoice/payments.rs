//! What was paid of an invoice: events, each written once; one entered by mistake is taken out, never changed.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::money::Money;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Invoice, InvoiceStatus, Payment};
use outpost_core::schema::{RecordType, Schema};
use outpost_core::totals::Payments;
use serde_json::json;

use crate::components::{Banner, BannerKind, Dialog, DialogForm, Fact, Facts, Glyph, IconButton, Panel, Toast};
use crate::forms::{FieldInput, FormState, Habits};
use crate::pages::show;
use crate::pages::undo::delete_with_undo;
use crate::platform::{ids, intl, time};
use crate::state::{Desk, Live};
use crate::words::{t, tr};

static SCHEMA: Schema = Payment::SCHEMA;

/// The payments, and what is open.
#[component]
pub(super) fn PaymentList(
    desk: Desk,
    payments: Live<Vec<Record>>,
    paid: Memo<Option<Payments>>,
    invoice: Memo<Invoice>,
) -> Markup {
    let money = move |minor: i64| {
        invoice
            .with(|invoice| invoice.issued.as_ref().map(|document| intl::money(Money::new(minor, document.currency))))
    };
    let sums = move || {
        // Nothing is owed on what is void.
        let owed = invoice.with(|invoice| invoice.status == InvoiceStatus::Issued);
        paid.get().filter(|paid| owed || paid.paid != 0).map(|paid| {
            let (paid, open) = (money(paid.paid), money(paid.open));
            view! {
                <Facts compact=true>
                    <Fact label="Paid so far"><span class="num">{paid}</span></Fact>
                    {owed
                        .then(|| {
                            view! {
                                <Fact label="Still open">
                                    <b class="num">{open}</b>
                                </Fact>
                            }
                        })}
                </Facts>
            }
        })
    };
    let row = move |record: Record| {
        let text = |name: &str| SCHEMA.field(name).map(|field| show::line(field, &record)).unwrap_or_default();
        let (amount, date, method) = (text("amount"), text("date"), text("method"));
        let second = [method, record.text("reference").to_owned()];
        let second = second.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        let (key, name) = (record.key(), t!("{amount} of {date}"));
        let label = t!("Remove the payment of {amount}");
        view! {
            <li class="item plain">
                <div class="item-main">
                    <span class="item-title num">{amount}</span>
                    <span class="item-text">{date} " · " {second}</span>
                </div>
                <IconButton
                    small=true
                    icon=Glyph::Trash
                    label
                    on_click=move |()| delete_with_undo(desk, key.clone(), name.clone(), || ())
                />
            </li>
        }
    };
    let list = move || {
        payments.value().map(|records| match records.is_empty() {
            true => view! { <p class="muted small">"Nothing was paid yet."</p> },
            false => view! { <ul class="list bare">{records.into_iter().map(row).collect::<Vec<_>>()}</ul> },
        })
    };
    view! {
        <Panel title="Payments">
            <div class="stack">{sums} {list}</div>
        </Panel>
    }
}

/// Asks for a payment.
#[component]
pub(super) fn PaymentDialog(
    desk: Desk,
    /// The invoice's id.
    of: RecordId,
    open: RwSignal<bool>,
    invoice: Memo<Invoice>,
    paid: Memo<Option<Payments>>,
) -> Markup {
    view! {
        <Dialog open on_close=move |()| open.set(false) title="Record a payment">
            <PaymentForm desk of open invoice paid />
        </Dialog>
    }
}

#[component]
fn PaymentForm(
    desk: Desk,
    of: RecordId,
    open: RwSignal<bool>,
    invoice: Memo<Invoice>,
    paid: Memo<Option<Payments>>,
) -> Markup {
    let Some(currency) = invoice.with_untracked(|invoice| invoice.issued.as_ref().map(|document| document.currency))
    else {
        return Markup::Empty;
    };
    let open_amount = paid.get_untracked().map_or(0, |paid| paid.open);
    let mut prefill = Patch::from([
        ("date".to_owned(), json!(time::today())),
        ("method".to_owned(), json!(outpost_core::records::PaymentMethod::default())),
    ]);
    if open_amount != 0 {
        prefill.insert("amount".to_owned(), json!(Money::new(open_amount, currency)));
    }
    let habits = Habits { mark: intl::decimal_mark(), currency };
    let form = FormState::new(&SCHEMA, &[], None, &prefill, habits);
    // Made once, so that a double tap makes one payment.
    let id = ids::new_record_id();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let save = move || {
        let Ok(mut patch) = form.patch() else { return };
        let same = patch.get("amount").and_then(|amount| amount.get("currency")) == Some(&json!(currency));
        if !same {
            problem.set(Some(t!("This invoice is in {currency}: enter what came in {currency}.")));
            return;
        }
        patch.insert("invoice".to_owned(), json!(of));
        busy.set(true);
        spawn_local(async move {
            match desk.write(vec![Op::patch(SCHEMA.kind, id, patch)]).await {
                Ok(_) => {
                    open.try_set(false);
                    desk.toasts.show(Toast::new(tr("Payment recorded")));
                }
                Err(why) => {
                    problem.try_set(Some(why));
                }
            }
            busy.try_set(false);
        });
    };
    let fields = form.fields().into_iter().map(|state| view! { <FieldInput form state /> }).collect::<Vec<_>>();
    view! {
        <DialogForm save="Record payment" busy on_save=move |()| save() on_cancel=move |()| open.set(false)>
            {fields}
            {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        </DialogForm>
    }
}
