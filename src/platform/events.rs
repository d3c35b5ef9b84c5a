//! Listening to events of the browser for as long as a value lives.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

use super::js;

/// Listens until it is dropped; [`Listener::forever`] listens for as long as the page lives.
#[must_use = "listening ends when this is dropped"]
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Option<Closure<dyn FnMut(Event)>>,
}

impl Listener {
    /// Calls `act` at each event `name` of `target`.
    pub fn new(target: &EventTarget, name: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(act);
        if let Err(error) = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()) {
            super::page::warn(&format!("cannot listen to {name}: {}", js::describe(&error)));
        }
        Self { target: target.clone(), name, closure: Some(closure) }
    }

    /// Listens for as long as the page lives.
    pub fn forever(mut self) {
        if let Some(closure) = self.closure.take() {
            closure.forget();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(closure) = &self.closure
            && let Err(error) =
                self.target.remove_event_listener_with_callback(self.name, closure.as_ref().unchecked_ref())
        {
            super::page::warn(&format!("cannot stop listening to {}: {}", self.name, js::describe(&error)));
        }
    }
}

/// Listens to an event of the window.
pub fn on_window(name: &'static str, act: impl FnMut(Event) + 'static) -> Listener {
    Listener::new(&js::window(), name, act)
}

/// Listens to an event of the document.
pub fn on_document(name: &'static str, act: impl FnMut(Event) + 'static) -> Listener {
    let window = js::window();
    match window.document() {
        Some(document) => Listener::new(&document, name, act),
        None => Listener::new(&window, name, act),
    }
}

/// Listens to an event that has bubbled up to the root element: behind all that is in the page, before whoever listens to the document,
/// as [`links`](super::links) does.
pub fn on_root(name: &'static str, act: impl FnMut(Event) + 'static) -> Listener {
    let window = js::window();
    match window.document().and_then(|document| document.document_element()) {
        Some(root) => Listener::new(&root, name, act),
        None => Listener::new(&window, name, act),
    }
}

/// The text of a `MessageEvent`'s data, or of its JSON form if it is an object.
pub(super) fn message_data(event: &Event) -> JsValue {
    event.dyn_ref::<web_sys::MessageEvent>().map_or(JsValue::UNDEFINED, web_sys::MessageEvent::data)
}
