//! Merge laws, and what an op does to a record, undone and restamped: as properties over arbitrary records.

mod support;

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch, apply, restamp, revert};
use outpost_core::record::{Record, RecordKey, Register};
use proptest::prelude::*;
use serde_json::json;
use support::strategies::{op_on, record, stamp, state_of, states};

fn merged(states: &[Record]) -> Record {
    let mut all = Record::empty(states[0].key());
    for state in states {
        all.merge(state.clone());
    }
    all
}

fn key() -> RecordKey {
    RecordKey::new("lead", RecordId::singleton(1))
}

/// A stamp later than all of the strategies'.
fn later(counter: u16) -> Hlc {
    Hlc { ms: 100, counter, device: DeviceId(1) }
}

proptest! {
    #[test]
    fn merge_is_commutative(states in states(2)) {
        let (a, b) = (&states[0], &states[1]);
        prop_assert_eq!(merged(&[a.clone(), b.clone()]), merged(&[b.clone(), a.clone()]));
    }

    #[test]
    fn merge_is_associative(states in states(3)) {
        let (a, b, c) = (&states[0], &states[1], &states[2]);
        let left = merged(&[merged(&[a.clone(), b.clone()]), c.clone()]);
        let right = merged(&[a.clone(), merged(&[b.clone(), c.clone()])]);
        prop_assert_eq!(left, right);
    }

    #[test]
    fn merge_is_idempotent_and_says_whether_anything_changed(states in states(2)) {
        let (mut a, b) = (states[0].clone(), &states[1]);
        let before = a.clone();
        prop_assert!(!a.clone().merge(before.clone()), "itself changes nothing");
        let changed = a.merge(b.clone());
        prop_assert_eq!(changed, a != before);
        let once = a.clone();
        prop_assert!(!a.merge(b.clone()), "twice changes nothing");
        prop_assert_eq!(a, once);
    }

    #[test]
    fn any_order_and_number_of_deliveries_ends_the_same(
        (states, order) in states(5).prop_flat_map(|states| {
            let order = prop::collection::vec(0..states.len(), 5..20);
            (Just(states), order)
        })
    ) {
        let mut deliveries: Vec<Record> = states.clone();
        deliveries.extend(order.iter().map(|at| states[*at].clone()));
        deliveries.reverse();
        prop_assert_eq!(merged(&deliveries), merged(&states));
    }

    #[test]
    fn nothing_that_no_version_knows_is_lost(states in states(2)) {
        let all = merged(&states);
        for state in &states {
            prop_assert!(state.fields.keys().all(|name| all.fields.contains_key(name)));
            prop_assert!(all.latest() >= state.latest());
        }
    }

    #[test]
    fn applying_an_op_is_merging_its_state_and_names_exactly_what_beat_it(
        before in state_of(key()), op in op_on(key()), stamp in stamp()
    ) {
        let mut applied = before.clone();
        let winners = apply(&mut applied, &op, stamp);
        let incoming = op.to_record(stamp);
        prop_assert_eq!(&applied, &merged(&[before, incoming.clone()]));
        // A device that holds its own op and hears of the winners stands where the server does.
        let mut device = incoming.clone();
        device.merge(winners.clone().unwrap_or_else(|| Record::empty(op.key())));
        for name in incoming.fields.keys() {
            prop_assert_eq!(device.fields.get(name), applied.fields.get(name));
        }
        if incoming.deleted.is_some() {
            prop_assert_eq!(&device.deleted, &applied.deleted);
        }
        let took = incoming.fields.iter().all(|(name, register)| applied.fields.get(name) == Some(register))
            && (incoming.deleted.is_none() || incoming.deleted == applied.deleted);
        prop_assert_eq!(winners.is_none(), took);
    }

    #[test]
    fn applying_twice_is_applying_once(before in state_of(key()), op in op_on(key()), stamp in stamp()) {
        let mut once = before;
        apply(&mut once, &op, stamp);
        let mut twice = once.clone();
        apply(&mut twice, &op, stamp);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn a_refused_op_is_undone_to_what_the_server_holds(server in state_of(key()), op in op_on(key())) {
        let mut local = server.clone();
        apply(&mut local, &op, later(0));
        let left = revert(&mut local, &op, later(0), Some(&server));
        prop_assert_eq!(&local, &server);
        prop_assert_eq!(left, !server.fields.is_empty() || server.deleted.is_some());
    }

    #[test]
    fn a_refused_creation_leaves_nothing_unless_something_later_was_written(
        op in op_on(key()), next in op_on(key())
    ) {
        let mut local = Record::empty(key());
        apply(&mut local, &op, later(0));
        prop_assert!(!revert(&mut local.clone(), &op, later(0), None));
        apply(&mut local, &next, later(1));
        let left = revert(&mut local, &op, later(0), None);
        prop_assert_eq!(&local, &next.to_record(later(1)), "what was written later stays");
        prop_assert_eq!(left, !local.fields.is_empty() || local.deleted.is_some());
    }

    #[test]
    fn restamping_moves_the_registers_of_one_mutation_and_no_others(
        before in state_of(key()), op in op_on(key())
    ) {
        let mut local = before.clone();
        apply(&mut local, &op, later(5));
        let mut wanted = before;
        restamp(&mut local, later(5), later(2));
        apply(&mut wanted, &op, later(2));
        prop_assert_eq!(local, wanted);
    }

    #[test]
    fn a_deleted_record_stays_deleted_whatever_is_edited_and_shows_the_edits_when_restored(
        before in state_of(key()), op in op_on(key())
    ) {
        let mut record = before;
        apply(&mut record, &Op::delete("lead", key().id), later(0));
        if let Some(patch) = op.patched() {
            apply(&mut record, &op, later(1));
            prop_assert!(record.is_deleted());
            apply(&mut record, &Op::restore("lead", key().id), later(2));
            prop_assert!(!record.is_deleted());
            for (name, value) in patch {
                prop_assert_eq!(record.fields.get(name).map(Register::value), Some(value));
            }
        }
    }

    #[test]
    fn a_record_reads_back_from_json(record in record()) {
        let text = serde_json::to_string(&record).expect("a record has a JSON form");
        let back: Record = serde_json::from_str(&text).expect("it reads back");
        prop_assert_eq!(back, record);
    }
}

#[test]
fn a_draft_that_was_deleted_elsewhere_is_visible_once_it_is_issued() {
    let mut invoice = Record::empty(RecordKey::new("invoice", RecordId::singleton(1)));
    apply(&mut invoice, &Op::delete("invoice", key().id), later(5));
    assert!(invoice.is_deleted());
    let issued = Patch::from([("issued".to_owned(), json!({"number": "2026-K7-00001"}))]);
    apply(&mut invoice, &Op::patch("invoice", key().id, issued), later(1));
    assert!(!invoice.is_deleted(), "an issued invoice is never gone");
    let mut lead = Record::empty(key());
    apply(&mut lead, &Op::patch("lead", key().id, Patch::from([("issued".to_owned(), json!(1))])), later(1));
    apply(&mut lead, &Op::delete("lead", key().id), later(2));
    assert!(lead.is_deleted(), "nothing else is protected that way");
}
