//! What one answer of the server does to the device's store, as a pure function, so that the browser's store and the
//! simulated ones do the same.

use std::collections::BTreeMap;

use crate::hlc::Hlc;
use crate::mutation::{Action, Mutation, restamp, revert};
use crate::protocol::{Receipt, STAMP_AHEAD, SyncResponse, Verdict};
use crate::record::{Record, RecordKey};
use crate::sorting::Order;
use crate::sums::Delta;
use crate::sync::aside;
use crate::sync::words::Position;

/// One answer, to be stored in one transaction: rows, receipts and position together.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// What became of our mutations.
    pub receipts: Vec<Receipt>,
    /// What changed elsewhere.
    pub rows: Vec<Record>,
    /// Records that were asked for by name, whole.
    pub records: Vec<Record>,
    /// What went to the archive.
    pub forget: Vec<RecordKey>,
    /// Where we are after it.
    pub position: Position,
    /// The server's time in milliseconds since 1970, for the clock.
    pub server_ms: u64,
}

/// The records that a commit touches, as they stand; a record that is not there is absent.
pub type RecordState = BTreeMap<RecordKey, Record>;

/// What to write, beside the position.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Records to put.
    pub put: Vec<Record>,
    /// Records to remove: creations that were refused, and what went to the archive.
    pub remove: Vec<RecordKey>,
    /// Numbers of mutations that leave the outbox.
    pub done: Vec<u64>,
    /// Refused mutations with their receipts: they move from the outbox to the rejected ones, where a person sees them.
    pub rejected: Vec<(Mutation, Receipt)>,
    /// The latest stamp that came; the clock observes it.
    pub seen: Option<Hlc>,
    /// Whether the server rewrote the latest stamp of ours. Only then is the rewritten one, which is in `seen`, later than
    /// all that it accepted of this device, and the clock may be reined in to it: an earlier one that was rewritten can
    /// be followed by one that time had caught up with, and was taken as it was.
    pub restamped: bool,
    /// What it does to the sums.
    pub delta: Delta,
}

impl Commit {
    /// From the server's answer.
    pub fn new(answer: SyncResponse) -> Self {
        Self {
            receipts: answer.receipts,
            rows: answer.rows,
            records: answer.records,
            forget: answer.forget,
            position: Position { epoch: Some(answer.epoch), cursor: answer.cursor, since: answer.since },
            server_ms: answer.server_ms,
        }
    }

    /// The number of the last mutation that it answers; 0 if it answers none.
    pub fn last(&self) -> u64 {
        self.receipts.iter().map(|receipt| receipt.n).max().unwrap_or_default()
    }

    /// Leaves out records that were asked for by name and of which a later mutation, in `unsent`, speaks. Something may
    /// have been taken off them once more while the answer was under way, and with it what that mutation had set beneath.
    /// The server knows that only once it has the mutation: until then they stay wanted. Nor is such a record forgotten: with
    /// the mutation it comes back from the archive.
    pub fn leave_out<'m>(&mut self, unsent: impl IntoIterator<Item = &'m Mutation>) {
        for op in unsent.into_iter().flat_map(|mutation| &mutation.ops) {
            self.records.retain(|record| record.kind != op.kind || record.id != op.id);
            self.forget.retain(|key| key.kind != op.kind || key.id != op.id);
        }
    }

    /// The numbers of the mutations that [`settle`] must see: those that were not simply applied.
    pub fn wanted_mutations(&self) -> Vec<u64> {
        self.receipts.iter().filter(|receipt| !plain(receipt)).map(|receipt| receipt.n).collect()
    }

    /// The records that [`settle`] must see.
    pub fn wanted_records(&self, mutations: &[Mutation]) -> Vec<RecordKey> {
        let mut keys: Vec<RecordKey> =
            self.rows.iter().chain(&self.records).map(Record::key).chain(self.forget.iter().cloned()).collect();
        keys.extend(mutations.iter().flat_map(|mutation| mutation.ops.iter().map(crate::mutation::Op::key)));
        for receipt in &self.receipts {
            match &receipt.verdict {
                Verdict::Applied => {}
                Verdict::Superseded { winners: records } | Verdict::Rejected { current: records, .. } => {
                    keys.extend(records.iter().map(Record::key));
                }
            }
        }
        keys.order_by(Ord::cmp);
        keys.dedup();
        keys
    }
}

fn plain(receipt: &Receipt) -> bool {
    receipt.verdict == Verdict::Applied && receipt.stamp.is_none()
}

/// What a commit does to the records: pure, and the same when it is done twice.
///
/// `mutations` are those of [`Commit::wanted_mutations`] that the outbox still has; `state` holds the records of
/// [`Commit::wanted_records`].
pub fn settle(commit: &Commit, mutations: &[Mutation], mut state: RecordState) -> Outcome {
    let before = state.clone();
    let mut outcome = Outcome { done: commit.receipts.iter().map(|receipt| receipt.n).collect(), ..Outcome::default() };
    for receipt in commit.receipts.iter().filter(|receipt| !plain(receipt)) {
        let Some(mutation) = mutations.iter().find(|mutation| mutation.n == receipt.n) else { continue };
        if let Some(stamp) = receipt.stamp {
            outcome.restamped = commit.receipts.last().is_some_and(|last| last.n == receipt.n);
            outcome.seen = outcome.seen.max(Some(stamp));
            for op in &mutation.ops {
                if let Some(record) = state.get_mut(&op.key()) {
                    restamp(record, mutation.hlc, stamp);
                }
            }
        }
        match &receipt.verdict {
            Verdict::Applied => {}
            Verdict::Superseded { winners } => {
                for winner in winners {
                    take(&mut state, winner, &mut outcome);
                }
            }
            Verdict::Rejected { code, current, .. } => {
                for op in &mutation.ops {
                    let theirs = current.iter().find(|record| record.kind == op.kind && record.id == op.id);
                    outcome.seen = outcome.seen.max(theirs.map(Record::latest));
                    let key = op.key();
                    // Only its clock keeps the server from it, and that will be put right.
                    let is_early = code == STAMP_AHEAD && matches!(op.action, Action::Merge(_));
                    if let Some(record) = state.get_mut(&key)
                        && !is_early
                        && !revert(record, op, receipt.stamp.unwrap_or(mutation.hlc), theirs)
                    {
                        state.remove(&key);
                    }
                }
                // What was taken back is nobody's any more; a copy of this device may have sent it as it was.
                if !mutation.ops.is_empty() {
                    outcome.rejected.push((mutation.clone(), receipt.clone()));
                }
            }
        }
    }
    for record in &commit.records {
        aside::uncover(&mut state, &record.key());
    }
    let known = |record: &&Record| !record.fields.is_empty() || record.deleted.is_some();
    for row in commit.rows.iter().chain(commit.records.iter().filter(known)) {
        take(&mut state, row, &mut outcome);
    }
    for key in &commit.forget {
        state.remove(key);
    }
    for (key, record) in &before {
        if state.get(key) != Some(record) {
            outcome.delta.take(record);
        }
    }
    for (key, record) in &state {
        if before.get(key) != Some(record) {
            outcome.delta.add(record);
        }
    }
    outcome.remove = before.keys().filter(|key| !state.contains_key(key)).cloned().collect();
    outcome.put = state.into_iter().filter(|(key, record)| before.get(key) != Some(record)).map(|(_, r)| r).collect();
    outcome
}

fn take(state: &mut RecordState, incoming: &Record, outcome: &mut Outcome) {
    outcome.seen = outcome.seen.max(Some(incoming.latest()));
    state.entry(incoming.key()).or_insert_with(|| Record::empty(incoming.key())).merge(incoming.clone());
}
