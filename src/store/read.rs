//! Reading records.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use outpost_core::id::RecordId;
use outpost_core::index::Index;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::sorting::Order;
use rexie::KeyRange;

use super::db::{BLOCKS, LINKS, PARENT, RECORDS};
use super::error::StoreError;
use super::links::Known;
use super::row::{self, Row};
use super::tx::WriteTx;
use super::{Store, blocks};

/// From so many keys on it is worth a try to read them as a range.
const MANY: usize = 50;

/// The rows of these keys, in a transaction that writes; a key without a row is absent.
///
/// New records have ids that lie close together, and so do those of an import or a sync: one request for the range
/// between them costs a tenth of one for each. It gives up where many others lie between.
pub(super) async fn rows<'a>(
    tx: &WriteTx,
    keys: impl IntoIterator<Item = &'a RecordKey>,
) -> Result<BTreeMap<RecordKey, Row>, StoreError> {
    let keys: BTreeSet<&RecordKey> = keys.into_iter().collect();
    let keys: Vec<&RecordKey> = keys.into_iter().collect();
    let mut rows = BTreeMap::new();
    let all = keys.clone();
    for group in keys.chunk_by(|a, b| a.kind == b.kind) {
        if let (Some(first), Some(last)) = (group.first(), group.last())
            && group.len() >= MANY
        {
            let limit = u32::try_from(group.len() * 2).unwrap_or(u32::MAX);
            let range = KeyRange::bound(&row::key(first), &row::key(last), None, None)?;
            let found = tx.get_all(RECORDS, range, limit).await?;
            if found.len() < limit as usize {
                let found = found.iter().map(Row::read);
                let keyed = found.filter_map(|row| Some((row::key_of(&row.key)?, row)));
                rows.extend(keyed.filter(|(key, _)| group.binary_search(&key).is_ok()));
                continue;
            }
        }
        let asked = group.iter().map(|key| tx.get(RECORDS, &row::key(key))).collect::<Result<Vec<_>, _>>()?;
        for (key, answer) in group.iter().zip(asked) {
            if let Some(row) = answer.await? {
                rows.insert((*key).clone(), Row::read(&row));
            }
        }
    }
    let lacking: Vec<&RecordKey> = all.into_iter().filter(|key| !rows.contains_key(*key)).collect();
    if !blocks::in_a_row(tx.into(), &lacking, &mut rows).await? {
        rows.extend(blocks::rows(tx.into(), lacking).await?);
    }
    Ok(rows)
}

/// Of some records those that were edited last, at most `most` of them, and how many there are.
pub(crate) fn latest_of(mut records: Vec<Record>, most: usize) -> (Vec<Record>, usize) {
    records.order_by_key(|record| (Reverse(record.latest().ms), record.id));
    // One may point at two that were made one, and is among them twice.
    records.dedup_by_key(|record| record.id);
    let count = records.len();
    records.truncate(most);
    (records, count)
}

impl Store {
    /// A record, also a deleted one; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it is there but cannot be read, and the others.
    pub async fn get(&self, key: &RecordKey) -> Result<Option<Record>, StoreError> {
        let found = self.rows_of(std::slice::from_ref(key)).await?.pop().flatten();
        found.map(|row| row.record().map_err(|key| self.corrupt_row(key))).transpose()
    }

    /// The records of these keys, in this order; those that are not there or cannot be read are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get_many(&self, keys: &[RecordKey]) -> Result<Vec<Record>, StoreError> {
        let rows = self.rows_of(keys).await?;
        Ok(self.readable(rows.iter().flatten()))
    }

    /// The undeleted records of type `kind` that point at `parent`, by their ids: the lines of an invoice, the deals of a
    /// lead.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn children(&self, parent: RecordId, kind: &str) -> Result<Vec<Record>, StoreError> {
        self.children_of_many(&[parent], kind).await
    }

    /// The children of several records, in the order of the parents.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn children_of_many(&self, parents: &[RecordId], kind: &str) -> Result<Vec<Record>, StoreError> {
        let rows = self.reading(&[RECORDS, BLOCKS, LINKS], async |tx| {
            let index = tx.store(RECORDS)?.index(PARENT)?;
            let links = self.links(tx, kind).await?;
            let asked = parents.iter().map(|parent| {
                let (index, links) = (&index, &links);
                async move {
                    let key = KeyRange::only(&row::parent_key(*parent, kind).into())?;
                    let mut rows = Row::read_all(&index.get_all(Some(key), None).await?);
                    if let Some(links) = links {
                        rows.extend(blocks::children(tx.into(), links, *parent, kind).await?);
                        rows.order_by(|a, b| a.key.cmp(&b.key));
                    }
                    Ok::<_, StoreError>(rows)
                }
            });
            futures::future::try_join_all(asked).await
        });
        let rows = rows.await?;
        let mut records = self.readable(rows.iter().flatten());
        records.retain(|record| !record.is_deleted());
        Ok(records)
    }

    /// The undeleted records of type `kind` that point at one of several: those that were edited last, at most `most` of them, and
    /// how many there are. Where the index is there, no more than those few are read: thousands may bear one tag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn latest_children(
        &self,
        parents: &[RecordId],
        kind: &str,
        most: usize,
    ) -> Result<(Vec<Record>, usize), StoreError> {
        if !Index::covers(kind) || self.0.memory.ask(|_| ()).is_none() {
            return Ok(latest_of(self.children_of_many(parents, kind).await?, most));
        }
        let ids = self.reading(&[RECORDS, BLOCKS, LINKS], async |tx| {
            let index = tx.store(RECORDS)?.index(PARENT)?;
            let links = self.links(tx, kind).await?;
            let mut ids = Vec::new();
            for parent in parents {
                let key = KeyRange::only(&row::parent_key(*parent, kind).into())?;
                let rows = index.get_all_keys(Some(key), None).await?;
                ids.extend(rows.iter().filter_map(|key| Some(row::key_of(&key.as_string()?)?.id)));
                if let Some(links) = &links {
                    let packed = blocks::children(tx.into(), links, *parent, kind).await?;
                    ids.extend(packed.iter().filter_map(|row| Some(row::key_of(&row.key)?.id)));
                }
            }
            Ok(ids)
        });
        let ids: Vec<RecordId> = ids.await?;
        // What is deleted is not in the index.
        let (latest, count) = self.0.memory.work(|index| index.latest(kind, ids, most)).unwrap_or_default();
        let latest: Vec<RecordKey> = latest.into_iter().map(|id| RecordKey::new(kind, id)).collect();
        Ok((self.get_many(&latest).await?, count))
    }

    /// The deleted records of a type, those that were deleted last first, at most `most`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deleted(&self, kind: &str, most: usize) -> Result<Vec<Record>, StoreError> {
        let rows = self.reading(&[RECORDS, BLOCKS, LINKS], async |tx| {
            let key = KeyRange::only(&row::parent_key(row::DELETED, kind).into())?;
            let index = tx.store(RECORDS)?.index(PARENT)?;
            let mut rows = Row::read_all(&index.get_all(Some(key), None).await?);
            if let Some(links) = self.links(tx, kind).await? {
                rows.extend(blocks::children(tx.into(), &links, row::DELETED, kind).await?);
            }
            Ok(rows)
        });
        let mut records = self.readable(&rows.await?);
        // Whatever else may point at nothing.
        records.retain(Record::is_deleted);
        records.order_by_key(|record| std::cmp::Reverse(record.deleted.as_ref().map(Register::hlc)));
        records.truncate(most);
        Ok(records)
    }

    /// What leads to the blocks of a type; `None` if there are none.
    async fn links(&self, tx: &rexie::Transaction, kind: &str) -> Result<Option<Known>, StoreError> {
        if !self.0.has_blocks.get() {
            return Ok(None);
        }
        Ok(Some(self.0.links.learn(tx.into(), Some(kind)).await?))
    }

    /// The rows of these keys, in this order.
    pub(super) async fn rows_of(&self, keys: &[RecordKey]) -> Result<Vec<Option<Row>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let has_blocks = self.0.has_blocks.get();
        self.reading(&[RECORDS, BLOCKS], async |tx| {
            if has_blocks && keys.len() <= blocks::FEW {
                return blocks::rows_at_once(tx.into(), keys).await;
            }
            let store = tx.store(RECORDS)?;
            // Side by side: the browser answers them in one go.
            let asked = keys.iter().map(|key| store.get(row::key(key)));
            let found = futures::future::try_join_all(asked).await?;
            let mut rows: Vec<Option<Row>> = found.iter().map(|row| row.as_ref().map(Row::read)).collect();
            if has_blocks {
                let lacking = keys.iter().zip(&rows).filter(|(_, row)| row.is_none()).map(|(key, _)| key);
                let found = blocks::rows(tx.into(), lacking).await?;
                for (key, row) in keys.iter().zip(&mut rows).filter(|(_, row)| row.is_none()) {
                    // One may be asked for twice: it stands in two groups of a list.
                    *row = found.get(key).cloned();
                }
            }
            Ok(rows)
        })
        .await
    }

    /// The records of rows; those that cannot be read are counted and left out.
    pub(super) fn readable<'a>(&self, rows: impl IntoIterator<Item = &'a Row>) -> Vec<Record> {
        let read = |row: &Row| row.record().map_err(|key| self.corrupt_row(key)).ok();
        rows.into_iter().filter_map(read).collect()
    }

    /// Counts a damaged row.
    pub(super) fn corrupt_row(&self, key: String) -> StoreError {
        self.0.live.quarantine(key.clone());
        StoreError::Corrupt(key)
    }
}
