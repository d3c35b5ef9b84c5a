//! Tells of tasks when the time for it has come: in whatever page is open, and, if the person wants it, by a notification of the
//! system while none is looked at. What came while the app was closed is told when it is opened, and what nobody has answered is
//! told again.

use std::collections::BTreeMap;

use leptos::prelude::{Effect, GetUntracked, GetValue, StoredValue, UpdateValue};
use outpost_core::filter::{Condition, Filter, Operator};
use outpost_core::id::RecordId;
use outpost_core::index::{Query, Sort};
use outpost_core::list_view::ListView;
use outpost_core::record::Record;
use outpost_core::records::{Task, TaskStatus};
use outpost_core::schema::RecordType;
use serde::{Deserialize, Serialize};

use crate::components::{Toast, Toasts};
use crate::pages::list::write_address;
use crate::platform::notify::{self, Permission};
use crate::platform::{page, sleep, spawn, time, visibility};
use crate::state::{Desk, title_of};
use crate::store::{Store, StoreError};
use crate::words::{t, tn, tr};

/// How often the clock is looked at, in milliseconds.
const LOOK_MS: u32 = 20_000;
/// What was told, by its name in the store.
const TOLD: &str = "reminders";
/// The most open tasks that are looked at.
const MOST: usize = 1_000;
/// The most that are told one by one.
const EACH: usize = 3;

/// What was told of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// Of which of its reminders, in milliseconds since 1970.
    at: u64,
    /// Whether a person has answered, by going there or by putting it away.
    answered: bool,
}

/// Of which tasks was told.
type Told = BTreeMap<RecordId, Note>;

/// A task and which of its reminders.
type Reminder = (RecordId, u64);

/// The toasts that wait for an answer, each with what it reminds of.
type Waiting = StoredValue<Vec<(u32, Vec<Reminder>)>>;

/// Begins to look at the clock, for as long as the page lives.
pub(super) fn watch(desk: Desk) {
    let (store, toasts) = (desk.store(), desk.toasts);
    let waiting: Waiting = StoredValue::new(Vec::new());
    let noting = store.clone();
    Effect::new(move |_| {
        let shown = toasts.numbers();
        let gone =
            waiting.try_update_value(|waiting| waiting.extract_if(.., |(toast, _)| !shown.contains(toast)).collect());
        let answered: Vec<(u32, Vec<Reminder>)> = gone.unwrap_or_default();
        if !answered.is_empty() {
            let store = noting.clone();
            spawn(async move {
                let all = answered.into_iter().flat_map(|(_, reminders)| reminders).collect::<Vec<_>>();
                if let Err(error) = answer(&store, &all).await {
                    leptos::logging::warn!("that reminders were answered could not be noted: {error}");
                }
            });
        }
    });
    spawn(async move {
        let mut is_new = true;
        let changed = store.version(Task::SCHEMA.kind);
        let mut known: Option<(u64, Vec<Record>)> = None;
        loop {
            let version = changed.get_untracked();
            if known.as_ref().is_none_or(|(of, _)| *of != version) {
                match read(&store).await {
                    Ok(tasks) => known = Some((version, tasks)),
                    Err(error) => leptos::logging::warn!("reminders could not be read: {error}"),
                }
            }
            let tasks = known.as_ref().map_or(&[][..], |(_, tasks)| tasks);
            match tell(&store, toasts, waiting, tasks, is_new).await {
                Ok(()) => is_new &= known.is_none(),
                Err(error) => leptos::logging::warn!("reminders could not be noted: {error}"),
            }
            sleep(LOOK_MS).await;
        }
    });
}

/// The open tasks that have a reminder.
async fn read(store: &Store) -> Result<Vec<Record>, StoreError> {
    let open = Query {
        kind: Task::SCHEMA.kind.to_owned(),
        facet: Some(TaskStatus::Open.value().to_owned()),
        sort: Sort::Date,
        ..Query::default()
    };
    let mut tasks = store.window(&open, 0, MOST).await?.rows;
    tasks.retain(|task| reminder(task).is_some());
    Ok(tasks)
}

fn reminder(task: &Record) -> Option<u64> {
    task.get("reminder")?.as_u64()
}

fn of(task: &Record) -> Option<Reminder> {
    reminder(task).map(|at| (task.id, at))
}

/// Those of the tasks whose time has come and of which nothing was told.
fn untold<'t>(tasks: &'t [Record], told: &Told) -> Vec<&'t Record> {
    let now = time::now_ms();
    let is_told = |task: &Record, at: u64| told.get(&task.id).is_some_and(|note| note.at == at);
    tasks.iter().filter(|task| reminder(task).is_some_and(|at| at <= now && !is_told(task, at))).collect()
}

/// Notes that a person has answered.
async fn answer(store: &Store, reminders: &[Reminder]) -> Result<(), StoreError> {
    let change = |told: Option<Told>| {
        let mut told = told.unwrap_or_default();
        let mut meant: Vec<_> = told.iter_mut().filter(|(id, note)| reminders.contains(&(**id, note.at))).collect();
        meant.iter_mut().for_each(|(_, note)| note.answered = true);
        (told, ())
    };
    store.change_meta(TOLD, change).await
}

/// Tells what is to be told; of a page that `is_new` also what was told before and nobody has answered.
async fn tell(
    store: &Store,
    toasts: Toasts,
    waiting: Waiting,
    tasks: &[Record],
    is_new: bool,
) -> Result<(), StoreError> {
    let shown = waiting.try_get_value().unwrap_or_default();
    if shown.is_empty() && untold(tasks, &Told::new()).is_empty() {
        return Ok(());
    }
    let told = store.meta::<Told>(TOLD).await?.unwrap_or_default();
    let is_open = |reminder: &Reminder| {
        let note = told.get(&reminder.0).filter(|note| note.at == reminder.1 && !note.answered);
        note.is_some() && tasks.iter().any(|task| of(task).as_ref() == Some(reminder))
    };
    // It was done, has another time, was answered in another tab, or somebody is there.
    let here = page::path();
    for (toast, reminders) in &shown {
        let is_over = |reminder: &Reminder| !is_open(reminder) || here == path(reminder.0);
        if reminders.iter().all(is_over) {
            toasts.dismiss(*toast);
        }
    }
    if is_new {
        let is_shown = |reminder: &Reminder| shown.iter().any(|(_, reminders)| reminders.contains(reminder));
        let waits = |task: &&Record| of(task).is_some_and(|reminder| is_open(&reminder) && !is_shown(&reminder));
        let open: Vec<Record> = tasks.iter().filter(waits).cloned().collect();
        show(toasts, waiting, &open);
    }
    if untold(tasks, &told).is_empty() {
        return Ok(());
    }
    if !visibility::is_visible() {
        // In a page that nobody sees it is told by a notification, or as soon as one is seen. One that is seen goes first.
        if notify::permission() != Permission::Granted {
            return Ok(());
        }
        sleep(LOOK_MS).await;
    }
    // Noted before it is told, so that of two tabs one does it; and what is done, or has another time now, is noted no longer.
    let now = store.change_meta(TOLD, |told: Option<Told>| {
        let mut told = told.unwrap_or_default();
        let new: Vec<Record> = untold(tasks, &told).into_iter().cloned().collect();
        told.retain(|id, _| tasks.iter().any(|task| task.id == *id));
        told.extend(new.iter().filter_map(|task| Some((task.id, Note { at: reminder(task)?, answered: false }))));
        (told, new)
    });
    let new = now.await?;
    for (text, path) in show(toasts, waiting, &new) {
        if !visibility::is_looked_at() {
            spawn(async move { notify::show(&text, &path).await });
        }
    }
    Ok(())
}

/// The page of a task.
fn path(id: RecordId) -> String {
    [Task::SCHEMA.path, "/", &id.to_string()].concat()
}

/// Shows toasts about these tasks; returns the words of each and where it leads.
fn show(toasts: Toasts, waiting: Waiting, tasks: &[Record]) -> Vec<(String, String)> {
    let each = tasks
        .iter()
        .map(|task| (t!("Reminder: {}", title_of(task)), tr("Open it"), path(task.id), of(task).into_iter().collect()));
    let all = match tasks.len() {
        count if count > EACH => {
            let text = tn!(count, "One task reminds you of itself", "{count} tasks remind you of themselves");
            vec![(text, tr("Show them"), list(), tasks.iter().filter_map(of).collect())]
        }
        _ => each.collect(),
    };
    let show = |(text, press, path, reminders): (String, _, String, _)| {
        let to = path.clone();
        let toast = toasts.show(Toast::new(text.clone()).stays().action(press, move || page::follow(&to)));
        waiting.try_update_value(|waiting| waiting.push((toast, reminders)));
        (text, path)
    };
    all.into_iter().map(show).collect()
}

/// Where the open tasks are listed whose reminders were until today.
pub(super) fn list() -> String {
    let until =
        Condition { field: "reminder".to_owned(), op: Operator::Until, values: vec![time::today().to_string()] };
    let view = ListView {
        facet: Some(TaskStatus::Open.value().to_owned()),
        filter: serde_json::to_string(&Filter::All { all: vec![Filter::Is(until)] }).unwrap_or_default(),
        ..ListView::default()
    };
    [Task::SCHEMA.path, "/list", &write_address(&view)].concat()
}
