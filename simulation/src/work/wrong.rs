//! What the rules refuse: only a device that runs a version without them gets this into its outbox.

use std::collections::BTreeSet;

use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use serde_json::{Value, json};

use super::{Worker, set};

/// Together they make a record larger than the server takes.
const HUGE: usize = 18;

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
            9 if self.random.chance(100) => {
                let text = "x".repeat(60_000);
                let fields: Patch = (0..HUGE).map(|number| (format!("huge_{number}"), json!(text))).collect();
                self.with("lead", |lead| vec![Op::patch("lead", lead.id, fields)])
            }
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

    fn wrong(&mut self, kind: &'static str, field: &str, value: Value) -> Vec<Op> {
        self.with(kind, |record| vec![set(kind, record.id, field, value)])
    }
}
