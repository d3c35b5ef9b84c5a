//! A page that is pulled down at its top says how syncing stands, and syncs at once when it is let go.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, TouchEvent};

use super::frame::sync_state;
use crate::components::SyncIndicator;
use crate::markup::{Markup, view};
use crate::platform::{events, media, timeout};
use crate::state::Desk;

/// From where on letting go syncs, in CSS pixels of the finger's way.
const FAR: f64 = 80.0;
/// How much of the finger's way is shown, and how far at most, in CSS pixels.
const SHARE: f64 = 0.5;
const MOST: f64 = 64.0;
/// How long the answer stays, in milliseconds.
const STAYS_MS: u32 = 1_600;
/// What moves under a finger by itself.
const OWN: &str = ".board, .cal, .month, .today, dialog, [popover], input, textarea, select";

/// The pill that comes down.
#[component]
pub(super) fn Pull(desk: Desk) -> Markup {
    let began = StoredValue::new(None::<(f64, f64)>);
    let way = RwSignal::new(0.0_f64);
    let stays = StoredValue::new_local(None);
    let point = |event: &web_sys::Event| {
        let touches = event.dyn_ref::<TouchEvent>()?.touches();
        let finger = touches.get(0).filter(|_| touches.length() == 1)?;
        Some((f64::from(finger.client_x()), f64::from(finger.client_y())))
    };
    events::on_window("touchstart", move |event| {
        let free = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let free = free.is_some_and(|target| target.closest(OWN).ok().flatten().is_none());
        way.set(0.0);
        began.set_value(point(&event).filter(|_| free && media::scroll_y() <= 0.0));
    })
    .forever();
    events::on_window("touchmove", move |event| {
        let Some(start) = began.get_value() else { return };
        let moved = point(&event).map(|at| (at.0 - start.0, at.1 - start.1));
        match moved.filter(|moved| moved.1 > moved.0.abs()) {
            Some((_, down)) => way.set(down),
            // Sideways, up, or with a second finger: something else is meant.
            None => {
                began.set_value(None);
                way.set(0.0);
            }
        }
    })
    .forever();
    events::on_window("touchend", move |_| {
        if began.try_update_value(Option::take).flatten().is_none() {
            return;
        }
        if way.get_untracked() < FAR {
            return way.set(0.0);
        }
        desk.sync().wake();
        stays.set_value(Some(timeout(STAYS_MS, move || way.set(0.0))));
    })
    .forever();
    events::on_window("touchcancel", move |_| {
        began.set_value(None);
        way.set(0.0);
    })
    .forever();
    let (state, count) = (sync_state(desk), desk.store().waiting());
    let place = move || format!("translateY({}px)", (way.get() * SHARE).min(MOST) as i64);
    let pill = move || {
        (way.get() > 0.0).then(|| {
            view! {
                <div class="pull" inert=true style:transform=place>
                    <SyncIndicator state count />
                </div>
            }
        })
    };
    view! { {pill} }
}
