//! Loading the index: from its saved chunks and the journal, or from all rows.

use futures::FutureExt;
use outpost_core::index::{Index, decompose_by};
use outpost_core::record::RecordKey;
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::db::{JOURNAL, META};
use super::error::StoreError;
use super::index::{Indexer, Phase};
use super::save::{self, Saved};
use super::tabs::Change;
use super::{Store, journal, row, state};
use crate::platform::{self, page};

/// Changed records read again at once: a few milliseconds, so that no frame waits.
const SLICE: usize = 200;
/// Up to this many changed records are read again on top of a saved index; with more it is rebuilt.
const REPLAY: usize = 3_000;

impl Store {
    /// Keeps the index from now on: loads it behind the first window, and saves it when it has changed.
    pub fn keep_index(&self) {
        let indexer = Indexer {
            load: Self::load_in_background,
            window: |store, query, start, len| async move { store.indexed(&query, start, len).await }.boxed_local(),
        };
        if self.0.indexer.set(indexer).is_ok() {
            decompose_by(platform::decomposed);
            // Before the index: what is changed while it is read must be noticed.
            self.hear_other_tabs();
            let store = self.clone();
            platform::spawn(async move {
                // What other tabs have said since this one was opened was said to nobody.
                if let Err(error) = store.settle_in().await {
                    page::warn(&format!("what other tabs have done meanwhile cannot be read: {error}"));
                }
            });
            self.start_index();
            self.keep_saved();
        }
    }

    /// Loads the index anew, in the background; or as soon as [`Store::keep_index`] is called.
    pub(super) fn start_index(&self) {
        let epoch = self.0.memory.begin();
        if let Some(indexer) = self.0.indexer.get() {
            (indexer.load)(self.clone(), epoch);
        }
    }

    fn load_in_background(self, epoch: u64) {
        let store = self;
        platform::spawn(async move {
            let memory = &store.0.memory;
            memory.first_window().await;
            let loaded = store.load_index(epoch).await;
            if memory.is_overtaken(epoch) {
                return;
            }
            match loaded {
                Ok(()) => {
                    memory.finish(Phase::Ready);
                    store.0.live.bump_all();
                    store.prepare_search();
                }
                Err(error) => {
                    page::warn(&format!("the index cannot be loaded: {error}"));
                    memory.finish(Phase::Failed(error));
                }
            }
        });
    }

    /// Waits until the index is loaded.
    pub(crate) async fn index_ready(&self) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        memory.painted();
        if let Phase::Failed(_) = memory.phase() {
            self.start_index();
        }
        loop {
            match memory.phase() {
                Phase::Ready => return Ok(()),
                Phase::Failed(error) => return Err(error),
                // Told with `Err` only if the store is gone, and then nobody waits here.
                Phase::Loading => drop(memory.loaded().await),
            }
        }
    }

    /// Waits until the index is loaded, or cannot be, where there is one: what is stored while it loads has to be read again, one
    /// record after the other, and of a first sync that goes on more would come than is read.
    pub(super) async fn index_settled(&self) {
        let memory = &self.0.memory;
        while self.0.indexer.get().is_some() && memory.phase() == Phase::Loading {
            memory.loaded().await.ok();
        }
    }

    async fn load_index(&self, epoch: u64) -> Result<(), StoreError> {
        let state = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(state::STATE.into()).await?)).await?;
        // Those that come from here on are taken by whoever stores them.
        let segments = state.as_ref().and_then(state::parse).map_or(0, |state| state.segments);
        self.0.memory.segments.set(segments);
        // Not while somebody else reads them: what was read first would be known last.
        let turn = self.0.learning.lock().await;
        self.read_types().await?;
        drop(turn);
        let (mut index, base) = match self.load_saved().await? {
            Some((index, saved)) => (index, Some(saved)),
            None => (self.rebuild().await?, None),
        };
        let memory = &self.0.memory;
        loop {
            if memory.is_overtaken(epoch) {
                return Ok(());
            }
            let types = self.types();
            if !std::ptr::eq(index.types(), types) {
                // Definitions came meanwhile.
                for kind in index.adopt(types) {
                    self.each(kind, &mut |record| index.reread(record)).await?;
                    index.end_reading(kind);
                }
                continue;
            }
            let touched = memory.take_touched();
            if touched.is_empty() {
                // Nothing is awaited from here until it is ready: no change falls between.
                memory.install(index, base);
                return Ok(());
            }
            self.replay(&mut index, &touched).await?;
        }
    }

    /// The saved index with what changed since; `None` if it is missing, damaged, of another version or too old.
    async fn load_saved(&self) -> Result<Option<(Index, Saved)>, StoreError> {
        let saved = self.saved_index().await?.filter(|saved| saved.segments == self.0.memory.segments.get());
        // With other fields the same records read otherwise.
        let saved = saved.filter(|saved| saved.types == self.types().fingerprints());
        let Some(saved) = saved else { return Ok(None) };
        let mut index = Index::new(self.types());
        let keys = self.chunk_keys(&saved.generation).await?;
        if keys.len() < saved.chunks {
            return Ok(None);
        }
        for key in keys {
            // One at a time: unpacking one takes a millisecond or two, and the page gets its turn in between.
            let chunk = self.chunk(&key).await?;
            if let Err(error) = index.load(&chunk.unwrap_or_default()) {
                page::warn(&format!("the index is rebuilt: {error}"));
                return Ok(None);
            }
        }
        let (numbers, rows) = self.journal(None).await?;
        let changed = match journal::keys(&rows) {
            Some(keys) if keys.len() <= REPLAY => keys.into_iter().collect::<Vec<_>>(),
            _ => return Ok(None),
        };
        let last = numbers.last().copied().unwrap_or(saved.journal).max(saved.journal);
        self.replay(&mut index, &changed).await?;
        self.0.memory.absorbed_up_to(last);
        Ok(Some((index, saved)))
    }

    /// The index from all rows.
    pub(super) async fn rebuild(&self) -> Result<Index, StoreError> {
        let state = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(state::STATE.into()).await?)).await?;
        let journal = state.as_ref().and_then(state::parse).map_or(0, |state| state.journal);
        // What changes from here on is either read below or comes with a notice; both do no harm.
        self.0.memory.absorbed_up_to(journal);
        let types = self.types();
        let mut index = Index::new(types);
        for schema in types.all().filter(|schema| schema.is_listed()) {
            self.each(schema.kind, &mut |record| index.upsert(record)).await?;
        }
        Ok(index)
    }

    /// Reads records again and puts them into an index.
    async fn replay(&self, index: &mut Index, keys: &[RecordKey]) -> Result<(), StoreError> {
        for slice in keys.chunks(SLICE) {
            let rows = self.rows_of(slice).await?;
            for (key, found) in slice.iter().zip(rows) {
                match found.map(|row| row.record()) {
                    Some(Ok(record)) => index.upsert(&record),
                    Some(Err(damaged)) => {
                        self.corrupt_row(damaged);
                        index.remove(key);
                    }
                    None => index.remove(key),
                }
            }
        }
        Ok(())
    }

    /// Takes changes that were made elsewhere.
    pub(super) async fn refresh(&self, keys: &[RecordKey]) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        memory.anchors.borrow_mut().clear();
        for slice in keys.chunks(SLICE) {
            let rows = self.rows_of(slice).await?;
            // No await from here to the index: a write of this tab that came later must not be overtaken.
            let (mut put, mut remove) = (Vec::new(), Vec::new());
            for (key, found) in slice.iter().zip(rows) {
                match found.map(|row| row.record()) {
                    Some(Ok(record)) => put.push(record),
                    Some(Err(damaged)) => drop(self.corrupt_row(damaged)),
                    None => remove.push(key.clone()),
                }
            }
            memory.take(&Change { put, remove, ..Change::default() });
        }
        Ok(())
    }

    /// The journal's rows with their numbers, up to a number.
    pub(super) async fn journal(&self, upto: Option<u64>) -> Result<(Vec<u64>, Vec<JsValue>), StoreError> {
        let last = upto.map_or(f64::INFINITY.into(), row::number);
        let range = KeyRange::upper_bound(&last, None)?;
        self.reading(&[JOURNAL], async |tx| {
            let store = tx.store(JOURNAL)?;
            let keys = store.get_all_keys(Some(range.clone()), None).await?;
            let rows = store.get_all(Some(range.clone()), None).await?;
            Ok((keys.iter().filter_map(row::to_number).collect(), rows))
        })
        .await
    }

    pub(super) async fn saved_index(&self) -> Result<Option<Saved>, StoreError> {
        let json = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(state::INDEX.into()).await?)).await?;
        Ok(json.as_ref().and_then(save::parse))
    }
}
