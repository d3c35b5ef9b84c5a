//! What a device keeps when it crashes: the store's tables, each method one transaction.

use std::collections::BTreeMap;

use outpost_core::hlc::Clock;
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Mutation, Op, apply};
use outpost_core::protocol::Receipt;
use outpost_core::record::Record;
use outpost_core::records::SCHEMA_VERSION;
use outpost_core::sync::{Commit, Pending, Position, rebase, settle};

use crate::support::ledger::Ledger;

/// The tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Disk {
    pub clock: Clock,
    pub next_n: u64,
    pub next_number: u32,
    pub ledger: Ledger,
    pub outbox: BTreeMap<u64, Mutation>,
    pub rejected: BTreeMap<u64, (Mutation, Receipt)>,
    pub position: Position,
}

impl Disk {
    pub fn new(device: DeviceId) -> Self {
        Self {
            clock: Clock::new(device),
            next_n: 1,
            next_number: 1,
            ledger: Ledger::default(),
            outbox: BTreeMap::new(),
            rejected: BTreeMap::new(),
            position: Position::default(),
        }
    }

    /// Writes ops and their mutation; `None` if the rules refuse them. A careless device, which runs a version without
    /// the rules, does not ask.
    pub fn write(&mut self, ops: Vec<Op>, wall_ms: u64, careless: bool) -> Option<Mutation> {
        let mut clock = self.clock;
        let hlc = clock.tick(wall_ms).expect("time goes on");
        let mutation = Mutation { n: self.next_n, schema: SCHEMA_VERSION, hlc, ops };
        for op in &mutation.ops {
            let before = self.ledger.records.get(&op.key());
            let shown = before.into_iter().flat_map(|record| {
                let fields = op.patched().into_iter().flat_map(|patch| patch.keys());
                fields.filter_map(|name| record.fields.get(name)).map(|register| register.hlc())
            });
            for seen in shown {
                assert!(hlc > seen, "an edit is later than what its author saw: {hlc} after {seen}");
            }
        }
        if careless {
            for op in &mutation.ops {
                let record = self.ledger.records.entry(op.key()).or_insert_with(|| Record::empty(op.key()));
                apply(record, op, hlc);
            }
        } else {
            self.ledger.push(&mutation, hlc).ok()?;
        }
        // The clock advances only with what is stored.
        self.clock = clock;
        self.next_n += 1;
        self.outbox.insert(mutation.n, mutation.clone());
        Some(mutation)
    }

    pub fn load(&self, max: usize) -> Pending {
        Pending {
            device: self.clock.device,
            mutations: self.outbox.values().take(max).cloned().collect(),
            waiting: self.outbox.len(),
            position: self.position.clone(),
            next_n: self.next_n,
        }
    }

    /// Begins again with a server that has lost what this device had sent. Returns the outbox.
    pub fn rebase(&mut self, epoch: String, next_n: u64, wall_ms: u64) -> Vec<Mutation> {
        let outbox: Vec<Mutation> = std::mem::take(&mut self.outbox).into_values().collect();
        let stamp = self.clock.tick(wall_ms).expect("time goes on");
        let rebased = rebase(outbox, next_n, &self.ledger.records, stamp, SCHEMA_VERSION);
        self.outbox = rebased.outbox.iter().map(|mutation| (mutation.n, mutation.clone())).collect();
        self.next_n = rebased.next_n;
        self.position = Position { epoch: Some(epoch), cursor: 0, since: 0 };
        rebased.outbox
    }

    /// Stores an answer; returns how many mutations are unsent and how many refused.
    pub fn commit(&mut self, commit: &Commit, wall_ms: u64) -> (usize, usize) {
        let mutations: Vec<Mutation> =
            commit.wanted_mutations().iter().filter_map(|n| self.outbox.get(n).cloned()).collect();
        let records = commit.wanted_records(&mutations);
        let state = records.into_iter().filter_map(|key| Some((key.clone(), self.ledger.records.get(&key)?.clone())));
        let outcome = settle(commit, &mutations, state.collect());
        for record in outcome.put {
            self.ledger.records.insert(record.key(), record);
        }
        for key in outcome.remove {
            self.ledger.records.remove(&key);
        }
        for (mutation, receipt) in outcome.rejected {
            self.rejected.insert(mutation.n, (mutation, receipt));
        }
        for n in outcome.done {
            self.outbox.remove(&n);
        }
        if let Some(seen) = outcome.seen {
            self.clock.observe(seen);
        }
        self.clock.correct(commit.server_ms, wall_ms);
        if outcome.restamped && self.outbox.is_empty() {
            self.clock.rein_in(self.clock.seen, wall_ms);
        }
        self.position = commit.position.clone();
        (self.outbox.len(), self.rejected.len())
    }
}
