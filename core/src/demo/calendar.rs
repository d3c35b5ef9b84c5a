//! The time that the demo tells of.

use chrono::{Days, NaiveDate};

/// A day in milliseconds.
pub(super) const DAY_MS: u64 = 86_400_000;
/// When work begins, in milliseconds after midnight (UTC).
const MORNING_MS: u64 = 7 * 3_600_000;

/// The days before now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    now_ms: u64,
    today: NaiveDate,
    days: u64,
}

impl Calendar {
    /// So many days before `now_ms`, when the civil date is `today`.
    pub(super) const fn new(now_ms: u64, today: NaiveDate, days: u64) -> Self {
        Self { now_ms, today, days }
    }

    /// When the story ends, in milliseconds since 1970.
    pub(super) const fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// When it begins.
    pub(super) const fn start_ms(&self) -> u64 {
        self.now_ms.saturating_sub(self.days * DAY_MS)
    }

    /// Moves a time of day into working hours, keeping the order of all times. Today stays, since it is not over.
    pub(super) const fn office_hours(&self, ms: u64) -> u64 {
        let midnight = ms - ms % DAY_MS;
        if ms >= self.now_ms - self.now_ms % DAY_MS { ms } else { midnight + MORNING_MS + (ms - midnight) / 2 }
    }

    /// The civil date at a time of the story.
    pub(super) fn date(&self, ms: u64) -> NaiveDate {
        let days_ago = (self.now_ms / DAY_MS).saturating_sub(ms / DAY_MS);
        self.today.checked_sub_days(Days::new(days_ago)).unwrap_or(self.today)
    }

    /// The civil date so many days after a time of the story.
    pub(super) fn date_after(&self, ms: u64, days: u64) -> NaiveDate {
        let date = self.date(ms);
        date.checked_add_days(Days::new(days)).unwrap_or(date)
    }
}
