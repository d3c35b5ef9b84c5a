//! Tells of tasks when the time for it has come: in whatever page is open, and, if the person wants it, by a notification of the
//! system while none is looked at. What came while the app was closed is told when it is opened.

use leptos::prelude::GetUntracked;
use outpost_core::index::{Query, Sort};
use outpost_core::record::Record;
use outpost_core::records::{Task, TaskStatus};
use outpost_core::schema::RecordType;

use crate::components::{Toast, Toasts};
use crate::pages::TODAY;
use crate::platform::notify::{self, Permission};
use crate::platform::{page, sleep, spawn, time, visibility};
use crate::state::{Desk, title_of};
use crate::store::{Store, StoreError};
use crate::words::{t, tn, tr};

/// How often the clock is looked at, in milliseconds.
const LOOK_MS: u32 = 20_000;
/// Until when was reminded, in milliseconds since 1970: the name of that in the store.
const TOLD: &str = "reminded";
/// The most open tasks that are looked at.
const MOST: usize = 1_000;
/// The most that are told one by one.
const EACH: usize = 3;

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

async fn tell(store: &Store, toasts: Toasts, tasks: &[Record]) -> Result<(), StoreError> {
    // In a page that nobody sees it is told by a notification, or as soon as one is seen.
    let is_seen = visibility::is_visible();
    if !is_seen && notify::permission() != Permission::Granted {
        return Ok(());
    }
    let now = time::now_ms();
    let due = |since: u64| tasks.iter().filter(move |task| reminder(task).is_some_and(|at| at > since && at <= now));
    if due(0).next().is_none() {
        return Ok(());
    }
    let told = store.meta::<u64>(TOLD).await?.unwrap_or_default();
    // Another tab may have told it already, and a clock that was put back tells nothing again.
    if due(told).next().is_none() {
        return Ok(());
    }
    store.set_meta(TOLD, &now).await?;
    let each = due(told).map(|task| {
        let path = [Task::SCHEMA.path, "/", &task.id.to_string()].concat();
        (t!("Reminder: {}", title_of(task)), tr("Open it"), path)
    });
    let all = match due(told).count() {
        count if count > EACH => {
            let text = tn!(count, "One task reminds you of itself", "{count} tasks remind you of themselves");
            vec![(text, tr("Show them"), TODAY.to_owned())]
        }
        _ => each.collect(),
    };
    for (text, press, path) in all {
        if !visibility::is_looked_at() {
            notify::show(&text, &path).await;
        }
        toasts.show(Toast::new(text).stays().action(press, move || page::follow(&path)));
    }
    Ok(())
}
