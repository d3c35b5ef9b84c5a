//! Months go by, and the server drops what lies beneath deletions that are older than half a year.
//!
//! Which records may lose something is reckoned from the journal alone: those that are deleted, and of which the server took
//! whatever they hold half a year ago or earlier. Of all others everything must be there as ever.

use std::collections::BTreeSet;

use outpost_core::horizon::HORIZON_MS;
use outpost_core::record::RecordKey;
use outpost_core::scope::Age;
use serde_json::Value;

use crate::check::key_of;
use crate::disk::Lost;
use crate::fault::Fault;
use crate::oracle::{Fold, Registers, fold};
use crate::own::is_unknown_kind;
use crate::tell::Told;
use crate::world::World;

const DAY: u64 = 24 * 60 * 60 * 1_000;

impl World {
    /// Now and then nobody does anything for a while.
    pub(crate) fn months_go_by(&mut self) -> Told {
        if !self.is_possible(Fault::Horizon) || !self.happens(Fault::Horizon) {
            return Ok(());
        }
        self.tend()?;
        let days = self.random.pick(&[1, 60, 100, 179, 181, 200]);
        self.tally.count("months go by");
        self.sleep(days * DAY);
        self.tend()?;
        self.minds_change()
    }

    /// Devices keep more or less from now on, and somebody brings something back from the archive.
    fn minds_change(&mut self) -> Told {
        for device in 0..self.devices.len() {
            if !self.random.chance(300) {
                continue;
            }
            let keep = self.random.pick(&Age::ALL);
            match self.devices[device].disk.set_scope(keep) {
                Ok(()) => self.tally.count("scope changed"),
                Err(Lost::Crashed) => self.crash(device)?,
                // It stays as it was.
                Err(Lost::Aborted | Lost::Fenced) => {}
            }
        }
        let mut known: Vec<RecordKey> = fold(&self.journal).keys().filter_map(|key| key_of(key)).collect();
        known.retain(|_| self.random.chance(30));
        if !known.is_empty() {
            self.tally.count("brought back");
            self.recalled.extend(known.iter().map(|key| (key.clone(), self.now)));
            self.servers.recall(&known, self.now)?;
        }
        Ok(())
    }

    pub(crate) fn tend(&mut self) -> Told {
        let fold = fold(&self.journal);
        let before_ms = self.now.saturating_sub(HORIZON_MS);
        let old = |registers: &Registers| registers.values().all(|register| register.taken_ms <= before_ms);
        let gone = fold.iter().filter(|(key, registers)| is_deleted(key, registers) && old(registers));
        let gone: Vec<String> =
            gone.filter(|(key, rest)| !is_kept(key, rest, &fold)).map(|(key, _)| key.clone()).collect();
        self.journal.may_be_gone(gone);
        self.tended_ms = self.now;
        let tended = self.servers.tend(self.now)?;
        (0..tended.archived).for_each(|_| self.tally.count("archived"));
        (0..tended.compacted).for_each(|_| self.tally.count("compacted"));
        Ok(())
    }
}

fn value<'r>(registers: &'r Registers, name: &str) -> Option<&'r Value> {
    registers.get(name).map(|register| &register.value).filter(|value| !value.is_null())
}

fn is_issued(registers: &Registers) -> bool {
    value(registers, "issued").is_some()
}

fn is_deleted(key: &str, registers: &Registers) -> bool {
    value(registers, "") == Some(&Value::Bool(true)) && !(key.starts_with("invoice/") && is_issued(registers))
}

/// Whether it belongs to what is issued, or nobody knows what it is.
fn is_kept(key: &str, registers: &Registers, fold: &Fold) -> bool {
    if key.split('/').next().is_some_and(is_unknown_kind) {
        return true;
    }
    let is_part = key.starts_with("invoice_line/") || key.starts_with("payment/");
    let invoice = value(registers, "invoice").and_then(Value::as_str).filter(|_| is_part);
    invoice.and_then(|id| fold.get(&format!("invoice/{id}"))).is_some_and(is_issued)
}

/// Whether what is held of a record is what is left of it, where the server may have dropped what was beneath its deletion:
/// some of it, and what was set earlier where the rest was on no device any more.
pub(crate) fn is_left_of(held: Option<&Registers>, wanted: Option<&Registers>) -> bool {
    let (Some(held), Some(wanted)) = (held, wanted) else { return false };
    let names: BTreeSet<&String> = held.keys().collect();
    held.get("") == wanted.get("")
        && names.into_iter().all(|name| match (held.get(name), wanted.get(name)) {
            (Some(held), Some(wanted)) => held == wanted || held.stamp < wanted.stamp,
            _ => false,
        })
}
