//! Storing an answer of the server: rows, receipts and cursor in one transaction.

use std::borrow::Cow;

use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::record::RecordKey;
use outpost_core::sync::{Commit, RecordState, settle};
use rexie::KeyRange;

use super::db::{BLOCKS, JOURNAL, META, OUTBOX, RECORDS, REJECTED};
use super::error::StoreError;
use super::outbox::{self, Rejected};
use super::state::{CORRUPT, State};
use super::tabs::Change;
use super::tx::WriteTx;
use super::write::detached;
use super::{Store, journal, read, row, sums};

impl Store {
    /// Stores an answer of the server, which came when the wall clock showed `wall_ms`. Storing it twice is storing it
    /// once. Returns how many mutations are unsent still, and how many refused ones nobody has looked at.
    ///
    /// An answer to the device that this was before a sign-out in another tab is not stored: nothing of the account that
    /// was left comes back. Nor is one to a tab that leads no more.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of it was stored then.
    pub async fn commit(&self, commit: Commit, wall_ms: u64) -> Result<(usize, usize), StoreError> {
        let (store, device) = (self.clone(), self.device());
        detached(async move {
            let stores = [RECORDS, BLOCKS, OUTBOX, REJECTED, META, JOURNAL];
            let change = store.writing(&stores, async |tx| store.settle(tx, device, &commit, wall_ms).await).await?;
            let counts = (change.waiting, change.rejected.unwrap_or_default());
            store.announce(change);
            Ok(counts)
        })
        .await
    }

    async fn settle(
        &self,
        tx: &WriteTx,
        device: DeviceId,
        commit: &Commit,
        wall_ms: u64,
    ) -> Result<Change, StoreError> {
        let (mut state, sums) = futures::try_join!(State::read(tx), sums::read(tx))?;
        self.fenced(&state, device)?;
        let commit = &still_true(tx, commit).await?;
        let mutations = self.mutations(tx, commit).await?;
        let records = self.states(tx, &commit.wanted_records(&mutations)).await?;
        let outcome = settle(commit, &mutations, records);
        for (mutation, receipt) in &outcome.rejected {
            let (code, message) = match &receipt.verdict {
                outpost_core::protocol::Verdict::Rejected { code, message, .. } => (code.clone(), message.clone()),
                _ => (String::new(), String::new()),
            };
            let rejected = Rejected { mutation: mutation.clone(), code, message };
            outbox::keep_refused(tx, rejected).await?;
        }
        forget(tx, &outcome.done)?;
        let waiting = outbox::waiting(tx, &state).await?;
        let rejected = tx.count(REJECTED).await? as usize;
        if let Some(seen) = outcome.seen {
            state.clock.observe(seen);
        }
        state.clock.correct(commit.server_ms, wall_ms);
        if outcome.restamped && waiting == 0 {
            state.clock.rein_in(outcome.seen.unwrap_or(outpost_core::hlc::Hlc::ZERO), wall_ms);
        }
        state.position = commit.position.clone();
        for record in &commit.records {
            let key = row::key_text(&record.key());
            state.wanted.retain(|wanted| *wanted != key);
        }
        let journal = journal::store(tx, &mut state, &outcome.put, &outcome.remove).await?;
        state.write(tx)?;
        sums::apply(tx, sums, &outcome.delta)?;
        Ok(Change { put: outcome.put, remove: outcome.remove, journal, waiting, rejected: Some(rejected) })
    }

    /// The mutations that were not simply applied, as far as the outbox still has them.
    async fn mutations(&self, tx: &WriteTx, commit: &Commit) -> Result<Vec<Mutation>, StoreError> {
        let wanted = commit.wanted_mutations();
        let asked = wanted.iter().map(|n| tx.get(OUTBOX, &row::number(*n))).collect::<Result<Vec<_>, _>>()?;
        let mut mutations = Vec::with_capacity(asked.len());
        for (n, answer) in wanted.iter().zip(asked) {
            let Some(found) = answer.await? else { continue };
            match row::of_numbered(&found) {
                Ok(mutation) => mutations.push(mutation),
                Err(_) => self.put_aside(tx, &format!("outbox/{n}"), row::numbered_json(&found).as_deref())?,
            }
        }
        Ok(mutations)
    }

    /// The records as they stand. One that cannot be read is put aside and counts as absent: what the server sends is
    /// better than nothing.
    pub(super) async fn states(&self, tx: &WriteTx, keys: &[RecordKey]) -> Result<RecordState, StoreError> {
        let mut records = RecordState::new();
        for (key, found) in read::rows(tx, keys).await? {
            match found.record() {
                Ok(record) => drop(records.insert(key, record)),
                Err(_) => self.put_aside(tx, &row::key_text(&key), Some(&found.json))?,
            }
        }
        Ok(records)
    }

    /// Keeps the text of a damaged row, which is about to be replaced.
    fn put_aside(&self, tx: &WriteTx, key: &str, text: Option<&str>) -> Result<(), StoreError> {
        self.0.live.quarantine(key.to_owned());
        tx.put(META, &serde_json::to_string(&text)?.into(), Some(&format!("{CORRUPT}{key}").into()))
    }
}

/// The answer without the records that are to be asked for once more, or are not to be forgotten, since something of them is
/// unsent still.
async fn still_true<'c>(tx: &WriteTx, commit: &'c Commit) -> Result<Cow<'c, Commit>, StoreError> {
    if commit.records.is_empty() && commit.forget.is_empty() {
        return Ok(Cow::Borrowed(commit));
    }
    let mut left = commit.clone();
    let rows = tx.get_all(OUTBOX, KeyRange::lower_bound(&row::number(commit.last()), Some(true))?, u32::MAX).await?;
    for found in &rows {
        let text = row::numbered_json(found).unwrap_or_default();
        // Few do, and reading a text is quicker than reading what it says.
        let mut ids = left.records.iter().map(|record| record.id).chain(left.forget.iter().map(|key| key.id));
        if ids.any(|id| text.contains(&id.to_string()))
            && let Ok(later) = row::of_numbered::<Mutation>(found)
        {
            left.leave_out([&later]);
        }
    }
    Ok(Cow::Owned(left))
}

/// Takes mutations out of the outbox: usually a contiguous run.
fn forget(tx: &WriteTx, done: &[u64]) -> Result<(), StoreError> {
    let mut done = done.to_vec();
    done.sort_unstable();
    for run in done.chunk_by(|a, b| a + 1 == *b) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            tx.delete(OUTBOX, KeyRange::bound(&row::number(*first), &row::number(*last), None, None)?)?;
        }
    }
    Ok(())
}
