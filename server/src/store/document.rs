//! The stored form of a record: its registers, each with the sequence number at which it last changed.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::Hlc;
use outpost_core::record::{Record, RecordKey, Register};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sync::plan::Touched;

/// The column `doc`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Document {
    fields: BTreeMap<String, (Value, Hlc, u64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted: Option<(bool, Hlc, u64)>,
}

/// The sequence number of each register.
#[derive(Debug, Clone, Default)]
pub(super) struct Seqs {
    fields: BTreeMap<String, u64>,
    deleted: u64,
}

impl Seqs {
    /// The fields that have changed after a number.
    pub(super) fn since(&self, seq: u64) -> BTreeSet<String> {
        self.fields.iter().filter(|(_, changed)| **changed > seq).map(|(name, _)| name.clone()).collect()
    }
}

impl Document {
    /// The record, and the numbers apart.
    pub(super) fn split(self, key: RecordKey) -> (Record, Seqs) {
        let mut record = Record::empty(key);
        let mut seqs = Seqs::default();
        for (name, (value, hlc, seq)) in self.fields {
            seqs.fields.insert(name.clone(), seq);
            record.fields.insert(name, Register(value, hlc));
        }
        if let Some((deleted, hlc, seq)) = self.deleted {
            record.deleted = Some(Register(deleted, hlc));
            seqs.deleted = seq;
        }
        (record, seqs)
    }

    /// The stored form after a push that set `touched` and gave the row the number `seq`.
    pub(super) fn join(record: &Record, touched: &Touched, seqs: Option<&Seqs>, seq: u64) -> Self {
        let number = |name: &String| {
            if touched.fields.contains(name) {
                return seq;
            }
            seqs.and_then(|seqs| seqs.fields.get(name)).copied().unwrap_or(seq)
        };
        let field = |(name, register): (&String, &Register)| {
            (name.clone(), (register.value().clone(), register.hlc(), number(name)))
        };
        let deleted = record.deleted.as_ref().map(|register| {
            let kept = seqs.map(|seqs| seqs.deleted).filter(|kept| !touched.deleted && *kept > 0);
            (*register.value(), register.hlc(), kept.unwrap_or(seq))
        });
        Self { fields: record.fields.iter().map(field).collect(), deleted }
    }

    /// The registers whose number is `wanted`, as a state of the record.
    pub(super) fn select(self, key: RecordKey, wanted: impl Fn(u64) -> bool) -> Record {
        let mut record = Record::empty(key);
        let fields = self.fields.into_iter().filter(|(_, (_, _, seq))| wanted(*seq));
        record.fields = fields.map(|(name, (value, hlc, _))| (name, Register(value, hlc))).collect();
        record.deleted = self.deleted.filter(|(_, _, seq)| wanted(*seq)).map(|(gone, hlc, _)| Register(gone, hlc));
        record
    }
}
