//! Giving out what waits, and taking something of it back: what a person discards before it is sent, and what no server
//! takes. As `src/store/outbox.rs` and `waiting.rs` do it.

use std::collections::BTreeSet;

use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::record::RecordKey;
use outpost_core::sums::Delta;
use outpost_core::sync::{RecordState, take_off};

use super::transaction::Transaction;
use super::{Disk, Lost, Rejected, State, Tables};

/// What is taken back in one transaction.
#[derive(Default)]
struct Taken {
    /// The mutations as they were.
    mutations: Vec<Mutation>,
    keys: BTreeSet<RecordKey>,
    /// The records that were made by them.
    made: BTreeSet<RecordKey>,
    before: RecordState,
    records: RecordState,
}

impl Disk {
    /// Those of some records that are here, and that a mutation speaks of which was written after the `n`-th and is unsent.
    pub(crate) fn worked_on(&self, keys: &[RecordKey], n: u64) -> Vec<RecordKey> {
        let Tables { records, outbox, .. } = &self.tables;
        let ops = || outbox.range(n + 1..).flat_map(|(_, mutation)| &mutation.ops);
        let is_worked_on = |key: &&RecordKey| records.contains_key(key) && ops().any(|op| op.key() == **key);
        keys.iter().filter(is_worked_on).cloned().collect()
    }

    /// Seals a batch that is about to be sent: from now on nothing of it can be discarded. Returns it as it is now.
    pub(crate) fn seal(&mut self, fence: u64, batch: &[Mutation]) -> Result<Vec<Mutation>, Lost> {
        self.fenced(fence)?;
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(Vec::new()) };
        let (first, last) = (first.n, last.n);
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        if state.sealed < last {
            state.sealed = last;
            tx.put_state(state);
        }
        let batch = self.tables.outbox.range(first..=last).map(|(_, mutation)| mutation.clone()).collect();
        self.end(tx)?;
        Ok(batch)
    }

    /// Discards a mutation that was certainly not sent, with what was written since on a record that it made. Returns
    /// what was discarded; nothing if it may have been sent.
    pub(crate) fn discard(&mut self, n: u64) -> Result<Vec<Vec<Op>>, Lost> {
        if n <= self.tables.state.sealed {
            return Ok(Vec::new());
        }
        let (mut tx, mut taken) = (self.begin(), Taken::default());
        taken.take(&self.tables, n, &mut tx);
        for (later, mutation) in self.tables.outbox.range(n + 1..) {
            if mutation.ops.iter().any(|op| taken.made.contains(&op.key())) {
                taken.take(&self.tables, *later, &mut tx);
            }
        }
        let mut state = self.tables.state.clone();
        let emptied: BTreeSet<u64> = taken.mutations.iter().map(|mutation| mutation.n).collect();
        for (last, mutation) in self.tables.outbox.range(state.sealed + 1..).rev() {
            if !mutation.ops.is_empty() && !emptied.contains(last) {
                break;
            }
            tx.give_back(*last);
            state.next_n = *last;
        }
        let discarded = taken.mutations.iter().map(|mutation| mutation.ops.clone()).collect();
        self.ends(tx, state, taken)?;
        Ok(discarded)
    }

    /// Puts a mutation that no server takes aside as a refused one. Returns how many are unsent, and how many refused.
    pub(crate) fn set_aside(
        &mut self,
        fence: u64,
        n: u64,
        why: &(&'static str, String),
    ) -> Result<(usize, usize), Lost> {
        self.fenced(fence)?;
        let (mut tx, mut taken) = (self.begin(), Taken::default());
        taken.take(&self.tables, n, &mut tx);
        for mutation in &taken.mutations {
            let (code, message) = (why.0.to_owned(), why.1.clone());
            tx.put_aside(Rejected { mutation: mutation.clone(), code, message });
        }
        self.ends(tx, self.tables.state.clone(), taken)?;
        Ok((self.tables.outbox.len(), self.tables.rejected.len()))
    }

    /// Writes what is left of the records, and that they are to be fetched again.
    fn ends(&mut self, mut tx: Transaction, mut state: State, taken: Taken) -> Result<(), Lost> {
        if let Some(mut sums) = self.tables.sums.clone() {
            let mut delta = Delta::default();
            taken.before.values().for_each(|record| delta.take(record));
            taken.records.values().for_each(|record| delta.add(record));
            sums.apply(&delta);
            tx.put_sums(sums);
        }
        state.wanted.extend(taken.keys);
        tx.put_state(state);
        let gone = taken.before.into_keys().filter(|key| !taken.records.contains_key(key));
        gone.for_each(|key| tx.remove_record(key));
        taken.records.into_values().for_each(|record| tx.put_record(record));
        self.end(tx)
    }
}

impl Taken {
    /// Empties a waiting mutation and takes what it set off its records.
    fn take(&mut self, tables: &Tables, n: u64, tx: &mut Transaction) {
        let Some(mutation) = tables.outbox.get(&n).filter(|mutation| !mutation.ops.is_empty()) else { return };
        let mut undo = tables.undo.get(&n).cloned().unwrap_or_default();
        for key in mutation.ops.iter().map(Op::key) {
            if self.keys.insert(key.clone())
                && let Some(record) = tables.records.get(&key)
            {
                self.before.insert(key.clone(), record.clone());
                self.records.insert(key, record.clone());
            }
        }
        let makes = |op: &&Op| matches!(op.action, Action::Patch(_)) && undo.contains(&Op::delete(&op.kind, op.id));
        self.made.extend(mutation.ops.iter().filter(makes).map(Op::key));
        undo.retain(|op| !self.made.contains(&op.key()));
        take_off(mutation, &undo, &mut self.records);
        tx.put_outbox(Mutation { ops: Vec::new(), ..mutation.clone() }, Vec::new());
        self.mutations.push(mutation.clone());
    }
}
