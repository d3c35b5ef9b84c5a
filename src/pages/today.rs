//! Today: what a person opens in the morning. Meetings and visits in their order with the way there, what is due, which deals
//! are about to be forgotten, and what others have done since this device was last looked at. Tomorrow is one swipe away.

mod away;
mod waiting;

use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::calendar::{Span, Wall, free, instant};
use outpost_core::index::{Query, Sort};
use outpost_core::record::Record;
use outpost_core::records::{Due, Task, TaskStatus};
use outpost_core::schema::RecordType;

use crate::components::{
    Art, Banner, BannerKind, ButtonKind, EmptyState, Fab, Glyph, Icon, LinkButton, NavLink, PageHeader, Skeleton,
};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::planned::{self, Plan, Planned};
use crate::pages::tasks::due_of;
use crate::pages::together::together;
use crate::pages::{swipe, tasks};
use crate::platform::{interval, intl, time};
use crate::state::{Desk, Live, live, use_desk};
use crate::words::tr;

/// Where it is.
pub(crate) const TODAY: &str = "/today";
/// Where tomorrow is.
pub(crate) const TOMORROW: &str = "/today/tomorrow";
/// How often the clock is looked at, in milliseconds.
const LOOK_MS: u32 = 30_000;
/// The most tasks that are shown.
const MOST: usize = 40;
/// When a day's work begins, in minutes: new meetings of another day are then.
const MORNING: i64 = 9 * 60;
/// How long a meeting is looked for room for, in minutes.
const HOUR: i64 = 60;

/// What is on a day.
#[derive(Debug, Clone, Default, PartialEq)]
struct DayPlan {
    plan: Plan,
    tasks: Vec<Record>,
    /// Whether there are more tasks than are shown.
    more: bool,
}

/// The open tasks that are due, or remind of themselves, up to a day, those that are due longest first.
async fn due(desk: Desk, day: NaiveDate) -> Result<(Vec<Record>, bool), String> {
    let query = Query {
        kind: Task::SCHEMA.kind.to_owned(),
        facet: Some(TaskStatus::Open.value().to_owned()),
        sort: Sort::Date,
        ..Query::default()
    };
    // The index counts the days of reminders as UTC does, so that one of this day may stand among those of the next.
    let beyond = day + Days::new(2);
    let mut tasks = Vec::new();
    for at in (0..).step_by(MOST + 1) {
        let rows = desk.store().window(&query, at, MOST + 1).await.map_err(say)?.rows;
        let is_end = rows.len() <= MOST || rows.last().is_some_and(|task| due_of(task, beyond) > Due::Today);
        tasks.extend(rows.into_iter().filter(|task| due_of(task, day) <= Due::Today));
        if is_end || tasks.len() > MOST {
            break;
        }
    }
    tasks.sort_by_key(|task| due_of(task, day));
    let more = tasks.len() > MOST;
    tasks.truncate(MOST);
    Ok((tasks, more))
}

/// How many open tasks are due by a day, up to [`MOST`].
///
/// # Errors
/// A sentence.
pub(crate) async fn tasks_due(desk: Desk, day: NaiveDate) -> Result<usize, String> {
    Ok(due(desk, day).await?.0.len())
}

async fn read(desk: Desk, day: NaiveDate, is_today: bool) -> Result<DayPlan, String> {
    let mut plan = planned::read(desk, day, day, true).await?;
    let whole = planned::day(day);
    // Tasks have a list of their own, which holds more than those of the day.
    plan.all.retain(|planned| !planned.is_all_of(&whole) && !planned.is_called_off());
    let (mut tasks, more) = due(desk, day).await?;
    if !is_today {
        tasks.retain(|task| due_of(task, day) == Due::Today);
    }
    Ok(DayPlan { plan, tasks, more })
}

/// The page.
#[component]
pub(crate) fn TodayPage() -> Markup {
    let desk = use_desk();
    let path = use_location().pathname;
    let is_today = Memo::new(move |_| path.with(|path| path.trim_end_matches('/') != TOMORROW));
    // A page that stays open over night shows the new day.
    let now = RwSignal::new(time::now_ms());
    let clock = StoredValue::new_local(Some(interval(LOOK_MS, move || now.set(time::now_ms()))));
    on_cleanup(move || drop(clock.try_update_value(Option::take)));
    let today = Memo::new(move |_| {
        now.track();
        time::today()
    });
    let day = Memo::new(move |_| match is_today.get() {
        true => today.get(),
        false => today.get().succ_opt().unwrap_or_default(),
    });
    let navigate = use_navigate();
    let navigate = StoredValue::new_local(navigate);
    swipe::follow(".today", move |by| {
        let there = if by > 0 { TOMORROW } else { TODAY };
        if (by > 0) == is_today.get_untracked() {
            navigate.with_value(|navigate| navigate(there, NavigateOptions::default()));
        }
    });
    let plan: Live<DayPlan> = live(
        move || (planned::version(desk), day.get(), is_today.get()),
        move |(_, day, is_today)| read(desk, day, is_today),
    );
    let title = Signal::derive(move || match is_today.get() {
        true => tr(greeting(time::hour())).to_owned(),
        false => tr("Tomorrow").to_owned(),
    });
    let new = Signal::derive(move || match is_today.get() {
        true => "/meetings/new?view=today".to_owned(),
        false => new_meeting(day.get(), plan.value().map(|found| found.plan.all).unwrap_or_default()),
    });
    let body = move || match plan.value() {
        None => view! { <Skeleton rows=6 tall=true /> },
        Some(found) => {
            view! { <DayBody desk found is_today=is_today.get() day=day.get() now=now.get() new=new.get() /> }
        }
    };
    let beside = move || {
        is_today.get().then(|| {
            view! {
                <div class="stack">
                    <waiting::Waiting desk />
                    <away::Away desk />
                </div>
            }
        })
    };
    view! {
        <PageHeader title subtitle=Signal::derive(move || intl::long_day(day.get()))>
            <nav class="seg links" aria-label="View">
                <NavLink href=TODAY exact=true>
                    "Today"
                </NavLink>
                <NavLink href=TOMORROW>"Tomorrow"</NavLink>
                <NavLink href="/calendar">
                    <Icon glyph=Glyph::Calendar />
                    "Calendar"
                </NavLink>
            </nav>
            <span class="wide">
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=new>
                    "New meeting"
                    <kbd>"N"</kbd>
                </LinkButton>
            </span>
        </PageHeader>
        {move || plan.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {together(|| {
            view! {
                <div class=move || if is_today.get() { "today two" } else { "today measure" }>
                    <div class="stack">{body}</div>
                    {beside}
                </div>
            }
        })}
        <Fab label="New meeting" href=new />
    }
}

/// Where a meeting is made that is on a day at its first free hour, from which one comes back to tomorrow.
fn new_meeting(date: NaiveDate, planned: Vec<Planned>) -> String {
    let day = planned::day(date);
    let taken: Vec<Span> = planned.iter().filter_map(|planned| planned.span(&day)).collect();
    let minute = free(&taken, MORNING, HOUR).unwrap_or(MORNING);
    format!("/meetings/new?at={}&view=tomorrow", instant(Wall { date, minute }, &time::offset))
}

/// Where a task is written down that is due on a day, from which one comes back to it.
fn new_task(day: NaiveDate, is_today: bool) -> String {
    format!("/tasks/new?at={day}&view={}", if is_today { "today" } else { "tomorrow" })
}

#[component]
fn DayBody(desk: Desk, found: DayPlan, is_today: bool, day: NaiveDate, now: u64, new: String) -> Markup {
    let DayPlan { plan, tasks, more } = found;
    if plan.all.is_empty() && tasks.is_empty() {
        let (title, text) = match is_today {
            true => (
                "A day of your own",
                "Meetings, visits and calls that you arrange stand here in their order, with the way there, and tasks when they are due.",
            ),
            false => (
                "Nothing planned yet",
                "Arrange a meeting or write down a task for tomorrow, and it waits for you here.",
            ),
        };
        return view! {
            <EmptyState art=Art::Camp title=tr(title) text=tr(text)>
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=new>
                    "New meeting"
                </LinkButton>
                <LinkButton icon=Glyph::Plus href=new_task(day, is_today)>
                    "New task"
                </LinkButton>
            </EmptyState>
        };
    }
    let now = if is_today { now } else { 0 };
    let items: Vec<Markup> =
        plan.all.iter().map(|planned| planned.item(plan.about.get(&planned.record.id), now)).collect();
    let meetings = match items.is_empty() {
        true => view! {
            <p class="today-none">
                <Icon glyph=Glyph::Calendar />
                <span>
                    {if is_today { "No meetings or visits today." } else { "No meetings or visits tomorrow." }} " "
                    <a class="link" href=new>"Arrange one"</a>
                </span>
            </p>
        },
        false => view! { <ul class="list">{items}</ul> },
    };
    let due = match tasks.is_empty() {
        true => view! {
            <p class="today-none">
                <Icon glyph=Glyph::Check />
                <span>
                    {if is_today { "Nothing is due." } else { "Nothing is due tomorrow." }} " "
                    <a class="link" href=new_task(day, is_today)>"Write a task down"</a>
                </span>
            </p>
        },
        false => view! { <ul class="list">{tasks.iter().map(|task| tasks::item(desk, task)).collect::<Vec<_>>()}</ul> },
    };
    let heading = match tasks.len() {
        0 => tr("Due").to_owned(),
        count => format!("{} · {}", tr("Due"), intl::count(count)),
    };
    view! {
        <section class="stack tight">
            <h2>{if is_today { "Your day" } else { "The day" }}</h2>
            {meetings}
            {planned::more(plan.more)}
        </section>
        <section class="stack tight">
            <h2>{heading}</h2>
            {due}
            {more.then(|| view! { <a class="link small" href="/tasks">"All tasks"</a> })}
        </section>
    }
}

/// What one says at an hour of the day.
const fn greeting(hour: u32) -> &'static str {
    match hour {
        4..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn people_are_greeted_by_the_clock() {
        assert_eq!([3, 4, 11, 12, 17, 18].map(greeting).map(|said| &said[5..6]), ["e", "m", "m", "a", "a", "e"]);
    }
}
