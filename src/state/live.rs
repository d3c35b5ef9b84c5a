//! A value read from the store that follows what it was read by. While a new one is on its way the old one stays, so that
//! nothing flickers; an answer that was overtaken by a newer question is dropped.

use std::cell::Cell;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::markup::effect;
use crate::platform::{sleep, spawn};

/// A value that comes from the store.
#[derive(Debug)]
pub struct Live<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    error: RwSignal<Option<String>>,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: Clone + Send + Sync + 'static> Live<T> {
    /// The value; `None` until the first has come. Tracked.
    pub fn value(self) -> Option<T> {
        self.value.try_get().flatten()
    }

    /// The value, looked at without a copy. Tracked.
    pub fn with<R>(self, look: impl FnOnce(Option<&T>) -> R) -> R {
        look(self.value.try_read().as_deref().and_then(Option::as_ref))
    }

    /// The same without tracking.
    pub fn with_untracked<R>(self, look: impl FnOnce(Option<&T>) -> R) -> R {
        look(self.value.try_read_untracked().as_deref().and_then(Option::as_ref))
    }

    /// Why the last question was not answered, as a sentence. Tracked.
    pub fn error(self) -> Option<String> {
        self.error.try_get().flatten()
    }

    /// Puts a value in its place until the store says otherwise: what was just written need not be read back to be shown.
    pub fn set(self, value: T) {
        self.value.try_set(Some(value));
    }
}

/// Asks `fetch` anew whenever what `key` reads changes.
pub fn live<K, T, F>(key: impl Fn() -> K + 'static, fetch: impl Fn(K) -> F + 'static) -> Live<T>
where
    K: 'static,
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, String>> + 'static,
{
    follow(Box::new(move || Box::pin(fetch(key()))), use_context::<FirstAnswers>())
}

/// The same for what a page does not wait for: what is shown of it moves nothing, whenever it comes.
pub fn live_behind<K, T, F>(key: impl Fn() -> K + 'static, fetch: impl Fn(K) -> F + 'static) -> Live<T>
where
    K: 'static,
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, String>> + 'static,
{
    follow(Box::new(move || Box::pin(fetch(key()))), None)
}

/// The first answers of a page's parts: it is shown when all have come, so that nothing in it moves.
#[derive(Debug, Clone, Copy)]
pub struct FirstAnswers {
    awaited: RwSignal<usize>,
    have_come: RwSignal<bool>,
}

impl FirstAnswers {
    /// From here on, what the current owner asks for is awaited.
    pub fn begin() -> Self {
        // One for the page itself, which is still being made.
        let new = Self { awaited: RwSignal::new(1), have_come: RwSignal::new(false) };
        provide_context(new);
        new
    }

    /// The page is made; what it has asked for is to come.
    pub fn end(self) {
        self.less();
    }

    /// Whether one has yet to come. Tracked.
    pub fn are_awaited(self) -> bool {
        self.have_come.try_get() == Some(false)
    }

    fn more(self) {
        self.awaited.try_update_untracked(|awaited| *awaited += 1);
    }

    fn less(self) {
        self.awaited.try_update_untracked(|awaited| *awaited -= 1);
        spawn(async move {
            // What an answer shows may ask for more.
            sleep(0).await;
            if self.awaited.try_get_untracked() == Some(0) && self.have_come.try_get_untracked() == Some(false) {
                self.have_come.try_set(true);
            }
        });
    }
}

/// The part that is the same whatever is asked.
fn follow<T: Send + Sync + 'static>(
    ask: Box<dyn Fn() -> LocalBoxFuture<'static, Result<T, String>>>,
    page: Option<FirstAnswers>,
) -> Live<T> {
    let live = Live { value: RwSignal::new(None), error: RwSignal::new(None) };
    let asked = Rc::new(Cell::new(0_u64));
    let mut page = page.inspect(|page| page.more());
    effect(move || {
        let answer = ask();
        let mine = asked.get() + 1;
        asked.set(mine);
        let asked = asked.clone();
        let page = page.take();
        spawn_local(async move {
            let answer = answer.await;
            if let Some(page) = page {
                page.less();
            }
            if asked.get() != mine {
                return;
            }
            // The page may have been left meanwhile; then there is nobody to tell.
            match answer {
                Ok(value) => {
                    live.error.try_set(None);
                    live.value.try_set(Some(value));
                }
                Err(why) => {
                    live.error.try_set(Some(why));
                }
            }
        });
    });
    live
}
