//! A few records to look around with, on a device that has none.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::mutations;
use crate::id::{DeviceId, RecordId};
use crate::mutation::{Op, Patch};
use crate::record::RecordKey;
use crate::records::{Business, Conflict, Invoice, schema};
use crate::schema::RecordType;

/// How many leads there are among them.
const LEADS: usize = 16;

/// The ops that make them, one for each record and each with what that is in the end: a year of a made-up business, but without who
/// it is itself, and without what it has issued, which nobody could remove. The same arguments give the same ops; `seed` makes
/// the ids, so that two devices do not make the same records. `now_ms` is in milliseconds since 1970, `today` its day.
pub fn sample(seed: u64, now_ms: u64, today: NaiveDate) -> Vec<Op> {
    let mut order: Vec<RecordKey> = Vec::new();
    let mut records: BTreeMap<RecordKey, Patch> = BTreeMap::new();
    // The series names numbers of invoices, of which none is left.
    for op in mutations(LEADS, seed, DeviceId(1), now_ms, "0", today).flat_map(|mutation| mutation.ops) {
        let Some(patch) = op.patched() else { continue };
        let key = op.key();
        let held = records.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            Patch::new()
        });
        held.extend(patch.clone());
    }
    let issued: BTreeSet<RecordId> = records
        .iter()
        .filter(|(key, patch)| key.kind == Invoice::SCHEMA.kind && patch.contains_key("issued"))
        .map(|(key, _)| key.id)
        .collect();
    let is_left_out = |key: &RecordKey| {
        let of_issued = |field: &crate::schema::Field| {
            let id = records.get(key).and_then(|patch| patch.get(field.name)?.as_str()?.parse().ok());
            field.leads_to() == Some(Invoice::SCHEMA.kind) && id.is_some_and(|id: RecordId| issued.contains(&id))
        };
        let fields = schema(&key.kind).map_or(&[][..], |schema| schema.fields);
        [Business::SCHEMA.kind, Conflict::SCHEMA.kind].contains(&key.kind.as_str())
            || issued.contains(&key.id)
            || fields.iter().any(of_issued)
    };
    let kept: Vec<RecordKey> = order.into_iter().filter(|key| !is_left_out(key)).collect();
    let op = |key: RecordKey| records.get(&key).map(|patch| Op::patch(&key.kind, key.id, patch.clone()));
    kept.into_iter().filter_map(op).collect()
}
