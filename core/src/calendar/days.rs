//! Weeks and months of civil dates.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The seven days of the week that a date is in.
pub fn week(date: NaiveDate, first: Weekday) -> Vec<NaiveDate> {
    let back = u64::from(date.weekday().days_since(first));
    let start = date.checked_sub_days(Days::new(back)).unwrap_or(date);
    start.iter_days().take(7).collect()
}

/// The weeks that a month has a day in, as a wall calendar shows them: four to six.
pub fn month_weeks(date: NaiveDate, first: Weekday) -> Vec<Vec<NaiveDate>> {
    let begins = date.with_day(1).unwrap_or(date);
    let next = next_month(begins, 1);
    let starts = week(begins, first)[0].iter_days().step_by(7).take_while(|start| *start < next);
    starts.map(|start| week(start, first)).collect()
}

/// The same day so many months later, or earlier if negative; the month's last if it has no such day.
pub fn next_month(date: NaiveDate, by: i32) -> NaiveDate {
    let months = Months::new(by.unsigned_abs());
    if by < 0 { date.checked_sub_months(months) } else { date.checked_add_months(months) }.unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn weeks_begin_where_people_say() {
        let thursday = date(2026, 11, 26);
        assert_eq!(week(thursday, Weekday::Mon)[0], date(2026, 11, 23));
        assert_eq!(week(thursday, Weekday::Sun)[6], date(2026, 11, 28));
        assert_eq!(week(thursday, Weekday::Thu)[0], thursday);
    }

    #[test]
    fn months_have_four_to_six_weeks() {
        assert_eq!(month_weeks(date(2027, 2, 14), Weekday::Mon).len(), 4);
        assert_eq!(month_weeks(date(2026, 11, 26), Weekday::Mon).len(), 6);
        assert_eq!(month_weeks(date(2026, 11, 26), Weekday::Sun).len(), 5);
        assert_eq!(next_month(date(2027, 1, 31), 1), date(2027, 2, 28));
        assert_eq!(next_month(date(2027, 1, 31), -2), date(2026, 11, 30));
    }

    proptest! {
        #[test]
        fn a_month_is_whole_weeks_with_all_of_its_days_in_order(days in 0_u64..40_000, first in 0_u8..7) {
            let day = date(1970, 1, 1).checked_add_days(Days::new(days)).unwrap();
            let first = Weekday::try_from(first).unwrap();
            let all: Vec<NaiveDate> = month_weeks(day, first).concat();
            prop_assert!(all.windows(2).all(|pair| pair[0].succ_opt() == Some(pair[1])));
            prop_assert_eq!(all[0].weekday(), first);
            prop_assert_eq!(all.len() % 7, 0);
            let own = all.iter().filter(|each| each.month() == day.month()).count();
            let last = next_month(day.with_day(1).unwrap(), 1).pred_opt().unwrap();
            prop_assert_eq!(own, last.day() as usize);
            // No week without a day of the month.
            prop_assert!(all.chunks(7).all(|week| week.iter().any(|each| each.month() == day.month())));
        }
    }
}
