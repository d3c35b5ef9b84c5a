//! The index in memory: loaded behind the first window, then kept up to date with every change.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::channel::oneshot;
use futures::future::select;
use outpost_core::index::Index;
use outpost_core::record::RecordKey;
use outpost_core::records::ALL;
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::db::{JOURNAL, META, RECORDS};
use super::error::StoreError;
use super::list::Anchor;
use super::tabs::Change;
use super::{Store, journal, row, save, state};
use crate::platform::{self, page};

/// Rows read at once while the index is rebuilt: a few milliseconds, so that no frame waits.
const SLICE: u32 = 200;
/// Up to this many changed records are read again on top of a saved index; with more it is rebuilt.
const REPLAY: usize = 3_000;
/// How long the first window is waited for before the index is loaded, in milliseconds.
const FIRST_WINDOW: u32 = 400;

/// The index and how far it is.
#[derive(Default)]
pub(super) struct Memory {
    index: RefCell<Index>,
    phase: RefCell<Phase>,
    /// Grows when loading begins anew, so that an overtaken load is dropped.
    epoch: Cell<u64>,
    /// What changed while it was loading.
    touched: RefCell<BTreeSet<RecordKey>>,
    waiters: RefCell<Vec<oneshot::Sender<()>>>,
    painted: Cell<bool>,
    paint: RefCell<Option<oneshot::Sender<()>>>,
    /// Where the windows before ended, while there is no index.
    pub(super) anchors: RefCell<HashMap<String, BTreeMap<usize, Anchor>>>,
    /// Journal rows up to the first number are in the index, and beyond it these.
    absorbed: RefCell<(u64, BTreeSet<u64>)>,
    /// Under what name its chunks are saved, if this tab knows them all to be its own.
    pub(super) generation: RefCell<Option<String>>,
    changes: Cell<u64>,
    saved: Cell<u64>,
    saver: RefCell<Option<oneshot::Sender<()>>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Phase {
    #[default]
    Loading,
    Ready,
    Failed(StoreError),
}

impl Memory {
    /// Asks the index, if it is loaded.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&mut Index) -> T) -> Option<T> {
        (*self.phase.borrow() == Phase::Ready).then(|| question(&mut self.index.borrow_mut()))
    }

    /// Takes a change of this tab.
    pub(super) fn take(&self, change: &Change) {
        self.anchors.borrow_mut().clear();
        let done = self.ask(|index| {
            change.put.iter().for_each(|record| index.upsert(record));
            change.remove.iter().for_each(|key| index.remove(key));
        });
        if done.is_none() {
            let put = change.put.iter().map(|record| record.key());
            self.touched.borrow_mut().extend(put.chain(change.remove.iter().cloned()));
        }
        self.absorbed(change.journal);
    }

    /// Notes that a journal row is in the index, or will be before it is ready.
    pub(super) fn absorbed(&self, journal: u64) {
        if journal == 0 {
            return;
        }
        let mut absorbed = self.absorbed.borrow_mut();
        let (base, beyond) = &mut *absorbed;
        beyond.insert(journal);
        while beyond.remove(&(*base + 1)) {
            *base += 1;
        }
        drop(absorbed);
        self.changes.set(self.changes.get() + 1);
        self.wake_saver();
    }

    /// Which of these journal rows the index lacks.
    pub(super) fn lacks(&self, rows: &[u64]) -> Vec<u64> {
        let absorbed = self.absorbed.borrow();
        rows.iter().copied().filter(|row| *row > absorbed.0 && !absorbed.1.contains(row)).collect()
    }

    /// Says that a first window was read, so that loading need not wait any longer.
    pub(super) fn painted(&self) {
        if !self.painted.replace(true)
            && let Some(paint) = self.paint.borrow_mut().take()
        {
            paint.send(()).ok();
        }
    }

    async fn first_window(&self) {
        if !self.painted.get() {
            let (tell, told) = oneshot::channel();
            *self.paint.borrow_mut() = Some(tell);
            select(told, Box::pin(platform::sleep(FIRST_WINDOW))).await;
            self.painted.set(true);
        }
    }

    fn begin(&self) -> u64 {
        self.epoch.set(self.epoch.get() + 1);
        *self.phase.borrow_mut() = Phase::Loading;
        *self.index.borrow_mut() = Index::default();
        *self.generation.borrow_mut() = None;
        self.touched.borrow_mut().clear();
        self.anchors.borrow_mut().clear();
        self.epoch.get()
    }

    fn finish(&self, phase: Phase) {
        *self.phase.borrow_mut() = phase;
        for waiter in self.waiters.borrow_mut().drain(..) {
            waiter.send(()).ok();
        }
    }

    /// Resolves when there is something to save; fails when the store is gone.
    pub(super) fn something_to_save(&self) -> oneshot::Receiver<()> {
        let (tell, told) = oneshot::channel();
        *self.saver.borrow_mut() = Some(tell);
        if self.changes.get() != self.saved.get() {
            self.wake_saver();
        }
        told
    }

    fn wake_saver(&self) {
        if let Some(saver) = self.saver.borrow_mut().take() {
            saver.send(()).ok();
        }
    }

    /// A number that grows with each change.
    pub(super) fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// Notes that everything up to this number is saved.
    pub(super) fn saved(&self, changes: u64) {
        self.saved.set(changes);
    }
}

impl Store {
    /// Loads the index anew, in the background.
    pub(super) fn start_index(&self) {
        let epoch = self.0.memory.begin();
        let store = self.clone();
        platform::spawn(async move {
            store.0.memory.first_window().await;
            let loaded = store.load_index(epoch).await;
            let memory = &store.0.memory;
            if memory.epoch.get() != epoch {
                return;
            }
            match loaded {
                Ok(()) => {
                    memory.finish(Phase::Ready);
                    store.0.live.bump_all();
                }
                Err(error) => {
                    page::warn(&format!("the index cannot be loaded: {error}"));
                    memory.finish(Phase::Failed(error));
                }
            }
        });
    }

    /// Waits until the index is loaded.
    pub(super) async fn index_ready(&self) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        memory.painted();
        let phase = memory.phase.borrow().clone();
        if let Phase::Failed(_) = phase {
            self.start_index();
        }
        while *memory.phase.borrow() == Phase::Loading {
            let (tell, told) = oneshot::channel();
            memory.waiters.borrow_mut().push(tell);
            told.await.ok();
        }
        match &*memory.phase.borrow() {
            Phase::Failed(error) => Err(error.clone()),
            Phase::Loading | Phase::Ready => Ok(()),
        }
    }

    async fn load_index(&self, epoch: u64) -> Result<(), StoreError> {
        let (mut index, generation) = match self.load_saved().await? {
            Some((index, generation)) => (index, Some(generation)),
            None => (self.rebuild().await?, None),
        };
        let memory = &self.0.memory;
        loop {
            if memory.epoch.get() != epoch {
                return Ok(());
            }
            let touched: Vec<RecordKey> = std::mem::take(&mut *memory.touched.borrow_mut()).into_iter().collect();
            if touched.is_empty() {
                break;
            }
            self.replay(&mut index, &touched).await?;
        }
        if !index.dirty().is_empty() {
            memory.changes.set(memory.changes.get() + 1);
            memory.wake_saver();
        }
        // No await since `touched` was empty: nothing falls between.
        *memory.index.borrow_mut() = index;
        *memory.generation.borrow_mut() = generation;
        Ok(())
    }

    /// The saved index with what changed since; `None` if it is missing, damaged, of another version or too old.
    async fn load_saved(&self) -> Result<Option<(Index, String)>, StoreError> {
        let Some(saved) = self.saved_index().await? else { return Ok(None) };
        let mut index = Index::default();
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
        *self.0.memory.absorbed.borrow_mut() = (last, BTreeSet::new());
        Ok(Some((index, saved.generation)))
    }

    /// The index from all rows.
    pub(super) async fn rebuild(&self) -> Result<Index, StoreError> {
        let state = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(state::STATE.into()).await?)).await?;
        let journal = state.as_ref().and_then(state::parse).map_or(0, |state| state.journal);
        // What changes from here on is either read below or comes with a notice; both do no harm.
        *self.0.memory.absorbed.borrow_mut() = (journal, BTreeSet::new());
        let mut index = Index::default();
        for schema in ALL.iter().filter(|schema| Index::covers(schema.kind)) {
            let mut last: Option<String> = None;
            loop {
                let range = row::under(schema.kind, last.as_deref())?;
                let slice = self.reading(&[RECORDS], async |tx| {
                    Ok(tx.store(RECORDS)?.get_all(Some(range.clone()), Some(SLICE)).await?)
                });
                let rows = slice.await?;
                for record in self.readable(&rows) {
                    index.upsert(&record);
                }
                last = rows.last().and_then(row::key_in);
                if last.is_none() || rows.len() < SLICE as usize {
                    break;
                }
            }
        }
        Ok(index)
    }

    /// Reads records again and puts them into an index.
    async fn replay(&self, index: &mut Index, keys: &[RecordKey]) -> Result<(), StoreError> {
        for slice in keys.chunks(SLICE as usize) {
            let rows = self.rows_of(slice).await?;
            for (key, found) in slice.iter().zip(rows) {
                match found.map(|row| row::to_record(&row)) {
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
        for slice in keys.chunks(SLICE as usize) {
            let rows = self.rows_of(slice).await?;
            // No await from here to the index: a write of this tab that came later must not be overtaken.
            let (mut put, mut remove) = (Vec::new(), Vec::new());
            for (key, found) in slice.iter().zip(rows) {
                match found.map(|row| row::to_record(&row)) {
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

    pub(super) async fn saved_index(&self) -> Result<Option<save::Saved>, StoreError> {
        let json = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(state::INDEX.into()).await?)).await?;
        Ok(json.and_then(|json| serde_json::from_str(&json.as_string()?).ok()))
    }
}
