//! The scheduler: what happens when, and what comes of it.

use std::collections::{BTreeMap, VecDeque};

use outpost_core::record::RecordKey;
use outpost_core::sync::{Event, Status};

use crate::copies::Family;
use crate::device::{Device, TABS};
use crate::driver::News;
use crate::fault::{Fault, Rates};
use crate::journal::Journal;
use crate::network::{Ask, Flight, Sent, Waits};
use crate::random::Random;
use crate::roles::Roles;
use crate::servers::Servers;
use crate::story::Story;
use crate::tally::Tally;
use crate::tell::{Broken, Told};

/// The most devices there are after others have come.
pub(crate) const CROWD: usize = 60;
/// How long healing may take, in milliseconds of the story.
const HEALING: u64 = 20 * 60_000;
/// How long a page takes at most while nothing goes wrong, in milliseconds.
const ROUND_TRIP: u64 = 300;
/// More rows than there are in any story.
const ROWS: u64 = 50_000;
/// How often, and for how long, in milliseconds, devices get time to compare themselves with a server that was restored.
const MENDING: u32 = 4;
const MENDING_PAUSE: u64 = 10 * 60_000;
/// How long somebody waits who could not sign in, in milliseconds.
const SIGN_IN_AGAIN: u64 = 10_000;
/// When the story begins, in milliseconds since 1970.
const BEGINNING: u64 = 1_800_000_000_000;
/// How many of the last happenings are kept, where they are told.
const TOLD: usize = 120;

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A person does something on a device.
    Work(usize),
    /// A tab is opened.
    Open(usize, usize),
    /// A tab that got the lock tries again to take the lead.
    Lead(usize),
    /// Somebody signs in again.
    SignIn(usize),
    /// It is noticed that the tab which syncs is frozen.
    Steal(usize),
    /// A tab wakes up.
    Thaw(usize, usize),
    /// A request reaches the server.
    Arrives { device: usize, ask: Box<Ask>, sent: Sent, waits: Option<Waits> },
    /// The server does more of a request.
    GoesOn(u64),
    /// Something reaches a tab, if its machine is still that of this turn.
    News { device: usize, tab: usize, turn: u64, news: News },
}

/// Everything.
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) servers: Servers,
    pub(crate) devices: Vec<Device>,
    pub(crate) journal: Journal,
    pub(crate) tally: Tally,
    /// Mutations written and requests that arrived.
    pub(crate) ops: u64,
    /// How far the sequence goes, as far as was said.
    pub(crate) head: u64,
    /// The most mutations that a proxy in front of the server lets through.
    pub(crate) proxy: usize,
    pub(crate) flights: BTreeMap<u64, Flight>,
    pub(crate) next_flight: u64,
    /// How many requests were sent.
    pub(crate) sent: u64,
    /// The number of the latest push of each device that the server has answered.
    pub(crate) latest: BTreeMap<usize, u64>,
    pub(crate) random: Random,
    rates: Rates,
    /// Whether all devices number invoices by one series.
    pub(crate) one_series: bool,
    /// Who was copied.
    pub(crate) family: Family,
    queue: BTreeMap<(u64, u64), Happening>,
    order: u64,
    /// How often the server got another epoch.
    pub(crate) epochs: u64,
    pub(crate) working: bool,
    /// When the server last tended what it keeps, in milliseconds since 1970; 0 if it never did.
    pub(crate) tended_ms: u64,
    /// Who may do what.
    pub(crate) roles: Roles,
    /// What somebody wanted back from the archive, and when.
    pub(crate) recalled: BTreeMap<RecordKey, u64>,
    /// The last happenings, if they are to be told.
    told: Option<VecDeque<String>>,
}

impl World {
    /// The world of a story: its devices, their clocks, what goes wrong.
    pub(crate) fn new(story: &Story, is_told: bool) -> Result<Self, Broken> {
        let mut random = Random::new(story.seed);
        let rates = Rates::any(&mut random, &story.without, &story.with);
        // Two devices with one series: what must not be, and is refused. What a restored server then makes of it is
        // nobody's fault.
        let one_series = random.chance(250) && rates.of(Fault::Rollback) == 0;
        let count = story.crowd(&mut random);
        let page = random.pick(&[1, 2, 7, 50, 1_000, 1_000]);
        let mut world = Self {
            now: BEGINNING,
            servers: Servers::new(story.store, page)?,
            devices: (0..count).map(|_| Device::new(&mut random)).collect(),
            journal: Journal::default(),
            tally: Tally::default(),
            ops: 0,
            head: 0,
            proxy: random.pick(&[1, 3, 20, 100, 1_000, 1_000]),
            flights: BTreeMap::new(),
            next_flight: 0,
            sent: 0,
            latest: BTreeMap::new(),
            random,
            rates,
            one_series,
            family: Family::default(),
            queue: BTreeMap::new(),
            order: 0,
            epochs: 0,
            working: true,
            tended_ms: 0,
            roles: Roles::default(),
            recalled: BTreeMap::new(),
            told: is_told.then(VecDeque::new),
        };
        for device in 0..count {
            // Some come when there is something to fetch already.
            let latest = if world.random.chance(250) { 400_000 } else { 20_000 };
            world.taken_into_use(device, latest)?;
        }
        Ok(world)
    }

    /// A device is signed in, and opened within so many milliseconds.
    fn taken_into_use(&mut self, device: usize, latest: u64) -> Told {
        self.signs_in(device)?;
        self.begins(device, latest);
        Ok(())
    }

    fn signs_in(&mut self, device: usize) -> Told {
        let at = &mut self.devices[device];
        let series = self.servers.sign_in(at.id, self.now)?;
        at.disk.tables.state.series = if self.one_series { "K7".to_owned() } else { series };
        at.signed_in = true;
        Ok(())
    }

    /// Somebody begins to work with a device.
    pub(crate) fn begins(&mut self, device: usize, latest: u64) {
        self.devices[device].disk.trouble(&self.rates);
        for tab in 0..TABS {
            let opens = self.random.between(0, latest);
            self.after(opens, Happening::Open(device, tab));
        }
        let works = self.random.between(0, 5_000);
        self.after(works, Happening::Work(device));
    }

    /// There is one device more from now on.
    pub(crate) fn newcomer(&mut self) -> Told {
        if self.devices.len() < CROWD && self.happens(Fault::Newcomer) {
            self.tally.count("new device");
            self.devices.push(Device::new(&mut self.random));
            return self.taken_into_use(self.devices.len() - 1, 2_000);
        }
        Ok(())
    }

    /// The first phase.
    pub(crate) fn run(&mut self, ops: u64) -> Told {
        while self.ops < ops {
            self.step()?;
        }
        Ok(())
    }

    /// The second: nobody works any more and nothing goes wrong, so all must come to rest.
    pub(crate) fn heal(&mut self) -> Told {
        self.working = false;
        self.rates = Rates::default();
        self.devices.iter_mut().for_each(|device| device.disk.trouble(&self.rates));
        self.come_to_rest("after healing")?;
        if self.roles.is_any() {
            self.let_in_again()?;
            self.come_to_rest("after all were let in again")?;
        }
        if self.journal.was_rewound() || self.journal.has_gone() {
            // What a server has lost, devices find out when they compare themselves with it, from time to time.
            for _ in 0..MENDING {
                // And when they start.
                (0..self.devices.len()).try_for_each(|device| self.crash(device))?;
                let until = self.now + MENDING_PAUSE;
                while self.now < until {
                    self.step()?;
                }
                self.come_to_rest("after mending")?;
            }
        }
        if self.tended_ms > 0 {
            // What is archived is what it would be if it were reckoned now.
            self.tend()?;
            self.come_to_rest("after the last upkeep")?;
        }
        if self.family.is_any() {
            // A copy learns that it is one when it next looks, also where what the other has sent since moved no row.
            self.look_again()?;
        }
        Ok(())
    }

    /// Everybody looks once more; returns how many rows that moved.
    pub(crate) fn look_again(&mut self) -> Result<u64, Broken> {
        let rows = |world: &Self| world.devices.iter().map(|device| device.rows).sum::<u64>();
        let before = rows(self);
        for device in 0..self.devices.len() {
            if let Some(tab) = self.devices[device].leader {
                self.event(device, tab, Event::Wake)?;
            }
        }
        self.come_to_rest("after another look")?;
        Ok(rows(self) - before)
    }

    fn come_to_rest(&mut self, when: &str) -> Told {
        let began = self.now;
        while !self.rests()? {
            // Of some servers a page is a single row, and what a server has lost is sent again by everybody.
            if self.now > began + HEALING + self.head.min(ROWS) * ROUND_TRIP {
                return Err(Broken::new("all comes to rest", format!("not {when}: {}", self.unrest())));
            }
            self.step()?;
        }
        Ok(())
    }

    fn rests(&mut self) -> Result<bool, Broken> {
        let is_content = |device: &Device| {
            let status = device.leading().map(|tab| &tab.status);
            device.rests() && matches!(status, Some(Status::Saved | Status::NeedsYou(_)))
        };
        let (out, devices): (Vec<_>, Vec<_>) = self.devices.iter().partition(|device| self.roles.is_removed(device.id));
        if !self.flights.is_empty()
            || !devices.into_iter().all(is_content)
            || !out.into_iter().all(|device| self.knows_it_is_out(device))
        {
            return Ok(false);
        }
        self.head = self.servers.head(self.devices[0].id)?;
        let head = self.head;
        Ok(self
            .devices
            .iter()
            .filter(|device| !self.roles.is_removed(device.id))
            .map(|device| &device.disk.tables.state.position)
            .all(|at| (at.cursor, at.since) == (head, head)))
    }

    fn unrest(&self) -> String {
        let of = |(index, device): (usize, &Device)| {
            let state = &device.disk.tables.state;
            format!(
                "\ndevice {index}: {} wait, {:?}, {:?}",
                device.disk.tables.outbox.len(),
                state.position,
                device.leading()
            )
        };
        format!("head {}{}", self.head, self.devices.iter().enumerate().map(of).collect::<String>())
    }

    /// So much time goes by before anything else happens.
    pub(crate) fn sleep(&mut self, ms: u64) {
        self.now += ms;
        let queue = std::mem::take(&mut self.queue);
        self.queue = queue.into_iter().map(|((at, order), happening)| ((at + ms, order), happening)).collect();
    }

    pub(crate) fn after(&mut self, ms: u64, happening: Happening) {
        self.order += 1;
        self.queue.insert((self.now + ms, self.order), happening);
    }

    /// Whether a fault happens now.
    pub(crate) fn happens(&mut self, fault: Fault) -> bool {
        self.random.chance(self.rates.of(fault))
    }

    /// Whether it could at all.
    pub(crate) fn is_possible(&self, fault: Fault) -> bool {
        self.rates.of(fault) > 0
    }

    fn step(&mut self) -> Told {
        let Some(((at, _), happening)) = self.queue.pop_first() else {
            return Err(Broken::new("all comes to rest", "nothing will ever happen again".to_owned()));
        };
        self.now = at;
        if let Some(told) = &mut self.told {
            let text: String = format!("{:>9} {happening:?}", at - BEGINNING).chars().take(400).collect();
            told.push_back(text);
            if told.len() > TOLD {
                told.pop_front();
            }
        }
        match happening {
            Happening::Work(device) => self.work(device),
            Happening::Open(device, tab) => {
                self.devices[device].tabs[tab].open = true;
                self.elect(device)
            }
            Happening::SignIn(device) if self.roles.is_removed(self.devices[device].id) => {
                // They are told that they were removed, and try again some day.
                self.after(SIGN_IN_AGAIN, Happening::SignIn(device));
                Ok(())
            }
            Happening::SignIn(device) => {
                self.signs_in(device)?;
                self.devices[device].leader.map_or(Ok(()), |tab| self.event(device, tab, Event::Start))
            }
            Happening::Lead(device) => self.elect(device),
            Happening::Steal(device) => self.steal(device),
            Happening::Thaw(device, tab) => self.thaw(device, tab),
            Happening::Arrives { device, ask, sent, waits } => self.arrives(device, *ask, sent, waits),
            Happening::GoesOn(flight) => self.goes_on(flight),
            Happening::News { device, tab, turn, news } => self.hear(device, tab, turn, news),
        }
    }

    /// What happened how often, on all devices too.
    pub(crate) fn seen(&self) -> Tally {
        let mut seen = self.tally.clone();
        self.devices.iter().for_each(|device| seen.add(&device.disk.seen));
        seen
    }

    /// The last happenings.
    pub(crate) fn told(&self) -> String {
        self.told.iter().flatten().map(|line| format!("{line}\n")).collect()
    }

    /// The server gets another epoch.
    pub(crate) fn new_epoch(&mut self) -> Told {
        self.epochs += 1;
        // Nobody changes an epoch while a server runs.
        (0..self.devices.len()).for_each(|device| self.hang_up(device));
        self.servers.set_epoch(&format!("epoch-{}", self.epochs))
    }
}
