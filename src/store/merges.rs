//! Making one record of two, taking that back, and what is to be done about what others wrote who did not know of it. What is done
//! is decided in [`outpost_core::dedupe`]; here all that it looks at is read, and written in the same transaction.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use outpost_core::catalogue::Catalogue;
use outpost_core::dedupe::{self, Ends, MergeError, Pair, Take, UndoError, Undone};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::records::Merge;
use outpost_core::rules::{self, Context};
use outpost_core::schema::{RecordType, Schema};
use outpost_core::sorting::Order;
use thiserror::Error;

use super::error::{StoreError, WriteError};
use super::write::Need;
use super::{Snapshot, Store};
use crate::platform::{ids, time};

/// So many records are led on in one transaction.
const TOGETHER: usize = 100;

/// Why two records were not merged.
#[derive(Debug, Error)]
pub enum MergeFailure {
    /// They cannot be.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// It cannot be taken back.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// The store did not take it.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<StoreError> for MergeFailure {
    fn from(error: StoreError) -> Self {
        Self::Write(error.into())
    }
}

/// The records of a transaction, as the rules ask for them.
struct Known<'a>(&'a Snapshot);

impl Context for Known<'_> {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.0.get(key)
    }

    // Nothing that leads elsewhere is an invoice's number.
    fn number_taken(&self, _: &str, _: RecordId) -> bool {
        false
    }
}

/// The records that the rules look at when one of these is changed.
fn beyond<'a>(records: impl IntoIterator<Item = &'a Record>) -> BTreeSet<RecordKey> {
    let touch = |record: &Record| Op::patch(&record.kind, record.id, Patch::new());
    records.into_iter().filter_map(|record| rules::needs(&touch(record), Some(record))).collect()
}

impl Store {
    /// Makes one record of two: `gone` goes into `kept`, in one transaction with all that leads to it. `takes` says what was chosen,
    /// by field.
    ///
    /// # Errors
    /// [`MergeFailure`]; nothing was written then.
    pub async fn merge(
        &self,
        schema: &'static Schema,
        kept: RecordId,
        gone: RecordId,
        takes: BTreeMap<String, Take>,
    ) -> Result<(), MergeFailure> {
        let referring = self.referring(schema.kind, gone).await?;
        let pair = [kept, gone].map(|id| RecordKey::new(schema.kind, id));
        let mut keys: BTreeSet<RecordKey> = referring.iter().map(Record::key).chain(pair.clone()).collect();
        keys.extend(beyond(&referring));
        let parents: Vec<(RecordId, String)> =
            self.leading_to(schema.kind).map(|from| (gone, from.kind.to_owned())).collect();
        let named = parents.clone();
        let (new, now_ms, types) = (ids::new_record_id(), time::now_ms(), self.types());
        let plan = move |snapshot: &Snapshot| {
            let [kept, gone] = pair.map(|key| snapshot.get(&key));
            let (Some(kept), Some(gone)) = (kept, gone) else { return Err(MergeError::Missing.into()) };
            let children = named.iter().flat_map(|(parent, kind)| snapshot.children(*parent, kind));
            let unique: BTreeMap<RecordKey, Record> = children.map(|child| (child.key(), child.clone())).collect();
            let referring: Vec<Record> = unique.into_values().collect();
            let pair = Pair { schema, kept, gone };
            Ok::<_, MergeFailure>(dedupe::plan(types, pair, new, &takes, &referring, &Known(snapshot), now_ms)?)
        };
        let need = Need { keys: keys.into_iter().collect(), parents, ..Need::default() };
        self.transact(need, plan).await.map(drop)
    }

    /// Takes back that a record was merged. Returns what was edited since and stays as it is.
    ///
    /// # Errors
    /// [`MergeFailure`]; nothing was written then.
    pub async fn undo_merge(&self, gone: RecordId) -> Result<Vec<(RecordKey, String)>, MergeFailure> {
        let merges = self.merges_of(gone).await?;
        let reads = dedupe::undo_reads(&merges)?;
        let records = self.get_many(&reads.iter().cloned().collect::<Vec<_>>()).await?;
        let keys: BTreeSet<RecordKey> = reads.into_iter().chain(beyond(&records)).collect();
        let stays = Rc::new(RefCell::new(Vec::new()));
        let stayed = stays.clone();
        let (now_ms, types) = (time::now_ms(), self.types());
        let kind = Merge::SCHEMA.kind.to_owned();
        let parents = vec![(gone, kind.clone())];
        let plan = move |snapshot: &Snapshot| {
            // Those that are there now: another tab may have been quicker.
            let merges: Vec<Record> = snapshot
                .children(gone, &kind)
                .iter()
                .filter(|merge| merge.relation("gone") == Some(gone))
                .cloned()
                .collect();
            let Undone { groups, stays } = dedupe::undo(types, &merges, &Known(snapshot), now_ms)?;
            *stayed.borrow_mut() = stays;
            Ok::<_, MergeFailure>(groups)
        };
        let need = Need { keys: keys.into_iter().collect(), parents, ..Need::default() };
        self.transact(need, plan).await?;
        Ok(stays.take())
    }

    /// The merges of a record that went into another one; none if it did not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn merges_of(&self, gone: RecordId) -> Result<Vec<Record>, StoreError> {
        let mut merges = self.children(gone, Merge::SCHEMA.kind).await?;
        merges.retain(|merge| merge.relation("gone") == Some(gone));
        Ok(merges)
    }

    /// The merges by which records went into this one, each the latest of the record that is gone, and that record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn merged_into(&self, kept: RecordId) -> Result<Vec<(Record, Record)>, StoreError> {
        let mut found = Vec::new();
        for merge in self.children(kept, Merge::SCHEMA.kind).await? {
            let Some(gone) = merge.relation("gone").filter(|gone| *gone != kept) else { continue };
            let all = self.merges_of(gone).await?;
            if dedupe::latest(&all).is_none_or(|latest| latest.id != merge.id) {
                continue;
            }
            let record = self.get(&RecordKey::new(merge.text("of"), gone)).await?;
            found.extend(record.filter(Record::is_deleted).map(|gone| (merge, gone)));
        }
        found.order_by_key(|(merge, _)| std::cmp::Reverse(merge.latest()));
        Ok(found)
    }

    /// The record and all that went into it, directly and by way of others: what leads to any of them leads to it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_of(&self, id: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let mut all = vec![id];
        let mut at = 0;
        while let Some(kept) = all.get(at).copied() {
            let more = self.merged_into(kept).await?.into_iter().map(|(_, gone)| gone.id);
            let more: Vec<RecordId> = more.filter(|gone| !all.contains(gone)).collect();
            all.extend(more);
            at += 1;
        }
        Ok(all)
    }

    /// The record that one went into in the end, if it was merged.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn went_to(&self, gone: &RecordKey) -> Result<Option<Record>, StoreError> {
        let mut seen = BTreeSet::from([gone.id]);
        let mut at = gone.id;
        loop {
            let merges = self.merges_of(at).await?;
            let Some(kept) = dedupe::latest(&merges).and_then(|merge| merge.relation("kept")) else { return Ok(None) };
            match self.get(&RecordKey::new(gone.kind.as_str(), kept)).await? {
                Some(record) if record.is_deleted() && seen.insert(kept) => at = kept,
                Some(record) if record.is_deleted() => return Ok(None),
                record => return Ok(record),
            }
        }
    }

    /// Does what is to be done about what others wrote who did not know of a merge: opens circles, and leads on what still leads to
    /// records that are gone, as far as it is of `kinds`. Does nothing where nothing is to be done.
    ///
    /// # Errors
    /// [`MergeFailure`]; what was done until then stays, and the next time does the rest.
    pub async fn follow_merges(&self, kinds: &BTreeSet<&'static str>) -> Result<(), MergeFailure> {
        let (mut merges, mut ends) = self.merge_ends().await?;
        let settle = ends.settle();
        if !settle.is_empty() {
            self.write(settle).await?;
            (merges, ends) = self.merge_ends().await?;
        }
        if ends.is_empty() {
            return Ok(());
        }
        let mut gone: BTreeMap<String, Vec<RecordId>> = BTreeMap::new();
        for key in ends.gone() {
            gone.entry(key.kind).or_default().push(key.id);
        }
        let mut late: BTreeMap<RecordKey, Record> = BTreeMap::new();
        for (kind, ids) in &gone {
            for from in self.leading_to(kind).filter(|from| kinds.contains(from.kind)) {
                let found = self.children_of_many(ids, from.kind).await?;
                late.extend(found.into_iter().map(|record| (record.key(), record)));
            }
        }
        let types = self.types();
        late.retain(|_, record| ends.late(types, record, &merges).is_some());
        let late: Vec<Record> = late.into_values().collect();
        let ends = Rc::new(ends);
        for some in late.chunks(TOGETHER) {
            let records: Vec<RecordKey> = some.iter().map(Record::key).collect();
            let noted = merges.values().map(Record::key);
            let keys: BTreeSet<RecordKey> = records.iter().cloned().chain(noted).chain(beyond(some)).collect();
            let noted: Vec<RecordKey> = merges.values().map(Record::key).collect();
            let ends = ends.clone();
            let plan = move |snapshot: &Snapshot| {
                let mut merges: BTreeMap<RecordId, Record> =
                    noted.iter().filter_map(|key| snapshot.get(key)).map(|merge| (merge.id, merge.clone())).collect();
                Ok::<_, WriteError>(led_on(types, snapshot, &records, &ends, &mut merges))
            };
            let need = Need { keys: keys.into_iter().collect(), ..Need::default() };
            self.transact(need, plan).await?;
        }
        Ok(())
    }

    /// All merges that stand, and where records went by them.
    async fn merge_ends(&self) -> Result<(BTreeMap<RecordId, Record>, Ends), StoreError> {
        let mut merges = BTreeMap::new();
        self.each(Merge::SCHEMA.kind, &mut |merge| {
            if merge.is_deleted() {
                merges.remove(&merge.id);
            } else {
                merges.insert(merge.id, merge.clone());
            }
        })
        .await?;
        let key = |merge: &Record| Some(RecordKey::new(merge.text("of"), merge.relation("gone")?));
        let keys: BTreeSet<RecordKey> = merges.values().filter_map(key).collect();
        let records = self.get_many(&keys.into_iter().collect::<Vec<_>>()).await?;
        let gone: BTreeSet<RecordKey> = records.iter().filter(|record| record.is_deleted()).map(Record::key).collect();
        let ends = Ends::new(merges.values(), |key| gone.contains(key));
        Ok((merges, ends))
    }

    /// The types of which a record may lead to one of `kind`.
    fn leading_to(&self, kind: &str) -> impl Iterator<Item = &'static Schema> {
        self.types().all().filter(move |schema| schema.relations_to(kind).next().is_some())
    }

    /// The records that lead to one in any relation.
    async fn referring(&self, kind: &str, to: RecordId) -> Result<Vec<Record>, StoreError> {
        let mut found = BTreeMap::new();
        for from in self.leading_to(kind) {
            let children = self.children(to, from.kind).await?;
            found.extend(children.into_iter().map(|record| (record.key(), record)));
        }
        Ok(found.into_values().collect())
    }
}

/// The mutations that lead records on, one for each; what the rules keep as it is stays.
fn led_on(
    types: &Catalogue,
    snapshot: &Snapshot,
    records: &[RecordKey],
    ends: &Ends,
    merges: &mut BTreeMap<RecordId, Record>,
) -> Vec<Vec<Op>> {
    let mut groups = Vec::new();
    for record in records.iter().filter_map(|key| snapshot.get(key)).filter(|record| !record.is_deleted()) {
        let Some(ops) = ends.late(types, record, merges) else { continue };
        if ops.iter().any(|op| rules::check(op, &Known(snapshot)).is_err()) {
            continue;
        }
        // The next one is noted in what this one has noted.
        for op in &ops {
            if let (Some(merge), Some(patch)) = (merges.get_mut(&op.id), op.patched()) {
                let at = merge.latest();
                merge.fields.extend(patch.iter().map(|(name, value)| (name.clone(), Register(value.clone(), at))));
            }
        }
        groups.push(ops);
    }
    groups
}
