//! A server in memory, written from the documentation of `outpost_core::protocol` alone.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::{Hlc, MAX_SKEW_MS};
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::protocol::{Receipt, SyncRequest, SyncResponse, Verdict};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sync::Failure;

use crate::support::ledger::Ledger;

/// Where a record and its registers stand in the workspace's sequence.
#[derive(Debug, Clone, Default)]
struct Seqs {
    row: u64,
    fields: BTreeMap<String, u64>,
    deleted: u64,
}

/// What the server knows of a device.
#[derive(Debug, Default)]
pub struct Known {
    /// The number that its next mutation must have.
    pub next_n: u64,
    /// The latest stamp accepted of it.
    pub last: Option<Hlc>,
    /// Its mutations' stamps as sent, and their receipts.
    pub receipts: BTreeMap<u64, (Hlc, Receipt)>,
}

/// One mutation that took effect.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub device: DeviceId,
    pub n: u64,
    pub stamp: Hlc,
    pub ops: Vec<Op>,
}

/// The server.
#[derive(Debug)]
pub struct Server {
    pub epoch: String,
    pub ledger: Ledger,
    pub head: u64,
    pub devices: BTreeMap<DeviceId, Known>,
    /// Everything that took effect, in order.
    pub log: Vec<Accepted>,
    /// Rows ever sent.
    pub rows_sent: u64,
    /// What happened how often, for the test to see that it did.
    pub tally: BTreeMap<&'static str, u64>,
    /// The most mutations that fit into a body, and the most rows it sends at once.
    pub max_batch: usize,
    pub page: usize,
    seqs: BTreeMap<RecordKey, Seqs>,
    /// The workspace's sequence.
    order: BTreeMap<u64, RecordKey>,
}

impl Server {
    pub fn new(max_batch: usize, page: usize) -> Self {
        Self {
            epoch: "epoch-1".into(),
            ledger: Ledger::default(),
            head: 0,
            devices: BTreeMap::new(),
            log: vec![],
            rows_sent: 0,
            tally: BTreeMap::new(),
            max_batch,
            page,
            seqs: BTreeMap::new(),
            order: BTreeMap::new(),
        }
    }

    /// Restored from a backup that lacks nothing: only the epoch says so.
    pub fn restore(&mut self) {
        self.epoch = format!("epoch-at-{}", self.head);
    }

    /// One request, wholly: push, then pull of what was there before.
    pub fn sync(&mut self, now: u64, request: &SyncRequest) -> Result<SyncResponse, Failure> {
        if request.mutations.len() > self.max_batch {
            self.count("too large");
            return Err(Failure::TooLarge);
        }
        let monsters = request.mutations.iter().flat_map(|mutation| &mutation.ops).filter_map(monster);
        match monsters.max() {
            None => {}
            Some(false) => {
                self.count("monster too large");
                return Err(Failure::TooLarge);
            }
            Some(true) => {
                self.count("monster malformed");
                return Err(Failure::Malformed("This is no change.".into()));
            }
        }
        if request.epoch.as_ref().is_some_and(|epoch| *epoch != self.epoch) {
            self.count("epoch changed");
            return Err(Failure::EpochChanged(self.epoch.clone()));
        }
        assert!(request.cursor >= request.since && request.cursor <= self.head, "a cursor that the server gave");
        let (rows, cursor, has_more) = self.pull(request);
        let receipts = self.push(now, request);
        self.rows_sent += rows.len() as u64;
        let next_n = self.devices.entry(request.device).or_insert_with(fresh).next_n;
        if has_more {
            self.count("more pages");
        }
        let (cursor, since) = if has_more { (cursor, request.since) } else { (self.head, self.head) };
        let epoch = self.epoch.clone();
        let whole =
            |key: &RecordKey| self.ledger.records.get(key).cloned().unwrap_or_else(|| Record::empty(key.clone()));
        let records: Vec<Record> = request.wanted.iter().map(whole).collect();
        if !records.is_empty() {
            self.count("asked by name");
        }
        Ok(SyncResponse { epoch, server_ms: now, next_n, receipts, rows, cursor, since, has_more, records })
    }

    fn pull(&self, request: &SyncRequest) -> (Vec<Record>, u64, bool) {
        let limit = self.page.min(request.limit as usize);
        let mut rows: Vec<(u64, &RecordKey)> =
            self.order.range(request.cursor + 1..).take(limit + 1).map(|(seq, key)| (*seq, key)).collect();
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let cursor = rows.last().map_or(request.cursor, |(seq, _)| *seq);
        (rows.iter().map(|(_, key)| self.changed_after(key, request.since)).collect(), cursor, has_more)
    }

    fn changed_after(&self, key: &RecordKey, since: u64) -> Record {
        let (seqs, mut row) = (&self.seqs[key], self.ledger.records[key].clone());
        row.fields.retain(|name, _| seqs.fields[name] > since);
        row.deleted = row.deleted.filter(|_| seqs.deleted > since);
        row
    }

    fn push(&mut self, now: u64, request: &SyncRequest) -> Vec<Receipt> {
        let next_n = self.devices.entry(request.device).or_insert_with(fresh).next_n;
        let numbers = request.mutations.iter().map(|mutation| mutation.n);
        assert!(numbers.clone().zip(numbers.skip(1)).all(|(a, b)| b == a + 1), "a batch is contiguous");
        if request.mutations.first().is_some_and(|first| first.n > next_n) {
            return vec![];
        }
        request.mutations.iter().map(|mutation| self.receipt(now, request.device, mutation)).collect()
    }

    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn receipt(&mut self, now: u64, device: DeviceId, mutation: &Mutation) -> Receipt {
        let known = self.devices.entry(device).or_insert_with(fresh);
        if mutation.n < known.next_n {
            let (sent, receipt) = &known.receipts[&mutation.n];
            assert_eq!(*sent, mutation.hlc, "the replay of {} is another mutation", mutation.n);
            let receipt = receipt.clone();
            self.count("replayed");
            return receipt;
        }
        let stamp = bounded(mutation.hlc, now, known.last);
        if !mutation.ops.iter().all(|op| matches!(op.action, Action::Merge(_))) {
            assert!(known.last.is_none_or(|last| stamp > last), "the device's order is kept");
            known.last = Some(stamp);
        }
        known.next_n += 1;
        if stamp != mutation.hlc {
            self.count("restamped");
        }
        let verdict = match self.ledger.push(mutation, stamp) {
            Ok(winners) => {
                self.note(mutation, stamp);
                self.log.push(Accepted { device, n: mutation.n, stamp, ops: mutation.ops.clone() });
                self.count(if winners.is_empty() { "applied" } else { "superseded" });
                if winners.is_empty() { Verdict::Applied } else { Verdict::Superseded { winners } }
            }
            Err(refusal) => {
                self.count(refusal.code());
                let keys: BTreeSet<RecordKey> = mutation.ops.iter().map(Op::key).collect();
                let current = keys.iter().filter_map(|key| self.ledger.records.get(key).cloned()).collect();
                Verdict::Rejected { code: refusal.code().into(), message: refusal.to_string(), current }
            }
        };
        let receipt = Receipt { n: mutation.n, verdict, stamp: (stamp != mutation.hlc).then_some(stamp) };
        let known = self.devices.entry(device).or_insert_with(fresh);
        known.receipts.insert(mutation.n, (mutation.hlc, receipt.clone()));
        receipt
    }

    /// Moves the records that a mutation changed to the head of the sequence.
    fn note(&mut self, mutation: &Mutation, stamp: Hlc) {
        for op in &mutation.ops {
            let record = &self.ledger.records[&op.key()];
            let won: Vec<String> =
                record.fields.iter().filter(|(_, r)| r.hlc() == stamp).map(|(n, _)| n.clone()).collect();
            let deleted = record.deleted.as_ref().is_some_and(|register| register.hlc() == stamp);
            let seqs = self.seqs.entry(op.key()).or_default();
            if won.is_empty() && !deleted && seqs.row > 0 {
                continue;
            }
            self.head += 1;
            self.order.remove(&seqs.row);
            self.order.insert(self.head, op.key());
            seqs.row = self.head;
            seqs.fields.extend(won.into_iter().map(|name| (name, self.head)));
            if deleted {
                seqs.deleted = self.head;
            }
        }
    }
}

fn fresh() -> Known {
    Known { next_n: 1, ..Known::default() }
}

/// A stamp too far ahead becomes the present, after all of the device's before it.
fn bounded(stamp: Hlc, now: u64, last: Option<Hlc>) -> Hlc {
    if stamp.ms <= now + MAX_SKEW_MS {
        return stamp;
    }
    match last {
        Some(last) if last.ms >= now => match last.counter.checked_add(1) {
            Some(counter) => Hlc { counter, ..last },
            None => Hlc { ms: last.ms + 1, counter: 0, ..last },
        },
        _ => Hlc { ms: now, counter: 0, device: stamp.device },
    }
}

/// Whether an op is one that no request can carry (false), or that no server reads (true).
fn monster(op: &Op) -> Option<bool> {
    op.patched()?.get("monster")?.as_bool()
}
