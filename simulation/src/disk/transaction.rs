//! Transactions: what they hold is written wholly or not at all, and how they end is chance.

use std::collections::BTreeMap;

use outpost_core::id::DeviceId;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sums::Sums;

use super::{Disk, Rejected, State};

/// What a transaction has gathered. Dropped, it is aborted.
#[derive(Debug, Default)]
#[must_use = "nothing is written until it is ended"]
pub(crate) struct Transaction(Vec<Put>);

#[derive(Debug)]
enum Put {
    State(State),
    Record(Record),
    NoRecord(RecordKey),
    Outbox(Mutation, Vec<Op>),
    Sent(u64),
    /// It was the last one, and its number is free again.
    Given(u64),
    Rejected(Rejected),
    /// No server takes it.
    Aside(Rejected),
    Dealt(u64),
    /// It is another device from here on, and was this one.
    Was(DeviceId),
    /// From this number on, the outbox is this.
    Outboxes(u64, Vec<Mutation>),
    Sums(Sums),
}

/// How a transaction ended if it did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Nothing of it is written, and the app knows.
    Aborted,
    /// Another tab leads by now. Nothing of it is written.
    Fenced,
    /// The browser died. Whether it is written, nobody knows before the next start.
    Crashed,
}

impl Transaction {
    pub(crate) fn put_state(&mut self, state: State) {
        self.0.push(Put::State(state));
    }

    pub(crate) fn put_record(&mut self, record: Record) {
        self.0.push(Put::Record(record));
    }

    pub(crate) fn remove_record(&mut self, key: RecordKey) {
        self.0.push(Put::NoRecord(key));
    }

    /// With what would undo it.
    pub(crate) fn put_outbox(&mut self, mutation: Mutation, undo: Vec<Op>) {
        self.0.push(Put::Outbox(mutation, undo));
    }

    pub(crate) fn give_back(&mut self, n: u64) {
        self.0.push(Put::Given(n));
    }

    pub(crate) fn forget_outbox(&mut self, n: u64) {
        self.0.push(Put::Sent(n));
    }

    pub(crate) fn put_rejected(&mut self, rejected: Rejected) {
        self.0.push(Put::Rejected(rejected));
    }

    pub(crate) fn put_aside(&mut self, rejected: Rejected) {
        self.0.push(Put::Aside(rejected));
    }

    /// It was another device.
    pub(crate) fn was(&mut self, device: DeviceId) {
        self.0.push(Put::Was(device));
    }

    /// What is unsent, from `next_n` on numbered anew.
    pub(crate) fn replace_outbox(&mut self, next_n: u64, outbox: Vec<Mutation>) {
        self.0.push(Put::Outboxes(next_n, outbox));
    }

    pub(crate) fn put_sums(&mut self, sums: Sums) {
        self.0.push(Put::Sums(sums));
    }

    pub(crate) fn forget_rejected(&mut self, n: u64) {
        self.0.push(Put::Dealt(n));
    }
}

impl Disk {
    /// Begins a transaction.
    pub(crate) fn begin(&self) -> Transaction {
        Transaction::default()
    }

    /// Ends a transaction, one way or another.
    pub(crate) fn end(&mut self, tx: Transaction) -> Result<(), Lost> {
        if self.random.chance(self.quota) {
            return Err(Lost::Aborted);
        }
        if self.random.chance(self.crash / 2) {
            return Err(Lost::Crashed);
        }
        tx.0.into_iter().for_each(|put| self.put(put));
        if self.random.chance(self.crash / 2) { Err(Lost::Crashed) } else { Ok(()) }
    }

    fn put(&mut self, put: Put) {
        let tables = &mut self.tables;
        match put {
            Put::State(state) => tables.state = state,
            Put::Record(record) => drop(tables.records.insert(record.key(), record)),
            Put::NoRecord(key) => drop(tables.records.remove(&key)),
            Put::Outbox(mutation, undo) => {
                self.written.insert(mutation.n, mutation.clone());
                tables.undo.insert(mutation.n, undo);
                tables.outbox.insert(mutation.n, mutation);
            }
            Put::Sent(n) => {
                tables.undo.remove(&n);
                tables.outbox.remove(&n);
            }
            Put::Given(n) => {
                tables.undo.remove(&n);
                tables.outbox.remove(&n);
                self.written.remove(&n);
            }
            Put::Rejected(rejected) => keep(&mut tables.rejected, rejected),
            Put::Aside(rejected) => {
                self.aside.insert(rejected.mutation.hlc);
                keep(&mut tables.rejected, rejected);
            }
            Put::Was(device) => {
                let written = std::mem::take(&mut self.written).into_values();
                let answered = written.filter(|mutation| !tables.outbox.contains_key(&mutation.n));
                self.former.extend(answered.map(|mutation| (device, mutation)));
            }
            Put::Outboxes(next_n, outbox) => {
                let outbox: BTreeMap<u64, Mutation> =
                    outbox.into_iter().map(|mutation| (mutation.n, mutation)).collect();
                self.written.retain(|n, _| *n < next_n);
                self.written.extend(outbox.clone());
                tables.undo.clear();
                tables.outbox = outbox;
            }
            Put::Sums(sums) => tables.sums = Some(sums),
            Put::Dealt(n) => {
                self.dismissed.extend(tables.rejected.remove(&n).map(|rejected| rejected.mutation.hlc));
            }
        }
    }
}

/// Keeps a refused change. Its number is its name; another one may have had the same, if a server has given numbers anew.
fn keep(all: &mut BTreeMap<u64, Rejected>, mut rejected: Rejected) {
    while all.get(&rejected.mutation.n).is_some_and(|other| other.mutation.hlc != rejected.mutation.hlc) {
        rejected.mutation.n += 1;
    }
    all.insert(rejected.mutation.n, rejected);
}
