//! What the window is like: wide or narrow, how far it is scrolled, and the colours it is asked to have.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::events::Listener;
use super::js;

/// Whether the window is as narrow as a phone's. The same bound as in `style/`.
const COMPACT: &str = "(max-width: 720px)";

/// Whether the window is narrow now.
pub fn is_compact() -> bool {
    js::window().match_media(COMPACT).ok().flatten().is_some_and(|query| query.matches())
}

/// Calls `act` with the answer of [`is_compact`] whenever it changes, for as long as the page lives.
pub fn on_compact(act: impl Fn(bool) + 'static) {
    let Ok(Some(query)) = js::window().match_media(COMPACT) else { return };
    Listener::new(&query, "change", move |_| act(is_compact())).forever();
}

/// The height of the glass in CSS pixels.
pub fn height() -> f64 {
    js::window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0)
}

/// How far the page is scrolled, in CSS pixels.
pub fn scroll_y() -> f64 {
    js::window().scroll_y().unwrap_or(0.0)
}

/// Scrolls the page to a place, at once.
pub fn scroll_to(y: f64) {
    js::window().scroll_to_with_x_and_y(0.0, y);
}

/// Scrolls the page by a distance, at once.
pub fn scroll_by(y: f64) {
    js::window().scroll_by_with_x_and_y(0.0, y);
}

/// Scrolls as little as brings an element into sight, along the lines to where `inline` says.
pub fn bring_into_sight(element: &web_sys::Element, inline: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(inline);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Calls `act` before the next frame after the page was scrolled or the window changed its size: once a frame at most.
pub fn on_scroll(act: impl Fn() + 'static) -> [Listener; 2] {
    let act = Rc::new(act);
    let waiting = Rc::new(Cell::new(false));
    let soon = move || {
        if waiting.replace(true) {
            return;
        }
        let (waiting, act) = (waiting.clone(), act.clone());
        leptos::prelude::request_animation_frame(move || {
            waiting.set(false);
            act();
        });
    };
    let again = soon.clone();
    [super::events::on_window("scroll", move |_| soon()), super::events::on_window("resize", move |_| again())]
}

/// The value that the page's own script and style sheet know the chosen colours by, kept where `boot.js` can read it
/// before anything is drawn; `None` follows the system.
pub fn set_theme(theme: Option<&str>) {
    if let Ok(Some(storage)) = js::window().local_storage() {
        let kept = match theme {
            Some(theme) => storage.set_item("theme", theme),
            None => storage.remove_item("theme"),
        };
        if let Err(error) = kept {
            super::page::warn(&format!("the choice of colours cannot be kept: {}", js::describe(&error)));
        }
    }
    let root = js::window().document().and_then(|document| document.document_element());
    if let Some(root) = root {
        let done = match theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
        if let Err(error) = done {
            super::page::warn(&js::describe(&error));
        }
    }
}

/// What [`set_theme`] kept.
pub fn theme() -> Option<String> {
    js::window().local_storage().ok().flatten()?.get_item("theme").ok().flatten()
}
