//! What must be true when all is at rest. Each promise is a function of its own.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Action;
use outpost_core::protocol::{CheckRequest, CheckResponse, PROTOCOL, SyncRequest, SyncResponse};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use outpost_core::sync::{Commit, Status};
use outpost_server::engine::Door;
use serde_json::Value;

use crate::classify;
use crate::copies;
use crate::device::Device;
use crate::disk::{Disk, Tables};
use crate::fate;
use crate::horizon::is_left_of;
use crate::lost;
use crate::oracle::{Fold, Register, Registers, fold, of_record};
use crate::own;
use crate::random::Random;
use crate::scope::{self, Ages};
use crate::tell::{Broken, Told};
use crate::world::World;

/// The device that begins anew at the end of a story.
const FRESH: DeviceId = DeviceId(0xf00d);

type Records = BTreeMap<RecordKey, Record>;

/// Checks everything; looks once more in between.
pub(crate) fn all(world: &mut World) -> Told {
    let fold = fold(&world.journal);
    let all = anew(world, Age::everything(), &[1_000])?;
    let ages = scope::ages(world, &all);
    equals_the_oracle(world, &fold, &all, &ages)?;
    fate::every_mutation_has_its_fate(world)?;
    copies::copies_are_told_apart(world)?;
    nothing_is_resurrected(world, &fold)?;
    lost::what_lost_is_kept(world, &ages)?;
    own::what_nobody_knows_is_never_refused(world)?;
    taken_once_each_in_order(world)?;
    a_second_sync_moves_nothing(world)?;
    a_fresh_device_is_equal(world)?;
    what_was_revoked_is_gone(world, &ages)?;
    issued_is_issued_for_good(world, &fold)?;
    sums_are_those_of_the_records(world)?;
    refusals_are_shown(world)
}

/// (1) Every device holds what the oracle makes of the accepted mutations, as far as the device is to see it. So does the
/// server.
fn equals_the_oracle(world: &World, fold: &Fold, all: &Records, ages: &Ages) -> Told {
    let server = (usize::MAX, None, all);
    let devices = world.devices.iter().enumerate();
    let devices = devices.map(|(index, device)| (index, Some(device), &device.disk.tables.records));
    for (index, device, records) in devices.chain([server]) {
        let held: BTreeMap<String, Registers> = records.values().map(of_record).collect();
        let keys: BTreeSet<&String> = fold.keys().chain(held.keys()).collect();
        // What the server writes itself has a check of its own.
        for key in keys.into_iter().filter(|key| !key.starts_with(lost::KIND)) {
            let sees = |device| key_of(key).map_or(Some(true), |key| ages.sees(device, &key));
            let (held, wanted) = (held.get(key), fold.get(key));
            match device.map_or(Some(true), sees) {
                // That it holds nothing of it is another promise.
                Some(false) => continue,
                None if held.is_none() => continue,
                Some(true) | None => {}
            }
            let beneath = world.journal.was_rewound() || world.journal.is_gone(key);
            let left = world.journal.is_gone(key) && is_left_of(held, wanted);
            if held != wanted && !(beneath && both_deleted(held, wanted)) && !left {
                let refused: Vec<_> =
                    device.iter().flat_map(|device| device.disk.tables.rejected.values()).map(|it| &it.code).collect();
                let said = world.journal.history(key);
                let what = format!(
                    "device {index} holds of {key}\n  {held:?}\nand the oracle\n  {wanted:?}\nand it was refused\n  {refused:?}\nof what was said{said}"
                );
                return Err(Broken::new("(1) every device equals the oracle", what));
            }
        }
    }
    Ok(())
}

/// What lies beneath a deletion need not be sent again to a server that was restored, and goes in time.
fn both_deleted(held: Option<&Registers>, wanted: Option<&Registers>) -> bool {
    let deleted = |registers: Option<&Registers>| registers?.get("").filter(|register| register.value == true).cloned();
    deleted(held).is_some() && deleted(held) == deleted(wanted)
}

pub(crate) fn key_of(text: &str) -> Option<RecordKey> {
    let (kind, id) = text.split_once('/')?;
    Some(RecordKey::new(kind, id.parse().ok()?))
}

/// (3) What was deleted stays so until somebody restores it, and nothing comes from nowhere.
fn nothing_is_resurrected(world: &World, fold: &Fold) -> Told {
    for (index, device) in world.devices.iter().enumerate() {
        let fail = |what: String| Err(Broken::new("(3) nothing is resurrected", format!("device {index}: {what}")));
        for record in device.disk.tables.records.values() {
            let (key, registers) = of_record(record);
            if key.starts_with(lost::KIND) && !fold.contains_key(&key) {
                continue;
            }
            let Some(known) = fold.get(&key) else {
                return fail(format!("{key} was never accepted, and is there: {record:?}"));
            };
            if let Some(Register { stamp, value: Value::Bool(false), .. }) = registers.get("")
                && !world.journal.restores.contains(stamp)
            {
                return fail(format!("{key} is undeleted by {stamp}, and nobody restored it then"));
            }
            let is_issued = registers.get("issued").is_some_and(|register| !register.value.is_null());
            let is_deleted = known.get("").is_some_and(|register| register.value == true);
            let is_frozen = record.kind == "invoice" && is_issued;
            if is_deleted && !is_frozen && !record.is_deleted() {
                return fail(format!("{key} is deleted, and shown"));
            }
        }
    }
    Ok(())
}

/// (4) Each device's mutations were taken once each, in order, without a gap, with ascending stamps.
fn taken_once_each_in_order(world: &World) -> Told {
    for (index, device) in world.devices.iter().enumerate() {
        let fail = |what: String| {
            Err(Broken::new("(4) no mutation is skipped or applied twice", format!("device {index}: {what}")))
        };
        let range = (device.id, 0)..=(device.id, u64::MAX);
        let mut last = None;
        for ((_, n), entry) in world.journal.entries.range(range) {
            let wanted = last.map_or(1, |(n, _)| n + 1);
            if *n != wanted {
                return fail(format!("{n} was taken after {last:?}"));
            }
            // What is sent again has stamps of its own.
            let is_resent = entry.mutation.ops.iter().all(|op| matches!(op.action, Action::Merge(_)));
            if !is_resent && last.is_some_and(|(_, stamp)| entry.stamp() <= stamp) {
                return fail(format!("{n} has the stamp {}, after {last:?}", entry.stamp()));
            }
            let stamp = if is_resent { last.map_or(Hlc::ZERO, |(_, stamp)| stamp) } else { entry.stamp() };
            last = Some((*n, stamp));
        }
        let position = &device.disk.tables.state.position;
        if (position.cursor, position.since) != (world.head, world.head) {
            return fail(format!("the sequence goes to {}, and it has read {position:?}", world.head));
        }
    }
    Ok(())
}

/// (5) A second sync moves no row, and changes nothing.
fn a_second_sync_moves_nothing(world: &mut World) -> Told {
    let rest = |tables: &Tables| {
        let mut rest = tables.clone();
        // The difference of the clocks is measured with each answer.
        rest.state.clock.offset_ms = 0;
        // Made when they are first asked for.
        rest.sums = None;
        rest
    };
    let before: Vec<Tables> = world.devices.iter().map(|device| rest(&device.disk.tables)).collect();
    let head = world.head;
    let rows = world.look_again()?;
    let fail = |what: String| Err(Broken::new("(5) a second sync moves nothing", what));
    if rows > 0 || world.head != head {
        return fail(format!("{rows} rows came, and the sequence went from {head} to {}", world.head));
    }
    let changed = |(device, before): &(&Device, &Tables)| rest(&device.disk.tables) != **before;
    match world.devices.iter().zip(&before).position(|pair| changed(&pair)) {
        Some(index) => {
            let now = rest(&world.devices[index].disk.tables);
            fail(format!("device {index} changed what it holds, {:?} to {:?}", before[index].state, now.state))
        }
        None => Ok(()),
    }
}

/// What a device of a scope gets that begins anew, page by page.
fn anew(world: &mut World, scope: Age, pages: &[u32]) -> Result<Records, Broken> {
    let check = "(6) incremental equals fresh";
    world.servers.sign_in(FRESH, world.now)?;
    let mut disk = Disk::new(FRESH, Random::new(0));
    loop {
        let at = disk.tables.state.position.clone();
        let limit = if let [limit] = pages { *limit } else { world.random.pick(pages) };
        let (epoch, cursor, since) = (at.epoch, at.cursor, at.since);
        let request = SyncRequest {
            protocol: PROTOCOL,
            device: FRESH,
            epoch,
            cursor,
            since,
            limit,
            mutations: Vec::new(),
            wanted: Vec::new(),
            scope,
        };
        let body = serde_json::to_vec(&request).map_err(|error| Broken::new(check, error.to_string()))?;
        let reply = world.servers.ask_now(Door::Sync, FRESH, world.now, &body)?;
        let answer =
            classify::read::<SyncResponse>(&reply).map_err(|failure| Broken::new(check, format!("{failure:?}")))?;
        let has_more = answer.has_more;
        let stuck = has_more && answer.cursor <= cursor;
        let stored = disk.commit(0, &Commit::new(answer), world.now);
        if stuck || stored.is_err() {
            return Err(Broken::new(check, format!("a page after {cursor} leads nowhere")));
        }
        if !has_more {
            return Ok(disk.tables.records);
        }
    }
}

/// (6) A device that begins anew ends with what the others of its scope got bit by bit.
fn a_fresh_device_is_equal(world: &mut World) -> Told {
    let scope_of = |device: &Device| device.disk.tables.state.scope.keep;
    let scopes: BTreeSet<Age> = world.devices.iter().map(scope_of).collect();
    for scope in scopes {
        let fresh = anew(world, scope, &[1, 7, 100, 1_000])?;
        for (index, device) in world.devices.iter().enumerate().filter(|(_, device)| scope_of(device) == scope) {
            let held = &device.disk.tables.records;
            let is_gone = |key: &RecordKey| world.journal.is_gone(&format!("{}/{}", key.kind, key.id));
            let differs = |key: &&RecordKey| {
                let registers = |record: Option<&Record>| record.map(|record| of_record(record).1);
                let beneath = || both_deleted(registers(held.get(key)).as_ref(), registers(fresh.get(key)).as_ref());
                let may_differ = world.journal.was_rewound() || key.kind == "conflict" || is_gone(key);
                held.get(key) != fresh.get(key) && !(may_differ && beneath())
            };
            if let Some(key) = held.keys().chain(fresh.keys()).find(differs) {
                let (held, fresh): (Option<&Record>, _) = (held.get(key), fresh.get(key));
                let what = format!("device {index} holds of {key:?}\n  {held:?}\nand a fresh one\n  {fresh:?}");
                return Err(Broken::new("(6) incremental equals fresh", what));
            }
        }
    }
    Ok(())
}

/// (7) What a device may no longer see is not on it.
fn what_was_revoked_is_gone(world: &World, ages: &Ages) -> Told {
    for (index, device) in world.devices.iter().enumerate() {
        let mut held = device.disk.tables.records.keys();
        if let Some(key) = held.find(|key| ages.sees(device, key) == Some(false)) {
            let scope = &device.disk.tables.state.scope;
            let group = ages.group_of(key, &device.disk.tables.records);
            let what = format!("device {index} keeps {scope:?} and still has {key:?}, of {group:#?}");
            return Err(Broken::new("(7) what was revoked is gone", what));
        }
    }
    Ok(())
}

/// An invoice's number is used once, and an issued invoice is what it was when it was issued, and never gone.
fn issued_is_issued_for_good(world: &World, fold: &Fold) -> Told {
    let fail = |what: String| Err(Broken::new("what is issued is issued for good", what));
    let mut issued: BTreeMap<String, Value> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for entry in world.journal.accepted() {
        for op in entry.mutation.ops.iter().filter(|op| op.kind == "invoice") {
            let Some(document) = op.patched().and_then(|patch| patch.get("issued")) else { continue };
            let number = document["number"].as_str().unwrap_or_default();
            if !numbers.insert(number.to_owned()) {
                return fail(format!("the number {number} was given twice"));
            }
            if issued.insert(format!("invoice/{}", op.id), document.clone()).is_some() {
                return fail(format!("invoice {} was issued twice", op.id));
            }
        }
    }
    for (key, document) in &issued {
        let registers = fold.get(key);
        let value = |name: &str| registers.and_then(|registers| registers.get(name)).map(|register| &register.value);
        let is_kept = value("issued") == Some(document) && value("number") == Some(&document["number"]);
        let is_closed = matches!(value("status").and_then(Value::as_str), Some("issued" | "void"));
        if !is_kept || !is_closed {
            let history = world.journal.history(key);
            return fail(format!("{key} was issued as {document}, and is {registers:?}:{history}"));
        }
    }
    Ok(())
}

/// The sums that are kept with each change are those of what is held, on each device and on the server.
fn sums_are_those_of_the_records(world: &World) -> Told {
    let fail = |what: String| Err(Broken::new("sums are those of the records", what));
    for (index, device) in world.devices.iter().enumerate() {
        let (kept, wanted) = (&device.disk.tables.sums, device.disk.summed_up());
        if kept.as_ref().is_some_and(|kept| *kept != wanted) {
            return fail(format!("device {index} keeps others"));
        }
        let scope = device.disk.tables.state.scope.keep;
        let request = CheckRequest { protocol: PROTOCOL, device: device.id, total: wanted.total(), scope };
        let body = serde_json::to_vec(&request).unwrap_or_default();
        let reply = world.servers.ask_now(Door::Check, device.id, world.now, &body)?;
        match classify::read::<CheckResponse>(&reply) {
            Ok(answer) if answer.buckets.is_empty() => {}
            other => return fail(format!("device {index} and the server differ: {other:?}")),
        }
    }
    Ok(())
}

/// While something refused waits for a person, the indicator says so.
fn refusals_are_shown(world: &World) -> Told {
    for (index, device) in world.devices.iter().enumerate() {
        let refused = device.disk.tables.rejected.len();
        let status = device.leading().map(|tab| &tab.status);
        if matches!(status, Some(Status::NeedsYou(_))) != (refused > 0) {
            let what = format!("device {index} shows {status:?} with {refused} refused");
            return Err(Broken::new("what was refused is shown", what));
        }
    }
    Ok(())
}
