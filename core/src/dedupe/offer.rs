//! What somebody wrote into a record that is gone, not knowing that it was merged: offered to the record that is kept.

use serde_json::{Value, json};

use super::proposal::both;
use super::redirect::{redirect, without};
use crate::hlc::Hlc;
use crate::mutation::{Op, Patch};
use crate::record::{Record, Register};
use crate::records::Merge;
use crate::schema::{Field, RecordType, Schema, is_empty};

/// A value that was written into the record that is gone, after whoever merged it looked at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The field.
    pub field: &'static Field,
    /// What was written.
    pub value: Value,
    /// What the record that is kept becomes if it is taken: of lists, both.
    pub taken: Value,
    /// When it was written, and by which device.
    pub by: Hlc,
    /// What notes that it was looked at.
    noted: Op,
    /// The record that is kept.
    kept: (String, crate::id::RecordId),
}

impl Offer {
    /// The ops that take it.
    pub fn take(&self) -> Vec<Op> {
        let patch = Patch::from([(self.field.name.to_owned(), self.taken.clone())]);
        vec![Op::patch(&self.kept.0, self.kept.1, patch), self.noted.clone()]
    }

    /// The ops that leave it: it is offered no more.
    pub fn leave(&self) -> Vec<Op> {
        vec![self.noted.clone()]
    }
}

/// What is to be offered to the record that is kept.
pub fn offers(schema: &'static Schema, merge: &Record, gone: &Record, kept: &Record) -> Vec<Offer> {
    let Ok(read) = Merge::from_record(merge) else { return Vec::new() };
    if merge.is_deleted() || !gone.is_deleted() || kept.is_deleted() {
        return Vec::new();
    }
    let offer = |field: &'static Field| {
        let register = gone.fields.get(field.name).filter(|register| !is_empty(register.value()))?;
        if read.seen.get(field.name) == Some(register.value()) {
            return None;
        }
        let value = without(field, &redirect(field, register.value(), gone.id, kept.id), kept.id);
        let ours = kept.get(field.name).filter(|value| !is_empty(value));
        let taken = ours.and_then(|ours| both(schema, field, ours, &value)).unwrap_or_else(|| value.clone());
        if is_empty(&value) || ours == Some(&taken) {
            return None;
        }
        let mut seen = read.seen.clone();
        seen.insert(field.name.to_owned(), register.value().clone());
        let noted = Op::patch(Merge::SCHEMA.kind, merge.id, Patch::from([("seen".to_owned(), json!(seen))]));
        Some(Offer { field, value, taken, by: Register::hlc(register), noted, kept: (kept.kind.clone(), kept.id) })
    };
    schema.fields.iter().filter(|field| field.in_form).filter_map(offer).collect()
}
