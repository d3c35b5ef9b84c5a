//! All records of a type, or all that a list shows, a slice at a time.

use std::collections::BTreeSet;

use outpost_core::id::RecordId;
use outpost_core::index::{Index, Query};
use outpost_core::record::Record;

use super::db::{BLOCKS, RECORDS};
use super::error::StoreError;
use super::row::{self, Row};
use super::{Store, blocks};

/// Rows read at once: a few milliseconds, so that no frame waits.
const SLICE: u32 = 200;

impl Store {
    /// Visits all records of a type, also deleted ones; those that cannot be read are counted and left out. What is
    /// written meanwhile may be visited as it was or as it is, or both, the later state later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn each(&self, kind: &str, visit: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        let under = format!("{kind}/");
        let mut last = under.clone();
        while self.0.has_blocks.get() {
            let block = self.reading(&[RECORDS, BLOCKS], async |tx| blocks::next(tx.into(), Some(&last)).await).await?;
            let Some((key, mut rows)) = block else { break };
            rows.retain(|row| row.key.starts_with(&under));
            self.readable(&rows).iter().for_each(&mut *visit);
            if !key.starts_with(&under) {
                break;
            }
            last = key;
        }
        let mut last: Option<String> = None;
        loop {
            let range = row::under(kind, last.as_deref())?;
            let slice = self.reading(&[RECORDS], async |tx| {
                Ok(tx.store(RECORDS)?.get_all(Some(range.clone()), Some(SLICE)).await?)
            });
            let rows = Row::read_all(&slice.await?);
            self.readable(&rows).iter().for_each(&mut *visit);
            last = rows.last().map(|row| row.key.clone());
            if last.is_none() || rows.len() < SLICE as usize {
                return Ok(());
            }
        }
    }

    /// The ids of all records of a list, in its order. They are read a window at a time with [`Store::get_many`], so that
    /// what changes the list meanwhile neither repeats nor skips one.
    ///
    /// # Errors
    /// As [`Store::window`].
    pub async fn ids(&self, query: &Query) -> Result<Vec<RecordId>, StoreError> {
        self.index_ready().await?;
        self.take_up(query).await?;
        let all = |index: &mut Index| {
            if query.group.is_empty() {
                return index.window(query, 0, usize::MAX).0;
            }
            let mut rows = index.grouped(&Query { closed: String::new(), ..query.clone() }, 0, usize::MAX).rows;
            // One that is in several groups is one all the same.
            let mut seen = BTreeSet::new();
            rows.retain(|id| seen.insert(*id));
            rows
        };
        Ok(self.0.memory.work(all).unwrap_or_default())
    }
}
