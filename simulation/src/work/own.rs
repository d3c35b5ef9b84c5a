//! What people make of their own: fields, types and stages, whose names begin with `x_`, and the records that describe them.
//! Neither the server nor a device of an older version knows what any of it is.

use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::records::{CustomField, CustomObject, DealStage, Stage, move_stage};
use serde_json::{Value, json};

use super::{Worker, patch, set};

/// The ids of the definitions, which all devices make alike: fields, types, stages.
const FIELDS: [u128; 3] = [20, 21, 22];
const OBJECTS: [u128; 2] = [30, 31];
const STAGES: [u128; 2] = [40, 41];
/// Records of types of one's own that every device makes the same, so that two people set one field.
const SHARED: [u128; 3] = [50, 51, 52];

impl Worker<'_> {
    /// Something that only those versions make that have such names. The others work on the same records all the same.
    pub(super) fn own(&mut self) -> Vec<Op> {
        if !self.device.own {
            return self.edit_lead();
        }
        let fields = self.own_fields();
        match self.random.below(10) {
            0 | 1 => self.with("lead", |lead| vec![Op::patch("lead", lead.id, fields)]),
            2 => {
                // What everybody knows and what only some know, in one op.
                let mut ops = self.hot();
                if let Some(outpost_core::mutation::Action::Patch(all)) = ops.first_mut().map(|op| &mut op.action) {
                    all.extend(fields);
                }
                ops
            }
            3 => vec![Op::patch(&self.own_kind(), self.new_id(), fields)],
            4 | 5 => vec![Op::patch(&self.own_kind(), RecordId::singleton(self.random.pick(&SHARED)), fields)],
            6 => {
                let (kind, id) = (self.own_kind(), RecordId::singleton(self.random.pick(&SHARED)));
                vec![if self.random.chance(500) { Op::delete(&kind, id) } else { Op::restore(&kind, id) }]
            }
            7 => self.defined(),
            _ => self.moved_on_its_own(),
        }
    }

    fn own_kind(&mut self) -> String {
        CustomObject::kind(RecordId::singleton(self.random.pick(&OBJECTS)))
    }

    fn own_fields(&mut self) -> Patch {
        let mut fields = Patch::new();
        for _ in 0..self.random.pick(&[1, 1, 2]) {
            let field = CustomField::name(RecordId::singleton(self.random.pick(&FIELDS)));
            fields.insert(field, self.anything());
        }
        fields
    }

    /// Whatever JSON can be.
    fn anything(&mut self) -> Value {
        let number = self.random.below(1_000);
        match self.random.below(9) {
            0 => Value::Null,
            1 => json!([number, null, 0.1, -0.0, 1e300, [{"deep": {"list": [[]]}}]]),
            2 => json!({"minor": number, "currency": "EUR", "x_more": {}, "": "no name"}),
            3 => json!(u64::MAX - number as u64),
            4 => json!(number as f64 / 7.0),
            5 => json!(["", {}, [], false, "a\u{301}\u{202e} \u{0} \"\\\n ✓ x_0"]),
            // As a stamp would be.
            6 => json!(["v", "01a0c4506c01-0000-a1b2c3d4e5f60718"]),
            _ => json!(format!("Own {number}")),
        }
    }

    /// A definition, which is a record like any other.
    fn defined(&mut self) -> Vec<Op> {
        let number = self.random.below(1_000);
        let (kind, ids, fields) = match self.random.below(3) {
            0 => ("field", &FIELDS[..], json!({"label": format!("Field {number}"), "kind": "text", "of": "lead"})),
            1 => ("object", &OBJECTS[..], json!({"plural": "Machines", "label": format!("Machine {number}")})),
            _ => ("stage", &STAGES[..], json!({"name": format!("Stage {number}"), "standing": "won"})),
        };
        let id = RecordId::singleton(self.random.pick(ids));
        match self.random.below(8) {
            0 => vec![Op::delete(kind, id)],
            1 => vec![Op::restore(kind, id)],
            // One that a version makes which knows more of it.
            2 => vec![set(kind, id, "x_9c3d", json!(number))],
            _ => vec![Op::patch(kind, id, patch(fields))],
        }
    }

    /// A deal goes into a stage of one's own. It counts as open, whatever the stage says.
    fn moved_on_its_own(&mut self) -> Vec<Op> {
        let (event, now_ms) = (self.new_id(), self.now_ms);
        let to = Stage::key(RecordId::singleton(self.random.pick(&STAGES)));
        self.with("deal", |deal| move_stage(deal.id, event, DealStage::Qualified.value(), &to, None, now_ms))
    }
}
