//! What people do on their devices: few records, so that they get in each other's way.

mod invoices;
mod own;
pub(crate) mod wrong;

use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{BUSINESS_ID, DealStage, move_stage};
use serde_json::{Value, json};

use crate::device::Device;
use crate::random::Random;

/// The most records of a type that are made.
const CROWD: usize = 12;
/// Records of which every device makes the same: everybody edits them, and nobody was first.
const HOT: std::ops::Range<u128> = 1..4;

/// One person at work.
pub(crate) struct Worker<'w> {
    pub(crate) device: &'w Device,
    pub(crate) random: &'w mut Random,
    pub(crate) now_ms: u64,
}

impl Worker<'_> {
    /// One piece of work: usually one mutation, sometimes a burst of them. Each is a list of ops.
    pub(crate) fn piece(&mut self) -> Vec<Vec<Op>> {
        match self.random.below(100) {
            0..16 => vec![self.edit_lead()],
            16..22 => vec![self.own()],
            22..30 => vec![self.hot()],
            30..36 if self.crowd("lead") => {
                let fields = json!({"name": format!("Lead {}", self.random.below(1_000)), "status": "new"});
                vec![vec![Op::patch("lead", self.new_id(), patch(fields))]]
            }
            30..42 => vec![self.with("lead", |lead| vec![Op::delete("lead", lead.id)])],
            42..47 => vec![self.with_deleted("lead", |lead| vec![Op::restore("lead", lead.id)])],
            47..50 if self.crowd("deal") => {
                let fields = json!({"title": format!("Deal {}", self.random.below(1_000)), "stage": "qualified"});
                vec![vec![Op::patch("deal", self.new_id(), patch(fields))]]
            }
            47..59 => vec![self.moved_deal()],
            59..65 => vec![self.draft()],
            65..70 => vec![self.line()],
            70..73 => {
                let tax = json!(self.random.below(300_000));
                vec![self.with("invoice_line", |line| vec![set("invoice_line", line.id, "tax", tax)])]
            }
            73..81 => vec![self.issued()],
            81..83 => vec![self.voided()],
            83..86 => vec![self.with("invoice", |invoice| vec![Op::delete("invoice", invoice.id)])],
            86..89 => vec![self.paid()],
            89..91 => vec![self.with("payment", |payment| vec![Op::delete("payment", payment.id)])],
            91 => vec![self.with("conflict", |conflict| vec![Op::delete("conflict", conflict.id)])],
            92 => {
                let days = self.random.below(90);
                vec![if days < 45 {
                    vec![set("business", BUSINESS_ID, "payment_days", json!(days))]
                } else {
                    self.activity()
                }]
            }
            93..96 => (0..self.random.between(10, 80)).map(|_| self.edit_lead()).collect(),
            96 => vec![self.newer()],
            97 => self.monster(),
            _ => vec![self.impossible()],
        }
    }

    fn new_id(&mut self) -> RecordId {
        RecordId::v7(self.now_ms, self.random.ten_bytes())
    }

    fn crowd(&self, kind: &'static str) -> bool {
        self.device.disk.of_kind(kind).count() < CROWD
    }

    /// Any record of a type, deleted or not.
    fn one(&mut self, kind: &'static str) -> Option<&Record> {
        self.one_of(kind, |_| true)
    }

    fn one_of(&mut self, kind: &'static str, wanted: impl Fn(&Record) -> bool) -> Option<&Record> {
        let all: Vec<&Record> = self.device.disk.of_kind(kind).filter(|record| wanted(record)).collect();
        if all.is_empty() { None } else { Some(all[self.random.below(all.len())]) }
    }

    fn with(&mut self, kind: &'static str, ops: impl FnOnce(&Record) -> Vec<Op>) -> Vec<Op> {
        self.one(kind).map(ops).unwrap_or_default()
    }

    fn with_deleted(&mut self, kind: &'static str, ops: impl FnOnce(&Record) -> Vec<Op>) -> Vec<Op> {
        self.one_of(kind, Record::is_deleted).map(ops).unwrap_or_default()
    }

    /// A note or a call, or a task that is done, or not yet, or after all.
    fn activity(&mut self) -> Vec<Op> {
        let (kind, fields) = match self.random.below(4) {
            0 => ("note", json!({"text": format!("Note {}", self.random.below(1_000))})),
            1 => ("call", json!({"at": self.now_ms, "outcome": self.random.pick(&["reached", "call_back"])})),
            2 => ("task", json!({"title": "Call them", "status": self.random.pick(&["open", "done"])})),
            _ => {
                let status = self.random.pick(&["open", "done", "dropped"]);
                return self.with("task", |task| vec![set("task", task.id, "status", json!(status))]);
            }
        };
        if self.crowd(kind) { vec![Op::patch(kind, self.new_id(), patch(fields))] } else { Vec::new() }
    }

    /// One field or several of a lead; some are cleared.
    fn edit_lead(&mut self) -> Vec<Op> {
        let mut fields = Patch::new();
        for _ in 0..self.random.pick(&[1, 1, 1, 2, 4]) {
            let number = self.random.below(10_000);
            let (field, value) = match self.random.below(8) {
                0 => ("name", json!(format!("Name {number}"))),
                1 => ("company", json!(format!("{number}"))),
                2 => ("notes", json!(format!("Note {number} ✓ \"quoted\""))),
                3 => ("status", self.random.pick(&["contacted", "nurturing", "qualified"]).into()),
                4 => ("score", json!(number % 101)),
                5 => ("value", json!({"minor": number, "currency": "EUR"})),
                6 => ("keep", self.random.pick(&[json!("always"), Value::Null])),
                _ => ("company", Value::Null),
            };
            fields.insert(field.to_owned(), value);
        }
        self.with("lead", |lead| vec![Op::patch("lead", lead.id, fields)])
    }

    /// A record that everybody makes and edits.
    fn hot(&mut self) -> Vec<Op> {
        let id = RecordId::singleton(HOT.start + self.random.below(3) as u128);
        let number = self.random.below(10_000);
        match self.random.below(10) {
            0 => vec![Op::delete("lead", id)],
            1 => vec![Op::restore("lead", id)],
            _ => {
                let fields = json!({"name": format!("Hot {number}"), "notes": format!("{number}")});
                vec![Op::patch("lead", id, patch(fields))]
            }
        }
    }

    /// What only a newer version knows: types, fields, choices. An older one relays them.
    fn newer(&mut self) -> Vec<Op> {
        let number = self.random.below(1_000);
        if !self.device.newer {
            return Vec::new();
        }
        match self.random.below(3) {
            0 => {
                let id = RecordId::singleton(10 + self.random.below(3) as u128);
                let fields = json!({"spin": number, "deep": {"list": [number, null, 0.1]}});
                vec![Op::patch("hologram", id, patch(fields))]
            }
            1 => self.with("lead", |lead| vec![set("lead", lead.id, "aura", json!([number, "violet"]))]),
            _ => self.with("lead", |lead| vec![set("lead", lead.id, "status", json!("orbiting"))]),
        }
    }

    fn moved_deal(&mut self) -> Vec<Op> {
        let event = self.new_id();
        let stages = [DealStage::Proposal, DealStage::Negotiation, DealStage::Won, DealStage::Lost];
        let (to, now_ms) = (self.random.pick(&stages), self.now_ms);
        self.with("deal", |deal| {
            let lost = (to == DealStage::Lost).then_some("Price");
            move_stage(deal.id, event, DealStage::Qualified.value(), to.value(), lost, now_ms)
        })
    }
}

fn patch(fields: Value) -> Patch {
    match fields {
        Value::Object(fields) => fields.into_iter().collect(),
        _ => Patch::new(),
    }
}

fn set(kind: &str, id: RecordId, field: &str, value: Value) -> Op {
    Op::patch(kind, id, Patch::from([(field.to_owned(), value)]))
}
