//! Which part of time is shown, and in which way: kept in the page's address.

use chrono::{Days, NaiveDate, Weekday};
use outpost_core::calendar::{month_weeks, next_month, wall, week};
use outpost_core::date::civil;

use crate::platform::{intl, time};

/// The calendar's address.
const PATH: &str = "/calendar";
/// How many days an agenda has.
const AGENDA_DAYS: u64 = 14;

/// In which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Day,
    Week,
    Month,
    Agenda,
}

impl View {
    pub(super) const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Agenda];

    /// In addresses.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Agenda => "agenda",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Week => "Week",
            Self::Month => "Month",
            Self::Agenda => "Agenda",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// A view of the time around a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) view: View,
    pub(super) day: NaiveDate,
}

impl Place {
    /// The place that an address names; what makes no sense in it is passed over.
    pub(super) fn read(path: &str, day: Option<&str>, today: NaiveDate, is_compact: bool) -> Self {
        let usual = if is_compact { View::Day } else { View::Week };
        let view = path.strip_prefix(PATH).and_then(|rest| View::of_name(rest.trim_matches('/'))).unwrap_or(usual);
        Self { view, day: day.and_then(civil).unwrap_or(today) }
    }

    /// The place of a view by its name, around the day of an instant in milliseconds since 1970 or a date.
    pub(crate) fn around(view: &str, at: &str) -> Option<Self> {
        let day = match at.parse() {
            Ok(ms) => wall(ms, &time::offset).date,
            Err(_) => civil(at)?,
        };
        View::of_name(view).map(|view| Self { view, day })
    }

    /// Its address.
    pub(crate) fn href(self) -> String {
        format!("{PATH}/{}?day={}", self.view.name(), self.day)
    }

    /// The days that are shown, in their order.
    pub(super) fn days(self, first: Weekday) -> Vec<NaiveDate> {
        match self.view {
            View::Day => vec![self.day],
            View::Week => week(self.day, first),
            View::Month => month_weeks(self.day, first).concat(),
            View::Agenda => self.day.iter_days().take(AGENDA_DAYS as usize).collect(),
        }
    }

    /// What comes next, or was before if negative.
    pub(super) fn turned(self, by: i32) -> Self {
        let days = |days: u64| {
            let days = Days::new(days * u64::from(by.unsigned_abs()));
            if by < 0 { self.day.checked_sub_days(days) } else { self.day.checked_add_days(days) }.unwrap_or(self.day)
        };
        let day = match self.view {
            View::Day => days(1),
            View::Week => days(7),
            View::Month => next_month(self.day, by),
            View::Agenda => days(AGENDA_DAYS),
        };
        Self { day, ..self }
    }

    /// What it is called, in few words where there is little room.
    pub(super) fn title(self, first: Weekday, is_compact: bool) -> String {
        let days = self.days(first);
        match (self.view, days.first(), days.last()) {
            (View::Month, ..) => intl::month(self.day),
            (View::Week | View::Agenda, Some(first), Some(last)) => intl::days(*first, *last),
            _ if is_compact => intl::middle_day(self.day),
            _ => intl::full_day(self.day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn addresses_say_what_is_shown() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a day of 2026");
        fn read(path: &str, named: Option<&str>) -> Place {
            let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day of 2026");
            Place::read(path, named, today, false)
        }
        assert_eq!(read("/calendar", None), Place { view: View::Week, day: day(11, 26) });
        assert_eq!(Place::read("/calendar", Some("soon"), day(11, 26), true).view, View::Day);
        for view in View::ALL {
            let place = Place { view, day: day(3, 31) };
            let href = place.href();
            let (path, named) = href.split_once("?day=").expect("both");
            assert_eq!(read(path, Some(named)), place);
            assert!(place.days(Weekday::Mon).contains(&place.day));
            let next = place.turned(1);
            assert!(next.day > place.day && next.turned(-1).day <= place.day);
            // Nothing is left out between the two.
            let last = place.days(Weekday::Mon).last().copied().expect("a day");
            assert!(next.days(Weekday::Mon)[0] <= last.succ_opt().expect("a day"));
        }
        let month = Place { view: View::Month, day: day(3, 31) };
        assert_eq!(month.turned(1).day, day(4, 30));
        assert_eq!(Place::around("year", "2026-03-31"), None);
        assert_eq!(Place::around("week", "2026-03-31"), Some(Place { view: View::Week, day: day(3, 31) }));
        assert!(Place::around("day", "1795348800000").is_some_and(|place| place.day >= day(11, 21)));
    }
}
