//! Does what the sync machine says: reads and writes the store, sends requests, sets timers; and tells it what came of it.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use leptos::prelude::*;
use outpost_core::protocol::{Account, SyncRequest, SyncResponse};
use outpost_core::sync::{Commit, Effect, Event, Failure, Machine, Status};

use super::live::Ear;
use super::log::Round;
use super::{Seen, share};
use crate::platform::channel::Channel;
use crate::platform::http::{self, classify, classify::NoAnswer};
use crate::platform::{Timeout, background, panic, random, spawn, time, timeout};

/// Wakes this close together are one, in milliseconds: a person who types quickly, an import.
const BURST_MS: u32 = 50;
/// How long a first page or a large upload may take, in milliseconds.
const LONG_LIMIT_MS: u32 = 60_000;
/// More mutations than this make a large upload.
const MANY: usize = 50;

/// One tab's part in syncing.
pub(super) struct Driver {
    /// What is seen of it.
    pub(super) seen: Rc<Seen>,
    /// The other tabs.
    pub(super) tabs: Channel,
    /// The name of the lock that the syncing tab holds.
    pub(super) lock: &'static str,
    /// There is one while this tab holds the lock and has an account.
    machine: RefCell<Option<Machine>>,
    /// Counts the machines, so that what one asked for is never answered to the next.
    turn: Cell<u64>,
    /// Whether this tab holds the lock.
    pub(super) leads: Cell<bool>,
    /// Whether the account is just being changed by this tab.
    pub(super) paused: Cell<bool>,
    /// Set while the syncing tab has not answered whether it is alive; goes off when it had time enough.
    pub(super) unanswered: RefCell<Option<Timeout>>,
    timer: RefCell<Option<Timeout>>,
    burst: RefCell<Option<Timeout>>,
    /// Whether the last request was answered.
    answered: Cell<bool>,
    /// The live connection, while this tab syncs.
    pub(super) ear: RefCell<Option<Ear>>,
    /// What has happened since this tab last had nothing to do.
    pub(super) round: RefCell<Option<Round>>,
}

impl Deref for Driver {
    type Target = Seen;

    fn deref(&self) -> &Seen {
        &self.seen
    }
}

impl Driver {
    pub(super) fn new(seen: Rc<Seen>, tabs: Channel, lock: &'static str) -> Rc<Self> {
        Rc::new(Self {
            seen,
            tabs,
            lock,
            machine: RefCell::default(),
            turn: Cell::default(),
            leads: Cell::default(),
            paused: Cell::default(),
            unanswered: RefCell::default(),
            timer: RefCell::default(),
            burst: RefCell::default(),
            answered: Cell::default(),
            ear: RefCell::default(),
            round: RefCell::default(),
        })
    }

    /// Begins to sync, if this tab holds the lock and there is an account.
    pub(super) fn begin(self: &Rc<Self>) {
        let wanted = self.leads.get() && !self.paused.get() && self.account.with_untracked(Option::is_some);
        if wanted && self.machine.borrow().is_none() {
            self.turn.set(self.turn.get() + 1);
            self.machine.replace(Some(Machine::new(random::number())));
            self.handle(Event::Start);
        }
    }

    /// Ends it, without a word: another tab goes on, or the account is about to change.
    pub(super) fn end(&self) {
        self.turn.set(self.turn.get() + 1);
        self.machine.take();
        self.timer.take();
        self.burst.take();
        self.ear.take();
        self.round.take();
        self.busy.set(false);
    }

    /// The number of the machine that runs, or will.
    pub(super) fn turn(&self) -> u64 {
        self.turn.get()
    }

    /// Looks now, here or in the tab that syncs.
    pub(super) fn wake(self: &Rc<Self>) {
        if panic::happened() || self.burst.borrow().is_some() {
            return;
        }
        let driver = self.clone();
        self.burst.replace(Some(timeout(BURST_MS, move || {
            driver.burst.take();
            if driver.leads.get() {
                driver.handle(Event::Wake);
            } else {
                driver.tabs.post(share::WAKE, &());
            }
        })));
    }

    /// Shows a status in this tab and, if this tab syncs, in the others.
    pub(super) fn show(&self, status: Status) {
        if self.leads.get() {
            if matches!(status, Status::Offline(1..)) {
                background::wake_when_online();
            }
            self.tabs.post(share::STATUS, &status);
        }
        if self.status.with_untracked(|shown| *shown != status) {
            self.status.set(status);
        }
    }

    pub(super) fn handle(self: &Rc<Self>, event: Event) {
        if panic::happened() {
            return;
        }
        let effects = self.machine.borrow_mut().as_mut().map(|machine| machine.handle(event)).unwrap_or_default();
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        let driver = self.clone();
        match effect {
            Effect::Load { max } => {
                self.timer.take();
                self.begin_round();
                self.in_turn(async move { driver.load(max).await });
            }
            Effect::Send(request) => self.in_turn(async move { driver.send(request).await }),
            Effect::Commit(commit) => self.in_turn(async move { driver.commit(*commit).await }),
            Effect::SetAside { n, code, message } => {
                self.in_turn(async move { driver.set_aside(n, code, message).await });
            }
            Effect::Fetch => self.in_turn(async move { driver.fetch().await }),
            Effect::Check => self.in_turn(async move { driver.check().await }),
            Effect::Repair { buckets, after } => {
                self.begin_round();
                self.in_turn(async move { driver.repair(buckets, after).await });
            }
            Effect::Rescope { to, moving } => self.in_turn(async move { driver.rescope(to, moving).await }),
            Effect::Rebase { epoch, next_n } => self.in_turn(async move { driver.rebase(epoch, next_n).await }),
            Effect::Enrol => self.in_turn(async move { driver.enrol().await }),
            Effect::Purge => self.in_turn(async move { driver.purge().await }),
            Effect::Listen => self.listen(),
            Effect::Timer(ms) => {
                // Whoever waits for a timer is done for now.
                self.end_round();
                let turn = self.turn.get();
                let timer = timeout(u32::try_from(ms).unwrap_or(u32::MAX), move || driver.report(turn, Event::Timer));
                self.timer.replace(Some(timer));
            }
            Effect::Status(status) => self.show(status),
        }
    }

    /// Runs work whose outcome is an event for the machine that asked for it, and for no later one.
    fn in_turn(self: &Rc<Self>, work: impl Future<Output = Event> + 'static) {
        let (driver, turn) = (self.clone(), self.turn.get());
        spawn(async move {
            let event = work.await;
            driver.report(turn, event);
        });
    }

    pub(super) fn report(self: &Rc<Self>, turn: u64, event: Event) {
        if self.turn.get() == turn {
            self.handle(event);
        }
    }

    async fn load(&self, max: usize) -> Event {
        match self.store.load_batch(max).await {
            Ok(pending) => Event::Loaded(pending),
            Err(error) => self.failed(&error),
        }
    }

    async fn commit(&self, commit: Commit) -> Event {
        match self.store.commit(commit, time::now_ms()).await {
            Ok((waiting, rejected)) => {
                if self.trouble.with_untracked(Option::is_some) {
                    self.trouble.set(None);
                }
                Event::Committed { waiting, rejected }
            }
            Err(error) => self.failed(&error),
        }
    }

    async fn set_aside(&self, n: u64, code: &str, message: String) -> Event {
        match self.store.set_aside(n, code, message).await {
            Ok((waiting, rejected)) => {
                self.note(|round| round.refused += 1);
                Event::Committed { waiting, rejected }
            }
            Err(error) => self.failed(&error),
        }
    }

    pub(super) fn failed(&self, error: &impl ToString) -> Event {
        self.note(|round| round.why = Some(error.to_string()));
        self.trouble.set(Some(error.to_string()));
        Event::StoreFailed
    }

    async fn send(&self, mut request: SyncRequest) -> Event {
        let turn = self.turn();
        if !request.mutations.is_empty() {
            // What was sent can never be discarded, even if it was sent in vain. So where there was no answer, the server is
            // looked for first with nothing in hand.
            if !self.answered.get() && !self.is_there().await {
                self.note(|round| round.failed(&Failure::Offline, None));
                return Event::Failed(Failure::Offline);
            }
            match self.store.seal_batch(&request.mutations).await {
                // All of it was discarded just now: the next look finds what else there is.
                Ok(sealed) if sealed.is_empty() => return Event::Failed(Failure::Offline),
                Ok(sealed) => request.mutations = sealed,
                Err(error) => {
                    self.failed(&error);
                    return Event::Failed(Failure::Offline);
                }
            }
        }
        let large = request.cursor == 0 || request.mutations.len() > MANY;
        let limit = if large { LONG_LIMIT_MS } else { http::TIME_LIMIT_MS };
        let reply = http::post("/api/v1/sync", &request, limit).await;
        let failure = match classify::read::<SyncResponse>(reply.as_ref()) {
            Ok(answer) => {
                self.answered.set(true);
                self.note(|round| round.answered(&request, &answer, reply.as_ref()));
                self.take_role(turn, answer.role).await;
                return Event::Answered(Box::new(answer));
            }
            Err(reason) => match classify::failure(reason) {
                failure @ (Failure::EpochChanged(_) | Failure::Forked) => self.of_this_person(failure).await,
                // Unless it is the session of the identity that this device has asked for, and did not live to take over.
                Failure::SignedOut => match self.store.is_enrolling().await {
                    Ok(true) => self.of_this_person(Failure::Forked).await,
                    Ok(false) => Failure::SignedOut,
                    Err(error) => {
                        self.failed(&error);
                        Failure::Offline
                    }
                },
                failure => failure,
            },
        };
        self.answered.set(failure != Failure::Offline);
        self.note(|round| round.failed(&failure, reply.as_ref()));
        Event::Failed(failure)
    }

    /// Whether something answers that is surely the server, whatever it says.
    async fn is_there(&self) -> bool {
        let reply = http::get("/api/v1/me", http::TIME_LIMIT_MS).await;
        !matches!(classify::read::<Account>(reply.as_ref()), Err(NoAnswer::Unreachable))
    }

    /// Another epoch is a server that was restored, and another identity is one to take over; or the session is of somebody else. In their
    /// name nothing of this device may land.
    async fn of_this_person(&self, failure: Failure) -> Failure {
        let reply = http::get("/api/v1/me", http::TIME_LIMIT_MS).await;
        match classify::read::<Account>(reply.as_ref()) {
            Ok(me) if self.is_own(&me) => failure,
            Ok(_) => Failure::SignedOut,
            Err(reason) => classify::failure(reason),
        }
    }
}
