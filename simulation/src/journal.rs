//! What the server said of each mutation, as seen at its door: answers that got lost on the way are in it too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::protocol::{Receipt, SyncRequest, SyncResponse, Verdict};

use crate::tally::Tally;
use crate::tell::{Broken, Told};

/// What was known of the server when a request arrived.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Arrived {
    /// How many mutations had been noted.
    pub(crate) noted: u64,
    /// How far its sequence went, at least.
    pub(crate) head: u64,
    /// What o'clock it was, in milliseconds since 1970.
    pub(crate) ms: u64,
}

/// A mutation and its receipt.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) mutation: Mutation,
    pub(crate) receipt: Receipt,
    pub(crate) arrived: Arrived,
    /// How far its device had read the sequence.
    pub(crate) cursor: u64,
    /// Which one it was of all that were noted.
    pub(crate) order: u64,
}

impl Entry {
    /// The stamp by which the server took it.
    pub(crate) fn stamp(&self) -> Hlc {
        self.receipt.stamp.unwrap_or(self.mutation.hlc)
    }

    pub(crate) fn is_accepted(&self) -> bool {
        !matches!(self.receipt.verdict, Verdict::Rejected { .. })
    }
}

/// By device and number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    pub(crate) entries: BTreeMap<(DeviceId, u64), Entry>,
    next_n: BTreeMap<DeviceId, u64>,
    /// What each device's next number was when a backup was made.
    marked: BTreeMap<DeviceId, u64>,
    rewound: bool,
    noted: u64,
    /// Mutations that the server may have taken when it was killed, and nobody heard of it; with how far their device had
    /// read the sequence at most.
    killed: BTreeMap<(DeviceId, u64), (Arrived, u64)>,
    /// Devices that were ever copied: what one of the two took back, the other may have sent.
    copied: BTreeSet<DeviceId>,
    /// The stamps of all restores ever accepted.
    pub(crate) restores: BTreeSet<String>,
    /// The records, by `type/id`, of which the server may have dropped what lay beneath their deletion.
    gone: BTreeSet<String>,
}

const TWICE: &str = "(4) no mutation is skipped or applied twice";

impl Journal {
    /// The number that a device's next mutation must have.
    pub(crate) fn next_n(&self, device: DeviceId) -> u64 {
        self.next_n.get(&device).copied().unwrap_or(1)
    }

    /// How many mutations were ever noted.
    pub(crate) fn noted(&self) -> u64 {
        self.noted
    }

    /// The server is killed at work on a request.
    pub(crate) fn may_have(&mut self, request: &SyncRequest, arrived: Arrived) {
        for mutation in &request.mutations {
            let (_, cursor) = self.killed.entry((request.device, mutation.n)).or_insert((arrived, 0));
            *cursor = request.cursor.max(*cursor);
        }
    }

    /// Whether it is known of every mutation whether the server has taken it.
    pub(crate) fn is_certain(&self) -> bool {
        self.killed.keys().all(|(device, n)| *n < self.next_n(*device))
    }

    /// A backup is made.
    pub(crate) fn mark(&mut self) {
        self.marked.clone_from(&self.next_n);
    }

    /// The server goes back to the backup.
    pub(crate) fn rewind(&mut self) {
        self.next_n.clone_from(&self.marked);
        let next_n = &self.next_n;
        self.entries.retain(|(device, n), _| *n < next_n.get(device).copied().unwrap_or(1));
        // What was killed before the backup is known by now, and what was after is gone.
        self.killed.clear();
        self.rewound = true;
    }

    /// Whether it ever did.
    pub(crate) fn was_rewound(&self) -> bool {
        self.rewound
    }

    /// Of these records the server may have dropped what lies beneath their deletion.
    pub(crate) fn may_be_gone(&mut self, keys: impl IntoIterator<Item = String>) {
        self.gone.extend(keys);
    }

    /// Whether the server may ever have dropped what lay beneath a record's deletion.
    pub(crate) fn is_gone(&self, key: &str) -> bool {
        self.gone.contains(key)
    }

    /// Whether there is any such record.
    pub(crate) fn has_gone(&self) -> bool {
        !self.gone.is_empty()
    }

    /// There is another device of this id.
    pub(crate) fn copied(&mut self, device: DeviceId) {
        self.copied.insert(device);
    }

    /// Whether there ever was.
    pub(crate) fn was_copied(&self, device: DeviceId) -> bool {
        self.copied.contains(&device)
    }

    /// Whether a mutation may be empty though its number was sent with something in it: one of two copies took it back, or it sent
    /// what others had a part in, and its writer was removed.
    pub(crate) fn is_taken_back(&self, device: DeviceId, mutation: &Mutation) -> bool {
        let is_of_others = |entry: &Entry| entry.mutation.ops.iter().all(|op| matches!(op.action, Action::Merge(_)));
        let was_of_others = || self.entries.get(&(device, mutation.n)).is_some_and(is_of_others);
        mutation.ops.is_empty() && (self.was_copied(device) || was_of_others())
    }

    /// Takes note of an answer.
    pub(crate) fn note(
        &mut self,
        request: &SyncRequest,
        answer: &SyncResponse,
        arrived: Arrived,
        tally: &mut Tally,
    ) -> Told {
        let device = request.device;
        if self.rewound && answer.receipts.is_empty() {
            // The server lacks what came before.
            return Ok(());
        }
        if answer.receipts.len() != request.mutations.len() {
            let what = format!(
                "device {device} sent {} mutations from {:?} and has {} receipts; the server wants {}",
                request.mutations.len(),
                request.mutations.first().map(|mutation| mutation.n),
                answer.receipts.len(),
                answer.next_n
            );
            return Err(Broken::new(TWICE, what));
        }
        for (mutation, receipt) in request.mutations.iter().zip(&answer.receipts) {
            let killed = self.killed.get(&(device, mutation.n)).copied();
            if !self.entries.contains_key(&(device, mutation.n)) {
                let first_ms = killed.map_or(answer.server_ms, |(at, _)| at.ms.min(answer.server_ms));
                bounded(device, mutation, receipt, first_ms..=answer.server_ms)?;
            }
            self.noted += 1;
            let (arrived, cursor) =
                killed.map_or((arrived, request.cursor), |(at, cursor)| (at, request.cursor.max(cursor)));
            let (mutation, receipt) = (mutation.clone(), receipt.clone());
            let entry = Entry { mutation, receipt, arrived, cursor, order: self.noted };
            self.receipt(device, entry, tally)?;
        }
        if let Some(last) = request.mutations.last().filter(|last| answer.next_n <= last.n) {
            return Err(Broken::new(TWICE, format!("device {device}: after {} next is {}", last.n, answer.next_n)));
        }
        Ok(())
    }

    fn receipt(&mut self, device: DeviceId, entry: Entry, tally: &mut Tally) -> Told {
        let Entry { mutation, receipt, .. } = &entry;
        let fail = |what: String| Err(Broken::new(TWICE, format!("device {device}, mutation {}: {what}", mutation.n)));
        if receipt.n != mutation.n {
            return fail(format!("its receipt is of {}", receipt.n));
        }
        let is_taken_back = self.is_taken_back(device, mutation);
        let was_copied = self.was_copied(device);
        if let Some(before) = self.entries.get_mut(&(device, mutation.n)) {
            tally.count("replayed");
            if was_copied && before.mutation.ops.is_empty() && before.mutation.hlc == mutation.hlc {
                // The one that was taken back got its answer first.
                before.mutation.ops.clone_from(&mutation.ops);
            }
            if before.mutation != *mutation && !is_taken_back {
                return fail(format!("it was sent as {:?} before, and as {mutation:?} now", before.mutation));
            }
            if before.receipt != *receipt {
                return fail(format!("its receipt was {:?} before, and is {receipt:?} now", before.receipt));
            }
            return Ok(());
        }
        let next = self.next_n(device);
        if mutation.n != next {
            return fail(format!("it was taken while {next} was the next"));
        }
        self.next_n.insert(device, next + 1);
        let name = match &receipt.verdict {
            Verdict::Applied => "applied",
            Verdict::Superseded { .. } => "superseded",
            Verdict::Rejected { code, .. } => code,
        };
        tally.count(name);
        if receipt.stamp.is_some() {
            tally.count("restamped");
        }
        if mutation.ops.iter().any(|op| op.action == Action::Restore) {
            self.restores.insert(entry.stamp().to_string());
        }
        self.entries.insert((device, entry.mutation.n), entry);
        Ok(())
    }

    /// Those that took effect.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values().filter(|entry| entry.is_accepted())
    }

    /// What was ever said of a record, by `type/id`, in the order in which it was: a line each, for people.
    pub(crate) fn history(&self, key: &str) -> String {
        let touches = |op: &Op| format!("{}/{}", op.kind, op.id) == key;
        let mut entries: Vec<_> =
            self.entries.iter().filter(|(_, entry)| entry.mutation.ops.iter().any(touches)).collect();
        entries.sort_by_key(|(_, entry)| entry.order);
        let line = |((device, n), entry): (&(DeviceId, u64), &Entry)| {
            let Entry { mutation, receipt, arrived, .. } = entry;
            let ops = mutation.ops.iter().filter(|op| touches(op)).map(|op| &op.action).collect::<Vec<_>>();
            format!(
                "\n  at {} from {device} number {n}, made {}, taken {}: {:?} of {ops:?}",
                arrived.ms,
                mutation.hlc,
                entry.stamp(),
                receipt.verdict
            )
        };
        entries.into_iter().map(line).collect()
    }
}

/// No stamp is far ahead of the server's time once the server has taken it, and none is rewritten without need.
///
/// A request may have been under way for a while, and a rewritten stamp may come a millisecond after the latest one. It was taken at
/// one of these `times`, in milliseconds since 1970: a server that was killed at work on it may have taken it then.
fn bounded(device: DeviceId, mutation: &Mutation, receipt: &Receipt, times: RangeInclusive<u64>) -> Told {
    const SKEW: u64 = 60_000;
    let fail = |what: &str| {
        let what = format!("device {device}, mutation {} at {times:?}: {what}: {mutation:?}, {receipt:?}", mutation.n);
        Err(Broken::new("clocks that run ahead are bounded, and no others are touched", what))
    };
    if receipt.stamp.unwrap_or(mutation.hlc).ms > times.end() + SKEW + 1 {
        return fail("it is too far ahead");
    }
    if receipt.stamp.is_some() && mutation.hlc.ms <= times.start() + SKEW {
        return fail("it was rewritten");
    }
    Ok(())
}
