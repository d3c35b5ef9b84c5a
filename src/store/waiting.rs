//! Looking at what waits, and taking something of it back: what a person discards before it is sent, and what no server
//! takes. The number stays, since numbers are contiguous; the mutation of that number does nothing any more.

use std::collections::BTreeSet;

use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sums::Delta;
use outpost_core::sync::{RecordState, take_off};
use rexie::KeyRange;

use super::db::{BLOCKS, JOURNAL, META, OUTBOX, RECORDS, REJECTED};
use super::error::{StoreError, WriteError};
use super::outbox::{self, Rejected};
use super::state::{self, State};
use super::tabs::Change;
use super::tx::WriteTx;
use super::write::detached;
use super::{Store, journal, row, sums};

/// How many changes are read at once when all later ones are looked through.
const PAGE: u32 = 1_000;
const STORES: [&str; 6] = [RECORDS, BLOCKS, OUTBOX, REJECTED, META, JOURNAL];

/// A change that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The change.
    pub mutation: Mutation,
    /// The ops that would undo it: what was there before.
    pub undo: Vec<Op>,
    /// Whether it was given out to be sent: it may be at the server, and cannot be discarded any more.
    pub is_underway: bool,
}

impl Store {
    /// The waiting changes from a number on, the oldest first, at most `most`, and the number from which there are more.
    /// Those that do nothing are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting_from(&self, first: u64, most: u32) -> Result<(Vec<Waiting>, Option<u64>), StoreError> {
        let read = self.reading(&[META, OUTBOX], async |tx| {
            let (meta, outbox) = (tx.store(META)?, tx.store(OUTBOX)?);
            let range = KeyRange::lower_bound(&row::number(first), None)?;
            Ok(futures::try_join!(meta.get(state::STATE.into()), outbox.get_all(Some(range), Some(most + 1)))?)
        });
        let (state, mut rows) = read.await?;
        let next = rows.get(most as usize).and_then(row::number_of);
        rows.truncate(most as usize);
        let sealed = state::read(&state.unwrap_or_default())?.sealed;
        let waiting = |found| {
            let mutation: Mutation = row::of_numbered(found)?;
            Ok(Waiting { is_underway: mutation.n <= sealed, undo: row::undo_of(found), mutation })
        };
        let mut all: Vec<Waiting> = rows.iter().map(waiting).collect::<Result<_, StoreError>>()?;
        all.retain(|each| !each.mutation.ops.is_empty());
        Ok((all, next))
    }

    /// The refused changes from a number on, the oldest first, at most `most`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rejected_from(&self, first: u64, most: u32) -> Result<Vec<Rejected>, StoreError> {
        let range = KeyRange::lower_bound(&row::number(first), None)?;
        let rows = self
            .reading(&[REJECTED], async |tx| Ok(tx.store(REJECTED)?.get_all(Some(range.clone()), Some(most)).await?));
        rows.await?.iter().map(row::of_numbered).collect()
    }

    /// One refused change.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rejected(&self, n: u64) -> Result<Option<Rejected>, StoreError> {
        let found = self.reading(&[REJECTED], async |tx| Ok(tx.store(REJECTED)?.get(row::number(n)).await?)).await?;
        found.as_ref().map(row::of_numbered).transpose()
    }

    /// Discards a waiting change that was certainly not sent yet. If it made a record, all that was written on that since
    /// goes with it. What a record was before is shown from what is known here, and fetched from the server.
    ///
    /// Returns what was discarded, to be written again by whoever thinks better of it.
    ///
    /// # Errors
    /// [`WriteError::Underway`] if it may have been sent, [`WriteError::Gone`] if it does not wait any more; all stays as
    /// it was then.
    pub async fn discard_waiting(&self, n: u64) -> Result<Vec<Vec<Op>>, WriteError> {
        let store = self.clone();
        detached(async move {
            let work = store.writing(&STORES, async |tx| {
                let mut state = State::read(tx).await?;
                if n <= state.sealed {
                    return Ok(Err(WriteError::Underway));
                }
                let mut taken = Taken::default();
                store.take(tx, n, &mut taken).await?;
                if taken.discarded.is_empty() {
                    return Ok(Err(WriteError::Gone));
                }
                store.take_dependants(tx, n, &mut taken).await?;
                give_back(tx, &mut state).await?;
                let discarded = std::mem::take(&mut taken.discarded);
                let change = store.end(tx, state, taken).await?;
                Ok(Ok((discarded, change)))
            });
            let (discarded, change) = work.await??;
            store.announce(change);
            Ok(discarded.into_iter().map(|mutation| mutation.ops).collect())
        })
        .await
    }

    /// Puts a waiting change that no server takes aside as a refused one, so that it holds nobody up. Returns how many
    /// wait still, and how many are refused.
    ///
    /// # Errors
    /// [`StoreError`]; it waits still then.
    pub async fn set_aside(&self, n: u64, code: &str, message: String) -> Result<(usize, usize), StoreError> {
        let (store, device, code) = (self.clone(), self.device(), code.to_owned());
        detached(async move {
            let work = store.writing(&STORES, async |tx| {
                let state = State::read(tx).await?;
                store.fenced(&state, device)?;
                let mut taken = Taken::default();
                store.take(tx, n, &mut taken).await?;
                if let Some(mutation) = taken.discarded.pop() {
                    let rejected = Rejected { mutation, code: code.clone(), message: message.clone() };
                    outbox::keep_refused(tx, rejected).await?;
                }
                store.end(tx, state, taken).await
            });
            let change = work.await?;
            let counts = (change.waiting, change.rejected.unwrap_or_default());
            store.announce(change);
            Ok(counts)
        })
        .await
    }

    /// Empties a waiting change and takes what it set off its records.
    async fn take(&self, tx: &WriteTx, n: u64, taken: &mut Taken) -> Result<(), StoreError> {
        let Some(found) = tx.get(OUTBOX, &row::number(n))?.await? else { return Ok(()) };
        let mutation: Mutation = row::of_numbered(&found)?;
        if mutation.ops.is_empty() {
            return Ok(());
        }
        let mut undo = row::undo_of(&found);
        let keys: Vec<RecordKey> = mutation.ops.iter().map(Op::key).collect();
        let unread: Vec<RecordKey> = keys.iter().filter(|key| !taken.keys.contains(key)).cloned().collect();
        let read = self.states(tx, &unread).await?;
        taken.before.extend(read.clone());
        taken.records.extend(read);
        taken.keys.extend(keys);
        let makes = |op: &&Op| matches!(op.action, Action::Patch(_)) && undo.contains(&Op::delete(&op.kind, op.id));
        taken.made.extend(mutation.ops.iter().filter(makes).map(Op::key));
        // Of what was never there before there is nothing to show in its place.
        undo.retain(|op| !taken.made.contains(&op.key()));
        take_off(&mutation, &undo, &mut taken.records);
        tx.put(OUTBOX, &row::numbered(n, &Mutation { ops: Vec::new(), ..mutation.clone() })?, None)?;
        taken.discarded.push(mutation);
        Ok(())
    }

    /// Takes all later changes of records that were made by what was taken: without its beginning, a record has no name.
    async fn take_dependants(&self, tx: &WriteTx, n: u64, taken: &mut Taken) -> Result<(), StoreError> {
        let mut after = n;
        while !taken.made.is_empty() {
            let range = KeyRange::lower_bound(&row::number(after), Some(true))?;
            let rows = tx.get_all(OUTBOX, range, PAGE).await?;
            for found in &rows {
                let text = row::numbered_json(found).unwrap_or_default();
                // Few do, and reading a text is quicker than reading what it says.
                if taken.made.iter().any(|key| text.contains(&key.id.to_string())) {
                    let later: Mutation = row::of_numbered(found)?;
                    if later.ops.iter().any(|op| taken.made.contains(&op.key())) {
                        self.take(tx, later.n, taken).await?;
                    }
                }
            }
            match rows.last().and_then(row::number_of) {
                Some(last) if rows.len() == PAGE as usize => after = last,
                _ => break,
            }
        }
        Ok(())
    }

    /// Writes what is left of the records, and that they are to be fetched again.
    async fn end(&self, tx: &WriteTx, mut state: State, taken: Taken) -> Result<Change, StoreError> {
        let remove: Vec<RecordKey> =
            taken.before.keys().filter(|key| !taken.records.contains_key(key)).cloned().collect();
        let put: Vec<Record> = taken.records.into_values().collect();
        let mut delta = Delta::default();
        taken.before.values().for_each(|record| delta.take(record));
        put.iter().for_each(|record| delta.add(record));
        sums::apply(tx, sums::read(tx).await?, &delta)?;
        for key in taken.keys.iter().map(row::key_text) {
            if !state.wanted.contains(&key) {
                state.wanted.push(key);
            }
        }
        let waiting = outbox::waiting(tx, &state).await?;
        let rejected = tx.count(REJECTED).await? as usize;
        let journal = journal::store(tx, &mut state, &put, &remove).await?;
        state.write(tx)?;
        Ok(Change { put, remove, journal, waiting, rejected: Some(rejected) })
    }
}

/// What was taken back in one transaction.
#[derive(Default)]
struct Taken {
    /// The mutations as they were, by number.
    discarded: Vec<Mutation>,
    /// The records that they spoke of.
    keys: BTreeSet<RecordKey>,
    /// Those that were made by them.
    made: BTreeSet<RecordKey>,
    /// Those that were there before, as they were.
    before: RecordState,
    /// What they are now.
    records: RecordState,
}

/// Gives back the last numbers, if their changes do nothing and were never sent: as if they had never been given.
pub(super) async fn give_back(tx: &WriteTx, state: &mut State) -> Result<(), StoreError> {
    while let Some(last) = state.next_n.checked_sub(1).filter(|last| *last > state.sealed) {
        let Some(found) = tx.get(OUTBOX, &row::number(last))?.await? else { break };
        if !row::of_numbered::<Mutation>(&found)?.ops.is_empty() {
            break;
        }
        tx.delete(OUTBOX, row::number(last))?;
        state.next_n = last;
    }
    Ok(())
}
