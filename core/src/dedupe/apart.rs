//! Pairs of records that look alike and are not the same, as somebody has said.

use std::collections::BTreeSet;

use serde_json::json;

use super::twins::keys;
use crate::id::RecordId;
use crate::mutation::{Op, Patch};
use crate::record::Record;
use crate::records;
use crate::schema::{RecordType, Schema};

const KIND: &str = records::Apart::SCHEMA.kind;

/// The id of the record which says that two are not the same: every device derives it alike, whichever is named first.
pub fn apart_id(a: RecordId, b: RecordId) -> RecordId {
    RecordId::derived(a.min(b), &["apart:", &a.max(b).to_string()].concat())
}

/// The op which says that two records of a type are not the same. `said` is the record which says so, if there is one already.
pub fn keep_apart(schema: &Schema, a: RecordId, b: RecordId, said: Option<&Record>) -> Op {
    let id = apart_id(a, b);
    // Taken back before: an edit would not bring it back.
    if said.is_some_and(Record::is_deleted) {
        return Op::restore(KIND, id);
    }
    let (one, other, of) = (json!(a.min(b)), json!(a.max(b)), json!(schema.kind));
    let fields = [("one", one), ("other", other), ("of", of)];
    Op::patch(KIND, id, fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Patch>())
}

/// All pairs that are not the same.
#[derive(Debug, Default)]
pub struct Apart {
    said: BTreeSet<RecordId>,
    /// The smaller one of each pair, so that of most records nothing need be derived.
    ones: BTreeSet<RecordId>,
}

impl Apart {
    /// Takes a record that says so of two; of one that was visited before, the later state counts.
    pub fn add(&mut self, said: &Record) {
        if said.is_deleted() {
            self.said.remove(&said.id);
            return;
        }
        // What one says goes by its id: of what was restored beyond the horizon, nothing else is left.
        self.said.insert(said.id);
        self.ones.extend(said.relation("one"));
    }

    /// Whether two records are not the same.
    pub fn are(&self, a: RecordId, b: RecordId) -> bool {
        self.ones.contains(&a.min(b)) && self.said.contains(&apart_id(a, b))
    }

    /// Whether anything may have been said of records in a group.
    pub fn concerns(&self, group: &[RecordId]) -> bool {
        !self.said.is_empty() && group.iter().any(|id| self.ones.contains(id))
    }

    /// The groups that are left of one in which no two are together that are not the same: each record goes with the first with which it
    /// may, so what could go with either is offered with one, and with the other once that is settled. Groups of one are none.
    pub fn divide(&self, schema: &'static Schema, group: &[&Record]) -> Vec<Vec<RecordId>> {
        let keys: Vec<Vec<String>> = group.iter().map(|record| keys(schema, record).collect()).collect();
        let share = |a: usize, b: usize| keys[a].iter().any(|key| keys[b].contains(key));
        let mut left: Vec<usize> = (0..group.len()).collect();
        let mut groups = Vec::new();
        while !left.is_empty() {
            let mut part = vec![left.remove(0)];
            let mut at = 0;
            // Everybody with everybody: there are few in a group, and fewer of which anything was said.
            while let Some(member) = part.get(at).copied() {
                at += 1;
                left.retain(|other| {
                    let is_apart = |member: &usize| self.are(group[*member].id, group[*other].id);
                    let joins = share(member, *other) && !part.iter().any(is_apart);
                    if joins {
                        part.push(*other);
                    }
                    !joins
                });
            }
            groups.push(part.into_iter().map(|at| group[at].id).collect::<Vec<_>>());
        }
        groups.retain(|part| part.len() > 1);
        groups
    }
}
