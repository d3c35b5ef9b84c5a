//! Storing a snapshot, segment by segment, each with the word that it is there. As `src/store/fetch.rs` does it; what that
//! keeps in blocks, this keeps in rows.

use std::collections::BTreeSet;

use outpost_core::protocol::{Segment, Snapshot};
use outpost_core::record::Record;
use outpost_core::sums::Delta;
use outpost_core::sync::Position;

use super::{Disk, Lost};

/// A snapshot that is being fetched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fetch {
    pub(crate) name: String,
    /// The segments that are here.
    pub(crate) done: BTreeSet<u32>,
}

/// How a snapshot is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Nothing of it is here.
    Anew,
    /// Some segments of it are.
    Resumed,
    /// Another one had been begun.
    Replaced,
}

impl Disk {
    /// Begins to store a snapshot, or goes on with it.
    pub(crate) fn begin_fetch(&mut self, fence: u64, snapshot: &Snapshot) -> Result<Begun, Lost> {
        self.fenced(fence)?;
        let begun = match &self.tables.state.fetch {
            Some(fetch) if fetch.name == snapshot.name && fetch.done.is_empty() => return Ok(Begun::Anew),
            Some(fetch) if fetch.name == snapshot.name => return Ok(Begun::Resumed),
            // Another one, which is not to be had any more. The rows that came of it stay.
            Some(_) => Begun::Replaced,
            None => Begun::Anew,
        };
        self.put_fetch(Some(Fetch { name: snapshot.name.clone(), done: BTreeSet::new() }), None)?;
        Ok(begun)
    }

    /// Stores a segment.
    pub(crate) fn take_segment(
        &mut self,
        fence: u64,
        name: &str,
        segment: &Segment,
        records: &[Record],
    ) -> Result<(), Lost> {
        self.fenced(fence)?;
        let mut state = self.tables.state.clone();
        let Some(fetch) = state.fetch.as_mut().filter(|fetch| fetch.name == name) else { return Err(Lost::Aborted) };
        if !fetch.done.insert(segment.number) {
            return Ok(());
        }
        let mut tx = self.begin();
        let mut delta = Delta::default();
        for record in records {
            let before = self.tables.records.get(&record.key());
            let mut after = before.cloned().unwrap_or_else(|| Record::empty(record.key()));
            if after.merge(record.clone()) {
                before.into_iter().for_each(|before| delta.take(before));
                delta.add(&after);
                tx.put_record(after);
            }
            state.clock.observe(record.latest());
        }
        tx.put_state(state);
        if let Some(mut sums) = self.tables.sums.clone() {
            sums.apply(&delta);
            tx.put_sums(sums);
        }
        self.end(tx)
    }

    /// All segments are here: from now on what is new comes by ordinary syncs.
    pub(crate) fn end_fetch(&mut self, fence: u64, snapshot: &Snapshot) -> Result<(), Lost> {
        self.fenced(fence)?;
        let (epoch, head) = (Some(snapshot.epoch.clone()), snapshot.head);
        self.put_fetch(None, Some(Position { epoch, cursor: head, since: head }))
    }

    /// The snapshot is not to be had any more: pages bring what is lacking.
    pub(crate) fn give_up_fetch(&mut self, fence: u64) -> Result<(), Lost> {
        self.fenced(fence)?;
        self.put_fetch(None, None)
    }

    fn put_fetch(&mut self, fetch: Option<Fetch>, position: Option<Position>) -> Result<(), Lost> {
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        state.fetch = fetch;
        state.position = position.unwrap_or(state.position);
        tx.put_state(state);
        self.end(tx)
    }
}
