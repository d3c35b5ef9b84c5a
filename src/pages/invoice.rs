//! Invoices: their list, the editor of a draft, the document that was issued.

mod actions;
mod autosave;
mod document;
mod drafts;
mod editor;
mod issue;
mod item;
mod line;
mod lines;
mod paper;
mod payments;
mod standing;
mod totals;

use crate::markup::{IntoMarkup, Markup, view};
use futures::FutureExt;
use leptos::prelude::*;
use outpost_core::decimal::Decimal;
use outpost_core::id::RecordId;
use outpost_core::money::Money;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Invoice, InvoiceStatus, PriceMode};
use outpost_core::schema::{RecordType, Schema};
use serde_json::json;

use crate::components::{Art, Glyph};
use crate::pages::list::Standings;
use crate::pages::record::{NewSpec, Origin};
use crate::pages::show;
use crate::pages::types::{Look, add};
use crate::platform::{ids, time};
use crate::state::Desk;

pub(crate) use drafts::draft_amounts;
pub(crate) use standing::standings;

pub(crate) static SCHEMA: Schema = Invoice::SCHEMA;
pub(crate) const PATH: &str = "/invoices";

/// Days to pay, where the business does not say.
const DAYS_TO_PAY: i64 = 30;

/// What is particular about the pages of invoices.
pub(crate) fn look(plain: Look) -> Look {
    Look {
        glyph: Glyph::Invoices,
        is_somebody: true,
        art: Art::Paper,
        teaches: "Write an invoice wherever you are. It gets its number when you issue it, also without a network.",
        extra: &["due_date"],
        standings: Some(Standings {
            from: "payment",
            derive: |store, invoices| async move { standings(&store, &invoices).await }.boxed_local(),
        }),
        // Whom it is for. Lines come next, in the editor.
        new: NewSpec { hidden: |_| &["deal", "issue_date", "price_mode", "discount", "notes"], prefill, make },
        // A draft is changed on its own page.
        edit: None,
        page,
        ..plain
    }
}

/// What a new invoice says already.
fn prefill(origin: &Origin) -> Patch {
    let days = origin.business.payment_days.unwrap_or(DAYS_TO_PAY);
    let due = time::today().checked_add_days(chrono::Days::new(u64::try_from(days).unwrap_or_default()));
    let mut patch = Patch::new();
    patch.extend(due.map(|due| ("due_date".to_owned(), json!(due))));
    // Whom a deal is with counts for more than what it came from.
    for (relation, kind) in [("lead", "lead"), ("customer", "company")] {
        let Some(buyer) = origin.record(kind) else { continue };
        let called = buyer.get("company").or_else(|| buyer.get("name"));
        add(
            &mut patch,
            [
                (relation, Some(json!(buyer.id))),
                ("buyer_name", called.cloned()),
                ("buyer_address", buyer.get("address").cloned()),
                ("buyer_email", buyer.get("emails").and_then(|all| all.get(0)).cloned()),
                ("buyer_tax_id", buyer.get("tax_id").cloned()),
            ],
        );
    }
    let mut currency = origin.currency;
    if let Some(deal) = origin.record("deal") {
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
    let Some(deal) = origin.record("deal") else { return vec![Op::patch(SCHEMA.kind, id, patch)] };
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
