//! What other records say of a window's rows: the names of those that relations lead to, and what the drafts of invoices add up to.

use std::collections::HashMap;

use futures::FutureExt;
use futures::future::{self, LocalBoxFuture};
use outpost_core::id::RecordId;
use outpost_core::list_view::ListView;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Field;

use crate::forms::say;
use crate::pages::invoice::draft_amounts;
use crate::pages::list::ListSpec;
use crate::pages::list::feed::LinkedRows;
use crate::pages::list::table::columns;
use crate::platform::intl;
use crate::state::{Desk, title_of};
use crate::store::Store;
use crate::words::{t, tr};

/// How many names stand in one cell; the others are counted.
const NAMES: usize = 3;

/// The relations that a list shows.
fn relations(spec: ListSpec, state: &ListView) -> Vec<&'static Field> {
    let mut shown = columns(spec, &state.columns);
    shown.retain(|field| field.leads_to().is_some());
    shown
}

/// See [`Tools`](crate::pages::list::context::Tools).
pub(super) fn watch(desk: Desk, spec: ListSpec, state: &ListView) {
    let of_lines = has_drafts(spec).then_some("invoice_line");
    for kind in relations(spec, state).into_iter().filter_map(Field::leads_to).chain(of_lines) {
        desk.version(kind);
    }
}

fn has_drafts(spec: ListSpec) -> bool {
    spec.schema.kind == "invoice"
}

/// The same. Where a list shows nothing of others, nothing is copied and nothing read.
pub(super) fn linked(
    store: Store,
    spec: ListSpec,
    state: &ListView,
    rows: &[Record],
) -> LocalBoxFuture<'static, LinkedRows> {
    let relations = relations(spec, state);
    if relations.is_empty() && !has_drafts(spec) {
        return future::ready(Ok(Vec::new())).boxed_local();
    }
    let rows = rows.to_vec();
    let said = async move {
        let mut said = read(&store, relations, &rows).await?;
        if has_drafts(spec) {
            let amounts = draft_amounts(&store, &rows).await?;
            for (row, said) in rows.iter().zip(&mut said) {
                said.extend(amounts.get(&row.id).map(|amount| (spec.schema.list.amount, amount.clone())));
            }
        }
        Ok(said)
    };
    said.boxed_local()
}

/// Reads them all at once.
async fn read(store: &Store, relations: Vec<&'static Field>, rows: &[Record]) -> LinkedRows {
    let mut keys: Vec<RecordKey> = Vec::new();
    for field in &relations {
        let Some(kind) = field.leads_to() else { continue };
        let mut ids: Vec<RecordId> = rows.iter().flat_map(|row| field.links(row)).collect();
        ids.sort_unstable();
        ids.dedup();
        keys.extend(ids.into_iter().map(|id| RecordKey::new(kind, id)));
    }
    let found = store.get_many(&keys).await.map_err(say)?;
    let found: HashMap<RecordId, &Record> = found.iter().map(|record| (record.id, record)).collect();
    let linked = |row: &Record| {
        let said = relations.iter().map(|field| {
            let all = field.links(row);
            let mut said =
                all.iter().take(NAMES).map(|id| name_of(found.get(id).copied())).collect::<Vec<_>>().join(", ");
            if all.len() > NAMES {
                said.push_str(&format!(" +{}", intl::count(all.len() - NAMES)));
            }
            (field.name, said)
        });
        said.collect()
    };
    Ok(rows.iter().map(linked).collect())
}

/// What a record is called that something belongs to, as far as it is known here.
pub(super) fn name_of(record: Option<&Record>) -> String {
    match record.filter(|record| !record.fields.is_empty()) {
        Some(record) if record.is_deleted() => t!("{} (deleted)", title_of(record)),
        Some(record) => title_of(record),
        None => tr("Not on this device").to_owned(),
    }
}
