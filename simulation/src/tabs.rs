//! The two tabs of a device, and the lock between them: one holds it and syncs. As `src/sync/lead.rs` and `driver.rs` of
//! the app do it: a holder that is frozen is replaced after nine seconds, and when it wakes up it hears what has waited for
//! it, in order, until it comes to the word that its lock is gone.

use outpost_core::protocol::SyncResponse;
use outpost_core::sync::{Commit, Effect, Event, Failure, Machine, Status};

use crate::device::TABS;
use crate::disk::Lost;
use crate::fault::Fault;
use crate::tell::{Broken, Told};
use crate::world::{Happening, World};

/// How long it takes to notice that the tab which syncs is frozen, in milliseconds.
const NOTICED: u64 = 9_000;

/// A tab.
#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) open: bool,
    pub(crate) frozen: bool,
    /// There is one while it holds the lock.
    pub(crate) machine: Option<Machine>,
    /// Counts the machines: what an earlier one asked for is never reported to a later one.
    pub(crate) turn: u64,
    /// Work under way in this turn: loading, sending or committing. Never more than one.
    pub(crate) under_way: Option<&'static str>,
    /// Counts requests: after an answer or a time-out, what else comes for it is not heard.
    pub(crate) request: u64,
    /// The latest timer that was set, and whether it is still to come.
    timer: (u64, bool),
    pub(crate) status: Status,
    /// Whether the server tells it of news: it may still think so when it no longer does.
    pub(crate) live: bool,
    /// What waits for it while it is frozen.
    inbox: Vec<(u64, News)>,
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
            under_way: None,
            request: 0,
            timer: (0, false),
            status: Status::Local,
            live: false,
            inbox: Vec::new(),
        }
    }
}

/// What a tab hears.
#[derive(Debug)]
pub(crate) enum News {
    /// The store can be read now.
    Load(usize),
    /// What came of the request of this number.
    Answer(u64, Result<Box<SyncResponse>, Failure>),
    /// The store can be written now.
    Store(Box<Commit>),
    Committed(usize, usize),
    Timer(u64),
    Live(bool),
    Head(u64),
    /// Another tab has written something.
    Wake,
    /// Another tab has taken the lock.
    LockLost,
}

impl World {
    /// Something reaches a tab; if it is frozen, it will.
    pub(crate) fn hear(&mut self, device: usize, tab: usize, turn: u64, news: News) -> Told {
        let hears = &mut self.devices[device].tabs[tab];
        if hears.frozen {
            hears.inbox.push((turn, news));
            return Ok(());
        }
        if matches!(news, News::LockLost) {
            self.end(device, tab);
            return Ok(());
        }
        if hears.turn != turn || hears.machine.is_none() {
            return Ok(());
        }
        match news {
            News::Load(max) => {
                hears.under_way = None;
                let pending = self.devices[device].disk.load(max);
                self.event(device, tab, pending.map_or(Event::StoreFailed, Event::Loaded))
            }
            News::Answer(request, result) => {
                if hears.request != request || hears.under_way != Some("sending") {
                    return Ok(());
                }
                hears.under_way = None;
                self.event(device, tab, result.map_or_else(Event::Failed, Event::Answered))
            }
            News::Store(commit) => self.store(device, tab, &commit),
            News::Committed(waiting, rejected) => {
                hears.under_way = None;
                self.event(device, tab, Event::Committed { waiting, rejected })
            }
            News::Timer(number) if hears.timer == (number, true) => {
                hears.timer.1 = false;
                self.event(device, tab, Event::Timer)
            }
            News::Live(live) => {
                hears.live = live;
                if live {
                    let lost = self.random.between(100, 60_000);
                    self.soon(lost, device, tab, News::Live(false));
                    self.tell(device);
                }
                self.event(device, tab, Event::Live(live))
            }
            News::Head(head) => self.event(device, tab, Event::Head(head)),
            News::Wake => self.event(device, tab, Event::Wake),
            News::Timer(_) | News::LockLost => Ok(()),
        }
    }

    /// Something reaches a tab in a while, if it is the same machine still.
    pub(crate) fn soon(&mut self, ms: u64, device: usize, tab: usize, news: News) {
        let turn = self.devices[device].tabs[tab].turn;
        self.after(ms, Happening::News { device, tab, turn, news });
    }

    /// Tells the machine, and does what it says.
    pub(crate) fn event(&mut self, device: usize, tab: usize, event: Event) -> Told {
        let Some(machine) = &mut self.devices[device].tabs[tab].machine else { return Ok(()) };
        for effect in machine.handle(event) {
            self.perform(device, tab, effect)?;
        }
        let runs = &self.devices[device].tabs[tab];
        if runs.under_way.is_none() && !runs.timer.1 {
            return Err(Broken::new("a machine never waits for nothing", format!("device {device}: {runs:?}")));
        }
        if self.happens(Fault::Crash) {
            self.crash(device)
        } else if self.happens(Fault::TakeOver) {
            let stopped = self.devices[device].tabs[tab].machine.as_mut().map(|machine| machine.handle(Event::Stop));
            let is_quiet = |effects: Vec<Effect>| effects.iter().all(|effect| matches!(effect, Effect::Status(_)));
            if !stopped.is_none_or(is_quiet) {
                return Err(Broken::new("a machine that is stopped asks for nothing", format!("device {device}")));
            }
            self.close(device, tab)
        } else {
            if self.happens(Fault::Freeze) {
                self.devices[device].tabs[tab].frozen = true;
                let wakes = self.random.between(500, 60_000);
                self.after(NOTICED, Happening::Steal(device));
                self.after(wakes, Happening::Thaw(device, tab));
            }
            Ok(())
        }
    }

    fn perform(&mut self, device: usize, tab: usize, effect: Effect) -> Told {
        let soon = self.random.between(1, 12);
        let runs = &mut self.devices[device].tabs[tab];
        match effect {
            Effect::Status(status) => runs.status = status,
            Effect::Timer(ms) => {
                runs.timer = (runs.timer.0 + 1, true);
                let news = News::Timer(runs.timer.0);
                self.soon(ms, device, tab, news);
            }
            Effect::Listen => {
                if self.random.chance(500) {
                    self.soon(soon, device, tab, News::Live(true));
                }
            }
            Effect::Load { max } => {
                runs.timer.1 = false;
                self.start(device, tab, "loading")?;
                self.soon(soon, device, tab, News::Load(max));
            }
            Effect::Commit(commit) => {
                self.start(device, tab, "committing")?;
                self.soon(soon, device, tab, News::Store(commit));
            }
            Effect::Send(request) => {
                self.start(device, tab, "sending")?;
                self.send(device, tab, request);
            }
        }
        Ok(())
    }

    fn start(&mut self, device: usize, tab: usize, what: &'static str) -> Told {
        match self.devices[device].tabs[tab].under_way.replace(what) {
            None => Ok(()),
            Some(before) => Err(Broken::new(
                "a machine does one thing at a time",
                format!("device {device}: {what} during {before}"),
            )),
        }
    }

    fn store(&mut self, device: usize, tab: usize, commit: &Commit) -> Told {
        let at = &mut self.devices[device];
        let wall = at.wall(self.now);
        match at.disk.commit(commit, wall) {
            Ok((waiting, rejected)) => {
                at.rows += commit.rows.len() as u64;
                let soon = self.random.between(1, 12);
                self.soon(soon, device, tab, News::Committed(waiting, rejected));
                Ok(())
            }
            Err(Lost::Aborted) => {
                self.tally.count("answer not stored");
                at.tabs[tab].under_way = None;
                self.event(device, tab, Event::StoreFailed)
            }
            Err(Lost::Crashed) => self.crash(device),
        }
    }

    /// A tab begins to sync, if nobody does.
    pub(crate) fn elect(&mut self, device: usize) -> Told {
        let at = &mut self.devices[device];
        if at.leader.is_none() {
            at.leader = at.tabs.iter().position(|tab| tab.open && !tab.frozen);
        }
        let Some(tab) = at.leader.filter(|tab| !at.tabs[*tab].frozen && at.tabs[*tab].machine.is_none()) else {
            return Ok(());
        };
        let runs = &mut at.tabs[tab];
        runs.turn += 1;
        (runs.machine, runs.status) = (Some(Machine::new(self.random.next())), Status::Local);
        self.event(device, tab, Event::Start)
    }

    /// A tab stops to sync, and hears nothing any more of what was under way.
    fn end(&mut self, device: usize, tab: usize) {
        let ends = &mut self.devices[device].tabs[tab];
        ends.turn += 1;
        (ends.machine, ends.under_way, ends.timer.1, ends.live) = (None, None, false, false);
    }

    /// The lock is taken from a tab that is frozen.
    pub(crate) fn steal(&mut self, device: usize) -> Told {
        let at = &mut self.devices[device];
        let Some(holder) = at.leader.filter(|tab| at.tabs[*tab].frozen) else { return Ok(()) };
        if let Some(other) = at.tabs.iter().position(|tab| tab.open && !tab.frozen) {
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
            if matches!(news, News::Store(_)) && self.devices[device].leader != Some(tab) {
                self.tally.count("stored late");
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
