//! One page to the left or to the right: by a finger that swipes, and by the arrow keys.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::platform::{page, time};

/// How far a finger goes at least, in pixels.
const FAR: f64 = 56.0;
/// How much farther sideways than up or down.
const FLAT: f64 = 1.8;
/// How long it takes at most, in milliseconds; slower is no swipe.
const QUICK_MS: f64 = 700.0;

/// Follows fingers and keys for as long as the page is there; calls `turn` with 1 for what comes next and -1 for what was
/// before. Fingers count on what the selector finds; that should have `touch-action: pan-y`.
pub(crate) fn follow(selector: &'static str, turn: impl Fn(i32) + Copy + 'static) {
    let began = StoredValue::new(None::<(i32, (f64, f64), f64)>);
    let at = |event: &ev::PointerEvent| (f64::from(event.client_x()), f64::from(event.client_y()));
    let down = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = target.is_some_and(|target| target.closest(selector).ok().flatten().is_some());
        let counts = inside && event.pointer_type() == "touch" && event.is_primary();
        began.set_value(counts.then(|| (event.pointer_id(), at(&event), time::monotonic_ms())));
    });
    let up = window_event_listener(ev::pointerup, move |event| {
        let Some((pointer, start, since)) = began.try_update_value(Option::take).flatten() else { return };
        let (x, y) = at(&event);
        let (across, along) = (x - start.0, (y - start.1).abs());
        let swiped = pointer == event.pointer_id()
            && across.abs() > FAR
            && across.abs() > along * FLAT
            && time::monotonic_ms() - since < QUICK_MS;
        if swiped {
            turn(if (across < 0.0) == is_left_to_right() { 1 } else { -1 });
        }
    });
    let cancelled = window_event_listener(ev::pointercancel, move |_| {
        began.try_set_value(None);
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if event.default_prevented() || modified || page::is_typing() || is_taken() {
            return;
        }
        let forward = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        event.prevent_default();
        turn(if forward == is_left_to_right() { 1 } else { -1 });
    });
    on_cleanup(move || {
        for handle in [down, up, cancelled, keys] {
            handle.remove();
        }
    });
}

/// Whether the app is written from left to right.
pub(crate) fn is_left_to_right() -> bool {
    document().document_element().and_then(|root| root.get_attribute("dir")).as_deref() != Some("rtl")
}

/// Whether arrows mean something else now: in a dialog, a menu, or among radio buttons.
fn is_taken() -> bool {
    page::is_covered()
        || document()
            .active_element()
            .is_some_and(|element| element.matches("[type=radio], [role=menu] *").unwrap_or(false))
}
