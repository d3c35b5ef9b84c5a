//! What a server that was restored has lost is sent to it again, and what it refuses of that is refused for good.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Mutation, Op, Registers};
use outpost_core::protocol::{Receipt, STAMP_AHEAD, Verdict};
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::sync::{Commit, Outcome, Position, parcels, repair, settle};
use serde_json::json;

const INVOICE: u128 = 1;

fn at(ms: u64) -> Hlc {
    Hlc { ms, counter: 0, device: DeviceId(1) }
}

fn key(kind: &str, number: u128) -> RecordKey {
    RecordKey::new(kind, RecordId::singleton(number))
}

/// An invoice with fields and the time at which each was set.
fn invoice(fields: &[(&str, &str, u64)]) -> Record {
    let mut record = Record::empty(key("invoice", INVOICE));
    let register = |(name, value, ms): &(&str, &str, u64)| ((*name).to_owned(), Register(json!(value), at(*ms)));
    record.fields = fields.iter().map(register).collect();
    record
}

/// What a device makes of the refusal of what it sent again.
fn refused(ours: &Record, theirs: &Record, code: &str) -> Outcome {
    let state = BTreeMap::from([(ours.key(), ours.clone())]);
    let ops = repair(state.clone(), vec![theirs.clone()], &[]).resend;
    assert!(!ops.is_empty(), "there is something that the server lacks");
    let verdict = Verdict::Rejected { code: code.into(), message: "No.".into(), current: vec![theirs.clone()] };
    let receipts = vec![Receipt { n: 9, verdict, stamp: None }];
    let commit = Commit {
        receipts,
        rows: vec![],
        records: vec![],
        forget: vec![],
        position: Position::default(),
        server_ms: 99,
    };
    settle(&commit, &[Mutation { n: 9, schema: 1, hlc: at(50), ops }], state)
}

#[test]
fn what_a_server_refuses_to_take_again_is_taken_back_so_that_both_are_equal() {
    // Issued here before the server was restored, and by somebody else since.
    let ours = invoice(&[("buyer_name", "Ferme", 1), ("number", "A-1", 5), ("status", "issued", 5)]);
    let theirs = invoice(&[("buyer_name", "Ferme", 1), ("number", "B-1", 4), ("status", "issued", 4)]);
    let outcome = refused(&ours, &theirs, "issued_twice");
    assert_eq!(outcome.put, std::slice::from_ref(&theirs), "even though what it has is earlier");
    assert_eq!(outcome.rejected.len(), 1, "a person is shown it");
    let again = repair(BTreeMap::from([(theirs.key(), theirs.clone())]), vec![theirs], &[]);
    assert!(again.resend.is_empty() && again.put.is_empty(), "and it is not sent once more");
}

#[test]
fn a_deletion_that_is_refused_is_taken_back_too() {
    let theirs = invoice(&[("buyer_name", "Ferme", 1)]);
    let mut ours = theirs.clone();
    ours.deleted = Some(Register(true, at(7)));
    assert_eq!(refused(&ours, &theirs, "already_issued").put, [theirs]);
}

#[test]
fn what_the_server_lacks_wholly_goes_when_it_refuses_it() {
    let ours = invoice(&[("buyer_name", "Ferme", 1)]);
    let outcome = refused(&ours, &Record::empty(ours.key()), "incomplete_issue");
    assert_eq!(outcome.remove, [ours.key()]);
}

#[test]
fn nothing_goes_because_a_servers_clock_is_behind() {
    let ours = invoice(&[("buyer_name", "Ferme", 7)]);
    let outcome = refused(&ours, &Record::empty(ours.key()), STAMP_AHEAD);
    assert!(outcome.put.is_empty() && outcome.remove.is_empty());
    assert_eq!(outcome.rejected.len(), 1);
}

#[test]
fn what_rules_can_be_against_is_sent_alone_and_the_rest_together() {
    let op = |(kind, number): (&str, u128)| {
        let deleted = Some(Register(true, at(7)));
        Op::merge(key(kind, number), Registers { deleted, ..Registers::default() })
    };
    let kinds = ["lead", "invoice_line", "hologram", "invoice", "deal", "payment", "stage_event"];
    let ops: Vec<Op> = (0..700).map(|number| op((kinds[number % 7], number as u128))).collect();
    let parcels = parcels(ops.clone());
    assert_eq!(parcels.iter().map(Vec::len).sum::<usize>(), ops.len());
    let (alone, together): (Vec<_>, Vec<_>) = parcels.iter().partition(|parcel| parcel.len() == 1);
    assert_eq!((alone.len(), together.len()), (400, 3), "a hundred in each but one");
    for op in together.into_iter().flatten() {
        assert!(["lead", "hologram", "deal"].contains(&op.kind.as_str()), "{op:?}");
    }
}
