//! Arbitrary values, registers and records, chosen so that clashes are frequent.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Action, Op};
use outpost_core::record::{Record, RecordKey, Register};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A few stamps, so that equal ones are usual.
pub fn stamp() -> impl Strategy<Value = Hlc> {
    (0..3u64, 0..2u16, 0..3u64).prop_map(|(ms, counter, device)| Hlc { ms, counter, device: DeviceId(device) })
}

/// A few ids.
pub fn id() -> impl Strategy<Value = RecordId> {
    (0..3u128).prop_map(RecordId::singleton)
}

/// Known types and one that only a newer version knows.
pub fn kind() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["lead", "deal", "invoice", "hologram"]).prop_map(str::to_owned)
}

/// Known fields and some that only a newer version knows.
pub fn field() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["name", "status", "issued", "number", "aura", "🛰"]).prop_map(str::to_owned)
}

/// Any JSON value, small.
pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-3..3i64).prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        (-1.0..1.0f64).prop_map(|number| json!(number)),
        "[ab\\PC]{0,3}".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map("[a-c]", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A register with any value.
pub fn register() -> impl Strategy<Value = Register> {
    (value(), stamp()).prop_map(|(value, stamp)| Register(value, stamp))
}

/// Any state of one given record.
pub fn state_of(key: RecordKey) -> impl Strategy<Value = Record> {
    let fields = prop::collection::btree_map(field(), register(), 0..5);
    let deleted = prop::option::of((any::<bool>(), stamp()).prop_map(|(deleted, stamp)| Register(deleted, stamp)));
    (fields, deleted).prop_map(move |(fields, deleted)| Record {
        kind: key.kind.clone(),
        id: key.id,
        fields: BTreeMap::from_iter(fields),
        deleted,
    })
}

/// Any record.
pub fn record() -> impl Strategy<Value = Record> {
    (kind(), id()).prop_flat_map(|(kind, id)| state_of(RecordKey::new(kind, id)))
}

/// Several states of one record.
pub fn states(count: usize) -> impl Strategy<Value = Vec<Record>> {
    (kind(), id()).prop_flat_map(move |(kind, id)| prop::collection::vec(state_of(RecordKey::new(kind, id)), count))
}

/// Any op on one given record.
pub fn op_on(key: RecordKey) -> impl Strategy<Value = Op> {
    let action = prop_oneof![
        4 => prop::collection::btree_map(field(), value(), 0..4).prop_map(Action::Patch),
        1 => Just(Action::Delete),
        1 => Just(Action::Restore),
    ];
    action.prop_map(move |action| Op { kind: key.kind.clone(), id: key.id, action })
}
