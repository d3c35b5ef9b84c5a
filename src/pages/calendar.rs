//! The calendar: what is planned by the day, the week, the month, and as an agenda. What stands in it is moved by pointer or
//! keyboard, and an empty place makes a new meeting there.

mod agenda;
mod layout;
mod moving;
mod place;

use std::rc::Rc;

use chrono::NaiveDate;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::calendar::{Wall, instant};

use crate::components::{
    Banner, BannerKind, Button, ButtonKind, Fab, Glyph, Hands, IconButton, LinkButton, MonthGrid, PageHeader, Skeleton,
    TimeGrid,
};
use crate::markup::{Markup, effect, view};
use crate::pages::hand::Carrier;
use crate::pages::planned::{self, Plan};
use crate::pages::swipe;
use crate::platform::{interval, intl, time};
use crate::state::{Live, live, use_desk};
use moving::Mover;
pub(crate) use place::Place;
use place::View;

/// How often the clock is looked at, in milliseconds.
const LOOK_MS: u32 = 30_000;
/// At a new meeting's place minutes are rounded down to these.
const SLOT: i64 = 30;
/// When a new meeting is of which only the day was said, and where a day is shown from at first, in minutes.
const MORNING: i64 = 9 * 60;
/// How much of the day before the first entry is shown at first.
const LEAD: i64 = 60;
/// The last hour at which a day is shown from at first, in minutes.
const DAYBREAK: i64 = 7 * 60;

/// What an hour's label reaches above its line, in pixels.
const LABEL_PX: i64 = 10;

/// The page.
#[component]
pub(crate) fn CalendarPage() -> Markup {
    let desk = use_desk();
    let location = use_location();
    let clock = RwSignal::new(time::now_ms());
    let ticking = StoredValue::new_local(Some(interval(LOOK_MS, move || clock.set(time::now_ms()))));
    on_cleanup(move || drop(ticking.try_update_value(Option::take)));
    let now = Memo::new(move |_| {
        clock.track();
        time::now()
    });
    let today = Memo::new(move |_| now.get().date);
    let first = intl::first_weekday();
    let place = Memo::new(move |_| {
        let path = location.pathname.get();
        let day = location.query.with(|query| query.get("day"));
        Place::read(&path, day.as_deref(), today.get(), desk.compact.get())
    });
    let days = Memo::new(move |_| place.get().days(first));
    let plan: Live<Plan> = live(
        move || (planned::version(desk), days.get(), place.get().view == View::Agenda),
        move |(_, days, is_told)| async move {
            match (days.first(), days.last()) {
                (Some(first), Some(last)) => planned::read(desk, *first, *last, is_told).await,
                _ => Ok(Plan::default()),
            }
        },
    );
    let navigate = StoredValue::new_local(use_navigate());
    let go = move |path: &str, replace: bool| {
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(path, options));
    };
    let mover = Mover::new(desk, plan, days);
    let node = NodeRef::<html::Div>::new();
    mover.hand.follow(Rc::new(mover), node);
    swipe::follow(".calendar", move |by| {
        if Carrier::is_free(&mover) {
            go(&place.get_untracked().turned(by).href(), true);
        }
    });
    let hands = Hands {
        on_press: Callback::new(move |(key, event): (String, _)| mover.press(&key, &event)),
        on_key: Callback::new(move |(key, event): (String, _)| mover.key(&key, &event)),
        on_slot: Callback::new(move |(key, minute): (String, Option<i64>)| {
            let here = place.get_untracked();
            // On a phone a day of a month is too small to be anything but the way to that day.
            match (minute, desk.compact.get_untracked(), outpost_core::date::civil(&key)) {
                (None, true, Some(day)) => go(&Place { view: View::Day, day }.href(), false),
                (minute, _, Some(day)) => go(&new_meeting(here, day, minute), false),
                _ => {}
            }
        }),
    };
    let view = Memo::new(move |_| place.get().view);
    let is_read = Memo::new(move |_| plan.with(|plan| plan.is_some()));
    show_working_hours(node, plan, days, view);
    let body = move || match (is_read.get(), view.get()) {
        (false, _) => view! { <Skeleton rows=8 tall=true /> },
        (true, View::Agenda) => {
            view! { <agenda::Agenda plan days now=clock new=Signal::derive(move || new_meeting(place.get(), place.get().day, None)) /> }
        }
        (true, View::Month) => {
            let cells = Signal::derive(move || layout::month(&place.get(), &days.get(), today.get(), &mover.plan()));
            let names = days.with_untracked(|days| days.iter().take(7).map(|day| intl::weekday(*day)).collect());
            view! { <MonthGrid names days=cells hands node /> }
        }
        (true, _) => {
            let columns = Signal::derive(move || layout::columns(&days.get(), today.get(), &mover.plan()));
            let hours = (0..24).map(intl::hour).collect();
            view! { <TimeGrid days=columns hours now=Signal::derive(move || now.get().minute) hands node /> }
        }
    };
    let title = Signal::derive(move || place.get().title(first, desk.compact.get()));
    let new = Signal::derive(move || {
        let (day, today) = (place.get().day, today.get());
        // Today's morning may be over; then it is the next full hour.
        let minute = (day <= today).then(|| (now.get().minute / 60 + 1).min(23) * 60);
        new_meeting(place.get(), day.max(today), minute)
    });
    let turn = move |by: i32| go(&place.get_untracked().turned(by).href(), true);
    let around = move || {
        view! {
            <div class="cal-turn">
                <IconButton small=true label="Earlier" icon=Glyph::ArrowLeft on_click=move |()| turn(-1) />
                <Button
                    small=true
                    on_click=move |()| go(&Place { day: today.get_untracked(), ..place.get_untracked() }.href(), true)
                >
                    "Today"
                </Button>
                <IconButton small=true label="Later" icon=Glyph::ArrowRight on_click=move |()| turn(1) />
            </div>
        }
    };
    view! {
        <PageHeader title beside=around>
            <nav class="seg links" aria-label="View">
                {View::ALL.into_iter().map(|each| {
                    view! {
                        <a
                            href=move || Place { view: each, ..place.get() }.href()
                            aria-current=move || (view.get() == each).then_some("page")
                        >
                            {each.label()}
                        </a>
                    }
                }).collect::<Vec<_>>()}
            </nav>
            <span class="wide">
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=new>
                    "New meeting"
                    <kbd>"N"</kbd>
                </LinkButton>
            </span>
        </PageHeader>
        {move || plan.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        <div class="calendar" class:dragging=move || mover.is_held()>
            {body}
            {move || planned::more(plan.with(|plan| plan.map_or(0, |plan| plan.more)))}
        </div>
        <p class="vh" role="status" aria-live="assertive">
            {move || mover.said.get()}
        </p>
        <p class="vh" id="calendar-help">
            "Press Space to lift it, the arrow keys to move it to another time or day, Space again to put it down, Escape to leave it where it was."
        </p>
        <Fab label="New meeting" href=new />
    }
}

/// Where a meeting is made at a time of a day, from which one comes back here.
fn new_meeting(from: Place, day: NaiveDate, minute: Option<i64>) -> String {
    let minute = minute.map_or(MORNING, |minute| minute.div_euclid(SLOT) * SLOT);
    let at = instant(Wall { date: day, minute }, &time::offset);
    format!("/meetings/new?at={at}&view={}", from.view.name())
}

/// When hours are shown for the first time, they are those in which one works, not the night.
fn show_working_hours(node: NodeRef<html::Div>, plan: Live<Plan>, days: Memo<Vec<NaiveDate>>, view: Memo<View>) {
    let shown = StoredValue::new(None::<View>);
    effect(move || {
        let (Some(element), now) = (node.get(), view.get()) else { return };
        if !plan.with(|plan| plan.is_some()) || shown.get_value() == Some(now) {
            return;
        }
        shown.set_value(Some(now));
        let earliest = plan.with_untracked(|plan| {
            let all = plan.into_iter().flat_map(|plan| &plan.all);
            let spans = all.flat_map(|planned| {
                let days = days.get_untracked().into_iter().map(planned::day);
                days.filter_map(|day| planned.span(&day)).collect::<Vec<_>>()
            });
            spans.map(|span| span.from - LEAD).filter(|from| *from > 0).min()
        });
        let minute = earliest.unwrap_or(DAYBREAK).min(DAYBREAK);
        request_animation_frame(move || {
            let height = element.query_selector(".cal-body").ok().flatten().map_or(0, |body| body.client_height());
            let top = i64::from(height) * minute / outpost_core::calendar::DAY_MINUTES - LABEL_PX;
            element.set_scroll_top(i32::try_from(top.max(0)).unwrap_or_default());
        });
    });
}
