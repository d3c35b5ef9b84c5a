//! What lists begin with is at hand: in rows of their own, which an index leads to, when the app is opened the next time. A first sync
//! leaves most records in blocks, which have no order but that of their ids; a list that begins with those would have to
//! wait until the index in memory is loaded.

use futures::future::try_join_all;
use outpost_core::index::Query;
use outpost_core::record::RecordKey;

use super::db::{BLOCKS, LINKS, META, RECORDS};
use super::error::StoreError;
use super::row::{self, Row};
use super::state::State;
use super::{Store, blocks};

/// How many rows: more than any glass shows at first.
pub(super) const AT_HAND: usize = 64;

impl Store {
    /// Sees to it that lists of the last edited, of every type, begin with rows; once for what is in blocks now. Nothing is another
    /// record by that.
    pub(super) async fn keep_at_hand(&self) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        let segments = memory.segments.get();
        if !self.0.has_blocks.get() || memory.at_hand.get() == Some(segments) {
            return Ok(());
        }
        for schema in self.types().all().filter(|schema| schema.list.parent.is_empty()) {
            let kind = schema.kind;
            if self.recent(kind, 0, AT_HAND).await?.is_some() {
                continue;
            }
            let window = memory.work(|index| index.window(&Query::recent(kind), 0, AT_HAND));
            let Some((ids, lines)) = window else { return Ok(()) };
            let keys: Vec<RecordKey> = ids.into_iter().map(|id| RecordKey::new(kind, id)).collect();
            let done = self.writing(&[RECORDS, BLOCKS, LINKS, META], async |tx| {
                let mut state = State::read(tx).await?;
                if state.fetch.is_some() || state.segments != segments {
                    // The index lacks some: what it begins with is not what the list does.
                    return Ok(false);
                }
                if lines <= AT_HAND && blocks::unpack(tx, kind).await? {
                    return Ok(true);
                }
                // Side by side: the browser answers them in one go.
                let asked = keys.iter().map(|key| tx.get(RECORDS, &row::key(key))).collect::<Result<Vec<_>, _>>()?;
                let found = try_join_all(asked).await?;
                let lacking = keys.iter().zip(&found).filter(|(_, row)| row.is_none()).map(|(key, _)| key);
                let packed = blocks::rows(tx.into(), lacking).await?;
                let here = found.iter().flatten().map(Row::read);
                let mut oldest = u64::MAX;
                for (row, is_packed) in
                    packed.values().cloned().map(|row| (row, true)).chain(here.map(|row| (row, false)))
                {
                    match row.record() {
                        Ok(record) => {
                            oldest = oldest.min(record.latest().ms);
                            if is_packed {
                                tx.put(RECORDS, &row::of_record(&record)?, None)?;
                            }
                        }
                        Err(key) => drop(self.corrupt_row(key)),
                    }
                }
                // What is left in blocks is older.
                if let Some(noted) = state.packed.get_mut(kind).filter(|noted| **noted > oldest) {
                    *noted = oldest;
                    state.write(tx)?;
                }
                Ok(true)
            });
            if !done.await? {
                return Ok(());
            }
        }
        memory.at_hand.set(Some(segments));
        Ok(())
    }
}
