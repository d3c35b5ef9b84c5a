//! What two people set without knowing of each other: the later wins, and what lost is kept where everybody finds it.
//!
//! The server decides in an order that is not always seen from outside, since requests meet in the middle of their work.
//! What is demanded here is therefore only what is certain: the pairs of which one was answered before the other arrived,
//! with nobody in between.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::mutation::Op;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::schema;
use outpost_core::schema::Schema;
use serde_json::Value;

use crate::journal::Entry;
use crate::own::is_own;
use crate::scope::Ages;
use crate::tell::{Broken, Told};
use crate::world::World;

/// With what the names of such records begin.
pub(crate) const KIND: &str = "conflict/";

/// A field that was set.
struct Set<'j> {
    entry: &'j Entry,
    op: &'j Op,
    field: &'j str,
    value: &'j Value,
}

impl Set<'_> {
    fn stamp(&self) -> Hlc {
        self.entry.stamp()
    }

    /// The id of the record that keeps this value.
    fn id(&self) -> RecordId {
        RecordId::derived(self.op.id, &format!("{}/{}", self.field, self.stamp()))
    }

    /// Whether a record keeps this value.
    fn is_kept_by(&self, record: &Record) -> bool {
        let is =
            |name: &str, value: Value| *record.fields.get(name).map_or(&Value::Null, |field| field.value()) == value;
        is("record", self.op.id.to_string().into())
            && is("of", self.op.kind.clone().into())
            && is("field", self.field.into())
            && is("value", self.value.clone())
            && is("at", self.stamp().ms.into())
            && is("device", self.stamp().device.to_string().into())
    }
}

/// Each value that lost, unseen by whoever won, is kept on every device; and nothing is kept that nobody wrote.
pub(crate) fn what_lost_is_kept(world: &World, ages: &Ages) -> Told {
    let fail = |what: String| Err(Broken::new("what lost is kept", what));
    let mut sets: BTreeMap<String, Vec<Set<'_>>> = BTreeMap::new();
    for entry in world.journal.accepted() {
        for op in &entry.mutation.ops {
            for (field, value) in op.patched().into_iter().flatten() {
                let name = format!("{}/{} {field}", op.kind, op.id);
                sets.entry(name).or_default().push(Set { entry, op, field, value });
            }
        }
    }
    for (index, device) in world.devices.iter().enumerate() {
        // Of one that was settled long ago only its id is left, if this device came late.
        let is_bare = |record: &&Record| record.is_deleted() && !record.fields.contains_key("field");
        let (bare, kept): (Vec<&Record>, Vec<&Record>) = device.disk.of_kind("conflict").partition(is_bare);
        let bare: BTreeSet<RecordId> = bare.into_iter().map(|record| record.id).collect();
        let mut by_field: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
        for record in kept {
            let name = format!("{}/{} {}", record.text("of"), record.text("record"), record.text("field"));
            by_field.entry(name).or_default().push(record);
        }
        let none = Vec::new();
        if !world.journal.was_rewound() {
            // What won may be gone by the time that something later loses against it.
            let is_there = |name: &str| name.split(' ').next().is_none_or(|key| !world.journal.is_gone(key));
            for (name, sets) in sets.iter().filter(|(name, _)| is_there(name)) {
                let kept = by_field.get(name).unwrap_or(&none);
                for lost in sets.iter().filter_map(|set| loser(set, sets)) {
                    let key = RecordKey::new("conflict", lost.id());
                    let sees = ages.sees(device, &key) == Some(true);
                    if sees && !kept.iter().any(|record| lost.is_kept_by(record)) && !bare.contains(&lost.id()) {
                        let told = |set: &Set<'_>| {
                            format!(
                                "  {} at {} {:?} n {} order {} cursor {}",
                                set.value,
                                set.stamp(),
                                set.entry.arrived,
                                set.entry.mutation.n,
                                set.entry.order,
                                set.entry.cursor
                            )
                        };
                        let sets: Vec<String> = sets.iter().map(told).collect();
                        return fail(format!("device {index} lacks {} of {name}, of\n{}", lost.value, sets.join("\n")));
                    }
                }
            }
            for (name, kept) in &by_field {
                let sets = sets.get(name).map(Vec::as_slice).unwrap_or_default();
                if let Some(record) = kept.iter().find(|record| !sets.iter().any(|set| set.is_kept_by(record))) {
                    return fail(format!("device {index} keeps of {name} what nobody wrote: {record:?}"));
                }
            }
        }
    }
    Ok(())
}

/// Whether people write it: what a form shows, and whatever they have made of their own, of which the server knows nothing else.
fn is_by_hand(kind: &str, field: &str) -> bool {
    let shown = |schema: &Schema| is_own(field) || schema.field(field).is_some_and(|field| field.in_form);
    is_own(kind) || schema(kind).is_some_and(shown)
}

/// Which value lost, for certain, when this one was taken.
fn loser<'s, 'j>(set: &'s Set<'j>, all: &'s [Set<'j>]) -> Option<&'s Set<'j>> {
    if !is_by_hand(&set.op.kind, set.field) {
        return None;
    }
    let own = |other: &Set<'_>| other.stamp().device == set.stamp().device;
    let before = |other: &&Set<'_>| {
        other.entry.order <= set.entry.arrived.noted || (own(other) && other.entry.mutation.n < set.entry.mutation.n)
    };
    // Another one was under way at the same time.
    let meets = |other: &Set<'_>| {
        !own(other)
            && !before(&other)
            && other.entry.arrived.noted < set.entry.order
            && other.entry.order != set.entry.order
    };
    if all.iter().any(meets) {
        return None;
    }
    let there = all.iter().filter(before).max_by_key(|other| other.stamp())?;
    if own(there) || there.value == set.value {
        return None;
    }
    if there.stamp() > set.stamp() {
        return Some(set);
    }
    (set.entry.cursor <= there.entry.arrived.head).then_some(there)
}
