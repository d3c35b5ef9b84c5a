//! Two people set one field without knowing of each other: the later wins, and what lost is kept as a record of its own, so
//! that every device can show it and take it back without a network.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::Patch;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::records::{Conflict, is_own, schema};
use outpost_core::schema::RecordType;
use serde_json::{Value, json};

/// A value that lost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clash {
    key: RecordKey,
    field: String,
    lost: Register,
    /// Who won, and when.
    won: Hlc,
    /// When it was found: the stamp of what was pushed.
    found: Hlc,
}

/// What of a record's values clashes with a patch: another device's, which the author of the patch had not seen, and which
/// is another value. `unseen` are the fields that have changed since the author last heard of them.
pub(crate) fn find(record: &Record, patch: &Patch, hlc: Hlc, unseen: Option<&BTreeSet<String>>) -> Vec<Clash> {
    let schema = schema(&record.kind);
    if schema.is_none() && !is_own(&record.kind) {
        return Vec::new();
    }
    let mut clashes = Vec::new();
    for (field, value) in patch {
        // What the program writes along with an event of its own follows that event. What people have added they write by hand.
        let by_hand = match schema {
            Some(schema) => is_own(field) || schema.field(field).is_some_and(|field| field.in_form),
            None => true,
        };
        let Some(there) = record.fields.get(field).filter(|_| by_hand) else { continue };
        if there.hlc().device == hlc.device || there.value() == value || there.hlc() == Hlc::ZERO {
            continue;
        }
        let ours = Register(value.clone(), hlc);
        let key = record.key();
        let (lost, won) = if there.beats(&ours) {
            (ours, there.hlc())
        } else if unseen.is_some_and(|unseen| unseen.contains(field)) {
            (there.clone(), hlc)
        } else {
            continue;
        };
        clashes.push(Clash { key, field: field.clone(), lost, won, found: hlc });
    }
    clashes
}

/// The records that keep clashes.
pub(crate) fn kept(clashes: &[Clash], names: &HashMap<DeviceId, String>) -> BTreeMap<RecordKey, Record> {
    clashes.iter().map(|clash| (clash.key(), clash.record(names))).collect()
}

impl Clash {
    /// The record that keeps it.
    pub(crate) fn key(&self) -> RecordKey {
        let id = RecordId::derived(self.key.id, &format!("{}/{}", self.field, self.lost.hlc()));
        RecordKey::new(Conflict::SCHEMA.kind, id)
    }

    /// The record; `names` are those of the devices.
    pub(crate) fn record(&self, names: &HashMap<DeviceId, String>) -> Record {
        let name = |device: DeviceId| names.get(&device).cloned().unwrap_or_default();
        let fields: BTreeMap<&str, Value> = BTreeMap::from([
            ("record", json!(self.key.id)),
            ("of", json!(self.key.kind)),
            ("field", json!(self.field)),
            ("value", self.lost.value().clone()),
            ("at", json!(self.lost.hlc().ms)),
            ("device", json!(self.lost.hlc().device)),
            ("by", json!(name(self.lost.hlc().device))),
            ("won_device", json!(self.won.device)),
            ("won_by", json!(name(self.won.device))),
        ]);
        let mut record = Record::empty(self.key());
        record.fields =
            fields.into_iter().map(|(name, value)| (name.to_owned(), Register(value, self.found))).collect();
        record
    }
}
