//! What there is to do: overdue, today, later, in this order. And what of a task is said elsewhere.

use chrono::NaiveDate;
use futures::FutureExt;
use leptos::prelude::*;
use outpost_core::index::{Query, Sort};
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Due, Task, TaskStatus};
use outpost_core::schema::{RecordType, Schema};
use serde_json::json;

use crate::components::{
    Art, Banner, BannerKind, Button, ButtonKind, EmptyState, Fab, Glyph, Icon, LinkButton, NavLink, PageHeader, Panel,
    Skeleton, Tag, Tick, Tone,
};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::list::{Derived, Standings};
use crate::pages::search::{Act, Command};
use crate::pages::undo::do_with_undo;
use crate::platform::{intl, time};
use crate::state::{Desk, Live, live, title_of, use_desk};
use crate::words::{t, tn, tr};

static SCHEMA: Schema = Task::SCHEMA;
/// The most open tasks that are shown; who has more looks through the list.
const MOST: usize = 300;

/// Agenda or list: two links that look like a choice.
pub(crate) fn switch() -> Markup {
    view! {
        <nav class="seg links" aria-label="View">
            <NavLink href="/tasks" exact=true>
                <Icon glyph=Glyph::Today />
                "To do"
            </NavLink>
            <NavLink href="/tasks/list">
                <Icon glyph=Glyph::Sort />
                "List"
            </NavLink>
        </nav>
    }
}

/// What a list says in the place of “open”: when it is due.
pub(crate) const STANDINGS: Standings = Standings {
    from: "task",
    derive: |_, tasks| {
        let derived: Derived = tasks.iter().map(|task| (task.id, standing(task))).collect();
        futures::future::ready(Ok(derived)).boxed_local()
    },
};

/// Where a task lies, seen on a day.
pub(crate) fn due_of(task: &Record, day: NaiveDate) -> Due {
    Due::of_task(task, day, time::day_of)
}

fn status_of(task: &Record) -> TaskStatus {
    TaskStatus::parse(task.text("status"))
}

fn standing(task: &Record) -> (String, Tone) {
    let (word, tone) = match (status_of(task), due_of(task, time::today())) {
        (TaskStatus::Open, Due::Overdue) => ("Overdue", Tone::Bad),
        (TaskStatus::Open, Due::Today) => ("Due today", Tone::Warn),
        (TaskStatus::Open, Due::Later | Due::Whenever) => ("Open", Tone::Info),
        (TaskStatus::Done, _) => ("Done", Tone::Ok),
        (status, _) => (status.label(), Tone::Plain),
    };
    (tr(word).to_owned(), tone)
}

/// Sets a task's status, with a way back.
pub(crate) fn set(desk: Desk, task: &Record, to: TaskStatus) {
    let patch = Patch::from([("status".to_owned(), json!(to))]);
    let said = match to {
        TaskStatus::Done => t!("Done: {}", title_of(task)),
        _ => t!("Open again: {}", title_of(task)),
    };
    do_with_undo(desk, vec![Op::patch(SCHEMA.kind, task.id, patch)], said);
}

/// Does an open task, and opens one that was done.
pub(crate) fn done_button(desk: Desk, task: Signal<Record>, small: bool) -> Markup {
    let is_open = Memo::new(move |_| task.with(status_of) == TaskStatus::Open);
    let press = move |()| {
        let to = if is_open.get_untracked() { TaskStatus::Done } else { TaskStatus::Open };
        task.with_untracked(|task| set(desk, task, to));
    };
    let button = move || match is_open.get() {
        true => view! { <Button small icon=Glyph::Check on_click=press>"Done"</Button> },
        false => view! { <Button small kind=ButtonKind::Quiet icon=Glyph::Undo on_click=press>"Reopen"</Button> },
    };
    button.into_markup()
}

/// What can be done with a task from anywhere.
pub(crate) fn commands(desk: Desk, task: &Record) -> Vec<Command> {
    let (label, to) = match status_of(task) {
        TaskStatus::Open => ("Mark as done", TaskStatus::Done),
        _ => ("Reopen this task", TaskStatus::Open),
    };
    let task = task.clone();
    vec![Command::new(tr(label), Glyph::Check, Act::run(move || set(desk, &task, to)))]
}

/// What is open, and how many more there are than are shown.
#[derive(Debug, Clone, PartialEq)]
struct Agenda {
    tasks: Vec<Record>,
    more: usize,
}

async fn read(desk: Desk) -> Result<Agenda, String> {
    let query = Query {
        kind: SCHEMA.kind.to_owned(),
        facet: Some(TaskStatus::Open.value().to_owned()),
        sort: Sort::Date,
        ..Query::default()
    };
    let window = desk.store().window(&query, 0, MOST).await.map_err(say)?;
    let more = window.total.unwrap_or_default().saturating_sub(window.rows.len());
    Ok(Agenda { tasks: window.rows, more })
}

/// The page.
#[component]
pub(crate) fn TasksPage() -> Markup {
    let desk = use_desk();
    let agenda: Live<Agenda> = live(move || desk.version(SCHEMA.kind), move |_| read(desk));
    let body = move || match agenda.value() {
        None => view! { <Skeleton rows=8 /> },
        Some(Agenda { tasks, .. }) if tasks.is_empty() => view! {
            <EmptyState
                art=Art::Camp
                title="Nothing to do"
                text="Tasks that you write down stand here by the day on which they are due. Each can be linked to a lead, a company, a contact or a deal."
            >
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href="/tasks/new">
                    "New task"
                </LinkButton>
            </EmptyState>
        },
        Some(Agenda { tasks, more }) => {
            let groups =
                [(Due::Overdue, "Overdue"), (Due::Today, "Today"), (Due::Later, "Later"), (Due::Whenever, "Whenever")];
            let today = time::today();
            let panels = groups.into_iter().filter_map(|(due, title)| {
                let items: Vec<Markup> =
                    tasks.iter().filter(|task| due_of(task, today) == due).map(|task| item(desk, task)).collect();
                (!items.is_empty()).then(|| {
                    let title = format!("{} · {}", tr(title), intl::count(items.len()));
                    view! {
                        <Panel title>
                            <ul class="list bare">{items}</ul>
                        </Panel>
                    }
                })
            });
            let panels = panels.collect::<Vec<_>>();
            view! {
                <div class="stack agenda">
                    {panels}
                    {(more > 0)
                        .then(|| {
                            view! {
                                <p class="muted small">
                                    <a class="link" href="/tasks/list?show=open&sort=date&order=up">
                                        {tn!(more, "{} more is in the list", "{} more are in the list", intl::count(more))}
                                    </a>
                                </p>
                            }
                        })}
                </div>
            }
        }
    };
    view! {
        <PageHeader title="Tasks">
            {switch()} <span class="wide">
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href="/tasks/new">
                    "New task"
                    <kbd>"N"</kbd>
                </LinkButton>
            </span>
        </PageHeader>
        {move || agenda.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {body}
        <Fab label="New task" href="/tasks/new" />
    }
}

/// An open task in a list, to be ticked off in place.
pub(crate) fn item(desk: Desk, task: &Record) -> Markup {
    let title = title_of(task);
    let reminder = || task.get("reminder").and_then(serde_json::Value::as_u64).map(intl::date_time);
    let due = outpost_core::date::civil(task.text("due")).map(intl::date).or_else(reminder);
    let owner = task.text("owner").trim();
    let second = [due, Some(owner.to_owned()).filter(|owner| !owner.is_empty())];
    let second = second.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let href = format!("{}/{}", SCHEMA.path, task.id);
    let done = task.clone();
    let label = t!("Done: {}", title);
    let state = (due_of(task, time::today()) <= Due::Today).then(|| {
        let (word, tone) = standing(task);
        view! { <Tag tone>{word}</Tag> }
    });
    view! {
        <li class="item">
            <Tick label checked=false on_change=move |_| set(desk, &done, TaskStatus::Done) />
            <div class="item-main">
                <a class="cover item-title" dir="auto" href=href>{title}</a>
                <span class="item-text">{second}</span>
            </div>
            <span class="item-end">{state}</span>
        </li>
    }
}
