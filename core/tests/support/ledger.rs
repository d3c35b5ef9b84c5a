//! Records in memory with the rules in front of them: the smallest store that behaves as server and device must.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Mutation, Op, apply};
use outpost_core::record::{Record, RecordKey};
use outpost_core::rules::{self, Context, Refusal};
use outpost_core::schema::RecordType;

/// Records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// The records.
    pub records: BTreeMap<RecordKey, Record>,
}

impl Context for Ledger {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key)
    }

    fn number_taken(&self, number: &str, invoice: RecordId) -> bool {
        self.of_kind("invoice").any(|record| record.id != invoice && record.text("number") == number)
    }
}

/// What an accepted mutation did: the records that won against parts of it.
pub type Winners = Vec<Record>;

impl Ledger {
    /// Checks and applies all ops or none.
    pub fn push(&mut self, mutation: &Mutation, stamp: Hlc) -> Result<Winners, Refusal> {
        let before = self.clone_touched(&mutation.ops);
        let mut winners = Winners::new();
        for op in &mutation.ops {
            if let Err(refusal) = rules::check(op, self) {
                self.restore(before);
                return Err(refusal);
            }
            let record = self.records.entry(op.key()).or_insert_with(|| Record::empty(op.key()));
            winners.extend(apply(record, op, stamp));
        }
        Ok(winners)
    }

    /// One op by itself.
    pub fn op(&mut self, op: Op, stamp: Hlc) -> Result<Winners, Refusal> {
        self.push(&Mutation { n: 1, schema: 1, hlc: stamp, ops: vec![op] }, stamp)
    }

    /// A record of a type, read.
    pub fn read<T: RecordType>(&self, id: RecordId) -> T {
        let record = self.records.get(&RecordKey::new(T::SCHEMA.kind, id)).expect("the record is there");
        T::from_record(record).expect("it can be read")
    }

    /// All records of a type, read.
    pub fn all<T: RecordType>(&self) -> impl Iterator<Item = (RecordId, T)> {
        self.of_kind(T::SCHEMA.kind).map(|record| (record.id, T::from_record(record).expect("it can be read")))
    }

    /// All records of a type.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Record> {
        let first = RecordKey::new(kind, RecordId::singleton(0));
        self.records.range(first..).map(|(_, record)| record).take_while(move |record| record.kind == kind)
    }

    fn clone_touched(&self, ops: &[Op]) -> Vec<(RecordKey, Option<Record>)> {
        ops.iter().map(|op| (op.key(), self.records.get(&op.key()).cloned())).collect()
    }

    fn restore(&mut self, before: Vec<(RecordKey, Option<Record>)>) {
        // The first copy of a record is the oldest, so it is put back last.
        for (key, record) in before.into_iter().rev() {
            match record {
                Some(record) => self.records.insert(key, record),
                None => self.records.remove(&key),
            };
        }
    }
}
