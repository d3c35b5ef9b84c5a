//! The app's own update.
//!
//! `boot.js` registers the service worker; this watches it. A new version is fetched in the background and waits. If no
//! tab has anything unsaved it takes over silently, at once; otherwise the person is offered it, and it also takes over
//! by itself as soon as the last form is saved or the page goes out of sight.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::events::{self, Listener};
use super::{dirty, interval, js, page, panic, spawn, time, visibility};

/// How often a page that stays open asks for a new version, in milliseconds.
const CHECK_MS: u32 = 60 * 60_000;
/// A page that is shown again and again does not ask more often than this, in milliseconds.
const SHORTEST_MS: u64 = 30_000;

thread_local! {
    static WATCH: RefCell<Option<Rc<Watch>>> = const { RefCell::new(None) };
}

struct Watch {
    registration: ServiceWorkerRegistration,
    /// A newer version is in charge already: only this page is left behind.
    overtaken: Cell<bool>,
    /// The person said yes: whatever is unsaved here is theirs to lose.
    wanted: Cell<bool>,
    checked_ms: Cell<u64>,
    offer: Rc<dyn Fn()>,
}

/// Watches for new versions for as long as the page lives; `offer` is called when one is ready that must not take over
/// by itself. Then [`apply`] lets it.
///
/// Does nothing in a development build, which has no version and no service worker.
pub fn watch(offer: impl Fn() + 'static) {
    let Some(own) = page::meta("outpost-version") else { return };
    let Some(container) = js::get(&js::window().navigator(), "serviceWorker") else { return };
    let container: ServiceWorkerContainer = container.unchecked_into();
    let offer: Rc<dyn Fn()> = Rc::new(offer);
    Listener::new(&container, "message", move |event| {
        let data = events::message_data(&event);
        let text = |name: &str| js::get(&data, name).and_then(|value| value.as_string());
        if text("type").as_deref() == Some("activated") && text("version").is_some_and(|version| version != own) {
            with_watch(|watch| watch.was_overtaken());
        }
    })
    .forever();
    spawn(async move {
        let Ok(ready) = container.ready() else { return };
        let Ok(registration) = JsFuture::from(ready).await else { return };
        Watch::begin(registration.unchecked_into(), offer);
    });
}

/// The person wants the new version now.
pub fn apply() {
    with_watch(|watch| {
        watch.wanted.set(true);
        match watch.registration.waiting() {
            Some(worker) => take_over(&worker),
            None => page::reload(),
        }
    });
}

fn with_watch(act: impl FnOnce(&Rc<Watch>)) {
    let watch = WATCH.with_borrow(Clone::clone);
    if let Some(watch) = watch
        && !panic::happened()
    {
        act(&watch);
    }
}

impl Watch {
    fn begin(registration: ServiceWorkerRegistration, offer: Rc<dyn Fn()>) {
        let watch = Rc::new(Self {
            registration,
            overtaken: Cell::new(false),
            wanted: Cell::new(false),
            checked_ms: Cell::new(time::now_ms()),
            offer,
        });
        WATCH.set(Some(watch.clone()));
        Listener::new(&watch.registration, "updatefound", |_| with_watch(|watch| watch.follow_installing())).forever();
        visibility::on_visible(|| with_watch(|watch| watch.check())).forever();
        visibility::on_hidden(|| with_watch(Self::consider)).forever();
        interval(CHECK_MS, || with_watch(|watch| watch.check())).forget();
        dirty::answer_other_tabs(|| with_watch(Self::consider));
        watch.follow_installing();
        Self::consider(&watch);
    }

    /// Asks the server for a new version. Being offline is no news.
    fn check(&self) {
        if time::now_ms().saturating_sub(self.checked_ms.get()) < SHORTEST_MS {
            return;
        }
        self.checked_ms.set(time::now_ms());
        if let Ok(promise) = self.registration.update() {
            spawn(async move {
                JsFuture::from(promise).await.ok();
            });
        }
    }

    fn follow_installing(&self) {
        if let Some(worker) = self.registration.installing() {
            Listener::new(&worker, "statechange", |_| with_watch(Self::consider)).forever();
        }
    }

    /// Lets a waiting version take over, or reloads a page that was left behind, unless something is unsaved.
    fn consider(self: &Rc<Self>) {
        if self.overtaken.get() {
            return self.was_overtaken();
        }
        // The very first worker also waits for a moment, and takes over from nobody.
        let Some(worker) = self.registration.waiting().filter(|_| self.registration.active().is_some()) else { return };
        let watch = self.clone();
        spawn(async move {
            if dirty::anywhere().await {
                (watch.offer)();
            } else {
                take_over(&worker);
            }
        });
    }

    fn was_overtaken(&self) {
        self.overtaken.set(true);
        if self.wanted.get() || !dirty::here() {
            page::reload();
        } else {
            (self.offer)();
        }
    }
}

/// Ends the waiting of a worker; when it is in charge it tells all pages `activated`.
fn take_over(worker: &ServiceWorker) {
    let message: JsValue = js::object(&[("type", "skip-waiting".into())]).into();
    if let Err(error) = worker.post_message(&message) {
        page::warn(&format!("the new version cannot be told to start: {}", js::describe(&error)));
    }
}
