//! Where merged records have gone, by all merges together; and what is to be done about what somebody wrote who did not know of
//! them yet.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{led_on, note};
use crate::catalogue::Catalogue;
use crate::hlc::Hlc;
use crate::id::RecordId;
use crate::mutation::{Op, Patch};
use crate::record::{Record, RecordKey, Register};
use crate::records::Merge;
use crate::schema::RecordType;

/// Where a record went: by the latest of its merges.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    kind: String,
    kept: RecordId,
    /// When, and by which merge.
    at: (Hlc, RecordId),
    /// All its merges.
    merges: Vec<RecordId>,
}

/// Where records went that were merged into others. Only what is deleted went anywhere: one that was restored by itself is
/// there again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ends {
    steps: BTreeMap<RecordId, Step>,
}

impl Ends {
    /// Of all merges that are there. `is_gone` says whether a record is deleted.
    pub fn new<'a>(merges: impl IntoIterator<Item = &'a Record>, is_gone: impl Fn(&RecordKey) -> bool) -> Self {
        let mut steps: BTreeMap<RecordId, Step> = BTreeMap::new();
        for merge in merges.into_iter().filter(|merge| !merge.is_deleted()) {
            let (Some(kept), Some(gone)) = (merge.relation("kept"), merge.relation("gone")) else { continue };
            let kind = merge.text("of").to_owned();
            if !is_gone(&RecordKey::new(kind.as_str(), gone)) {
                continue;
            }
            let at = (merge.fields.get("at").map_or(Hlc::ZERO, Register::hlc), merge.id);
            let step = steps.entry(gone).or_insert_with(|| Step { kind, kept, at, merges: Vec::new() });
            step.merges.push(merge.id);
            if at > step.at {
                (step.kept, step.at) = (kept, at);
            }
        }
        Self { steps }
    }

    /// Whether nothing was merged.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The records that went into others, with their types.
    pub fn gone(&self) -> impl Iterator<Item = RecordKey> {
        self.steps.iter().map(|(gone, step)| RecordKey::new(step.kind.as_str(), *gone))
    }

    /// The record that one went into in the end; `None` if it was not merged, or records were merged in a circle that nobody has
    /// [opened](Ends::settle) yet.
    pub fn end(&self, id: RecordId) -> Option<RecordId> {
        let mut at = self.steps.get(&id)?.kept;
        let mut seen = BTreeSet::from([id]);
        while let Some(step) = self.steps.get(&at) {
            if !seen.insert(at) {
                return None;
            }
            at = step.kept;
        }
        Some(at)
    }

    /// All records that went into one, directly and by way of others.
    pub fn into_record(&self, id: RecordId) -> Vec<RecordId> {
        self.steps.keys().copied().filter(|gone| self.end(*gone) == Some(id)).collect()
    }

    /// Devices that did not know of each other have merged records in a circle, so that none is left: of each circle the merge
    /// that was made last stands, and the record that it kept is restored.
    pub fn settle(&self) -> Vec<Op> {
        let mut done = BTreeSet::new();
        let mut ops = Vec::new();
        for start in self.steps.keys() {
            let circle = self.circle(*start);
            if circle.is_empty() || !done.insert(circle.clone()) {
                continue;
            }
            let last = circle.iter().filter_map(|id| self.steps.get(id)).max_by_key(|step| step.at);
            let Some((last, back)) = last.and_then(|last| Some((last, self.steps.get(&last.kept)?))) else { continue };
            ops.extend(back.merges.iter().map(|merge| Op::delete(Merge::SCHEMA.kind, *merge)));
            ops.push(Op::restore(&last.kind, last.kept));
        }
        ops
    }

    /// The records of the circle that a record is in.
    fn circle(&self, start: RecordId) -> BTreeSet<RecordId> {
        let mut seen = BTreeSet::new();
        let mut at = start;
        while let Some(step) = self.steps.get(&at) {
            if !seen.insert(at) {
                return if at == start { seen } else { BTreeSet::new() };
            }
            at = step.kept;
        }
        BTreeSet::new()
    }

    /// The ops that lead on the relations of a record that lead to what is gone; nothing if there is none. `merges` are those that
    /// are there: what is led on is noted in them, like what the merge itself has led on.
    pub fn late(&self, types: &Catalogue, record: &Record, merges: &BTreeMap<RecordId, Record>) -> Option<Vec<Op>> {
        let schema = types.schema(&record.kind)?;
        let mut now = record.clone();
        let mut patch = Patch::new();
        let mut notes: BTreeMap<RecordId, Merge> = BTreeMap::new();
        for field in schema.fields {
            let Some(kind) = field.leads_to() else { continue };
            for from in field.links(record) {
                let Some(step) = self.steps.get(&from).filter(|step| step.kind == kind) else { continue };
                let Some(to) = self.end(from) else { continue };
                let Some((led, was)) = led_on(types, &now, kind, from, to) else { continue };
                let merge = step.at.1;
                if !notes.contains_key(&merge)
                    && let Some(read) = merges.get(&merge).and_then(|merge| Merge::from_record(merge).ok())
                {
                    notes.insert(merge, read);
                }
                if let Some(read) = notes.get_mut(&merge).filter(|read| read.kept == Some(to)) {
                    note(&mut read.moved, record, was);
                }
                for (name, value) in led {
                    let at = now.fields.get(&name).map_or(Hlc::ZERO, Register::hlc);
                    now.fields.insert(name.clone(), Register(value.clone(), at));
                    patch.insert(name, value);
                }
            }
        }
        if patch.is_empty() {
            return None;
        }
        let mut ops = vec![Op::patch(&record.kind, record.id, patch)];
        for (id, read) in notes {
            // It was read from JSON and is that again.
            if let Ok(moved) = serde_json::to_value(read.moved) {
                ops.push(Op::patch(Merge::SCHEMA.kind, id, Patch::from([("moved".to_owned(), moved)])));
            }
        }
        Some(ops)
    }
}
