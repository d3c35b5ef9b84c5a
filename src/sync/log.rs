//! What the last rounds did, kept on the device for whoever wants to know. A round is all that the syncing tab does from one
//! pause to the next. One in which nothing happened is not noted, nor is the same failure a second time in a row, so that
//! a device that waits, or is offline for a week, writes nothing.

use std::rc::Rc;

use leptos::prelude::*;
use outpost_core::protocol::{SyncRequest, SyncResponse, Verdict};
use outpost_core::sync::Failure;
use serde::{Deserialize, Serialize};

use super::driver::Driver;
use super::share;
use crate::platform::http::classify::Reply;
use crate::platform::{page, spawn, time};
use crate::store::{Store, StoreError};

/// Where the store keeps it.
const LOG: &str = "sync log";
/// How many rounds are kept.
const KEPT: usize = 50;

/// One round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Round {
    /// When it began, in milliseconds since 1970.
    pub at: u64,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// Changes that the server has answered for.
    pub sent: usize,
    /// Rows that came.
    pub received: usize,
    /// Changes that were refused.
    pub refused: usize,
    /// Records that were found to differ from the server's, and were put right here or there.
    pub mended: usize,
    /// Bytes sent, as they travelled.
    pub up: u64,
    /// Bytes received, as they travelled.
    pub down: u64,
    /// Why it did not end well: a sentence.
    pub why: Option<String>,
}

impl Round {
    pub(super) fn answered(&mut self, request: &SyncRequest, answer: &SyncResponse, reply: Option<&Reply>) {
        self.why = None;
        self.sent += request.mutations.len().min(answer.receipts.len());
        self.received += answer.rows.len() + answer.records.len();
        let refused = |verdict: &Verdict| matches!(verdict, Verdict::Rejected { .. });
        self.refused += answer.receipts.iter().filter(|receipt| refused(&receipt.verdict)).count();
        self.travelled(reply);
    }

    pub(super) fn failed(&mut self, failure: &Failure, reply: Option<&Reply>) {
        let why = match failure {
            Failure::Offline => "The server did not answer.",
            Failure::Busy(_) => "The server was busy, and asked to wait.",
            Failure::SignedOut => "The session is over: sign in again.",
            Failure::Removed => "You were removed from the workspace.",
            Failure::TooLarge => "The server found what was sent too large.",
            Failure::EpochChanged(_) => "The server was restored from a backup; everything is read again.",
            Failure::Forked => "This device’s data was copied to another one; it becomes a device of its own.",
            Failure::Malformed(why) | Failure::Refused(why) => why,
        };
        self.why = Some(why.to_owned());
        self.travelled(reply);
    }

    fn travelled(&mut self, reply: Option<&Reply>) {
        self.up += reply.map_or(0, |reply| reply.bytes_up);
        self.down += reply.map_or(0, |reply| reply.bytes_down);
    }

    const fn is_nothing(&self) -> bool {
        self.why.is_none() && self.sent == 0 && self.received == 0 && self.refused == 0 && self.mended == 0
    }
}

/// The log, the newest first.
pub(super) async fn read(store: &Store) -> Result<Vec<Round>, StoreError> {
    Ok(store.meta::<Vec<Round>>(LOG).await?.unwrap_or_default())
}

/// Adds a round to the log; says whether there was something to add.
async fn add(store: &Store, round: Round) -> Result<bool, StoreError> {
    let mut log = read(store).await?;
    if round.why.is_some()
        && round.sent + round.received + round.mended == 0
        && log.first().is_some_and(|last| last.why == round.why)
    {
        return Ok(false);
    }
    log.insert(0, round);
    log.truncate(KEPT);
    store.set_meta(LOG, &log).await?;
    Ok(true)
}

impl Driver {
    pub(super) fn begin_round(&self) {
        let mut round = self.round.borrow_mut();
        if round.is_none() {
            *round = Some(Round { at: time::now_ms(), ..Round::default() });
            self.busy.set(true);
        }
    }

    /// Takes note of something, if there is a round.
    pub(super) fn note(&self, note: impl FnOnce(&mut Round)) {
        if let Some(round) = self.round.borrow_mut().as_mut() {
            note(round);
        }
    }

    pub(super) fn end_round(self: &Rc<Self>) {
        let Some(mut round) = self.round.take() else { return };
        self.busy.set(false);
        if round.is_nothing() {
            return;
        }
        round.took = time::now_ms().saturating_sub(round.at);
        let driver = self.clone();
        spawn(async move {
            match add(&driver.store, round).await {
                Ok(true) => {
                    driver.tabs.post(share::LOGGED, &());
                    driver.logged.update(|turn| *turn = !*turn);
                }
                Ok(false) => {}
                Err(error) => page::warn(&format!("what syncing did cannot be noted: {error}")),
            }
        });
    }
}

/// Takes note of what the syncing tab has noted.
pub(super) fn hear_other_tabs(driver: &Rc<Driver>) {
    let told = driver.clone();
    driver.tabs.on(share::LOGGED, move |()| told.logged.update(|turn| *turn = !*turn)).forever();
}
