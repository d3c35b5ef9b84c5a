//! Writing: a mutation and what it does to the records, in one transaction. As `src/store/write.rs` and `working.rs` do it.

use std::collections::BTreeMap;

use outpost_core::hlc::{Clock, Hlc};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Mutation, Op, Patch, apply};
use outpost_core::record::{Record, RecordKey};
use outpost_core::rules::{self, Context, Refusal};
use outpost_core::sums::Delta;
use serde_json::Value;

use super::{Disk, Lost, Tables};

/// Who writes, and when.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    /// What the wall clock shows.
    pub(crate) wall_ms: u64,
    /// The version of the record types that it knows.
    pub(crate) schema: u32,
    /// Whether it runs a version without the rules.
    pub(crate) careless: bool,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotWritten {
    /// Nothing had to be changed.
    Same,
    /// The rules are against it.
    Refused(Refusal),
    /// The transaction did not end well.
    Lost(Lost),
    /// The clock stands at the end of time.
    Exhausted,
}

/// The records as they stand while a mutation is made.
struct Working<'t> {
    tables: &'t Tables,
    records: BTreeMap<RecordKey, Record>,
}

impl Working<'_> {
    /// What the mutation does to the sums.
    fn delta(&self) -> Delta {
        let mut delta = Delta::default();
        for (key, record) in &self.records {
            self.tables.records.get(key).into_iter().for_each(|before| delta.take(before));
            delta.add(record);
        }
        delta
    }
}

impl Context for Working<'_> {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key).or_else(|| self.tables.records.get(key))
    }

    fn number_taken(&self, number: &str, invoice: RecordId) -> bool {
        let others = self.tables.records.values().filter(|record| record.kind == "invoice" && record.id != invoice);
        others.into_iter().any(|record| record.text("number") == number)
    }
}

impl Disk {
    /// Writes one mutation: all of it or nothing. Returns its number.
    pub(crate) fn write(&mut self, ops: Vec<Op>, writer: &Writer) -> Result<u64, NotWritten> {
        let mut tx = self.begin();
        let mut state = self.tables.state.clone();
        let mut working = Working { tables: &self.tables, records: BTreeMap::new() };
        for record in ops.iter().filter_map(|op| self.tables.records.get(&op.key())) {
            // Later than all that is on the record, whoever wrote it.
            state.clock.last = state.clock.last.max(record.latest());
        }
        let before = state.clock;
        let hlc = state.clock.tick(writer.wall_ms).map_err(|_| NotWritten::Exhausted)?;
        let has_overflowed = overflows(&before, hlc, writer.wall_ms);
        let (mut done, mut inverse) = (Vec::with_capacity(ops.len()), Vec::with_capacity(ops.len()));
        for op in ops {
            let key = op.key();
            let Some(op) = changing(op, working.record(&key)) else { continue };
            if !writer.careless {
                rules::check(&op, &working).map_err(NotWritten::Refused)?;
            }
            if let Some(count) = number(&op) {
                state.next_number = state.next_number.max(count + 1);
            }
            inverse.push(undo(&op, working.record(&key)));
            let mut record = working.record(&key).cloned().unwrap_or_else(|| Record::empty(key.clone()));
            apply(&mut record, &op, hlc);
            working.records.insert(key, record);
            done.push(op);
        }
        if done.is_empty() {
            return Err(NotWritten::Same);
        }
        if let Some(mut sums) = self.tables.sums.clone() {
            sums.apply(&working.delta());
            tx.put_sums(sums);
        }
        inverse.reverse();
        inverse.retain(|op| rules::check(op, &working).is_ok());
        let n = state.next_n;
        state.next_n += 1;
        working.records.into_values().for_each(|record| tx.put_record(record));
        tx.put_outbox(Mutation { n, schema: writer.schema, hlc, ops: done }, inverse);
        tx.put_state(state);
        self.end(tx).map_err(NotWritten::Lost)?;
        if has_overflowed {
            self.seen.count("counter overflowed");
        }
        if std::mem::replace(&mut self.wall_ms, writer.wall_ms) > writer.wall_ms {
            self.seen.count("clock went back");
        }
        Ok(n)
    }
}

/// Whether a stamp is later than the one before only because a full counter was carried over into the time.
fn overflows(before: &Clock, stamp: Hlc, wall_ms: u64) -> bool {
    before.last.counter == u16::MAX && before.corrected(wall_ms) <= before.last.ms && stamp.counter == 0
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
        // A refused one that somebody writes again.
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
        (Action::Merge(_), _) => op.clone(),
    }
}

/// The count in the number that an op gives to an invoice.
fn number(op: &Op) -> Option<u64> {
    let number = op.patched().filter(|_| op.kind == "invoice")?.get("number")?.as_str()?;
    number.rsplit_once('-')?.1.parse().ok()
}
