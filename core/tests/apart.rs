//! Records that look alike and are not the same.

use outpost_core::dedupe::{Apart, apart_id, keep_apart};
use outpost_core::hlc::Clock;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch, apply};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::Lead;
use outpost_core::schema::{RecordType, Schema};
use serde_json::{Value, json};

const NOW_MS: u64 = 1_795_603_740_000;
const LEAD: &Schema = &Lead::SCHEMA;

fn id(n: u128) -> RecordId {
    RecordId::singleton(n)
}

fn done(ops: &[Op]) -> Record {
    let mut clock = Clock::new(DeviceId(1));
    let mut record = Record::empty(ops[0].key());
    for (at, op) in (0..).zip(ops) {
        apply(&mut record, op, clock.tick(NOW_MS + at).expect("a stamp"));
    }
    record
}

fn lead(n: u128, fields: Value) -> Record {
    let fields: Patch = serde_json::from_value(fields).expect("an object");
    done(&[Op::patch(LEAD.kind, id(n), fields)])
}

fn apart(pairs: &[(u128, u128)]) -> Apart {
    let mut apart = Apart::default();
    pairs.iter().for_each(|(a, b)| apart.add(&done(&[keep_apart(LEAD, id(*a), id(*b), None)])));
    apart
}

fn divided(apart: &Apart, group: &[Record]) -> Vec<Vec<u128>> {
    let number = |id: &RecordId| u128::from_be_bytes(*id.as_bytes());
    let groups = apart.divide(LEAD, &group.iter().collect::<Vec<_>>());
    groups.iter().map(|group| group.iter().map(number).collect()).collect()
}

#[test]
fn whoever_says_it_says_the_same() {
    let (one, other) = (keep_apart(LEAD, id(1), id(2), None), keep_apart(LEAD, id(2), id(1), None));
    assert_eq!(one, other);
    assert_eq!(one.key(), RecordKey::new("apart", apart_id(id(2), id(1))));
    let apart = apart(&[(2, 1)]);
    assert!(apart.are(id(1), id(2)) && apart.are(id(2), id(1)));
    assert!(!apart.are(id(1), id(3)) && !apart.are(id(2), id(3)));
    assert!(apart.concerns(&[id(1), id(2)]) && !apart.concerns(&[id(4), id(5)]));
}

#[test]
fn taken_back_it_can_be_said_again() {
    let first = keep_apart(LEAD, id(1), id(2), None);
    let mut ops = vec![first.clone(), Op::delete("apart", first.id)];
    let mut apart = apart(&[(1, 2)]);
    let back = done(&ops);
    apart.add(&back);
    assert!(!apart.are(id(1), id(2)));
    ops.push(keep_apart(LEAD, id(2), id(1), Some(&back)));
    let again = done(&ops);
    assert!(!again.is_deleted());
    apart.add(&again);
    assert!(apart.are(id(1), id(2)));
}

#[test]
fn a_group_falls_into_what_may_be_the_same() {
    let office = |n: u128| lead(n, json!({"name": format!("Person {n}"), "phones": ["+49 30 1234567"]}));
    let group: Vec<Record> = (1..=4).map(office).collect();
    assert_eq!(divided(&apart(&[]), &group), [[1, 2, 3, 4]]);
    assert_eq!(divided(&apart(&[(1, 2)]), &group), [[1, 3, 4]]);
    assert_eq!(divided(&apart(&[(1, 2), (1, 3)]), &group), [[1, 4], [2, 3]]);
    assert!(divided(&apart(&[(1, 2), (2, 3), (1, 3)]), &group[..3]).is_empty());
    // Two that are alike by way of a third one only are not together without it.
    let mut chain =
        vec![office(1), lead(2, json!({"name": "Bo", "phones": ["+49 30 1234567"], "emails": ["bo@example.com"]}))];
    chain.push(lead(3, json!({"name": "Cleo", "emails": ["bo@example.com"]})));
    assert_eq!(divided(&apart(&[]), &chain), [[1, 2, 3]]);
    assert_eq!(divided(&apart(&[(1, 2)]), &chain), [[2, 3]]);
    assert_eq!(divided(&apart(&[(1, 3)]), &chain), [[1, 2]]);
}
