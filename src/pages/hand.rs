//! Follows a pointer that carries something: a card, a meeting. A mouse lifts by moving; a finger lifts by resting, so that
//! scrolling never moves anything, or at once on a grip.

mod edge;

use std::rc::Rc;

use crate::markup::effect;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use outpost_core::record::Record;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::platform::events::Listener;
use crate::platform::{Timeout, timeout};

pub(crate) use edge::speed;

/// How long, in milliseconds, a finger rests on something to lift it.
const REST_MS: u32 = 320;
/// How far, in pixels, a mouse (or a finger on the grip) moves to lift.
const PULL: f64 = 5.0;
/// How far a finger may tremble while it rests; beyond that it scrolls.
const TREMBLE: f64 = 9.0;

/// What is done with what is carried.
pub(crate) trait Carrier {
    /// Whether nothing is held, by pointer or keyboard.
    fn is_free(&self) -> bool;
    /// A pointer touches something, which it may be about to lift.
    fn touch(&self) {}
    /// It is taken into the hand.
    fn lift(&self, record: Record);
    /// Once a frame while it is carried.
    fn carry(&self, place: &Element, carried: Carried);
    /// It is let go where it is.
    fn drop_here(&self);
    /// It goes back to where it was.
    fn cancel(&self);
}

/// Where a pointer is that carries something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carried {
    /// In the window.
    pub at: (f64, f64),
    /// Where in the window it pressed.
    pub from: (f64, f64),
    /// Where on what is carried it pressed.
    pub offset: (f64, f64),
    /// How wide that was.
    pub width: f64,
}

/// A pointer that pressed on something.
struct Press {
    record: Record,
    pointer: i32,
    carried: Carried,
    /// Lifts by moving; otherwise by resting.
    pulls: bool,
    lifted: bool,
    /// Runs while a finger rests.
    _rest: Option<Timeout>,
}

/// A pointer's hand, to be copied into any callback.
#[derive(Clone, Copy)]
pub(crate) struct Hand {
    press: StoredValue<Option<Press>, LocalStorage>,
    carrier: StoredValue<Option<Rc<dyn Carrier>>, LocalStorage>,
    /// The selector of what can be lifted; its grip has that class with `-grip` behind it.
    lifts: &'static str,
    /// The selector of the place in which it is carried.
    place: &'static str,
}

impl Hand {
    /// A hand that lifts what the first selector finds within what the second does.
    pub(crate) fn new(lifts: &'static str, place: &'static str) -> Self {
        Self { press: StoredValue::new_local(None), carrier: StoredValue::new_local(None), lifts, place }
    }

    /// A pointer presses on what shows a record.
    pub(crate) fn press(self, record: &Record, event: &ev::PointerEvent) {
        let Some(carrier) = self.carrier() else { return };
        if event.button() != 0 || !event.is_primary() || !carrier.is_free() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        carrier.touch();
        let within = |selector: &str| target.as_ref().and_then(|target| target.closest(selector).ok().flatten());
        let Some(lifted) = within(self.lifts) else { return };
        let pulls = event.pointer_type() == "mouse" || within(&format!("{}-grip", self.lifts)).is_some();
        let rect = lifted.get_bounding_client_rect();
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let rest = (!pulls).then(|| timeout(REST_MS, move || self.lift()));
        self.press.set_value(Some(Press {
            record: record.clone(),
            pointer: event.pointer_id(),
            carried: Carried { at, from: at, offset: (at.0 - rect.left(), at.1 - rect.top()), width: rect.width() },
            pulls,
            lifted: false,
            _rest: rest,
        }));
    }

    /// Follows pointers for as long as the page is there; `node` is the place.
    pub(crate) fn follow(self, carrier: Rc<dyn Carrier>, node: NodeRef<html::Div>) {
        self.carrier.set_value(Some(carrier));
        let moved = window_event_listener(ev::pointermove, move |event| {
            let at = (f64::from(event.client_x()), f64::from(event.client_y()));
            let next = self.press.try_update_value(|press| {
                let press = press.as_mut().filter(|press| press.pointer == event.pointer_id())?;
                press.carried.at = at;
                let far = (at.0 - press.carried.from.0).hypot(at.1 - press.carried.from.1);
                (!press.lifted).then_some((press.pulls, far))
            });
            match next.flatten() {
                Some((true, far)) if far > PULL => self.lift(),
                Some((false, far)) if far > TREMBLE => drop(self.forget()),
                _ => {}
            }
        });
        let released = window_event_listener(ev::pointerup, move |_| {
            if self.forget().is_some_and(|press| press.lifted) {
                self.swallow_click();
                self.with_carrier(|carrier| carrier.drop_here());
            }
        });
        let cancelled = window_event_listener(ev::pointercancel, move |_| {
            if self.forget().is_some_and(|press| press.lifted) {
                self.with_carrier(|carrier| carrier.cancel());
            }
        });
        let escaped = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && self.forget().is_some_and(|press| press.lifted) {
                event.prevent_default();
                self.with_carrier(|carrier| carrier.cancel());
            }
        });
        on_cleanup(move || {
            for handle in [moved, released, cancelled, escaped] {
                handle.remove();
            }
            drop(self.forget());
        });
        self.hold_still(node);
    }

    fn carrier(self) -> Option<Rc<dyn Carrier>> {
        self.carrier.try_get_value().flatten()
    }

    fn with_carrier(self, act: impl FnOnce(&dyn Carrier)) {
        if let Some(carrier) = self.carrier() {
            act(&*carrier);
        }
    }

    fn place(self) -> Option<Element> {
        document().query_selector(self.place).ok().flatten()
    }

    fn forget(self) -> Option<Press> {
        self.press.try_update_value(Option::take).flatten()
    }

    /// Takes up what is pressed on.
    fn lift(self) {
        let record = self.press.try_update_value(|press| {
            let press = press.as_mut().filter(|press| !press.lifted)?;
            press.lifted = true;
            Some((press.record.clone(), press.pointer))
        });
        let Some((record, pointer)) = record.flatten() else { return };
        self.with_carrier(|carrier| carrier.lift(record));
        if let Some(place) = self.place() {
            // A pointer that has gone meanwhile ends the drag by its own event.
            place.set_pointer_capture(pointer).unwrap_or_default();
        }
        self.carry();
    }

    /// Once a frame while something is carried.
    fn carry(self) {
        let carried =
            self.press.try_with_value(|press| press.as_ref().filter(|press| press.lifted).map(|press| press.carried));
        let Some(carried) = carried.flatten() else { return };
        if let Some(place) = self.place() {
            self.with_carrier(|carrier| carrier.carry(&place, carried));
        }
        request_animation_frame(move || self.carry());
    }

    /// While a finger carries something the page does not scroll under it, and no menu of the browser comes up.
    fn hold_still(self, node: NodeRef<html::Div>) {
        let listeners: StoredValue<Vec<Listener>, LocalStorage> = StoredValue::new_local(Vec::new());
        effect(move || {
            let Some(element) = node.get() else { return };
            // On the element itself: on the window, browsers do not let a touch be held.
            let still = |name, unless_resting: bool| {
                Listener::new(&element, name, move |event| {
                    let held = self.press.with_value(|press| press.as_ref().map(|press| press.lifted));
                    if held == Some(true) || (held.is_some() && unless_resting) {
                        event.prevent_default();
                    }
                })
            };
            listeners.set_value(vec![still("touchmove", false), still("contextmenu", true)]);
        });
        on_cleanup(move || drop(listeners.try_update_value(std::mem::take)));
    }

    /// The click that a browser makes of letting go is no click on what was carried.
    fn swallow_click(self) {
        let Some(place) = self.place() else { return };
        let swallow = Listener::new(&place, "click", |event| {
            event.prevent_default();
            event.stop_propagation();
        });
        timeout(0, move || drop(swallow)).forget();
    }
}
