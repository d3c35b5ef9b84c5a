//! Writing: mutations and what they do to the records, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use futures::channel::oneshot;
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::mutation::Op;
use outpost_core::protocol::MAX_OPS;
use outpost_core::record::{Record, RecordKey};
use outpost_core::rules;
use outpost_core::sorting::Order;
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::db::{BLOCKS, JOURNAL, LINKS, META, OUTBOX, PARENT, RECORDS, REJECTED};
use super::error::{StoreError, WriteError};
use super::outbox::{self, Rejected};
use super::pack::pack;
use super::row::{self, Row};
use super::state::{NUMBER, State};
use super::tabs::Change;
use super::tx::WriteTx;
use super::working::{Working, new_number};
use super::{Store, blocks, journal, read, sums};
use crate::platform;

/// A mutation that is durable on this device.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its number; 0 if nothing had to be changed, and so nothing was written.
    pub n: u64,
    /// Its stamp.
    pub hlc: Hlc,
    /// The records it changed.
    pub keys: Vec<RecordKey>,
    /// What undoes it, to be written like any other ops. What cannot be undone is not in it: events stay, and a stage
    /// event wants a move back instead.
    pub inverse: Vec<Op>,
}

/// The records that a read-modify-write asked for, as they stand in its transaction.
#[derive(Debug)]
pub struct Snapshot {
    records: BTreeMap<RecordKey, Record>,
    children: BTreeMap<(RecordId, String), Vec<Record>>,
    rejected: Option<Rejected>,
    state: State,
}

impl Snapshot {
    /// A record that was asked for, also a deleted one.
    pub fn get(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key)
    }

    /// The undeleted children of a parent that was asked for, by their ids.
    pub fn children(&self, parent: RecordId, kind: &str) -> &[Record] {
        self.children.get(&(parent, kind.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The number that this device's next invoice of a year gets. Writing an invoice with it takes it.
    pub fn next_number(&self, year: i32) -> String {
        self.state.next_number(year)
    }

    /// The refused mutation that was asked for.
    pub(super) const fn rejected(&self) -> Option<&Rejected> {
        self.rejected.as_ref()
    }
}

/// What a transaction has to read before its ops are made.
#[derive(Debug, Default)]
pub(super) struct Need {
    pub(super) keys: Vec<RecordKey>,
    pub(super) parents: Vec<(RecordId, String)>,
    /// A refused mutation, which leaves the store in the same transaction.
    pub(super) rejected: Option<u64>,
    /// Whether what is new may go into blocks.
    pub(super) packs: bool,
}

/// What makes the mutations of what was read.
type Plan<E> = Box<dyn FnOnce(&Snapshot) -> Result<Vec<Vec<Op>>, E>>;

enum Trouble<E> {
    Store(StoreError),
    Other(E),
}

impl<E> From<StoreError> for Trouble<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<E> From<idb::Error> for Trouble<E> {
    fn from(error: idb::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Writes one mutation: all of it or nothing. Fields that have the value already are left out of it.
    ///
    /// `Ok` means durable. Writing goes on to its end even if nobody waits for it any more.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn write(&self, ops: Vec<Op>) -> Result<Written, WriteError> {
        // Named beforehand, the records are read along with the state and not after it.
        let keys = ops.iter().map(Op::key).collect();
        self.write_with(keys, Vec::new(), move |_| Ok::<_, WriteError>(ops)).await
    }

    /// Reads records and children of records, and writes what `plan` makes of them, in one transaction: nobody else's
    /// write comes between.
    ///
    /// # Errors
    /// Those of `plan`, and [`WriteError`]; nothing was written then.
    pub async fn write_with<E: From<WriteError> + 'static>(
        &self,
        keys: Vec<RecordKey>,
        parents: Vec<(RecordId, String)>,
        plan: impl FnOnce(&Snapshot) -> Result<Vec<Op>, E> + 'static,
    ) -> Result<Written, E> {
        let need = Need { keys, parents, ..Need::default() };
        let mut written = self.transact(need, |snapshot| Ok::<_, E>(vec![plan(snapshot)?])).await?;
        Ok(written.remove(0))
    }

    /// Writes many mutations in one transaction.
    ///
    /// # Errors
    /// [`WriteError`]; nothing of any of them was written then.
    pub async fn write_many(&self, mutations: Vec<Vec<Op>>) -> Result<Vec<Written>, WriteError> {
        self.transact(Need::default(), move |_| Ok::<_, WriteError>(mutations)).await
    }

    /// The same for a part of an import. Of a large one (`packs`) most records go into blocks.
    ///
    /// # Errors
    /// [`WriteError`]; nothing of any of them was written then.
    pub async fn import(&self, mutations: Vec<Vec<Op>>, packs: bool) -> Result<Vec<Written>, WriteError> {
        self.transact(Need { packs, ..Need::default() }, move |_| Ok::<_, WriteError>(mutations)).await
    }

    /// As many mutations as `plan` makes groups of ops. Goes on to its end even if nobody waits for it any more.
    pub(super) async fn transact<E: From<WriteError> + 'static>(
        &self,
        need: Need,
        plan: impl FnOnce(&Snapshot) -> Result<Vec<Vec<Op>>, E> + 'static,
    ) -> Result<Vec<Written>, E> {
        let store = self.clone();
        // Boxed: each plan is a type of its own, and the work around it need not be copied for each.
        let plan: Plan<E> = Box::new(plan);
        detached(async move {
            let mut plan = Some(plan);
            let mut tries = 0;
            loop {
                match store.attempt(&need, &mut plan).await {
                    Ok((written, change)) => {
                        if !change.is_empty() {
                            platform::mark("outpost:saved");
                        }
                        store.announce(change);
                        return Ok(written);
                    }
                    // Once the plan is used up there is no going back; the store has nothing of it then.
                    Err(Trouble::Store(error)) if plan.is_some() && store.reopen(&error, &mut tries) => {}
                    Err(Trouble::Store(error)) => return Err(WriteError::from(error).into()),
                    Err(Trouble::Other(error)) => return Err(error),
                }
            }
        })
        .await
    }

    /// One try. Whatever error leaves it, the transaction is dropped and so aborted.
    async fn attempt<E: From<WriteError>>(
        &self,
        need: &Need,
        plan: &mut Option<Plan<E>>,
    ) -> Result<(Vec<Written>, Change), Trouble<E>> {
        let refused = |error: WriteError| Trouble::Other(error.into());
        let tx = self.db().await?.write(&[RECORDS, BLOCKS, LINKS, OUTBOX, REJECTED, META, JOURNAL])?;
        // Side by side: the browser answers them in one go.
        let read =
            futures::try_join!(State::read(&tx), outbox::first(&tx), sums::read(&tx), self.read_keys(&tx, &need.keys));
        let (state, unsent, sums, records) = read?;
        let unsent = unsent.unwrap_or(state.next_n);
        let mut snapshot = self.snapshot(&tx, need, state, records).await?;
        if need.rejected.is_some() && snapshot.rejected.is_none() {
            return Err(refused(WriteError::Gone));
        }
        let Some(plan) = plan.take() else { return Err(StoreError::ConnectionLost.into()) };
        let groups = plan(&snapshot).map_err(Trouble::Other)?;
        if let Some(group) = groups.iter().find(|group| group.len() > MAX_OPS) {
            return Err(refused(WriteError::TooMany(group.len())));
        }
        let mut working = self.working(&tx, &groups, std::mem::take(&mut snapshot.records)).await?;
        let mut state = snapshot.state;
        let mut written = Vec::with_capacity(groups.len());
        let mut touched = BTreeSet::new();
        for group in groups {
            let (mutation, inverse) = working.mutate(&mut state, group).map_err(&refused)?;
            let keys: BTreeSet<RecordKey> = mutation.ops.iter().map(Op::key).collect();
            let n = if keys.is_empty() { 0 } else { mutation.n };
            if n > 0 {
                tx.put(OUTBOX, &row::unsent(&mutation, &inverse)?, None)?;
            }
            touched.extend(keys.iter().cloned());
            written.push(Written { n, hlc: mutation.hlc, keys: keys.into_iter().collect(), inverse });
        }
        let put: Vec<Record> = touched.iter().filter_map(|key| working.records.remove(key)).collect();
        let waiting = outbox::count_from(Some(unsent), &state);
        let rejected = match need.rejected {
            Some(n) => {
                tx.delete(REJECTED, row::number(n))?;
                Some(tx.count(REJECTED).await? as usize)
            }
            None => None,
        };
        let packed = match need.packs {
            true => pack(&tx, &mut state, &put, &working.made).await?,
            false => BTreeSet::new(),
        };
        let journal = journal::store_beside(&tx, &mut state, &put, &[], &packed).await?;
        sums::apply(&tx, sums, &working.delta)?;
        state.write(&tx)?;
        tx.done().await?;
        if !packed.is_empty() {
            self.0.has_blocks.set(true);
            self.0.packed.replace(state.packed);
        }
        Ok((written, Change { put, remove: Vec::new(), journal, waiting, rejected }))
    }

    /// Reads what else was asked for.
    async fn snapshot(
        &self,
        tx: &WriteTx,
        need: &Need,
        state: State,
        records: BTreeMap<RecordKey, Record>,
    ) -> Result<Snapshot, StoreError> {
        let mut children = BTreeMap::new();
        for (parent, kind) in &need.parents {
            let key = KeyRange::only(&row::parent_key(*parent, kind).into())?;
            let mut rows = Row::read_all(&tx.get_all_in(RECORDS, PARENT, key)?.await?);
            if state.blocks {
                let links = self.0.links.learn(tx.into(), Some(kind)).await?;
                rows.extend(blocks::children(tx.into(), &links, *parent, kind).await?);
            }
            rows.order_by(|a, b| a.key.cmp(&b.key));
            let mut found = self.readable(&rows);
            found.retain(|record| !record.is_deleted());
            children.insert((*parent, kind.clone()), found);
        }
        let rejected = match need.rejected {
            Some(n) => tx.get(REJECTED, &row::number(n))?.await?.map(|row| row::of_numbered(&row)).transpose()?,
            None => None,
        };
        Ok(Snapshot { records, children, rejected, state })
    }

    /// Reads all that the rules look at.
    async fn working(
        &self,
        tx: &WriteTx,
        groups: &[Vec<Op>],
        mut records: BTreeMap<RecordKey, Record>,
    ) -> Result<Working, StoreError> {
        let ops = || groups.iter().flatten();
        let own: BTreeSet<RecordKey> = ops().map(Op::key).filter(|key| !records.contains_key(key)).collect();
        records.extend(self.read_keys(tx, own.iter()).await?);
        let mut beyond: BTreeSet<RecordKey> = ops().filter_map(|op| rules::needs(op, records.get(&op.key()))).collect();
        let mut numbers = BTreeMap::new();
        for number in ops().filter_map(new_number) {
            if let Some(holder) = tx.get(META, &format!("{NUMBER}{number}").into())?.await?.as_ref().and_then(id_of) {
                beyond.insert(RecordKey::new("invoice", holder));
                numbers.insert(number.to_owned(), holder);
            }
        }
        beyond.retain(|key| !records.contains_key(key));
        records.extend(self.read_keys(tx, beyond.iter()).await?);
        Ok(Working { records, numbers, ..Working::default() })
    }

    /// Reads records by key; a damaged one is an error, since nothing may be written on top of it.
    async fn read_keys<'a>(
        &self,
        tx: &WriteTx,
        keys: impl IntoIterator<Item = &'a RecordKey>,
    ) -> Result<BTreeMap<RecordKey, Record>, StoreError> {
        let mut records = BTreeMap::new();
        for (key, found) in read::rows(tx, keys).await? {
            records.insert(key, found.record().map_err(|key| self.corrupt_row(key))?);
        }
        Ok(records)
    }
}

fn id_of(value: &JsValue) -> Option<RecordId> {
    value.as_string()?.parse().ok()
}

/// Runs work to its end, whether or not the one who waits for it goes away: a page that is left must not undo a save.
pub(super) async fn detached<T: 'static>(work: impl Future<Output = T> + 'static) -> T {
    let (tell, told) = oneshot::channel();
    platform::spawn(async move {
        // Fails if nobody waits any more.
        tell.send(work.await).ok();
    });
    match told.await {
        Ok(value) => value,
        // The work is never dropped before its end.
        Err(_) => futures::future::pending().await,
    }
}
