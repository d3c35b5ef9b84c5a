//! Records that are likely the same as another one, from the index in memory.

use std::collections::BTreeMap;

use outpost_core::dedupe::{Groups, Likeness, likeness, questions};
use outpost_core::id::RecordId;
use outpost_core::mutation::Patch;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::schema::{Kind, Schema};
use outpost_core::search::Question;

use super::Store;
use super::error::StoreError;
use crate::platform::breath::Slices;

/// How many are looked at for each thing by which they may be alike.
const EACH: usize = 8;

impl Store {
    /// The records that are likely the same as one with these values, which is not `own`: first those with the same e-mail address,
    /// then telephone number, then name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn twins(
        &self,
        of: &'static Schema,
        values: &Patch,
        own: Option<RecordId>,
    ) -> Result<Vec<(Likeness, Record)>, StoreError> {
        let value = |name: &str| values.get(name);
        let mut keys: Vec<RecordKey> = Vec::new();
        // Each question looks at all records: the page that asks is drawn between two.
        let mut slices = Slices::default();
        for text in questions(of, &value) {
            let question = Question::new(&text);
            let types = self.types();
            let merges = |kind: &str| types.schema(kind).is_some_and(|schema| schema.list.merges);
            self.words_ready().await?;
            let found = self.0.memory.work(|index| index.search(&question, EACH, false, merges));
            let found = found.into_iter().flat_map(|found| found.hits).map(|hit| hit.key);
            keys.extend(found.filter(|key| Some(key.id) != own));
            slices.breathe().await;
        }
        keys.sort();
        keys.dedup();
        let mut twins = Vec::new();
        for record in self.get_many(&keys).await? {
            let alike = self.types().schema(&record.kind).and_then(|other| likeness(of, &value, other, &record));
            twins.extend(alike.filter(|_| !record.is_deleted()).map(|alike| (alike, record)));
        }
        twins.sort_by_key(|(alike, record)| (*alike, record.kind != of.kind, std::cmp::Reverse(record.latest())));
        Ok(twins)
    }

    /// The other records of its type that a record is alike, as [`Store::twins`] has them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn twins_of(&self, of: &'static Schema, record: &Record) -> Result<Vec<(Likeness, Record)>, StoreError> {
        let value = |(name, register): (&String, &Register)| (name.clone(), register.value().clone());
        let values: Patch = record.fields.iter().map(value).collect();
        let mut twins = self.twins(of, &values, Some(record.id)).await?;
        twins.retain(|(_, twin)| twin.kind == of.kind);
        Ok(twins)
    }

    /// The records of a type that are likely the same, in groups of two or more, each group with the record first that was edited
    /// last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn twin_groups(&self, of: &'static Schema) -> Result<Vec<Vec<RecordId>>, StoreError> {
        // What is written meanwhile may be visited twice: the later state counts.
        let mut all: BTreeMap<RecordId, Record> = BTreeMap::new();
        self.each(of.kind, &mut |record| drop(all.insert(record.id, slim(of, record)))).await?;
        let mut groups = Groups::default();
        let mut records: Vec<&Record> = all.values().collect();
        records.sort_by_key(|record| std::cmp::Reverse(record.latest()));
        records.into_iter().for_each(|record| groups.add(of, record));
        Ok(groups.found())
    }
}

/// A record without what no twin is known by: its notes may be long.
fn slim(of: &Schema, record: &Record) -> Record {
    let mut slim = record.clone();
    let is_key = |name: &str| of.field(name).is_some_and(|field| matches!(field.kind, Kind::Emails | Kind::Phones));
    slim.fields.retain(|name, _| name == of.list.title || is_key(name));
    slim
}
