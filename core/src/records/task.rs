use chrono::NaiveDate;

use crate::date::civil;
use crate::id::RecordId;
use crate::record::Record;
use crate::schema::{Field, Kind};
use crate::scope::Keep;

crate::choices! {
    /// Whether a task is done.
    pub enum TaskStatus {
        /// It is not.
        #[default]
        Open = "open", "Open", Info;
        /// It is.
        Done = "done", "Done", Good;
        /// It is not wanted any more.
        Dropped = "dropped", "Dropped", Neutral;
    }
}

/// The field that says which reminder was answered. That is no news, and nothing that anybody looks for in a history.
pub const REMINDED: &str = "reminded";

/// When an open task is due, as seen on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Due {
    /// Its day is past.
    Overdue,
    /// It is that day.
    Today,
    /// Its day is to come.
    Later,
    /// It has no day.
    Whenever,
}

impl Due {
    /// Where a task lies, seen on the civil date `today`: its due date, or else the day of its reminder. `day` says on which
    /// day an instant falls where the device is.
    pub fn of_task(task: &Record, today: NaiveDate, day: fn(u64) -> NaiveDate) -> Self {
        let reminder = || task.get("reminder").and_then(serde_json::Value::as_u64).map(day);
        Self::of(civil(task.text("due")).or_else(reminder), today)
    }

    /// Where a due date lies, seen on the civil date `today`.
    pub fn of(due: Option<NaiveDate>, today: NaiveDate) -> Self {
        match due {
            None => Self::Whenever,
            Some(due) if due < today => Self::Overdue,
            Some(due) if due == today => Self::Today,
            Some(_) => Self::Later,
        }
    }
}

crate::record_type! {
    /// Something that somebody has to do.
    pub struct Task("task", "Task", "Tasks") {
        title: "title", subtitle: "owner", facet: "status", date: "due", date_or: "reminder", moment: "due",
        done: &["done", "dropped"],
    } {
        /// What there is to do.
        title: String = Field::new("Task", Kind::Text).required().max(200).search(10),
        /// Whose it is.
        owner: String = Field::new("Owner", Kind::Text).max(100).search(1),
        /// Whether it is done.
        status: TaskStatus = Field::new("Status", Kind::Choice(TaskStatus::CHOICES)),
        /// The day by which it is to be done.
        due: Option<NaiveDate> = Field::new("Due", Kind::Date),
        /// When to be reminded of it, in milliseconds since 1970.
        reminder: Option<u64> = Field::new("Remind me", Kind::Instant),
        /// Which reminder was answered, so that no other device tells of it again: the instant that it was for.
        reminded: Option<u64> = Field::new("Reminder answered", Kind::Instant).hidden(),
        /// What there is to know.
        notes: String = Field::new("Notes", Kind::LongText).max(20_000).search(1),
        /// The lead that it is about.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// The company that it is about.
        company: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// The site that it is about.
        site: Option<RecordId> = Field::new("Site", Kind::Relation("site")),
        /// The contact that it is about.
        contact: Option<RecordId> = Field::new("Contact", Kind::Relation("contact")),
        /// The deal that it is about.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")),
        /// Whether it stays on devices however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
    }
}
