//! Listens to the server, which says how far the workspace goes, so that news need not be asked for.

use std::rc::Rc;

use outpost_core::sync::Event;

use super::driver::Driver;
use crate::platform::event_stream::{EventStream, Heard};
use crate::platform::{Timeout, random, timeout};

const URL: &str = "/api/v1/live";
/// The server speaks at least every ten seconds; one that is silent for so long, in milliseconds, is gone, whatever the
/// connection looks like.
const SILENCE_MS: u32 = 25_000;
/// News are fetched within so many milliseconds: all devices of a workspace hear of them at once.
const SPREAD_MS: u64 = 60;

/// An open connection, and what goes off if nothing is heard on it.
pub(super) struct Ear {
    _stream: EventStream,
    _silence: Timeout,
}

impl Driver {
    /// Opens a connection, unless there is one.
    pub(super) fn listen(self: &Rc<Self>) {
        if self.ear.borrow().is_some() {
            return;
        }
        let (driver, turn) = (self.clone(), self.turn());
        let stream = EventStream::open(URL, move |heard| {
            // What an earlier account's or leader's connection says is nobody's business any more.
            if driver.turn() == turn {
                driver.hear(heard);
            }
        });
        let silence = self.silence();
        self.ear.replace(stream.map(|stream| Ear { _stream: stream, _silence: silence }));
    }

    fn hear(self: &Rc<Self>, heard: Heard) {
        if let Some(ear) = self.ear.borrow_mut().as_mut() {
            ear._silence = self.silence();
        }
        match heard {
            Heard::Open => self.handle(Event::Live(true)),
            Heard::Word(text) => {
                let Ok(head) = text.parse() else { return };
                let (driver, turn) = (self.clone(), self.turn());
                let soon = u32::try_from(random::number() % SPREAD_MS).unwrap_or_default();
                timeout(soon, move || driver.report(turn, Event::Head(head))).forget();
            }
            Heard::Lost => self.lost(),
        }
    }

    fn silence(self: &Rc<Self>) -> Timeout {
        let (driver, turn) = (self.clone(), self.turn());
        timeout(SILENCE_MS, move || {
            if driver.turn() == turn {
                driver.lost();
            }
        })
    }

    fn lost(self: &Rc<Self>) {
        if let Some(ear) = self.ear.take() {
            // Perhaps called by its own timer, which must not be dropped while it runs.
            timeout(0, move || drop(ear)).forget();
        }
        self.handle(Event::Live(false));
    }
}
