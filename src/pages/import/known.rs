//! What the device has already, as far as an import must know it: who looks like one of the file's rows, and what the
//! records are called that it names.

use std::collections::{HashMap, HashSet};

use outpost_core::exchange::{Relations, twin_keys};
use outpost_core::id::RecordId;
use outpost_core::index::fold;
use outpost_core::record::Record;
use outpost_core::records::schema;
use outpost_core::schema::Schema;

use crate::forms::say;
use crate::state::Desk;

/// See the module's documentation.
#[derive(Debug, Default)]
pub(super) struct Known {
    twins: HashSet<String>,
    names: HashMap<&'static str, HashMap<String, Vec<RecordId>>>,
    ids: HashSet<RecordId>,
}

impl Known {
    /// Reads it: the e-mail addresses and numbers of all records of a type, and the names of those of the `related` types.
    pub(super) async fn read(desk: Desk, of: &'static Schema, related: &[&'static str]) -> Result<Self, String> {
        let store = desk.store();
        let mut known = Self::default();
        let twins = &mut known.twins;
        let has_some = |record: &Record| !record.is_deleted() && !record.fields.is_empty();
        let visit = |record: &Record| {
            if has_some(record) {
                twins.extend(twin_keys(of, |name| record.get(name)));
            }
        };
        store.each(of.kind, visit).await.map_err(say)?;
        for kind in related {
            let title = schema(kind).map_or("", |schema| schema.list.title);
            let (names, ids) = (known.names.entry(kind).or_default(), &mut known.ids);
            let visit = |record: &Record| {
                if has_some(record) && ids.insert(record.id) {
                    names.entry(fold(record.text(title))).or_default().push(record.id);
                }
            };
            store.each(kind, visit).await.map_err(say)?;
        }
        Ok(known)
    }

    /// Whether a record with one of these keys is here.
    pub(super) fn has_twin(&self, keys: &[String]) -> bool {
        keys.iter().any(|key| self.twins.contains(key))
    }
}

impl Relations for Known {
    fn named(&self, kind: &str, name: &str) -> Vec<RecordId> {
        self.names.get(kind).and_then(|names| names.get(&fold(name))).cloned().unwrap_or_default()
    }

    fn knows(&self, _: &str, id: RecordId) -> bool {
        self.ids.contains(&id)
    }
}
