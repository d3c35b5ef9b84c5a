//! Messages between the tabs of this browser.
//!
//! One `BroadcastChannel` carries all topics; a message is JSON text, so that a tab of an older version skips what it
//! does not understand. A tab does not hear itself.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web_sys::BroadcastChannel;

use super::events::{self, Listener};
use super::{frozen, js, page};

type Handler = Rc<dyn Fn(Value)>;
/// By their number: the topic, whether it is heard while the page is frozen, and what is done.
type Handlers = RefCell<HashMap<u64, (String, bool, Handler)>>;

/// One channel. Cheap to clone; it closes when the last clone and the last [`Subscription`] are gone.
#[derive(Clone)]
pub struct Channel(Rc<Inner>);

struct Inner {
    /// `None` in a browser without the interface: then there is just one tab, as far as this one knows.
    raw: Option<BroadcastChannel>,
    handlers: Rc<Handlers>,
    next: RefCell<u64>,
    listener: RefCell<Option<Listener>>,
}

#[derive(Serialize)]
struct Outgoing<'a, T> {
    topic: &'a str,
    body: &'a T,
}

#[derive(Deserialize)]
struct Incoming {
    topic: String,
    #[serde(default)]
    body: Value,
}

impl Channel {
    /// Joins the channel of this name.
    pub fn open(name: &str) -> Self {
        frozen::watch();
        let raw = BroadcastChannel::new(name).ok();
        let handlers: Rc<Handlers> = Rc::default();
        let hear = handlers.clone();
        let listener = raw.as_ref().map(|raw| {
            Listener::new(raw, "message", move |event| {
                let Some(text) = events::message_data(&event).as_string() else { return };
                let Ok(message) = serde_json::from_str::<Incoming>(&text) else { return };
                let hear = hear.clone();
                dispatch(&hear, &message, true);
                frozen::awake(move || dispatch(&hear, &message, false));
            })
        });
        Self(Rc::new(Inner { raw, handlers, next: RefCell::new(0), listener: RefCell::new(listener) }))
    }

    /// Tells the other tabs.
    pub fn post<T: Serialize>(&self, topic: &str, body: &T) {
        let Some(raw) = &self.0.raw else { return };
        match serde_json::to_string(&Outgoing { topic, body }) {
            Ok(text) => {
                if let Err(error) = raw.post_message(&text.into()) {
                    page::warn(&format!("other tabs cannot be told of {topic}: {}", js::describe(&error)));
                }
            }
            Err(error) => page::warn(&format!("other tabs cannot be told of {topic}: {error}")),
        }
    }

    /// Calls `act` with each message of a topic from another tab. A body that is no `T` is skipped; what comes while the page is
    /// frozen waits until it is not.
    pub fn on<T: DeserializeOwned + 'static>(&self, topic: &str, act: impl Fn(T) + 'static) -> Subscription {
        self.hear(topic, false, act)
    }

    fn hear<T: DeserializeOwned + 'static>(
        &self,
        topic: &str,
        even_frozen: bool,
        act: impl Fn(T) + 'static,
    ) -> Subscription {
        let id = {
            let mut next = self.0.next.borrow_mut();
            *next += 1;
            *next
        };
        let handler: Handler = Rc::new(move |body| {
            if let Ok(body) = serde_json::from_value(body) {
                act(body);
            }
        });
        self.0.handlers.borrow_mut().insert(id, (topic.to_owned(), even_frozen, handler));
        Subscription { channel: Some(self.clone()), id }
    }
}

/// The handlers are called outside the borrow: one may subscribe, post or drop a subscription.
fn dispatch(handlers: &Handlers, message: &Incoming, even_frozen: bool) {
    let called: Vec<Handler> = handlers
        .borrow()
        .values()
        .filter(|(topic, even, _)| *topic == message.topic && *even == even_frozen)
        .map(|(.., handler)| handler.clone())
        .collect();
    for handler in called {
        handler(message.body.clone());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.listener.borrow_mut().take();
        if let Some(raw) = &self.raw {
            raw.close();
        }
    }
}

/// Hears a topic until it is dropped.
#[must_use = "the topic is heard until this is dropped"]
pub struct Subscription {
    channel: Option<Channel>,
    id: u64,
}

impl Subscription {
    /// Hears it for as long as the page lives.
    pub fn forever(mut self) {
        if let Some(channel) = self.channel.take() {
            std::mem::forget(channel);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.0.handlers.borrow_mut().remove(&self.id);
        }
    }
}

thread_local! {
    static SHARED: Channel = Channel::open("outpost");
}

/// The app's channel, `outpost`.
pub fn shared() -> Channel {
    SHARED.with(Clone::clone)
}

/// Tells the app's other tabs.
pub fn post<T: Serialize>(topic: &str, body: &T) {
    shared().post(topic, body);
}

/// Hears the app's other tabs.
pub fn on<T: DeserializeOwned + 'static>(topic: &str, act: impl Fn(T) + 'static) -> Subscription {
    shared().on(topic, act)
}

/// Hears them even while the page is frozen: for what takes no time and touches no store.
pub fn on_even_frozen<T: DeserializeOwned + 'static>(topic: &str, act: impl Fn(T) + 'static) -> Subscription {
    shared().hear(topic, true, act)
}

#[cfg(test)]
mod tests;
