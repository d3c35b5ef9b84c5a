//! What a new device is sent first, so that it can be worked with while the rest is on its way: what all else is made of, then
//! what is under way, then what changed last; small enough for a slow network.

use std::collections::HashSet;

use outpost_core::record::{Record, RecordKey};
use outpost_core::records::schema;
use outpost_core::scope::Age;

use crate::store::{Archived, Newest, Store, StoreError};

/// How many records at most.
pub(crate) const ROWS: u32 = 400;
/// How many bytes of JSON at most: with what stands around them still below 200 kB.
const BYTES: usize = 190_000;
/// The types that all else is made of: own types and fields, stages, what invoices say of who sends them. And how many of each.
pub(crate) const SETTINGS: [(&str, u32); 8] = [
    ("business", 4),
    ("object", 30),
    ("field", 100),
    ("pipeline", 10),
    ("stage", 60),
    ("tax_rate", 20),
    ("tag", 40),
    ("view", 30),
];
/// The types of what people have before them today, and how many of each are looked at: those last made.
const UNDER_WAY: [(&str, u32); 4] = [("deal", 60), ("task", 40), ("meeting", 20), ("visit", 20)];

/// The records of a workspace that come first, at most so many.
pub(crate) async fn first(store: &impl Store, workspace: i64, scope: Age, rows: u32) -> Result<Newest, StoreError> {
    let newest = store.newest(workspace, scope, rows).await?;
    let mut chosen = Chosen { left: rows as usize, bytes: BYTES, keys: HashSet::new(), rows: Vec::new() };
    for (kind, limit) in SETTINGS.into_iter().chain(UNDER_WAY) {
        let asked = Archived { kind: kind.to_owned(), ages: 0..=0, before: None, limit };
        for record in store.archived(workspace, asked).await? {
            if !record.is_deleted() && !is_over(&record) {
                chosen.take(record)?;
            }
        }
    }
    for record in newest.rows {
        chosen.take(record)?;
    }
    Ok(Newest { rows: chosen.rows, ..newest })
}

/// Whether it is not under way any more. Of a stage that people made nobody knows here, and it counts as open.
fn is_over(record: &Record) -> bool {
    let Some(list) = schema(&record.kind).map(|schema| schema.list) else { return false };
    let facet = record.text(list.facet);
    list.done.contains(&facet) || (record.kind == "task" && facet == "done")
}

struct Chosen {
    left: usize,
    bytes: usize,
    keys: HashSet<RecordKey>,
    rows: Vec<Record>,
}

impl Chosen {
    /// Takes a record, if there is room for it: a smaller one may fit after it.
    fn take(&mut self, record: Record) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(&record)?.len() + 1;
        if self.left == 0 || bytes > self.bytes || !self.keys.insert(record.key()) {
            return Ok(());
        }
        self.left -= 1;
        self.bytes -= bytes;
        self.rows.push(record);
        Ok(())
    }
}
