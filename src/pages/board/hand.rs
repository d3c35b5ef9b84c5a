//! Follows a pointer that carries a card. A mouse lifts by moving; a finger lifts by resting on the card, so that scrolling
//! never moves one, or at once on the card's grip.

use crate::markup::effect;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::records::DealStage;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::drag::{Board, By};
use super::edge::speed;
use crate::platform::events::Listener;
use crate::platform::{Timeout, media, timeout};

/// Id of the card that hangs on the pointer.
pub(super) const FLOAT: &str = "board-float";
/// How long, in milliseconds, a finger rests on a card to lift it.
const REST_MS: u32 = 320;
/// How far, in pixels, a mouse (or a finger on the grip) moves to lift a card.
const PULL: f64 = 5.0;
/// How far a finger may tremble while it rests; beyond that it scrolls.
const TREMBLE: f64 = 9.0;

/// A pointer that pressed on a card.
pub(super) struct Press {
    record: Record,
    pointer: i32,
    start: (f64, f64),
    last: (f64, f64),
    /// Where on the card it pressed.
    offset: (f64, f64),
    width: f64,
    /// Lifts by moving; otherwise by resting.
    pulls: bool,
    lifted: bool,
    /// Runs while a finger rests.
    _rest: Option<Timeout>,
}

/// A pointer presses on a card.
pub(super) fn press(board: Board, record: &Record, event: &ev::PointerEvent) {
    if event.button() != 0 || !event.is_primary() || board.in_hand().is_some() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    board.focus.set(None);
    let Some(card) = target.as_ref().and_then(|target| target.closest(".card").ok().flatten()) else { return };
    let on_grip = target.is_some_and(|target| target.closest(".card-grip").ok().flatten().is_some());
    let pulls = event.pointer_type() == "mouse" || on_grip;
    let rect = card.get_bounding_client_rect();
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let rest = (!pulls).then(|| timeout(REST_MS, move || lift(board)));
    board.hand.set_value(Some(Press {
        record: record.clone(),
        pointer: event.pointer_id(),
        start: at,
        last: at,
        offset: (at.0 - rect.left(), at.1 - rect.top()),
        width: rect.width(),
        pulls,
        lifted: false,
        _rest: rest,
    }));
}

/// Takes the pressed card up.
fn lift(board: Board) {
    let record = board.hand.try_update_value(|hand| {
        let press = hand.as_mut().filter(|press| !press.lifted)?;
        press.lifted = true;
        Some((press.record.clone(), press.pointer))
    });
    let Some((record, pointer)) = record.flatten() else { return };
    board.lift(record, By::Pointer);
    if let Some(element) = element() {
        // A pointer that has gone meanwhile ends the drag by its own event.
        element.set_pointer_capture(pointer).unwrap_or_default();
    }
    carry(board);
}

fn element() -> Option<Element> {
    document().query_selector(".board").ok().flatten()
}

/// Once a frame while a card is carried: the card follows the pointer, the board scrolls near its edges, the column below
/// the pointer is the target.
fn carry(board: Board) {
    if !board.hand.try_with_value(|hand| hand.as_ref().is_some_and(|press| press.lifted)).unwrap_or(false) {
        return;
    }
    let place = board.hand.with_value(|hand| hand.as_ref().map(|press| (press.last, press.offset, press.width)));
    if let (Some((at, offset, width)), Some(element)) = (place, element()) {
        place_card(at, offset, width);
        let rect = element.get_bounding_client_rect();
        let sideways = speed(at.0, rect.left().max(0.0), rect.right());
        if sideways != 0.0 {
            element.set_scroll_left(element.scroll_left() + sideways as i32);
        }
        let down = speed(at.1, 0.0, media::height());
        if down != 0.0 {
            media::scroll_by(down);
        }
        if let Some(stage) = column_at(&element, at.0) {
            board.over(stage);
        }
    }
    request_animation_frame(move || carry(board));
}

fn place_card(at: (f64, f64), offset: (f64, f64), width: f64) {
    let card = document().get_element_by_id(FLOAT).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(card) = card {
        let (x, y) = (at.0 - offset.0, at.1 - offset.1);
        let style = card.style();
        for (name, value) in [("width", format!("{width}px")), ("transform", format!("translate({x}px, {y}px)"))] {
            // These are always values of these properties.
            style.set_property(name, &value).unwrap_or_default();
        }
    }
}

/// The column at a distance from the left; the nearest one beside a gap or beyond the ends.
fn column_at(board: &Element, x: f64) -> Option<DealStage> {
    let columns = board.query_selector_all("[data-stage]").ok()?;
    let columns = (0..columns.length()).filter_map(|at| columns.item(at)?.dyn_into::<Element>().ok());
    let distance = |element: &Element| {
        let rect = element.get_bounding_client_rect();
        (rect.left() - x).max(x - rect.right()).max(0.0)
    };
    let nearest = columns.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    nearest.get_attribute("data-stage").map(|stage| DealStage::parse(&stage))
}

fn forget(board: Board) -> Option<Press> {
    board.hand.try_update_value(Option::take).flatten()
}

/// Follows pointers for as long as the board's page is there.
pub(super) fn follow_pointer(board: Board, node: NodeRef<html::Div>) {
    let moved = window_event_listener(ev::pointermove, move |event| {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let next = board.hand.try_update_value(|hand| {
            let press = hand.as_mut().filter(|press| press.pointer == event.pointer_id())?;
            press.last = at;
            let far = (at.0 - press.start.0).hypot(at.1 - press.start.1);
            (!press.lifted).then_some((press.pulls, far))
        });
        match next.flatten() {
            Some((true, far)) if far > PULL => lift(board),
            Some((false, far)) if far > TREMBLE => drop(forget(board)),
            _ => {}
        }
    });
    let released = window_event_listener(ev::pointerup, move |_| {
        if forget(board).is_some_and(|press| press.lifted) {
            swallow_click();
            board.drop_here();
        }
    });
    let cancelled = window_event_listener(ev::pointercancel, move |_| {
        if forget(board).is_some_and(|press| press.lifted) {
            board.cancel();
        }
    });
    let escaped = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && forget(board).is_some_and(|press| press.lifted) {
            event.prevent_default();
            board.cancel();
        }
    });
    on_cleanup(move || {
        for handle in [moved, released, cancelled, escaped] {
            handle.remove();
        }
        drop(forget(board));
    });
    hold_still(board, node);
}

/// While a finger carries a card the page does not scroll under it, and no menu of the browser comes up.
fn hold_still(board: Board, node: NodeRef<html::Div>) {
    let listeners: StoredValue<Vec<Listener>, LocalStorage> = StoredValue::new_local(Vec::new());
    effect(move || {
        let Some(element) = node.get() else { return };
        // On the element itself: on the window, browsers do not let a touch be held.
        let still = |name, unless_resting: bool| {
            Listener::new(&element, name, move |event| {
                let held = board.hand.with_value(|hand| hand.as_ref().map(|press| press.lifted));
                if held == Some(true) || (held.is_some() && unless_resting) {
                    event.prevent_default();
                }
            })
        };
        listeners.set_value(vec![still("touchmove", false), still("contextmenu", true)]);
    });
    on_cleanup(move || drop(listeners.try_update_value(std::mem::take)));
}

/// The click that a browser makes of letting go is no click on the card.
fn swallow_click() {
    let Some(element) = element() else { return };
    let swallow = Listener::new(&element, "click", |event| {
        event.prevent_default();
        event.stop_propagation();
    });
    timeout(0, move || drop(swallow)).forget();
}
