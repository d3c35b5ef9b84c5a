//! What stands in a calendar: meetings, visits, calls, tasks, and any other type that says when it happens. Read a window of
//! days at a time, never all.

use std::collections::{BTreeSet, HashMap};

use chrono::{Days, NaiveDate};
use outpost_core::calendar::{self, Day, MINUTE_MS, Span, Wall, When, is_planned, longest_days, wall, when};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Address, with_pages};
use outpost_core::schema::Schema;
use serde_json::{Value, json};

use crate::components::{DayItem, Glyph, Hue, Tone, Way};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::types::look;
use crate::pages::{links, show};
use crate::platform::{intl, time};
use crate::state::{Desk, title_of};
use crate::store::Store;

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

/// With whom something is, and where.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct About {
    /// The company, lead or person.
    pub who: String,
    /// The place in words.
    pub place: String,
    /// What opens it.
    pub way: Option<Way>,
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
            When::At { minutes, is_said: true, .. } if minutes % 60 == 0 => format!("{} h", minutes / 60),
            When::At { minutes, is_said: true, .. } if minutes > 60 => format!("{} h {}", minutes / 60, minutes % 60),
            When::At { minutes, is_said: true, .. } => format!("{minutes} min"),
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
        let facet = self.schema.field(self.schema.list.facet)?;
        let value = self.schema.facet_of(&self.record);
        let usual = self.schema.facets().first().is_some_and(|choice| choice.value == value);
        (!usual).then(|| show::choice_of(facet, value))
    }

    /// As an item of a list.
    pub(crate) fn item(&self, about: Option<&About>, now_ms: u64) -> Markup {
        let about = about.cloned().unwrap_or_default();
        let parts = [about.who, about.place].into_iter().filter(|part| !part.is_empty());
        let text = parts.collect::<Vec<_>>().join(" · ");
        let text = if text.is_empty() { self.schema.label.to_owned() } else { text };
        let time = match self.time() {
            time if time.is_empty() => "All day".to_owned(),
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

/// The types that say with whom something is, the one that says most first.
const WHO: [&str; 3] = ["company", "lead", "contact"];

/// With whom and where each is. All that they are linked to is read at once.
async fn about(store: &Store, all: &[Planned]) -> Result<HashMap<RecordId, About>, String> {
    let linked = |planned: &Planned| {
        let fields = planned.schema.fields.iter();
        let keys = fields.filter_map(|field| {
            let kind = field.leads_to()?;
            Some(field.links(&planned.record).into_iter().map(move |id| RecordKey::new(kind, id)))
        });
        keys.flatten().collect::<Vec<_>>()
    };
    let keys: BTreeSet<RecordKey> = all.iter().flat_map(linked).collect();
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let mut known: HashMap<RecordKey, Record> = HashMap::new();
    for record in store.get_many(&keys).await.map_err(say)?.into_iter().filter(|record| !record.is_deleted()) {
        known.insert(record.key(), record);
    }
    let told = |planned: &Planned| {
        let records: Vec<&Record> = linked(planned).iter().filter_map(|key| known.get(key)).collect();
        let of = |kind: &str| records.iter().copied().find(|record| record.kind == kind);
        let names = WHO.iter().filter_map(|kind| of(kind)).take(2).map(title_of);
        let (place, way) = whereabouts(&planned.record, &of);
        (planned.record.id, About { who: names.collect::<Vec<_>>().join(", "), place, way })
    };
    Ok(all.iter().map(told).collect())
}

/// Where something is: what it says itself, or the site, the company or the lead that it is at; a call is at a telephone.
fn whereabouts<'a>(record: &Record, of: &dyn Fn(&str) -> Option<&'a Record>) -> (String, Option<Way>) {
    let said = record.text("place").trim();
    if said.starts_with("https://") || said.starts_with("http://") {
        let way = Way { href: said.to_owned(), label: "Join".to_owned(), glyph: Glyph::Link };
        return (String::new(), Some(way));
    }
    if record.kind == "call" {
        let phone = ["contact", "lead", "company"].into_iter().filter_map(of).find_map(first_phone);
        let way = phone.as_deref().and_then(|phone| {
            let href = links::call(phone)?;
            Some(Way { href, label: format!("Call {phone}"), glyph: Glyph::Phone })
        });
        return (phone.unwrap_or_default(), way);
    }
    // A task is done anywhere.
    let at = |kind: &str| {
        let address: Address = show::read(of(kind)?, "address")?;
        Some(address.lines()).filter(|lines| !lines.is_empty())
    };
    let lines = match record.kind.as_str() {
        "task" => None,
        _ => ["site", "company", "lead"].into_iter().find_map(at),
    };
    let map = |lines: &[String]| {
        let place = lines.join(", ");
        Some(Way { href: links::map(lines), label: format!("Open {place} on the map"), glyph: Glyph::MapPin })
    };
    // “Their office” leads nowhere on a map; what has a number in it may be an address.
    if said.chars().any(|c| c.is_ascii_digit()) {
        return (said.to_owned(), map(&[said.to_owned()]));
    }
    match lines {
        Some(lines) if said.is_empty() => (lines.join(", "), map(&lines)),
        Some(lines) => (said.to_owned(), map(&lines)),
        None => (said.to_owned(), None),
    }
}

fn first_phone(record: &Record) -> Option<String> {
    let phones = record.get("phones")?.as_array()?;
    phones.iter().find_map(Value::as_str).map(str::to_owned)
}

/// Says that a window holds more than is shown.
pub(crate) fn more(more: usize) -> Markup {
    match more {
        0 => Markup::Empty,
        more => view! { <p class="muted small">{format!("{} more are in the lists", intl::count(more))}</p> },
    }
}
