//! Saving the index: packed chunks, written by one tab when nothing has changed for a while.
//!
//! A tab whose own last load or save is the last save of all writes the chunks that have changed since. After another
//! tab's save the slots of the two may differ, so it writes all of its chunks, under a new name (a generation), which
//! is read only once the row in `meta` says so. The journal's rows go last: whatever a save that was cut short has left
//! behind is put right by reading the records again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use js_sys::Uint8Array;
use outpost_core::index::ChunkId;
use outpost_core::record::RecordKey;
use rexie::KeyRange;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use super::db::{CHUNKS, JOURNAL, META};
use super::error::StoreError;
use super::tx::WriteTx;
use super::{Store, journal, row, state};
use crate::platform::breath::Slices;
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
    /// How many segments of snapshots are in them.
    #[serde(default)]
    pub(super) segments: u64,
    /// What it depends on of each type that people made or added to.
    #[serde(default)]
    pub(super) types: BTreeMap<String, u64>,
    /// Another with each save.
    pub(super) stamp: u64,
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
                // Each part of a first sync makes void what was saved before it.
                while weak.upgrade().is_some_and(|inner| inner.memory.filling.get() > 0) {
                    platform::sleep(IDLE).await;
                }
                let Some(inner) = weak.upgrade() else { break };
                let store = Self(inner);
                if let Err(error) = store.keep_at_hand().await {
                    // Lists are shown a little later after the next start.
                    page::warn(&format!("what lists begin with was not put at hand: {error}"));
                }
                if let Err(error) = store.save_index().await {
                    // The next change tries again; until then the journal has what is missing.
                    page::warn(&format!("the index was not saved: {error}"));
                }
            }
            drop(guard);
        });
    }

    /// Saves the index, if it is loaded.
    pub(super) async fn save_index(&self) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        let changes = memory.changes();
        // Whoever reads records again says so when that is done.
        let ready = memory.work(|index| index.is_whole().then(|| index.types().fingerprints())).flatten();
        let Some(types) = ready else { return Ok(()) };
        // First all of the journal into the index, then the index into chunks: so the journal's rows can go.
        let upto = self.take_in_journal().await?;
        let present = self.saved_index().await?;
        let segments = memory.segments.get();
        let base = memory.base.borrow().clone().filter(|base| present.as_ref() == Some(base));
        let fresh = || format!("{:016x}", random::number());
        let generation = base.as_ref().map_or_else(fresh, |base| base.generation.clone());
        let mut slices = Slices::default();
        let chunks = memory.work(|index| if base.is_some() { index.dirty() } else { index.chunks() });
        for some in chunks.unwrap_or_default().chunks(TOGETHER) {
            if !self.write_chunks(&generation, some, segments).await? {
                return Ok(());
            }
            slices.breathe().await;
        }
        let now =
            memory.work(|index| (index.chunks().len(), index.is_whole() && index.types().fingerprints() == types));
        let Some((chunks, true)) = now else { return Ok(()) };
        let saved = Saved { generation, chunks, journal: upto, segments, types, stamp: random::number() };
        if self.seal(&saved, present.as_ref()).await? {
            *memory.base.borrow_mut() = Some(saved);
            memory.saved(changes);
        }
        Ok(())
    }

    /// Makes chunks the ones that are read, and drops the journal's rows that are in them; not if another tab has saved
    /// since `before`.
    async fn seal(&self, saved: &Saved, before: Option<&Saved>) -> Result<bool, StoreError> {
        let (json, generation) = (serde_json::to_string(saved)?, &saved.generation);
        self.writing(&[META, CHUNKS, JOURNAL], async |tx| {
            let now = tx.get(META, &state::INDEX.into())?.await?;
            if !self.is_of(tx, saved.segments).await? || now.as_ref().and_then(parse).as_ref() != before {
                return Ok(false);
            }
            tx.put(META, &json.as_str().into(), Some(&state::INDEX.into()))?;
            tx.delete(JOURNAL, KeyRange::upper_bound(&row::number(saved.journal), None)?)?;
            // Chunks of other generations.
            tx.delete(CHUNKS, KeyRange::upper_bound(&format!("{generation}/").into(), None)?)?;
            tx.delete(CHUNKS, KeyRange::lower_bound(&format!("{generation}0").into(), None)?)?;
            Ok(true)
        })
        .await
    }

    /// Whether what an index was made from is here: of this device, and with all segments. What another tab has stored in blocks is
    /// named in no journal, and what another tab has taken off this device must not come back.
    async fn is_of(&self, tx: &WriteTx, segments: u64) -> Result<bool, StoreError> {
        let state = state::State::read(tx).await?;
        Ok(state.segments == segments && state.clock.device == self.device())
    }

    /// Reads what other tabs have changed and no notice has told of yet; returns the last row of the journal.
    async fn take_in_journal(&self) -> Result<u64, StoreError> {
        let (numbers, rows) = self.journal(None).await?;
        let lacking: BTreeSet<u64> = self.0.memory.lacks(&numbers).into_iter().collect();
        let lacked = numbers.iter().zip(rows).filter(|(number, _)| lacking.contains(number));
        let rows: Vec<JsValue> = lacked.map(|(_, row)| row).collect();
        let damaged = || StoreError::Corrupt("the index's journal".to_owned());
        let keys: Vec<RecordKey> = journal::keys(&rows).ok_or_else(damaged)?.into_iter().collect();
        if !keys.is_empty() {
            // What they name may be in blocks.
            self.meet_blocks().await?;
        }
        self.refresh(&keys).await?;
        lacking.into_iter().for_each(|number| self.0.memory.absorbed(number));
        Ok(numbers.last().copied().unwrap_or_default())
    }

    /// Writes chunks; not if they are of what is not here any more.
    async fn write_chunks(&self, generation: &str, chunks: &[ChunkId], segments: u64) -> Result<bool, StoreError> {
        let pack = |id: &ChunkId| {
            let bytes = self.0.memory.work(|index| index.encode(id))?;
            Some((JsValue::from(chunk_key(generation, id)), JsValue::from(Uint8Array::from(bytes.as_slice()))))
        };
        let packed: Vec<(JsValue, JsValue)> = chunks.iter().filter_map(pack).collect();
        let written = self.writing(&[META, CHUNKS], async |tx| {
            let is_here = self.is_of(tx, segments).await?;
            if is_here {
                packed.iter().try_for_each(|(key, bytes)| tx.put(CHUNKS, bytes, Some(key)))?;
            }
            Ok(is_here)
        });
        let written = written.await;
        if written != Ok(true) {
            self.0.memory.work(|index| chunks.iter().for_each(|id| index.soil(id)));
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

/// What the row of `meta` says.
pub(super) fn parse(json: &JsValue) -> Option<Saved> {
    serde_json::from_str(&json.as_string()?).ok()
}

fn chunk_key(generation: &str, id: &ChunkId) -> String {
    format!("{generation}/{}/{:06}", id.kind, id.number)
}
