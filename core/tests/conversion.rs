//! A lead that is converted becomes a company, a contact and a deal: one of each, however many devices do it.

mod support;

use outpost_core::hlc::Hlc;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Company, Contact, Conversion, ConvertError, Deal, Lead, LeadStatus, convert, move_stage};
use serde_json::json;
use support::invoice::{at, id, patch};
use support::ledger::Ledger;

fn lead(fields: serde_json::Value) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.op(Op::patch("lead", id(1), patch(fields)), at(1)).expect("a lead");
    ledger
}

fn ana() -> Ledger {
    lead(json!({
        "name": "Ana Berg", "company": "Nordkai", "status": "qualified", "emails": ["ana@nordkai.example"],
        "value": {"minor": 120_000, "currency": "EUR"}, "owner": "Max",
        "tags": [id(20)],
    }))
}

fn record(ledger: &Ledger) -> &Record {
    &ledger.records[&RecordKey::new("lead", id(1))]
}

fn push(ledger: &mut Ledger, ops: Vec<Op>, hlc: Hlc) {
    ledger.push(&Mutation { n: 1, schema: 1, hlc, ops }, hlc).expect("the rules allow it");
}

#[test]
fn a_lead_becomes_a_company_a_contact_and_a_deal_that_are_linked() {
    let mut ledger = ana();
    let ops = convert(record(&ledger), &[]).expect("it can be converted");
    push(&mut ledger, ops, at(2));
    let ids = Conversion::of(id(1));
    let company: Company = ledger.read(ids.company);
    assert_eq!((company.name.as_str(), company.lead), ("Nordkai", Some(id(1))));
    let contact: Contact = ledger.read(ids.contact);
    assert_eq!((contact.name.as_str(), contact.companies[0].id), ("Ana Berg", ids.company));
    assert_eq!(contact.emails, ["ana@nordkai.example"]);
    let deal: Deal = ledger.read(ids.deal);
    assert_eq!((contact.tags.as_slice(), deal.tags.as_slice()), (&[id(20)][..], &[id(20)][..]));
    assert_eq!((deal.customer, deal.contact, deal.lead), (Some(ids.company), Some(ids.contact), Some(id(1))));
    assert_eq!((deal.stage.as_str(), deal.amount.map(|money| money.minor)), ("", Some(120_000)));
    assert_eq!(ledger.read::<Lead>(id(1)).status, LeadStatus::Converted);
    assert!(matches!(convert(record(&ledger), &[]), Err(ConvertError::Already)));
}

#[test]
fn two_devices_that_convert_one_lead_make_one_of_each() {
    let mut ours = ana();
    let mut theirs = ours.clone();
    let (first, second) = (convert(record(&ours), &[]).expect("ours"), convert(record(&theirs), &[]).expect("theirs"));
    push(&mut ours, first.clone(), at(5));
    // On the one device the deal went on before the other device's conversion was heard of.
    let moved = move_stage(Conversion::of(id(1)).deal, id(9), "qualified", "proposal", None, 6);
    push(&mut ours, moved.clone(), at(6));
    push(&mut theirs, second.clone(), at(7));
    push(&mut ours, second, at(7));
    push(&mut theirs, moved, at(6));
    push(&mut theirs, first, at(5));
    assert_eq!(ours, theirs);
    for kind in ["company", "contact", "deal"] {
        assert_eq!(ours.of_kind(kind).count(), 1, "{kind}");
    }
    let deal: Deal = ours.read(Conversion::of(id(1)).deal);
    assert_eq!(deal.stage, "proposal", "a conversion sets no stage back");
}

#[test]
fn a_conversion_that_was_taken_back_can_be_made_again() {
    let mut ledger = ana();
    let ops = convert(record(&ledger), &[]).expect("it can be converted");
    push(&mut ledger, ops, at(2));
    let gone = Conversion::of(id(1)).keys();
    let mut undo: Vec<Op> = gone.iter().map(|key| Op::delete(&key.kind, key.id)).collect();
    undo.push(Op::patch("lead", id(1), patch(json!({"status": "qualified"}))));
    push(&mut ledger, undo, at(3));
    assert!(gone.iter().all(|key| ledger.records[key].is_deleted()));
    let ops = convert(record(&ledger), &gone).expect("again");
    push(&mut ledger, ops, at(4));
    assert!(gone.iter().all(|key| !ledger.records[key].is_deleted()));
}

#[test]
fn a_lead_without_a_company_becomes_a_contact_and_a_deal() {
    let mut ledger = lead(json!({"name": "Ana Berg"}));
    let ops = convert(record(&ledger), &Conversion::of(id(1)).keys()).expect("it can be converted");
    assert!(ops.iter().all(|op| op.kind != "company"), "nothing of a company, not even to restore it");
    push(&mut ledger, ops.into_iter().filter(|op| op.patched().is_some()).collect(), at(2));
    let ids = Conversion::of(id(1));
    assert_eq!(ledger.read::<Contact>(ids.contact).companies, []);
    assert_eq!(ledger.read::<Deal>(ids.deal).customer, None);
    ledger.op(Op::delete("lead", id(1)), at(3)).expect("a deletion");
    assert!(matches!(convert(record(&ledger), &[]), Err(ConvertError::Deleted)));
}
