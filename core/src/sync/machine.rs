//! The machine: one function, `handle`, that takes what happened and says what to do.
//!
//! ```text
//! Idle ──wake──▶ Loading ──loaded──▶ Sending ──answered──▶ Committing ──committed──▶ Idle, or Loading for more
//!                                       └──failed──▶ Idle, or Held if the server asks for it, with a jittered timer
//! ```
//! `upkeep` has what is seldom: comparing with the server when all is done, and mending what is not as it should be.
//! There is never more than one request under way, and what an answer says takes effect only in the transaction that
//! also moves the cursor. A crash anywhere therefore repeats a request at worst, and repeating one changes nothing.

mod upkeep;

use crate::protocol::{PROTOCOL, SyncRequest, SyncResponse};
use crate::scope::{Age, Moving, Scope};
use crate::sync::backoff::Backoff;
use crate::sync::commit::Commit;
use crate::sync::words::{Effect, Event, Failure, Pending, Position, Status};

/// How often a device with nothing to say asks for news, in milliseconds.
const POLL_MS: u64 = 20_000;
/// How often it looks whether it is time to compare, while the server tells it of news by itself. It asks for none then: the server
/// repeats how far the sequence goes, which makes up for a word that was lost.
const LIVE_LOOK_MS: u64 = 300_000;
/// A live connection on which so much was said lasts: the server speaks every ten seconds at least.
const LASTS: u32 = 3;
/// How much longer than after a failure the first pause is when the live connection is lost.
const SPREAD: u64 = 3;
/// However long a server asks to wait, a device comes back after so many milliseconds.
const LONGEST_HOLD_MS: u64 = 300_000;
/// The most mutations sent at once; halved when the server finds a batch too large.
const BATCH: usize = 500;
/// The most rows asked for at once.
const ROWS: u32 = 1_000;

/// What a person is told of a change that no request can carry.
const TOO_LARGE: &str = "this change is too large for the server: make it smaller, and save it again";

/// A mutation that the server would not take even alone. That is its own fault only if a request without it is answered;
/// a server that takes nothing at all must not empty anybody's outbox.
#[derive(Debug, Clone, PartialEq)]
struct Suspect {
    n: u64,
    code: &'static str,
    message: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Phase {
    Stopped,
    Idle,
    /// The server asked to wait: reasons to look are no reasons until the timer goes off.
    Held,
    Loading,
    Sending {
        position: Position,
        first: Option<u64>,
        sent: usize,
        next_n: u64,
    },
    Committing {
        moves: bool,
        has_more: bool,
        cursor: u64,
    },
    Fetching,
    Checking,
    Repairing {
        buckets: Vec<u8>,
    },
    Rescoping {
        moving: Moving,
    },
    Rebasing,
    Enrolling,
    Purging,
}

/// The sync client. See the module's documentation.
#[derive(Debug, Clone)]
pub struct Machine {
    phase: Phase,
    /// Something happened while busy: look again when idle.
    again: bool,
    waiting: usize,
    batch: usize,
    backoff: Backoff,
    /// Whether it asks because something was done here, and not because its time has come.
    woken: bool,
    status: Status,
    /// The epoch to start again with, from cursor 0.
    reset_to: Option<String>,
    /// Whether it is idle because all is done, and not because something failed and is tried again.
    at_rest: bool,
    /// Whether the server tells of news by itself.
    live: bool,
    /// How often it has spoken since it does.
    words: u32,
    /// Spreads and slows down what follows when it no longer does.
    deaf: Backoff,
    /// How far the server has said that the sequence goes.
    head: u64,
    /// How far this device has read it.
    cursor: u64,
    /// The mutation that is held back until it is known whether it is the one to blame.
    suspect: Option<Suspect>,
    /// Whether it has asked what a new device is sent at first.
    fetched: bool,
    /// When it compares itself with the server.
    check: upkeep::Due,
    /// What this device keeps, as it was loaded.
    scope: Scope,
    /// Whether the person was removed from the workspace, and what is the workspace's has gone from here.
    removed: bool,
    /// What the timer was set to, in milliseconds.
    waits: u64,
}

impl Machine {
    /// A stopped machine. `seed` spreads its retries; two devices should have different ones.
    pub const fn new(seed: u64) -> Self {
        Self {
            phase: Phase::Stopped,
            again: false,
            waiting: 0,
            batch: BATCH,
            backoff: Backoff::new(seed),
            woken: false,
            status: Status::Local,
            reset_to: None,
            at_rest: false,
            live: false,
            words: 0,
            deaf: Backoff::new(!seed),
            head: 0,
            cursor: 0,
            suspect: None,
            fetched: false,
            check: upkeep::Due::soon(),
            scope: Scope::of(Age::Old),
            removed: false,
            waits: 0,
        }
    }

    /// Takes an event, returns what to do, in order.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Idle {
            self.woken = matches!(event, Event::Wake);
        }
        match event {
            Event::Start if self.phase == Phase::Stopped => {
                self.backoff.reset();
                self.check = upkeep::Due::soon();
                self.fetched = false;
                self.load(&mut effects);
            }
            Event::Stop => {
                self.phase = Phase::Stopped;
                self.again = false;
                self.reset_to = None;
                self.live = false;
                self.head = 0;
                self.suspect = None;
                self.removed = false;
                self.show(Status::Local, &mut effects);
            }
            _ if self.phase == Phase::Stopped => {}
            Event::Start | Event::Timer if self.phase == Phase::Held => self.load(&mut effects),
            Event::Timer if self.phase == Phase::Idle => {
                self.check.pass(self.waits);
                if self.is_told() {
                    self.set_timer(self.pause(), &mut effects);
                } else {
                    self.load(&mut effects);
                }
            }
            Event::Start | Event::Wake if self.phase == Phase::Idle => self.load(&mut effects),
            Event::Start | Event::Wake => self.again = true,
            // A leftover of before: whoever becomes idle sets a new one.
            Event::Timer => {}
            Event::Loaded(pending) if self.phase == Phase::Loading => self.send(pending, &mut effects),
            Event::Answered(answer) => self.answered(*answer, &mut effects),
            Event::Failed(failure) if self.asks() => self.failed(failure, &mut effects),
            Event::Committed { waiting, rejected } => self.committed(waiting, rejected, &mut effects),
            Event::StoreFailed if self.stores() => {
                self.phase = Phase::Idle;
                self.again = false;
                let wait = self.backoff.next();
                self.set_timer(wait, &mut effects);
            }
            Event::Fetched if self.phase == Phase::Fetching => {
                self.fetched = true;
                self.load(&mut effects);
            }
            Event::Checked(finding) if self.phase == Phase::Checking => self.checked(finding, &mut effects),
            Event::Repaired(next) => self.repaired(next, &mut effects),
            Event::Rescoped(next) => self.rescoped(next, &mut effects),
            Event::Rebased if self.phase == Phase::Rebasing => self.load(&mut effects),
            Event::Enrolled if self.phase == Phase::Enrolling => self.enrolled(&mut effects),
            Event::Purged if self.phase == Phase::Purging => self.purged(&mut effects),
            Event::Live(live) => self.heard_of_live(live, &mut effects),
            Event::Head(head) => {
                self.head = self.head.max(head);
                self.words = self.words.saturating_add(1);
                if self.words == LASTS {
                    self.deaf.reset();
                }
                // While busy, what is under way brings it, or whoever becomes idle asks for it.
                if self.phase == Phase::Idle && self.is_behind() {
                    self.load(&mut effects);
                }
            }
            Event::Loaded(_) | Event::Failed(_) | Event::StoreFailed => {}
            Event::Fetched | Event::Checked(_) | Event::Rebased | Event::Enrolled | Event::Purged => {}
        }
        effects
    }

    /// Whether it waits for the server's answer to something.
    const fn asks(&self) -> bool {
        let mends = matches!(
            self.phase,
            Phase::Checking | Phase::Repairing { .. } | Phase::Rescoping { .. } | Phase::Enrolling
        );
        mends || matches!(self.phase, Phase::Sending { .. } | Phase::Fetching)
    }

    /// Whether it waits for the store.
    const fn stores(&self) -> bool {
        let writes = matches!(
            self.phase,
            Phase::Fetching
                | Phase::Repairing { .. }
                | Phase::Rescoping { .. }
                | Phase::Rebasing
                | Phase::Enrolling
                | Phase::Purging
        );
        writes || matches!(self.phase, Phase::Loading | Phase::Committing { .. } | Phase::Checking)
    }

    fn set_timer(&mut self, ms: u64, effects: &mut Vec<Effect>) {
        self.waits = ms;
        effects.push(Effect::Timer(ms));
    }

    const fn is_behind(&self) -> bool {
        self.head > self.cursor
    }

    /// Whether it would be told if there were anything to ask for.
    const fn is_told(&self) -> bool {
        self.live && self.at_rest && self.waiting == 0 && !self.check.is_now()
    }

    /// The live connection came or went. A lost one is a reason to look and to listen again, though not at once: a thousand
    /// devices may have lost theirs together, and something in between may cut each new one. What failed is tried again
    /// when it would be in any case.
    fn heard_of_live(&mut self, live: bool, effects: &mut Vec<Effect>) {
        let changes = self.live != live;
        self.live = live;
        self.words = 0;
        if changes && self.phase == Phase::Idle && self.at_rest {
            let wait = if live { self.pause() } else { SPREAD * self.deaf.next() };
            self.set_timer(wait, effects);
        }
    }

    fn load(&mut self, effects: &mut Vec<Effect>) {
        self.phase = Phase::Loading;
        self.at_rest = false;
        self.again = false;
        effects.push(Effect::Load { max: self.batch });
    }

    fn send(&mut self, pending: Pending, effects: &mut Vec<Effect>) {
        self.waiting = pending.waiting;
        self.scope = pending.scope;
        let mut position = pending.position;
        let is_new = !self.fetched && position.cursor == 0 && self.reset_to.is_none();
        // Whoever was removed asks whether that still holds before fetching anything.
        if is_new && pending.waiting == 0 && !self.removed {
            self.phase = Phase::Fetching;
            // Whoever fetches shows how far it is; what comes after is said whatever was said before.
            self.status = Status::Fetching(0, 0);
            effects.push(Effect::Fetch);
            return;
        }
        let mut mutations = pending.mutations;
        let probes = self.reset_to.is_some();
        if let Some(epoch) = &self.reset_to {
            // First of all, what it has of this device: that decides how what is unsent goes on.
            position = Position { epoch: Some(epoch.clone()), cursor: 0, since: 0 };
            mutations.clear();
        }
        if position.epoch.is_none() {
            // It might arrive twice, the second time at a server that was restored meanwhile: only a push that names its
            // epoch is refused there.
            mutations.clear();
        }
        let first = mutations.first().map(|mutation| mutation.n);
        self.suspect = self.suspect.take().filter(|suspect| first == Some(suspect.n));
        if self.suspect.is_some() {
            mutations.clear();
        }
        // News are asked for only along with the last of what waits. What is still waiting may have reached the server
        // before (its answer was lost) and have been rewritten or refused there; a row that lost against it here, and
        // should not have, would be gone for good once the cursor is past it.
        // A new device says what it has to say before it fetches.
        let is_all = !probes && !is_new && mutations.len() == pending.waiting;
        if pending.waiting > 0 && !matches!(self.status, Status::Offline(_) | Status::NeedsYou(_) | Status::SignIn(_)) {
            self.show(Status::Waiting(pending.waiting), effects);
        }
        let request = SyncRequest {
            protocol: PROTOCOL,
            device: pending.device,
            epoch: position.epoch.clone(),
            cursor: position.cursor,
            since: position.since,
            limit: if is_all { ROWS } else { 0 },
            mutations,
            wanted: if is_all { pending.wanted } else { Vec::new() },
            scope: self.scope.keep,
        };
        self.phase = Phase::Sending { position, first, sent: request.mutations.len(), next_n: pending.next_n };
        effects.push(Effect::Send(request));
    }

    fn answered(&mut self, answer: SyncResponse, effects: &mut Vec<Effect>) {
        let Phase::Sending { position, sent, next_n, .. } = &self.phase else { return };
        let known = position.epoch.as_ref().is_none_or(|epoch| *epoch == answer.epoch);
        if !known {
            return self.failed(Failure::EpochChanged(answer.epoch), effects);
        }
        self.removed = false;
        // It has mutations of this device that this device never made.
        let is_copied = answer.next_n > *next_n;
        // What was written since it asked, the other may have as well.
        let nothing_waits = self.waiting == 0 && !self.again;
        if is_copied && (nothing_waits || self.reset_to.is_some()) {
            return self.failed(Failure::Forked, effects);
        }
        // What it was sent and has answered for, it must know of.
        let has_lost =
            if *sent > 0 { answer.receipts.is_empty() } else { answer.next_n + (self.waiting as u64) < *next_n };
        if self.reset_to.take().is_some() || has_lost {
            return self.rebase(answer.epoch, answer.next_n, effects);
        }
        // What waits may be from before there were two, and the other may have sent it. What it was, the answers say, one by one;
        // whoever became another device first would say it twice.
        self.again |= is_copied;
        self.check.is_known(is_copied);
        // An answer that moves nothing is no reason to ask again at once: the next one would be the same.
        let cursors = (position.cursor, position.since) != (answer.cursor, answer.since) || position.epoch.is_none();
        let fetched = !answer.records.is_empty();
        let moves = cursors || fetched || !answer.receipts.is_empty() || !answer.rows.is_empty();
        // There may be more to fetch by name than one request asks for.
        let has_more = answer.has_more || fetched;
        if answer.outdated {
            // Away for half a year or longer: that nothing was missed is made sure of as soon as all is here.
            self.check = upkeep::Due::now();
        }
        self.phase = Phase::Committing { moves, has_more, cursor: answer.cursor };
        effects.push(Effect::Commit(Box::new(Commit::new(answer))));
    }

    fn failed(&mut self, failure: Failure, effects: &mut Vec<Effect>) {
        let (first, sent) = match &self.phase {
            Phase::Sending { first, sent, .. } => (*first, *sent),
            _ => (None, 0),
        };
        self.phase = Phase::Idle;
        self.again = false;
        let wait = match failure {
            Failure::Offline => {
                self.show(Status::Offline(self.waiting), effects);
                // However much somebody writes without a network, the waits for one do not grow by it.
                if self.woken { self.backoff.same() } else { self.backoff.next() }
            }
            Failure::Busy(at_least) => {
                self.show(Status::Offline(self.waiting), effects);
                self.phase = Phase::Held;
                self.backoff.next().max(at_least.min(LONGEST_HOLD_MS))
            }
            Failure::TooLarge | Failure::Malformed(_) | Failure::Forked if sent > 1 => {
                self.batch = (sent / 2).max(1);
                return self.load(effects);
            }
            Failure::TooLarge if sent == 1 => return self.suspects(first, "too_large", TOO_LARGE.to_owned(), effects),
            Failure::Malformed(why) if sent == 1 => {
                let message = format!("the server cannot take this change; it says: {why}");
                return self.suspects(first, "malformed", message, effects);
            }
            Failure::TooLarge => {
                self.suspect = None;
                self.show(Status::NeedsYou("The server finds even an empty request too large.".to_owned()), effects);
                POLL_MS
            }
            Failure::EpochChanged(epoch) => {
                self.reset_to = Some(epoch);
                // What was said of the sequence was of another one.
                self.head = 0;
                self.backoff.next()
            }
            Failure::Forked => return self.enrol(effects),
            Failure::SignedOut => {
                let sentence = "Sign in again to sync; your work is safe on this device.";
                self.show(Status::SignIn(sentence.to_owned()), effects);
                POLL_MS
            }
            Failure::Removed if self.removed => self.is_out(effects),
            Failure::Removed => return self.purge(effects),
            Failure::Refused(sentence) | Failure::Malformed(sentence) => {
                self.suspect = None;
                self.show(Status::NeedsYou(sentence), effects);
                POLL_MS
            }
        };
        self.set_timer(wait, effects);
    }

    /// Holds one mutation back and asks without it: what is answered then says whose fault it was.
    fn suspects(&mut self, first: Option<u64>, code: &'static str, message: String, effects: &mut Vec<Effect>) {
        self.suspect = first.map(|n| Suspect { n, code, message });
        self.load(effects);
    }

    fn committed(&mut self, waiting: usize, rejected: usize, effects: &mut Vec<Effect>) {
        let Phase::Committing { moves, has_more, cursor } = self.phase else { return };
        self.cursor = cursor;
        if let Some(Suspect { n, code, message }) = self.suspect.take() {
            // Reported as committed too; what waits behind it goes then.
            self.phase = Phase::Committing { moves: true, has_more: false, cursor };
            effects.push(Effect::SetAside { n, code, message });
            return;
        }
        if !moves {
            // Nothing came: whatever was said, there is no more.
            self.head = self.head.min(cursor);
        }
        self.backoff.reset();
        self.waiting = waiting;
        self.batch = (self.batch * 2).min(BATCH);
        let status = match (rejected, waiting) {
            (0, 0) => Status::Saved,
            (0, waiting) => Status::Waiting(waiting),
            (1, _) => Status::NeedsYou("The server refused one change; look at it under Sync.".to_owned()),
            (many, _) => Status::NeedsYou(format!("The server refused {many} changes; look at them under Sync.")),
        };
        // Whoever has said what there was to say, and lacks what is to come, is not done.
        if status != Status::Saved || !has_more {
            self.show(status, effects);
        }
        let more = has_more || self.is_behind() || waiting > 0;
        if self.again || (moves && more) {
            return self.load(effects);
        }
        if let Some(moving) = self.scope.moving.clone().filter(|_| waiting == 0) {
            return self.rescope(moving, effects);
        }
        if waiting == 0 && self.check.is_now() {
            self.phase = Phase::Checking;
            effects.push(Effect::Check);
            return;
        }
        self.rest(effects);
    }

    /// All is done; the next look is when something happens, or in a while.
    fn rest(&mut self, effects: &mut Vec<Effect>) {
        self.phase = Phase::Idle;
        self.at_rest = true;
        if !self.live {
            effects.push(Effect::Listen);
        }
        self.set_timer(self.pause(), effects);
    }

    /// How long a device with nothing to do waits until it looks by itself.
    const fn pause(&self) -> u64 {
        if self.live && !self.check.is_soon() { LIVE_LOOK_MS } else { POLL_MS }
    }

    fn show(&mut self, status: Status, effects: &mut Vec<Effect>) {
        if self.status != status {
            self.status = status.clone();
            effects.push(Effect::Status(status));
        }
    }
}
