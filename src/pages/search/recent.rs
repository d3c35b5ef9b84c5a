//! The records that a person has last looked at on this device.

use leptos::task::spawn_local;
use outpost_core::index::Query;
use outpost_core::record::{Record, RecordKey};
use outpost_core::sorting::Order;

use crate::forms::say;
use crate::state::{Desk, with_pages};

/// The name under which their keys are kept, the last first: `deal/0190…`.
const NAME: &str = "looked-at";
/// How many.
const MOST: usize = 8;

/// Notes that a record is looked at.
pub(crate) fn note(desk: Desk, key: RecordKey) {
    spawn_local(async move {
        let store = desk.store();
        let noted = async {
            let mut all = store.meta::<Vec<String>>(NAME).await?.unwrap_or_default();
            let key = format!("{}/{}", key.kind, key.id);
            if all.first() == Some(&key) {
                return Ok(());
            }
            all.retain(|other| *other != key);
            all.insert(0, key);
            all.truncate(MOST);
            store.set_meta(NAME, &all).await
        };
        if let Err(error) = noted.await {
            leptos::logging::warn!("what was looked at could not be noted: {error}");
        }
    });
}

/// The records last looked at, and where there are few, those that were last edited.
pub(super) async fn read(desk: Desk) -> Result<Vec<Record>, String> {
    let store = desk.store();
    let keys = store.meta::<Vec<String>>(NAME).await.map_err(say)?.unwrap_or_default();
    let key = |text: &String| {
        let (kind, id) = text.split_once('/')?;
        Some(RecordKey::new(kind, id.parse().ok()?))
    };
    let keys: Vec<RecordKey> = keys.iter().filter_map(key).collect();
    let mut records = store.get_many(&keys).await.map_err(say)?;
    records.retain(|record| !record.is_deleted() && with_pages().any(|schema| schema.kind == record.kind));
    if records.len() < MOST {
        let mut edited = Vec::new();
        for schema in with_pages() {
            edited.extend(store.window(&Query::recent(schema.kind), 0, MOST).await.map_err(say)?.rows);
        }
        edited.order_by_key(|record| std::cmp::Reverse(record.latest()));
        let known: Vec<RecordKey> = records.iter().map(Record::key).collect();
        records.extend(edited.into_iter().filter(|record| !known.contains(&record.key())));
        records.truncate(MOST);
    }
    Ok(records)
}
