//! Storing a snapshot: segment by segment, each in a transaction of its own that also says that it is there, so that a
//! page that is closed in the middle goes on where it was.

use std::collections::BTreeSet;

use futures::channel::oneshot;
use outpost_core::hlc::Hlc;
use outpost_core::protocol::{Segment, Snapshot};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sums::Delta;
use outpost_core::sync::Position;
use wasm_bindgen::JsValue;

use super::blocks::{self, Line, Packed};
use super::db::{BLOCKS, JOURNAL, LINKS, META, OUTBOX, RECORDS};
use super::error::StoreError;
use super::reader::Reader;
use super::state::{self, Fetch, State};
use super::tabs::Change;
use super::{Store, journal, outbox, row, sums};
use crate::platform;
use crate::platform::breath::Slices;

const STORES: [&str; 6] = [RECORDS, BLOCKS, LINKS, OUTBOX, META, JOURNAL];
/// Records read or indexed between two looks at the clock.
const SLICE: usize = 25;

/// While it is there, a first sync is under way.
pub struct Filling(Store);

/// A segment that was read.
pub struct Parcel {
    segment: Segment,
    records: Vec<Record>,
    blocks: Packed,
}

/// The way of a segment that is stored into the index.
pub struct Indexing(oneshot::Receiver<Result<(), StoreError>>);

impl Indexing {
    /// Resolves when it is there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn done(self) -> Result<(), StoreError> {
        // The work is never dropped before its end.
        self.0.await.unwrap_or(Err(StoreError::ConnectionLost))
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        let filling = &self.0.0.memory.filling;
        filling.set(filling.get() - 1);
    }
}

impl Store {
    /// Says that a first sync is under way, until what is returned is dropped: the index is not saved meanwhile.
    #[must_use]
    pub fn filling(&self) -> Filling {
        let filling = &self.0.memory.filling;
        filling.set(filling.get() + 1);
        Filling(self.clone())
    }

    /// The name of the snapshot that was begun, if one was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fetch_begun(&self) -> Result<Option<String>, StoreError> {
        Ok(self.state().await?.fetch.map(|fetch| fetch.name))
    }

    /// Begins to store a snapshot, or goes on: the numbers of the segments that are here already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_fetch(&self, snapshot: &Snapshot) -> Result<BTreeSet<u32>, StoreError> {
        let device = self.device();
        let begun = self.writing(&STORES, async |tx| {
            let mut state = State::read(tx).await?;
            self.fenced(&state, device)?;
            if let Some(fetch) = state.fetch.as_ref().filter(|fetch| fetch.name == snapshot.name) {
                return Ok(fetch.done.clone());
            }
            if state.blocks && state.fetch.is_none() {
                return Err(StoreError::Failed("what was fetched before would be lost".to_owned()));
            }
            if state.blocks {
                // Of another snapshot, which is not to be had any more. The rows that came of it stay.
                tx.clear(BLOCKS)?;
                tx.clear(LINKS)?;
                tx.delete(META, JsValue::from(state::INDEX))?;
                sums::rebuild(tx).await?;
                state.blocks = false;
            }
            state.fetch = Some(Fetch { name: snapshot.name.clone(), done: BTreeSet::new() });
            state.write(tx)?;
            Ok(BTreeSet::new())
        });
        begun.await
    }

    /// Reads a segment, one record's JSON a line, and makes blocks of it; nothing is stored yet.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if it is not what was said of it.
    pub async fn read_segment(&self, segment: &Segment, text: String) -> Result<Parcel, StoreError> {
        let broken = || StoreError::Failed("a part of the first sync came damaged".to_owned());
        let mut records: Vec<Record> = Vec::with_capacity(segment.rows as usize);
        let mut slices = Slices::default();
        for (at, json) in text.lines().enumerate() {
            records.push(serde_json::from_str(json).map_err(|_| broken())?);
            if at % SLICE == SLICE - 1 {
                slices.breathe().await;
            }
        }
        let is_whole = records.len() == segment.rows as usize
            && records.is_sorted_by_key(Record::key)
            && records.iter().all(|record| record.kind == segment.first.kind);
        if !is_whole {
            return Err(broken());
        }
        let lines: Vec<Line<'_>> =
            records.iter().zip(text.lines()).map(|(record, json)| Line { record, json }).collect();
        let blocks = blocks::of_all(&lines)?;
        Ok(Parcel { segment: segment.clone(), records, blocks })
    }

    /// Stores a segment. From then on its records are found, read and written like any other; what is returned resolves when lists
    /// have them too.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of it was stored then.
    pub async fn store_segment(&self, snapshot: &Snapshot, parcel: Parcel) -> Result<Indexing, StoreError> {
        let (tell_stored, stored) = oneshot::channel();
        let (tell_indexed, indexed) = oneshot::channel();
        let (store, name) = (self.clone(), snapshot.name.clone());
        // To its end, whether or not anybody waits: what is stored must be in the lists.
        platform::spawn(async move {
            store.index_settled().await;
            match store.put_segment(name, &parcel).await {
                Err(error) => drop(tell_stored.send(Err(error))),
                Ok(None) => {
                    tell_stored.send(Ok(())).ok();
                    tell_indexed.send(Ok(())).ok();
                }
                Ok(Some(change)) => {
                    tell_stored.send(Ok(())).ok();
                    tell_indexed.send(store.index_segment(parcel, change).await).ok();
                }
            }
        });
        // The work is never dropped before its end.
        stored.await.unwrap_or(Err(StoreError::ConnectionLost))?;
        Ok(Indexing(indexed))
    }

    /// `None` if it is here already.
    async fn put_segment(&self, name: String, parcel: &Parcel) -> Result<Option<Change>, StoreError> {
        let device = self.device();
        let Parcel { segment, records, blocks } = parcel;
        let stored = self.writing(&STORES, async |tx| {
            let (mut state, sums) = futures::try_join!(State::read(tx), sums::read(tx))?;
            self.fenced(&state, device)?;
            let Some(fetch) = state.fetch.as_mut().filter(|fetch| fetch.name == name) else {
                return Err(StoreError::Failed("another first sync has begun".to_owned()));
            };
            if !fetch.done.insert(segment.number) {
                return Ok(None);
            }
            let (merged, delta) = self.meet(tx, records).await?;
            blocks.put(tx)?;
            let latest = records.iter().map(Record::latest).max();
            state.clock.observe(latest.unwrap_or(Hlc::ZERO));
            state.blocks = true;
            state.segments += 1;
            let journal = journal::store(tx, &mut state, &merged, &[]).await?;
            // What was saved of the index lacks all of this: it is made anew from the records if this page is closed.
            tx.delete(META, JsValue::from(state::INDEX))?;
            state.write(tx)?;
            sums::apply(tx, sums, &delta)?;
            let waiting = outbox::waiting(tx, &state).await?;
            Ok(Some(Change { put: merged, journal, waiting, ..Change::default() }))
        });
        let change = stored.await?;
        if change.is_some() {
            self.0.has_blocks.set(true);
        }
        Ok(change)
    }

    async fn index_segment(&self, parcel: Parcel, change: Change) -> Result<(), StoreError> {
        let Parcel { segment, mut records, .. } = parcel;
        let memory = &self.0.memory;
        let own: BTreeSet<RecordKey> = change.put.iter().map(Record::key).collect();
        records.retain(|record| !own.contains(&record.key()));
        // In slices, so that no frame waits.
        let mut slices = Slices::default();
        let (changes, epoch) = (memory.changes(), memory.epoch());
        while !records.is_empty() && !memory.is_overtaken(epoch) {
            let put = records.split_off(records.len().saturating_sub(SLICE));
            if memory.changes() == changes {
                memory.take(&Change { put, ..Change::default() });
            } else {
                // Somebody wrote meanwhile: what stands now is read.
                self.refresh(&put.iter().map(Record::key).collect::<Vec<_>>()).await?;
            }
            slices.breathe().await;
        }
        // Whoever loads the index anew meanwhile reads what is stored, with this.
        if !memory.is_overtaken(epoch) {
            memory.segments.set(memory.segments.get() + 1);
        }
        self.announce(change);
        self.0.live.bump([segment.first.kind.as_str()]);
        Ok(())
    }

    /// Merges records into the rows that are here of them; returns those that changed, and what all of it does to the sums.
    async fn meet(&self, tx: &super::tx::WriteTx, records: &[Record]) -> Result<(Vec<Record>, Delta), StoreError> {
        let (mut merged, mut delta) = (Vec::new(), Delta::default());
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok((merged, delta)) };
        let own = Reader::from(tx).row_keys(&row::key_text(&first.key()), &row::key_text(&last.key())).await?;
        for record in records {
            if !own.contains(&row::key_text(&record.key())) {
                delta.add(record);
                continue;
            }
            let before = self.states(tx, std::slice::from_ref(&record.key())).await?.remove(&record.key());
            let mut after = before.clone().unwrap_or_else(|| Record::empty(record.key()));
            if after.merge(record.clone()) {
                before.iter().for_each(|before| delta.take(before));
                delta.add(&after);
                merged.push(after);
            }
        }
        Ok((merged, delta))
    }

    /// All segments are here: from now on what is new comes by ordinary syncs.
    ///
    /// # Errors
    /// [`StoreError`]; the snapshot counts as unfinished then.
    pub async fn end_fetch(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let device = self.device();
        let ended = self.writing(&[META], async |tx| {
            let mut state = State::read(tx).await?;
            self.fenced(&state, device)?;
            state.fetch = None;
            let epoch = Some(snapshot.epoch.clone());
            state.position = Position { epoch, cursor: snapshot.head, since: snapshot.head };
            state.write(tx)?;
            Ok(state.segments)
        });
        let segments = ended.await?;
        self.0.memory.changed();
        if self.0.memory.segments.get() != segments {
            // Some came while another tab, or an earlier page, fetched.
            self.start_index();
        }
        self.announce_everything();
        Ok(())
    }

    /// The snapshot is not to be had any more: pages bring what is lacking.
    ///
    /// # Errors
    /// [`StoreError`]; it is asked for once more then.
    pub async fn give_up_fetch(&self) -> Result<(), StoreError> {
        let device = self.device();
        let given_up = self.writing(&[META], async |tx| {
            let mut state = State::read(tx).await?;
            self.fenced(&state, device)?;
            state.fetch = None;
            state.write(tx)
        });
        given_up.await?;
        self.start_index();
        self.announce_everything();
        Ok(())
    }
}
