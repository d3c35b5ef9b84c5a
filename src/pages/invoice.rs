//! Invoices: their list, the editor of a draft, the document that was issued.

mod actions;
mod autosave;
mod document;
mod editor;
mod issue;
mod line;
mod lines;
mod paper;
mod payments;
mod standing;
mod totals;

use crate::markup::{IntoMarkup, Markup, view};
use futures::FutureExt;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use outpost_core::decimal::Decimal;
use outpost_core::id::RecordId;
use outpost_core::money::Money;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Invoice, InvoiceStatus, PriceMode};
use outpost_core::schema::{RecordType, Schema};
use serde_json::json;

use crate::components::Art;
use crate::pages::list::{ListPage, ListSpec, Standings};
use crate::pages::record::{NewPage, NewSpec, Origin, RecordFrame};
use crate::pages::show;
use crate::platform::{ids, time};
use crate::state::Desk;

pub(crate) use standing::standings;

pub(crate) static SCHEMA: Schema = Invoice::SCHEMA;
pub(crate) const PATH: &str = "/invoices";

/// Days to pay, where the business does not say.
const DAYS_TO_PAY: i64 = 30;

/// The list of invoices.
#[component]
pub(crate) fn InvoiceList() -> Markup {
    let spec = ListSpec {
        schema: &SCHEMA,
        path: PATH,
        extra: &["due_date"],
        art: Art::Paper,
        teaches: "Write an invoice wherever you are. It gets its number when you issue it, also without a network.",
        switch: None,
        standings: Some(Standings {
            from: "payment",
            derive: |store, invoices| async move { standings(&store, &invoices).await }.boxed_local(),
        }),
    };
    view! { <ListPage spec /> }
}

/// The page that begins an invoice: whom it is for. Lines come next, in the editor.
#[component]
pub(crate) fn InvoiceNew() -> Markup {
    let hidden = &["deal", "issue_date", "price_mode", "discount", "notes"];
    view! { <NewPage schema=&SCHEMA path=PATH spec=NewSpec { hidden, prefill, make } /> }
}

/// What a new invoice says already.
fn prefill(origin: &Origin) -> Patch {
    let days = origin.business.payment_days.unwrap_or(DAYS_TO_PAY);
    let due = time::today().checked_add_days(chrono::Days::new(u64::try_from(days).unwrap_or_default()));
    let mut patch = Patch::new();
    patch.extend(due.map(|due| ("due_date".to_owned(), json!(due))));
    if let Some(lead) = &origin.lead {
        patch.insert("lead".to_owned(), json!(lead.id));
        patch.extend(
            lead.get("company").or_else(|| lead.get("name")).map(|name| ("buyer_name".to_owned(), name.clone())),
        );
        patch.extend(lead.get("address").map(|address| ("buyer_address".to_owned(), address.clone())));
        patch.extend(
            lead.get("emails").and_then(|all| all.get(0)).map(|email| ("buyer_email".to_owned(), email.clone())),
        );
    }
    let mut currency = origin.currency;
    if let Some(deal) = &origin.deal {
        patch.extend(deal.get("company").map(|company| ("buyer_name".to_owned(), company.clone())));
        currency = show::read::<Money>(deal, "amount").map(|amount| amount.currency).or(currency);
    }
    patch.extend(currency.map(|currency| ("currency".to_owned(), json!(currency))));
    patch
}

/// The ops that make an invoice: from a deal, with a link to it and the deal as the first line.
fn make(origin: &Origin, id: RecordId, mut patch: Patch) -> Vec<Op> {
    patch.insert("status".to_owned(), json!(InvoiceStatus::Draft));
    patch.insert("price_mode".to_owned(), json!(PriceMode::Net));
    let Some(deal) = &origin.deal else { return vec![Op::patch(SCHEMA.kind, id, patch)] };
    patch.insert("deal".to_owned(), json!(deal.id));
    let amount = show::read::<Money>(deal, "amount");
    let fits = amount.filter(|amount| patch.get("currency") == Some(&json!(amount.currency)));
    let mut ops = Vec::new();
    if let Some(price) = fits.and_then(|amount| amount.to_decimal().ok()) {
        let tax = origin.business.tax.unwrap_or_default();
        let line = Patch::from([
            ("invoice".to_owned(), json!(id)),
            ("position".to_owned(), json!(lines::GAP)),
            ("description".to_owned(), json!(deal.text("title"))),
            ("quantity".to_owned(), json!(Decimal::ONE)),
            ("unit_price".to_owned(), json!(price)),
            ("tax".to_owned(), json!(tax)),
        ]);
        ops.push(Op::patch("invoice_line", ids::new_record_id(), line));
    }
    ops.push(Op::patch(SCHEMA.kind, id, patch));
    ops
}

/// The page of one invoice: the editor while it is a draft, the document from then on.
#[component]
pub(crate) fn InvoicePage() -> Markup {
    let params = use_params_map();
    let live = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        view! { <RecordFrame schema=&SCHEMA id back=PATH page /> }
    };
    live.into_markup()
}

fn page(desk: Desk, record: Signal<Record>) -> Markup {
    let draft = Memo::new(move |_| {
        record.with(|record| match record.text("status") {
            "" => true,
            status => InvoiceStatus::parse(status) == InvoiceStatus::Draft,
        })
    });
    let live = move || match draft.get() {
        true => view! { <editor::Editor desk record /> },
        false => view! { <document::Document desk record /> },
    };
    live.into_markup()
}
