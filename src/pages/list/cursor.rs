//! Moves through a list by keyboard, also over the edge of what is in the page, and follows its scrolling.

use crate::markup::effect;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::feed::Feed;
use super::window::reveal;
use crate::platform::events::Listener;
use crate::platform::media;

/// What covers the glass above (the table's head) and below (a phone's bar) a list.
const INSET: (f64, f64) = (48.0, 80.0);

/// Lets the feed follow the page's scrolling for as long as the caller lives. `rows` finds the element around the rows.
pub(super) fn follow(feed: Feed, rows: impl Fn() -> Option<web_sys::Element> + 'static) {
    let look = move || {
        let Some(element) = rows() else { return };
        if let Some(row) = find(&element, "[data-index]") {
            feed.measured(row.get_bounding_client_rect().height());
        }
        feed.scrolled(-element.get_bounding_client_rect().top());
    };
    let look = std::rc::Rc::new(look);
    let first = look.clone();
    effect(move || {
        // Rows that have come are measured once they are in the page.
        if feed.shape() == Some(false) {
            let first = first.clone();
            request_animation_frame(move || first());
        }
    });
    let listeners: StoredValue<Option<[Listener; 2]>, LocalStorage> =
        StoredValue::new_local(Some(media::on_scroll(move || look())));
    on_cleanup(move || drop(listeners.try_update_value(Option::take)));
}

/// Finds a part of a list, of which an element is the beginning or all.
fn find(rows: &web_sys::Element, selector: &str) -> Option<web_sys::Element> {
    rows.parent_element()?.query_selector(selector).ok().flatten()
}

/// Arrow keys move the focus from row to row; Home and End to the ends.
pub(super) fn on_key(feed: Feed, event: &ev::KeyboardEvent, rows: Option<web_sys::Element>) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let Some(rows) = rows else { return };
    let here = document().active_element().and_then(|element| element.closest("[data-index]").ok().flatten());
    let here = here.and_then(|row| row.get_attribute("data-index")?.parse::<usize>().ok());
    let last = feed.total().map(|total| total.saturating_sub(1));
    let to = match (event.key().as_str(), here) {
        ("ArrowDown" | "j", Some(here)) => (here + 1).min(last.unwrap_or(here + 1)),
        ("ArrowUp" | "k", Some(here)) => here.saturating_sub(1),
        ("ArrowDown" | "j", None) => first_seen(feed, &rows),
        ("Home", Some(_)) => 0,
        ("End", Some(_)) => last.unwrap_or_default(),
        _ => return,
    };
    event.prevent_default();
    go_to(feed, rows, to);
}

/// The first row on the glass.
fn first_seen(feed: Feed, rows: &web_sys::Element) -> usize {
    let above = -rows.get_bounding_client_rect().top() + INSET.0;
    if above <= INSET.0 { 0 } else { (above / feed.row_height()).ceil() as usize }
}

/// Brings a row onto the glass and gives it the focus, as soon as it is in the page.
fn go_to(feed: Feed, rows: web_sys::Element, index: usize) {
    let height = feed.row_height();
    let top = rows.get_bounding_client_rect().top() + index as f64 * height;
    let by = reveal(top, height, media::height(), INSET);
    if by != 0.0 {
        media::scroll_by(by);
        feed.scrolled(-rows.get_bounding_client_rect().top());
    }
    focus_when_there(rows, index, 30);
}

/// A row that was just scrolled to comes a moment later, from the store; it is waited for at most half a second.
fn focus_when_there(rows: web_sys::Element, index: usize, frames: u32) {
    let link = find(&rows, &format!("[data-index=\"{index}\"] .cover"));
    match link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(link) => link.focus().unwrap_or_default(),
        None if frames > 0 => request_animation_frame(move || focus_when_there(rows, index, frames - 1)),
        None => {}
    }
}
