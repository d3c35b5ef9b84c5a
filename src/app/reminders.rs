//! Tells of tasks when the time for it has come: in whatever page is open, and, if the person wants it, by a notification of the
//! system while none is looked at. What came while the app was closed is told when it is opened, and what nobody has answered is
//! told again. An answer is noted in the task, so that it holds on all devices.

use std::collections::BTreeMap;

use leptos::prelude::{Effect, GetUntracked, GetValue, StoredValue, UpdateValue};
use outpost_core::filter::{Condition, Filter, Operator};
use outpost_core::id::RecordId;
use outpost_core::index::{Query, Sort};
use outpost_core::list_view::ListView;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{REMINDED, Task, TaskStatus};
use outpost_core::schema::RecordType;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::components::Toast;
use crate::forms::say;
use crate::pages::list::write_address;
use crate::pages::tasks;
use crate::pages::undo::do_with_undo;
use crate::platform::notify::{self, Permission};
use crate::platform::{intl, page, sleep, spawn, time, visibility};
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

/// How much later “Later” is, in milliseconds.
const LATER_MS: u64 = 60 * 60_000;

/// What was told of a task on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// Of which of its reminders, in milliseconds since 1970.
    at: u64,
}

/// Of which tasks was told, so that of several tabs one does it.
type Told = BTreeMap<RecordId, Note>;

/// A task and which of its reminders.
type Reminder = (RecordId, u64);

/// The toasts that wait for an answer, each with what it reminds of.
type Waiting = StoredValue<Vec<(u32, Vec<Reminder>)>>;

/// Begins to look at the clock, for as long as the page lives.
pub(super) fn watch(desk: Desk) {
    let toasts = desk.toasts;
    let waiting: Waiting = StoredValue::new(Vec::new());
    Effect::new(move |_| {
        let shown = toasts.numbers();
        let gone =
            waiting.try_update_value(|waiting| waiting.extract_if(.., |(toast, _)| !shown.contains(toast)).collect());
        let answered: Vec<(u32, Vec<Reminder>)> = gone.unwrap_or_default();
        if !answered.is_empty() {
            spawn(async move {
                let all = answered.into_iter().flat_map(|(_, reminders)| reminders).collect::<Vec<_>>();
                if let Err(error) = answer(desk, &all).await {
                    leptos::logging::warn!("that reminders were answered could not be noted: {error}");
                }
            });
        }
    });
    spawn(async move {
        let mut is_new = true;
        let store = desk.store();
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
            match tell(desk, waiting, tasks, is_new).await {
                Ok(()) => is_new &= known.is_none(),
                Err(error) => leptos::logging::warn!("reminders could not be noted: {error}"),
            }
            sleep(LOOK_MS).await;
        }
    });
}

/// The open tasks that have a reminder which nobody has answered.
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

/// A task's reminder, if nobody has answered it.
fn reminder(task: &Record) -> Option<u64> {
    let at = |name| task.get(name)?.as_u64();
    at("reminder").filter(|_| at("reminder") != at(REMINDED))
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

/// Notes in the tasks that a person has answered, by going there or by putting it away. What is done, or has another time now,
/// says so itself.
async fn answer(desk: Desk, reminders: &[Reminder]) -> Result<(), String> {
    if desk.sync().may_only_look().get_untracked() {
        // They are not this person's to answer: it would be refused, and told of again.
        return Ok(());
    }
    let keys: Vec<RecordKey> = reminders.iter().map(|(id, _)| RecordKey::new(Task::SCHEMA.kind, *id)).collect();
    let tasks = desk.store().get_many(&keys).await.map_err(say)?;
    let is_open = |task: &&Record| !task.is_deleted() && Task::SCHEMA.facet_of(task) == TaskStatus::Open.value();
    let meant = tasks.iter().filter(is_open).filter_map(of).filter(|reminder| reminders.contains(reminder));
    let ops: Vec<Op> = meant.map(|(id, at)| patch(id, REMINDED, at)).collect();
    if !ops.is_empty() {
        desk.write(ops).await?;
    }
    Ok(())
}

fn patch(id: RecordId, field: &str, at: u64) -> Op {
    Op::patch(Task::SCHEMA.kind, id, Patch::from([(field.to_owned(), json!(at))]))
}

/// Tells what is to be told; of a page that `is_new` also what was told before and nobody has answered.
async fn tell(desk: Desk, waiting: Waiting, tasks: &[Record], is_new: bool) -> Result<(), StoreError> {
    let (store, toasts) = (desk.store(), desk.toasts);
    let shown = waiting.try_get_value().unwrap_or_default();
    if shown.is_empty() && untold(tasks, &Told::new()).is_empty() {
        return Ok(());
    }
    let told = store.meta::<Told>(TOLD).await?.unwrap_or_default();
    let is_open = |reminder: &Reminder| {
        let note = told.get(&reminder.0).filter(|note| note.at == reminder.1);
        note.is_some() && tasks.iter().any(|task| of(task).as_ref() == Some(reminder))
    };
    // It was done, has another time, was answered in another tab or on another device, or somebody is there.
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
        show(desk, waiting, &open);
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
        told.extend(new.iter().filter_map(|task| Some((task.id, Note { at: reminder(task)? }))));
        (told, new)
    });
    let new = now.await?;
    for (text, path) in show(desk, waiting, &new) {
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
fn show(desk: Desk, waiting: Waiting, tasks: &[Record]) -> Vec<(String, String)> {
    let show = |text: String, path: String, toast: Toast, tasks: &[Record]| {
        let toast = desk.toasts.show(toast.stays());
        waiting.try_update_value(|waiting| waiting.push((toast, tasks.iter().filter_map(of).collect())));
        (text, path)
    };
    let open = |path: &str| {
        let path = path.to_owned();
        move || page::follow(&path)
    };
    let count = tasks.len();
    if count > EACH {
        let text = tn!(count, "One task reminds you of itself", "{count} tasks remind you of themselves");
        let path = list();
        let toast = Toast::new(text.clone()).action(tr("Show them"), open(&path));
        return vec![show(text, path, toast, tasks)];
    }
    let each = tasks.iter().map(|task| {
        let (text, path) = (t!("Reminder: {}", title_of(task)), path(task.id));
        let (done, later) = (task.clone(), task.clone());
        let toast = Toast::new(text.clone())
            .action(tr("Open it"), open(&path))
            .action(tr("Later"), move || {
                let at = time::now_ms() + LATER_MS;
                let said = t!("Reminds you again at {}", intl::time_of_day(at));
                says_so(waiting, &later);
                do_with_undo(desk, vec![patch(later.id, "reminder", at)], said);
            })
            .action(tr("Done"), move || {
                says_so(waiting, &done);
                tasks::set(desk, &done, TaskStatus::Done);
            });
        show(text, path, toast, std::slice::from_ref(task))
    });
    each.collect()
}

/// A task says by itself that its reminder is answered.
fn says_so(waiting: Waiting, task: &Record) {
    waiting
        .try_update_value(|waiting| waiting.retain(|(_, reminders)| !reminders.iter().any(|(id, _)| *id == task.id)));
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
