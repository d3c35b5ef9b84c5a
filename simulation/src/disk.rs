//! What a device keeps when everything else of it is gone: tables, and transactions over them. It stands for IndexedDB, and
//! what is done in one transaction here is done in one in `src/store` of the app: `write` and `commit` have their names
//! from there.
//!
//! Each transaction may be aborted (the quota is used up), and each may be the last thing that happens before the browser
//! dies, with or without being written.

mod commit;
mod fetch;
mod transaction;
mod upkeep;
mod waiting;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::{Clock, Hlc};
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::{Age, Scope};
use outpost_core::sums::Sums;
use outpost_core::sync::{Pending, Position};

use crate::fault::{Fault, Rates};
use crate::random::Random;
use crate::tally::Tally;
pub(crate) use fetch::Begun;
pub(crate) use transaction::Lost;
pub(crate) use upkeep::Summary;
pub(crate) use write::{NotWritten, Writer};

/// The most JSON that is sent at once, in bytes; a single larger mutation goes alone.
const BATCH_BYTES: usize = 1_000_000;
/// The most records that are asked for by name at once: fewer than in the app, so that it takes several requests.
const WANTED: usize = 2;

/// The row in which a device keeps what it knows of itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    /// The number of the next mutation.
    pub(crate) next_n: u64,
    pub(crate) position: Position,
    /// The series of this device's invoice numbers.
    pub(crate) series: String,
    /// The count of this device's next invoice.
    pub(crate) next_number: u64,
    /// Counts the tabs that took the lead; who leads has the latest number.
    pub(crate) fence: u64,
    /// The last number that was ever given out to be sent.
    pub(crate) sealed: u64,
    /// Records that something was taken off, and that are to be fetched again.
    pub(crate) wanted: BTreeSet<RecordKey>,
    /// What this device keeps.
    pub(crate) scope: Scope,
    /// A snapshot that was begun and is not all here.
    pub(crate) fetch: Option<fetch::Fetch>,
}

/// A change that was refused, by the server or because no server takes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rejected {
    pub(crate) mutation: Mutation,
    /// Why, for programs.
    pub(crate) code: String,
    /// Why: a sentence.
    pub(crate) message: String,
}

/// The tables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tables {
    pub(crate) state: State,
    pub(crate) records: BTreeMap<RecordKey, Record>,
    pub(crate) outbox: BTreeMap<u64, Mutation>,
    /// What would undo the mutations of the outbox, where it was noted.
    pub(crate) undo: BTreeMap<u64, Vec<Op>>,
    pub(crate) rejected: BTreeMap<u64, Rejected>,
    /// There are none until this device first compares itself with the server.
    pub(crate) sums: Option<Sums>,
}

/// A disk, and what the simulation remembers of it.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    pub(crate) tables: Tables,
    /// Everything ever written to the outbox, by number: nothing of it may get lost.
    pub(crate) written: BTreeMap<u64, Mutation>,
    /// What was answered of that when it became another device, with who it was.
    pub(crate) former: Vec<(DeviceId, Mutation)>,
    /// Refused mutations that a person has dealt with, by stamp.
    pub(crate) dismissed: BTreeSet<Hlc>,
    /// Mutations that were put aside because no server takes them.
    pub(crate) aside: BTreeSet<Hlc>,
    /// What its clock did that clocks seldom do.
    pub(crate) seen: Tally,
    /// What the wall clock showed when it was last written.
    wall_ms: u64,
    /// How often transactions fail, and how.
    quota: u64,
    crash: u64,
    random: Random,
}

impl Disk {
    pub(crate) fn new(device: DeviceId, random: Random) -> Self {
        let state = State {
            clock: Clock::new(device),
            next_n: 1,
            position: Position::default(),
            series: String::new(),
            next_number: 1,
            fence: 0,
            sealed: 0,
            wanted: BTreeSet::new(),
            scope: Scope::of(Age::everything()),
            fetch: None,
        };
        let tables = Tables {
            state,
            records: BTreeMap::new(),
            outbox: BTreeMap::new(),
            undo: BTreeMap::new(),
            rejected: BTreeMap::new(),
            sums: None,
        };
        let (written, former) = (BTreeMap::new(), Vec::new());
        let (dismissed, aside) = (BTreeSet::new(), BTreeSet::new());
        let seen = Tally::default();
        Self { tables, written, former, dismissed, aside, seen, wall_ms: 0, quota: 0, crash: 0, random }
    }

    /// The same once more, in another browser.
    pub(crate) fn copy(&self, random: Random) -> Self {
        Self { random, seen: Tally::default(), ..self.clone() }
    }

    /// Says how often its transactions fail from now on.
    pub(crate) fn trouble(&mut self, rates: &Rates) {
        (self.quota, self.crash) = (rates.of(Fault::Quota), rates.of(Fault::CrashInStore));
    }

    /// The oldest unsent mutations, at most `max` and about a megabyte, with what is sent along; `None` if the store cannot
    /// be read just now.
    pub(crate) fn load(&mut self, max: usize) -> Option<Pending> {
        if self.random.chance(self.quota / 2) {
            return None;
        }
        let Tables { state, outbox, .. } = &self.tables;
        let (mut mutations, mut bytes) = (Vec::new(), 0);
        for mutation in outbox.values().take(max) {
            bytes += serde_json::to_string(mutation).map_or(0, |json| json.len());
            if bytes > BATCH_BYTES && !mutations.is_empty() {
                break;
            }
            mutations.push(mutation.clone());
        }
        let device = state.clock.device;
        let (position, next_n) = (state.position.clone(), state.next_n);
        let wanted = state.wanted.iter().take(WANTED).cloned().collect();
        let scope = state.scope.clone();
        Some(Pending { device, mutations, waiting: outbox.len(), position, next_n, wanted, scope })
    }

    /// Somebody wants this device to keep something else from now on.
    pub(crate) fn set_scope(&mut self, keep: Age) -> Result<(), Lost> {
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        state.scope.set(keep);
        tx.put_state(state);
        self.end(tx)
    }

    /// A person has looked at a refused mutation.
    pub(crate) fn dismiss(&mut self, n: u64) -> Result<(), Lost> {
        let mut tx = self.begin();
        tx.forget_rejected(n);
        self.end(tx)
    }

    /// Puts the clock's counter close to its end, as an hour of work in one millisecond would.
    pub(crate) fn wear_out_counter(&mut self, left: u16) -> Result<(), Lost> {
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        state.clock.last.counter = state.clock.last.counter.max(u16::MAX - left);
        tx.put_state(state);
        self.end(tx)
    }

    /// All records of a type.
    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Record> {
        let first = RecordKey::new(kind, outpost_core::id::RecordId::singleton(0));
        self.tables.records.range(first..).map(|(_, record)| record).take_while(move |record| record.kind == kind)
    }
}
