//! What a device keeps when it crashes: the store's tables, each method one transaction.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::{Clock, Hlc};
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Action, Mutation, Op, apply};
use outpost_core::protocol::{Receipt, Verdict};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::SCHEMA_VERSION;
use outpost_core::sync::{Commit, Pending, Position, RecordState, rebase, settle, take_off};
use serde_json::Value;

use crate::support::ledger::Ledger;

/// The tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Disk {
    pub clock: Clock,
    pub next_n: u64,
    pub next_number: u32,
    pub ledger: Ledger,
    pub outbox: BTreeMap<u64, Mutation>,
    /// By stamp: numbers are given anew to a server that has lost some.
    pub rejected: BTreeMap<Hlc, (Mutation, Receipt)>,
    pub position: Position,
    /// What would undo each of the outbox's mutations.
    pub undo: BTreeMap<Hlc, Vec<Op>>,
    /// The last number that was ever given out to be sent.
    pub sealed: u64,
    pub wanted: BTreeSet<RecordKey>,
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
            undo: BTreeMap::new(),
            sealed: 0,
            wanted: BTreeSet::new(),
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
        let undo = mutation.ops.iter().map(|op| undo(op, self.ledger.records.get(&op.key()))).collect();
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
        self.undo.insert(mutation.hlc, undo);
        Some(mutation)
    }

    /// What is given out to be sent is sealed in the same transaction.
    pub fn load(&mut self, max: usize) -> Pending {
        let mutations: Vec<Mutation> = self.outbox.values().take(max).cloned().collect();
        self.sealed = self.sealed.max(mutations.last().map_or(0, |last| last.n));
        Pending {
            device: self.clock.device,
            mutations,
            waiting: self.outbox.len(),
            position: self.position.clone(),
            wanted: self.wanted.iter().take(2).cloned().collect(),
            next_n: self.next_n,
        }
    }

    /// Takes a mutation that was certainly never sent out of the outbox, or empties it; whether its number is free again.
    pub fn discard(&mut self, n: u64) -> bool {
        assert!(n > self.sealed, "{n} may have been sent");
        self.take_off(n);
        let is_last = n + 1 == self.next_n;
        if is_last {
            self.outbox.remove(&n);
            self.next_n = n;
        }
        is_last
    }

    /// Puts a mutation that no server takes aside as a refused one.
    pub fn set_aside(&mut self, n: u64, code: &str) -> (usize, usize) {
        if let Some(mutation) = self.take_off(n) {
            let verdict =
                Verdict::Rejected { code: code.into(), message: "No server takes it.".into(), current: vec![] };
            self.rejected.insert(mutation.hlc, (mutation, Receipt { n, verdict, stamp: None }));
        }
        (self.outbox.len(), self.rejected.len())
    }

    fn take_off(&mut self, n: u64) -> Option<Mutation> {
        let kept = self.outbox.get_mut(&n)?;
        let mutation = Mutation { ops: std::mem::take(&mut kept.ops), ..kept.clone() };
        let keys: BTreeSet<RecordKey> = mutation.ops.iter().map(Op::key).collect();
        let state = keys.iter().filter_map(|key| Some((key.clone(), self.ledger.records.remove(key)?)));
        let mut state: RecordState = state.collect();
        take_off(&mutation, &self.undo.remove(&mutation.hlc).unwrap_or_default(), &mut state);
        self.ledger.records.extend(state);
        self.wanted.extend(keys);
        Some(mutation)
    }

    /// Begins again with a server that has lost what this device had sent. Returns the outbox.
    pub fn rebase(&mut self, epoch: String, next_n: u64, wall_ms: u64) -> Vec<Mutation> {
        let outbox: Vec<Mutation> = std::mem::take(&mut self.outbox).into_values().collect();
        let stamp = self.clock.tick(wall_ms).expect("time goes on");
        let rebased = rebase(outbox, next_n, &self.ledger.records, stamp, SCHEMA_VERSION);
        self.outbox = rebased.outbox.iter().map(|mutation| (mutation.n, mutation.clone())).collect();
        self.next_n = rebased.next_n;
        self.sealed = self.next_n - 1;
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
            self.rejected.insert(mutation.hlc, (mutation, receipt));
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
        for record in &commit.records {
            self.wanted.remove(&record.key());
        }
        self.position = commit.position.clone();
        (self.outbox.len(), self.rejected.len())
    }
}

/// What undoes an op on a record as it was before it.
fn undo(op: &Op, before: Option<&Record>) -> Op {
    match (&op.action, before) {
        (Action::Patch(_), None) | (Action::Restore, _) => Op::delete(&op.kind, op.id),
        (Action::Patch(patch), Some(before)) => {
            let was = |name: &String| (name.clone(), before.get(name).cloned().unwrap_or(Value::Null));
            Op::patch(&op.kind, op.id, patch.keys().map(was).collect())
        }
        (Action::Delete | Action::Merge(_), _) => Op::restore(&op.kind, op.id),
    }
}
