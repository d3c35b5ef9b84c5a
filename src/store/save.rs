//! Saving the index: packed chunks, written by one tab when nothing has changed for a while.
//!
//! Chunks are read only once the row of `meta` names their generation. A tab that did not write the present generation
//! has other slots, and writes all of its chunks as a new one; otherwise it writes those that have changed. Rows of the
//! journal go last, so that whatever a save that was cut short has left behind is put right by reading the records again.

use std::collections::BTreeSet;
use std::sync::Arc;

use js_sys::Uint8Array;
use outpost_core::index::ChunkId;
use outpost_core::record::RecordKey;
use rexie::KeyRange;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use super::db::{CHUNKS, JOURNAL, META};
use super::error::StoreError;
use super::{Store, journal, row, state};
use crate::platform::{self, locks, page, random};

/// How long nothing must have changed, in milliseconds.
const IDLE: u32 = 2_000;
/// After so many pauses in which something has changed it is saved all the same.
const PATIENCE: usize = 15;
/// Chunks packed and written at once.
const TOGETHER: usize = 4;

/// What `meta` says of the saved index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Saved {
    /// The name that the keys of its chunks begin with.
    pub(super) generation: String,
    /// How many there are at least.
    pub(super) chunks: usize,
    /// The last journal row that is in them.
    pub(super) journal: u64,
}

impl Store {
    /// Saves the index whenever it has changed, for as long as the page lives; one tab of all does.
    pub(super) fn keep_saved(&self) {
        let weak = Arc::downgrade(&self.0);
        let lock = format!("{}-index", self.0.name);
        platform::spawn(async move {
            let guard = locks::hold(&lock).await;
            loop {
                let Some(inner) = weak.upgrade() else { break };
                let changed = inner.memory.something_to_save();
                drop(inner);
                if changed.await.is_err() {
                    break;
                }
                for _ in 0..PATIENCE {
                    let Some(before) = weak.upgrade().map(|inner| inner.memory.changes()) else { break };
                    platform::sleep(IDLE).await;
                    if weak.upgrade().is_none_or(|inner| inner.memory.changes() == before) {
                        break;
                    }
                }
                let Some(inner) = weak.upgrade() else { break };
                if let Err(error) = Self(inner).save_index().await {
                    // The next change tries again; until then the journal has what is missing.
                    page::warn(&format!("the index was not saved: {error}"));
                }
            }
            drop(guard);
        });
    }

    /// Saves the index, if it is loaded and has changed.
    pub(super) async fn save_index(&self) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        let changes = memory.changes();
        let Some(()) = memory.ask(|_| ()) else { return Ok(()) };
        // First all of the journal into the index, then the index into chunks: so the journal's rows can go.
        let upto = self.take_in_journal().await?;
        let known = memory.generation.borrow().clone();
        let generation = known.clone().unwrap_or_else(|| format!("{:016x}", random::number()));
        let chunks = memory.ask(|index| if known.is_some() { index.dirty() } else { index.chunks() });
        let Some(chunks) = chunks else { return Ok(()) };
        for some in chunks.chunks(TOGETHER) {
            self.write_chunks(&generation, some).await?;
            platform::sleep(0).await;
        }
        let Some(count) = memory.ask(|index| index.chunks().len()) else { return Ok(()) };
        let saved = Saved { generation: generation.clone(), chunks: count, journal: upto };
        let json = serde_json::to_string(&saved)?;
        self.writing(&[META, CHUNKS, JOURNAL], async |tx| {
            tx.put(META, &json.as_str().into(), Some(&state::INDEX.into()))?;
            tx.delete(JOURNAL, KeyRange::upper_bound(&row::number(upto), None)?)?;
            // Chunks of other generations.
            tx.delete(CHUNKS, KeyRange::upper_bound(&format!("{generation}/").into(), None)?)?;
            tx.delete(CHUNKS, KeyRange::lower_bound(&format!("{generation}0").into(), None)?)
        })
        .await?;
        *memory.generation.borrow_mut() = Some(generation);
        memory.saved(changes);
        Ok(())
    }

    /// Reads what other tabs have changed and no notice has told of yet; returns the last row of the journal.
    async fn take_in_journal(&self) -> Result<u64, StoreError> {
        let (numbers, rows) = self.journal(None).await?;
        let lacking: BTreeSet<u64> = self.0.memory.lacks(&numbers).into_iter().collect();
        let lacked = numbers.iter().zip(rows).filter(|(number, _)| lacking.contains(number));
        let rows: Vec<JsValue> = lacked.map(|(_, row)| row).collect();
        let damaged = || StoreError::Corrupt("the index's journal".to_owned());
        let keys: Vec<RecordKey> = journal::keys(&rows).ok_or_else(damaged)?.into_iter().collect();
        self.refresh(&keys).await?;
        lacking.into_iter().for_each(|number| self.0.memory.absorbed(number));
        Ok(numbers.last().copied().unwrap_or_default())
    }

    async fn write_chunks(&self, generation: &str, chunks: &[ChunkId]) -> Result<(), StoreError> {
        let pack = |id: &ChunkId| {
            let bytes = self.0.memory.ask(|index| index.encode(id))?;
            Some((JsValue::from(chunk_key(generation, id)), JsValue::from(Uint8Array::from(bytes.as_slice()))))
        };
        let packed: Vec<(JsValue, JsValue)> = chunks.iter().filter_map(pack).collect();
        let written = self
            .writing(&[CHUNKS], async |tx| packed.iter().try_for_each(|(key, bytes)| tx.put(CHUNKS, bytes, Some(key))));
        let written = written.await;
        if written.is_err() {
            self.0.memory.ask(|index| chunks.iter().for_each(|id| index.soil(id)));
        }
        written
    }

    /// The keys of a generation's chunks.
    pub(super) async fn chunk_keys(&self, generation: &str) -> Result<Vec<JsValue>, StoreError> {
        let range = row::under(generation, None)?;
        self.reading(&[CHUNKS], async |tx| Ok(tx.store(CHUNKS)?.get_all_keys(Some(range.clone()), None).await?)).await
    }

    /// The bytes of a chunk.
    pub(super) async fn chunk(&self, key: &JsValue) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.reading(&[CHUNKS], async |tx| Ok(tx.store(CHUNKS)?.get(key.clone()).await?)).await?;
        Ok(value.and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()))
    }
}

fn chunk_key(generation: &str, id: &ChunkId) -> String {
    format!("{generation}/{}/{:06}", id.kind, id.number)
}
