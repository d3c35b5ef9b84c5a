//! Making device and server equal again where their sums differ, or where the server has lost what it had: pure, and
//! in both directions. What the server has is merged here; what it lacks is sent to it again, stamps and all.

use std::collections::{BTreeMap, BTreeSet};

use crate::hlc::Hlc;
use crate::mutation::{Mutation, Op, Registers};
use crate::protocol::CheckResponse;
use crate::record::{Record, RecordKey};
use crate::sums::{Delta, Sums};
use crate::sync::commit::RecordState;
use crate::sync::words::{Finding, Position};

/// The most ops in a mutation that sends records again: small enough for any server, large enough for a hundred thousand.
const RESENT_OPS: usize = 100;
/// The types that rules can be against. A mutation is refused as a whole, and one invoice that was meanwhile issued by
/// somebody else must not keep a hundred other records from a server that has lost them.
const RULED: [&str; 4] = ["invoice", "invoice_line", "stage_event", "payment"];

/// What is to be sent again, by mutation.
pub fn parcels(ops: Vec<Op>) -> Vec<Vec<Op>> {
    let (ruled, plain): (Vec<Op>, Vec<Op>) = ops.into_iter().partition(|op| RULED.contains(&op.kind.as_str()));
    let plain = plain.chunks(RESENT_OPS).map(<[Op]>::to_vec);
    // Lines after their invoices: whether a line may be what it is, its invoice says.
    plain.chain(ruled.into_iter().map(|op| vec![op])).collect()
}

/// What a comparison says. `sums` and `position` are of one transaction of this device, with nothing unsent.
pub fn compare(answer: &CheckResponse, position: &Position, sums: &Sums) -> Finding {
    if position.epoch.as_ref() != Some(&answer.epoch) || position.cursor != answer.head {
        return Finding::Moved;
    }
    if answer.buckets.is_empty() {
        return Finding::Same;
    }
    match sums.differing(&answer.buckets) {
        differing if differing.is_empty() => Finding::Same,
        differing => Finding::Differs(differing),
    }
}

/// What is to be written so that records are equal on both sides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Repair {
    /// Records that the server knew more of.
    pub put: Vec<Record>,
    /// Records that are in the archive.
    pub forget: Vec<RecordKey>,
    /// What the server lacks, to be sent to it.
    pub resend: Vec<Op>,
    /// The latest stamp that came; the clock observes it.
    pub seen: Option<Hlc>,
    /// What it does to the sums.
    pub delta: Delta,
}

/// Compares this device's records of a range with the server's, and with those that are in the archive. Nothing of `ours` may
/// be unsent.
pub fn repair(mut ours: RecordState, theirs: Vec<Record>, archived: &[RecordKey]) -> Repair {
    let mut repair = Repair::default();
    for record in archived.iter().filter_map(|key| ours.remove(key)) {
        repair.delta.take(&record);
        repair.forget.push(record.key());
    }
    for their in theirs {
        repair.seen = repair.seen.max(Some(their.latest()));
        let before = ours.remove(&their.key());
        let mut merged = before.clone().unwrap_or_else(|| Record::empty(their.key()));
        let news = merged.merge(their.clone());
        repair.resend.extend(lacking(&merged, &their));
        if news {
            before.iter().for_each(|before| repair.delta.take(before));
            repair.delta.add(&merged);
            repair.put.push(merged);
        }
    }
    // Whatever is left the server has not heard of.
    repair.resend.extend(ours.into_values().filter_map(|record| lacking(&record, &Record::empty(record.key()))));
    repair
}

/// The registers of `merged` that `their` lacks, without those that merely stand in for what is not known. What lies beneath a deletion that both know of may be gone on one side.
fn lacking(merged: &Record, their: &Record) -> Option<Op> {
    let known = |hlc: Hlc| hlc != Hlc::ZERO;
    let deleted =
        merged.deleted.clone().filter(|deleted| known(deleted.hlc()) && their.deleted.as_ref() != Some(deleted));
    let mut fields = merged.fields.clone();
    fields.retain(|name, register| known(register.hlc()) && their.fields.get(name) != Some(register));
    if merged.is_deleted() && deleted.is_none() {
        fields.clear();
    }
    let registers = Registers { fields, deleted };
    (!registers.is_empty()).then(|| Op::merge(merged.key(), registers))
}

/// The outbox for a server that has lost what this device was acknowledged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rebased {
    /// The outbox in whole, in the order of `n`.
    pub outbox: Vec<Mutation>,
    /// The number of the next mutation.
    pub next_n: u64,
}

/// The records that [`rebase`] must see.
pub fn wanted_by_rebase(outbox: &[Mutation]) -> BTreeSet<RecordKey> {
    outbox.iter().flat_map(|mutation| &mutation.ops).map(Op::key).collect()
}

/// Numbers the unsent mutations anew for a server whose next number is `next_n`, and puts before them what they stand on:
/// the records that they change, as these were. What else the server lacks is found by comparing, later.
///
/// Mutations below `next_n` were seen by it, though their answers were lost: they stay as they are. `stamp` is one for
/// the mutations that are put before.
pub fn rebase(outbox: Vec<Mutation>, next_n: u64, records: &RecordState, stamp: Hlc, schema: u32) -> Rebased {
    let unsent: BTreeSet<Hlc> = outbox.iter().map(|mutation| mutation.hlc).collect();
    let (mut rebased, open): (Vec<Mutation>, Vec<Mutation>) =
        outbox.into_iter().partition(|mutation| mutation.n < next_n);
    let beneath: BTreeMap<&RecordKey, Registers> =
        records.iter().map(|(key, record)| (key, acknowledged(record, &unsent))).collect();
    let wanted = wanted_by_rebase(&open);
    let ops: Vec<Op> = beneath
        .into_iter()
        .filter(|(key, registers)| wanted.contains(*key) && !registers.is_empty())
        .map(|(key, registers)| Op::merge(key.clone(), registers))
        .collect();
    let resent = parcels(ops).into_iter().map(|ops| Mutation { n: 0, schema, hlc: stamp, ops });
    let mut n = next_n;
    for mutation in resent.chain(open) {
        rebased.push(Mutation { n, ..mutation });
        n += 1;
    }
    Rebased { outbox: rebased, next_n: n }
}

/// The registers of a record that no unsent mutation has set, and that do not merely stand in for what is not known.
fn acknowledged(record: &Record, unsent: &BTreeSet<Hlc>) -> Registers {
    let mut fields = record.fields.clone();
    let is_sent = |hlc: Hlc| hlc != Hlc::ZERO && !unsent.contains(&hlc);
    fields.retain(|_, register| is_sent(register.hlc()));
    Registers { fields, deleted: record.deleted.clone().filter(|deleted| is_sent(deleted.hlc())) }
}
