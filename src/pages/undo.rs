//! Changes that can be taken back: done at once, with a toast that undoes them, never an “are you sure”. The offer is kept for
//! a page that is opened right after, so that it is there again after a reload: for as long as nothing else was written.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;
use serde::{Deserialize, Serialize};

use super::deal::moves::{self, Moved};
use crate::components::Toast;
use crate::forms::say;
use crate::platform::{page, sleep, time};
use crate::state::Desk;
use crate::store::{Cleared, Rejected, Written};
use crate::words::{t, tr};

/// The name of the latest offer in the store.
const NAME: &str = "undo";
/// For how long after it was done something is offered again to a page that has just been opened, in milliseconds.
const AGAIN_MS: u64 = 20_000;

/// The most ops that are kept for that: with more, keeping them would hold up the page.
const KEPT: usize = 5_000;

/// An offer is kept once so many milliseconds have brought no other: who changes one thing after the other does not wait for it.
const REST_MS: u32 = 60;

thread_local! {
    /// The number of the latest offer.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// What takes back what was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Back {
    /// Written as they are, each part for itself.
    Write(Vec<Vec<Op>>),
    /// A deal goes back to where it was.
    Move(Moved),
    /// Many deals do.
    Moves(Cleared),
    /// A refused change that was discarded is kept again.
    Keep(Rejected),
}

impl Back {
    /// What undoes one write.
    pub(crate) fn of(written: Written) -> Self {
        Self::Write(vec![written.inverse])
    }

    /// How many ops it takes.
    fn weight(&self) -> usize {
        match self {
            Self::Write(parts) => parts.iter().map(Vec::len).sum(),
            Self::Move(moved) => moved.back.len() + 2,
            Self::Moves(cleared) => cleared.back.len() + 2 * cleared.steps.len(),
            Self::Keep(rejected) => rejected.mutation.ops.len(),
        }
    }

    async fn go(self, desk: Desk) -> Result<(), String> {
        match self {
            Self::Write(parts) => {
                let refused = desk.write_all(parts).await.refused;
                refused.into_iter().next().map_or(Ok(()), Err)
            }
            Self::Move(moved) => moves::take_back(desk, moved).await,
            Self::Moves(cleared) => moves::put_back(desk, cleared).await,
            Self::Keep(rejected) => desk.store().keep_rejected(&rejected).await.map_err(say),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Offer {
    said: String,
    /// When it was done.
    at_ms: u64,
    back: Back,
}

impl Offer {
    /// Whether it was just made: not earlier, and not by a clock that has been set back since.
    fn is_fresh(&self) -> bool {
        let now_ms = time::now_ms();
        self.at_ms <= now_ms && now_ms - self.at_ms < AGAIN_MS
    }
}

/// Says what was done, and offers to take it back, also after a reload.
pub(crate) fn offer(desk: Desk, said: String, back: Back) {
    show(desk, Toast::new(said.clone()), said, back);
}

/// The same, where something else was not done.
pub(crate) fn offer_of_some(desk: Desk, said: String, back: Back) {
    show(desk, Toast::bad(said.clone()), said, back);
}

fn show(desk: Desk, toast: Toast, said: String, back: Back) {
    let offer = (back.weight() <= KEPT).then(|| Offer { said, at_ms: time::now_ms(), back: back.clone() });
    TURN.set(TURN.get().wrapping_add(1));
    let turn = TURN.get();
    spawn_local(async move {
        sleep(REST_MS).await;
        if let Some(offer) = offer.filter(|_| turn == TURN.get())
            && let Err(error) = desk.store().set_passing(NAME, &offer).await
        {
            // It takes nothing from what was done.
            page::warn(&format!("what undoes the last change was not kept for after a reload: {error}"));
        }
    });
    desk.toasts.show(toast.undo(move || take(desk, back.clone())));
}

fn take(desk: Desk, back: Back) {
    spawn_local(async move {
        if let Err(why) = back.go(desk).await {
            desk.toasts.show(Toast::bad(why));
        }
    });
}

/// Offers once more what was offered just before this page was opened, if nothing was written since, here or in another tab.
pub(crate) fn offer_again(desk: Desk) {
    let shown = RwSignal::new(None::<u32>);
    let waiting = desk.store().waiting();
    Effect::new(move |before: Option<usize>| {
        let now = waiting.get();
        if before.is_some_and(|before| now > before) {
            // Something was written: it does not hold any more.
            shown.get_untracked().into_iter().for_each(|id| desk.toasts.dismiss(id));
        }
        now
    });
    spawn_local(async move {
        match desk.store().passing::<Offer>(NAME).await {
            Ok(Some(offer)) if offer.is_fresh() => {
                let at_ms = offer.at_ms;
                let toast = Toast::new(offer.said).undo(move || take_if_it_holds(desk, at_ms));
                shown.set(Some(desk.toasts.show(toast)));
            }
            Ok(_) => {}
            Err(error) => page::warn(&format!("what undoes the last change cannot be read: {error}")),
        }
    });
}

/// Another tab may offer the same, and something may have been written since.
fn take_if_it_holds(desk: Desk, at_ms: u64) {
    spawn_local(async move {
        match desk.store().passing::<Offer>(NAME).await {
            Ok(Some(offer)) if offer.at_ms == at_ms => take(desk, offer.back),
            Ok(_) => {
                let why = tr("Something else was changed meanwhile, so nothing was undone.");
                desk.toasts.show(Toast::bad(why));
            }
            Err(error) => drop(desk.toasts.show(Toast::bad(say(error)))),
        }
    });
}

/// Deletes a record and offers to bring it back. `done` is called once it is deleted.
pub(crate) fn delete_with_undo(desk: Desk, key: RecordKey, name: String, done: impl FnOnce() + 'static) {
    spawn_local(async move {
        match desk.write(vec![Op::delete(&key.kind, key.id)]).await {
            Ok(_) => {
                done();
                let back = Back::Write(vec![vec![Op::restore(&key.kind, key.id)]]);
                offer(desk, t!("Deleted “{name}”"), back);
            }
            Err(why) => {
                desk.toasts.show(Toast::bad(why));
            }
        }
    });
}

/// Brings a deleted record back.
pub(crate) fn restore(desk: Desk, key: RecordKey) {
    spawn_local(async move {
        if let Err(why) = desk.write(vec![Op::restore(&key.kind, key.id)]).await {
            desk.toasts.show(Toast::bad(why));
        }
    });
}

/// Does `ops` and offers to take them back, under a sentence that says what was done.
pub(crate) fn do_with_undo(desk: Desk, ops: Vec<Op>, said: String) {
    spawn_local(async move { offer_undo(desk, desk.write(ops).await, said) });
}

/// Says what was done and offers to take it back, or why it was not.
pub(crate) fn offer_undo(desk: Desk, written: Result<Written, String>, said: String) {
    match written {
        // Pressed twice: it has been said, and there is nothing to take back.
        Ok(written) if written.n == 0 => {}
        Ok(written) => offer(desk, said, Back::of(written)),
        Err(why) => drop(desk.toasts.show(Toast::bad(why))),
    }
}
