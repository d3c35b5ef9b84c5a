//! The archive, in memory.

use std::collections::BTreeSet;

use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::{self, Age};

use super::rows::Rows;
use crate::store::aging::{CHUNK, Deltas};
use crate::store::{Aged, Archived, StoreError};
use crate::sync::plan::{Plan, Workspace};

impl Rows {
    /// The keys of a head and its parts; none if there is no head.
    fn keys_of_group(&self, head: &RecordKey) -> Vec<RecordKey> {
        if !self.records.contains_key(head) {
            return Vec::new();
        }
        let parts = self.records.iter().filter(|(_, row)| row.part_of == Some(head.id)).map(|(key, _)| key.clone());
        let mut parts: Vec<RecordKey> = parts.collect();
        parts.sort();
        parts.insert(0, head.clone());
        parts
    }

    /// A record and its parts, the record first.
    pub(super) fn group(&self, head: &RecordKey) -> Vec<Record> {
        self.keys_of_group(head).iter().filter_map(|key| self.records.get(key)).map(|row| row.record.clone()).collect()
    }

    /// Notes how old a chunk of records is.
    pub(super) fn age(&mut self, after: Option<&RecordKey>, now_ms: u64) -> Aged {
        let kinds: Vec<&str> = scope::archived().map(|schema| schema.kind).collect();
        let may_age = |(key, row): &(&RecordKey, &super::rows::Row)| {
            kinds.contains(&key.kind.as_str()) && row.aging.age < Age::Old && after.is_none_or(|after| *key > after)
        };
        let mut heads: Vec<RecordKey> = self.records.iter().filter(may_age).map(|(key, _)| key.clone()).collect();
        heads.sort();
        heads.truncate(CHUNK);
        let next = heads.last().filter(|_| heads.len() == CHUNK).cloned();
        let mut moved = Vec::new();
        for head in &heads {
            let Some(noted) = self.records.get(head).map(|row| row.aging) else { continue };
            let age = scope::age(&self.group(head), noted.touched_ms, now_ms);
            if age > noted.age {
                moved.extend(self.keys_of_group(head).into_iter().map(|key| (key, age)));
            }
        }
        Aged { head: self.put(moved, 0), next }
    }

    /// Brings groups back.
    pub(super) fn recall(&mut self, wanted: &[RecordKey], now_ms: u64) -> Option<u64> {
        let found = wanted.iter().filter_map(|key| self.records.get(key));
        let heads: BTreeSet<RecordKey> = found.map(|row| scope::head(&row.record)).collect();
        let archived =
            heads.iter().filter(|head| self.records.get(head).is_some_and(|row| row.aging.age > Age::Recent));
        let moved = archived.flat_map(|head| self.keys_of_group(head)).map(|key| (key, Age::Recent)).collect();
        self.put(moved, now_ms)
    }

    /// The rows of archived groups that come back because something of them changes, or lost and is kept.
    pub(super) fn come_back(
        &self,
        plan: &Plan,
        seen: &Workspace,
        lost: &[Record],
    ) -> Result<Vec<RecordKey>, StoreError> {
        let changed = |key| seen.records.get(key).map(|it| &it.record).ok_or(StoreError::Missing("changed record"));
        let mut back = BTreeSet::new();
        for record in plan.changed.keys().map(changed).chain(lost.iter().map(Ok)) {
            let head = scope::head(record?);
            // Of a clash over a part nobody waits for the whole: it is no part of that.
            if self.records.get(&head).is_some_and(|row| row.aging.age > Age::Recent && row.part_of.is_none()) {
                back.extend(self.keys_of_group(&head));
            }
        }
        Ok(back.into_iter().filter(|key| !plan.changed.contains_key(key)).collect())
    }

    /// Archived records of a type, the newest first.
    pub(super) fn archived(&self, asked: &Archived) -> Vec<Record> {
        let is_asked = |(key, row): &(&RecordKey, &super::rows::Row)| {
            let is_before = asked.before.is_none_or(|before| key.id < before);
            key.kind == asked.kind && is_before && asked.ages.contains(&row.aging.age.into())
        };
        let mut found: Vec<Record> = self.records.iter().filter(is_asked).map(|(_, row)| row.record.clone()).collect();
        found.sort_by_key(|record| std::cmp::Reverse(record.id));
        found.truncate(usize::try_from(asked.limit).unwrap_or(usize::MAX));
        found
    }

    /// Gives rows another age, and the next numbers of the sequence. Returns the head, if there were any.
    pub(super) fn put(&mut self, moved: Vec<(RecordKey, Age)>, touched_ms: u64) -> Option<u64> {
        if moved.is_empty() {
            return None;
        }
        let mut deltas = Deltas::default();
        for (key, age) in moved {
            let Some(row) = self.records.get_mut(&key) else { continue };
            self.head += 1;
            deltas.of(row.aging.age).take(&row.record);
            deltas.of(age).add(&row.record);
            row.aging = row.aging.moved(age, self.head, touched_ms);
            self.order.remove(&row.seq);
            row.seq = self.head;
            self.order.insert(self.head, key);
        }
        self.apply(&deltas);
        Some(self.head)
    }
}
