//! What there must be, reckoned another way: a fold over the mutations that the server accepted, last write wins, written
//! from `docs/sync-protocol.md` and from nothing of `outpost_core`. Stamps are compared as the text that they are on the
//! wire, ops are read from their JSON.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::record::Record;
use serde_json::Value;

use crate::journal::Journal;

/// A value, its stamp, and when the server took it.
#[derive(Debug, Clone)]
pub(crate) struct Register {
    pub(crate) stamp: String,
    pub(crate) value: Value,
    /// In milliseconds since 1970; 0 where it is not known.
    pub(crate) taken_ms: u64,
}

/// When it was taken is no part of what it is.
impl PartialEq for Register {
    fn eq(&self, other: &Self) -> bool {
        (&self.stamp, &self.value) == (&other.stamp, &other.value)
    }
}

/// A register for each field; the deletion register has no name.
pub(crate) type Registers = BTreeMap<String, Register>;

/// The records, by `type/id`.
pub(crate) type Fold = BTreeMap<String, Registers>;

/// All that was accepted.
pub(crate) fn fold(journal: &Journal) -> Fold {
    let mut fold = Fold::new();
    // That an invoice is issued or void stands, whenever it was said.
    let mut standing: Vec<(String, Value)> = Vec::new();
    for entry in journal.accepted() {
        let (stamp, taken_ms) = (entry.stamp().to_string(), entry.arrived.ms);
        let put = |registers: &mut Registers, name: &str, stamp: &str, value: &Value| {
            put(registers, name, Register { stamp: stamp.to_owned(), value: value.clone(), taken_ms });
        };
        for op in &entry.mutation.ops {
            let op = serde_json::to_value(op).unwrap_or_default();
            let key = format!("{}/{}", text(&op["type"]), text(&op["id"]));
            for status in [&op["patch"]["status"], &op["merge"]["fields"]["status"][0]] {
                if op["type"] == "invoice" && ["issued", "void"].contains(&text(status)) {
                    standing.push((key.clone(), status.clone()));
                }
            }
            let registers = fold.entry(key).or_default();
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
    for (key, status) in standing {
        if let Some(held) = fold.get_mut(&key).and_then(|registers| registers.get_mut("status")) {
            let Register { stamp, taken_ms, .. } = held.clone();
            fold.entry(key)
                .and_modify(|registers| put(registers, "status", Register { stamp, value: status, taken_ms }));
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

/// The later stamp wins; of equal ones, the value whose JSON text is greater. What comes twice was taken the first time.
fn put(registers: &mut Registers, name: &str, register: Register) {
    let wins = match registers.get_mut(name) {
        None => true,
        Some(held) if register.stamp != held.stamp => register.stamp > held.stamp,
        Some(held) if register.value == held.value => {
            held.taken_ms = held.taken_ms.min(register.taken_ms);
            false
        }
        Some(held) => json(&register.value) > json(&held.value),
    };
    if wins {
        registers.insert(name.to_owned(), register);
    }
}

/// A record in the oracle's terms.
pub(crate) fn of_record(record: &Record) -> (String, Registers) {
    let register = |stamp: Hlc, value: Value| Register { stamp: stamp.to_string(), value, taken_ms: 0 };
    let fields = record.fields.iter();
    let fields = fields.map(|(name, field)| (name.clone(), register(field.hlc(), field.value().clone())));
    let deleted = record.deleted.as_ref();
    let deleted = deleted.map(|gone| (String::new(), register(gone.hlc(), Value::Bool(*gone.value()))));
    (format!("{}/{}", record.kind, record.id), fields.chain(deleted).collect())
}
