//! The index in memory: loaded behind the first window, then kept up to date with every change.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::channel::oneshot;
use futures::future::{LocalBoxFuture, select};
use futures::lock::Mutex;
use outpost_core::index::{FacetCount, Index, Query};
use outpost_core::record::RecordKey;

use super::error::StoreError;
use super::list::Anchor;
use super::save::Saved;
use super::tabs::Change;
use super::{Store, Window};
use crate::platform;

/// How long the first window is waited for before the index is loaded, in milliseconds.
const FIRST_WINDOW: u32 = 400;

/// What lists ask of the index. It is met as this and nothing more in the app's first part: what fills and saves it is in
/// the second.
pub(super) trait Answers {
    /// See [`Index::facet_counts`].
    fn facet_counts(&mut self, kind: &str, text: &str, filter: &str) -> Vec<FacetCount>;
    /// The index itself.
    fn whole(&mut self) -> &mut Index;
}

impl Answers for Index {
    fn facet_counts(&mut self, kind: &str, text: &str, filter: &str) -> Vec<FacetCount> {
        Self::facet_counts(self, kind, text, filter)
    }

    fn whole(&mut self) -> &mut Index {
        self
    }
}

/// What the app's second part does with the index for the first.
pub(super) struct Indexer {
    /// Loads it, for the load of this number.
    pub(super) load: fn(Store, u64),
    /// Answers a window of a list.
    pub(super) window: fn(Store, Query, usize, usize) -> LocalBoxFuture<'static, Answer>,
}

type Answer = Result<Window, StoreError>;

/// The index and how far it is.
#[derive(Default)]
pub(super) struct Memory {
    index: RefCell<Option<Box<dyn Answers>>>,
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
    /// What a list begins with, read before it is asked for: its type, how many rows at most, and those.
    pub(super) ahead: RefCell<Option<(String, usize, Window)>>,
    /// Journal rows up to the first number are in the index, and beyond it these.
    absorbed: RefCell<(u64, BTreeSet<u64>)>,
    /// What the saved chunks were when this tab last loaded or wrote them.
    pub(super) base: RefCell<Option<Saved>>,
    /// Held while the records are read for a filter.
    pub(super) sifting: Mutex<()>,
    /// How many segments of snapshots are in it.
    pub(super) segments: Cell<u64>,
    /// The number of segments after which lists were last given rows to begin with.
    pub(super) at_hand: Cell<Option<u64>>,
    /// How many first syncs are under way here.
    pub(super) filling: Cell<u32>,
    changes: Cell<u64>,
    saved: Cell<u64>,
    saver: RefCell<Option<oneshot::Sender<()>>>,
}

/// How far the index is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Phase {
    /// On its way.
    #[default]
    Loading,
    /// As the rows are.
    Ready,
    /// It could not be loaded; whoever asks next tries again.
    Failed(StoreError),
}

impl Memory {
    /// Asks the index, if it is loaded.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&mut dyn Answers) -> T) -> Option<T> {
        if *self.phase.borrow() != Phase::Ready {
            return None;
        }
        let mut index = self.index.borrow_mut();
        index.as_mut().map(|index| question(index.as_mut()))
    }

    /// The same, for what fills and saves it.
    pub(super) fn work<T>(&self, work: impl FnOnce(&mut Index) -> T) -> Option<T> {
        self.ask(|index| work(index.whole()))
    }

    /// Takes a change of this tab.
    pub(super) fn take(&self, change: &Change) {
        self.forget_windows();
        let done = self.work(|index| {
            change.put.iter().for_each(|record| index.upsert(record));
            change.remove.iter().for_each(|key| index.remove(key));
        });
        if done.is_none() {
            let put = change.put.iter().map(|record| record.key());
            self.touched.borrow_mut().extend(put.chain(change.remove.iter().cloned()));
        }
        self.absorbed(change.journal);
    }

    fn forget_windows(&self) {
        self.anchors.borrow_mut().clear();
        self.ahead.take();
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
        self.changed();
    }

    /// Notes that the index has all of the journal up to a row.
    pub(super) fn absorbed_up_to(&self, journal: u64) {
        *self.absorbed.borrow_mut() = (journal, BTreeSet::new());
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

    /// Waits for the first window, though not for long.
    pub(super) async fn first_window(&self) {
        if !self.painted.get() {
            let (tell, told) = oneshot::channel();
            *self.paint.borrow_mut() = Some(tell);
            select(told, Box::pin(platform::sleep(FIRST_WINDOW))).await;
            self.painted.set(true);
        }
    }

    /// Begins to load anew; what is under way is overtaken.
    pub(super) fn begin(&self) -> u64 {
        self.epoch.set(self.epoch.get() + 1);
        *self.phase.borrow_mut() = Phase::Loading;
        *self.index.borrow_mut() = None;
        *self.base.borrow_mut() = None;
        self.touched.borrow_mut().clear();
        self.forget_windows();
        self.epoch.get()
    }

    /// The number of the load that is the last.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.get()
    }

    /// Whether the load of this number was overtaken by a later one.
    pub(super) fn is_overtaken(&self, epoch: u64) -> bool {
        self.epoch.get() != epoch
    }

    /// What changed while it was loading, since this was last asked.
    pub(super) fn take_touched(&self) -> Vec<RecordKey> {
        std::mem::take(&mut *self.touched.borrow_mut()).into_iter().collect()
    }

    /// Takes the loaded index, and what it was loaded from.
    pub(super) fn install(&self, index: Index, base: Option<Saved>) {
        if !index.dirty().is_empty() {
            self.changed();
        }
        *self.index.borrow_mut() = Some(Box::new(index));
        *self.base.borrow_mut() = base;
    }

    /// Ends loading.
    pub(super) fn finish(&self, phase: Phase) {
        *self.phase.borrow_mut() = phase;
        for waiter in self.waiters.borrow_mut().drain(..) {
            waiter.send(()).ok();
        }
    }

    /// How far it is.
    pub(super) fn phase(&self) -> Phase {
        self.phase.borrow().clone()
    }

    /// Resolves when loading ends.
    pub(super) fn loaded(&self) -> oneshot::Receiver<()> {
        let (tell, told) = oneshot::channel();
        self.waiters.borrow_mut().push(tell);
        told
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

    /// Notes that there is something to save.
    pub(super) fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
        self.wake_saver();
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
