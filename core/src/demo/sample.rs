//! A few records to look around with, on a device that has none.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::mutations;
use crate::id::DeviceId;
use crate::mutation::{Op, Patch};
use crate::record::RecordKey;
use crate::records::{Business, Conflict, Invoice, Payment};
use crate::schema::RecordType;

/// How many leads there are among them.
const LEADS: usize = 16;

/// What is none of the sample's.
const LEFT_OUT: [&str; 3] = [Business::SCHEMA.kind, Conflict::SCHEMA.kind, Payment::SCHEMA.kind];
/// What a newcomer looks at: of each there is one at least.
const OF_EACH: [&str; 14] = [
    "lead",
    "company",
    "contact",
    "deal",
    "stage_event",
    "invoice",
    "invoice_line",
    "note",
    "call",
    "meeting",
    "visit",
    "task",
    "product",
    "tag",
];
/// So many businesses are looked at until one has something of everything; two of three have.
const TRIES: u64 = 50;

/// The ops that make them, one for each record and each with what that is in the end: a year of a made-up business, but without who
/// it is itself. Its invoices are drafts: what is issued nobody could remove. The same arguments give the same ops; `seed` makes
/// the ids, so that two devices do not make the same records. `now_ms` is in milliseconds since 1970, `today` its day.
pub fn sample(seed: u64, now_ms: u64, today: NaiveDate) -> Vec<Op> {
    let has_all = |ops: &Vec<Op>| OF_EACH.iter().all(|kind| ops.iter().any(|op| op.kind == *kind));
    let mut seeds = (0..TRIES).map(|more| seed.wrapping_add(more));
    let whole = seeds.find_map(|seed| Some(a_year(seed, now_ms, today)).filter(has_all));
    whole.unwrap_or_else(|| a_year(seed, now_ms, today))
}

fn a_year(seed: u64, now_ms: u64, today: NaiveDate) -> Vec<Op> {
    let mut order: Vec<RecordKey> = Vec::new();
    let mut records: BTreeMap<RecordKey, Patch> = BTreeMap::new();
    // The series names numbers of invoices, of which none is left.
    for op in mutations(LEADS, seed, DeviceId(1), now_ms, "0", today).flat_map(|mutation| mutation.ops) {
        let Some(patch) = op.patched() else { continue };
        let key = op.key();
        // All that becomes of a draft is issuing it, and what follows from that.
        let is_issue = key.kind == Invoice::SCHEMA.kind && records.contains_key(&key);
        if is_issue || LEFT_OUT.contains(&key.kind.as_str()) {
            continue;
        }
        let held = records.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            Patch::new()
        });
        held.extend(patch.clone());
    }
    let op = |key: RecordKey| records.get(&key).map(|patch| Op::patch(&key.kind, key.id, patch.clone()));
    order.into_iter().filter_map(op).collect()
}
