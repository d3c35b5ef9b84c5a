//! What the device has already, as far as an import must know it: who looks like one of the file's rows, and what the
//! records are called that it names.

use std::collections::{HashMap, HashSet};

use outpost_core::exchange::{Relations, twin_keys};
use outpost_core::id::RecordId;
use outpost_core::index::fold;
use outpost_core::record::Record;
use outpost_core::schema::Schema;

use crate::forms::say;
use crate::state::{Desk, schema};

/// See the module's documentation.
#[derive(Debug, Default)]
pub(super) struct Known {
    twins: HashSet<String>,
    /// By type and name, and by type and id.
    records: HashMap<String, Vec<RecordId>>,
}

impl Known {
    /// Reads it: the e-mail addresses, numbers and ids of all records of a type, and the names of those of the `related` types.
    pub(super) async fn read(desk: Desk, of: &'static Schema, related: &[&'static str]) -> Result<Self, String> {
        let store = desk.store();
        let mut known = Self::default();
        let mut visit = |record: &Record| {
            if is_here(record) {
                known.twins.extend(twin_keys(of, &|name| record.get(name)));
                known.twins.insert(record.id.to_string());
            }
        };
        store.each(of.kind, &mut visit).await.map_err(say)?;
        for kind in related {
            let title = schema(kind).map_or("", |schema| schema.list.title);
            let records = &mut known.records;
            let mut visit = |record: &Record| {
                // A record may be visited twice.
                let own = records.entry(key(kind, &record.id.to_string())).or_default();
                if is_here(record) && own.is_empty() {
                    own.push(record.id);
                    records.entry(key(kind, &fold(record.text(title)))).or_default().push(record.id);
                }
            };
            store.each(kind, &mut visit).await.map_err(say)?;
        }
        Ok(known)
    }

    /// Whether a record with one of these keys, or this id, is here.
    pub(super) fn has_twin(&self, keys: &[String]) -> bool {
        keys.iter().any(|key| self.twins.contains(key))
    }
}

fn is_here(record: &Record) -> bool {
    !record.is_deleted() && !record.fields.is_empty()
}

fn key(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

impl Relations for Known {
    fn named(&self, kind: &str, name: &str) -> Vec<RecordId> {
        self.records.get(&key(kind, &fold(name))).cloned().unwrap_or_default()
    }

    fn knows(&self, kind: &str, id: RecordId) -> bool {
        self.records.get(&key(kind, &id.to_string())).is_some_and(|all| !all.is_empty())
    }
}
