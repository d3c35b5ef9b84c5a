//! Whether the browser has frozen this page, as it does with one that nobody looks at: timers, requests and the store stand still
//! then, but messages of other tabs still come, and locks are still given. What these set going would stop halfway, and a
//! transaction that is begun and not ended holds up all tabs.

use std::cell::Cell;

use super::events::{self, Listener};
use super::{sleep, timeout};

thread_local! {
    static FROZEN: Cell<bool> = const { Cell::new(false) };
    static WATCH: Listener = events::on_document("freeze", |_| {
        FROZEN.set(true);
        // Stands still as well, and goes off before whatever waits from here on.
        timeout(0, || FROZEN.set(false)).forget();
    });
}

/// Begins to watch, if nobody has yet.
pub(super) fn watch() {
    WATCH.with(|_| ());
}

/// Whether it is now.
pub(super) fn is_frozen() -> bool {
    FROZEN.get()
}

/// Does it now, or as soon as the page is no longer frozen.
pub(super) fn awake(act: impl FnOnce() + 'static) {
    if FROZEN.get() {
        timeout(0, act).forget();
    } else {
        act();
    }
}

/// Resolves as soon as the page is not frozen.
pub(super) async fn thawed() {
    if FROZEN.get() {
        sleep(0).await;
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::platform::js;

    #[wasm_bindgen_test]
    async fn what_comes_to_a_frozen_page_waits_until_its_timers_run() {
        watch();
        let seen = Rc::new(Cell::new(0));
        let see = || {
            let seen = seen.clone();
            move || seen.set(seen.get() + 1)
        };
        awake(see());
        assert_eq!(seen.get(), 1, "at once");
        let freeze = web_sys::Event::new("freeze").unwrap();
        js::window().document().unwrap().dispatch_event(&freeze).unwrap();
        awake(see());
        assert_eq!(seen.get(), 1, "not while it is frozen");
        thawed().await;
        assert_eq!(seen.get(), 2, "in its turn");
        awake(see());
        assert_eq!(seen.get(), 3, "at once again");
    }
}
