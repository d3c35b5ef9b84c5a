//! Web Locks: things that one tab at a time may do.
//!
//! Where a browser has none (an old one, or a page that did not come over https or from localhost) every lock is
//! granted at once. That is safe, because what locks guard is guarded by the store's transactions too; locks spare the
//! tabs from doing the same work twice.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{frozen, js};

/// A lock that this tab holds until this is dropped, or the tab closes, or another tab steals it.
#[must_use = "the lock is given up when this is dropped"]
pub struct Guard {
    release: Option<Function>,
    lost: RefCell<Option<oneshot::Receiver<()>>>,
}

impl Guard {
    /// Resolves when another tab has stolen the lock; never before. To be asked once.
    pub async fn lost(&self) {
        let waiting = self.lost.borrow_mut().take();
        let stolen = match waiting {
            Some(lost) => lost.await.is_ok(),
            None => false,
        };
        if !stolen {
            futures::future::pending::<()>().await;
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // Resolving a promise cannot fail.
            release.call0(&JsValue::UNDEFINED).ok();
        }
    }
}

/// Waits until this tab holds the lock. Dropping the future gives up the place in the queue.
pub async fn hold(name: &str) -> Guard {
    frozen::watch();
    loop {
        let guard = request(name, false).await;
        if !frozen::is_frozen() {
            return guard;
        }
        // Who cannot use it does not keep it from others.
        drop(guard);
        frozen::thawed().await;
    }
}

/// Takes the lock from whoever holds it: for a holder that does not answer any more.
pub async fn steal(name: &str) -> Guard {
    request(name, true).await
}

/// Runs a future while holding a lock.
pub async fn with<T>(name: &str, work: impl Future<Output = T>) -> T {
    let guard = hold(name).await;
    let result = work.await;
    drop(guard);
    result
}

async fn request(name: &str, steal: bool) -> Guard {
    let granted_at_once = || Guard { release: None, lost: RefCell::new(None) };
    let Some(manager) = js::get(&js::window().navigator(), "locks") else { return granted_at_once() };
    let Some(ask) = js::method(&manager, "request") else { return granted_at_once() };
    let (grant, granted) = oneshot::channel::<Function>();
    let (lose, lost) = oneshot::channel::<()>();
    let waiting = Waiting::new();
    let options = match (&waiting.abort, steal) {
        (_, true) => js::object(&[("steal", true.into())]),
        (Some(abort), false) => js::object(&[("signal", abort.signal().into())]),
        (None, false) => js::object(&[]),
    };
    // The lock is held for as long as the promise that the callback returns is open.
    let given_up = waiting.given_up.clone();
    let callback = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
        if given_up.get() {
            return JsValue::UNDEFINED;
        }
        let mut grant = Some(grant);
        Promise::new(&mut |resolve, _reject| {
            if let Some(grant) = grant.take()
                && let Err(resolve) = grant.send(resolve)
            {
                resolve.call0(&JsValue::UNDEFINED).ok();
            }
        })
        .into()
    });
    let Ok(done) = ask.call3(&manager, &name.into(), &options, &callback) else { return granted_at_once() };
    let done: Promise = done.unchecked_into();
    super::spawn(async move {
        // Rejected when the lock is stolen, or when waiting was given up.
        if JsFuture::from(done).await.is_err() {
            lose.send(()).ok();
        }
    });
    let release = granted.await.ok();
    waiting.over.set(true);
    Guard { release, lost: RefCell::new(Some(lost)) }
}

/// A place in the queue; dropping it before the lock is granted gives it up.
struct Waiting {
    abort: Option<web_sys::AbortController>,
    given_up: Rc<Cell<bool>>,
    over: Cell<bool>,
}

impl Waiting {
    fn new() -> Self {
        Self { abort: web_sys::AbortController::new().ok(), given_up: Rc::default(), over: Cell::new(false) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.over.get() {
            self.given_up.set(true);
            if let Some(abort) = &self.abort {
                abort.abort();
            }
        }
    }
}

#[cfg(test)]
mod tests;
