//! Which tab syncs: the one that holds the Web Lock. The others wait for it, and take it from a holder that is frozen.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::{GetUntracked, Set};
use outpost_core::sync::Status;

use super::driver::Driver;
use super::share;
use crate::platform::locks::{self, Guard};
use crate::platform::{interval, panic, sleep, timeout, visibility};

/// How often a tab that a person looks at asks whether the syncing tab is alive, in milliseconds.
const PING_MS: u32 = if cfg!(test) { 100 } else { 5_000 };
/// How long that tab has to answer, in milliseconds.
const ANSWER_MS: u32 = if cfg!(test) { 200 } else { 4_000 };
/// How long after a tab was frozen another one syncs, in milliseconds. It is frozen just after it has answered, at worst; and what comes
/// after the last wait, for the lock and the store, is given a second.
const TAKEN_OVER_MS: u32 = 10_000;
const _: () = assert!(PING_MS + ANSWER_MS + 1_000 <= TAKEN_OVER_MS);
/// How long a tab that got the lock waits when the store is not to be had, in milliseconds.
const RETRY_MS: u32 = 1_000;
/// How long the syncing tab has to take notice that it is not any more, in milliseconds.
const SETTLE_MS: u32 = 100;

/// Waits for the lock, syncs while this tab has it, and waits again when it was taken.
pub(super) async fn lead(driver: Rc<Driver>) {
    let steal = watch_leader(&driver);
    loop {
        let guard = next_turn(driver.lock, &steal).await;
        // From here on the store takes nothing from a tab that led before, should that wake up.
        while let Err(error) = driver.store.take_lead().await {
            driver.trouble.set(Some(error.to_string()));
            sleep(RETRY_MS).await;
        }
        driver.leads.set(true);
        driver.unanswered.take();
        driver.begin();
        guard.lost().await;
        driver.leads.set(false);
        driver.end();
        drop(guard);
    }
}

/// Where the watch leaves word that the holder is frozen.
type Steal = Rc<Cell<Option<oneshot::Sender<()>>>>;

async fn next_turn(lock: &str, steal: &Steal) -> Guard {
    let (ask, asked) = oneshot::channel();
    steal.set(Some(ask));
    let taken = match select(pin!(locks::hold(lock)), asked).await {
        Either::Left((guard, _)) => Some(guard),
        Either::Right(_) => None,
    };
    match taken {
        Some(guard) => guard,
        None => locks::steal(lock).await,
    }
}

/// While this tab is seen and does not sync, makes sure that the one which does is alive.
fn watch_leader(driver: &Rc<Driver>) -> Steal {
    let steal: Steal = Rc::default();
    let told = driver.clone();
    driver
        .tabs
        .on(share::STATUS, move |status: Status| {
            told.unanswered.take();
            if !told.leads.get() {
                told.show(status);
            }
        })
        .forever();
    let (driver, steals) = (driver.clone(), steal.clone());
    let ping = move || {
        let asks = !driver.leads.get() && !driver.paused.get() && driver.unanswered.borrow().is_none();
        if !asks || !visibility::is_visible() || panic::happened() {
            return;
        }
        let (asking, steals) = (driver.clone(), steals.clone());
        driver.unanswered.replace(Some(timeout(ANSWER_MS, move || {
            asking.unanswered.take();
            if let Some(steal) = steals.take() {
                // Fails only if this tab has just got the lock by itself.
                steal.send(()).ok();
            }
        })));
        driver.tabs.post(share::PING, &());
    };
    // The first tells a new tab the status at once.
    ping();
    interval(PING_MS, ping).forget();
    steal
}

/// Does what the other tabs ask of the one that syncs.
pub(super) fn hear_other_tabs(driver: &Rc<Driver>) {
    let woken = driver.clone();
    driver
        .tabs
        .on(share::WAKE, move |()| {
            if woken.leads.get() {
                woken.wake();
            }
        })
        .forever();
    let pinged = driver.clone();
    driver
        .tabs
        .on(share::PING, move |()| {
            if (pinged.leads.get() || pinged.paused.get()) && !panic::happened() {
                pinged.tabs.post(share::STATUS, &pinged.status.get_untracked());
            }
        })
        .forever();
    let paused = driver.clone();
    driver.tabs.on(share::PAUSE, move |()| paused.end()).forever();
}

/// Stops syncing in all tabs until the returned value is dropped: while the account changes, nothing may be sent in the
/// name of the wrong one.
///
/// The lock is taken from its holder, past the tabs that wait for it in a queue.
pub(super) async fn pause(driver: &Rc<Driver>) -> Pause {
    driver.paused.set(true);
    driver.end();
    driver.tabs.post(share::PAUSE, &());
    let guard = locks::steal(driver.lock).await;
    // What the holder was just storing is stored by then; it begins nothing new.
    sleep(SETTLE_MS).await;
    Pause { driver: driver.clone(), _guard: guard }
}

/// Nobody syncs while this lives.
#[must_use = "syncing goes on when this is dropped"]
pub(super) struct Pause {
    driver: Rc<Driver>,
    _guard: Guard,
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.driver.paused.set(false);
        // Where there are no locks, this tab never stopped leading.
        self.driver.begin();
    }
}
