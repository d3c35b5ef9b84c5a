//! What became of each change: nothing of what people write may get lost on its way, whoever their device is by now.

use outpost_core::access::NOT_ALLOWED;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::{Receipt, Verdict};

use crate::disk::Disk;
use crate::tell::{Broken, Told};
use crate::world::World;

/// (2) Every mutation ever written on a device was applied, superseded or visibly refused; also what it wrote before it became
/// another.
pub(crate) fn every_mutation_has_its_fate(world: &World) -> Told {
    for (index, device) in world.devices.iter().enumerate() {
        let fail =
            |what: String| Err(Broken::new("(2) every mutation has its fate", format!("device {index}: {what}")));
        let next = device.disk.tables.state.next_n;
        if !device.disk.written.keys().copied().eq(1..next) {
            return fail(format!("it gave the numbers below {next}, and wrote {:?}", device.disk.written.keys()));
        }
        let written = device.disk.written.values().map(|mutation| (device.id, mutation));
        for (id, mutation) in written {
            fate(world, &device.disk, id, mutation).or_else(fail)?;
        }
        if world.journal.was_rewound() {
            // What it had sent as somebody else, the server may have lost.
            continue;
        }
        for (id, mutation) in &device.disk.former {
            fate(world, &device.disk, *id, mutation).or_else(|what| fail(format!("as {id}, {what}")))?;
        }
    }
    Ok(())
}

/// Whether a mutation was taken whose answer was lost, and numbered anew for another epoch, as who may only look: that it was
/// refused then is shown, and true.
fn was_sent_again(world: &World, id: DeviceId, mutation: &Mutation) -> bool {
    let mut all = world.journal.entries.range((id, mutation.n + 1)..=(id, u64::MAX)).map(|(_, entry)| entry);
    let is_forbidden =
        |receipt: &Receipt| matches!(&receipt.verdict, Verdict::Rejected { code, .. } if code == NOT_ALLOWED);
    all.any(|entry| entry.mutation.hlc == mutation.hlc && is_forbidden(&entry.receipt))
}

/// What is wrong with what became of a mutation that a device wrote as `id`.
fn fate(world: &World, disk: &Disk, id: DeviceId, mutation: &Mutation) -> Result<(), String> {
    let Some(entry) = world.journal.entries.get(&(id, mutation.n)) else {
        return Err(format!("mutation {} never arrived: {mutation:?}", mutation.n));
    };
    // What was taken back on one of two copies, the other may have sent.
    let is_same = entry.mutation == *mutation || world.journal.is_taken_back(id, mutation);
    if !is_same && !world.journal.was_rewound() {
        return Err(format!("{} was written as {mutation:?} and sent as {:?}", mutation.n, entry.mutation));
    }
    let mut shown = disk.tables.rejected.values().map(|rejected| rejected.mutation.hlc);
    let is_shown = disk.dismissed.contains(&mutation.hlc) || shown.any(|stamp| stamp == mutation.hlc);
    // What no server takes is empty when it arrives; what was taken back here, a copy may have sent and been refused.
    let is_aside = disk.aside.contains(&mutation.hlc) && mutation.ops.is_empty();
    let is_rejected = matches!(entry.receipt.verdict, Verdict::Rejected { .. });
    let is_refused = is_aside || is_rejected && !mutation.ops.is_empty();
    if is_shown != is_refused && !world.journal.was_rewound() && !was_sent_again(world, id, mutation) {
        let kept = disk.tables.rejected.values().find(|rejected| rejected.mutation.hlc == mutation.hlc);
        let (n, receipt) = (mutation.n, &entry.receipt);
        return Err(format!(
            "mutation {n} has {receipt:?}, and shown as refused is {is_shown}: {kept:?}; it is {mutation:?}, and came as {:?}",
            entry.mutation
        ));
    }
    Ok(())
}
