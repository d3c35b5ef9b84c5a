//! Making mutations: the rules, the stamp, what they do to the records, and what undoes them. No database here.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Mutation, Op, Patch, apply};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::SCHEMA_VERSION;
use outpost_core::rules::{self, Context};
use outpost_core::sums::Delta;
use serde_json::Value;

use super::error::{StoreError, WriteError};
use super::state::State;
use crate::platform;

/// The records as they stand while mutations are made, one after the other.
#[derive(Debug, Default)]
pub(super) struct Working {
    pub(super) records: BTreeMap<RecordKey, Record>,
    /// Those that were not there before.
    pub(super) made: BTreeSet<RecordKey>,
    /// Who has each of the numbers that are about to be given.
    pub(super) numbers: BTreeMap<String, RecordId>,
    /// What the mutations do to the sums.
    pub(super) delta: Delta,
}

impl Context for Working {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key)
    }

    fn number_taken(&self, number: &str, invoice: RecordId) -> bool {
        self.numbers.get(number).is_some_and(|holder| {
            let record = self.records.get(&RecordKey::new("invoice", *holder));
            *holder != invoice && record.is_some_and(|record| record.text("number") == number)
        })
    }
}

impl Working {
    /// Makes one mutation of ops and does it to the records; also what undoes it. Ops that change nothing are left out.
    pub(super) fn mutate(&mut self, state: &mut State, ops: Vec<Op>) -> Result<(Mutation, Vec<Op>), WriteError> {
        let mut clock = state.clock;
        for record in ops.iter().filter_map(|op| self.records.get(&op.key())) {
            // Later than all that is on the record, whoever wrote it; what came from elsewhere was observed as it came.
            clock.last = clock.last.max(record.latest());
        }
        let hlc = clock.tick(platform::time::now_ms()).map_err(StoreError::from)?;
        let mut done = Vec::with_capacity(ops.len());
        let mut inverse = Vec::with_capacity(ops.len());
        for op in ops {
            let key = op.key();
            let Some(op) = changing(op, self.records.get(&key)) else { continue };
            rules::check(&op, self)?;
            if let Some(number) = new_number(&op) {
                self.numbers.insert(number.to_owned(), op.id);
            }
            inverse.push(undo(&op, self.records.get(&key)));
            self.records.get(&key).into_iter().for_each(|before| self.delta.take(before));
            let record = self.records.entry(key.clone()).or_insert_with(|| {
                self.made.insert(key.clone());
                Record::empty(key)
            });
            apply(record, &op, hlc);
            self.delta.add(record);
            done.push(op);
        }
        inverse.reverse();
        inverse.retain(|op| rules::check(op, self).is_ok());
        let mutation = Mutation { n: state.next_n, schema: SCHEMA_VERSION, hlc, ops: done };
        if !mutation.ops.is_empty() {
            state.clock = clock;
            state.next_n += 1;
        }
        Ok((mutation, inverse))
    }
}

/// The op without what is so already; `None` if nothing is left of it.
fn changing(op: Op, current: Option<&Record>) -> Option<Op> {
    let deleted = current.and_then(|record| record.deleted.as_ref()).is_some_and(|register| *register.value());
    match op.action {
        Action::Patch(patch) => {
            let now = |name: &str| current.and_then(|record| record.get(name)).unwrap_or(&Value::Null);
            let patch: Patch = patch.into_iter().filter(|(name, value)| now(name) != value).collect();
            (!patch.is_empty()).then_some(Op { action: Action::Patch(patch), ..op })
        }
        Action::Delete => (current.is_some() && !deleted).then_some(op),
        Action::Restore => deleted.then_some(op),
        Action::Merge(_) => Some(op),
    }
}

/// What undoes an op on a record as it was before it.
fn undo(op: &Op, before: Option<&Record>) -> Op {
    match (&op.action, before) {
        (Action::Patch(_), None) | (Action::Restore, _) => Op::delete(&op.kind, op.id),
        (Action::Patch(patch), Some(before)) => {
            let was = |name: &String| (name.clone(), before.get(name).cloned().unwrap_or(Value::Null));
            Op::patch(&op.kind, op.id, patch.keys().map(was).collect())
        }
        (Action::Delete, _) => Op::restore(&op.kind, op.id),
        // Nobody does it by hand, so nobody undoes it.
        (Action::Merge(_), _) => op.clone(),
    }
}

/// The number that an op gives to an invoice.
pub(super) fn new_number(op: &Op) -> Option<&str> {
    let number = (op.kind == "invoice").then(|| op.value("number")).flatten()?.as_str()?;
    (!number.is_empty()).then_some(number)
}
