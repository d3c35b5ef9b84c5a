//! Records in memory with the rules in front of them: the smallest store that behaves as server and device must.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Mutation, Op, apply};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::schema;
use outpost_core::rules::{self, Context, Refusal};
use outpost_core::schema::RecordType;

/// Records and the invoice numbers among them.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The records.
    pub records: BTreeMap<RecordKey, Record>,
    numbers: BTreeMap<String, RecordId>,
}

impl Context for Ledger {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key)
    }

    fn number_taken(&self, number: &str, invoice: RecordId) -> bool {
        self.numbers.get(number).is_some_and(|holder| *holder != invoice)
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
            let number = record.text("number").to_owned();
            if op.kind == "invoice" && !number.is_empty() {
                self.numbers.insert(number, op.id);
            }
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
        assert!(schema(kind).is_some(), "{kind} is a type");
        self.records.values().filter(move |record| record.kind == kind)
    }

    fn clone_touched(&self, ops: &[Op]) -> Vec<(RecordKey, Option<Record>)> {
        ops.iter().map(|op| (op.key(), self.records.get(&op.key()).cloned())).collect()
    }

    fn restore(&mut self, before: Vec<(RecordKey, Option<Record>)>) {
        // The first copy of a record is the oldest, so it is put back last.
        for (key, record) in before.into_iter().rev() {
            let numbered = record.as_ref().is_some_and(|record| !record.text("number").is_empty());
            if !numbered {
                self.numbers.retain(|_, invoice| *invoice != key.id);
            }
            match record {
                Some(record) => self.records.insert(key, record),
                None => self.records.remove(&key),
            };
        }
    }
}
