//! Taking the lead, comparing with the server, mending, and becoming somebody else. As `src/store/upkeep.rs` does it.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Mutation, restamp};
use outpost_core::protocol::{RepairResponse, ScopeResponse};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::SCHEMA_VERSION;
use outpost_core::scope::{Age, Scope};
use outpost_core::sums::{Delta, Sums, bucket};
use outpost_core::sync::{Position, own_part, parcels, purge, rebase, repair, wanted_by_rebase};

use super::{Disk, Lost, Rejected};

/// What a device would say when it compares itself with the server.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) position: Position,
    pub(crate) sums: Sums,
    /// Whether something is unsent, or taken back and not fetched again yet: then there is nothing to compare.
    pub(crate) unsent: bool,
    pub(crate) scope: Age,
}

impl Disk {
    /// Takes the lead among the tabs; returns the number by which this one is known from now on.
    pub(crate) fn take_lead(&mut self) -> Result<u64, Lost> {
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        state.fence += 1;
        let fence = state.fence;
        tx.put_state(state);
        self.end(tx)?;
        Ok(fence)
    }

    /// What to compare with the server.
    pub(crate) fn summary(&mut self) -> Result<Summary, Lost> {
        let mut tx = self.begin();
        let sums = self.tables.sums.clone().unwrap_or_else(|| {
            let sums = self.summed_up();
            tx.put_sums(sums.clone());
            sums
        });
        self.end(tx)?;
        let tables = &self.tables;
        let (state, scope) = (&tables.state, &tables.state.scope);
        let unsent = !tables.outbox.is_empty() || !state.wanted.is_empty() || scope.moving.is_some();
        Ok(Summary { position: state.position.clone(), sums, unsent, scope: scope.keep })
    }

    /// The sums of all records, made anew.
    pub(crate) fn summed_up(&self) -> Sums {
        let (mut delta, mut sums) = (Delta::default(), Sums::default());
        self.tables.records.values().for_each(|record| delta.add(record));
        sums.apply(&delta);
        sums
    }

    /// Makes the records of some buckets, from beyond `after` up to the end of the answer, the same as the server's.
    pub(crate) fn repair(
        &mut self,
        fence: u64,
        buckets: &[u8],
        after: Option<&RecordKey>,
        answer: &RepairResponse,
        wall_ms: u64,
    ) -> Result<(), Lost> {
        self.fenced(fence)?;
        if !self.tables.outbox.is_empty() || !self.tables.state.wanted.is_empty() {
            return Err(Lost::Aborted);
        }
        let mut tx = self.begin();
        let is_in = |key: &RecordKey| {
            buckets.contains(&bucket(key.id))
                && after.is_none_or(|after| key > after)
                && answer.next.as_ref().is_none_or(|next| key <= next)
        };
        let ours = self.tables.records.iter().filter(|(key, _)| is_in(key));
        let ours = ours.map(|(key, record)| (key.clone(), record.clone())).collect();
        let mended = repair(ours, answer.rows.clone(), &answer.forget);
        let mut state = self.tables.state.clone();
        if let Some(seen) = mended.seen {
            state.clock.observe(seen);
        }
        for ops in parcels(mended.resend) {
            let Ok(hlc) = state.clock.tick(wall_ms) else { return Err(Lost::Aborted) };
            tx.put_outbox(Mutation { n: state.next_n, schema: SCHEMA_VERSION, hlc, ops }, Vec::new());
            state.next_n += 1;
        }
        tx.put_state(state);
        if answer.next.is_none() {
            // Whatever made them wrong: from here on they are right again.
            let mut sums = self.summed_up();
            sums.apply(&mended.delta);
            tx.put_sums(sums);
        } else if let Some(mut sums) = self.tables.sums.clone() {
            sums.apply(&mended.delta);
            tx.put_sums(sums);
        }
        mended.put.into_iter().for_each(|record| tx.put_record(record));
        mended.forget.into_iter().for_each(|key| tx.remove_record(key));
        self.end(tx)
    }

    /// Takes up, or drops, what lies between two scopes, up to where the answer goes.
    pub(crate) fn rescope(
        &mut self,
        fence: u64,
        meant: &Scope,
        answer: &ScopeResponse,
        wall_ms: u64,
    ) -> Result<(), Lost> {
        self.fenced(fence)?;
        let mut state = self.tables.state.clone();
        if !self.tables.outbox.is_empty() || !state.wanted.is_empty() || state.scope != *meant {
            return Err(Lost::Aborted);
        }
        let mut tx = self.begin();
        let keys = answer.rows.iter().map(Record::key).chain(answer.forget.iter().cloned());
        let ours = keys.filter_map(|key| self.tables.records.get(&key).map(|record| (key, record.clone()))).collect();
        let mended = repair(ours, answer.rows.clone(), &answer.forget);
        if let Some(seen) = mended.seen {
            state.clock.observe(seen);
        }
        state.scope.step(answer.next.clone());
        for ops in parcels(mended.resend) {
            let Ok(hlc) = state.clock.tick(wall_ms) else { return Err(Lost::Aborted) };
            tx.put_outbox(Mutation { n: state.next_n, schema: SCHEMA_VERSION, hlc, ops }, Vec::new());
            state.next_n += 1;
        }
        tx.put_state(state);
        if let Some(mut sums) = self.tables.sums.clone() {
            sums.apply(&mended.delta);
            tx.put_sums(sums);
        }
        mended.put.into_iter().for_each(|record| tx.put_record(record));
        mended.forget.into_iter().for_each(|key| tx.remove_record(key));
        self.end(tx)
    }

    /// Begins again with a server that has lost what this device had sent.
    pub(crate) fn rebase(&mut self, fence: u64, epoch: String, next_n: u64, wall_ms: u64) -> Result<(), Lost> {
        self.fenced(fence)?;
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        let outbox: Vec<Mutation> = self.tables.outbox.values().cloned().collect();
        let wanted = wanted_by_rebase(&outbox).into_iter();
        let records = wanted.filter_map(|key| Some((key.clone(), self.tables.records.get(&key)?.clone()))).collect();
        let Ok(stamp) = state.clock.tick(wall_ms) else { return Err(Lost::Aborted) };
        let rebased = rebase(outbox, next_n, &records, stamp, SCHEMA_VERSION);
        state.next_n = rebased.next_n;
        state.sealed = state.next_n - 1;
        state.position = Position { epoch: Some(epoch), cursor: 0, since: 0 };
        // What was fetched by half was of the server as it was.
        state.fetch = None;
        tx.put_state(state);
        tx.replace_outbox(next_n, rebased.outbox);
        self.end(tx)
    }

    /// Becomes another device, with a number series of its own: what is unsent is numbered from 1 and stamped by it.
    pub(crate) fn become_device(&mut self, fence: u64, id: DeviceId, series: String) -> Result<(), Lost> {
        self.fenced(fence)?;
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        let mut records = BTreeMap::new();
        let (mut outbox, mut delta) = (Vec::new(), Delta::default());
        for (mutation, n) in self.tables.outbox.values().zip(1..) {
            let hlc = Hlc { device: id, ..mutation.hlc };
            for key in mutation.ops.iter().map(outpost_core::mutation::Op::key) {
                let Some(before) = self.tables.records.get(&key) else { continue };
                restamp(records.entry(key).or_insert_with(|| before.clone()), mutation.hlc, hlc);
            }
            outbox.push(Mutation { n, hlc, ..mutation.clone() });
        }
        for (key, record) in &records {
            self.tables.records.get(key).into_iter().for_each(|before| delta.take(before));
            delta.add(record);
        }
        if let Some(mut sums) = self.tables.sums.clone() {
            sums.apply(&delta);
            tx.put_sums(sums);
        }
        tx.was(state.clock.device);
        state.clock.device = id;
        (state.series, state.next_number) = (series, 1);
        state.next_n = outbox.len() as u64 + 1;
        state.sealed = outbox.len() as u64;
        tx.put_state(state);
        tx.replace_outbox(1, outbox);
        records.into_values().for_each(|record| tx.put_record(record));
        self.end(tx)
    }

    /// Drops what is the workspace's. What is unsent stays.
    pub(crate) fn purge(&mut self, fence: u64) -> Result<(), Lost> {
        self.fenced(fence)?;
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        let first = self.tables.outbox.keys().next().copied().unwrap_or(state.next_n);
        let purged = purge(self.tables.outbox.values().cloned().collect());
        state.position = Position::default();
        state.scope = Scope::of(state.scope.keep);
        state.wanted.clear();
        state.fetch = None;
        tx.put_state(state);
        let (mut delta, mut sums) = (Delta::default(), Sums::default());
        purged.records.values().for_each(|record| delta.add(record));
        sums.apply(&delta);
        tx.put_sums(sums);
        self.tables.records.keys().cloned().for_each(|key| tx.remove_record(key));
        purged.records.into_values().for_each(|record| tx.put_record(record));
        tx.replace_outbox(first, purged.outbox);
        // What was to send records again is made of what others wrote.
        let is_of_others = |rejected: &&Rejected| own_part(rejected.mutation.clone()).ops.is_empty();
        let refused = self.tables.rejected.values().filter(is_of_others).map(|rejected| rejected.mutation.n);
        refused.for_each(|n| tx.forget_rejected(n));
        self.end(tx)
    }

    /// Whether the tab that wants to write leads still.
    pub(super) fn fenced(&self, fence: u64) -> Result<(), Lost> {
        if self.tables.state.fence == fence { Ok(()) } else { Err(Lost::Fenced) }
    }
}
