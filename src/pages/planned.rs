//! What stands in a calendar: meetings, visits, calls, tasks, and any other type that says when it happens. Read a window of
//! days at a time, never all.

mod about;

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use outpost_core::calendar::{self, Day, MINUTE_MS, Span, Wall, When, is_planned, longest_days, wall, when};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::schema::Schema;
use serde_json::json;

use crate::components::{DayItem, Glyph, Hue, Tone};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::show;
use crate::pages::types::look;
use crate::platform::{intl, time};
use crate::state::{Desk, title_of, with_pages};
use crate::words::{t, tn, tr};
pub(crate) use about::About;
use about::about;

/// The most records of one type that are shown of a window.
const MOST: usize = 1_000;

/// A record that stands in a calendar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    /// It.
    pub record: Record,
    /// Its type.
    pub schema: &'static Schema,
    /// When it is.
    pub when: When,
}

/// What is on some days.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Plan {
    /// In the order in which it happens; what takes a whole day comes first.
    pub all: Vec<Planned>,
    /// How many there are besides, since nobody could read so many.
    pub more: usize,
    /// With whom and where: by the ids of the records above.
    pub about: HashMap<RecordId, About>,
}

/// The types that stand in a calendar.
pub(crate) fn types() -> impl Iterator<Item = &'static Schema> {
    with_pages().filter(|schema| is_planned(schema))
}

/// A number that changes whenever one of them does. Tracked.
pub(crate) fn version(desk: Desk) -> u64 {
    types().map(|schema| desk.version(schema.kind)).sum()
}

/// A day where the person is.
pub(crate) fn day(date: NaiveDate) -> Day {
    Day::of(date, &time::offset)
}

/// Reads what is on the days from the first to the last; with whom and where each is only if `is_told`.
///
/// # Errors
/// Why it cannot be read, as a sentence.
pub(crate) async fn read(desk: Desk, first: NaiveDate, last: NaiveDate, is_told: bool) -> Result<Plan, String> {
    let store = desk.store();
    // All of them as one long day.
    let (begin, end) = (day(first).start, day(last).end);
    let mut plan = Plan::default();
    for schema in types() {
        // What has begun before may not be over, and the index counts days as UTC does.
        let back = Days::new(1 + longest_days(schema).unsigned_abs());
        let from = first.checked_sub_days(back).unwrap_or(first);
        let to = last.succ_opt().unwrap_or(last);
        let window = store.between(schema.kind, from, to, MOST).await.map_err(say)?;
        plan.more += window.total.unwrap_or_default().saturating_sub(window.rows.len());
        let here = |planned: &Planned| match planned.when {
            When::Day(date) => (first..=last).contains(&date),
            When::At { ms, minutes, .. } => ms < end && (ms >= begin || ms + minutes * MINUTE_MS > begin),
        };
        let planned = window.rows.into_iter().filter_map(|record| {
            let when = when(schema, &record)?;
            Some(Planned { record, schema, when })
        });
        plan.all.extend(planned.filter(here));
    }
    plan.all.sort_by_cached_key(|planned| (planned.begins(), planned.record.id));
    if is_told {
        plan.about = about(&store, &plan.all).await?;
    }
    Ok(plan)
}

impl Planned {
    /// When it begins, for the order of all: the day's start for what takes the whole day.
    fn begins(&self) -> (NaiveDate, i64) {
        match self.when {
            When::Day(date) => (date, -1),
            When::At { ms, .. } => (wall(ms, &time::offset).date, ms),
        }
    }

    /// The part of a day that it takes, by the clock; `None` for all of it.
    pub(crate) fn span(&self, day: &Day) -> Option<Span> {
        match self.when {
            When::Day(_) => None,
            When::At { ms, minutes, .. } => day.part(ms, minutes, &time::offset),
        }
    }

    /// Whether it takes the whole of a day.
    pub(crate) fn is_all_of(&self, day: &Day) -> bool {
        self.when == When::Day(day.date)
    }

    /// Whether it is on a day.
    pub(crate) fn is_on(&self, day: &Day) -> bool {
        self.is_all_of(day) || self.span(day).is_some()
    }

    /// What the clock shows when it begins.
    pub(crate) fn wall(&self) -> Option<Wall> {
        match self.when {
            When::Day(_) => None,
            When::At { ms, .. } => Some(wall(ms, &time::offset)),
        }
    }

    /// The day on which it begins.
    pub(crate) fn date(&self) -> NaiveDate {
        self.begins().0
    }

    /// The same at another time: the day, and the minutes by the clock if it has a time.
    pub(crate) fn moved(&self, day: NaiveDate, minute: i64) -> Self {
        let when = match self.when {
            When::Day(_) => When::Day(day),
            When::At { minutes, is_said, .. } => {
                When::At { ms: calendar::instant(Wall { date: day, minute }, &time::offset), minutes, is_said }
            }
        };
        Self { when, ..self.clone() }
    }

    /// The op that writes when it is.
    pub(crate) fn write(&self) -> Op {
        let moment = match self.when {
            When::Day(day) => json!(day),
            When::At { ms, .. } => json!(ms),
        };
        Op::patch(self.schema.kind, self.record.id, Patch::from([(self.schema.list.moment.to_owned(), moment)]))
    }

    /// Its page.
    pub(crate) fn href(&self) -> String {
        format!("{}/{}", self.schema.path, self.record.id)
    }

    /// It does not take place.
    pub(crate) fn is_called_off(&self) -> bool {
        matches!(self.schema.facet_of(&self.record), "cancelled" | "dropped")
    }

    /// It does not take place, or is done.
    pub(crate) fn is_off(&self) -> bool {
        self.is_called_off() || self.schema.facet_of(&self.record) == "done"
    }

    /// Whether it is over at an instant.
    pub(crate) fn is_over(&self, now_ms: u64) -> bool {
        match self.when {
            When::Day(_) => false,
            When::At { ms, minutes, .. } => (ms + minutes * MINUTE_MS).unsigned_abs() < now_ms,
        }
    }

    /// Its colour.
    pub(crate) fn hue(&self) -> Hue {
        match look(self.schema.kind).glyph {
            Glyph::MapPin => Hue::Pine,
            Glyph::Phone => Hue::Plum,
            Glyph::Check => Hue::Amber,
            _ => Hue::Sky,
        }
    }

    /// When it begins, in words: the time of day, with the zone where that time exists twice; nothing for a whole day.
    pub(crate) fn time(&self) -> String {
        match self.when {
            When::Day(_) => String::new(),
            When::At { ms, .. } if calendar::is_repeated(ms, &time::offset) => intl::zoned_time(ms),
            When::At { ms, .. } => intl::time_of_day(ms.unsigned_abs()),
        }
    }

    /// How long it takes, if somebody has said so.
    pub(crate) fn length(&self) -> String {
        match self.when {
            When::At { minutes, is_said: true, .. } if minutes % 60 == 0 => t!("{} h", minutes / 60),
            When::At { minutes, is_said: true, .. } if minutes > 60 => t!("{} h {}", minutes / 60, minutes % 60),
            When::At { minutes, is_said: true, .. } => t!("{minutes} min"),
            _ => String::new(),
        }
    }

    /// When it is, as a sentence has it: `Fri, Nov 27, 10:00`.
    pub(crate) fn said(&self) -> String {
        let day = intl::middle_day(self.date());
        match self.time() {
            time if time.is_empty() => day,
            time => format!("{day}, {time}"),
        }
    }

    /// What is said of where it stands: only what is not as usual.
    fn state(&self) -> Option<(String, Tone)> {
        let value = self.schema.facet_of(&self.record);
        let usual = self.schema.facets().first().is_some_and(|choice| choice.value == value);
        show::state_of(self.schema, &self.record).filter(|_| !usual)
    }

    /// As an item of a list.
    pub(crate) fn item(&self, about: Option<&About>, now_ms: u64) -> Markup {
        let about = about.cloned().unwrap_or_default();
        let parts = [about.who, about.place].into_iter().filter(|part| !part.is_empty());
        let text = parts.collect::<Vec<_>>().join(" · ");
        let text = if text.is_empty() { tr(self.schema.label).to_owned() } else { text };
        let time = match self.time() {
            time if time.is_empty() => tr("All day").to_owned(),
            time => time,
        };
        view! {
            <DayItem
                href=self.href()
                title=title_of(&self.record)
                text
                time
                length=self.length()
                glyph=look(self.schema.kind).glyph
                hue=self.hue()
                off=self.is_off() || self.is_over(now_ms)
                state=self.state()
                way=about.way
            />
        }
    }
}

/// Says that a window holds more than is shown.
pub(crate) fn more(more: usize) -> Markup {
    match more {
        0 => Markup::Empty,
        more => view! {
            <p class="muted small">
                {tn!(more, "{} more is in the lists", "{} more are in the lists", intl::count(more))}
            </p>
        },
    }
}
