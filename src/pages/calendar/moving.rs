//! What is in the hand: which entry, when it would be, and what happens when it is let go. Pointer and keyboard share this.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::calendar::{DAY_MINUTES, When};
use outpost_core::id::RecordId;
use outpost_core::record::Record;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::layout::Shown;
use crate::components::Toast;
use crate::markup::effect;
use crate::pages::hand::{Carried, Carrier, Hand, speed};
use crate::pages::planned::{Plan, Planned};
use crate::pages::undo::{Back, offer};
use crate::state::{Desk, Live, title_of};
use crate::words::t;

/// To how many minutes a pointer and a key move.
const STEP: i64 = 15;

/// How it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Pointer,
    Keys,
}

/// An entry in the hand.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    /// As it was.
    from: Planned,
    /// As it would be.
    to: Planned,
    by: By,
}

/// What is moved in a calendar, to be copied into any callback.
#[derive(Clone, Copy)]
pub(super) struct Mover {
    desk: Desk,
    read: Live<Plan>,
    days: Memo<Vec<NaiveDate>>,
    held: RwSignal<Option<Held>>,
    /// Entries that were put down and are not yet read back from the store.
    moved: RwSignal<HashMap<RecordId, Planned>>,
    /// What is read aloud.
    pub said: RwSignal<String>,
    /// The pointer that presses on entries.
    pub hand: Hand,
}

impl Mover {
    /// Moves what is in `read`, within these days.
    pub(super) fn new(desk: Desk, read: Live<Plan>, days: Memo<Vec<NaiveDate>>) -> Self {
        let mover = Self {
            desk,
            read,
            days,
            held: RwSignal::new(None),
            moved: RwSignal::new(HashMap::new()),
            said: RwSignal::new(String::new()),
            hand: Hand::new(".cal-block", ".calendar > div"),
        };
        // What the store says is when things are; whatever was shown until then is forgotten.
        effect(move || {
            if read.with(|plan| plan.is_some()) {
                mover.moved.update(HashMap::clear);
            }
        });
        // What is held by keyboard moves also in the moment in which it is drawn anew and has no focus.
        let keys = window_event_listener(ev::keydown, move |event| {
            if !event.default_prevented() {
                mover.held_key(&event);
            }
        });
        on_cleanup(move || keys.remove());
        mover
    }

    /// All entries as they are shown. Tracked.
    pub(super) fn plan(self) -> Shown {
        let held = self.held.get();
        let mut all = self.read.with(|plan| plan.map(|plan| plan.all.clone()).unwrap_or_default());
        self.moved.with(|moved| {
            for planned in &mut all {
                if let Some(moved) = moved.get(&planned.record.id) {
                    planned.when = moved.when;
                }
            }
        });
        let id = held.as_ref().map(|held| held.from.record.id);
        if let Some(held) = held {
            // Once, also if it is long and on several days.
            all.retain(|planned| planned.record.id != held.from.record.id);
            all.push(held.to);
        }
        Shown { all, held: id }
    }

    /// Whether something is in the hand. Tracked.
    pub(super) fn is_held(self) -> bool {
        self.held.with(Option::is_some)
    }

    fn find(self, key: &str) -> Option<Planned> {
        let id: RecordId = key.parse().ok()?;
        let dropped = self.moved.with_untracked(|moved| moved.get(&id).cloned());
        dropped.or_else(|| {
            self.read.with_untracked(|plan| plan?.all.iter().find(|planned| planned.record.id == id).cloned())
        })
    }

    /// A pointer presses on an entry.
    pub(super) fn press(self, key: &str, event: &ev::PointerEvent) {
        if let Some(planned) = self.find(key) {
            self.hand.press(&planned.record, event);
        }
    }

    /// A key is pressed on an entry.
    pub(super) fn key(self, key: &str, event: &ev::KeyboardEvent) {
        if self.held_key(event) || event.key() != " " {
            return;
        }
        if let Some(planned) = self.find(key) {
            self.take(planned, By::Keys);
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// A key is pressed while something may be held by keyboard; says whether it is.
    fn held_key(self, event: &ev::KeyboardEvent) -> bool {
        if !self.held.with_untracked(|held| held.as_ref().is_some_and(|held| held.by == By::Keys)) {
            return false;
        }
        let far = if event.shift_key() { 4 } else { 1 };
        match event.key().as_str() {
            " " | "Enter" => self.put_down(),
            "ArrowLeft" => self.step(-1, 0),
            "ArrowRight" => self.step(1, 0),
            "ArrowUp" => self.step_down(-far),
            "ArrowDown" => self.step_down(far),
            "Escape" => self.put_back(),
            "Tab" => {
                self.put_back();
                return true;
            }
            _ => {}
        }
        event.prevent_default();
        event.stop_propagation();
        true
    }

    fn take(self, planned: Planned, by: By) {
        self.said.set(t!("Lifted {}. It is on {}.", title_of(&planned.record), planned.said()));
        self.held.set(Some(Held { from: planned.clone(), to: planned, by }));
        self.keep_focus();
    }

    /// Up or down: a quarter of an hour among hours, a week in a month.
    fn step_down(self, by: i64) {
        if place().is_some_and(|place| place.query_selector("[data-hours]").ok().flatten().is_some()) {
            self.step(0, by * STEP);
        } else {
            self.step(7 * by.signum(), 0);
        }
    }

    fn step(self, days: i64, minutes: i64) {
        let Some(held) = self.held.get_untracked() else { return };
        let by = Days::new(days.unsigned_abs());
        let day = held.to.date();
        let day = if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) }.unwrap_or(day);
        let minute = held.to.wall().map_or(0, |wall| wall.minute);
        // What does not exist, because the clocks are put forward, is stepped over in both directions.
        let tries = [minute + minutes, minute + 5 * minutes];
        let to = tries.into_iter().filter(|minute| (0..DAY_MINUTES).contains(minute)).find_map(|minute| {
            let to = held.to.moved(day, minute);
            (to.when != held.to.when).then_some(to)
        });
        if let Some(to) = to {
            self.hold(to);
        }
    }

    /// Holds it at another time, if that is shown.
    fn hold(self, to: Planned) {
        let is_shown = self.days.with_untracked(|days| days.contains(&to.date()));
        let differs = self.held.with_untracked(|held| held.as_ref().is_some_and(|held| held.to.when != to.when));
        if !is_shown || !differs {
            return;
        }
        self.said.set(format!("{}.", to.said()));
        self.held.update(|held| {
            if let Some(held) = held {
                held.to = to;
            }
        });
        self.keep_focus();
    }

    fn put_down(self) {
        let Some(held) = self.held.get_untracked() else { return };
        if held.to.when == held.from.when {
            return self.put_back();
        }
        let words = t!("Moved {} to {}", title_of(&held.to.record), held.to.said());
        self.said.set(format!("{words}."));
        let op = held.to.write();
        self.moved.update(|moved| {
            moved.insert(held.to.record.id, held.to);
        });
        self.held.set(None);
        focus_soon(held.from.record.id, held.by);
        let (desk, id) = (self.desk, held.from.record.id);
        spawn_local(async move {
            match desk.write(vec![op]).await {
                Ok(written) => offer(desk, words, Back::of(written)),
                Err(why) => {
                    // Where it is shown is where it is.
                    self.moved.try_update(|moved| moved.remove(&id));
                    desk.toasts.show(Toast::bad(why));
                }
            }
        });
    }

    fn put_back(self) {
        let Some(held) = self.held.get_untracked() else { return };
        self.held.set(None);
        self.said.set(t!("{} stays on {}.", title_of(&held.from.record), held.from.said()));
        focus_soon(held.from.record.id, held.by);
    }

    /// What is held has the focus, wherever it is drawn anew.
    fn keep_focus(self) {
        let held = self.held.with_untracked(|held| held.as_ref().map(|held| (held.by, held.from.record.id)));
        if let Some((by, id)) = held {
            focus_soon(id, by);
        }
    }
}

impl Carrier for Mover {
    fn is_free(&self) -> bool {
        self.held.with_untracked(Option::is_none)
    }

    fn lift(&self, record: Record) {
        if let Some(planned) = self.find(&record.id.to_string()) {
            self.take(planned, By::Pointer);
        }
    }

    fn carry(&self, place: &Element, carried: Carried) {
        let Some(held) = self.held.get_untracked() else { return };
        let rect = place.get_bounding_client_rect();
        let down = speed(carried.at.1, carried.from.1, rect.top(), rect.bottom());
        if down != 0.0 {
            place.set_scroll_top(place.scroll_top() + down as i32);
        }
        let is_timed = matches!(held.from.when, When::At { .. });
        let columns = elements(place, if is_timed { "[data-hours]" } else { "[data-day]:not([data-hours])" });
        let cells = if columns.is_empty() { elements(place, "[data-day]") } else { columns };
        let Some(cell) = nearest(cells, carried.at) else { return };
        let Some(day) = cell.get_attribute("data-day").as_deref().and_then(outpost_core::date::civil) else { return };
        let minute = match cell.has_attribute("data-hours") {
            true => {
                let rect = cell.get_bounding_client_rect();
                let part = (carried.at.1 - carried.offset.1 - rect.top()) / rect.height().max(1.0);
                let minute = (part * DAY_MINUTES as f64 / STEP as f64).round() as i64 * STEP;
                minute.clamp(0, DAY_MINUTES - STEP)
            }
            false => held.from.wall().map_or(0, |wall| wall.minute),
        };
        self.hold(held.from.moved(day, minute));
    }

    fn drop_here(&self) {
        self.put_down();
    }

    fn cancel(&self) {
        self.put_back();
    }
}

fn place() -> Option<Element> {
    document().query_selector(".calendar").ok().flatten()
}

fn elements(place: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = place.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// The element below a point, or the one that is nearest to it.
fn nearest(elements: Vec<Element>, (x, y): (f64, f64)) -> Option<Element> {
    let distance = |element: &Element| {
        let rect = element.get_bounding_client_rect();
        let across = (rect.left() - x).max(x - rect.right()).max(0.0);
        across.hypot((rect.top() - y).max(y - rect.bottom()).max(0.0))
    };
    elements.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// Gives the focus to an entry once it is drawn. Under a pointer nothing scrolls for that: the entry would land at another hour.
fn focus_soon(id: RecordId, by: By) {
    request_animation_frame(move || {
        let found = place().and_then(|place| place.query_selector(&format!("[data-key=\"{id}\"]")).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(by == By::Pointer);
            element.focus_with_options(&options).unwrap_or_default();
        }
    });
}
