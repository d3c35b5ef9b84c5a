//! Everything on the device: records, unsent and refused changes, settings, in IndexedDB, and the index in memory that
//! answers lists.
//!
//! A record and its mutation are written in one transaction, and nothing is reported as saved before that is durable.
//! Whoever reads does not learn whether the rows or the index in memory answered.
//!
//! | store | key | value |
//! |---|---|---|
//! | `records` | `k` in the row | see `row`; indexes `recent` and `parent` |
//! | `outbox` | `n` in the row | `{n, m: JSON of the mutation, u: JSON of what undoes it}`: unsent, contiguous |
//! | `rejected` | `n` in the row | `{n, m: JSON of mutation, code and message}` |
//! | `meta` | name | JSON text: the device's state, settings, drafts |
//! | `blobs` | name | bytes of files; nothing writes here yet |
//! | `chunks` | generation, type, number | packed parts of the index; see [`outpost_core::index`] |
//! | `blocks` | key of the last record | records of a snapshot that have no row yet; see `blocks` |
//! | `links` | type and an id | which blocks hold what points at a record; see `links` |
//! | `journal` | number | JSON list of the keys that changed since the index was saved |

mod at_hand;
mod blocks;
mod commit;
mod db;
mod error;
mod export;
mod fetch;
mod filter;
mod imports;
mod index;
mod issue;
mod journal;
mod links;
mod list;
mod live;
mod load;
mod merges;
mod meta;
mod outbox;
mod pack;
mod purge;
mod read;
mod reader;
mod row;
mod samples;
mod save;
mod scan;
mod search;
mod stages;
mod state;
mod sums;
mod tabs;
mod twins;
mod tx;
mod types;
mod upkeep;
mod uses;
mod waiting;
mod working;
mod write;

#[cfg(test)]
pub(crate) mod tests;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use futures::lock::Mutex;
use leptos::prelude::{ArcRwSignal, Signal, expect_context, provide_context};
use outpost_core::catalogue::Catalogue;
use outpost_core::id::DeviceId;
use outpost_core::sums::Sums;
use send_wrapper::SendWrapper;

use crate::platform::channel::{Channel, Subscription};

pub use db::OUTBOX;
pub use error::{IssueFailure, StoreError, WriteError};
pub use fetch::Indexing;
pub use imports::{Import, Undone};
pub use list::Window;
pub use merges::MergeFailure;
pub use outbox::Rejected;
pub(crate) use read::latest_of;
pub use samples::Removed;
pub use stages::{Cleared, Stayed, Step};
pub use upkeep::Summary;
pub use uses::Part;
pub use waiting::Waiting;
pub use write::{Snapshot, Written};

use db::Db;
use index::{Indexer, Memory};
use links::Links;
use live::Live;
use state::State;

/// The store. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Store(Arc<SendWrapper<Inner>>);

struct Inner {
    name: String,
    db: RefCell<Option<Rc<Db>>>,
    device: Cell<DeviceId>,
    series: RefCell<String>,
    live: Live,
    memory: Memory,
    channel: Channel,
    hears: RefCell<Vec<Subscription>>,
    /// What this tab's commits show that it leads: see [`Store::take_lead`].
    fence: Cell<u64>,
    /// Whether some records are in blocks; read with the state.
    has_blocks: Cell<bool>,
    /// What was read of the links of blocks.
    links: Links,
    /// As [`State::packed`].
    packed: RefCell<BTreeMap<String, u64>>,
    /// The numbers that a repair under way has given to what is sent again: from the first up to the next free one.
    resent: Cell<(u64, u64)>,
    /// The index's work. It comes with the app's second part, to which the first must not lead by itself.
    indexer: OnceCell<Indexer>,
    /// The record types; none until the second part reads them.
    types: Cell<Option<&'static Catalogue>>,
    /// Held while they are read.
    learning: Mutex<()>,
}

/// How often in a row a lost connection is replaced by a new one.
const REOPEN: usize = 3;

impl Store {
    /// Opens the store of this name, makes it if there is none. Until [`Store::keep_index`] is called, only the
    /// windows that need no index are answered.
    ///
    /// # Errors
    /// [`StoreError`] if there is no way to keep data here: to be shown instead of the app, never as an empty list.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let inner = Inner {
            name: name.to_owned(),
            db: RefCell::new(None),
            device: Cell::new(DeviceId(0)),
            series: RefCell::new(String::new()),
            live: Live::default(),
            memory: Memory::default(),
            channel: Channel::open(name),
            hears: RefCell::new(Vec::new()),
            fence: Cell::new(0),
            has_blocks: Cell::new(false),
            links: Links::default(),
            packed: RefCell::default(),
            resent: Cell::new((0, 0)),
            indexer: OnceCell::new(),
            types: Cell::new(None),
            learning: Mutex::new(()),
        };
        let store = Self(Arc::new(SendWrapper::new(inner)));
        store.settle_in().await?;
        Ok(store)
    }

    /// Gives the store to everything below.
    pub fn provide(self) {
        provide_context(self);
    }

    /// This device's identity.
    pub fn device(&self) -> DeviceId {
        self.0.device.get()
    }

    /// The series of this device's invoice numbers, such as `K7`.
    pub fn series(&self) -> String {
        self.0.series.borrow().clone()
    }

    /// A number that changes with every change to records of a type: by this tab, by others, by a sync. With each change of
    /// what waits, for the type [`OUTBOX`].
    pub fn version(&self, kind: &str) -> Signal<u64> {
        follow(&self.0.live.version(kind))
    }

    /// How many changes the server has not got yet.
    pub fn waiting(&self) -> Signal<usize> {
        follow(&self.0.live.waiting)
    }

    /// How many changes the server has refused and nobody has looked at.
    pub fn rejected_count(&self) -> Signal<usize> {
        follow(&self.0.live.rejected)
    }

    /// How many rows were found damaged since the page was opened. Lists pass over them, the export has them.
    pub fn corrupt(&self) -> Signal<usize> {
        follow(&self.0.live.corrupt_count)
    }

    /// Reads the device's state, or makes it, and counts what is waiting.
    async fn settle_in(&self) -> Result<(), StoreError> {
        let state = match self.recount().await? {
            Some(state) => state,
            None => {
                self.0.live.set_counts(0, Some(0));
                self.make_state().await?
            }
        };
        self.0.device.set(state.clock.device);
        self.0.has_blocks.set(state.blocks);
        *self.0.series.borrow_mut() = state.series;
        Ok(())
    }

    /// The state of a new device; or of this one, if another tab has just made it.
    async fn make_state(&self) -> Result<State, StoreError> {
        self.writing(&[db::META, db::RECORDS], async |tx| {
            if let Some(row) = tx.get(db::META, &state::STATE.into())?.await? {
                return state::read(&row);
            }
            let state = State::new(crate::platform::ids::new_device_id());
            // Of records without a state, should that ever be, they are made when they are first asked for.
            if tx.count(db::RECORDS).await? == 0 {
                sums::write(tx, &Sums::default())?;
            }
            state.write(tx)?;
            Ok(state)
        })
        .await
    }

    /// The connection, opened if there is none.
    async fn db(&self) -> Result<Rc<Db>, StoreError> {
        if let Some(db) = self.0.db.borrow().clone() {
            return Ok(db);
        }
        let db = Rc::new(Db::open(&self.0.name, db::PATIENCE).await?);
        *self.0.db.borrow_mut() = Some(db.clone());
        Ok(db)
    }

    /// Whether to try again after `error`, on a new connection. A dead one would fail for ever.
    fn reopen(&self, error: &StoreError, tries: &mut usize) -> bool {
        let again = *error == StoreError::ConnectionLost && *tries < REOPEN;
        if again {
            *tries += 1;
            self.0.db.borrow_mut().take();
        }
        again
    }

    /// Runs work in a transaction that reads.
    async fn reading<T>(
        &self,
        stores: &[&str],
        work: impl AsyncFn(&rexie::Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut tries = 0;
        loop {
            let result = async { work(&self.db().await?.read(stores)?).await }.await;
            match result {
                Err(error) if self.reopen(&error, &mut tries) => {}
                other => return other,
            }
        }
    }

    /// Runs work in a transaction that writes; `Ok` only when it is durable. The work must bear being run again: what an
    /// earlier run wrote is undone then.
    async fn writing<T>(
        &self,
        stores: &[&str],
        work: impl AsyncFn(&tx::WriteTx) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut tries = 0;
        loop {
            let result = async {
                let tx = self.db().await?.write(stores)?;
                let value = work(&tx).await?;
                tx.done().await?;
                Ok(value)
            };
            match result.await {
                Err(error) if self.reopen(&error, &mut tries) => {}
                other => return other,
            }
        }
    }
}

/// The store that was [provided](Store::provide).
///
/// # Panics
/// Outside of what it was provided to: a mistake in the program.
pub fn use_store() -> Store {
    expect_context()
}

fn follow<T: Send + Sync + Clone + 'static>(signal: &ArcRwSignal<T>) -> Signal<T> {
    signal.read_only().into()
}
