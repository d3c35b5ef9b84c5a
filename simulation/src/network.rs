//! The way to the server and back, and all that happens on it.

use std::task::Poll;

use outpost_core::access;
use outpost_core::id::DeviceId;
use outpost_core::protocol::{
    CheckRequest, CheckResponse, RepairRequest, RepairResponse, ScopeRequest, ScopeResponse, SyncRequest, SyncResponse,
};
use outpost_core::record::RecordKey;
use outpost_core::scope::Scope;
use outpost_core::sync::Failure;
use outpost_server::engine::Door;

use crate::classify::{self, Reply};
use crate::disk::Summary;
use crate::driver::News;
use crate::fault::Fault;
use crate::fetching::{Got, Want};
use crate::journal::Arrived;
use crate::servers::{Servers, Work};
use crate::tell::{Broken, Told};
use crate::work::wrong;
use crate::world::{Happening, World};

/// How long a device waits for an answer, and for what has to be made first, in milliseconds.
const TIME_LIMIT: u64 = 15_000;
const FETCH_LIMIT: u64 = 60_000;
/// The largest body that a proxy lets through: larger than a batch, smaller than some a mutation.
const MOST_BYTES: usize = 1_400_000;

/// What a device asks of the server, with what it will need when the answer comes.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Sync(SyncRequest),
    Check(CheckRequest, Box<Summary>),
    Repair(RepairRequest, Vec<u8>, Option<RecordKey>),
    /// With the scope that is meant.
    Scope(ScopeRequest, Scope),
    /// What a new device is sent first.
    Fetch(Want),
    /// To become this device.
    Enrol(DeviceId),
}

/// What the server answers.
#[derive(Debug)]
pub(crate) enum Answer {
    Sync(Box<SyncResponse>),
    Check(CheckResponse, Box<Summary>),
    Repair(RepairResponse, Vec<u8>, Option<RecordKey>),
    Scope(ScopeResponse, Scope),
    Fetch(Got),
    Enrol(DeviceId, String),
}

impl Ask {
    /// Who asks, where the request says it.
    const fn device(&self) -> Option<DeviceId> {
        match self {
            Self::Sync(request) => Some(request.device),
            Self::Check(request, _) => Some(request.device),
            Self::Repair(request, ..) => Some(request.device),
            Self::Scope(request, _) => Some(request.device),
            Self::Fetch(_) | Self::Enrol(_) => None,
        }
    }

    /// Where it goes, who asks, and the body.
    fn body(&self) -> Option<(Door, DeviceId, Vec<u8>)> {
        let (door, device, body) = match self {
            Self::Sync(request) => (Door::Sync, request.device, serde_json::to_vec(request)),
            Self::Check(request, _) => (Door::Check, request.device, serde_json::to_vec(request)),
            Self::Repair(request, ..) => (Door::Repair, request.device, serde_json::to_vec(request)),
            Self::Scope(request, _) => (Door::Scope, request.device, serde_json::to_vec(request)),
            Self::Fetch(_) | Self::Enrol(_) => return None,
        };
        Some((door, device, body.ok()?))
    }

    /// What an answer to it means.
    fn answer(self, reply: &Reply) -> Result<Answer, Failure> {
        // It is not asked for the epoch but by a sync; the next one finds out what is the matter.
        let plain = |failure: Failure| match failure {
            Failure::EpochChanged(_) | Failure::TooLarge => Failure::Offline,
            failure => failure,
        };
        match self {
            Self::Sync(_) => classify::read(reply).map(Answer::Sync),
            Self::Check(_, summary) => {
                classify::read(reply).map_err(plain).map(|answer| Answer::Check(answer, summary))
            }
            Self::Repair(_, buckets, after) => {
                classify::read(reply).map_err(plain).map(|answer| Answer::Repair(answer, buckets, after))
            }
            Self::Scope(_, meant) => classify::read(reply).map_err(plain).map(|answer| Answer::Scope(answer, meant)),
            Self::Fetch(want) => want.answer(reply).map_err(plain).map(Answer::Fetch),
            Self::Enrol(id) => classify::read(reply).map_err(plain).map(|series| Answer::Enrol(id, series)),
        }
    }
}

/// Who waits for an answer: tab, turn and number of the request.
pub(crate) type Waits = (usize, u64, u64);

/// Which of all requests it is: how many left devices before it, and whether it comes a second time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    number: u64,
    again: bool,
}

/// A request that the server is at work on.
pub(crate) struct Flight {
    device: usize,
    ask: Ask,
    /// Whether it broke off on its way.
    is_cut: bool,
    work: Work,
    /// What was known of the server when it arrived.
    arrived: Arrived,
    sent: Sent,
    waits: Option<Waits>,
}

impl World {
    /// A request leaves the device.
    pub(crate) fn send(&mut self, device: usize, tab: usize, ask: Ask) {
        let sends = &mut self.devices[device].tabs[tab];
        sends.request += 1;
        let (turn, number) = (sends.turn, sends.request);
        let limit = if matches!(ask, Ask::Fetch(_)) { FETCH_LIMIT } else { TIME_LIMIT };
        self.soon(limit, device, tab, News::Answer(number, Err(Failure::Offline)));
        let latency = self.random.between(5, 60);
        self.sent += 1;
        let sent = Sent { number: self.sent, again: false };
        if self.happens(Fault::Portal) {
            // It is answered by somebody else.
            self.tally.count("captive portal");
            return self.soon(latency, device, tab, News::Answer(number, Err(Failure::Offline)));
        }
        if self.happens(Fault::Duplicate) {
            let later = self.random.between(1, 60_000);
            let sent = Sent { again: true, ..sent };
            self.after(later, Happening::Arrives { device, ask: Box::new(ask.clone()), sent, waits: None });
        }
        if self.happens(Fault::LoseRequest) {
            self.tally.count("request lost");
            return;
        }
        let delay = if self.happens(Fault::Delay) { self.random.between(1_000, 60_000) } else { latency };
        let waits = if self.happens(Fault::LoseAnswer) { None } else { Some((tab, turn, number)) };
        self.after(delay, Happening::Arrives { device, ask: Box::new(ask), sent, waits });
    }

    /// A request arrives at the server.
    pub(crate) fn arrives(&mut self, device: usize, ask: Ask, sent: Sent, waits: Option<Waits>) -> Told {
        self.trouble_at_the_server(device)?;
        let mutations = if let Ask::Sync(request) = &ask { request.mutations.len() } else { 0 };
        // What is in front of the server takes bodies that are smaller than the server does.
        let is_large = ask.body().is_some_and(|(_, _, body)| body.len() > MOST_BYTES);
        let is = self.devices[device].id;
        if self.devices[device].signed_in && !self.servers.knows(is) {
            self.signed_out(device);
        }
        let from = ask.device().unwrap_or(is);
        let refused = if self.happens(Fault::Broken) {
            Some(classify::refusal(500, "internal", None))
        } else if self.happens(Fault::Busy) {
            Some(classify::refusal(503, "busy", Some(self.random.between(1, 30))))
        } else if !self.devices[device].signed_in || !self.servers.knows(from) {
            Some(classify::refusal(401, "no_session", None))
        } else if mutations > self.proxy || is_large {
            Some(classify::refusal(413, "body_too_large", None))
        } else {
            None
        };
        if let Some(refusal) = refused {
            self.tally.count(&refusal.status.to_string());
            self.reply(device, waits, ask, &Err(refusal));
            return Ok(());
        }
        let number = self.next_flight;
        self.next_flight += 1;
        let (work, is_cut) = match (&ask, ask.body()) {
            (_, Some((door, from, mut body))) => {
                let is_cut = self.happens(Fault::Truncate);
                if is_cut {
                    body.truncate(self.random.below(body.len()));
                }
                (self.servers.ask(door, from, self.now, body)?, is_cut)
            }
            (Ask::Fetch(want), None) => {
                (self.servers.fetch(self.devices[device].id, want.clone(), number, self.now)?, false)
            }
            (Ask::Enrol(id), None) => {
                self.ops += 1;
                let was = self.devices[device].id;
                if self.roles.is_removed(was) {
                    self.reply(device, waits, ask, &Err(classify::refusal(403, access::REMOVED, None)));
                    return Ok(());
                }
                let series = self.servers.sign_in(*id, self.now)?;
                self.keeps_role(was, *id);
                self.tally.count("enrolled");
                self.reply(device, waits, ask, &Ok(format!("\"{series}\"").into_bytes()));
                return Ok(());
            }
            _ => return Ok(()),
        };
        let arrived = Arrived { noted: self.journal.noted(), head: self.head, ms: self.now };
        self.flights.insert(number, Flight { device, ask, is_cut, work, arrived, sent, waits });
        self.goes_on(number)
    }

    /// A device's session ends, and what it hears with it; somebody signs in again after a while.
    pub(crate) fn signed_out(&mut self, device: usize) {
        self.devices[device].signed_in = false;
        self.hang_up(device);
        let back = self.random.between(1_000, 120_000);
        self.after(back, Happening::SignIn(device));
    }

    /// What happens to a server as a whole, when it has nothing else to do.
    fn trouble_at_the_server(&mut self, device: usize) -> Told {
        if self.happens(Fault::SignOut) && self.devices[device].signed_in {
            self.signed_out(device);
        }
        if self.happens(Fault::Restart) {
            // What it was at work on ends there; nobody gets an answer.
            self.tally.count(if self.flights.is_empty() { "server restarted" } else { "server killed" });
            for flight in std::mem::take(&mut self.flights).into_values() {
                if let Ask::Sync(request) = &flight.ask {
                    self.journal.may_have(request, flight.arrived);
                }
            }
            self.servers.restart()?;
            (0..self.devices.len()).for_each(|device| self.hang_up(device));
        }
        if !self.flights.is_empty() {
            return Ok(());
        }
        if self.happens(Fault::Epoch) {
            self.new_epoch()?;
        }
        self.roll_back()?;
        self.roles_change()?;
        self.months_go_by()
    }

    /// The server does a bit more of the work that a request is.
    pub(crate) fn goes_on(&mut self, number: u64) -> Told {
        let Some(flight) = self.flights.get_mut(&number) else { return Ok(()) };
        match Servers::poll(&mut flight.work) {
            Poll::Pending => {
                // Now and then it takes long, and others come in between; long enough, all in all, for a device to give up.
                let is_long = self.random.chance(200) && self.working && self.is_possible(Fault::Delay);
                let most = if is_long { 3_000 } else { 25 };
                let soon = self.random.between(0, most);
                self.after(soon, Happening::GoesOn(number));
                Ok(())
            }
            Poll::Ready(reply) => {
                let Some(flight) = self.flights.remove(&number) else { return Ok(()) };
                self.served(flight, reply)
            }
        }
    }

    /// The server has done its work, and says what came of it.
    fn served(&mut self, flight: Flight, reply: Reply) -> Told {
        self.ops += 1;
        let device = flight.device;
        if flight.is_cut {
            self.tally.count("request cut");
            if reply.is_ok() {
                return Err(Broken::new("a request that broke off is refused", format!("device {device}")));
            }
            // The connection is gone along with it.
            return Ok(());
        }
        self.look_at(&flight, &reply)?;
        // It fails with its work done, or its answer breaks off.
        let reply = if self.happens(Fault::Broken) { Err(classify::refusal(500, "internal", None)) } else { reply };
        let reply = match reply {
            Ok(mut body) if self.happens(Fault::Truncate) => {
                self.tally.count("answer cut");
                body.truncate(self.random.below(body.len()));
                Ok(body)
            }
            reply => reply,
        };
        self.reply(device, flight.waits, flight.ask, &reply);
        Ok(())
    }

    /// Takes note of an answer, whether or not it arrives.
    fn look_at(&mut self, flight: &Flight, reply: &Reply) -> Told {
        match (flight.ask.clone().answer(reply), &flight.ask) {
            (Ok(Answer::Sync(answer)), Ask::Sync(request)) => {
                let arrived = self.first_arrival(request, flight.arrived);
                let noted = self.journal.noted();
                self.journal.note(request, &answer, arrived, &mut self.tally)?;
                self.role_is_heeded(request, noted)?;
                self.tally.count(if answer.has_more { "more pages" } else { "answered" });
                if answer.outdated {
                    self.tally.count("outdated");
                }
                if !answer.forget.is_empty() {
                    self.work_on(flight.device, &answer.forget)?;
                }
                if !request.mutations.is_empty() {
                    self.takes_note(flight);
                    self.head = self.servers.head(request.device)?;
                    self.tell_all();
                }
            }
            (Ok(_), _) => {}
            (Err(Failure::EpochChanged(_)), _) => self.tally.count("epoch changed"),
            (Err(Failure::Forked), Ask::Sync(request))
                if self.journal.was_rewound() || self.journal.was_copied(request.device) =>
            {
                self.tally.count("forked");
            }
            // They may have been let in again by now.
            (Err(Failure::Removed), _) if self.roles.is_any() => self.tally.count("403"),
            (Err(Failure::Malformed(_)), Ask::Sync(request)) if request.mutations.iter().any(wrong::is_malformed) => {
                self.tally.count("400");
            }
            (Err(other), ask) => {
                let what = format!("device {}: {other:?} to {ask:?}", flight.device);
                return Err(Broken::new("the server takes what a device sends", what));
            }
        }
        Ok(())
    }

    /// How a push came to the server that has done what it says.
    fn takes_note(&mut self, flight: &Flight) {
        if flight.sent.again {
            self.tally.count("came twice");
        }
        if flight.waits.is_none() && !flight.sent.again {
            self.tally.count("answer lost");
        }
        let latest = self.latest.entry(flight.device).or_default();
        if flight.sent.number < *latest {
            self.tally.count("overtaken");
        }
        *latest = flight.sent.number.max(*latest);
    }

    /// When the first of those requests arrived of which one has done this work: others with the same mutations may be under way
    /// still, have done it and only not said so yet.
    fn first_arrival(&self, request: &SyncRequest, arrived: Arrived) -> Arrived {
        let shares = |flight: &&Flight| match &flight.ask {
            Ask::Sync(other) => {
                other.device == request.device
                    && other.mutations.iter().any(|a| request.mutations.iter().any(|b| a.n == b.n))
            }
            _ => false,
        };
        let others = self.flights.values().filter(shares).map(|flight| flight.arrived);
        others.chain([arrived]).min_by_key(|arrived| arrived.noted).unwrap_or(arrived)
    }

    /// An answer goes back to the tab that waits for it.
    fn reply(&mut self, device: usize, waits: Option<Waits>, ask: Ask, reply: &Reply) {
        let latency = self.random.between(5, 60);
        if let Some((tab, turn, number)) = waits {
            let news = News::Answer(number, ask.answer(reply));
            self.after(latency, Happening::News { device, tab, turn, news });
        }
    }

    /// The server says how far it is; words get lost.
    pub(crate) fn tell(&mut self, device: usize) {
        let Some(tab) = self.devices[device].tabs.iter().position(|tab| tab.live) else { return };
        let is_out = self.roles.is_removed(self.devices[device].id);
        if !is_out && !self.happens(Fault::LoseAnswer) {
            let soon = self.random.between(1, 60);
            self.soon(soon, device, tab, News::Head(self.head));
        }
    }

    /// The same to all that listen.
    fn tell_all(&mut self) {
        (0..self.devices.len()).for_each(|device| self.tell(device));
    }

    /// The server ends what a device hears.
    pub(crate) fn hang_up(&mut self, device: usize) {
        if let Some(tab) = self.devices[device].tabs.iter().position(|tab| tab.live) {
            self.soon(1, device, tab, News::Live(false));
        }
    }
}
