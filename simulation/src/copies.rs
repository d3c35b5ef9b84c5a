//! A browser's profile is copied, or the disk that it is on, with unsent work and a history: two devices with one id and one number
//! for what each writes next, and each goes on. The server notices by what they send, and whoever it tells becomes a device
//! of its own, with a number series of its own.
//!
//! Nothing of what either wrote may get lost, which `fate` sees to; and what both had unsent when they were one is taken
//! once, though both send it.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;

use crate::fault::Fault;
use crate::journal::Entry;
use crate::tell::{Broken, Told};
use crate::world::{CROWD, World};

/// Who was copied, and who came of it.
#[derive(Debug, Default)]
pub(crate) struct Family {
    /// Who each device was before it became another.
    before: BTreeMap<DeviceId, DeviceId>,
    copies: Vec<Copied>,
}

/// A device as it was copied.
#[derive(Debug)]
struct Copied {
    id: DeviceId,
    /// What it had not sent, or had no answer to.
    unsent: Vec<Mutation>,
}

impl Family {
    /// Whether anybody was copied.
    pub(crate) fn is_any(&self) -> bool {
        !self.copies.is_empty()
    }

    /// Whether a device was this one before it became another.
    fn was(&self, device: DeviceId, id: DeviceId) -> bool {
        let mut before = std::iter::successors(Some(device), |device| self.before.get(device).copied());
        before.any(|before| before == id)
    }
}

impl World {
    /// Somebody copies a device, mostly one with unsent work, and both work on.
    pub(crate) fn copied(&mut self, device: usize) {
        let outbox = &self.devices[device].disk.tables.outbox;
        let (unsent, id): (Vec<Mutation>, _) = (outbox.values().cloned().collect(), self.devices[device].id);
        // Of two copies on a server that was set back, each may go on for a while as if it were alone.
        if self.devices.len() >= CROWD
            || self.is_possible(Fault::Rollback)
            || !self.happens(Fault::Copy)
            || (unsent.is_empty() && self.random.chance(700))
        {
            return;
        }
        self.tally.count("device copied");
        self.journal.copied(id);
        self.family.copies.push(Copied { id, unsent });
        let copy = self.devices[device].copy(&mut self.random);
        let (is_signed_out, number) = (!copy.signed_in, self.devices.len());
        self.devices.push(copy);
        self.begins(number, 5_000);
        if is_signed_out {
            self.signed_out(number);
        }
    }

    /// Who a device is, it learns from its disk.
    pub(crate) fn learns_who_it_is(&mut self, device: usize) {
        let at = &mut self.devices[device];
        let (was, is) = (at.id, at.disk.tables.state.clock.device);
        at.id = is;
        if was != is {
            self.family.before.insert(is, was);
        }
    }
}

/// From which number on the copies of a device were not the same any more: there one of them took back what it had not sent, or
/// wrote something else.
fn parted(world: &World, id: DeviceId) -> u64 {
    let unsent = || world.family.copies.iter().filter(|copied| copied.id == id).flat_map(|copied| &copied.unsent);
    let first = unsent().map(|mutation| mutation.n).min().unwrap_or(1);
    let is_other = |n: u64, entry: &Entry| {
        entry.mutation.ops.is_empty() || unsent().any(|mutation| mutation.n == n && *mutation != entry.mutation)
    };
    let mut taken = world.journal.entries.range((id, first)..=(id, u64::MAX));
    let other = taken.find(|((_, n), entry)| is_other(*n, entry)).map(|((_, n), _)| *n);
    other.unwrap_or_else(|| world.journal.next_n(id))
}

/// What two copies both had unsent was taken once, and no two devices number their invoices by one series.
pub(crate) fn copies_are_told_apart(world: &World) -> Told {
    let fail = |what: String| Err(Broken::new("copies are told apart", what));
    let mut by_time: BTreeMap<(u64, u16), Vec<(DeviceId, &Entry)>> = BTreeMap::new();
    for ((device, _), entry) in &world.journal.entries {
        let stamp = entry.mutation.hlc;
        by_time.entry((stamp.ms, stamp.counter)).or_default().push((*device, entry));
    }
    // Whoever begins again with a server that was restored, as far as a device can tell, numbers what waits anew, and no number says
    // any more what both had.
    for Copied { id, unsent } in world.family.copies.iter().filter(|_| world.epochs == 0) {
        let parted = parted(world, *id);
        for mutation in unsent.iter().filter(|mutation| mutation.n < parted) {
            let twin = |(device, entry): &&(DeviceId, &Entry)| {
                *device != *id && world.family.was(*device, *id) && entry.mutation.ops == mutation.ops
            };
            let at_that_time = by_time.get(&(mutation.hlc.ms, mutation.hlc.counter)).into_iter().flatten();
            if let Some((device, again)) = at_that_time.filter(|_| !mutation.ops.is_empty()).find(twin) {
                return fail(format!("{id} sent {mutation:?}, and {device} sent it again: {:?}", again.receipt));
            }
        }
    }
    let mut series: BTreeMap<&str, BTreeSet<DeviceId>> = BTreeMap::new();
    for device in &world.devices {
        series.entry(&device.disk.tables.state.series).or_default().insert(device.id);
    }
    match series.iter().find(|(_, devices)| devices.len() > 1) {
        Some((series, devices)) if !world.one_series && !world.journal.was_rewound() => {
            fail(format!("{devices:?} all number by {series}"))
        }
        _ => Ok(()),
    }
}
