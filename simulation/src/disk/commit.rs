//! Storing an answer of the server: rows, receipts and cursor in one transaction. As `src/store/commit.rs` does it.

use outpost_core::hlc::Hlc;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Verdict;
use outpost_core::sync::{Commit, settle};

use super::{Disk, Lost, Rejected};

impl Disk {
    /// Returns how many mutations are unsent still, and how many refused ones nobody has looked at.
    pub(crate) fn commit(&mut self, fence: u64, commit: &Commit, wall_ms: u64) -> Result<(usize, usize), Lost> {
        self.fenced(fence)?;
        let mut commit = commit.clone();
        let later = commit.last() + 1;
        commit.leave_out(self.tables.outbox.range(later..).map(|(_, mutation)| mutation));
        let commit = &commit;
        let mut tx = self.begin();
        let tables = &self.tables;
        let wanted = commit.wanted_mutations();
        let mutations: Vec<Mutation> = wanted.iter().filter_map(|n| tables.outbox.get(n).cloned()).collect();
        let records = commit.wanted_records(&mutations).into_iter();
        let records = records.filter_map(|key| tables.records.get(&key).map(|record| (key, record.clone()))).collect();
        let outcome = settle(commit, &mutations, records);

        let sent = outcome.done.iter().filter(|n| tables.outbox.contains_key(n)).count();
        let waiting = tables.outbox.len() - sent;
        let mut state = tables.state.clone();
        if let Some(seen) = outcome.seen {
            state.clock.observe(seen);
        }
        state.clock.correct(commit.server_ms, wall_ms);
        if outcome.restamped && waiting == 0 {
            state.clock.rein_in(outcome.seen.unwrap_or(Hlc::ZERO), wall_ms);
        }
        state.position = commit.position.clone();
        commit.records.iter().for_each(|record| _ = state.wanted.remove(&record.key()));
        tx.put_state(state);
        if let Some(mut sums) = tables.sums.clone() {
            sums.apply(&outcome.delta);
            tx.put_sums(sums);
        }
        for (mutation, receipt) in outcome.rejected {
            let Verdict::Rejected { code, message, .. } = receipt.verdict else { continue };
            tx.put_rejected(Rejected { mutation, code, message });
        }
        outcome.done.into_iter().for_each(|n| tx.forget_outbox(n));
        outcome.put.into_iter().for_each(|record| tx.put_record(record));
        outcome.remove.into_iter().for_each(|key| tx.remove_record(key));
        self.end(tx)?;
        Ok((waiting, self.tables.rejected.len()))
    }
}
