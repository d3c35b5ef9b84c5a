//! A connection on which a server speaks by itself (Server-Sent Events).

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::events::Listener;
use super::{page, timeout};

/// What is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The server listens and will speak.
    Open,
    /// It said this.
    Word(String),
    /// The connection is lost, or never came about. It is not tried again.
    Lost,
}

/// A connection; closed when this is dropped.
pub struct EventStream {
    source: EventSource,
    listeners: Vec<Listener>,
}

impl EventStream {
    /// Opens one; `None` where browsers have none. What is heard comes later, never from within this call.
    pub fn open(url: &str, heard: impl Fn(Heard) + 'static) -> Option<Self> {
        let source = match EventSource::new(url) {
            Ok(source) => source,
            Err(error) => {
                page::warn(&format!("the live connection cannot be opened: {}", super::as_text(&error)));
                return None;
            }
        };
        let heard = Rc::new(heard);
        let (opened, said, lost) = (heard.clone(), heard.clone(), heard);
        let word = move |event: web_sys::Event| {
            let text = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
            said(Heard::Word(text.unwrap_or_default()));
        };
        let failing = source.clone();
        let failed = move |_| {
            // Browsers try again by themselves, all at once and for ever. Here, whoever listens decides.
            failing.close();
            lost(Heard::Lost);
        };
        let listeners = vec![
            Listener::new(&source, "open", move |_| opened(Heard::Open)),
            Listener::new(&source, "message", word),
            Listener::new(&source, "error", failed),
        ];
        Some(Self { source, listeners })
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
        // It may be one of these that is just running.
        let listeners = std::mem::take(&mut self.listeners);
        timeout(0, move || drop(listeners)).forget();
    }
}
