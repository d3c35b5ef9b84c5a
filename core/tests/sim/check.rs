//! What must be true when all is at rest.

use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::protocol::Verdict;
use outpost_core::record::Record;
use outpost_core::sync::Status;
use serde_json::Value;

use super::server::Server;
use super::world::World;
use crate::support::ledger::Ledger;

/// A record as the oracle knows it: a value and a stamp for each register; the deletion register has no name.
type Registers = BTreeMap<String, (Hlc, Value)>;

/// Checks everything.
pub fn all(world: &World) {
    numbers(&world.server);
    oracle(&world.server);
    issued_for_good(&world.server);
    for (index, device) in world.devices.iter().enumerate() {
        same(&device.disk.ledger, &world.server.ledger, index);
        fates(world, index);
        let refused = device.disk.rejected.len();
        let is_told = matches!(device.status, Status::NeedsYou(_));
        assert_eq!(is_told, refused > 0, "device {index} shows {:?} with {refused} refused", device.status);
    }
}

/// A device holds what the server holds; says just what differs.
fn same(device: &Ledger, server: &Ledger, index: usize) {
    for key in device.records.keys().chain(server.records.keys()) {
        let (held, wanted) = (device.records.get(key), server.records.get(key));
        assert_eq!(held, wanted, "device {index} holds of {key:?} what the server holds");
    }
}

/// Each device's mutations were taken once each, in order, without a gap, with ascending stamps.
fn numbers(server: &Server) {
    for (id, known) in &server.devices {
        assert!(known.receipts.keys().copied().eq(1..known.next_n), "{id}: {:?}", known.receipts.keys());
        // The stamp of what is sent again, or of what does nothing any more, is that of no register.
        let own = |op: &Op| !matches!(op.action, Action::Merge(_));
        let entries = server.log.iter().filter(|entry| entry.device == *id && entry.ops.iter().any(own));
        let accepted: Vec<(u64, Hlc)> = entries.map(|entry| (entry.n, entry.stamp)).collect();
        for pair in accepted.windows(2) {
            assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1, "{id}: {pair:?} out of order");
        }
    }
}

/// Every mutation ever written on a device was applied, superseded or visibly refused.
fn fates(world: &World, index: usize) {
    let device = &world.devices[index];
    assert!(device.written.keys().copied().eq(1..device.disk.next_n), "nothing written was forgotten");
    let none = BTreeMap::new();
    let receipts = world.server.devices.get(&device.id).map_or(&none, |known| &known.receipts);
    for (n, mutation) in &device.written {
        let (sent, receipt) = receipts.get(n).unwrap_or_else(|| panic!("device {index}: {n} never arrived"));
        assert_eq!(*sent, mutation.hlc, "device {index}: {n} is what was written");
        let shown = device.disk.rejected.get(&mutation.hlc);
        match receipt.verdict {
            Verdict::Rejected { .. } => assert_eq!(shown.map(|shown| &shown.0), Some(mutation), "{n} is shown"),
            _ if device.discarded.contains(&mutation.hlc) => assert!(shown.is_none(), "{n} was discarded"),
            // What was sent in its place was taken.
            Verdict::Applied | Verdict::Superseded { .. } => {
                let is_monster = |mutation: &Mutation| mutation.ops.iter().any(|op| op.value("monster").is_some());
                assert!(shown.is_none_or(|shown| is_monster(&shown.0)), "{n} was taken");
                assert!(shown.is_some() || !is_monster(mutation), "{n} is nothing that a server takes");
            }
        }
    }
}

/// The server holds what the mutations that it took say, by the last write, reckoned another way.
fn oracle(server: &Server) {
    let mut expected: BTreeMap<(String, String), Registers> = BTreeMap::new();
    for entry in &server.log {
        for op in &entry.ops {
            let registers = expected.entry((op.kind.clone(), op.id.to_string())).or_default();
            let mut set = |name: &str, at: Hlc, value: Value| {
                if registers.get(name).is_none_or(|(stamp, _)| at > *stamp) {
                    registers.insert(name.to_owned(), (at, value));
                }
            };
            match &op.action {
                Action::Patch(patch) => patch.iter().for_each(|(name, value)| set(name, entry.stamp, value.clone())),
                Action::Delete => set("", entry.stamp, Value::Bool(true)),
                Action::Restore => set("", entry.stamp, Value::Bool(false)),
                Action::Merge(merged) => {
                    merged.fields.iter().for_each(|(name, field)| set(name, field.hlc(), field.value().clone()));
                    merged.deleted.iter().for_each(|gone| set("", gone.hlc(), Value::Bool(*gone.value())));
                }
            }
        }
    }
    let held: BTreeMap<(String, String), Registers> = server
        .ledger
        .records
        .values()
        .map(|record| ((record.kind.clone(), record.id.to_string()), registers(record)))
        .collect();
    assert_eq!(held, expected, "the server holds what the oracle does");
}

fn registers(record: &Record) -> Registers {
    let fields =
        record.fields.iter().map(|(name, register)| (name.clone(), (register.hlc(), register.value().clone())));
    let deleted = record.deleted.as_ref().map(|d| (String::new(), (d.hlc(), Value::Bool(*d.value()))));
    fields.chain(deleted).collect()
}

/// Numbers are used once, and an issued invoice is what it was when it was issued, and never gone.
fn issued_for_good(server: &Server) {
    let mut first: BTreeMap<String, (String, Value)> = BTreeMap::new();
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    for entry in &server.log {
        for op in entry.ops.iter().filter(|op| op.kind == "invoice") {
            let Some(document) = op.patched().and_then(|patch| patch.get("issued")) else { continue };
            let number = document["number"].as_str().unwrap_or_default().to_owned();
            assert_eq!(numbers.insert(number.clone(), op.id.to_string()), None, "{number} is used once");
            let before = first.insert(op.id.to_string(), (number, document.clone()));
            assert!(before.is_none(), "{} is issued once", op.id);
        }
    }
    for record in server.ledger.of_kind("invoice") {
        if let Some((number, document)) = first.get(&record.id.to_string()) {
            assert_eq!((record.text("number"), record.get("issued")), (number.as_str(), Some(document)));
            assert!(!record.is_deleted(), "{number} is never gone");
            assert!(matches!(record.text("status"), "issued" | "void"));
        }
    }
}
