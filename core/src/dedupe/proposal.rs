//! Field by field: what each of two records says, and what one record of both should say.

use serde_json::{Value, json};

use crate::exchange::twin_keys;
use crate::hlc::Hlc;
use crate::record::{Record, Register};
use crate::schema::{Field, Kind, Schema, is_empty};
use crate::validate;

/// Whose value a field gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// That of the record that is kept.
    Kept,
    /// That of the other one.
    Gone,
    /// Both: lists are united, texts stand one below the other.
    Both,
}

/// A field of which at least one of the two says something.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The field.
    pub field: &'static Field,
    /// What the record says that is kept; `null` for nothing.
    pub kept: Value,
    /// What the other one says.
    pub gone: Value,
    /// Both together, where that is possible and more than either.
    pub both: Option<Value>,
    /// What is taken unless somebody chooses.
    pub take: Take,
}

impl Row {
    /// What the field becomes.
    pub fn value(&self, take: Take) -> &Value {
        match (take, &self.both) {
            (Take::Kept, _) => &self.kept,
            (Take::Gone, _) => &self.gone,
            (Take::Both, Some(both)) => both,
            // Where there is no both, what is proposed is the best there is.
            (Take::Both, None) if self.take == Take::Gone => &self.gone,
            (Take::Both, None) => &self.kept,
        }
    }

    /// Whether there is anything to choose.
    pub fn differs(&self) -> bool {
        self.kept != self.gone
    }
}

/// The fields of two records of a type, in its order: what is there wins over what is not, lists are united, and of two values the
/// later one is proposed.
pub fn propose(schema: &'static Schema, kept: &Record, gone: &Record) -> Vec<Row> {
    let fields = schema.fields.iter().filter(|field| !stays(schema, field));
    fields.filter_map(|field| row(schema, field, kept, gone)).collect()
}

/// A deal's stage follows its stage events, which stay whose they are; and structures only the program understands.
fn stays(schema: &Schema, field: &Field) -> bool {
    let follows_events = schema.kind == "deal" && ["stage", "lost_reason"].contains(&field.name);
    follows_events || matches!(field.kind, Kind::Structure)
}

fn row(schema: &Schema, field: &'static Field, kept: &Record, gone: &Record) -> Option<Row> {
    let value = |record: &Record| record.get(field.name).filter(|value| !is_empty(value)).cloned();
    let set = |record: &Record| record.fields.get(field.name).map_or(Hlc::ZERO, Register::hlc);
    let (ours, theirs) = (value(kept), value(gone));
    let (take, both) = match (&ours, &theirs) {
        (None, None) => return None,
        (Some(_), None) => (Take::Kept, None),
        (None, Some(_)) => (Take::Gone, None),
        (Some(ours), Some(theirs)) if ours == theirs => (Take::Kept, None),
        (Some(ours), Some(theirs)) => {
            let both = both(schema, field, ours, theirs).filter(|both| validate::field(field, both).is_ok());
            let is_converted = |value: &Value| schema.kind == "lead" && *value == json!("converted");
            let take = match &both {
                // All of the one is in the other.
                Some(both) if both == ours => Take::Kept,
                Some(_) => Take::Both,
                None if field.name == schema.list.facet && is_converted(ours) => Take::Kept,
                None if field.name == schema.list.facet && is_converted(theirs) => Take::Gone,
                None if set(gone) > set(kept) => Take::Gone,
                None => Take::Kept,
            };
            (take, both.filter(|both| both != ours && both != theirs))
        }
    };
    let or_null = |value: Option<Value>| value.unwrap_or(Value::Null);
    Some(Row { field, kept: or_null(ours), gone: or_null(theirs), both, take })
}

/// Two values of a field as one; nothing where there can be only one of them.
pub(super) fn both(schema: &Schema, field: &'static Field, ours: &Value, theirs: &Value) -> Option<Value> {
    match (field.kind, ours, theirs) {
        (Kind::LongText, Value::String(ours), Value::String(theirs)) => {
            let (first, second) = (ours.trim(), theirs.trim());
            let joined = if first.contains(second) {
                ours.clone()
            } else if second.contains(first) {
                theirs.clone()
            } else {
                format!("{first}\n\n{second}")
            };
            Some(json!(joined))
        }
        (
            Kind::Emails | Kind::Phones | Kind::Relations(_) | Kind::Roles(_),
            Value::Array(first),
            Value::Array(second),
        ) => {
            let same = |a: &Value, b: &Value| identity(schema, field, a) == identity(schema, field, b);
            let more = second.iter().filter(|each| !first.iter().any(|other| same(other, each)));
            Some(Value::Array(first.iter().chain(more).cloned().collect()))
        }
        _ => None,
    }
}

/// What makes two items of a list the same, however they are written.
fn identity(schema: &Schema, field: &'static Field, item: &Value) -> Value {
    let list = json!([item]);
    let key = twin_keys(schema, &|name| (name == field.name).then_some(&list)).pop();
    match key {
        Some(key) => json!(key),
        None => item.get("id").unwrap_or(item).clone(),
    }
}
