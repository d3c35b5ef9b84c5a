//! After a navigation the focus is on the new page's title, so that a screen reader reads on there; and going back finds a
//! list where it was left.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use crate::components::words;
use crate::platform::{events, media, page};

/// How many frames a page has to draw its title and its rows: a slow device needs seconds after a cold start.
const FRAMES: u32 = 300;

/// Follows navigation for as long as the app is shown.
pub(super) fn follow() {
    let location = use_location();
    let path = Memo::new(move |_| location.pathname.get());
    let places = StoredValue::new(HashMap::<String, f64>::new());
    let back = StoredValue::new(false);
    let now = StoredValue::new(path.get_untracked());
    events::on_window("popstate", move |_| back.set_value(true)).forever();
    events::on_window("scroll", move |_| {
        if let Some(path) = now.try_get_value() {
            places.try_update_value(|places| places.insert(path, media::scroll_y()));
        }
    })
    .forever();
    Effect::new(move |before: Option<()>| {
        let path = path.get();
        let place = places.with_value(|places| places.get(&path).copied());
        now.set_value(path);
        let first = before.is_none();
        request_animation_frame(move || {
            take_title(!first, FRAMES);
            // Only now: the router hears of the way back before this listener does.
            if let (Some(true), Some(place)) = (back.try_update_value(std::mem::take), place) {
                scroll_back(place, FRAMES);
            }
        });
    });
}

/// As soon as the page has a title, the window has the same, and the title has the focus.
fn take_title(focus: bool, frames: u32) {
    let Some(main) = document().get_element_by_id("main") else { return };
    match main.query_selector("h1").ok().flatten().and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok()) {
        // One that waits for the rest of its page says nothing yet, and takes no focus.
        Some(title) if !title.inner_text().is_empty() => {
            document().set_title(&format!("{} · {}", title.inner_text(), words::PRODUCT));
            if focus && page::is_covered() {
                // What was opened above the page meanwhile has the keys, and a letter would be lost.
                request_animation_frame(move || take_title(focus, frames));
            } else if focus {
                focus_title(&main, &title);
            }
        }
        _ if frames > 0 => request_animation_frame(move || take_title(focus, frames - 1)),
        _ => {}
    }
}

/// Puts the focus on the title, unless the page has put it into a field of its own.
fn focus_title(main: &web_sys::Element, title: &web_sys::HtmlElement) {
    let focused = document().active_element();
    if focused.is_some_and(|focused| main.contains(Some(&focused)) && !focused.is_same_node(Some(main))) {
        return;
    }
    title.set_tab_index(-1);
    title.focus().unwrap_or_default();
}

/// Scrolls to where a list was left, as soon as it is long enough again.
fn scroll_back(place: f64, frames: u32) {
    let long_enough =
        document().document_element().is_some_and(|root| f64::from(root.scroll_height()) >= place + media::height());
    if long_enough {
        media::scroll_to(place);
    } else if frames > 0 {
        request_animation_frame(move || scroll_back(place, frames - 1));
    }
}
