//! Tells of tasks when the time for it has come: in whatever page is open, and, if the person wants it, by a notification of the
//! system while none is looked at. What came while the app was closed is told when it is opened.

use std::collections::BTreeMap;

use leptos::prelude::GetUntracked;
use outpost_core::filter::{Condition, Filter, Operator};
use outpost_core::id::RecordId;
use outpost_core::index::{Query, Sort};
use outpost_core::list_view::ListView;
use outpost_core::record::Record;
use outpost_core::records::{Task, TaskStatus};
use outpost_core::schema::RecordType;

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
const TOLD: &str = "reminded-of";
/// The most open tasks that are looked at.
const MOST: usize = 1_000;
/// The most that are told one by one.
const EACH: usize = 3;

/// Of which tasks was told, and of which of their reminders, in milliseconds since 1970.
type Told = BTreeMap<RecordId, u64>;

/// Begins to look at the clock, for as long as the page lives.
pub(super) fn watch(desk: Desk) {
    let (store, toasts) = (desk.store(), desk.toasts);
    spawn(async move {
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
            if let Err(error) = tell(&store, toasts, tasks).await {
                leptos::logging::warn!("reminders could not be noted: {error}");
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

/// Those of the tasks whose time has come and of which nothing was told.
fn untold<'t>(tasks: &'t [Record], told: &Told) -> Vec<&'t Record> {
    let now = time::now_ms();
    let is_untold = |task: &&Record| reminder(task).is_some_and(|at| at <= now && told.get(&task.id) != Some(&at));
    tasks.iter().filter(is_untold).collect()
}

async fn tell(store: &Store, toasts: Toasts, tasks: &[Record]) -> Result<(), StoreError> {
    if untold(tasks, &Told::new()).is_empty() {
        return Ok(());
    }
    let told = store.meta::<Told>(TOLD).await?.unwrap_or_default();
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
        told.extend(new.iter().filter_map(|task| Some((task.id, reminder(task)?))));
        (told, new)
    });
    show(toasts, &now.await?);
    Ok(())
}

fn show(toasts: Toasts, tasks: &[Record]) {
    let each = tasks.iter().map(|task| {
        let path = [Task::SCHEMA.path, "/", &task.id.to_string()].concat();
        (t!("Reminder: {}", title_of(task)), tr("Open it"), path)
    });
    let all = match tasks.len() {
        count if count > EACH => {
            let text = tn!(count, "One task reminds you of itself", "{count} tasks remind you of themselves");
            vec![(text, tr("Show them"), list())]
        }
        _ => each.collect(),
    };
    for (text, press, path) in all {
        if !visibility::is_looked_at() {
            let (title, path) = (text.clone(), path.clone());
            spawn(async move { notify::show(&title, &path).await });
        }
        toasts.show(Toast::new(text).stays().action(press, move || page::follow(&path)));
    }
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
