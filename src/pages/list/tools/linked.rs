//! What the relations of a window's rows say: the names of the records that they lead to.

use std::collections::HashMap;

use outpost_core::id::RecordId;
use outpost_core::list_view::ListView;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Field;

use crate::forms::say;
use crate::pages::list::ListSpec;
use crate::pages::list::feed::Linked;
use crate::pages::list::table::columns;
use crate::state::{Desk, title_of};
use crate::store::Store;

/// How many names stand in one cell; more have no room.
const NAMES: usize = 3;

/// The relations that a list shows.
fn relations(spec: ListSpec, state: &ListView) -> Vec<&'static Field> {
    let mut shown = columns(spec, &state.columns);
    shown.retain(|field| field.leads_to().is_some());
    shown
}

/// See [`Tools`](crate::pages::list::context::Tools).
pub(super) fn watch(desk: Desk, spec: ListSpec, state: &ListView) {
    for kind in relations(spec, state).into_iter().filter_map(Field::leads_to) {
        desk.version(kind);
    }
}

/// Reads them all at once.
pub(super) async fn read(
    store: Store,
    spec: ListSpec,
    state: ListView,
    rows: Vec<Record>,
) -> Result<Vec<Linked>, String> {
    let relations = relations(spec, &state);
    if relations.is_empty() {
        return Ok(Vec::new());
    }
    let leads = |row: &Record, field: &Field| field.links(row).into_iter().take(NAMES);
    let mut keys: Vec<RecordKey> = Vec::new();
    for field in &relations {
        let Some(kind) = field.leads_to() else { continue };
        let mut ids: Vec<RecordId> = rows.iter().flat_map(|row| leads(row, field)).collect();
        ids.sort_unstable();
        ids.dedup();
        keys.extend(ids.into_iter().map(|id| RecordKey::new(kind, id)));
    }
    let found = store.get_many(&keys).await.map_err(say)?;
    // What is deleted, or only in the archive, has no name here.
    let named = found.iter().filter(|record| !record.is_deleted() && !record.fields.is_empty());
    let names: HashMap<RecordId, String> = named.map(|record| (record.id, title_of(record))).collect();
    let linked = |row: &Record| {
        let said = relations.iter().map(|field| {
            let all: Vec<&str> = leads(row, field).filter_map(|id| names.get(&id).map(String::as_str)).collect();
            (field.name, all.join(", "))
        });
        said.collect()
    };
    Ok(rows.iter().map(linked).collect())
}
