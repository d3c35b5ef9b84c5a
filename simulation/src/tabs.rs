//! The two tabs of a device, and the lock between them: one holds it and syncs. As `src/sync/lead.rs` of the app does it: a
//! holder that is frozen is replaced after nine seconds, and when it wakes up it hears what has waited for it, in order,
//! until it comes to the word that its lock is gone.

use outpost_core::sync::{Event, Machine, Status};

use crate::device::TABS;
use crate::disk::Lost;
use crate::driver::News;
use crate::tell::Told;
use crate::world::{Happening, World};

/// How long a tab that got the lock waits when the store is not to be had, in milliseconds.
const RETRY: u64 = 1_000;

/// A tab.
#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) open: bool,
    pub(crate) frozen: bool,
    /// There is one while it holds the lock.
    pub(crate) machine: Option<Machine>,
    /// Counts the machines: what an earlier one asked for is never reported to a later one.
    pub(crate) turn: u64,
    /// By what the store knows it, since it last took the lead.
    pub(crate) fence: u64,
    /// Work under way in this turn. Never more than one.
    pub(crate) under_way: Option<&'static str>,
    /// Counts requests: after an answer or a time-out, what else comes for it is not heard.
    pub(crate) request: u64,
    /// The latest timer that was set, and whether it is still to come.
    pub(crate) timer: (u64, bool),
    pub(crate) status: Status,
    /// Whether the server tells it of news: it may still think so when it no longer does.
    pub(crate) live: bool,
    /// What waits for it while it is frozen.
    pub(crate) inbox: Vec<(u64, News)>,
}

impl Tab {
    /// Whether somebody can work in it.
    pub(crate) const fn is_awake(&self) -> bool {
        self.open && !self.frozen
    }
}

impl Default for Tab {
    fn default() -> Self {
        Self {
            open: false,
            frozen: false,
            machine: None,
            turn: 0,
            fence: 0,
            under_way: None,
            request: 0,
            timer: (0, false),
            status: Status::Local,
            live: false,
            inbox: Vec::new(),
        }
    }
}

impl World {
    /// A tab begins to sync, if nobody does.
    pub(crate) fn elect(&mut self, device: usize) -> Told {
        let at = &mut self.devices[device];
        if at.leader.is_none() {
            at.leader = at.tabs.iter().position(Tab::is_awake);
        }
        let Some(tab) = at.leader.filter(|tab| at.tabs[*tab].is_awake() && at.tabs[*tab].machine.is_none()) else {
            return Ok(());
        };
        match at.disk.take_lead() {
            Ok(fence) => at.tabs[tab].fence = fence,
            Err(Lost::Crashed) => return self.crash(device),
            Err(Lost::Aborted | Lost::Fenced) => {
                self.after(RETRY, Happening::Lead(device));
                return Ok(());
            }
        }
        let runs = &mut at.tabs[tab];
        runs.turn += 1;
        (runs.machine, runs.status) = (Some(Machine::new(self.random.next())), Status::Local);
        self.event(device, tab, Event::Start)
    }

    /// A tab stops to sync, and hears nothing any more of what was under way.
    pub(crate) fn end(&mut self, device: usize, tab: usize) {
        let ends = &mut self.devices[device].tabs[tab];
        ends.turn += 1;
        (ends.machine, ends.under_way, ends.timer.1, ends.live) = (None, None, false, false);
    }

    /// The lock is taken from a tab that is frozen.
    pub(crate) fn steal(&mut self, device: usize) -> Told {
        let at = &mut self.devices[device];
        let Some(holder) = at.leader.filter(|tab| at.tabs[*tab].frozen) else { return Ok(()) };
        if let Some(other) = at.tabs.iter().position(Tab::is_awake) {
            at.tabs[holder].inbox.push((0, News::LockLost));
            at.leader = Some(other);
            self.tally.count("lock stolen");
            return self.elect(device);
        }
        Ok(())
    }

    /// A frozen tab wakes up, and hears what has waited for it.
    pub(crate) fn thaw(&mut self, device: usize, tab: usize) -> Told {
        let wakes = &mut self.devices[device].tabs[tab];
        wakes.frozen = false;
        for (turn, news) in std::mem::take(&mut wakes.inbox) {
            if news.is_written() && self.devices[device].leader != Some(tab) {
                self.tally.count("stored too late");
            }
            self.hear(device, tab, turn, news)?;
        }
        self.elect(device)
    }

    /// A tab is closed; it is opened again later.
    pub(crate) fn close(&mut self, device: usize, tab: usize) -> Told {
        self.end(device, tab);
        let at = &mut self.devices[device];
        (at.tabs[tab].open, at.tabs[tab].frozen) = (false, false);
        at.tabs[tab].inbox.clear();
        at.leader = at.leader.filter(|leader| *leader != tab);
        let back = self.random.between(100, 20_000);
        self.after(back, Happening::Open(device, tab));
        self.elect(device)
    }

    /// The browser dies, with all tabs. The disk stays.
    pub(crate) fn crash(&mut self, device: usize) -> Told {
        self.tally.count("crashed");
        // Nobody takes over in between.
        self.devices[device].tabs.iter_mut().for_each(|tab| tab.open = false);
        (0..TABS).try_for_each(|tab| self.close(device, tab))
    }
}
