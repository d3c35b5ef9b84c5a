//! Between instants and clocks on the wall, also on the days on which these are changed: then a time does not exist, or exists
//! twice, and a day has 23 or 25 hours.

use chrono::{Datelike, NaiveDate};

/// A minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// The minutes that a clock on the wall shows from one midnight to the next.
pub const DAY_MINUTES: i64 = 24 * 60;
const DAY_MS: i64 = DAY_MINUTES * MINUTE_MS;

/// How many minutes the clocks of a zone are ahead of UTC at an instant, in milliseconds since 1970.
pub type Offset<'a> = &'a dyn Fn(i64) -> i64;

/// What a clock on the wall shows: a day, and the minutes since its midnight, from 0 to 1,439.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wall {
    /// The civil date.
    pub date: NaiveDate,
    /// Minutes by the clock.
    pub minute: i64,
}

impl Wall {
    /// The minutes since 1970 that this would be in UTC.
    fn in_utc(self) -> i64 {
        let days = i64::from(self.date.num_days_from_ce()) - i64::from(NaiveDate::default().num_days_from_ce());
        days * DAY_MINUTES + self.minute
    }
}

/// A part of one day by the clock, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins, from 0 to 1,439.
    pub from: i64,
    /// Where it ends, up to 1,440.
    pub until: i64,
}

/// What the clocks show at an instant; seconds are left out.
pub fn wall(ms: i64, offset: Offset<'_>) -> Wall {
    let shown = ms.div_euclid(MINUTE_MS) + offset(ms);
    let days = i32::try_from(shown.div_euclid(DAY_MINUTES)).unwrap_or(i32::MAX);
    let date = NaiveDate::from_num_days_from_ce_opt(days.saturating_add(NaiveDate::default().num_days_from_ce()));
    Wall { date: date.unwrap_or_default(), minute: shown.rem_euclid(DAY_MINUTES) }
}

/// When the clocks show this, in milliseconds since 1970. A time that exists twice is the first of both; one that does not
/// exist is as much later as the clocks are put forward: 02:30 is 03:30 then.
pub fn instant(shown: Wall, offset: Offset<'_>) -> i64 {
    let utc = shown.in_utc() * MINUTE_MS;
    // No clock is a day away from UTC, and none is changed twice in two days.
    let (before, after) = (offset(utc - DAY_MS), offset(utc + DAY_MS));
    let at = |minutes: i64| utc - minutes * MINUTE_MS;
    // The larger offset is the earlier instant.
    let tries = [before.max(after), before.min(after)];
    tries.into_iter().find(|minutes| offset(at(*minutes)) == *minutes).map_or_else(|| at(before), at)
}

/// Whether the clocks show the same again an hour later or did so an hour before, because they are put back.
pub fn is_repeated(ms: i64, offset: Offset<'_>) -> bool {
    let shown = wall(ms, offset);
    let first = instant(shown, offset);
    let utc = shown.in_utc() * MINUTE_MS;
    let later = utc - offset(utc + DAY_MS) * MINUTE_MS;
    first != ms.div_euclid(MINUTE_MS) * MINUTE_MS || (later > first && wall(later, offset) == shown)
}

/// The first instant of a day: its midnight, or where clocks land that are put forward across it.
fn first_of(date: NaiveDate, offset: Offset<'_>) -> i64 {
    let midnight = Wall { date, minute: 0 };
    let found = instant(midnight, offset);
    let missing = wall(found, offset).in_utc() - midnight.in_utc();
    let belongs = |ms: &i64| wall(*ms, offset).date >= date;
    (0..=missing).rev().map(|minutes| found - minutes * MINUTE_MS).find(belongs).unwrap_or(found)
}

/// A day, and the instants between which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The civil date.
    pub date: NaiveDate,
    /// The first instant that belongs to it, in milliseconds since 1970.
    pub start: i64,
    /// The first that belongs to the next.
    pub end: i64,
}

impl Day {
    /// A day in a zone. Where clocks are put back across a midnight, as they were at one minute past it in Newfoundland until 2011, the
    /// day ends with the first.
    pub fn of(date: NaiveDate, offset: Offset<'_>) -> Self {
        Self { date, start: first_of(date, offset), end: first_of(date.succ_opt().unwrap_or(date), offset) }
    }

    /// The part of it that something takes which begins at an instant and lasts so many minutes; `None` if that is on other
    /// days only. It is never shorter than it lasts, though the clocks may be put back meanwhile, but for the day's end.
    pub fn part(&self, ms: i64, minutes: i64, offset: Offset<'_>) -> Option<Span> {
        let stop = ms + minutes.max(0) * MINUTE_MS;
        // What ends with the day before is not in this one; what takes no time is where it is.
        if ms >= self.end || stop < self.start || (stop == self.start && ms < self.start) {
            return None;
        }
        let (first, last) = (ms.max(self.start), stop.min(self.end));
        let from = wall(first, offset).minute;
        let shown = if last == self.end { DAY_MINUTES } else { wall(last, offset).minute };
        Some(Span { from, until: shown.max(from + (last - first) / MINUTE_MS).min(DAY_MINUTES) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn at(year: i32, month: u32, day: u32, hour: i64, minute: i64) -> Wall {
        Wall { date: date(year, month, day), minute: hour * 60 + minute }
    }

    /// A zone whose clocks are changed at one instant: minutes ahead of UTC before and after.
    fn changed(at: Wall, before: i64, after: i64) -> impl Fn(i64) -> i64 {
        let change = at.in_utc() * MINUTE_MS;
        move |ms| if ms < change { before } else { after }
    }

    /// Berlin in spring: at 01:00 UTC it is 02:00, then 03:00.
    fn spring() -> impl Fn(i64) -> i64 {
        changed(at(2026, 3, 29, 1, 0), 60, 120)
    }

    /// Berlin in autumn: at 01:00 UTC it is 03:00, then 02:00.
    fn autumn() -> impl Fn(i64) -> i64 {
        changed(at(2026, 10, 25, 1, 0), 120, 60)
    }

    #[test]
    fn a_time_that_does_not_exist_is_later_by_what_is_missing() {
        let zone = spring();
        let gone = instant(at(2026, 3, 29, 2, 30), &zone);
        assert_eq!(wall(gone, &zone), at(2026, 3, 29, 3, 30));
        assert_eq!(instant(at(2026, 3, 29, 1, 59), &zone) + MINUTE_MS, instant(at(2026, 3, 29, 3, 0), &zone));
        assert!(!is_repeated(gone, &zone));
    }

    #[test]
    fn a_time_that_exists_twice_is_the_first() {
        let zone = autumn();
        let first = instant(at(2026, 10, 25, 2, 30), &zone);
        assert_eq!(first, (at(2026, 10, 25, 0, 30)).in_utc() * MINUTE_MS);
        let second = first + 60 * MINUTE_MS;
        assert_eq!(wall(second, &zone), wall(first, &zone));
        assert!(is_repeated(first, &zone) && is_repeated(second, &zone));
        assert!(!is_repeated(first - 60 * MINUTE_MS, &zone) && !is_repeated(second + 60 * MINUTE_MS, &zone));
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let hours = |date, zone: Offset<'_>| {
            let day = Day::of(date, zone);
            (day.end - day.start) / (60 * MINUTE_MS)
        };
        assert_eq!(hours(date(2026, 3, 28), &spring()), 24);
        assert_eq!(hours(date(2026, 3, 29), &spring()), 23);
        assert_eq!(hours(date(2026, 10, 25), &autumn()), 25);
        // Beirut puts midnight forward: the day begins at one. Havana puts one o'clock back to midnight, and has two.
        let beirut = changed(at(2026, 3, 28, 22, 0), 120, 180);
        assert_eq!(hours(date(2026, 3, 29), &beirut), 23);
        assert_eq!(wall(Day::of(date(2026, 3, 29), &beirut).start, &beirut), at(2026, 3, 29, 1, 0));
        let havana = changed(at(2026, 11, 1, 5, 0), -240, -300);
        assert_eq!(hours(date(2026, 11, 1), &havana), 25);
        // Lord Howe's clocks are changed by half an hour, and Samoa once left out a day.
        let lord_howe = changed(at(2026, 10, 3, 15, 30), 630, 660);
        assert_eq!(wall(instant(at(2026, 10, 4, 2, 10), &lord_howe), &lord_howe), at(2026, 10, 4, 2, 40));
        let samoa = changed(at(2011, 12, 30, 10, 0), -600, 840);
        assert_eq!(hours(date(2011, 12, 30), &samoa), 0);
        assert_eq!(wall(instant(at(2011, 12, 30, 9, 0), &samoa), &samoa), at(2011, 12, 31, 9, 0));
    }

    #[test]
    fn what_spans_midnight_is_on_both_days_and_what_ends_there_on_one() {
        let zone = autumn();
        let late = instant(at(2026, 10, 26, 23, 0), &zone);
        let span = |minutes, day| Day::of(date(2026, 10, day), &zone).part(late, minutes, &zone);
        assert_eq!(span(60, 26), Some(Span { from: 1_380, until: 1_440 }));
        assert_eq!(span(60, 27), None);
        assert_eq!(span(90, 27), Some(Span { from: 0, until: 30 }));
        assert_eq!(span(3_000, 27), Some(Span { from: 0, until: 1_440 }));
        assert_eq!(span(0, 26), Some(Span { from: 1_380, until: 1_380 }));
        assert_eq!(span(0, 25), None);
        let midnight = Day::of(date(2026, 10, 27), &zone).start;
        assert_eq!(Day::of(date(2026, 10, 27), &zone).part(midnight, 0, &zone), Some(Span { from: 0, until: 0 }));
        assert_eq!(Day::of(date(2026, 10, 26), &zone).part(midnight, 0, &zone), None);
    }

    #[test]
    fn what_lasts_while_the_clocks_are_changed_ends_as_they_show_and_is_not_shorter_than_it_lasts() {
        let (forward, back) = (spring(), autumn());
        let early = instant(at(2026, 3, 29, 1, 30), &forward);
        assert_eq!(Day::of(date(2026, 3, 29), &forward).part(early, 60, &forward), Some(Span { from: 90, until: 210 }));
        let early = instant(at(2026, 10, 25, 2, 30), &back);
        assert_eq!(Day::of(date(2026, 10, 25), &back).part(early, 60, &back), Some(Span { from: 150, until: 210 }));
        assert_eq!(Day::of(date(2026, 10, 25), &back).part(early, 180, &back), Some(Span { from: 150, until: 330 }));
    }

    #[test]
    fn a_day_whose_midnight_does_not_exist_begins_where_the_clocks_land() {
        // At 23:05 it is 00:05 of the next day.
        let zone = changed(at(2012, 8, 10, 7, 5), -480, -420);
        let change = at(2012, 8, 10, 7, 5).in_utc() * MINUTE_MS;
        let day = Day::of(date(2012, 8, 10), &zone);
        assert_eq!((day.start, wall(day.start, &zone).minute), (change, 5));
        assert_eq!(Day::of(date(2012, 8, 9), &zone).end, change);
        assert_eq!(day.part(change, 30, &zone), Some(Span { from: 5, until: 35 }));
    }

    proptest! {
        /// Zones whose clocks are changed once, by up to two hours, at any quarter of an hour.
        #[test]
        fn instants_and_clocks_agree(
            base in -14_i64..=12, by in prop::sample::select(vec![-120_i64, -60, -30, 0, 30, 60, 120]),
            change in 0_i64..200_000, from in -4_000_i64..4_000,
        ) {
            let (before, change) = (base * 60, (20_000_000 + change * 15) * MINUTE_MS);
            // Clocks that are put back from shortly after midnight to the day before would tear that day in two.
            prop_assume!(!(1..-by).contains(&(change / MINUTE_MS + before).rem_euclid(DAY_MINUTES)));
            let zone = move |ms: i64| if ms < change { before } else { before + by };
            let ms = change + from * MINUTE_MS;
            let shown = wall(ms, &zone);
            let first = instant(shown, &zone);
            // What exists is found, and the first where it exists twice.
            prop_assert_eq!(wall(first, &zone), shown);
            prop_assert!(first <= ms && ms - first <= by.abs() * MINUTE_MS);
            prop_assert_eq!(first != ms, ms != first && is_repeated(ms, &zone));
            // Each instant belongs to exactly the day that the clocks show.
            let day = Day::of(shown.date, &zone);
            let (start, end) = (day.start, day.end);
            prop_assert!(start <= ms && ms < end, "{start} {ms} {end}");
            let length = (end - start) / MINUTE_MS;
            prop_assert!((DAY_MINUTES - length).abs() <= by.abs());
            let span = day.part(ms, 30, &zone).unwrap();
            prop_assert_eq!(span.from, shown.minute);
            prop_assert!(span.until - span.from >= 30 || span.until == DAY_MINUTES);
        }

        #[test]
        fn every_time_leads_somewhere_near_and_later_times_not_before(
            base in -14_i64..=12, by in prop::sample::select(vec![-60_i64, -30, 30, 60]), day in 0_u32..3, minute in 0..DAY_MINUTES,
        ) {
            let change = at(2026, 3, 29, 1, 0).in_utc() * MINUTE_MS;
            let before = base * 60;
            let zone = move |ms: i64| if ms < change { before } else { before + by };
            let wanted = Wall { date: date(2026, 3, 28 + day), minute };
            let found = wall(instant(wanted, &zone), &zone);
            let off = found.in_utc() - wanted.in_utc();
            prop_assert!(off == 0 || (by > 0 && off == by), "{wanted:?} {found:?}");
            let Day { start, end, .. } = Day::of(wanted.date, &zone);
            let when = instant(wanted, &zone);
            prop_assert!(start <= when && when < end || found.date > wanted.date);
        }
    }
}
