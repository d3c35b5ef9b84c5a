//! What happened about a record: what is on this device, and what of it is in the archive.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Deal, Note};
use outpost_core::schema::{Kind, RecordType, Schema, leads_to_any};
use outpost_core::scope;
use outpost_core::sorting::Order;

use super::related::Whole;
use crate::forms::say;
use crate::state::{self, Desk, schema, title_of};
use crate::store::Store;
use crate::words::said;

/// How often the archive is asked for more of a type.
const LOOKS: usize = 20;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// When, in milliseconds since 1970.
    pub at: u64,
    pub record: Record,
    /// Whom it was with, and about which deal: the names of others that it is linked to.
    pub with: Vec<String>,
    pub about: Vec<String>,
    /// Whether it is in the archive, and not on this device.
    pub archived: bool,
}

/// The types of which a record of this type may have some.
pub(super) fn types(kind: &str) -> Vec<&'static Schema> {
    let acts = has_activities(kind);
    let leads_here = |schema: &&Schema| {
        let mut relations = schema.relations_to(kind);
        // What only marks others, as a tag does, may be put on thousands, and when each was made is no news of the mark.
        relations.any(|relation| acts || happens(schema) || !matches!(relation.kind, Kind::Relations(_)))
    };
    state::types().all().filter(leads_here).collect()
}

pub(super) fn happens(schema: &Schema) -> bool {
    !schema.list.moment.is_empty()
}

/// Whether one can log calls and add notes about records of this type.
pub(super) fn has_activities(kind: &str) -> bool {
    schema(Note::SCHEMA.kind).is_some_and(|notes| notes.relations_to(kind).next().is_some())
}

/// All that happened about a record and is on this device, the newest first.
pub(super) async fn read(
    store: Store,
    own: &'static Schema,
    id: RecordId,
    lead: Option<RecordId>,
) -> Result<Vec<Event>, String> {
    let mut records: BTreeMap<RecordKey, Record> = BTreeMap::new();
    let whole = Whole::read(&store, id, lead).await.map_err(say)?;
    for schema in types(own.kind) {
        let mut found = whole.linked(&store, own, schema).await.map_err(say)?;
        // What was done about somebody as a lead stays with them, whoever else was there.
        if happens(schema) {
            found.extend(store.children_of_many(&whole.lead, schema.kind).await.map_err(say)?);
        }
        records.extend(found.into_iter().map(|record| (record.key(), record)));
    }
    tell(&store, id, records.into_values().collect(), false).await
}

/// What of it is in the archive, where it is on the server: brought to be seen, and not kept.
pub(super) async fn read_archived(
    desk: Desk,
    own: &'static Schema,
    id: RecordId,
    lead: Option<RecordId>,
) -> Result<Vec<Event>, String> {
    let store = desk.store();
    let whole = Whole::read(&store, id, lead).await.map_err(say)?;
    let ids: Vec<RecordId> = whole.ids.into_iter().chain(whole.lead).collect();
    let mut records = Vec::new();
    for schema in scope::archived().filter(|schema| happens(schema) && schema.relations_to(own.kind).next().is_some()) {
        let mut before = None;
        // It may answer with nothing and have more: it looks at so many at a time.
        for _ in 0..LOOKS {
            let page = desk.sync().search_archive(schema.kind, "", &ids, before).await;
            let page = page.map_err(|error| said(error.to_string()))?;
            // An older server gives what is linked to others, too.
            records.extend(page.rows.into_iter().filter(|record| leads_to_any(record, &ids)));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
    }
    tell(&store, id, records, true).await
}

/// Records as what happened, with the names of what they are linked to.
async fn tell(store: &Store, id: RecordId, records: Vec<Record>, archived: bool) -> Result<Vec<Event>, String> {
    let named: BTreeSet<RecordKey> = records.iter().flat_map(|record| others(record, id)).collect();
    let named: Vec<RecordKey> = named.into_iter().collect();
    let names: BTreeMap<RecordId, String> =
        store.get_many(&named).await.map_err(say)?.iter().map(|record| (record.id, title_of(record))).collect();
    let event = |record: Record| {
        let named = |deals: bool| {
            let keys = others(&record, id).into_iter().filter(|key| (key.kind == Deal::SCHEMA.kind) == deals);
            keys.filter_map(|key| names.get(&key.id).cloned()).collect()
        };
        let (with, about) = (named(false), named(true));
        let at = schema(&record.kind).map_or(0, |schema| schema.moment_of(&record));
        Event { at, record, with, about, archived }
    };
    let mut events: Vec<Event> = records.into_iter().map(event).collect();
    sort(&mut events);
    Ok(events)
}

/// The newest first.
pub(super) fn sort(events: &mut [Event]) {
    events.order_by_key(|event| std::cmp::Reverse((event.at, event.record.id)));
}

/// What something that happened is linked to besides this record.
fn others(record: &Record, id: RecordId) -> Vec<RecordKey> {
    let Some(schema) = schema(&record.kind).filter(|schema| happens(schema)) else { return Vec::new() };
    let linked = schema.fields.iter().filter_map(|field| Some((field.leads_to()?, field.links(record))));
    let keys = linked.flat_map(|(kind, ids)| ids.into_iter().map(move |id| RecordKey::new(kind, id)));
    keys.filter(|key| key.id != id && key.kind != "lead").collect()
}
