//! What the rules refuse: only a device that runs a version without them gets this into its outbox.

use std::collections::BTreeSet;

use outpost_core::id::RecordId;
use outpost_core::mutation::{Mutation, Op, Patch};
use serde_json::{Value, json};

use super::{Worker, patch, set};

/// Together they make a record larger than the server takes.
const HUGE: usize = 18;
/// Together they are larger than any request can be.
const ENORMOUS: usize = 24;
/// What no server reads as the name of a field.
const NO_NAME: &str = "No Name";

/// Whether a server does not even read it.
pub(crate) fn is_malformed(mutation: &Mutation) -> bool {
    mutation.ops.iter().any(|op| op.value(NO_NAME).is_some())
}

impl Worker<'_> {
    pub(super) fn impossible(&mut self) -> Vec<Op> {
        match self.random.below(12) {
            0 | 1 => self.wrong("lead", "score", json!("very")),
            2 | 3 => self.wrong("invoice", "buyer_name", json!("Somebody else")),
            4 | 5 => self.wrong("stage_event", "to", json!("won")),
            6 | 7 => {
                let id = RecordId::v7(1, self.random.ten_bytes());
                vec![set("lead", id, "notes", json!("nameless"))]
            }
            8 => self.wrong("invoice", "status", json!("void")),
            9 if self.random.chance(100) => self.large(HUGE),
            _ => {
                // One good op and one bad one: none of it counts.
                let mut ops = self.edit_lead();
                ops.extend(self.wrong("lead", "emails", json!(["nobody"])));
                let mut seen = BTreeSet::new();
                ops.retain(|op| seen.insert(op.id));
                ops
            }
        }
    }

    /// What no server takes, alone or with others, and what is written on top of it.
    pub(super) fn monster(&mut self) -> Vec<Vec<Op>> {
        let monster = match self.random.below(8) {
            0 => self.large(ENORMOUS),
            1 | 2 => {
                let fields = patch(json!({"name": "Nobody", NO_NAME: true}));
                vec![Op::patch("lead", self.new_id(), fields)]
            }
            _ => {
                let fields = patch(json!({"notes": "Aaargh", NO_NAME: true}));
                self.with("lead", |lead| vec![Op::patch("lead", lead.id, fields)])
            }
        };
        vec![monster, self.edit_lead()]
    }

    fn large(&mut self, times: usize) -> Vec<Op> {
        let text = "x".repeat(60_000);
        let fields: Patch = (0..times).map(|number| (format!("huge_{number}"), json!(text))).collect();
        self.with("lead", |lead| vec![Op::patch("lead", lead.id, fields)])
    }

    fn wrong(&mut self, kind: &'static str, field: &str, value: Value) -> Vec<Op> {
        self.with(kind, |record| vec![set(kind, record.id, field, value)])
    }
}
