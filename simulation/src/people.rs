//! People: they write, they set clocks, they look at what was refused, and they do it in either of two tabs.

use outpost_core::mutation::{Op, Patch};
use outpost_core::record::RecordKey;
use outpost_core::sync::Event;
use serde_json::json;

use crate::device::{TABS, any_error};
use crate::disk::{Lost, NotWritten};
use crate::driver::News;
use crate::fault::Fault;
use crate::tell::Told;
use crate::work::Worker;
use crate::world::{Happening, World};

impl World {
    /// Somebody does something on a device, and will again.
    pub(crate) fn work(&mut self, device: usize) -> Told {
        if !self.working {
            return Ok(());
        }
        let next = self.random.between(50, 4_000);
        self.after(next, Happening::Work(device));
        self.newcomer()?;
        self.copied(device);
        if self.happens(Fault::Clock) {
            self.devices[device].off_ms = any_error(&mut self.random);
        }
        // One of the tabs that somebody looks at.
        let awake: Vec<usize> = (0..TABS).filter(|tab| self.devices[device].tabs[*tab].is_awake()).collect();
        let Some(tab) = (!awake.is_empty()).then(|| self.random.pick(&awake)) else { return Ok(()) };
        if let Err(Lost::Crashed) = self.edit(device) {
            return self.crash(device);
        }
        // The tab that writes is not always the one that syncs, and its word may get lost.
        match self.devices[device].leader {
            Some(leader) if leader == tab => self.event(device, tab, Event::Wake),
            Some(leader) if self.random.chance(850) => {
                self.soon(1, device, leader, News::Wake);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// While the word is on its way that something went to the archive, somebody is at work on just that.
    pub(crate) fn work_on(&mut self, device: usize, keys: &[RecordKey]) -> Told {
        let Some(key) = keys.iter().find(|key| matches!(key.kind.as_str(), "lead" | "deal")).filter(|_| self.working)
        else {
            return Ok(());
        };
        let writer = self.devices[device].writer(self.now);
        let field = if key.kind == "lead" { "notes" } else { "title" };
        let late = Patch::from([(field.to_owned(), json!(format!("Late {}", self.now)))]);
        match self.devices[device].disk.write(vec![Op::patch(&key.kind, key.id, late)], &writer) {
            Ok(_) => {
                self.ops += 1;
                self.tally.count("worked on what goes");
                Ok(())
            }
            Err(NotWritten::Lost(Lost::Crashed)) => self.crash(device),
            Err(_) => Ok(()),
        }
    }

    /// A piece of work on a device's disk; what cannot be stored is told to the person, and forgotten.
    fn edit(&mut self, device: usize) -> Result<(), Lost> {
        if self.happens(Fault::Counter) {
            let left = self.random.between(0, 3) as u16;
            self.devices[device].disk.wear_out_counter(left)?;
        }
        self.look_at_rejected(device)?;
        self.think_better(device)?;
        let (at, now_ms) = (&self.devices[device], self.now);
        let pieces = Worker { device: at, random: &mut self.random, now_ms }.piece();
        let writer = at.writer(now_ms);
        for ops in pieces.into_iter().filter(|ops| !ops.is_empty()) {
            let disk = &mut self.devices[device].disk;
            let before = disk.written.len();
            let written = disk.write(ops, &writer);
            self.ops += disk.written.len().saturating_sub(before) as u64;
            match written {
                Ok(_) | Err(NotWritten::Same | NotWritten::Exhausted) => {}
                Err(NotWritten::Refused(refusal)) => self.tally.count(&format!("not written: {}", refusal.code())),
                Err(NotWritten::Lost(Lost::Aborted | Lost::Fenced)) => self.tally.count("not written: quota"),
                Err(NotWritten::Lost(Lost::Crashed)) => return Err(Lost::Crashed),
            }
        }
        Ok(())
    }

    /// A person discards something that was not sent yet, and sometimes writes it again after all.
    fn think_better(&mut self, device: usize) -> Result<(), Lost> {
        let at = &mut self.devices[device];
        let sealed = at.disk.tables.state.sealed;
        let waiting = at.disk.tables.outbox.range(sealed + 1..).filter(|(_, mutation)| !mutation.ops.is_empty());
        let waiting: Vec<u64> = waiting.map(|(n, _)| *n).collect();
        if waiting.is_empty() || !self.random.chance(100) {
            return Ok(());
        }
        let n = self.random.pick(&waiting);
        let discarded = match at.disk.discard(n) {
            Ok(discarded) => discarded,
            Err(Lost::Crashed) => return Err(Lost::Crashed),
            Err(Lost::Aborted | Lost::Fenced) => return Ok(()),
        };
        self.tally.count("discarded");
        let (again, writer) = (self.random.chance(300), at.writer(self.now));
        for ops in discarded.into_iter().filter(|_| again) {
            if let Err(NotWritten::Lost(Lost::Crashed)) = at.disk.write(ops, &writer) {
                return Err(Lost::Crashed);
            }
        }
        Ok(())
    }

    /// A person looks at what was refused, forgets it, or writes it again.
    fn look_at_rejected(&mut self, device: usize) -> Result<(), Lost> {
        let at = &mut self.devices[device];
        let Some((n, rejected)) = at.disk.tables.rejected.first_key_value() else { return Ok(()) };
        if !self.random.chance(100) {
            return Ok(());
        }
        let (n, ops) = (*n, rejected.mutation.ops.clone());
        let writer = at.writer(self.now);
        if self.random.chance(500) && matches!(at.disk.write(ops, &writer), Err(NotWritten::Lost(Lost::Crashed))) {
            return Err(Lost::Crashed);
        }
        match at.disk.dismiss(n) {
            Err(Lost::Crashed) => Err(Lost::Crashed),
            Ok(()) | Err(Lost::Aborted | Lost::Fenced) => Ok(()),
        }
    }
}
