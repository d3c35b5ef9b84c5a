//! What there must be, reckoned another way: a fold over the mutations that the server accepted, last write wins, written
//! from `docs/sync-protocol.md` and from nothing of `outpost_core`. Stamps are compared as the text that they are on the
//! wire, ops are read from their JSON.

use std::collections::BTreeMap;

use outpost_core::record::Record;
use serde_json::Value;

use crate::journal::Journal;

/// A value and its stamp for each field; the deletion register has no name.
pub(crate) type Registers = BTreeMap<String, (String, Value)>;

/// The records, by `type/id`.
pub(crate) type Fold = BTreeMap<String, Registers>;

/// All that was accepted.
pub(crate) fn fold(journal: &Journal) -> Fold {
    let mut fold = Fold::new();
    for entry in journal.accepted() {
        let stamp = entry.stamp().to_string();
        for op in &entry.mutation.ops {
            let op = serde_json::to_value(op).unwrap_or_default();
            let registers = fold.entry(format!("{}/{}", text(&op["type"]), text(&op["id"]))).or_default();
            if let Some(patch) = op["patch"].as_object() {
                patch.iter().for_each(|(name, value)| put(registers, name, &stamp, value));
            }
            if op["delete"] == true {
                put(registers, "", &stamp, &Value::Bool(true));
            }
            if op["restore"] == true {
                put(registers, "", &stamp, &Value::Bool(false));
            }
            // What a restored server had lost, with the stamps of then.
            if let Some(fields) = op["merge"]["fields"].as_object() {
                fields.iter().for_each(|(name, register)| put(registers, name, text(&register[1]), &register[0]));
            }
            if let Some(deleted) = op["merge"]["deleted"].as_array() {
                put(registers, "", text(&deleted[1]), &deleted[0]);
            }
        }
    }
    fold
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn json(value: &Value) -> String {
    value.to_string()
}

/// The later stamp wins; of equal ones, the value whose JSON text is greater.
fn put(registers: &mut Registers, name: &str, stamp: &str, value: &Value) {
    let wins = match registers.get(name) {
        None => true,
        Some((before, _)) if stamp != before => stamp > before.as_str(),
        Some((_, held)) => json(value) > json(held),
    };
    if wins {
        registers.insert(name.to_owned(), (stamp.to_owned(), value.clone()));
    }
}

/// A record in the oracle's terms.
pub(crate) fn of_record(record: &Record) -> (String, Registers) {
    let fields = record.fields.iter();
    let fields = fields.map(|(name, field)| (name.clone(), (field.hlc().to_string(), field.value().clone())));
    let deleted = record.deleted.as_ref();
    let deleted = deleted.map(|gone| (String::new(), (gone.hlc().to_string(), Value::Bool(*gone.value()))));
    (format!("{}/{}", record.kind, record.id), fields.chain(deleted).collect())
}
