//! Where what is planned stands among the hours of a day and the days of a month.

use chrono::{Datelike, NaiveDate};
use outpost_core::calendar::lanes;
use outpost_core::id::RecordId;
use outpost_core::sorting::Order;

use super::place::{Place, View};
use crate::components::{Block, GridDay, MonthDay};
use crate::pages::planned::{self, Planned};
use crate::platform::intl;
use crate::state::title_of;
use crate::words::{tn, tr};

/// How many things a day of a month shows.
const SHOWN: usize = 3;
/// What is shorter counts as this long when things are put beside one another, in minutes: its words need the room.
const LEAST: i64 = 25;

/// What is planned as it is shown: with what is in the hand where it is held.
pub(super) struct Shown {
    /// In the order of time.
    pub all: Vec<Planned>,
    /// What is in the hand.
    pub held: Option<RecordId>,
}

fn block(planned: &Planned, held: Option<RecordId>) -> Block {
    let title = title_of(&planned.record);
    let what = tr(planned.schema.label);
    Block {
        key: planned.record.id.to_string(),
        href: planned.href(),
        label: format!("{what}, {}", planned.said()),
        title,
        time: planned.time(),
        hue: planned.hue(),
        lanes: 1,
        off: planned.is_off(),
        held: held == Some(planned.record.id),
        ..Block::default()
    }
}

/// The columns of some days.
pub(super) fn columns(days: &[NaiveDate], today: NaiveDate, shown: &Shown) -> Vec<GridDay> {
    days.iter().map(|day| column(*day, today, shown)).collect()
}

fn column(date: NaiveDate, today: NaiveDate, shown: &Shown) -> GridDay {
    let day = &planned::day(date);
    let all_day = shown.all.iter().filter(|planned| planned.is_all_of(day)).map(|planned| block(planned, shown.held));
    let mut timed: Vec<Block> = shown
        .all
        .iter()
        .filter_map(|planned| {
            let span = planned.span(day)?;
            Some(Block { from: span.from, until: span.until, ..block(planned, shown.held) })
        })
        .collect();
    timed.order_by_key(|block| (block.from, -block.until));
    let spans: Vec<(i64, i64)> = timed.iter().map(|block| (block.from, block.until.max(block.from + LEAST))).collect();
    for (block, lane) in timed.iter_mut().zip(lanes(&spans)) {
        (block.lane, block.lanes) = (lane.at, lane.of);
    }
    GridDay {
        key: date.to_string(),
        name: intl::weekday(date),
        number: date.day().to_string(),
        // What is seen comes first, so that it can be called by that.
        label: format!("{} {}, {}", intl::weekday(date), date.day(), intl::month(date)),
        href: Place { view: View::Day, day: date }.href(),
        is_today: date == today,
        all_day: all_day.collect(),
        blocks: timed,
    }
}

/// The days of a month.
pub(super) fn month(place: &Place, days: &[NaiveDate], today: NaiveDate, shown: &Shown) -> Vec<MonthDay> {
    let cell = |day: NaiveDate| {
        let whole = planned::day(day);
        let here: Vec<&Planned> = shown.all.iter().filter(|planned| planned.is_on(&whole)).collect();
        let blocks = here.iter().take(SHOWN).map(|planned| block(planned, shown.held)).collect();
        let label = match here.len() {
            0 => intl::full_day(day),
            many => tn!(many, "{}, 1 entry", "{}, {} entries", intl::full_day(day), intl::count(many)),
        };
        MonthDay {
            key: day.to_string(),
            number: day.day().to_string(),
            label,
            href: Place { view: View::Day, day }.href(),
            is_today: day == today,
            is_other: day.month() != place.day.month(),
            blocks,
            more: here.len().saturating_sub(SHOWN),
        }
    };
    days.iter().copied().map(cell).collect()
}
