//! The way to the server and back, and all that happens on it.

use std::task::Poll;

use outpost_core::protocol::SyncRequest;
use outpost_core::sync::Failure;

use crate::classify::{self, Reply};
use crate::fault::Fault;
use crate::servers::{Servers, Work};
use crate::tabs::News;
use crate::tell::{Broken, Told};
use crate::world::{Happening, World};

/// How long a device waits for an answer, in milliseconds.
const TIME_LIMIT: u64 = 15_000;

/// Who waits for an answer: tab, turn and number of the request.
pub(crate) type Waits = (usize, u64, u64);

/// A request that the server is at work on.
pub(crate) struct Flight {
    device: usize,
    /// `None` if it broke off on its way.
    request: Option<SyncRequest>,
    work: Work,
    waits: Option<Waits>,
}

impl World {
    /// A request leaves the device.
    pub(crate) fn send(&mut self, device: usize, tab: usize, request: SyncRequest) {
        let sends = &mut self.devices[device].tabs[tab];
        sends.request += 1;
        let (turn, number) = (sends.turn, sends.request);
        self.soon(TIME_LIMIT, device, tab, News::Answer(number, Err(Failure::Offline)));
        let latency = self.random.between(5, 60);
        if self.happens(Fault::Portal) {
            // It is answered by somebody else.
            return self.soon(latency, device, tab, News::Answer(number, Err(Failure::Offline)));
        }
        if self.happens(Fault::Duplicate) {
            let later = self.random.between(1, 60_000);
            self.after(later, Happening::Arrives { device, request: Box::new(request.clone()), waits: None });
        }
        if self.happens(Fault::LoseRequest) {
            return;
        }
        let delay = if self.happens(Fault::Delay) { self.random.between(1_000, 60_000) } else { latency };
        let waits = if self.happens(Fault::LoseAnswer) { None } else { Some((tab, turn, number)) };
        self.after(delay, Happening::Arrives { device, request: Box::new(request), waits });
    }

    /// A request arrives at the server.
    pub(crate) fn arrives(&mut self, device: usize, request: SyncRequest, waits: Option<Waits>) -> Told {
        self.trouble_at_the_server(device)?;
        let refused = if self.happens(Fault::Broken) {
            Some(classify::refusal(500, "internal", None))
        } else if self.happens(Fault::Busy) {
            Some(classify::refusal(503, "busy", Some(self.random.between(1, 30))))
        } else if !self.devices[device].signed_in {
            Some(classify::refusal(401, "no_session", None))
        } else if request.mutations.len() > self.proxy {
            // A proxy in front of the server takes smaller bodies than the server does.
            Some(classify::refusal(413, "body_too_large", None))
        } else {
            None
        };
        if let Some(refusal) = refused {
            self.tally.count(&refusal.status.to_string());
            self.reply(device, waits, Err(refusal));
            return Ok(());
        }
        let failed = |error: serde_json::Error| Broken::new("a request is JSON", error.to_string());
        let mut body = serde_json::to_vec(&request).map_err(failed)?;
        let is_cut = self.happens(Fault::Truncate);
        if is_cut {
            body.truncate(self.random.below(body.len()));
        }
        let work = self.servers.ask(self.devices[device].id, self.now, body)?;
        let number = self.next_flight;
        self.next_flight += 1;
        self.flights.insert(number, Flight { device, request: (!is_cut).then_some(request), work, waits });
        self.goes_on(number)
    }

    /// What happens to a server as a whole, when it has nothing else to do.
    fn trouble_at_the_server(&mut self, device: usize) -> Told {
        if self.happens(Fault::SignOut) && self.devices[device].signed_in {
            self.devices[device].signed_in = false;
            let back = self.random.between(1_000, 120_000);
            self.after(back, Happening::SignIn(device));
        }
        if self.happens(Fault::Restart) {
            // What it was at work on ends there; nobody gets an answer.
            self.tally.count(if self.flights.is_empty() { "server restarted" } else { "server killed" });
            self.flights.clear();
            self.servers.restart()?;
        }
        if !self.flights.is_empty() {
            return Ok(());
        }
        if self.happens(Fault::Epoch) {
            self.new_epoch()?;
        }
        self.roll_back()
    }

    /// The server does a bit more of the work that a request is.
    pub(crate) fn goes_on(&mut self, number: u64) -> Told {
        let Some(flight) = self.flights.get_mut(&number) else { return Ok(()) };
        match Servers::poll(&mut flight.work) {
            Poll::Pending => {
                // Now and then it takes long, and others come in between.
                let most = if self.random.chance(200) { 3_000 } else { 25 };
                let soon = self.random.between(0, most);
                self.after(soon, Happening::GoesOn(number));
                Ok(())
            }
            Poll::Ready(reply) => {
                let Some(flight) = self.flights.remove(&number) else { return Ok(()) };
                self.served(flight.device, flight.request.as_ref(), flight.waits, reply)
            }
        }
    }

    /// The server has done its work, and says what came of it.
    fn served(&mut self, device: usize, request: Option<&SyncRequest>, waits: Option<Waits>, reply: Reply) -> Told {
        self.ops += 1;
        let Some(request) = request else {
            self.tally.count("request cut");
            if reply.is_ok() {
                return Err(Broken::new("a request that broke off is refused", format!("device {device}")));
            }
            // The connection is gone along with it.
            return Ok(());
        };
        match classify::read(&reply) {
            Ok(answer) => {
                self.journal.note(request, &answer, &mut self.tally)?;
                self.tally.count(if answer.has_more { "more pages" } else { "answered" });
                if !request.mutations.is_empty() {
                    self.head = self.servers.head(request.device)?;
                    self.tell_all();
                }
            }
            Err(Failure::EpochChanged(_)) => self.tally.count("epoch changed"),
            Err(other) => {
                let what = format!("device {device}: {other:?} to {request:?}");
                return Err(Broken::new("the server takes what a device sends", what));
            }
        }
        // It fails with its work done.
        let fails = self.happens(Fault::Broken);
        let reply = if fails { Err(classify::refusal(500, "internal", None)) } else { reply };
        let reply = match reply {
            Ok(mut body) if self.happens(Fault::Truncate) => {
                body.truncate(self.random.below(body.len()));
                Ok(body)
            }
            reply => reply,
        };
        self.reply(device, waits, reply);
        Ok(())
    }

    /// An answer goes back to the tab that waits for it.
    fn reply(&mut self, device: usize, waits: Option<Waits>, reply: Reply) {
        let latency = self.random.between(5, 60);
        if let Some((tab, turn, number)) = waits {
            let news = News::Answer(number, classify::read(&reply));
            self.after(latency, Happening::News { device, tab, turn, news });
        }
    }

    /// The server says how far it is; words get lost.
    pub(crate) fn tell(&mut self, device: usize) {
        let Some(tab) = self.devices[device].tabs.iter().position(|tab| tab.live) else { return };
        if !self.happens(Fault::LoseAnswer) {
            let soon = self.random.between(1, 60);
            self.soon(soon, device, tab, News::Head(self.head));
        }
    }

    /// The same to all that listen.
    fn tell_all(&mut self) {
        (0..self.devices.len()).for_each(|device| self.tell(device));
    }
}
