//! What is left to do when the program itself is broken: stop, and show a page from which the work can be exported.
//!
//! That page (`public/rescue.js`) is plain JavaScript and reads IndexedDB by itself, because nothing in this program can
//! be trusted after a panic. An exception that went through the program's frames is as bad: what it was doing there was never
//! done to its end. The same script says of one what the hook says of a panic.

use std::cell::Cell;
use std::panic::{PanicHookInfo, set_hook};

use super::{events, js};

thread_local! {
    static HAPPENED: Cell<bool> = const { Cell::new(false) };
}

/// Sets the hook; called once, first of all.
pub fn install() {
    set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if !HAPPENED.replace(true) {
            rescue(info);
        }
    }));
    events::on_window("outpost:panic", |_| HAPPENED.set(true)).forever();
}

/// Whether the program has panicked: timers and handlers that still run must not touch the store or the network then.
pub fn happened() -> bool {
    HAPPENED.get()
}

/// The place, never the message: a message could hold something of a record, and people send screenshots.
fn rescue(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
    let detail = js::object(&[("detail", place.into())]);
    let window = js::window();
    let event = js::get(&window, "CustomEvent")
        .and_then(|constructor| wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(constructor).ok())
        .and_then(|constructor| {
            js_sys::Reflect::construct(&constructor, &js_sys::Array::of2(&"outpost:panic".into(), &detail)).ok()
        });
    if let Some(event) = event {
        window.dispatch_event(&wasm_bindgen::JsCast::unchecked_into(event)).ok();
    }
}
