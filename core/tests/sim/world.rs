//! The scheduler: what happens when, and what comes of it.

use std::collections::BTreeMap;

use outpost_core::protocol::{SyncRequest, SyncResponse};
use outpost_core::sync::{Commit, Effect, Event, Failure, Finding, Machine, Status};

use super::device::{Device, any_error};
use super::faults::Faults;
use super::random::Random;
use super::server::Server;
use super::work;

/// How long healing may take.
const HEALING: u64 = 20 * 60_000;
/// When the story begins, in milliseconds since 1970.
const BEGINNING: u64 = 1_800_000_000_000;

/// Something that will happen. Device, and the turn and request it belongs to.
#[derive(Debug)]
pub(super) enum Happening {
    Work(usize),
    Switch(usize),
    SignIn(usize),
    Loaded(usize, u64, usize),
    Arrives { device: usize, request: Box<SyncRequest>, reply: Option<(u64, u64)> },
    Answer(usize, u64, u64, Result<Box<SyncResponse>, Failure>),
    Store(usize, u64, Box<Commit>),
    Aside(usize, u64, u64, &'static str),
    Committed(usize, u64, (usize, usize)),
    Timer(usize, u64, u64),
    Live(usize, u64, bool),
    Head(usize, u64, u64),
    Fetched(usize, u64),
    Checked(usize, u64),
    Rebased(usize, u64),
}

/// Everything.
#[derive(Debug)]
pub struct World {
    pub seed: u64,
    pub now: u64,
    pub server: Server,
    pub devices: Vec<Device>,
    pub faults: Faults,
    /// Rows ever stored by devices.
    rows_taken: u64,
    pub(super) random: Random,
    queue: BTreeMap<(u64, u64), Happening>,
    order: u64,
    working: bool,
}

impl Drop for World {
    #[expect(clippy::disallowed_macros, reason = "a failing seed must be told, however it failed")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}: run it alone with OUTPOST_SEED={}", self.seed, self.seed);
        }
    }
}

impl World {
    /// The world of a seed: two to eight devices, their clocks, what goes wrong.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let faults = Faults::any(&mut random);
        let one_series = random.chance(250);
        let count = 2 + random.below(7);
        let devices: Vec<Device> = (0..count).map(|index| Device::new(index, &mut random, one_series)).collect();
        let server = Server::new(random.pick(&[1, 3, 20, 1_000]), random.pick(&[1, 2, 7, 1_000]));
        let queue = BTreeMap::new();
        let mut world = Self {
            seed,
            now: BEGINNING,
            server,
            devices,
            faults,
            rows_taken: 0,
            random,
            queue,
            order: 0,
            working: true,
        };
        for device in 0..count {
            let (switched, working) = (world.random.between(0, 20_000), world.random.between(0, 5_000));
            world.after(switched, Happening::Switch(device));
            world.after(working, Happening::Work(device));
        }
        world
    }

    /// So many things happen.
    pub fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
    }

    /// Nobody works any more and nothing goes wrong: all must come to rest.
    pub fn heal(&mut self) {
        self.working = false;
        self.faults = Faults::NONE;
        let until = self.now + HEALING;
        while !self.rests() {
            assert!(self.now < until, "no rest after healing: {}", self.unrest());
            self.step();
        }
    }

    /// Everybody looks once more; returns how many rows that moved.
    pub fn look_again(&mut self) -> u64 {
        let before = self.rows_taken;
        for device in 0..self.devices.len() {
            self.event(device, Event::Wake);
        }
        let until = self.now + HEALING;
        while !self.rests() {
            assert!(self.now < until, "no rest after another look: {}", self.unrest());
            self.step();
        }
        self.rows_taken - before
    }

    fn rests(&self) -> bool {
        self.devices.iter().all(|device| {
            let position = &device.disk.position;
            let is_current = position.cursor == self.server.head && position.since == self.server.head;
            let is_content = matches!(device.status, Status::Saved | Status::NeedsYou(_));
            device.rests() && is_current && is_content
        })
    }

    fn unrest(&self) -> String {
        let of = |device: &Device| {
            let at = (device.disk.outbox.len(), device.disk.position.cursor, &device.status, device.under_way);
            format!("\n{at:?} {:?}", device.machine)
        };
        format!("head {}{}", self.server.head, self.devices.iter().map(of).collect::<String>())
    }

    pub(super) fn after(&mut self, ms: u64, happening: Happening) {
        self.order += 1;
        self.queue.insert((self.now + ms, self.order), happening);
    }

    fn step(&mut self) {
        let ((at, _), happening) = self.queue.pop_first().expect("a machine that runs has a timer");
        self.now = at;
        match happening {
            Happening::Work(device) => self.work(device),
            Happening::Switch(device) => self.switch_on(device),
            Happening::SignIn(device) => {
                self.devices[device].signed_in = true;
                self.event(device, Event::Start);
            }
            Happening::Arrives { device, request, reply } => self.arrives(device, &request, reply),
            Happening::Loaded(device, turn, max) if self.is_now(device, turn) => {
                self.devices[device].under_way = None;
                let fails = self.random.chance(self.faults.store);
                let pending = self.devices[device].disk.load(max);
                self.event(device, if fails { Event::StoreFailed } else { Event::Loaded(pending) });
            }
            Happening::Answer(device, turn, request, result)
                if self.is_now(device, turn) && self.devices[device].awaits(request) =>
            {
                self.devices[device].under_way = None;
                self.event(device, result.map_or_else(Event::Failed, Event::Answered));
            }
            Happening::Store(device, turn, commit) if self.is_now(device, turn) => self.store(device, turn, &commit),
            Happening::Aside(device, turn, n, code) if self.is_now(device, turn) => {
                self.set_aside(device, turn, n, code);
            }
            Happening::Committed(device, turn, (waiting, rejected)) if self.is_now(device, turn) => {
                self.devices[device].under_way = None;
                self.event(device, Event::Committed { waiting, rejected });
            }
            Happening::Timer(device, turn, number)
                if self.is_now(device, turn) && self.devices[device].timer == (number, true) =>
            {
                self.devices[device].timer.1 = false;
                self.event(device, Event::Timer);
            }
            Happening::Live(device, turn, live) if self.is_now(device, turn) => {
                self.devices[device].live = live;
                if live {
                    let lost = self.random.between(100, 60_000);
                    self.after(lost, Happening::Live(device, turn, false));
                    self.tell(device);
                }
                self.event(device, Event::Live(live));
            }
            Happening::Fetched(device, turn) if self.is_now(device, turn) => {
                self.devices[device].under_way = None;
                self.event(device, Event::Fetched);
            }
            Happening::Checked(device, turn) if self.is_now(device, turn) => {
                self.devices[device].under_way = None;
                self.event(device, Event::Checked(Finding::Unknown));
            }
            Happening::Rebased(device, turn) if self.is_now(device, turn) => {
                self.devices[device].under_way = None;
                self.event(device, Event::Rebased);
            }
            Happening::Head(device, turn, head) if self.is_now(device, turn) => self.event(device, Event::Head(head)),
            _ => {}
        }
    }

    /// The server says how far it is; words get lost.
    fn tell(&mut self, device: usize) {
        if self.devices[device].live && !self.random.chance(self.faults.lose_answer) {
            let (turn, soon) = (self.devices[device].turn, self.random.between(1, 60));
            self.after(soon, Happening::Head(device, turn, self.server.head));
        }
    }

    /// The same to all that listen.
    pub(super) fn tell_all(&mut self) {
        (0..self.devices.len()).for_each(|device| self.tell(device));
    }

    fn is_now(&self, device: usize, turn: u64) -> bool {
        self.devices[device].turn == turn && self.devices[device].machine.is_some()
    }

    /// Tells a device's machine, if it runs, and does what it says.
    fn event(&mut self, device: usize, event: Event) {
        let Some(machine) = &mut self.devices[device].machine else { return };
        for effect in machine.handle(event) {
            self.perform(device, effect);
        }
        let runs = &self.devices[device];
        assert!(runs.under_way.is_some() || runs.timer.1, "a machine that does nothing waits for nothing: {runs:?}");
        if self.random.chance(self.faults.crash) {
            self.switch_off(device);
        } else if self.random.chance(self.faults.take_over) {
            let stopped = self.devices[device].machine.as_mut().map(|machine| machine.handle(Event::Stop));
            assert!(stopped.is_some_and(|effects| effects.iter().all(|effect| matches!(effect, Effect::Status(_)))));
            self.switch_off(device);
        }
    }

    fn perform(&mut self, device: usize, effect: Effect) {
        let (turn, soon) = (self.devices[device].turn, self.random.between(1, 12));
        match effect {
            Effect::Status(status) => self.devices[device].status = status,
            Effect::Timer(ms) => {
                let number = self.devices[device].timer.0 + 1;
                self.devices[device].timer = (number, true);
                self.after(ms, Happening::Timer(device, turn, number));
            }
            Effect::Listen => {
                if self.random.chance(500) {
                    self.after(soon, Happening::Live(device, turn, true));
                }
            }
            Effect::Load { max } => {
                self.devices[device].timer.1 = false;
                self.begin(device, "loading");
                self.after(soon, Happening::Loaded(device, turn, max));
            }
            Effect::Commit(commit) => {
                self.begin(device, "committing");
                self.after(soon, Happening::Store(device, turn, commit));
            }
            Effect::SetAside { n, code, .. } => {
                self.begin(device, "committing");
                self.after(soon, Happening::Aside(device, turn, n, code));
            }
            // A server of before snapshots and sums were kept.
            Effect::Fetch => {
                self.begin(device, "sending");
                self.after(soon, Happening::Fetched(device, turn));
            }
            Effect::Check => {
                self.begin(device, "sending");
                self.after(soon, Happening::Checked(device, turn));
            }
            Effect::Rebase { epoch, next_n } => {
                self.begin(device, "committing");
                let (now, at) = (self.now, &mut self.devices[device]);
                let wall = at.wall(now);
                at.written.retain(|n, _| *n < next_n);
                at.written.extend(at.disk.rebase(epoch, next_n, wall).into_iter().map(|m| (m.n, m)));
                self.after(soon, Happening::Rebased(device, turn));
            }
            Effect::Repair { .. } | Effect::Enrol => unreachable!("nothing differs, and nobody is copied"),
            Effect::Send(request) => {
                self.begin(device, "sending");
                self.send(device, turn, Box::new(request));
            }
        }
    }

    fn begin(&mut self, device: usize, what: &'static str) {
        let before = self.devices[device].under_way.replace(what);
        assert_eq!(before, None, "{what} while something else is under way");
    }

    fn store(&mut self, device: usize, turn: u64, commit: &Commit) {
        if self.random.chance(self.faults.store) {
            self.devices[device].under_way = None;
            return self.event(device, Event::StoreFailed);
        }
        let wall = self.devices[device].wall(self.now);
        let counts = self.devices[device].disk.commit(commit, wall);
        self.rows_taken += commit.rows.len() as u64;
        let soon = self.random.between(1, 12);
        self.after(soon, Happening::Committed(device, turn, counts));
        // Stored, and gone before anybody heard of it.
        if self.random.chance(self.faults.crash) {
            self.switch_off(device);
        }
    }

    fn set_aside(&mut self, device: usize, turn: u64, n: u64, code: &str) {
        if self.random.chance(self.faults.store) {
            self.devices[device].under_way = None;
            return self.event(device, Event::StoreFailed);
        }
        let counts = self.devices[device].disk.set_aside(n, code);
        let soon = self.random.between(1, 12);
        self.after(soon, Happening::Committed(device, turn, counts));
    }

    /// A person thinks better of something that was not sent yet.
    fn discard(&mut self, device: usize) {
        let at = &mut self.devices[device];
        let unsent: Vec<u64> = at.disk.outbox.keys().copied().filter(|n| *n > at.disk.sealed).collect();
        if unsent.is_empty() {
            return;
        }
        let n = unsent[self.random.below(unsent.len())];
        at.discarded.insert(at.disk.outbox[&n].hlc);
        if at.disk.discard(n) {
            at.written.remove(&n);
        }
    }

    fn switch_on(&mut self, device: usize) {
        if self.devices[device].machine.is_none() {
            let seed = self.random.next();
            let runs = &mut self.devices[device];
            (runs.machine, runs.status) = (Some(Machine::new(seed)), Status::Local);
            self.event(device, Event::Start);
        }
    }

    /// What is under way is lost; the disk stays.
    fn switch_off(&mut self, device: usize) {
        let off = &mut self.devices[device];
        (off.machine, off.under_way, off.timer.1, off.live) = (None, None, false, false);
        off.turn += 1;
        let back = self.random.between(100, 20_000);
        self.after(back, Happening::Switch(device));
    }

    fn work(&mut self, device: usize) {
        if !self.working {
            return;
        }
        if self.random.chance(self.faults.clock) {
            self.devices[device].off_ms = any_error(&mut self.random);
        }
        let (now, at) = (self.now, &mut self.devices[device]);
        let wall = at.wall(now);
        for ops in work::piece(&mut at.disk, &mut self.random, now, at.series) {
            if !ops.is_empty()
                && let Some(mutation) = at.disk.write(ops, wall, at.careless)
            {
                at.written.insert(mutation.n, mutation);
            }
        }
        if self.random.chance(150) {
            self.discard(device);
        }
        // The tab that writes is not always the one that syncs, and its word may get lost.
        if self.random.chance(850) {
            self.event(device, Event::Wake);
        }
        let next = self.random.between(50, 4_000);
        self.after(next, Happening::Work(device));
    }
}
