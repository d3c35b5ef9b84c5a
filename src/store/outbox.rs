//! Changes on their way to the server, and those that it refused.

use outpost_core::mutation::{Mutation, Op};
use outpost_core::protocol::MAX_WANTED;
use outpost_core::sync::Pending;
use rexie::KeyRange;
use serde::{Deserialize, Serialize};

use super::db::{META, OUTBOX, REJECTED};
use super::error::{StoreError, WriteError};
use super::state::{self, State};
use super::tabs::Change;
use super::tx::WriteTx;
use super::write::{Need, Snapshot, Written};
use super::{Store, row};

/// The most JSON that is sent at once, in bytes; a single larger mutation goes alone.
const BATCH_BYTES: usize = 1_000_000;

/// A change that the server has refused. The record has been put back to what the server has; this is kept until a
/// person has looked at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    /// What was wanted.
    pub mutation: Mutation,
    /// Why not, for programs.
    pub code: String,
    /// Why not: a sentence.
    pub message: String,
}

/// How many mutations are unsent: they are contiguous, from the first in the outbox to the last number given.
pub(super) async fn waiting(tx: &WriteTx, state: &State) -> Result<usize, StoreError> {
    Ok(count_from(first(tx).await?, state))
}

/// The number of the first unsent mutation, if there is one.
pub(super) async fn first(tx: &WriteTx) -> Result<Option<u64>, StoreError> {
    Ok(tx.first_key(OUTBOX).await?.as_ref().and_then(row::to_number))
}

pub(super) fn count_from(first: Option<u64>, state: &State) -> usize {
    first.map_or(0, |first| usize::try_from(state.next_n.saturating_sub(first)).unwrap_or(usize::MAX))
}

/// Keeps a refused change. Its number is its name from here on; another change may have had the same, if a server that was
/// restored from a backup has given numbers anew. Keeping it twice is keeping it once.
pub(super) async fn keep_refused(tx: &WriteTx, mut refused: Rejected) -> Result<(), StoreError> {
    while let Some(found) = tx.get(REJECTED, &row::number(refused.mutation.n))?.await? {
        match row::of_numbered::<Rejected>(&found) {
            Ok(other) if other.mutation.hlc == refused.mutation.hlc => break,
            _ => refused.mutation.n += 1,
        }
    }
    tx.put(REJECTED, &row::numbered(refused.mutation.n, &refused)?, None)
}

impl Store {
    /// Counts what is waiting and what was refused; returns the device's state, if it has one.
    pub(super) async fn recount(&self) -> Result<Option<State>, StoreError> {
        let read = self.reading(&[META, OUTBOX, REJECTED], async |tx| {
            let (meta, outbox, rejected) = (tx.store(META)?, tx.store(OUTBOX)?, tx.store(REJECTED)?);
            let found = futures::try_join!(
                meta.get(state::STATE.into()),
                outbox.get_all_keys(None, Some(1)),
                rejected.count(None)
            );
            Ok(found?)
        });
        let (state, first, rejected) = read.await?;
        let Some(mut state) = state.as_ref().map(state::read).transpose()? else { return Ok(None) };
        let waiting = count_from(first.first().and_then(row::to_number), &state);
        self.0.live.set_counts(waiting, Some(rejected as usize));
        self.0.packed.replace(std::mem::take(&mut state.packed));
        Ok(Some(state))
    }

    /// Forgets a refused change; `n` is its mutation's number.
    ///
    /// # Errors
    /// [`StoreError`]; it stays then.
    pub async fn discard_rejected(&self, n: u64) -> Result<(), StoreError> {
        let counts = self.writing(&[META, OUTBOX, REJECTED], async |tx| {
            let state = State::read(tx).await?;
            tx.delete(REJECTED, row::number(n))?;
            Ok((waiting(tx, &state).await?, tx.count(REJECTED).await? as usize))
        });
        let (waiting, rejected) = counts.await?;
        self.announce(Change { waiting, rejected: Some(rejected), ..Change::default() });
        Ok(())
    }

    /// Keeps a refused change again that was discarded a moment ago.
    ///
    /// # Errors
    /// [`StoreError`]; it is gone then.
    pub async fn keep_rejected(&self, rejected: &Rejected) -> Result<(), StoreError> {
        let counts = self.writing(&[META, OUTBOX, REJECTED], async |tx| {
            let state = State::read(tx).await?;
            keep_refused(tx, rejected.clone()).await?;
            Ok((waiting(tx, &state).await?, tx.count(REJECTED).await? as usize))
        });
        let (waiting, rejected) = counts.await?;
        self.announce(Change { waiting, rejected: Some(rejected), ..Change::default() });
        Ok(())
    }

    /// Writes a refused change again, as a new mutation: for when what stood in its way is gone.
    ///
    /// # Errors
    /// [`WriteError`]; it stays among the refused then.
    pub async fn retry_rejected(&self, n: u64) -> Result<Written, WriteError> {
        self.replace_rejected(n, |rejected| rejected.mutation.ops.clone()).await
    }

    /// Writes `ops` in place of a refused change, which goes in the same transaction: it was corrected.
    ///
    /// # Errors
    /// [`WriteError`]; it stays among the refused then.
    pub async fn correct_rejected(&self, n: u64, ops: Vec<Op>) -> Result<Written, WriteError> {
        self.replace_rejected(n, |_| ops).await
    }

    async fn replace_rejected(
        &self,
        n: u64,
        ops: impl FnOnce(&Rejected) -> Vec<Op> + 'static,
    ) -> Result<Written, WriteError> {
        let need = Need { rejected: Some(n), ..Need::default() };
        let plan =
            move |snapshot: &Snapshot| Ok::<_, WriteError>(vec![snapshot.rejected().map(ops).unwrap_or_default()]);
        Ok(self.transact(need, plan).await?.remove(0))
    }

    /// The oldest unsent mutations, at most `max` and about a megabyte, with what is sent along. [`Store::seal_batch`] comes before
    /// they are sent.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Corrupt`] if the oldest cannot be read, since no later one may go before it.
    pub async fn load_batch(&self, max: usize) -> Result<Pending, StoreError> {
        let limit = u32::try_from(max).unwrap_or(u32::MAX).max(1);
        let (state, rows) = self
            .reading(&[META, OUTBOX], async |tx| {
                let state = tx.store(META)?.get(state::STATE.into()).await?;
                let from = KeyRange::lower_bound(&row::number(0), None)?;
                Ok((state, tx.store(OUTBOX)?.get_all(Some(from), Some(limit)).await?))
            })
            .await?;
        let mut state = state::read(&state.unwrap_or_default())?;
        let mut mutations: Vec<Mutation> = Vec::with_capacity(rows.len());
        let mut bytes = 0;
        for found in rows.iter().take(max) {
            bytes += row::numbered_json(found).map_or(0, |json| json.len());
            if bytes > BATCH_BYTES && !mutations.is_empty() {
                break;
            }
            match row::of_numbered(found) {
                Ok(mutation) => mutations.push(mutation),
                // Those before it can still go.
                Err(_) if !mutations.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        let waiting = count_from(mutations.first().map(|mutation| mutation.n), &state);
        state.wanted.truncate(MAX_WANTED);
        let wanted = state.wanted.iter().filter_map(|key| row::key_of(key)).collect();
        let scope = state.scope()?;
        let (device, position, next_n) = (state.clock.device, state.position, state.next_n);
        Ok(Pending { device, mutations, waiting, position, next_n, wanted, scope })
    }

    /// Seals a batch that is about to be sent: from now on it may be at the server, and nothing of it can be discarded.
    /// Returns it as it is now, since until now something of it could be.
    ///
    /// # Errors
    /// [`StoreError`]; it must not be sent then.
    pub async fn seal_batch(&self, batch: &[Mutation]) -> Result<Vec<Mutation>, StoreError> {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(Vec::new()) };
        let (first, last, device) = (first.n, last.n, self.device());
        let rows = self.writing(&[META, OUTBOX], async |tx| {
            let mut state = State::read(tx).await?;
            // The request names a device: by now another tab may have made it another one.
            self.fenced(&state, device)?;
            if state.sealed < last {
                state.sealed = last;
                state.write(tx)?;
            }
            let range = KeyRange::bound(&row::number(first), &row::number(last), None, None)?;
            tx.get_all(OUTBOX, range, u32::MAX).await
        });
        rows.await?.iter().map(row::of_numbered).collect()
    }
}
