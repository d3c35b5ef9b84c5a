//! What one edit is: a mutation, numbered by its device, stamped once, accepted or refused as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hlc::Hlc;
use crate::id::RecordId;
use crate::record::{Fields, Record, RecordKey, Register, merge_field};

/// New values of some fields of a record, by field name. `null` clears a field.
pub type Patch = BTreeMap<String, Value>;

/// What happens to one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Sets fields; makes the record if there is none.
    Patch(Patch),
    /// Sets the deletion register.
    Delete,
    /// Clears the deletion register, and brings back whatever was edited beneath it.
    Restore,
    /// Merges registers that the server had accepted before, each with the stamp that it has, whoever gave it: what a
    /// server that was restored from a backup has lost.
    Merge(Registers),
}

/// Some registers of a record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registers {
    /// Fields, by name.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    /// The deletion register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Register<bool>>,
}

impl Registers {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.deleted.is_none()
    }

    /// The latest stamp among them.
    pub fn latest(&self) -> Option<Hlc> {
        let deleted = self.deleted.as_ref().map(Register::hlc);
        self.fields.values().map(Register::hlc).chain(deleted).max()
    }
}

/// One record's part of a mutation. In JSON `{"type", "id"}` and exactly one of `"patch": {…}`, `"delete": true`,
/// `"restore": true` and `"merge": {"fields", "deleted"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawOp", into = "RawOp")]
pub struct Op {
    /// The record's type.
    pub kind: String,
    /// The record.
    pub id: RecordId,
    /// What happens to it.
    pub action: Action,
}

impl Op {
    /// Sets fields of a record.
    pub fn patch(kind: &str, id: RecordId, patch: Patch) -> Self {
        Self { kind: kind.into(), id, action: Action::Patch(patch) }
    }

    /// Deletes a record.
    pub fn delete(kind: &str, id: RecordId) -> Self {
        Self { kind: kind.into(), id, action: Action::Delete }
    }

    /// Restores a deleted record.
    pub fn restore(kind: &str, id: RecordId) -> Self {
        Self { kind: kind.into(), id, action: Action::Restore }
    }

    /// Merges registers into a record.
    pub fn merge(key: RecordKey, registers: Registers) -> Self {
        Self { kind: key.kind, id: key.id, action: Action::Merge(registers) }
    }

    /// The record's type and id.
    pub fn key(&self) -> RecordKey {
        RecordKey::new(self.kind.clone(), self.id)
    }

    /// The fields that are set; none but for a patch.
    pub const fn patched(&self) -> Option<&Patch> {
        match &self.action {
            Action::Patch(patch) => Some(patch),
            Action::Delete | Action::Restore | Action::Merge(_) => None,
        }
    }

    /// The value that a field is given, by a patch or a merge.
    pub fn value(&self, field: &str) -> Option<&Value> {
        match &self.action {
            Action::Patch(patch) => patch.get(field),
            Action::Merge(registers) => registers.fields.get(field).map(Register::value),
            Action::Delete | Action::Restore => None,
        }
    }

    /// This op as a state of its record: what there would be to merge if nothing else had ever happened to it.
    pub fn to_record(&self, hlc: Hlc) -> Record {
        let mut record = Record::empty(self.key());
        match &self.action {
            Action::Patch(patch) => {
                record.fields =
                    patch.iter().map(|(name, value)| (name.clone(), Register(value.clone(), hlc))).collect();
            }
            Action::Delete => record.deleted = Some(Register(true, hlc)),
            Action::Restore => record.deleted = Some(Register(false, hlc)),
            Action::Merge(registers) => {
                record.fields.clone_from(&registers.fields);
                record.deleted.clone_from(&registers.deleted);
            }
        }
        record
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOp {
    #[serde(rename = "type")]
    kind: String,
    id: RecordId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patch: Option<Patch>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    delete: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    restore: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merge: Option<Registers>,
}

impl TryFrom<RawOp> for Op {
    type Error = &'static str;

    fn try_from(raw: RawOp) -> Result<Self, Self::Error> {
        let action = match (raw.patch, raw.delete, raw.restore, raw.merge) {
            (Some(patch), false, false, None) => Action::Patch(patch),
            (None, true, false, None) => Action::Delete,
            (None, false, true, None) => Action::Restore,
            (None, false, false, Some(registers)) => Action::Merge(registers),
            _ => return Err("an op has exactly one of patch, delete, restore and merge"),
        };
        Ok(Self { kind: raw.kind, id: raw.id, action })
    }
}

impl From<Op> for RawOp {
    fn from(op: Op) -> Self {
        let raw = Self { kind: op.kind, id: op.id, patch: None, delete: false, restore: false, merge: None };
        match op.action {
            Action::Patch(patch) => Self { patch: Some(patch), ..raw },
            Action::Delete => Self { delete: true, ..raw },
            Action::Restore => Self { restore: true, ..raw },
            Action::Merge(registers) => Self { merge: Some(registers), ..raw },
        }
    }
}

/// One edit, as it is kept in the outbox and sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// Its number: 1, 2, 3, … without a gap, counted by the device.
    pub n: u64,
    /// The version of the record types that it was made with ([`crate::records::SCHEMA_VERSION`]).
    pub schema: u32,
    /// When it was made; the stamp of every register that it sets.
    pub hlc: Hlc,
    /// What it does. At most one op a record and action.
    pub ops: Vec<Op>,
}

/// Undoes a refused op on the device: each register that the refused mutation set and that nothing has overwritten
/// since becomes what the server holds (`current`), or goes if the server has none. So does each that was to be merged:
/// kept, it would differ from the server's for ever.
///
/// Returns whether anything of the record is left; `false` means that the row should be removed.
pub fn revert(local: &mut Record, op: &Op, hlc: Hlc, current: Option<&Record>) -> bool {
    let refused = op.to_record(hlc);
    for (name, register) in &refused.fields {
        if local.fields.get(name).is_some_and(|held| held.hlc() == register.hlc()) {
            local.fields.remove(name);
        }
    }
    let gone = refused.deleted.as_ref().map(Register::hlc);
    if local.deleted.as_ref().is_some_and(|held| Some(held.hlc()) == gone) {
        local.deleted = None;
    }
    if let Some(current) = current {
        local.merge(current.clone());
    }
    !local.fields.is_empty() || local.deleted.is_some()
}

/// Gives the registers of a mutation the stamp that the server rewrote its own to (the device's clock ran ahead).
pub fn restamp(local: &mut Record, from: Hlc, to: Hlc) {
    for register in local.fields.values_mut().filter(|register| register.hlc() == from) {
        register.1 = to;
    }
    if let Some(deleted) = local.deleted.as_mut().filter(|register| register.hlc() == from) {
        deleted.1 = to;
    }
}

/// Applies an op to the server's or the device's state of a record. Returns the registers that won against it, as a
/// state of the record, or `None` if all of the op took effect.
pub fn apply(record: &mut Record, op: &Op, hlc: Hlc) -> Option<Record> {
    let mut winners = Record::empty(op.key());
    let incoming = op.to_record(hlc);
    for (name, register) in incoming.fields {
        match record.fields.get(&name) {
            Some(ours) if ours.beats(&register) => {
                winners.fields.insert(name, ours.clone());
            }
            _ => {
                merge_field(&mut record.fields, name, register);
            }
        }
    }
    if let Some(theirs) = incoming.deleted {
        match &mut record.deleted {
            Some(ours) if ours.beats(&theirs) => winners.deleted = Some(ours.clone()),
            Some(ours) => {
                ours.merge(theirs);
            }
            None => record.deleted = Some(theirs),
        }
    }
    (!winners.fields.is_empty() || winners.deleted.is_some()).then_some(winners)
}
