//! Which records a device holds. What is done with and old stays on the server: in the archive, from where it is brought
//! back when somebody wants it. Each device says how old what it keeps may be; how old a record is, the server notes,
//! by the one predicate of this file, so that both always mean the same.
//!
//! A record and its parts (a deal's stages, an invoice's lines and payments) are a **group**, and of one age.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::horizon::HORIZON_MS;
use crate::record::{Record, RecordKey};
use crate::records::{self, schema};
use crate::schema::{Kind, Schema};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// How old a group is: 0, 1 or 2 in JSON and in databases. A device that keeps one age keeps those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Age {
    /// In use, or changed within 90 days.
    #[default]
    Recent,
    /// Done with, and changed within a year.
    Year,
    /// Done with before that.
    Old,
}

crate::choices! {
    /// Whether a group is ever archived.
    pub enum Keep {
        /// Once it is done with and old.
        #[default]
        Usual = "usual", "Until they are old", Neutral;
        /// It is not: somebody wants it on each device, however old it is.
        Always = "always", "Always", Neutral;
    }
}

/// The field of a group's head that says so, the same in each type that is archived.
pub const KEEP: &str = "keep";

/// A number that is no age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} is not an age: 0, 1 and 2 are")]
pub struct NoAge(u8);

impl Age {
    /// All of them: the scope of a device that keeps everything.
    pub const ALL: [Self; 3] = [Self::Recent, Self::Year, Self::Old];

    /// What a device that says nothing of it keeps.
    pub const fn everything() -> Self {
        Self::Old
    }

    /// The age of what has not changed for so many milliseconds, and is done with.
    const fn of(unchanged_ms: u64) -> Self {
        match unchanged_ms / DAY_MS {
            0..90 => Self::Recent,
            90..365 => Self::Year,
            _ => Self::Old,
        }
    }

    /// Those that a device with a scope of `self` holds, and one with `other` does not; empty if there are none.
    pub fn beyond(self, other: Self) -> RangeInclusive<u8> {
        u8::from(other) + 1..=u8::from(self)
    }
}

impl From<Age> for u8 {
    fn from(age: Age) -> Self {
        age as Self
    }
}

impl TryFrom<u8> for Age {
    type Error = NoAge;

    fn try_from(number: u8) -> Result<Self, NoAge> {
        Self::ALL.get(usize::from(number)).copied().ok_or(NoAge(number))
    }
}

/// What a device keeps, and how far it is with taking up or dropping what it did not keep, or kept, before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Nothing older than this.
    pub keep: Age,
    /// What is to be done still, if it was another one lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving: Option<Moving>,
}

/// On the way from one scope to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The scope before.
    pub from: Age,
    /// The last record that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordKey>,
    /// From where something is to be taken up once all that goes is dropped: the mind was changed half-way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Age>,
}

impl Scope {
    /// Of a device that has kept this from its beginning.
    pub const fn of(keep: Age) -> Self {
        Self { keep, moving: None }
    }

    /// Keeps something else from now on.
    pub fn set(&mut self, keep: Age) {
        if keep == self.keep {
            return;
        }
        // What was on its way in may be here, what was on its way out may be gone: all that lies between is done from the beginning.
        let ends = self.moving.iter().flat_map(|moving| [Some(moving.from), moving.then]).flatten();
        let (least, most) = ends.fold((self.keep, self.keep), |(least, most), end| (least.min(end), most.max(end)));
        let moving = if keep < most {
            Moving { from: most, after: None, then: Some(least).filter(|least| *least < keep) }
        } else {
            Moving { from: least, after: None, then: None }
        };
        *self = Self { keep, moving: Some(moving) };
    }

    /// One step is done: everything up to `next`, or all of it.
    pub fn step(&mut self, next: Option<RecordKey>) {
        self.moving = self.moving.take().and_then(|moving| match next {
            Some(next) => Some(Moving { after: Some(next), ..moving }),
            None => moving.then.map(|from| Moving { from, after: None, then: None }),
        });
    }
}

/// The record at the head of a record's group: the one that it is a part of, or itself.
pub fn head(record: &Record) -> RecordKey {
    part_of(record).unwrap_or_else(|| record.key())
}

/// The record that a record is a part of.
pub fn part_of(record: &Record) -> Option<RecordKey> {
    let schema = schema(&record.kind)?;
    let Kind::Relation(kind) = schema.field(schema.list.parent)?.kind else { return None };
    // A conflict is of any type, and says of which.
    let kind = if kind == "record" { record.text("of") } else { kind };
    Some(RecordKey::new(kind, record.relation(schema.list.parent)?))
}

/// The types whose records are ever archived.
pub fn archived() -> impl Iterator<Item = &'static Schema> {
    records::ALL.iter().filter(|schema| !schema.list.done.is_empty())
}

/// How old a group is at a time, in milliseconds since 1970. `touched_ms` is when somebody last brought it back.
///
/// What is still in use is never old: an open deal, an invoice that is not paid, a task that is to be done; nor is a company, a
/// contact, a product, or what people have made types for. What has happened is done with: a call, a note. Never old, too, is
/// what has no record at its head (not yet come, or of a newer version).
///
/// Of a deal it asks the stage's key, not its [standing](crate::records::Standing): the stages that people make are records like any
/// other, and no statement reads those along with a group. The program's own keep their standing whatever they are called, so
/// `won` and `lost` are closed everywhere. A deal in a stage that people made counts as open, and stays on each device, for ever
/// if need be: one that is kept too long takes room, and one that was taken away too early would be missed.
pub fn age(group: &[Record], touched_ms: u64, now_ms: u64) -> Age {
    let Some(head) = group.iter().find(|record| part_of(record).is_none()) else { return Age::Recent };
    if !is_done(head, group) {
        return Age::Recent;
    }
    let changed = group.iter().map(|record| record.latest().ms).max().unwrap_or_default();
    let unchanged_ms = now_ms.saturating_sub(changed.max(touched_ms));
    if head.is_deleted() {
        // Until the horizon it can be restored, on every device. Beyond it, once what it said is gone, it need be on none.
        return if head.fields.is_empty() && unchanged_ms > HORIZON_MS { Age::Old } else { Age::Recent };
    }
    Age::of(unchanged_ms)
}

fn is_done(head: &Record, group: &[Record]) -> bool {
    let Some(schema) = schema(&head.kind).filter(|schema| !schema.list.done.is_empty()) else { return false };
    // Deleted ones too, but not one of which somebody is still to look at a clash.
    let open = |record: &Record| record.kind == "conflict" && !record.is_deleted();
    if group.iter().any(open) {
        return false;
    }
    let closed = || schema.list.done.contains(&head.text(schema.list.facet)) || records::is_settled(head, group);
    head.is_deleted() || (head.text(KEEP) != Keep::Always.value() && closed())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::id::RecordId;

    const NOW_MS: u64 = 1_800_000_000_000;

    fn record(kind: &str, id: u8, days_ago: u64, fields: &Value) -> Record {
        let stamp = format!("{:012x}-0000-a1b2c3d4e5f60718", NOW_MS - days_ago * DAY_MS);
        let fields: serde_json::Map<String, Value> = fields
            .as_object()
            .expect("an object")
            .iter()
            .map(|(name, value)| (name.clone(), json!([value, stamp])))
            .collect();
        let id = id_of(id);
        serde_json::from_value(json!({"type": kind, "id": id, "fields": fields})).expect("a record")
    }

    fn id_of(id: u8) -> RecordId {
        RecordId::singleton(0x01a0_c450_6c01_7c55_9d3c_2f1e_8a6b_4c00 + u128::from(id))
    }

    fn lead(status: &str, days_ago: u64) -> Record {
        record("lead", 1, days_ago, &json!({"name": "Bia", "status": status}))
    }

    #[test]
    fn what_is_in_use_never_grows_old() {
        assert_eq!(age(&[lead("contacted", 5_000)], 0, NOW_MS), Age::Recent);
        assert_eq!(age(&[record("business", 1, 5_000, &json!({"name": "Us"}))], 0, NOW_MS), Age::Recent);
        assert_eq!(age(&[record("tractor", 1, 5_000, &json!({}))], 0, NOW_MS), Age::Recent, "of a newer version");
        // Whether this says won or lost, only those know who have its definition.
        let made = record("deal", 1, 5_000, &json!({"title": "Roof", "stage": "x_01a0c4506c017c55"}));
        assert_eq!(age(&[made], 0, NOW_MS), Age::Recent, "of a stage that people made");
        let clash = record("conflict", 3, 0, &json!({"record": id_of(1), "of": "deal", "field": "title"}));
        assert_eq!(head(&clash), RecordKey::new("deal", id_of(1)));
        let orphan = record("stage_event", 2, 5_000, &json!({"deal": id_of(1), "to": "won"}));
        assert_eq!(age(&[orphan], 0, NOW_MS), Age::Recent);
    }

    #[test]
    fn what_somebody_wants_kept_never_grows_old_until_it_is_deleted() {
        let mut kept = record("lead", 1, 5_000, &json!({"name": "Bia", "status": "qualified", "keep": "always"}));
        assert_eq!(age(&[kept.clone()], 0, NOW_MS), Age::Recent);
        for (kind, facet, done) in [("deal", "stage", "won"), ("invoice", "status", "void")] {
            assert_eq!(age(&[record(kind, 1, 5_000, &json!({ facet: done }))], 0, NOW_MS), Age::Old, "{kind}");
            let kept = record(kind, 1, 5_000, &json!({ facet: done, "keep": "always" }));
            assert_eq!(age(&[kept], 0, NOW_MS), Age::Recent, "{kind}");
        }
        kept.fields.clear();
        let stamp = crate::hlc::Hlc { ms: NOW_MS - 181 * DAY_MS, ..crate::hlc::Hlc::ZERO };
        kept.deleted = Some(crate::record::Register(true, stamp));
        assert_eq!(age(&[kept], 0, NOW_MS), Age::Old);
    }

    #[test]
    fn each_type_that_is_archived_can_be_kept() {
        for schema in archived() {
            let field = schema.field(KEEP).expect("a field");
            assert_eq!((field.kind, field.in_form), (Kind::Choice(Keep::CHOICES), false), "{}", schema.kind);
        }
    }

    #[test]
    fn what_is_done_with_grows_old_from_its_last_change_on() {
        for (days, expected) in [(89, Age::Recent), (90, Age::Year), (364, Age::Year), (365, Age::Old)] {
            assert_eq!(age(&[lead("qualified", days)], 0, NOW_MS), expected, "{days}");
        }
        let mut deleted = lead("contacted", 500);
        let stamp = crate::hlc::Hlc { ms: NOW_MS - 181 * DAY_MS, ..deleted.latest() };
        deleted.deleted = Some(crate::record::Register(true, stamp));
        assert_eq!(age(std::slice::from_ref(&deleted), 0, NOW_MS), Age::Recent, "what it said is still there");
        deleted.fields.clear();
        assert_eq!(age(std::slice::from_ref(&deleted), 0, NOW_MS), Age::Old);
        // Brought back, or a part of it changed.
        assert_eq!(age(&[lead("qualified", 500)], NOW_MS - 3 * DAY_MS, NOW_MS), Age::Recent);
        let deal = record("deal", 1, 500, &json!({"title": "Roof", "stage": "won"}));
        let event = record("stage_event", 2, 100, &json!({"deal": id_of(1), "to": "won"}));
        assert_eq!(age(&[deal.clone(), event.clone()], 0, NOW_MS), Age::Year);
        let clash = record("conflict", 3, 100, &json!({"record": id_of(1), "of": "deal", "field": "title"}));
        assert_eq!(age(&[deal, event, clash], 0, NOW_MS), Age::Recent, "somebody is to look at it");
    }

    #[test]
    fn what_has_happened_is_done_with_and_what_is_to_be_done_is_not() {
        for (kind, facet, done, open) in [
            ("task", "status", &["done", "dropped"][..], &["open", ""][..]),
            ("meeting", "status", &["held", "cancelled"], &["planned", ""]),
            ("visit", "status", &["held", "cancelled"], &["planned", ""]),
            ("call", "outcome", &["reached", "no_answer", "message", "wrong_number", ""], &["call_back"]),
        ] {
            let age_of = |value: &str, days| age(&[record(kind, 1, days, &json!({ facet: value }))], 0, NOW_MS);
            for value in done {
                assert_eq!((age_of(value, 89), age_of(value, 90)), (Age::Recent, Age::Year), "{kind} {value}");
            }
            for value in open {
                assert_eq!(age_of(value, 5_000), Age::Recent, "{kind} {value}");
            }
        }
        assert_eq!(age(&[record("note", 1, 400, &json!({"text": "Rang twice"}))], 0, NOW_MS), Age::Old);
        let kept = record("note", 1, 400, &json!({"text": "Rang twice", "keep": "always"}));
        assert_eq!(age(&[kept], 0, NOW_MS), Age::Recent);
    }

    #[test]
    fn an_invoice_is_done_with_when_it_is_paid_or_void() {
        let total = json!({"minor": 1_000, "currency": "EUR"});
        let invoice = |status: &str| {
            record("invoice", 1, 500, &json!({"status": status, "total": total, "currency": "EUR", "issued": {}}))
        };
        let payment = |id: u8, minor: i64| {
            record("payment", id, 500, &json!({"invoice": id_of(1), "amount": {"minor": minor, "currency": "EUR"}}))
        };
        assert_eq!(age(&[invoice("void")], 0, NOW_MS), Age::Old);
        assert_eq!(age(&[invoice("draft")], 0, NOW_MS), Age::Recent);
        assert_eq!(age(&[invoice("issued"), payment(2, 999)], 0, NOW_MS), Age::Recent);
        let mut taken_back = payment(3, 1);
        assert_eq!(age(&[invoice("issued"), payment(2, 999), taken_back.clone()], 0, NOW_MS), Age::Old);
        taken_back.deleted = Some(crate::record::Register(true, taken_back.latest()));
        assert_eq!(age(&[invoice("issued"), payment(2, 999), taken_back], 0, NOW_MS), Age::Recent);
    }

    #[test]
    fn a_mind_that_is_changed_half_way_leaves_nothing_behind() {
        let mut scope = Scope::of(Age::Old);
        scope.set(Age::Recent);
        scope.step(Some(RecordKey::new("lead", id_of(1))));
        scope.set(Age::Year);
        let both = Moving { from: Age::Old, after: None, then: Some(Age::Recent) };
        assert_eq!(scope.moving, Some(both.clone()), "what is older may be here, and some of a year was dropped");
        scope.set(Age::Recent);
        assert_eq!(scope.moving, Some(Moving { then: None, ..both.clone() }), "some of it was taken up again");
        scope.step(None);
        assert_eq!(scope, Scope::of(Age::Recent));

        // Wider, and before all has come, less wide.
        scope.set(Age::Old);
        scope.step(Some(RecordKey::new("lead", id_of(1))));
        scope.set(Age::Year);
        assert_eq!(scope.moving, Some(both));
        scope.step(None);
        assert_eq!(scope.moving, Some(Moving { from: Age::Recent, after: None, then: None }), "a year was never here");
        scope.step(None);
        assert_eq!(scope, Scope::of(Age::Year));
        scope.set(Age::Recent);
        scope.set(Age::Recent);
        scope.step(None);
        assert_eq!(scope, Scope::of(Age::Recent));
    }

    #[test]
    fn a_wider_scope_says_what_it_holds_beyond_a_narrower_one() {
        assert_eq!(Age::Old.beyond(Age::Recent), 1..=2);
        assert_eq!(Age::Old.beyond(Age::Year), 2..=2);
        assert!(Age::Recent.beyond(Age::Year).is_empty());
        assert_eq!(serde_json::from_str::<Age>("1").ok(), Some(Age::Year));
        assert!(serde_json::from_str::<Age>("3").is_err());
    }
}
