//! A workspace's records and its sequence, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use outpost_core::hlc::Hlc;
use outpost_core::horizon;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::scope::{self, Age};
use outpost_core::sums::{Sums, bucket};
use serde::Serialize;
use serde_json::Value;

use crate::store::aging::{Aging, Deltas};
use crate::store::{Buckets, OwnRows, Pull, Pulled, Repaired, StoreError, UPKEEP_ROWS};
use crate::sync::plan::{Current, Plan, Touched, Workspace};

/// The most bytes of stored records in one answer, beyond the first.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The same, where they are compared.
const COMPARED_BYTES: usize = 2 * 1024 * 1024;

/// Records by key, and their keys by sequence number.
#[derive(Clone, Default)]
pub(super) struct Rows {
    pub(super) head: u64,
    pub(super) records: HashMap<RecordKey, Row>,
    pub(super) order: BTreeMap<u64, RecordKey>,
    /// Of each age.
    sums: [Sums; 3],
}

#[derive(Clone)]
pub(super) struct Row {
    pub(super) record: Record,
    /// The bytes of its stored form.
    size: usize,
    /// Where it stands in the sequence, and where each of its registers does.
    pub(super) seq: u64,
    fields: HashMap<String, u64>,
    deleted: u64,
    pub(super) part_of: Option<RecordId>,
    pub(super) aging: Aging,
}

impl Rows {
    /// The number of the last row written.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// Those of some records that exist.
    pub(super) fn current(&self, keys: impl IntoIterator<Item = RecordKey>) -> Vec<(RecordKey, Current)> {
        let found = |key: RecordKey| {
            let row = self.records.get(&key)?;
            Some((key, Current { record: row.record.clone(), size: row.size }))
        };
        keys.into_iter().filter_map(found).collect()
    }

    /// The fields of a record that have changed after a number.
    pub(super) fn fields_since(&self, key: &RecordKey, seq: u64) -> BTreeSet<String> {
        let fields = self.records.get(key).into_iter().flat_map(|row| &row.fields);
        fields.filter(|(_, changed)| **changed > seq).map(|(name, _)| name.clone()).collect()
    }

    /// Gives each changed record the next number after `head`, and keeps it.
    pub(super) fn write(
        &mut self,
        head: u64,
        cursor: u64,
        plan: &Plan,
        seen: &Workspace,
        lost: &[Record],
    ) -> Result<(OwnRows, u64), StoreError> {
        let back = self.come_back(plan, seen, lost)?;
        let mut own = OwnRows { after: head, up_to: head + plan.changed.len() as u64, unseen: Vec::new() };
        let mut deltas = Deltas::default();
        for ((key, touched), seq) in plan.changed.iter().zip(head + 1..) {
            let record = &seen.records.get(key).ok_or(StoreError::Missing("changed record"))?.record;
            let before = self.records.get(key);
            if let Some(before) = before {
                self.order.remove(&before.seq);
                deltas.of(before.aging.age).take(&before.record);
                if before.seq > cursor || before.aging.age > Age::Recent {
                    own.unseen.push(seq);
                }
            }
            deltas.of(Age::Recent).add(record);
            let row = Row::after(before, record, touched, seq);
            self.records.insert(key.clone(), row);
            self.order.insert(seq, key.clone());
        }
        for (record, seq) in lost.iter().zip(own.up_to + 1..) {
            deltas.of(Age::Recent).add(record);
            self.records.insert(record.key(), Row::after(None, record, &Touched::default(), seq));
            self.order.insert(seq, record.key());
        }
        self.head = own.up_to + lost.len() as u64;
        self.apply(&deltas);
        let back = back.into_iter().map(|key| (key, Age::Recent)).collect();
        self.put(back, 0);
        Ok((own, self.head))
    }

    pub(super) fn apply(&mut self, deltas: &Deltas) {
        for (age, delta) in Age::ALL.into_iter().zip(&mut self.sums) {
            delta.apply(deltas.at(age));
        }
    }

    /// Whether a record has a register of this stamp.
    pub(super) fn has_stamp(&self, key: &RecordKey, stamp: Hlc) -> bool {
        let record = self.records.get(key).map(|row| &row.record);
        record.is_some_and(|record| {
            let mut stamps = record.fields.values().map(Register::hlc);
            stamps.any(|held| held == stamp) || record.deleted.as_ref().is_some_and(|deleted| deleted.hlc() == stamp)
        })
    }

    /// Drops what lies beneath deletions beyond the horizon, of the first rows after `after` up to `last`; returns up to
    /// where they were looked at, and those that lost something.
    pub(super) fn compact(&mut self, after: u64, last: u64, now_ms: u64) -> (u64, Vec<u64>) {
        let looked: Vec<(u64, RecordKey)> = self
            .order
            .range(after + 1..=last)
            .take(UPKEEP_ROWS as usize)
            .map(|(seq, key)| (*seq, key.clone()))
            .collect();
        let is_full = looked.len() == UPKEEP_ROWS as usize;
        let up_to = looked.last().filter(|_| is_full).map_or(last, |(seq, _)| *seq);
        let mut dropped = Vec::new();
        for (seq, key) in looked {
            let Some(row) = self.records.get(&key) else { continue };
            let invoice = horizon::needs(&row.record).and_then(|key| self.records.get(&key));
            let mut record = row.record.clone();
            if horizon::compact(&mut record, invoice.map(|row| &row.record), now_ms) {
                let aging = row.aging;
                let row = Row { aging, ..Row::after(Some(row), &record, &Touched::default(), seq) };
                self.records.insert(key, row);
                dropped.push(seq);
            }
        }
        (up_to, dropped)
    }

    /// Of all records in a scope.
    pub(super) fn sums(&self, scope: Age) -> Sums {
        let of = |sums: &Sums| (0..=u8::MAX).zip(sums.buckets().to_vec());
        Sums::of(self.sums.iter().take(usize::from(u8::from(scope)) + 1).flat_map(of))
    }

    /// How many there are in a scope, and those in use that changed last.
    pub(super) fn newest(&self, scope: Age, limit: u32) -> (u64, Vec<Record>) {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = self.order.values().rev().filter_map(|key| self.records.get(key));
        let last = rows.filter(|row| row.aging.age == Age::Recent).take(limit);
        (self.sums(scope).total().count.into(), last.map(|row| row.record.clone()).collect())
    }

    /// Whole records of some buckets, in the order of type and id.
    pub(super) fn of_buckets(&self, asked: &Buckets) -> Repaired {
        let is_wanted = |key: &&RecordKey| {
            let is_in = asked.buckets.is_empty() || asked.buckets.contains(&bucket(key.id));
            let is_in = is_in && self.records.get(*key).is_some_and(|row| asked.ages.contains(&row.aging.age.into()));
            is_in && asked.after.as_ref().is_none_or(|after| *key > after)
        };
        let mut keys: Vec<&RecordKey> = self.records.keys().filter(is_wanted).collect();
        keys.sort();
        let (mut rows, mut bytes, mut next) = (Vec::<(Record, Age)>::new(), 0, None);
        for row in keys.into_iter().filter_map(|key| self.records.get(key)) {
            if rows.len() == asked.limit || (bytes > 0 && bytes + row.size > COMPARED_BYTES) {
                next = rows.last().map(|(record, _)| record.key());
                break;
            }
            bytes += row.size;
            rows.push((row.record.clone(), row.aging.age));
        }
        Repaired { rows, next }
    }

    /// What a device lacks.
    pub(super) fn read(&self, pull: &Pull) -> Pulled {
        let own = |seq: u64| seq > pull.own.after && seq <= pull.own.up_to;
        let limit = usize::try_from(pull.limit).unwrap_or(usize::MAX);
        let (mut rows, mut forget) = (Vec::new(), Vec::new());
        let (mut taken, mut bytes, mut cursor, mut has_more) = (0, 0, pull.cursor, false);
        for (seq, key) in self.order.range(pull.cursor + 1..) {
            if own(*seq) && !pull.own.unseen.contains(seq) {
                continue;
            }
            let Some(row) = self.records.get(key) else { continue };
            if taken == limit || (bytes > 0 && bytes + row.size > MAX_BYTES) {
                has_more = true;
                break;
            }
            (cursor, taken, bytes) = (*seq, taken + 1, bytes + row.size);
            if row.aging.age > pull.scope {
                forget.push(key.clone());
                continue;
            }
            let is_back = row.aging.entered > pull.since;
            let record = row.select(|seq| is_back || (seq > pull.since && !own(seq)));
            if !record.fields.is_empty() || record.deleted.is_some() {
                rows.push(record);
            }
        }
        Pulled { rows, forget, cursor: if has_more { cursor } else { self.head }, has_more }
    }
}

impl Row {
    /// The row after a push that set `touched` and gave it the number `seq`.
    fn after(before: Option<&Self>, record: &Record, touched: &Touched, seq: u64) -> Self {
        let number = |name: &String| {
            let kept = before.and_then(|before| before.fields.get(name)).filter(|_| !touched.fields.contains(name));
            (name.clone(), kept.copied().unwrap_or(seq))
        };
        let kept = before.map(|before| before.deleted).filter(|kept| !touched.deleted && *kept > 0);
        let mut row = Self {
            record: record.clone(),
            size: 0,
            seq,
            fields: record.fields.keys().map(number).collect(),
            deleted: record.deleted.as_ref().map_or(0, |_| kept.unwrap_or(seq)),
            part_of: scope::part_of(record).map(|head| head.id).or(before.and_then(|before| before.part_of)),
            aging: before.map(|before| before.aging.changed(seq)).unwrap_or_default(),
        };
        row.size = row.measure();
        row
    }

    /// The registers whose number is `wanted`.
    fn select(&self, wanted: impl Fn(u64) -> bool) -> Record {
        let mut record = Record::empty(self.record.key());
        let fields =
            self.record.fields.iter().filter(|(name, _)| self.fields.get(*name).is_some_and(|seq| wanted(*seq)));
        record.fields = fields.map(|(name, register)| (name.clone(), register.clone())).collect();
        record.deleted = self.record.deleted.clone().filter(|_| wanted(self.deleted));
        record
    }

    /// How many bytes the row is in the form that the databases store, since limits are reckoned in those.
    fn measure(&self) -> usize {
        #[derive(Serialize)]
        struct Stored<'r> {
            fields: BTreeMap<&'r str, (&'r Value, Hlc, u64)>,
            #[serde(skip_serializing_if = "Option::is_none")]
            deleted: Option<(bool, Hlc, u64)>,
        }
        struct Count(usize);
        impl Write for Count {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 += bytes.len();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let field = |(name, seq): (&'_ String, &u64)| {
            let register = self.record.fields.get_key_value(name)?;
            Some((register.0.as_str(), (register.1.value(), register.1.hlc(), *seq)))
        };
        let fields = self.fields.iter().filter_map(field).collect();
        let deleted = self.record.deleted.as_ref().map(|gone| (*gone.value(), gone.hlc(), self.deleted));
        let mut count = Count(0);
        // Counting cannot fail.
        serde_json::to_writer(&mut count, &Stored { fields, deleted }).ok();
        count.0
    }
}
