//! An invoice of the Ferme des Tilleuls, drafted and issued, and short words for tests about rules.

use chrono::NaiveDate;
use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch};
use outpost_core::records::{Business, Invoice, InvoiceLine, IssueError, issue};
use outpost_core::rules::Refusal;
use serde_json::{Value, json};

use super::ledger::Ledger;

/// A stamp at a time.
pub fn at(ms: u64) -> Hlc {
    Hlc { ms, counter: 0, device: DeviceId(1) }
}

/// A record's id.
pub fn id(number: u128) -> RecordId {
    RecordId::singleton(number)
}

/// A day of November 2026.
pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November")
}

/// A patch of a JSON object.
pub fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("a patch is an object")
}

/// The invoice.
pub const INVOICE: u128 = 1;
/// Its line.
pub const LINE: u128 = 2;

/// A draft for the Ferme des Tilleuls with one line, and the seller.
pub fn drafted() -> Ledger {
    let mut ledger = Ledger::default();
    let draft =
        json!({"buyer_name": "Ferme des Tilleuls", "currency": "EUR", "status": "draft", "due_date": "2026-11-20"});
    let line = json!({"invoice": id(INVOICE), "description": "Winter feed", "quantity": "120", "unit_price": "18.4",
        "tax": 55_000});
    ledger.op(Op::patch("invoice", id(INVOICE), patch(draft)), at(1)).expect("a draft");
    ledger.op(Op::patch("invoice_line", id(LINE), patch(line)), at(1)).expect("a line");
    ledger
}

/// The patch that issues a draft with its lines as they stand.
pub fn issue_patch(ledger: &Ledger, invoice: u128, number: &str) -> Result<Patch, IssueError> {
    let typed: Invoice = ledger.read(id(invoice));
    let lines: Vec<InvoiceLine> =
        ledger.all::<InvoiceLine>().map(|(_, line)| line).filter(|line| line.invoice == Some(id(invoice))).collect();
    let seller = Business { name: "Berg & Faro".into(), ..Business::default() };
    issue(&typed, &lines, &seller, number, day(1))
}

/// The same, issued as 2026-K7-00001.
pub fn issued() -> Ledger {
    let mut ledger = drafted();
    let patch = issue_patch(&ledger, INVOICE, "2026-K7-00001").expect("all is there");
    ledger.op(Op::patch("invoice", id(INVOICE), patch), at(2)).expect("it is issued");
    ledger
}

/// Refused, and the record is as it was.
pub fn refused(ledger: &mut Ledger, op: Op) -> Refusal {
    let before = ledger.records.clone();
    let refusal = ledger.op(op, at(99)).expect_err("it must be refused");
    assert_eq!(ledger.records, before, "a refused op changes nothing");
    refusal
}

/// A payment of so many cents.
pub fn payment(minor: i64) -> Patch {
    patch(json!({"invoice": id(INVOICE), "amount": {"minor": minor, "currency": "EUR"}, "date": "2026-11-10"}))
}
