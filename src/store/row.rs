//! The form of the rows in IndexedDB.
//!
//! A record's row is `{k: "deal/0190…", t: "deal", id, u: 1763812345678, p: ["018f…/deal"], d: JSON of the record}`. `u`
//! and `p` are there for the indexes only and are left out where there is nothing to find. `u`, when the record was last
//! edited, is missing on deleted records, so that lists pass over them, and on parts of other records. `p` names the
//! records that this one points at, each with this one's type: `018f…/deal` finds the deals of a lead, and `deleted/deal`
//! those deals that are deleted.

use js_sys::{Array, Object, Reflect};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{is_own, schema};
use outpost_core::schema::links_in;
use rexie::KeyRange;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::error::StoreError;

thread_local! {
    /// The names of properties as JavaScript strings, made once: a bulk import sets a hundred thousand of them.
    static K: JsValue = "k".into();
    static T: JsValue = "t".into();
    static ID: JsValue = "id".into();
    static U: JsValue = "u".into();
    static P: JsValue = "p".into();
    static D: JsValue = "d".into();
}

/// The key text of a record.
pub(super) fn key_text(key: &RecordKey) -> String {
    format!("{}/{}", key.kind, key.id)
}

/// The key of a record in its store.
pub(super) fn key(key: &RecordKey) -> JsValue {
    key_text(key).into()
}

/// The record of a key text.
pub(super) fn key_of(text: &str) -> Option<RecordKey> {
    let (kind, id) = text.rsplit_once('/')?;
    Some(RecordKey::new(kind, id.parse().ok()?))
}

/// A record's row.
pub(super) fn of_record(record: &Record) -> Result<JsValue, StoreError> {
    let row = Object::new();
    let set = |name: &'static std::thread::LocalKey<JsValue>, value: &JsValue| {
        name.with(|name| Reflect::set(&row, name, value)).map_err(|_| StoreError::Failed("a row was frozen".to_owned()))
    };
    let id = record.id.to_string();
    set(&K, &format!("{}/{id}", record.kind).into())?;
    set(&T, &record.kind.as_str().into())?;
    set(&ID, &id.into())?;
    let known = schema(&record.kind);
    if !record.is_deleted() && known.is_none_or(|schema| schema.list.parent.is_empty()) {
        // Below 2^48, so a double holds it exactly.
        set(&U, &(record.latest().ms as f64).into())?;
    }
    let parents: Array = parents(record).map(JsValue::from).collect();
    if parents.length() > 0 {
        set(&P, &parents)?;
    }
    set(&D, &serde_json::to_string(record)?.into())?;
    Ok(row.into())
}

/// The keys of the `parent` index for a record: one for each that it points at, and one that finds it while it is deleted.
pub(super) fn parents(record: &Record) -> impl Iterator<Item = String> {
    pointed_at(record).map(|parent| parent_key(parent, &record.kind))
}

/// What a record points at, [`DELETED`] among it if it is.
pub(super) fn pointed_at(record: &Record) -> impl Iterator<Item = RecordId> {
    let fields = schema(&record.kind).map_or(&[][..], |schema| schema.fields);
    let gone = record.is_deleted().then_some(DELETED);
    fields.iter().flat_map(|field| field.links(record)).chain(own_links(record)).chain(gone)
}

/// What relations that people added lead to. They are known by their form, as the definition of one may come after the record.
fn own_links(record: &Record) -> impl Iterator<Item = RecordId> {
    let own = record.fields.iter().filter(|(name, _)| is_own(name));
    own.flat_map(|(_, register)| links_in(register.value()))
}

/// What deleted records point at, so to speak.
pub(super) const DELETED: RecordId = RecordId::from_bytes([0; 16]);

/// The text of a parent in keys, and in the JSON of what points at it.
pub(super) fn parent_text(parent: RecordId) -> String {
    if parent == DELETED { "deleted".to_owned() } else { parent.to_string() }
}

/// The key of the `parent` index: the records of a type that point at `parent`.
pub(super) fn parent_key(parent: RecordId, kind: &str) -> String {
    format!("{}/{kind}", parent_text(parent))
}

/// A record as it is stored, in a row of its own or among others in a block.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its key's text.
    pub(super) key: String,
    /// Its JSON as it is: of a damaged row anything.
    pub(super) json: String,
}

impl Row {
    /// Of a row in the database.
    pub(super) fn read(row: &JsValue) -> Self {
        let text = |name: &'static std::thread::LocalKey<JsValue>| {
            name.with(|name| Reflect::get(row, name)).ok().and_then(|text| text.as_string()).unwrap_or_default()
        };
        Self { key: text(&K), json: text(&D) }
    }

    /// Of rows in the database.
    pub(super) fn read_all(rows: &[JsValue]) -> Vec<Self> {
        rows.iter().map(Self::read).collect()
    }

    /// The record, or the key text of a row that is damaged.
    pub(super) fn record(&self) -> Result<Record, String> {
        match serde_json::from_str::<Record>(&self.json) {
            Ok(record) if key_text(&record.key()) == self.key => Ok(record),
            _ => Err(self.key.clone()),
        }
    }
}

/// A row `{n, m: JSON}` of the outbox or the refused mutations.
pub(super) fn numbered(n: u64, value: &impl Serialize) -> Result<JsValue, StoreError> {
    let row = Object::new();
    let json = serde_json::to_string(value)?;
    let set = |name: &str, value: JsValue| Reflect::set(&row, &name.into(), &value);
    set("n", number(n))
        .and_then(|_| set("m", json.into()))
        .map_err(|_| StoreError::Failed("a row was frozen".to_owned()))?;
    Ok(row.into())
}

/// A row `{n, m: JSON, u: JSON}` of the outbox: a mutation, and the ops that would undo it.
pub(super) fn unsent(mutation: &Mutation, undo: &[Op]) -> Result<JsValue, StoreError> {
    let row = numbered(mutation.n, mutation)?;
    Reflect::set(&row, &"u".into(), &serde_json::to_string(undo)?.into())
        .map_err(|_| StoreError::Failed("a row was frozen".to_owned()))?;
    Ok(row)
}

/// The ops that would undo the mutation of a row; none if nobody noted them.
pub(super) fn undo_of(row: &JsValue) -> Vec<Op> {
    let json = Reflect::get(row, &"u".into()).ok().and_then(|json| json.as_string());
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// The value of a row `{n, m: JSON}`.
pub(super) fn of_numbered<T: DeserializeOwned>(row: &JsValue) -> Result<T, StoreError> {
    let json = numbered_json(row);
    let damaged = || {
        let n = Reflect::get(row, &"n".into()).ok().and_then(|n| n.as_f64());
        StoreError::Corrupt(format!("change {}", n.unwrap_or_default()))
    };
    serde_json::from_str(&json.ok_or_else(damaged)?).map_err(|_| damaged())
}

/// The number of a row `{n, m: JSON}`.
pub(super) fn number_of(row: &JsValue) -> Option<u64> {
    Reflect::get(row, &"n".into()).ok().as_ref().and_then(to_number)
}

/// The JSON text of a row `{n, m: JSON}`.
pub(super) fn numbered_json(row: &JsValue) -> Option<String> {
    Reflect::get(row, &"m".into()).ok()?.as_string()
}

/// A whole number as a key. Numbers of changes stay far below 2^53.
pub(super) fn number(n: u64) -> JsValue {
    (n as f64).into()
}

/// The whole number of a key.
pub(super) fn to_number(key: &JsValue) -> Option<u64> {
    key.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64)
}

/// The keys that begin with `prefix` and a slash, after the key `after` if there is one.
pub(super) fn under(prefix: &str, after: Option<&str>) -> Result<KeyRange, StoreError> {
    let end = end_of(prefix);
    let range = match after {
        Some(after) => KeyRange::bound(&after.into(), &end, Some(true), Some(true)),
        None => KeyRange::bound(&format!("{prefix}/").into(), &end, Some(false), Some(true)),
    };
    Ok(range?)
}

/// The keys of a record's type from its own on.
pub(super) fn from_on(first: &RecordKey) -> Result<KeyRange, StoreError> {
    Ok(KeyRange::bound(&key(first), &end_of(&first.kind), None, Some(true))?)
}

/// Whether a key is one of those [`under`] a prefix.
pub(super) fn is_under(key: &str, prefix: &str) -> bool {
    key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

/// What follows all keys [`under`] a prefix: the sign after the slash.
pub(super) fn end_of(prefix: &str) -> JsValue {
    format!("{prefix}0").into()
}

/// The rows of `meta` whose names begin with `start`, which ends with a colon.
pub(super) fn notes(start: &str) -> Result<KeyRange, StoreError> {
    // The sign after the colon ends the range.
    let end = format!("{};", start.trim_end_matches(':'));
    Ok(KeyRange::bound(&start.into(), &end.into(), None, Some(true))?)
}
