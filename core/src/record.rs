//! A record as it is stored and synced: one register per field, each with its own clock stamp.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hlc::Hlc;
use crate::id::RecordId;

/// A value and the stamp of the edit that set it. In JSON a pair: `["Ana", "018f3a2b4c5d-0001-a1b2c3d4e5f60718"]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Register<T = Value>(pub T, pub Hlc);

impl<T: PartialEq + Serialize> Register<T> {
    /// The value.
    pub const fn value(&self) -> &T {
        &self.0
    }

    /// When it was set, and by which device.
    pub const fn hlc(&self) -> Hlc {
        self.1
    }

    /// Whether this one wins against `other`. Last write wins, ties are broken by the device.
    ///
    /// One device never gives one stamp to two values; should a faulty one do so, the greater JSON text wins, so that
    /// all still agree.
    pub fn beats(&self, other: &Self) -> bool {
        match self.1.cmp(&other.1) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => self.0 != other.0 && json_text(&self.0) > json_text(&other.0),
        }
    }

    /// Takes `other` if it wins; says whether it did.
    pub fn merge(&mut self, other: Self) -> bool {
        let wins = other.beats(self);
        if wins {
            *self = other;
        }
        wins
    }
}

fn json_text<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// The fields of a record, by name. A field that this version does not know is kept like any other.
pub type Fields = BTreeMap<String, Register>;

/// A record's identity with its type: what a change speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordKey {
    /// The type's name, such as `lead`; types that this version does not know are kept and relayed.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: RecordId,
}

impl RecordKey {
    /// A key of its parts.
    pub fn new(kind: impl Into<String>, id: RecordId) -> Self {
        Self { kind: kind.into(), id }
    }
}

/// One record of any type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The type's name, such as `lead`; types that this version does not know are kept and relayed.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: RecordId,
    /// One register a field.
    #[serde(default)]
    pub fields: Fields,
    /// Deletion is a register of its own: an edit never brings a deleted record back, only a restore does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Register<bool>>,
}

impl Record {
    /// A record without any field.
    pub fn empty(key: RecordKey) -> Self {
        Self { kind: key.kind, id: key.id, fields: Fields::new(), deleted: None }
    }

    /// Type and id.
    pub fn key(&self) -> RecordKey {
        RecordKey::new(self.kind.clone(), self.id)
    }

    /// Whether the record is deleted now.
    ///
    /// An issued invoice never is: a deletion of the draft, made elsewhere before the issue was heard of, lies beneath.
    pub fn is_deleted(&self) -> bool {
        self.deleted.as_ref().is_some_and(|d| d.0) && !(self.kind == "invoice" && self.get("issued").is_some())
    }

    /// The value of a field; `None` when it was never set or was cleared.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).map(Register::value).filter(|v| !v.is_null())
    }

    /// The text of a field; empty when it has none.
    pub fn text(&self, field: &str) -> &str {
        self.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// The record that a relation field points at.
    pub fn relation(&self, field: &str) -> Option<RecordId> {
        self.get(field)?.as_str()?.parse().ok()
    }

    /// The latest stamp on the record.
    pub fn latest(&self) -> Hlc {
        let fields = self.fields.values().map(Register::hlc).max().unwrap_or(Hlc::ZERO);
        self.deleted.as_ref().map_or(fields, |d| d.1.max(fields))
    }

    /// Merges another state of the same record into this one, field by field; says whether anything changed.
    ///
    /// Commutative, associative and idempotent, so the order and number of deliveries do not matter.
    pub fn merge(&mut self, other: Self) -> bool {
        let mut changed = false;
        for (name, register) in other.fields {
            changed |= merge_field(&mut self.fields, name, register);
        }
        if let Some(theirs) = other.deleted {
            changed |= match &mut self.deleted {
                Some(ours) => ours.merge(theirs),
                None => {
                    self.deleted = Some(theirs);
                    true
                }
            };
        }
        changed
    }
}

/// Merges one register into a record's fields; says whether it won.
pub fn merge_field(fields: &mut Fields, name: String, register: Register) -> bool {
    match fields.entry(name) {
        std::collections::btree_map::Entry::Occupied(mut ours) => ours.get_mut().merge(register),
        std::collections::btree_map::Entry::Vacant(place) => {
            place.insert(register);
            true
        }
    }
}
