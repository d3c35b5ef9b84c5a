//! Mending: what differs from the server, what the server has lost, and who this device is.

use std::collections::BTreeSet;

use outpost_core::id::DeviceId;
use outpost_core::mutation::{Mutation, Op, restamp};
use outpost_core::protocol::{RepairResponse, ScopeResponse};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::SCHEMA_VERSION;
use outpost_core::scope::{Age, Moving, Scope};
use outpost_core::sums::{Delta, Sums, bucket};
use outpost_core::sync::{Position, RecordState, parcels, rebase, repair, wanted_by_rebase};
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::db::{BLOCKS, JOURNAL, META, OUTBOX, RECORDS};
use super::error::StoreError;
use super::state::State;
use super::tabs::Change;
use super::tx::WriteTx;
use super::write::detached;
use super::{Store, blocks, journal, outbox, row, sums};
use crate::platform::time;

/// The stores that mending writes.
const STORES: [&str; 5] = [RECORDS, BLOCKS, OUTBOX, META, JOURNAL];
/// The most mutations in an outbox, read at once.
const ALL: u32 = u32::MAX;

/// What this device would say when it compares itself with the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// How far it has read.
    pub position: Position,
    /// What it holds.
    pub sums: Sums,
    /// Whether something is unsent, or taken back and not fetched again yet: then there is nothing to compare.
    pub unsent: bool,
    /// The buckets of rows that cannot be read.
    pub damaged: BTreeSet<u8>,
    /// Whether some records are in blocks: then it has fetched before.
    pub blocks: bool,
    /// What it keeps.
    pub scope: Scope,
}

impl Store {
    /// Takes the lead among the tabs: what an earlier leader still commits is refused from now on.
    ///
    /// # Errors
    /// [`StoreError`]; the earlier one leads on then.
    pub async fn take_lead(&self) -> Result<(), StoreError> {
        let taken = self.writing(&[META], async |tx| {
            let mut state = State::read(tx).await?;
            state.fence += 1;
            state.write(tx)?;
            Ok(state.fence)
        });
        self.0.fence.set(taken.await?);
        Ok(())
    }

    /// Whether this tab leads still, and is of the device that it was of.
    pub(super) fn fenced(&self, state: &State, device: DeviceId) -> Result<(), StoreError> {
        if state.clock.device != device {
            return Err(StoreError::Failed("the account was left in another tab".to_owned()));
        }
        if state.fence != self.0.fence.get() {
            return Err(StoreError::Failed("another tab has taken over".to_owned()));
        }
        Ok(())
    }

    /// What to compare with the server.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn summary(&self) -> Result<Summary, StoreError> {
        let damaged =
            self.0.live.corrupt().iter().filter_map(|key| row::key_of(key)).map(|key| bucket(key.id)).collect();
        let read = self.writing(&[RECORDS, BLOCKS, OUTBOX, META], async |tx| {
            let state = State::read(tx).await?;
            let sums = match sums::read(tx).await? {
                Some(sums) => sums,
                None => sums::rebuild(tx).await?,
            };
            let unsent = outbox::first(tx).await?.is_some() || !state.wanted.is_empty();
            // Half-way to another scope there is nothing to compare either.
            let scope = state.scope()?;
            let unsent = unsent || scope.moving.is_some();
            Ok((state.position, sums, unsent, state.blocks, scope))
        });
        let (position, sums, unsent, blocks, scope) = read.await?;
        Ok(Summary { position, sums, unsent, damaged, blocks, scope })
    }

    /// Makes the records of some buckets, from beyond `after` up to the end of the answer, the same as the server's: takes
    /// what it has, and puts what it lacks into the outbox. Returns how many records differed.
    ///
    /// # Errors
    /// [`StoreError`], also if something is unsent by now; nothing was written then.
    pub async fn repair(
        &self,
        buckets: &[u8],
        after: Option<RecordKey>,
        answer: RepairResponse,
    ) -> Result<usize, StoreError> {
        let (store, device, buckets) = (self.clone(), self.device(), buckets.to_vec());
        detached(async move {
            let change = store.writing(&STORES, async |tx| {
                let mut state = State::read(tx).await?;
                store.fenced(&state, device)?;
                // What the pages before have put there waits until the last of them is done.
                let (first, own) = (outbox::first(tx).await?, store.0.resent.get());
                let is_own = after.is_some() && first == Some(own.0) && state.next_n == own.1;
                if (first.is_some() && !is_own) || !state.wanted.is_empty() {
                    return Err(StoreError::Failed("something was changed meanwhile".to_owned()));
                }
                let ours = store.range(tx, &buckets, after.as_ref(), answer.next.as_ref()).await?;
                let mended = repair(ours, answer.rows.clone(), &answer.forget);
                if let Some(seen) = mended.seen {
                    state.clock.observe(seen);
                }
                let put = mended.put.iter().map(Record::key);
                let differ: BTreeSet<RecordKey> = put.chain(mended.resend.iter().map(Op::key)).collect();
                let count = differ.len() + mended.forget.len();
                let from = if is_own { own.0 } else { state.next_n };
                queue(tx, &mut state, mended.resend)?;
                let journal = journal::store(tx, &mut state, &mended.put, &mended.forget).await?;
                state.write(tx)?;
                if answer.next.is_none() {
                    // Whatever made them wrong: from here on they are right again.
                    sums::rebuild(tx).await?;
                } else {
                    sums::apply(tx, sums::read(tx).await?, &mended.delta)?;
                }
                let waiting = outbox::waiting(tx, &state).await?;
                let change = Change { put: mended.put, remove: mended.forget, journal, waiting, ..Change::default() };
                Ok((change, (from, state.next_n), count))
            });
            let (change, resent, count) = change.await?;
            store.0.resent.set(resent);
            if answer.next.is_none() {
                store.0.live.mended();
            }
            store.announce(change);
            Ok(count)
        })
        .await
    }

    /// Takes up, or drops, what lies between two scopes, up to where the answer goes.
    ///
    /// # Errors
    /// [`StoreError`], also if something is unsent, or another scope is wanted by now; nothing was written then.
    pub async fn rescope(&self, to: Age, moving: Moving, answer: ScopeResponse) -> Result<(), StoreError> {
        let (store, device) = (self.clone(), self.device());
        detached(async move {
            let change = store.writing(&STORES, async |tx| {
                let (mut state, sums) = futures::try_join!(State::read(tx), sums::read(tx))?;
                store.fenced(&state, device)?;
                let mut scope = state.scope()?;
                let meant = Scope { keep: to, moving: Some(moving.clone()) };
                if outbox::first(tx).await?.is_some() || !state.wanted.is_empty() || scope != meant {
                    return Err(StoreError::Failed("something was changed meanwhile".to_owned()));
                }
                let keys: Vec<RecordKey> =
                    answer.rows.iter().map(Record::key).chain(answer.forget.iter().cloned()).collect();
                let ours = store.states(tx, &keys).await?;
                let mended = repair(ours, answer.rows.clone(), &answer.forget);
                if let Some(seen) = mended.seen {
                    state.clock.observe(seen);
                }
                scope.step(answer.next.clone());
                state.set_scope(&scope)?;
                queue(tx, &mut state, mended.resend)?;
                let journal = journal::store(tx, &mut state, &mended.put, &mended.forget).await?;
                state.write(tx)?;
                sums::apply(tx, sums, &mended.delta)?;
                let waiting = outbox::waiting(tx, &state).await?;
                Ok(Change { put: mended.put, remove: mended.forget, journal, waiting, ..Change::default() })
            });
            store.announce(change.await?);
            Ok(())
        })
        .await
    }

    /// What this device keeps.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scope(&self) -> Result<Scope, StoreError> {
        self.state().await?.scope()
    }

    /// Keeps something else from now on. What is to be taken up or dropped is, when the server is there.
    ///
    /// # Errors
    /// [`StoreError`]; it stays as it was then.
    pub async fn set_scope(&self, keep: Age) -> Result<(), StoreError> {
        let device = self.device();
        let set = self.writing(&[META], async |tx| {
            let mut state = State::read(tx).await?;
            if state.clock.device != device {
                return Err(StoreError::Failed("the account was left in another tab".to_owned()));
            }
            let mut scope = state.scope()?;
            scope.set(keep);
            state.set_scope(&scope)?;
            state.write(tx)
        });
        set.await
    }

    /// This device's records of some buckets in a range of keys; a damaged one is put aside and counts as absent.
    async fn range(
        &self,
        tx: &WriteTx,
        buckets: &[u8],
        after: Option<&RecordKey>,
        upto: Option<&RecordKey>,
    ) -> Result<RecordState, StoreError> {
        let (first, last) = (after.map_or("".into(), row::key), upto.map_or("\u{7f}".into(), row::key));
        let range = KeyRange::bound(&first, &last, Some(after.is_some()), None)?;
        let keys = tx.get_all_keys(RECORDS, range, None)?.await?;
        let wanted = |key: &str| row::key_of(key).is_some_and(|key| buckets.contains(&bucket(key.id)));
        let keys = keys.iter().filter_map(JsValue::as_string).filter(|key| wanted(key));
        let keys: Vec<RecordKey> = keys.filter_map(|key| row::key_of(&key)).collect();
        let mut records = self.states(tx, &keys).await?;
        let within = |key: &str| {
            after.is_none_or(|after| *key > *row::key_text(after))
                && upto.is_none_or(|upto| *key <= *row::key_text(upto))
        };
        let mut block = after.map(row::key_text);
        while let Some((last, rows)) = blocks::next(tx.into(), block.as_deref()).await? {
            let rows = rows.iter().filter(|row| within(&row.key) && wanted(&row.key));
            records.extend(rows.filter_map(|row| row.record().ok()).map(|record| (record.key(), record)));
            if !within(&last) {
                break;
            }
            block = Some(last);
        }
        Ok(records)
    }

    /// Begins again with a server that has lost what this device had sent: what is unsent is numbered anew, behind what
    /// it stands on.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was written then.
    pub async fn rebase(&self, epoch: String, next_n: u64) -> Result<(), StoreError> {
        let (store, device) = (self.clone(), self.device());
        detached(async move {
            let waiting = store.writing(&STORES, async |tx| {
                let mut state = State::read(tx).await?;
                store.fenced(&state, device)?;
                let outbox = all_unsent(tx).await?;
                let wanted: Vec<RecordKey> = wanted_by_rebase(&outbox).into_iter().collect();
                let records = store.states(tx, &wanted).await?;
                let stamp = state.clock.tick(time::now_ms())?;
                let rebased = rebase(outbox, next_n, &records, stamp, SCHEMA_VERSION);
                replace_outbox(tx, &rebased.outbox)?;
                state.next_n = rebased.next_n;
                state.sealed = state.next_n - 1;
                state.position = Position { epoch: Some(epoch.clone()), cursor: 0, since: 0 };
                // What was fetched by half was of the server as it was.
                state.fetch = None;
                state.write(tx)?;
                outbox::waiting(tx, &state).await
            });
            store.announce(Change { waiting: waiting.await?, ..Change::default() });
            Ok(())
        })
        .await
    }

    /// Which identity to ask for: `drawn`, or the one that was asked for before and not taken over. It is noted, so that whatever happens
    /// this device asks for one alone.
    ///
    /// # Errors
    /// [`StoreError`]; nothing may be asked for then.
    pub async fn asks_for(&self, drawn: DeviceId) -> Result<DeviceId, StoreError> {
        let device = self.device();
        self.writing(&[META], async |tx| {
            let mut state = State::read(tx).await?;
            self.fenced(&state, device)?;
            let id = state.enrolling().unwrap_or(drawn);
            state.set_enrolling(Some(id))?;
            state.write(tx)?;
            Ok(id)
        })
        .await
    }

    /// Whether an identity was asked for and not taken over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_enrolling(&self) -> Result<bool, StoreError> {
        Ok(self.state().await?.enrolling().is_some())
    }

    /// Becomes another device: what is unsent is numbered from 1 and stamped by it.
    ///
    /// # Errors
    /// [`StoreError`]; it is who it was then.
    pub async fn become_device(&self, id: DeviceId, series: &str) -> Result<(), StoreError> {
        let (store, device, series) = (self.clone(), self.device(), series.to_owned());
        detached(async move {
            let change = store.writing(&STORES, async |tx| {
                let mut state = State::read(tx).await?;
                store.fenced(&state, device)?;
                let outbox = all_unsent(tx).await?;
                let wanted: Vec<RecordKey> = wanted_by_rebase(&outbox).into_iter().collect();
                let mut records = store.states(tx, &wanted).await?;
                let before = records.clone();
                let (mut mutations, mut n) = (Vec::with_capacity(outbox.len()), 0);
                for mutation in outbox {
                    n += 1;
                    let hlc = outpost_core::hlc::Hlc { device: id, ..mutation.hlc };
                    for op in &mutation.ops {
                        if let Some(record) = records.get_mut(&op.key()) {
                            restamp(record, mutation.hlc, hlc);
                        }
                    }
                    mutations.push(Mutation { n, hlc, ..mutation });
                }
                replace_outbox(tx, &mutations)?;
                let mut delta = Delta::default();
                let changed = records.into_iter().filter(|(key, record)| before.get(key) != Some(record));
                let put: Vec<Record> = changed.map(|(_, record)| record).collect();
                for record in &put {
                    before.get(&record.key()).into_iter().for_each(|before| delta.take(before));
                    delta.add(record);
                }
                let journal = journal::store(tx, &mut state, &put, &[]).await?;
                sums::apply(tx, sums::read(tx).await?, &delta)?;
                state.clock.device = id;
                state.set_enrolling(None)?;
                state.next_n = n + 1;
                state.sealed = n;
                series.clone_into(&mut state.series);
                state.write(tx)?;
                Ok(Change { put, journal, waiting: mutations.len(), ..Change::default() })
            });
            let change = change.await?;
            store.0.device.set(id);
            series.clone_into(&mut store.0.series.borrow_mut());
            store.announce(change);
            store.announce_everything();
            Ok(())
        })
        .await
    }
}

/// All that is unsent, in order.
pub(super) async fn all_unsent(tx: &WriteTx) -> Result<Vec<Mutation>, StoreError> {
    let rows = tx.get_all(OUTBOX, KeyRange::lower_bound(&row::number(0), None)?, ALL).await?;
    rows.iter().map(row::of_numbered).collect()
}

/// Puts this in the place of all that is unsent. What would undo it goes.
pub(super) fn replace_outbox(tx: &WriteTx, outbox: &[Mutation]) -> Result<(), StoreError> {
    tx.clear(OUTBOX)?;
    outbox.iter().try_for_each(|mutation| tx.put(OUTBOX, &row::numbered(mutation.n, mutation)?, None))
}

/// Puts what is to be sent again into the outbox.
fn queue(tx: &WriteTx, state: &mut State, ops: Vec<Op>) -> Result<(), StoreError> {
    for ops in parcels(ops) {
        let hlc = state.clock.tick(time::now_ms())?;
        let mutation = Mutation { n: state.next_n, schema: SCHEMA_VERSION, hlc, ops };
        tx.put(OUTBOX, &row::numbered(mutation.n, &mutation)?, None)?;
        state.next_n += 1;
    }
    Ok(())
}
