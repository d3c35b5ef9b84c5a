//! Comparing with the server when all is done, and mending: what differs, what the server has lost, who this device is.

use crate::record::RecordKey;
use crate::scope::Moving;
use crate::sync::machine::{Machine, POLL_MS, Phase};
use crate::sync::words::{Effect, Failure, Finding, Status};

/// How often an idle device compares itself with the server, in milliseconds.
const CHECK_MS: u64 = 6 * 60 * 60 * 1_000;
/// Mended so often in a row, it is left for the next time: something is wrong that mending does not mend.
const REPAIRS: u8 = 2;
/// What is said when a new identity is refused.
const NO_IDENTITY: &str = "This device shares its identity with a copy of it. Export your data under Settings, then sign \
                           out and in again.";
/// What is said to somebody who was removed from the workspace.
const OUT: &str = "You were removed from this workspace, and its records were taken off this device.";
/// The same, if something was never sent.
const OUT_WITH_WORK: &str = "You were removed from this workspace, and its records were taken off this device. What you \
                             wrote and it never got is still here: see Sync.";

/// When to compare.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Due {
    /// After so many milliseconds of waiting.
    ms: u64,
    /// How often it was found different and mended since it was last the same.
    repairs: u8,
    /// Whether this device has just got a new identity.
    enrolled: bool,
}

impl Due {
    pub(super) const fn now() -> Self {
        Self { ms: 0, repairs: 0, enrolled: false }
    }

    /// Once the start is over and done.
    pub(super) const fn soon() -> Self {
        Self { ms: 1, ..Self::now() }
    }

    pub(super) const fn is_soon(&self) -> bool {
        self.ms == 1
    }

    pub(super) const fn is_now(&self) -> bool {
        self.ms == 0
    }

    /// The server has answered: its new identity, if it has one, is good, unless there are two of that as well.
    pub(super) const fn is_known(&mut self, is_copied: bool) {
        self.enrolled = self.enrolled && is_copied;
    }

    /// So many milliseconds have passed.
    pub(super) const fn pass(&mut self, ms: u64) {
        self.ms = self.ms.saturating_sub(ms);
    }
}

impl Machine {
    pub(super) fn checked(&mut self, finding: Finding, effects: &mut Vec<Effect>) {
        match finding {
            Finding::Differs(buckets) if self.check.repairs < REPAIRS => {
                self.phase = Phase::Repairing { buckets: buckets.clone() };
                effects.push(Effect::Repair { buckets, after: None });
                return;
            }
            // Not with each of a busy workspace's changes.
            Finding::Moved => self.check = Due { repairs: self.check.repairs, ..Due::soon() },
            Finding::Same | Finding::Unknown | Finding::Differs(_) => self.check = Due { ms: CHECK_MS, ..Due::now() },
        }
        if self.again || self.is_behind() { self.load(effects) } else { self.rest(effects) }
    }

    pub(super) fn repaired(&mut self, next: Option<RecordKey>, effects: &mut Vec<Effect>) {
        let Phase::Repairing { buckets } = &self.phase else { return };
        if next.is_some() {
            effects.push(Effect::Repair { buckets: buckets.clone(), after: next });
            return;
        }
        self.check.repairs += 1;
        // What the server lacked is in the outbox now; once it is sent, they are compared again.
        self.load(effects);
    }

    /// Goes on with taking up or dropping what lies between two scopes.
    pub(super) fn rescope(&mut self, moving: Moving, effects: &mut Vec<Effect>) {
        self.phase = Phase::Rescoping { moving: moving.clone() };
        effects.push(Effect::Rescope { to: self.scope.keep, moving });
    }

    pub(super) fn rescoped(&mut self, next: Option<RecordKey>, effects: &mut Vec<Effect>) {
        let Phase::Rescoping { moving } = &self.phase else { return };
        match next {
            // News first: a person works on meanwhile.
            Some(_) if self.again || self.is_behind() => self.load(effects),
            Some(after) => {
                let moving = Moving { after: Some(after), ..moving.clone() };
                self.rescope(moving, effects);
            }
            None => {
                self.check = Due::now();
                self.load(effects);
            }
        }
    }

    /// The server has lost what this device had sent, at least.
    pub(super) fn rebase(&mut self, epoch: String, next_n: u64, effects: &mut Vec<Effect>) {
        self.phase = Phase::Rebasing;
        self.check = Due::now();
        // It has the records; what differs is found by comparing.
        self.fetched = true;
        self.head = 0;
        self.suspect = None;
        effects.push(Effect::Rebase { epoch, next_n });
    }

    pub(super) fn enrol(&mut self, effects: &mut Vec<Effect>) {
        if self.check.enrolled {
            return self.failed(Failure::Refused(NO_IDENTITY.to_owned()), effects);
        }
        self.phase = Phase::Enrolling;
        self.suspect = None;
        effects.push(Effect::Enrol);
    }

    /// The person was removed from the workspace.
    pub(super) fn purge(&mut self, effects: &mut Vec<Effect>) {
        self.phase = Phase::Purging;
        self.fetched = false;
        self.reset_to = None;
        (self.head, self.cursor) = (0, 0);
        self.suspect = None;
        effects.push(Effect::Purge);
    }

    /// What is the workspace's is gone.
    pub(super) fn purged(&mut self, effects: &mut Vec<Effect>) {
        self.removed = true;
        let wait = self.is_out(effects);
        self.set_timer(wait, effects);
    }

    /// Says so, and asks from time to time whether that still holds; there is no other reason to ask. Returns when, in milliseconds.
    pub(super) fn is_out(&mut self, effects: &mut Vec<Effect>) -> u64 {
        self.phase = Phase::Held;
        self.again = false;
        let sentence = if self.waiting == 0 { OUT } else { OUT_WITH_WORK };
        self.show(Status::NeedsYou(sentence.to_owned()), effects);
        POLL_MS
    }

    /// It is another device from here on. What came of an attempt that failed is asked for again.
    pub(super) fn enrolled(&mut self, effects: &mut Vec<Effect>) {
        self.check = Due { enrolled: true, ..Due::now() };
        self.load(effects);
    }
}
