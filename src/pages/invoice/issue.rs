//! Issues a draft: says what that means, asks for what is missing, and gives it its number.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::money::Money;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{
    BUSINESS_ID, Business, Invoice, InvoiceLine, IssueError, draft_totals, issue as issue_patch,
};
use outpost_core::schema::{RecordType, Schema, is_empty};
use outpost_core::sorting::Order;

use super::editor::Draft;
use crate::components::{Banner, BannerKind, Button, ButtonKind, Dialog, Fact, Facts, LinkButton, Toast};
use crate::forms::{FieldInput, FormState, say};
use crate::platform::{intl, time};
use crate::state::Desk;
use crate::words::{t, tr};

static BUSINESS: Schema = Business::SCHEMA;
/// The business's fields that an invoice wants; the rest is under Settings.
const NOT_ASKED: &[&str] = &["email", "phone", "currency", "tax", "payment_days"];

/// What stands between a draft and its number.
#[derive(Debug, Clone, PartialEq)]
enum Check {
    /// It can be issued: for whom, how much, due when; the tax in it; and what it will not say of us.
    Ready(Box<Invoice>, Money, Money, Vec<&'static str>),
    /// We have not said who we are.
    NoSeller,
    /// Something in the draft.
    Missing(String),
}

async fn check(desk: Desk, id: RecordId) -> Result<Check, String> {
    let store = desk.store();
    let key = outpost_core::record::RecordKey::new("invoice", id);
    let record = store.get(&key).await.map_err(say)?.ok_or(tr("This invoice is not on this device any more."))?;
    let invoice = Invoice::from_record(&record).map_err(say)?;
    let mut lines = Vec::new();
    for record in store.children(id, "invoice_line").await.map_err(say)? {
        lines.push((record.id, InvoiceLine::from_record(&record).map_err(say)?));
    }
    lines.order_by_key(|(id, line)| (line.position, *id));
    let lines: Vec<InvoiceLine> = lines.into_iter().map(|(_, line)| line).collect();
    let seller = desk.business().await;
    Ok(match issue_patch(&invoice, &lines, &seller, "0", time::today()) {
        Ok(_) => {
            let currency = invoice.currency.ok_or_else(|| say(IssueError::NoCurrency))?;
            let totals = draft_totals(&invoice, &lines).map_err(say)?;
            let of = |minor| Money { minor, currency };
            Check::Ready(Box::new(invoice), of(totals.total), of(totals.tax), unsaid(&seller)?)
        }
        Err(IssueError::NoSeller) => Check::NoSeller,
        Err(error) => Check::Missing(say(error)),
    })
}

/// What most countries want to read of a seller on an invoice, and is not filled in.
fn unsaid(seller: &Business) -> Result<Vec<&'static str>, String> {
    let said = seller.to_patch().map_err(say)?;
    let wanted = BUSINESS.fields.iter().filter(|field| !NOT_ASKED.contains(&field.name));
    Ok(wanted.filter(|field| said.get(field.name).is_none_or(is_empty)).map(|field| field.label).collect())
}

/// The button, and the dialog behind it.
#[component]
pub(super) fn IssueButton(desk: Desk, record: Signal<Record>, draft: Draft) -> Markup {
    let id = record.with_untracked(|record| record.id);
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let found = RwSignal::new(None::<Check>);
    let problem = RwSignal::new(None::<String>);
    let look = move || {
        busy.set(true);
        spawn_local(async move {
            let fit = draft.flush().await;
            let checked = match fit {
                true => check(desk, id).await,
                false => {
                    let why = tr("Something in this draft cannot be saved as it stands. Look for the fields in red.");
                    Err(why.to_owned())
                }
            };
            match checked {
                Ok(check) => {
                    found.try_set(Some(check));
                    problem.try_set(None);
                }
                Err(why) => {
                    found.try_set(None);
                    problem.try_set(Some(why));
                }
            }
            busy.try_set(false);
            open.try_set(true);
        });
    };
    let issue = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match desk.store().issue_invoice(id, time::today()).await {
                Ok(number) => {
                    open.try_set(false);
                    desk.toasts.show(Toast::new(t!("Issued as {number}")));
                }
                Err(error) => {
                    problem.try_set(Some(say(error)));
                }
            }
            busy.try_set(false);
        });
    };
    let body = move || match found.get() {
        Some(Check::Ready(invoice, total, tax, unsaid)) => {
            let due = invoice.due_date.map(intl::date).unwrap_or_else(|| "–".to_owned());
            let tax = if tax.minor == 0 { tr("None").to_owned() } else { intl::money(tax) };
            let unsaid = (!unsaid.is_empty()).then(|| {
                let what = unsaid.iter().map(|label| tr(label)).collect::<Vec<_>>().join(", ");
                let text =
                    t!("Many countries want more of you on an invoice than is filled in. It will not say: {what}");
                view! {
                    <Banner kind=BannerKind::Warn text>
                        <LinkButton small=true href="/settings">"Fill it in"</LinkButton>
                    </Banner>
                }
            });
            let day = invoice.issue_date.unwrap_or_else(time::today);
            view! {
                <p>
                    {t!(
                        "The invoice gets the next number of this device's series, {}, and is frozen: after that it can be paid or voided, but not changed.",
                        desk.store().series()
                    )}
                </p>
                <Facts compact=true>
                    <Fact label="Bill to">{invoice.buyer_name.clone()}</Fact>
                    <Fact label="Total"><b class="num">{intl::money(total)}</b></Fact>
                    <Fact label="Tax in it">{tax}</Fact>
                    <Fact label="Issue date">{intl::date(day)}</Fact>
                    <Fact label="Due">{due}</Fact>
                </Facts>
                {unsaid}
                <div class="dialog-actions">
                    <Button on_click=move |()| open.set(false)>"Not yet"</Button>
                    <Button kind=ButtonKind::Primary busy on_click=issue>
                        "Issue invoice"
                    </Button>
                </div>
            }
        }
        Some(Check::NoSeller) => view! { <Seller desk done=move |()| look() /> },
        Some(Check::Missing(why)) => view! {
            <Banner kind=BannerKind::Warn text=why />
            <div class="dialog-actions">
                <Button kind=ButtonKind::Primary on_click=move |()| open.set(false)>
                    "Back to the draft"
                </Button>
            </div>
        },
        None => Markup::Empty,
    };
    view! {
        <Button kind=ButtonKind::Primary busy on_click=move |()| look()>
            "Issue"
        </Button>
        <Dialog open on_close=move |()| open.set(false) title="Issue this invoice?">
            {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            {body}
        </Dialog>
    }
}

/// Asks who we are, where it is first needed.
#[component]
fn Seller(desk: Desk, #[prop(into)] done: Callback<()>) -> Markup {
    let form = RwSignal::new(None::<FormState>);
    let problem = RwSignal::new(None::<String>);
    spawn_local(async move {
        let key = outpost_core::record::RecordKey::new(BUSINESS.kind, BUSINESS_ID);
        let record = desk.store().get(&key).await.ok().flatten();
        let habits = desk.habits().await;
        form.try_set(Some(FormState::new(&BUSINESS, NOT_ASKED, record.as_ref(), &Patch::new(), habits)));
    });
    let save = move || {
        let Some(form) = form.get_untracked() else { return };
        let named = form.field("name").is_some_and(|name| !name.text().get_untracked().trim().is_empty());
        let patch = match form.patch() {
            Ok(patch) if named => patch,
            _ => {
                problem.set(Some(tr("Your business needs a name.").to_owned()));
                return;
            }
        };
        spawn_local(async move {
            match desk.write(vec![Op::patch(BUSINESS.kind, BUSINESS_ID, patch)]).await {
                Ok(_) => done.run(()),
                Err(why) => {
                    problem.try_set(Some(why));
                }
            }
        });
    };
    view! {
        <form
            class="stack"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <p>"Who sends this invoice? This stands on all your invoices, and can be changed under Settings."</p>
            {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            {move || {
                form.get()
                    .map(|form| {
                        form.fields().into_iter().map(|state| view! { <FieldInput form state /> }).collect::<Vec<_>>()
                    })
            }}
            <div class="dialog-actions">
                <Button kind=ButtonKind::Primary submit=true>
                    "Continue"
                </Button>
            </div>
        </form>
    }
}
