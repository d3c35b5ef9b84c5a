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
/// The types of what people have before them today, and how many of each are sent: those that changed last.
const UNDER_WAY: [(&str, usize); 4] = [("deal", 60), ("task", 40), ("meeting", 20), ("visit", 20)];
/// Of each of those types so many are looked at.
const LOOKED_AT: u32 = 1_000;
/// What tells that one is over, besides what is done with for good.
const OVER: [&str; 4] = ["done", "dropped", "held", "cancelled"];

/// The records of a workspace that come first, at most so many.
pub(crate) async fn first(store: &impl Store, workspace: i64, scope: Age, rows: u32) -> Result<Newest, StoreError> {
    let newest = store.newest(workspace, scope, rows).await?;
    let mut chosen = Chosen { left: rows as usize, bytes: BYTES, keys: HashSet::new(), rows: Vec::new() };
    let of = async |kind: &str, limit| {
        let asked = Archived { kind: kind.to_owned(), ages: 0..=0, before: None, limit };
        let mut found = store.archived(workspace, asked).await?;
        found.retain(|record| !record.is_deleted() && !is_over(record));
        Ok::<_, StoreError>(found)
    };
    for (kind, limit) in SETTINGS {
        of(kind, limit).await?.into_iter().try_for_each(|record| chosen.take(record))?;
    }
    for (kind, limit) in UNDER_WAY {
        let mut found = of(kind, LOOKED_AT).await?;
        found.sort_by_key(|record| std::cmp::Reverse(record.latest()));
        found.into_iter().take(limit).try_for_each(|record| chosen.take(record))?;
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
    list.done.contains(&facet) || OVER.contains(&facet)
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
