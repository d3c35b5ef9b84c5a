//! All records of a type, or all that a list shows, a slice at a time.

use outpost_core::id::RecordId;
use outpost_core::index::{Index, Query};
use outpost_core::record::Record;

use super::db::{BLOCKS, RECORDS};
use super::error::StoreError;
use super::{Store, blocks, row};

/// Rows read at once: a few milliseconds, so that no frame waits.
const SLICE: u32 = 200;

impl Store {
    /// Visits all records of a type, also deleted ones; those that cannot be read are counted and left out. What is
    /// written meanwhile may be visited as it was or as it is, or both, the later state later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn each(&self, kind: &str, visit: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        let mut last = format!("{kind}/");
        while self.0.has_blocks.get() {
            let block = self.reading(&[RECORDS, BLOCKS], async |tx| blocks::next(tx, Some(&last)).await).await?;
            let Some((key, rows)) = block.filter(|(key, _)| key.split('/').next() == Some(kind)) else { break };
            self.readable(&rows).iter().for_each(&mut *visit);
            last = key;
        }
        let mut last: Option<String> = None;
        loop {
            let range = row::under(kind, last.as_deref())?;
            let slice = self.reading(&[RECORDS], async |tx| {
                Ok(tx.store(RECORDS)?.get_all(Some(range.clone()), Some(SLICE)).await?)
            });
            let rows = slice.await?;
            self.readable(&rows).iter().for_each(&mut *visit);
            last = rows.last().and_then(row::key_in);
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
        let all = |index: &mut Index| match query.group {
            "" => index.window(query, 0, usize::MAX).0,
            _ => index.grouped(&Query { closed: String::new(), ..query.clone() }, 0, usize::MAX).rows,
        };
        Ok(self.0.memory.work(all).unwrap_or_default())
    }
}
