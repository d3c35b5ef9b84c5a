//! A row that a finger pushes aside: one way does what is done most with such a record, the other deletes it, with undo. All of
//! it can be done from the record's page as well.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::record::{Record, RecordKey};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::components::{Glyph, Icon};
use crate::markup::{Markup, view};
use crate::pages::links::{call, first_phone};
use crate::pages::search::{Act, Command, at};
use crate::pages::swipe::is_left_to_right;
use crate::pages::types::look;
use crate::pages::undo::delete_with_undo;
use crate::platform::events::{Listener, on_root};
use crate::platform::{page, time};
use crate::state::{Desk, schema, title_of};
use crate::words::{lower, t, tr};

/// The rows, wherever one leads to a record.
const ROW: &str = ".list > .item";
/// Where a push means something else, or might: a relation is not the record that it leads to.
const ELSEWHERE: &str = ".today, .calendar, .links, dialog, [popover]";
/// How far a finger moves until it is clear which way, in CSS pixels.
const SLOP: f64 = 10.0;
/// How much farther sideways than up or down.
const FLAT: f64 = 1.6;
/// From where on letting go does it, in CSS pixels.
const FAR: f64 = 88.0;
/// How much of the way beyond that the row still follows.
const HEAVY: f64 = 0.3;
/// A press that ends this soon after a push is part of it, in milliseconds.
const PRESS_MS: f64 = 400.0;

/// A finger on a row.
#[derive(Clone)]
struct Finger {
    pointer: i32,
    from: (f64, f64),
    row: HtmlElement,
    key: RecordKey,
    /// Whether it pushes; until then it may be about to scroll or to press.
    pushes: bool,
}

/// What is to be seen beside the row.
#[derive(Clone)]
struct Strip {
    /// Its place on the glass: from above, from the left, and its size.
    place: [f64; 4],
    command: Command,
    deletes: bool,
    is_far: bool,
}

/// Follows fingers for as long as the app is there.
#[component]
pub(crate) fn PushAside(desk: Desk) -> Markup {
    let record = RwSignal::new(None::<Record>);
    let finger = StoredValue::new_local(None::<Finger>);
    let strip = RwSignal::new(None::<Strip>);
    let pushed_at = StoredValue::new(f64::NEG_INFINITY);
    let let_go = move |does: bool| {
        let Some(gone) = finger.try_update_value(Option::take).flatten().filter(|finger| finger.pushes) else { return };
        pushed_at.set_value(time::monotonic_ms());
        for name in ["transition", "transform"] {
            gone.row.style().remove_property(name).unwrap_or_default();
        }
        let shown = strip.try_update(Option::take).flatten();
        if let Some(strip) = shown.filter(|strip| does && strip.is_far) {
            match strip.command.act {
                Act::Go(path) => page::follow(&path),
                Act::Run(act) => act(),
                // Nobody is asked anything by a push.
                Act::Ask(_) => {}
            }
        }
    };
    let down = window_event_listener(ev::pointerdown, move |event| {
        let counts = event.pointer_type() == "touch" && event.is_primary();
        // With a second finger something else is meant.
        let_go(false);
        finger.set_value(None);
        record.set(None);
        let Some((key, row)) = counts.then(|| touched(&event)).flatten() else { return };
        let from = (f64::from(event.client_x()), f64::from(event.client_y()));
        finger.set_value(Some(Finger { pointer: event.pointer_id(), from, row, key: key.clone(), pushes: false }));
        spawn_local(async move {
            let found = desk.store().get(&key).await.ok().flatten().filter(|found| !found.is_deleted());
            if finger.with_value(|finger| finger.as_ref().is_some_and(|finger| finger.key == key)) {
                record.set(found);
            }
        });
    });
    let moved = window_event_listener(ev::pointermove, move |event| {
        let Some(mut now) = finger.get_value().filter(|finger| finger.pointer == event.pointer_id()) else { return };
        let (x, y) = (f64::from(event.client_x()) - now.from.0, f64::from(event.client_y()) - now.from.1);
        if !now.pushes {
            // What it leads to is read while the finger is about to move.
            if record.with_untracked(Option::is_none) {
                return;
            }
            if y.abs() > SLOP && x.abs() < y.abs() * FLAT {
                finger.set_value(None);
            }
            if x.abs() < SLOP || x.abs() < y.abs() * FLAT {
                return;
            }
            now.pushes = true;
            finger.set_value(Some(now.clone()));
        }
        let far = x.abs().min(FAR) + (x.abs() - FAR).max(0.0) * HEAVY;
        let way = far.copysign(x);
        let forward = (x > 0.0) == is_left_to_right();
        let style = |name: &str, value: &str| now.row.style().set_property(name, value).unwrap_or_default();
        style("transition", "none");
        style("transform", &format!("translateX({}px)", way.round()));
        let command = record.with_untracked(|record| record.as_ref().and_then(|record| command(desk, record, forward)));
        strip.set(command.map(|command| {
            let there = now.row.get_bounding_client_rect();
            let left = if way > 0.0 { there.left() - way } else { there.right() };
            Strip {
                place: [there.top(), left, far, there.height()],
                command,
                deletes: !forward,
                is_far: x.abs() >= FAR,
            }
        }));
    });
    let is_it = move |event: &ev::PointerEvent| {
        finger.with_value(|finger| finger.as_ref().is_some_and(|finger| finger.pointer == event.pointer_id()))
    };
    let up = window_event_listener(ev::pointerup, move |event| {
        if is_it(&event) {
            let_go(true);
        }
    });
    let cancelled = window_event_listener(ev::pointercancel, move |event| {
        if is_it(&event) {
            let_go(false);
        }
    });
    // Before a link is followed.
    let press: StoredValue<Option<Listener>, LocalStorage> =
        StoredValue::new_local(Some(on_root("click", move |event| {
            let since = time::monotonic_ms() - pushed_at.try_get_value().unwrap_or(f64::NEG_INFINITY);
            let on_row = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let on_row = on_row.is_some_and(|target| target.closest(ROW).ok().flatten().is_some());
            if on_row && since < PRESS_MS {
                event.prevent_default();
                event.stop_propagation();
            }
        })));
    on_cleanup(move || {
        for handle in [down, moved, up, cancelled] {
            handle.remove();
        }
        drop(press.try_update_value(Option::take));
    });
    let shown = move || {
        strip.get().map(|strip| {
            let Command { label, glyph, .. } = strip.command;
            let [top, left, width, height] = strip.place.map(|length| format!("{length}px"));
            view! {
                <div
                    class="aside"
                    class:bad=strip.deletes
                    class:far=strip.is_far
                    style:top=top
                    style:left=left
                    style:width=width
                    style:height=height
                    aria-hidden="true"
                >
                    <Icon glyph />
                    <span>{label}</span>
                </div>
            }
        })
    };
    view! { {shown} }
}

/// The row that a finger has come down upon, and what it leads to.
fn touched(event: &ev::PointerEvent) -> Option<(RecordKey, HtmlElement)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let row: HtmlElement = target.closest(ROW).ok()??.dyn_into().ok()?;
    if row.closest(ELSEWHERE).ok()?.is_some() {
        return None;
    }
    let link = row.query_selector("a.cover").ok()??.get_attribute("href")?;
    let (_, key) = at(&link)?;
    Some((key, row))
}

/// What a push does: forward, as the app is read, or back.
fn command(desk: Desk, record: &Record, forward: bool) -> Option<Command> {
    if !forward {
        let (key, title) = (record.key(), title_of(record));
        let delete = Act::run(move || delete_with_undo(desk, key.clone(), title.clone(), || ()));
        return Some(Command::new(tr("Delete"), Glyph::Trash, delete));
    }
    if let Some(own) = (look(&record.kind).aside)(desk, record) {
        return Some(own);
    }
    if let Some(href) = first_phone(record).as_deref().and_then(call) {
        return Some(Command::new(tr("Call"), Glyph::Phone, Act::Go(href)));
    }
    let note = schema("note")?;
    note.relations_to(&record.kind).next()?;
    let href = format!("{}/new?{}={}", note.path, record.kind, record.id);
    Some(Command::new(t!("New {}", lower(note.label)), look(note.kind).glyph, Act::Go(href)))
}
