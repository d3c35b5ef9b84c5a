//! Which records a device is to have: those that are not older than it keeps. Reckoned from what the server holds and from
//! nothing of `outpost_core::scope`.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::record::{Record, RecordKey, Register};
use serde_json::Value;

use crate::device::Device;
use crate::world::World;

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// The least and the most that each record's age may be: 0 in use or recent, 1 not older than a year, 2 older. They differ
/// where somebody wanted it back, who may have come too early.
pub(crate) struct Ages(BTreeMap<RecordKey, (u8, u8)>);

impl Ages {
    /// Whether a device is to have a record; `None` if both are right.
    pub(crate) fn sees(&self, device: &Device, key: &RecordKey) -> Option<bool> {
        let keeps = u8::from(device.disk.tables.state.scope.keep);
        match self.0.get(key).copied().unwrap_or_default() {
            (_, most) if most <= keeps => Some(true),
            (least, _) if least > keeps => Some(false),
            _ => None,
        }
    }

    /// What a device holds of a record's group, to be told.
    pub(crate) fn group_of<'r>(&self, key: &RecordKey, held: &'r BTreeMap<RecordKey, Record>) -> Vec<&'r Record> {
        let wanted = held.get(key).map(|record| head(record, held));
        held.values().filter(|record| Some(head(record, held)) == wanted).collect()
    }
}

/// The ages of all that the server holds, as they were when it last tended.
pub(crate) fn ages(world: &World, all: &BTreeMap<RecordKey, Record>) -> Ages {
    let mut groups: BTreeMap<RecordKey, Vec<&Record>> = BTreeMap::new();
    for record in all.values() {
        groups.entry(head(record, all)).or_default().push(record);
    }
    let mut ages = BTreeMap::new();
    for (head, group) in groups {
        let range = all.get(&head).map_or((0, 0), |record| {
            let back = group.iter().filter_map(|record| world.recalled.get(&record.key()));
            let back_ms = back.max().copied().unwrap_or_default();
            (age(record, &group, back_ms, world.tended_ms), age(record, &group, 0, world.tended_ms))
        });
        ages.extend(group.into_iter().map(|record| (record.key(), range)));
    }
    Ages(ages)
}

fn value<'r>(record: &'r Record, name: &str) -> &'r Value {
    record.fields.get(name).map_or(&Value::Null, Register::value)
}

fn text<'r>(record: &'r Record, name: &str) -> &'r str {
    value(record, name).as_str().unwrap_or_default()
}

/// Types whose records grow old.
const AGING: [&str; 8] = ["lead", "deal", "invoice", "note", "call", "task", "meeting", "visit"];

/// The deal of a stage event, the invoice of a line or payment, what a conflict is about; else the record itself.
fn head(record: &Record, all: &BTreeMap<RecordKey, Record>) -> RecordKey {
    let (kind, id) = match record.kind.as_str() {
        "stage_event" => ("deal", text(record, "deal")),
        "invoice_line" | "payment" => ("invoice", text(record, "invoice")),
        "conflict" => (text(record, "of"), text(record, "record")),
        _ => return record.key(),
    };
    let Ok(id) = id.parse() else { return record.key() };
    if !kind.is_empty() {
        return RecordKey::new(kind, id);
    }
    // Of a conflict that was settled long ago no more is left than the id of what it was about.
    let about = AGING.map(|kind| RecordKey::new(kind, id)).into_iter().find(|key| all.contains_key(key));
    about.unwrap_or_else(|| record.key())
}

fn is_deleted(record: &Record) -> bool {
    let is_frozen = record.kind == "invoice" && !value(record, "issued").is_null();
    record.deleted.as_ref().is_some_and(|deleted| *deleted.value()) && !is_frozen
}

fn age(head: &Record, group: &[&Record], back_ms: u64, now_ms: u64) -> u8 {
    if !AGING.contains(&head.kind.as_str())
        || group.iter().any(|record| record.kind == "conflict" && !is_deleted(record))
    {
        return 0;
    }
    let stamps = group
        .iter()
        .flat_map(|record| record.fields.values().map(Register::hlc).chain(record.deleted.as_ref().map(Register::hlc)));
    let newest_ms = stamps.max().unwrap_or(Hlc::ZERO).ms.max(back_ms);
    let days = now_ms.saturating_sub(newest_ms) / DAY;
    if is_deleted(head) {
        return if head.fields.is_empty() && days >= 180 { 2 } else { 0 };
    }
    let is_done = match (head.kind.as_str(), text(head, "status"), text(head, "stage")) {
        ("lead", "qualified" | "unqualified" | "converted", _)
        | ("deal", _, "won" | "lost")
        | ("invoice", "void", _)
        | ("note", ..)
        | ("task", "done" | "dropped", _)
        | ("meeting" | "visit", "held" | "cancelled", _) => true,
        ("call", ..) => text(head, "outcome") != "call_back",
        ("invoice", "issued", _) => is_paid(head, group),
        _ => false,
    };
    // Of what somebody wants kept nobody is to be without.
    let is_done = is_done && text(head, "keep") != "always";
    match days {
        90..365 if is_done => 1,
        365.. if is_done => 2,
        _ => 0,
    }
}

fn is_paid(invoice: &Record, group: &[&Record]) -> bool {
    let total = value(invoice, "total");
    let payments = group.iter().filter(|part| part.kind == "payment" && !is_deleted(part));
    let amounts = payments.map(|payment| value(payment, "amount"));
    let paid: i64 = amounts
        .filter(|amount| amount["currency"] == total["currency"])
        .filter_map(|amount| amount["minor"].as_i64())
        .sum();
    match total["minor"].as_i64() {
        Some(owed) if owed < 0 => paid <= owed,
        Some(owed) => paid >= owed,
        None => false,
    }
}
