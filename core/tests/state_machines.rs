//! What may follow on what: lead statuses, deal stages; what a new record needs, and what no field can hold.

mod support;

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Mutation, Op, Patch};
use outpost_core::pipelines::Pipelines;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Deal, DealStage, LeadStatus, move_stage};
use proptest::prelude::*;
use serde_json::json;
use support::invoice::{at, id, patch, refused};
use support::ledger::Ledger;

#[test]
fn a_lead_moves_forward_and_can_be_taken_up_again() {
    use LeadStatus::{Contacted, New, Nurturing, Qualified, Unknown, Unqualified};
    for (from, to) in [
        (New, vec![Contacted, Nurturing, Qualified, Unqualified]),
        (Contacted, vec![Nurturing, Qualified, Unqualified]),
        (Nurturing, vec![Contacted, Qualified, Unqualified]),
        (Qualified, vec![Nurturing]),
        (Unqualified, vec![Nurturing]),
        (Unknown, vec![]),
    ] {
        for status in [New, Contacted, Nurturing, Qualified, Unqualified] {
            assert_eq!(from.can_become(status), from == status || to.contains(&status), "{from:?} to {status:?}");
        }
    }
    // Two people who moved it apart are both right: the rules take either, the later one stands.
    let mut ledger = Ledger::default();
    let lead = |fields| Op::patch("lead", id(1), patch(fields));
    ledger.op(lead(json!({"name": "Ana", "status": "qualified"})), at(5)).expect("a lead");
    ledger.op(lead(json!({"status": "contacted"})), at(4)).expect("an earlier one");
    assert_eq!(ledger.records[&RecordKey::new("lead", id(1))].text("status"), "qualified");
}

proptest! {
    #[test]
    fn a_deal_stands_where_its_latest_stage_event_says_under_any_order(
        moves in prop::collection::vec((0..5usize, 1..50u64, 0..4u64), 1..12), seed in any::<u64>()
    ) {
        let stages = DealStage::ALL;
        let deal = Op::patch("deal", id(1), patch(json!({"title": "Cold room", "stage": "qualified"})));
        let mut ledger = Ledger::default();
        ledger.op(deal, Hlc::ZERO).expect("a deal");
        let mut mutations: Vec<Mutation> = moves
            .iter()
            .enumerate()
            .map(|(index, (to, ms, device))| Mutation {
                n: 1,
                schema: 1,
                // Two devices may move it in one millisecond, one device never twice with one stamp.
                hlc: Hlc { ms: *ms, counter: index as u16, device: DeviceId(*device) },
                ops: move_stage(
                    id(1),
                    id(100 + index as u128),
                    "qualified",
                    stages[*to].value(),
                    (stages[*to] == DealStage::Lost).then_some("Price"),
                    *ms,
                ),
            })
            .collect();
        let mut order = seed;
        mutations.sort_by_cached_key(|_| {
            order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            order >> 33
        });
        for mutation in &mutations {
            ledger.push(mutation, mutation.hlc).expect("moves are always taken");
        }
        let latest = ledger.of_kind("stage_event").max_by_key(|event| event.latest()).expect("an event");
        prop_assert_eq!(ledger.of_kind("stage_event").count(), moves.len(), "every event stays");
        let deal: Deal = ledger.read(id(1));
        prop_assert_eq!(deal.stage.as_str(), latest.text("to"));
        if deal.stage == "lost" {
            prop_assert_eq!(&deal.lost_reason, "Price");
        }
        let sure = Pipelines::default().likelihood(&deal);
        prop_assert_eq!(sure, DealStage::parse(&deal.stage).probability());
    }
}

#[test]
fn a_stage_event_is_never_changed_and_never_deleted() {
    let mut ledger = Ledger::default();
    for op in move_stage(id(1), id(9), "qualified", "won", None, 5) {
        let op = if op.kind == "deal" { Op::patch("deal", id(1), patch(json!({"title": "T"}))) } else { op };
        ledger.op(op, at(1)).expect("an event");
    }
    let refusal = refused(&mut ledger, Op::patch("stage_event", id(9), patch(json!({"to": "lost"}))));
    assert_eq!(refusal.to_string(), "a stage change is an event: it is not changed once it is written");
    assert_eq!(refusal.code(), "immutable");
    refused(&mut ledger, Op::delete("stage_event", id(9)));
    refused(&mut ledger, Op::restore("stage_event", id(9)));
    let again = ledger.records[&RecordKey::new("stage_event", id(9))].clone();
    let same = again.fields.into_iter().map(|(name, register)| (name, register.0)).collect();
    ledger.op(Op::patch("stage_event", id(9), same), at(3)).expect("saying the same again is no change");
}

#[test]
fn a_new_record_has_what_it_needs_and_keeps_it() {
    let mut ledger = Ledger::default();
    for (kind, fields, sentence) in [
        ("lead", json!({"company": "Kovárna Brno"}), "a new Lead needs “Name”"),
        ("deal", json!({"title": null}), "Title: this is needed"),
        ("invoice", json!({"buyer_name": "B"}), "a new Invoice needs “Currency”"),
        ("invoice_line", json!({"description": "Feed"}), "a new Line needs “Invoice”"),
        ("payment", json!({"invoice": id(1), "date": "2026-11-22"}), "a new Payment needs “Amount”"),
        ("stage_event", json!({"deal": id(1), "to": "won"}), "a new Stage change needs “At”"),
        ("lead", json!({"name": "  "}), "Name: this is needed"),
    ] {
        assert_eq!(refused(&mut ledger, Op::patch(kind, id(1), patch(fields))).to_string(), sentence);
    }
    ledger.op(Op::patch("lead", id(1), patch(json!({"name": "Ana"}))), at(1)).expect("a lead");
    let cleared = refused(&mut ledger, Op::patch("lead", id(1), patch(json!({"name": ""}))));
    assert_eq!((cleared.to_string().as_str(), cleared.code()), ("Name: this is needed", "invalid_value"));
    // Of what was deleted long ago nothing else may be left: a late edit lies beneath, whatever else there was.
    ledger.op(Op::delete("lead", id(2)), at(1)).expect("a deletion");
    ledger.op(Op::patch("lead", id(2), patch(json!({"company": "C"}))), at(2)).expect("a late edit");
    assert!(ledger.records[&RecordKey::new("lead", id(2))].is_deleted());
}

#[test]
fn a_record_that_lacks_what_a_newer_version_requires_can_still_be_edited() {
    let mut ledger = Ledger::default();
    let key = RecordKey::new("deal", id(1));
    let mut old = Record::empty(key.clone());
    old.merge(Op::patch("deal", id(1), patch(json!({"company": "From before titles"}))).to_record(at(1)));
    ledger.records.insert(key, old);
    ledger.op(Op::patch("deal", id(1), patch(json!({"notes": "Call"}))), at(2)).expect("an edit of something else");
}

#[test]
fn a_value_that_a_field_cannot_hold_gets_a_sentence() {
    let mut ledger = Ledger::default();
    for (kind, field, value, sentence) in [
        ("lead", "name", json!(5), "Name: a text is wanted"),
        ("lead", "name", json!("x".repeat(201)), "Name: at most 200 characters"),
        ("lead", "emails", json!(["ana"]), "E-mail: “ana” is not an e-mail address, which looks like name@example.com"),
        ("lead", "emails", json!("a@b.example"), "E-mail: a list is wanted"),
        ("lead", "phones", json!(["call me"]), "Phone: “call me” is not a phone number"),
        ("lead", "score", json!(101), "Score: a whole number from 0 to 100"),
        ("lead", "score", json!(7.5), "Score: a whole number from 0 to 100"),
        ("lead", "status", json!("Really good!"), "Status: “Really good!” is not one of the choices"),
        ("lead", "value", json!(12.5), "Estimated value: an amount with a currency is wanted, such as 12.50 EUR"),
        (
            "lead",
            "value",
            json!({"minor": 1, "currency": "XXZ"}),
            "Estimated value: an amount with a currency is wanted, such as 12.50 EUR",
        ),
        ("lead", "address", json!("Brno"), "Address: an address is wanted"),
        ("deal", "expected_close", json!("2026-02-30"), "Expected close: a date is wanted, such as 2026-11-22"),
        ("deal", "expected_close", json!("2026-2-3"), "Expected close: a date is wanted, such as 2026-11-22"),
        ("deal", "expected_close", json!("+12026-01-01"), "Expected close: a date is wanted, such as 2026-11-22"),
        ("deal", "lead", json!("7"), "Lead: the id of a record is wanted"),
        ("deal", "lead", json!("0190B3F4-7A1C-7E55-9D3C-2F1E8A6B4C01"), "Lead: the id of a record is wanted"),
        ("invoice", "currency", json!("EURO"), "Currency: a currency code is wanted, such as EUR"),
        ("invoice_line", "quantity", json!(3), "Quantity: a number is wanted, such as 16.5"),
        ("invoice_line", "tax", json!(-1), "Tax: a rate is wanted, such as 20 %"),
        ("stage_event", "at", json!("now"), "At: a time in milliseconds since 1970 is wanted"),
        ("invoice_line", "position", json!(-1), "Position: a whole number from 0 to 9223372036854775807"),
    ] {
        let refusal = refused(&mut ledger, Op::patch(kind, id(1), Patch::from([(field.to_owned(), value)])));
        assert_eq!(refusal.to_string(), sentence);
        assert_eq!(refusal.code(), "invalid_value");
    }
}

#[test]
fn what_only_a_newer_version_knows_is_taken_as_it_is() {
    let mut ledger = Ledger::default();
    ledger.op(Op::patch("hologram", id(1), patch(json!({"spin": [1, {"up": null}]}))), at(1)).expect("a new type");
    let fields = json!({"name": "Ana", "aura": {"colour": 7}, "status": "dreaming"});
    ledger.op(Op::patch("lead", id(2), patch(fields)), at(1)).expect("a new field and a new choice");
    let lead: outpost_core::records::Lead = ledger.read(id(2));
    assert_eq!(lead.status, LeadStatus::Unknown);
    assert_eq!(ledger.records[&RecordKey::new("lead", id(2))].text("status"), "dreaming");
}

#[test]
fn a_field_emptied_in_whatever_way_reads_as_empty() {
    let mut ledger = Ledger::default();
    let fields = json!({"name": "Ana", "value": "", "score": "", "emails": [], "address": {}, "source": null});
    ledger.op(Op::patch("lead", id(1), patch(fields)), at(1)).expect("a lead with emptied fields");
    let lead: outpost_core::records::Lead = ledger.read(id(1));
    assert_eq!((lead.value, lead.score, lead.source), (None, None, None));
    assert!(lead.emails.is_empty());
}
