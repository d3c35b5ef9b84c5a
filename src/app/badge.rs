//! The number on the app's icon: what needs the person. Changes that were refused, a sign-in that has ended, and tasks that are
//! due, which the clock makes more of by itself.

use leptos::prelude::*;
use outpost_core::sync::Status;

use crate::pages::tasks_due;
use crate::platform::{interval, page, share, time};
use crate::state::{Desk, Live, live};

/// How often the clock is looked at, in milliseconds: a new day makes tasks due.
const LOOK_MS: u32 = 60_000;

/// Follows it for as long as the page lives.
pub(super) fn watch(desk: Desk) {
    let today = RwSignal::new(time::today());
    std::mem::forget(interval(LOOK_MS, move || {
        if today.get_untracked() != time::today() {
            today.set(time::today());
        }
    }));
    let due: Live<usize> = live(move || (desk.version("task"), today.get()), move |(_, today)| tasks_due(desk, today));
    let (status, refused) = (desk.sync().status(), desk.store().rejected_count());
    let shown = Memo::new(move |_| {
        if let Some(error) = due.error() {
            page::warn(&format!("the tasks that are due cannot be counted: {error}"));
        }
        let asks = matches!(status.get(), Status::NeedsYou(_) | Status::SignIn(_));
        due.value().unwrap_or_default() + refused.get() + usize::from(asks)
    });
    Effect::new(move |_: Option<()>| share::badge(shown.get()));
}
