//! The ops that make one record of two.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use thiserror::Error;

use super::proposal::{Take, propose};
use super::redirect::{redirect, without};
use crate::catalogue::Catalogue;
use crate::id::RecordId;
use crate::mutation::{Op, Patch};
use crate::protocol::MAX_OPS;
use crate::record::{Record, RecordKey};
use crate::records::{Merge, Moved};
use crate::rules::{self, Context};
use crate::schema::{ReadError, RecordType, Schema, is_empty};

/// The most records that may lead to the one that goes: so many are noted for taking it back.
const MOST_MOVED: usize = 5_000;

/// Two records of a type, of which one is to be left.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Their type.
    pub schema: &'static Schema,
    /// The one that is kept.
    pub kept: &'a Record,
    /// The one that goes into it.
    pub gone: &'a Record,
}

/// Why two records cannot be made one.
#[derive(Debug, Error)]
pub enum MergeError {
    /// It is one and the same.
    #[error("these are one and the same record; choose another one to merge it with")]
    Same,
    /// One of them is deleted.
    #[error("“{0}” was deleted; restore it before you merge it")]
    Deleted(String),
    /// One of them is not there.
    #[error("one of the two records is not on this device")]
    Missing,
    /// An invoice that is issued.
    #[error("invoice {0} is issued and stays as it is, so it cannot be merged; void it and write a new one")]
    Issued(String),
    /// An invoice that is none yet.
    #[error(
        "the lines of an invoice stay with it, so invoices cannot be merged; add the lines to one of them and delete the other"
    )]
    Invoices,
    /// A type of which each is a thing of its own.
    #[error("{0} are not merged; link them to the same records instead")]
    NotMerged(String),
    /// Too much leads to it.
    #[error("more than {MOST_MOVED} records are linked to “{0}”; keep that one and merge the other into it")]
    TooMany(String),
    /// What was merged cannot be noted.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// Why two records cannot be made one, as far as they themselves say.
pub fn merge_error(pair: Pair<'_>) -> Option<MergeError> {
    let Pair { schema, kept, gone } = pair;
    let title = |record: &Record| match record.text(schema.list.title).trim() {
        "" => schema.label.to_owned(),
        title => title.to_owned(),
    };
    if kept.key() == gone.key() {
        return Some(MergeError::Same);
    }
    if schema.kind == "invoice" {
        let issued = [kept, gone].into_iter().find(|record| record.get("issued").is_some());
        return Some(
            issued.map_or(MergeError::Invoices, |record| MergeError::Issued(record.text("number").to_owned())),
        );
    }
    if !schema.list.merges {
        return Some(MergeError::NotMerged(schema.plural.to_lowercase()));
    }
    [kept, gone].into_iter().find(|record| record.is_deleted()).map(|record| MergeError::Deleted(title(record)))
}

/// The mutations that merge a pair; the first is the merge itself, and each further one goes on with what leads to it.
///
/// `id` is the new one of the merge. `takes` says what was chosen, by field; what it does not name is as [proposed](propose). `referring` are the records that lead to the one
/// that goes; those that the rules keep as they are (an issued invoice, an event) stay, and are found by way of the merge.
///
/// # Errors
/// [`MergeError`].
pub fn plan(
    types: &Catalogue,
    pair: Pair<'_>,
    id: RecordId,
    takes: &BTreeMap<String, Take>,
    referring: &[Record],
    context: &dyn Context,
    now_ms: u64,
) -> Result<Vec<Vec<Op>>, MergeError> {
    if let Some(error) = merge_error(pair) {
        return Err(error);
    }
    let Pair { schema, kept, gone } = pair;
    let (from, to) = (gone.id, kept.id);
    let mut moved = Moved::new();
    let mut led = Vec::new();
    let others: BTreeSet<RecordKey> = [kept.key(), gone.key()].into();
    let mut count = 0;
    for record in referring.iter().filter(|record| !others.contains(&record.key())) {
        let Some((patch, was)) = led_on(types, record, schema.kind, from, to) else { continue };
        let op = Op::patch(&record.kind, record.id, patch);
        if rules::check(&op, context).is_err() {
            continue;
        }
        count += 1;
        if count > MOST_MOVED {
            return Err(MergeError::TooMany(gone.text(schema.list.title).to_owned()));
        }
        note(&mut moved, record, was);
        led.push(op);
    }
    let values = values(pair, takes);
    let before = |name: &str| kept.get(name).cloned().unwrap_or(Value::Null);
    let changed: BTreeMap<String, (Value, Value)> =
        values.iter().map(|(name, value)| (name.clone(), (before(name), value.clone()))).collect();
    let seen = gone.fields.iter().map(|(name, register)| (name.clone(), register.value().clone())).collect();
    let merge =
        Merge { kept: Some(to), gone: Some(from), of: schema.kind.to_owned(), at: Some(now_ms), seen, changed, moved };
    let mut ops = vec![Op::patch(Merge::SCHEMA.kind, id, merge.to_patch()?)];
    if !values.is_empty() {
        ops.push(Op::patch(schema.kind, to, values));
    }
    ops.push(Op::delete(schema.kind, from));
    ops.extend(led);
    Ok(in_groups(ops))
}

/// Ops in mutations that are no longer than they may be.
pub(super) fn in_groups(ops: Vec<Op>) -> Vec<Vec<Op>> {
    ops.chunks(MAX_OPS).map(<[Op]>::to_vec).collect()
}

/// What relations held before, by field.
pub(super) type Was = Vec<(&'static str, Value)>;

/// The relations of a record to a type that lead to `from`, led to `to`; and what they were.
pub(super) fn led_on(
    types: &Catalogue,
    record: &Record,
    kind: &str,
    from: RecordId,
    to: RecordId,
) -> Option<(Patch, Was)> {
    let (mut patch, mut was) = (Patch::new(), Was::new());
    for field in types.schema(&record.kind)?.relations_to(kind) {
        let Some(value) = record.get(field.name) else { continue };
        let led = redirect(field, value, from, to);
        // Nothing leads to itself.
        let led = if record.id == to { without(field, &led, to) } else { led };
        if led != *value {
            patch.insert(field.name.to_owned(), led);
            was.push((field.name, value.clone()));
        }
    }
    (!patch.is_empty()).then_some((patch, was))
}

/// Notes what relations of a record were before they were led elsewhere.
pub(super) fn note(moved: &mut Moved, record: &Record, was: Was) {
    for (field, value) in was {
        // A relation to one record was to the one that is gone: that need not be said of each.
        let value = if value.is_string() { Value::Null } else { value };
        moved.entry(format!("{}.{field}", record.kind)).or_default().insert(record.id, value);
    }
}

/// What becomes of the fields of the one that is kept, where that is something else.
fn values(pair: Pair<'_>, takes: &BTreeMap<String, Take>) -> Patch {
    let Pair { schema, kept, gone } = pair;
    let mut values = Patch::new();
    for row in propose(schema, kept, gone) {
        let value = row.value(takes.get(row.field.name).copied().unwrap_or(row.take));
        let value = without(row.field, &redirect(row.field, value, gone.id, kept.id), kept.id);
        let now = kept.get(row.field.name).unwrap_or(&Value::Null);
        if value != *now && !(is_empty(&value) && (is_empty(now) || row.field.required)) {
            values.insert(row.field.name.to_owned(), value);
        }
    }
    // What a newer version knows and only the other one has goes along.
    let unknown = gone.fields.iter().filter(|(name, _)| schema.field(name).is_none());
    for (name, register) in
        unknown.filter(|(name, register)| !is_empty(register.value()) && kept.get(name).is_none_or(is_empty))
    {
        values.insert(name.clone(), register.value().clone());
    }
    values
}
