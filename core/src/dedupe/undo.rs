//! Taking a merge back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use thiserror::Error;

use super::plan::in_groups;
use super::redirect::redirect;
use crate::catalogue::Catalogue;
use crate::hlc::Hlc;
use crate::mutation::{Op, Patch};
use crate::record::{Record, RecordKey, Register};
use crate::records::Merge;
use crate::rules::{self, Context};
use crate::schema::{ReadError, RecordType};
use crate::sorting::Order;

/// How long a merge can be taken back, in milliseconds: 30 days.
pub const UNDO_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// Why a merge cannot be taken back.
#[derive(Debug, Error)]
pub enum UndoError {
    /// It was already, or never was.
    #[error("this merge was taken back already")]
    Already,
    /// It is too long ago.
    #[error(
        "a merge can be taken back for 30 days, and this one is older; restore the record from the deleted ones instead"
    )]
    TooLate,
    /// What is noted of it cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// What takes a merge back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// The mutations, in their order.
    pub groups: Vec<Vec<Op>>,
    /// What was edited since and stays as it is: the record and the field.
    pub stays: Vec<(RecordKey, String)>,
}

/// The latest of the merges of a record: the one that says where it went.
pub fn latest<'a>(merges: impl IntoIterator<Item = &'a Record>) -> Option<&'a Record> {
    let standing = merges.into_iter().filter(|merge| !merge.is_deleted());
    standing.max_by_key(|merge| (merge.fields.get("at").map_or(Hlc::ZERO, Register::hlc), merge.id))
}

/// Whether a merge can be taken back at a time, in milliseconds since 1970.
pub fn can_undo(merge: &Record, now_ms: u64) -> bool {
    let at = merge.get("at").and_then(Value::as_u64).unwrap_or_default();
    !merge.is_deleted() && now_ms <= at.saturating_add(UNDO_MS)
}

/// The records that [`undo`] looks at: those that were merged, and what was led from the one to the other.
///
/// # Errors
/// [`UndoError::Unreadable`].
pub fn undo_reads(merges: &[Record]) -> Result<BTreeSet<RecordKey>, UndoError> {
    let mut keys = BTreeSet::new();
    for merge in merges {
        let read = Merge::from_record(merge)?;
        keys.extend(read.kept.into_iter().chain(read.gone).map(|id| RecordKey::new(read.of.as_str(), id)));
        for (place, records) in &read.moved {
            let kind = place.split_once('.').map_or(place.as_str(), |(kind, _)| kind);
            keys.extend(records.keys().map(|id| RecordKey::new(kind, *id)));
        }
    }
    Ok(keys)
}

/// The ops that take back that a record was merged: it is restored, with all that was written into it since; what changed by that
/// becomes what it was, but only where it still is what was made of it then. `merges` are all merges of the record: devices
/// that did not know of each other may each have made one.
///
/// # Errors
/// [`UndoError`].
pub fn undo(types: &Catalogue, merges: &[Record], context: &dyn Context, now_ms: u64) -> Result<Undone, UndoError> {
    let mut standing: Vec<&Record> = merges.iter().filter(|merge| !merge.is_deleted()).collect();
    standing
        .order_by_key(|merge| std::cmp::Reverse((merge.fields.get("at").map_or(Hlc::ZERO, Register::hlc), merge.id)));
    if !can_undo(standing.first().ok_or(UndoError::Already)?, now_ms) {
        return Err(UndoError::TooLate);
    }
    let mut ops = Vec::new();
    let mut back = Back { context, patches: BTreeMap::new(), stays: BTreeSet::new() };
    for merge in standing {
        let read = Merge::from_record(merge)?;
        let (Some(kept), Some(gone)) = (read.kept, read.gone) else { continue };
        ops.push(Op::delete(Merge::SCHEMA.kind, merge.id));
        if ops.len() == 1 {
            ops.push(Op::restore(&read.of, gone));
        }
        for (field, (was, made)) in &read.changed {
            back.take(RecordKey::new(read.of.as_str(), kept), field, made, was);
        }
        for (place, records) in &read.moved {
            let Some((kind, name)) = place.split_once('.') else { continue };
            let Some(field) = types.schema(kind).and_then(|schema| schema.field(name)) else { continue };
            for (id, was) in records {
                let was = if was.is_null() { json!(gone) } else { was.clone() };
                back.take(RecordKey::new(kind, *id), name, &redirect(field, &was, gone, kept), &was);
            }
        }
    }
    let Back { patches, mut stays, .. } = back;
    for (key, patch) in patches {
        let op = Op::patch(&key.kind, key.id, patch);
        match rules::check(&op, context) {
            Ok(()) => ops.push(op),
            Err(_) => stays.extend(op.patched().into_iter().flatten().map(|(name, _)| (key.clone(), name.clone()))),
        }
    }
    Ok(Undone { groups: in_groups(ops), stays: stays.into_iter().collect() })
}

/// What goes back, by record (a mutation does one thing to each), and what does not.
struct Back<'a> {
    context: &'a dyn Context,
    patches: BTreeMap<RecordKey, Patch>,
    stays: BTreeSet<(RecordKey, String)>,
}

impl Back<'_> {
    /// A field that was `was` before it was made `made`.
    fn take(&mut self, key: RecordKey, field: &str, made: &Value, was: &Value) {
        let Some(record) = self.context.record(&key) else { return };
        let now = record.get(field).unwrap_or(&Value::Null);
        if now == made {
            self.patches.entry(key).or_default().entry(field.to_owned()).or_insert_with(|| was.clone());
        } else if now != was {
            self.stays.insert((key, field.to_owned()));
        }
    }
}
