//! An invoice from draft to issued to void, its lines and its payments: what the rules let happen, and what they say to
//! everything else.

mod support;

use outpost_core::money::{Currency, Money};
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::RecordKey;
use outpost_core::records::{Business, Invoice, InvoiceLine, InvoiceStatus, IssueError, Payment, issue, paid_by, void};
use outpost_core::rules::{Refusal, needs};
use outpost_core::schema::RecordType;
use outpost_core::totals::{PaidState, paid_state};
use serde_json::{Value, json};
use support::invoice::{INVOICE, LINE, at, day, drafted, id, issue_patch, issued, patch, payment, refused};
use support::ledger::Ledger;

#[test]
fn issuing_freezes_number_document_and_total_together() {
    let ledger = issued();
    let invoice: Invoice = ledger.read(id(INVOICE));
    assert_eq!((invoice.status, invoice.number.as_str()), (InvoiceStatus::Issued, "2026-K7-00001"));
    let document = invoice.issued.expect("the document");
    assert_eq!((document.totals.net, document.totals.tax, document.totals.total), (220_800, 12_144, 232_944));
    assert_eq!(invoice.total, Some(Money::new(232_944, Currency::EUR)));
    assert_eq!(document.lines.len(), 1);
    assert_eq!(document.issue_date, day(1));
}

#[test]
fn an_invoice_is_issued_whole_or_not_at_all() {
    let mut ledger = drafted();
    let whole = issue_patch(&ledger, INVOICE, "2026-K7-00001").expect("all is there");
    let refused_issue = |ledger: &mut Ledger, change: &dyn Fn(&mut Patch)| {
        let mut patch = whole.clone();
        change(&mut patch);
        refused(ledger, Op::patch("invoice", id(INVOICE), patch))
    };
    for field in ["number", "issued", "total"] {
        let drop_field = |patch: &mut Patch| drop(patch.remove(field));
        assert_eq!(refused_issue(&mut ledger, &drop_field), Refusal::Incomplete, "without {field}");
    }
    let other_number = |patch: &mut Patch| drop(patch.insert("number".into(), json!("2026-K7-00009")));
    assert_eq!(refused_issue(&mut ledger, &other_number), Refusal::Incomplete);
    let other_total = |patch: &mut Patch| drop(patch.insert("total".into(), json!({"minor": 1, "currency": "EUR"})));
    assert_eq!(refused_issue(&mut ledger, &other_total), Refusal::Incomplete);
    let wrong_sum = |patch: &mut Patch| {
        let document = patch.get_mut("issued").expect("the document");
        document["totals"]["net"] = json!(1);
    };
    assert_eq!(refused_issue(&mut ledger, &wrong_sum), Refusal::Incomplete);
    let still_draft = |patch: &mut Patch| drop(patch.remove("status"));
    let refusal = refused_issue(&mut ledger, &still_draft);
    assert_eq!(
        refusal.to_string(),
        "an invoice is issued together with its number, its total and a frozen document that adds up"
    );
    ledger.op(Op::patch("invoice", id(INVOICE), whole.clone()), at(2)).expect("the whole of it is taken");
}

#[test]
fn an_issued_invoice_is_never_changed_issued_again_or_deleted() {
    let mut ledger = issued();
    for (field, value) in [
        ("buyer_name", json!("Somebody else")),
        ("total", json!({"minor": 1, "currency": "EUR"})),
        ("number", json!("2026-K7-00002")),
        ("issued", Value::Null),
        ("due_date", json!("2030-01-01")),
        ("notes", Value::Null),
        ("a_field_of_tomorrow", json!(1)),
    ] {
        let refusal = refused(&mut ledger, Op::patch("invoice", id(INVOICE), Patch::from([(field.to_owned(), value)])));
        assert_eq!(refusal, Refusal::Issued("2026-K7-00001".into()), "{field}");
    }
    let second = issue_patch(&drafted(), INVOICE, "2026-M3-00007").expect("another device had the draft");
    let refusal = refused(&mut ledger, Op::patch("invoice", id(INVOICE), second));
    assert_eq!(refusal.to_string(), "this invoice was already issued as 2026-K7-00001 on another device");
    assert_eq!(refusal.code(), "issued_twice");
    let refusal = refused(&mut ledger, Op::delete("invoice", id(INVOICE)));
    assert_eq!(
        refusal.to_string(),
        "invoice 2026-K7-00001 is issued and cannot be changed any more; void it and write a new one"
    );
    for status in [json!("draft"), Value::Null, json!(""), json!("sent")] {
        let refusal = refused(&mut ledger, Op::patch("invoice", id(INVOICE), patch(json!({"status": status}))));
        assert_eq!(refusal.code(), "illegal_transition", "to {status}");
    }
    // What it belongs to may still be said.
    ledger.op(Op::patch("invoice", id(INVOICE), patch(json!({"deal": id(7)}))), at(3)).expect("a link");
}

#[test]
fn lines_of_an_issued_invoice_stay_and_no_line_changes_its_invoice() {
    let mut ledger = issued();
    let other = patch(json!({"buyer_name": "Fjord & Mast AS", "currency": "NOK"}));
    ledger.op(Op::patch("invoice", id(50), other), at(3)).expect("another draft");
    let loose = patch(json!({"invoice": id(50), "description": "Crane"}));
    ledger.op(Op::patch("invoice_line", id(51), loose), at(3)).expect("its line");
    let is_issued = Refusal::Issued("2026-K7-00001".into());
    for op in [
        Op::patch("invoice_line", id(LINE), patch(json!({"quantity": "1"}))),
        Op::patch("invoice_line", id(60), patch(json!({"invoice": id(INVOICE), "description": "One more"}))),
        Op::delete("invoice_line", id(LINE)),
        Op::restore("invoice_line", id(LINE)),
    ] {
        assert_eq!(refused(&mut ledger, op), is_issued);
    }
    for (line, to) in [(LINE, 50), (51, INVOICE)] {
        let refusal = refused(&mut ledger, Op::patch("invoice_line", id(line), patch(json!({"invoice": id(to)}))));
        assert_eq!(refusal, Refusal::LineMoved);
        assert_eq!(refusal.to_string(), "a line stays with its invoice; add it to the other one as a new line");
    }
    let named = Op::patch("invoice_line", id(60), patch(json!({"invoice": id(INVOICE)})));
    assert_eq!(needs(&named, None), Some(RecordKey::new("invoice", id(INVOICE))));
    let line = ledger.records.get(&RecordKey::new("invoice_line", id(51)));
    assert_eq!(needs(&Op::delete("invoice_line", id(51)), line), Some(RecordKey::new("invoice", id(50))));
}

#[test]
fn a_number_is_used_once() {
    let mut ledger = issued();
    let other = patch(json!({"buyer_name": "Fjord & Mast AS", "currency": "NOK"}));
    let line = patch(json!({"invoice": id(50), "description": "Crane", "quantity": "1", "unit_price": "5"}));
    ledger.op(Op::patch("invoice", id(50), other), at(3)).expect("another draft");
    ledger.op(Op::patch("invoice_line", id(51), line), at(3)).expect("its line");
    let taken = issue_patch(&ledger, 50, "2026-K7-00001").expect("all is there");
    let refusal = refused(&mut ledger, Op::patch("invoice", id(50), taken));
    assert_eq!(refusal.to_string(), "the number 2026-K7-00001 is already used by another invoice");
    let free = issue_patch(&ledger, 50, "2026-K7-00002").expect("all is there");
    ledger.op(Op::patch("invoice", id(50), free), at(4)).expect("the next number is free");
}

#[test]
fn a_void_invoice_keeps_its_number_and_stays_void() {
    let mut ledger = issued();
    let stands: Invoice = ledger.read(id(INVOICE));
    assert_eq!(void(&stands, " ").expect_err("no reason"), IssueError::NoReason);
    let voided = void(&stands, " Wrong address ").expect("it can be voided");
    ledger.op(Op::patch("invoice", id(INVOICE), voided), at(3)).expect("it is void");
    let stands: Invoice = ledger.read(id(INVOICE));
    assert_eq!(
        (stands.status, stands.number.as_str(), stands.void_reason.as_str()),
        (InvoiceStatus::Void, "2026-K7-00001", "Wrong address")
    );
    assert_eq!(void(&stands, "again").expect_err("it is void"), IssueError::NotIssued);
    let back = refused(&mut ledger, Op::patch("invoice", id(INVOICE), patch(json!({"status": "issued"}))));
    assert_eq!(back.to_string(), "an invoice cannot go from void to issued");
    refused(&mut ledger, Op::delete("invoice", id(INVOICE)));
    let draft = refused(&mut drafted(), Op::patch("invoice", id(INVOICE), patch(json!({"status": "void"}))));
    assert_eq!(draft.to_string(), "an invoice cannot go from draft to void");
}

#[test]
fn a_draft_deleted_on_one_device_and_issued_on_another_is_issued_in_either_order() {
    // The deletion arrives first: the issue lifts it.
    let mut ledger = drafted();
    let whole = issue_patch(&ledger, INVOICE, "2026-K7-00001").expect("all is there");
    ledger.op(Op::delete("invoice", id(INVOICE)), at(9)).expect("a draft can be deleted");
    ledger.op(Op::patch("invoice", id(INVOICE), whole), at(2)).expect("and be issued by who had not heard of it");
    assert!(!ledger.records[&RecordKey::new("invoice", id(INVOICE))].is_deleted());
    // The issue arrives first: the deletion is refused.
    let mut ledger = issued();
    refused(&mut ledger, Op::delete("invoice", id(INVOICE)));
    assert!(!ledger.records[&RecordKey::new("invoice", id(INVOICE))].is_deleted());
}

#[test]
fn whatever_a_merge_made_of_the_status_an_invoice_with_a_document_is_no_draft() {
    let mut ledger = drafted();
    let whole = issue_patch(&ledger, INVOICE, "2026-K7-00001").expect("all is there");
    let draft = Op::patch("invoice", id(INVOICE), patch(json!({"status": "draft"})));
    ledger.op(draft, at(50)).expect("a draft says it is one, with a late stamp");
    ledger.op(Op::patch("invoice", id(INVOICE), whole.clone()), at(2)).expect("issued with an earlier one");
    assert_eq!(ledger.records[&RecordKey::new("invoice", id(INVOICE))].text("status"), "draft");
    refused(&mut ledger, Op::patch("invoice", id(INVOICE), whole));
    refused(&mut ledger, Op::patch("invoice", id(INVOICE), patch(json!({"buyer_name": "Me"}))));
    refused(&mut ledger, Op::delete("invoice", id(INVOICE)));
    refused(&mut ledger, Op::delete("invoice_line", id(LINE)));
}

#[test]
fn what_is_missing_for_an_issue_is_said() {
    let whole =
        Invoice { buyer_name: "Ferme des Tilleuls".into(), currency: Some(Currency::EUR), ..Invoice::default() };
    let line = InvoiceLine { description: "Feed".into(), ..InvoiceLine::default() };
    let seller = Business { name: "Berg & Faro".into(), ..Business::default() };
    let says = |invoice: &Invoice, lines: &[InvoiceLine], seller: &Business| {
        issue(invoice, lines, seller, "2026-K7-00001", day(22)).expect_err("it cannot be issued").to_string()
    };
    let lines = [line.clone()];
    assert_eq!(
        says(&Invoice { status: InvoiceStatus::Issued, number: "N1".into(), ..whole.clone() }, &lines, &seller),
        "this invoice was already issued as N1"
    );
    assert_eq!(
        says(&Invoice { buyer_name: " ".into(), ..whole.clone() }, &lines, &seller),
        "say who the invoice is for"
    );
    assert_eq!(says(&Invoice { currency: None, ..whole.clone() }, &lines, &seller), "choose the invoice's currency");
    assert_eq!(says(&whole, &[], &seller), "add at least one line");
    assert_eq!(says(&whole, &[line.clone(), InvoiceLine::default()], &seller), "line 2 needs a description");
    assert_eq!(
        says(&whole, &lines, &Business::default()),
        "an invoice needs your business name; fill it in under Settings"
    );
    assert_eq!(
        says(&Invoice { due_date: Some(day(21)), ..whole.clone() }, &lines, &seller),
        "the due date lies before the issue date"
    );
    let yen = Money::new(5, "JPY".parse().expect("a currency"));
    assert_eq!(
        says(&Invoice { discount: Some(yen), ..whole }, &lines, &seller),
        "the discount must be in the invoice's currency"
    );
}

#[test]
fn payments_are_events_and_paid_is_their_sum() {
    let mut ledger = issued();
    let stands = |ledger: &Ledger| {
        let invoice: Invoice = ledger.read(id(INVOICE));
        let document = invoice.issued.expect("the document");
        let payments: Vec<Payment> = ledger
            .of_kind("payment")
            .filter(|record| !record.is_deleted())
            .map(|record| Payment::from_record(record).expect("a payment"))
            .collect();
        let paid = paid_by(document.currency, &payments);
        let state = paid_state(document.totals.total, [paid], document.due_date, day(22)).expect("sums");
        (state.state, state.open, state.days_overdue)
    };
    assert_eq!(stands(&ledger), (PaidState::Unpaid, 232_944, 2));
    ledger.op(Op::patch("payment", id(70), payment(100_000)), at(3)).expect("a payment");
    assert_eq!(stands(&ledger), (PaidState::Partial, 132_944, 2));
    // Two devices each record one: both count.
    ledger.op(Op::patch("payment", id(71), payment(132_944)), at(3)).expect("a payment");
    assert_eq!(stands(&ledger), (PaidState::Paid, 0, 0));
    let refusal = refused(&mut ledger, Op::patch("payment", id(71), payment(1)));
    assert_eq!(refusal.to_string(), "a payment is an event: it is not changed once it is written");
    ledger.op(Op::delete("payment", id(71)), at(4)).expect("a mistake is taken out");
    assert_eq!(stands(&ledger), (PaidState::Partial, 132_944, 2));
    ledger.op(Op::restore("payment", id(71)), at(5)).expect("and put back");
    assert_eq!(stands(&ledger), (PaidState::Paid, 0, 0));
    let yen = patch(json!({"invoice": id(INVOICE), "amount": {"minor": 9, "currency": "JPY"}, "date": "2026-11-10"}));
    ledger.op(Op::patch("payment", id(72), yen), at(6)).expect("money of another currency");
    assert_eq!(stands(&ledger), (PaidState::Paid, 0, 0), "does not count for this invoice");
}
