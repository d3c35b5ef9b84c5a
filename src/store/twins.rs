//! Records that are likely the same as another one, from the index in memory.

use std::collections::BTreeMap;

use outpost_core::dedupe::{Apart, Groups, Likeness, apart_id, keep_apart, likeness, questions};
use outpost_core::id::RecordId;
use outpost_core::mutation::Patch;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::records;
use outpost_core::schema::{Kind, RecordType, Schema};
use outpost_core::search::Question;
use outpost_core::sorting::Order;

use super::Snapshot;
use super::Store;
use super::error::{StoreError, WriteError};
use super::write::Written;
use crate::platform::breath::Slices;

/// How many are looked at for each thing by which they may be alike.
const EACH: usize = 8;

impl Store {
    /// The records that are likely the same as one with these values, which is not `own`: first those with the same e-mail address,
    /// then telephone number, then name. Of which somebody said that they are not the same as `own`, those are none.
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
        keys.order_by(Ord::cmp);
        keys.dedup();
        let mut twins = Vec::new();
        for record in self.get_many(&keys).await? {
            let alike = self.types().schema(&record.kind).and_then(|other| likeness(of, &value, other, &record));
            twins.extend(alike.filter(|_| !record.is_deleted()).map(|alike| (alike, record)));
        }
        let said = |own: RecordId| twins.iter().map(move |(_, twin): &(_, Record)| said_of(own, twin.id)).collect();
        let said: Vec<RecordKey> = own.map(said).unwrap_or_default();
        for said in self.get_many(&said).await?.iter().filter(|said| !said.is_deleted()) {
            twins.retain(|(_, twin)| own.is_none_or(|own| apart_id(own, twin.id) != said.id));
        }
        twins.order_by_key(|(alike, record)| (*alike, record.kind != of.kind, std::cmp::Reverse(record.latest())));
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
        records.order_by_key(|record| std::cmp::Reverse(record.latest()));
        records.into_iter().for_each(|record| groups.add(of, record));
        let apart = self.all_apart().await?;
        let divided = |group: Vec<RecordId>| match apart.concerns(&group) {
            true => apart.divide(of, &group.iter().filter_map(|id| all.get(id)).collect::<Vec<_>>()),
            false => vec![group],
        };
        Ok(groups.found().into_iter().flat_map(divided).collect())
    }

    /// Notes that two records of a type are not the same: neither is offered as the other one again, on any device.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn keep_apart(&self, of: &'static Schema, a: RecordId, b: RecordId) -> Result<Written, WriteError> {
        let said = said_of(a, b);
        let plan = move |snapshot: &Snapshot| Ok(vec![keep_apart(of, a, b, snapshot.get(&said))]);
        self.write_with(vec![said_of(a, b)], Vec::new(), plan).await
    }

    /// All pairs of which somebody said that they are not the same.
    async fn all_apart(&self) -> Result<Apart, StoreError> {
        let mut apart = Apart::default();
        self.each(records::Apart::SCHEMA.kind, &mut |said| apart.add(said)).await?;
        Ok(apart)
    }
}

/// Where it would be said that two records are not the same.
fn said_of(a: RecordId, b: RecordId) -> RecordKey {
    RecordKey::new(records::Apart::SCHEMA.kind, apart_id(a, b))
}

/// A record without what no twin is known by: its notes may be long.
fn slim(of: &Schema, record: &Record) -> Record {
    let mut slim = record.clone();
    let is_key = |name: &str| of.field(name).is_some_and(|field| matches!(field.kind, Kind::Emails | Kind::Phones));
    slim.fields.retain(|name, _| name == of.list.title || is_key(name));
    slim
}
