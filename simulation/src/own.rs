//! What nobody knows is never refused: names of people's own (`x_…`), and those of newer versions. That it is relayed untouched, the
//! oracle says, and that what lost is kept, `lost`.

use outpost_core::access::NOT_ALLOWED;
use outpost_core::mutation::{Action, Op};
use outpost_core::protocol::Verdict;
use serde_json::Value;

use crate::tell::{Broken, Told};
use crate::world::World;

/// The types that a server of this version knows of those that are written here.
const KNOWN: [&str; 15] = [
    "lead",
    "deal",
    "stage_event",
    "invoice",
    "invoice_line",
    "payment",
    "business",
    "conflict",
    "field",
    "object",
    "stage",
    "pipeline",
    "note",
    "call",
    "task",
];
/// What no name may be as long as it lacks.
const LACKING: [&str; 2] = ["missing_field", "record_too_large"];

/// Whether a person made it.
pub(crate) fn is_own(name: &str) -> bool {
    name.starts_with("x_")
}

/// Whether the server knows nothing of such records.
pub(crate) fn is_unknown_kind(kind: &str) -> bool {
    !KNOWN.contains(&kind)
}

/// Whether all that an op says is in names that the server does not know.
fn is_unknown(op: &Op) -> bool {
    if is_unknown_kind(&op.kind) {
        return true;
    }
    let is_one = |value: &Value| value.as_str().is_some_and(|text| is_own(text) || text == "orbiting");
    let says = |name: &str| match (op.kind.as_str(), name) {
        ("lead" | "field" | "object" | "stage", name) if is_own(name) || name == "aura" => true,
        ("lead", "status") | ("deal", "stage") => op.value(name).is_some_and(is_one),
        // The event that goes with a stage of one's own.
        ("stage_event", _) => op.value("to").is_some_and(is_one),
        _ => false,
    };
    matches!(&op.action, Action::Patch(patch) if patch.keys().all(|name| says(name)))
}

/// Checks it, and counts how much of it there was.
pub(crate) fn what_nobody_knows_is_never_refused(world: &mut World) -> Told {
    for ((device, n), entry) in &world.journal.entries {
        if entry.mutation.ops.is_empty() || !entry.mutation.ops.iter().all(is_unknown) {
            continue;
        }
        let Verdict::Rejected { code, .. } = &entry.receipt.verdict else {
            world.tally.count("own names taken");
            continue;
        };
        // A record that was never made cannot be added to, whatever the name.
        let is_of_known = entry.mutation.ops.iter().any(|op| !is_unknown_kind(&op.kind));
        let is_forbidden = code == NOT_ALLOWED && world.roles.is_any();
        if !(is_forbidden || is_of_known && LACKING.contains(&code.as_str())) {
            let what = format!("device {device}, mutation {n}: {code} to {:?}", entry.mutation);
            return Err(Broken::new("what nobody knows is never refused", what));
        }
    }
    let conflicts = world.devices.first().into_iter().flat_map(|device| device.disk.of_kind("conflict"));
    let kept = conflicts.filter(|record| is_own(record.text("field")) || is_own(record.text("of"))).count();
    (0..kept).for_each(|_| world.tally.count("own names kept in a clash"));
    // What a device of this version holds of a later one's.
    let old = world.devices.iter().filter(|device| !device.newer).flat_map(|device| device.disk.tables.records.keys());
    let met = old.filter(|key| is_unknown_kind(&key.kind) && !is_own(&key.kind)).count();
    (0..met).for_each(|_| world.tally.count("newer types met"));
    Ok(())
}
