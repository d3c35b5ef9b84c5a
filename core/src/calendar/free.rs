//! Where a day still has room.

use super::Span;

/// Minutes between two times that are offered.
const STEP: i64 = 30;

/// The first time of a day from `from` on, in minutes by the clock, at which `minutes` are free of all that is planned; `None` if
/// the day has no such time.
pub fn free(planned: &[Span], from: i64, minutes: i64) -> Option<i64> {
    let mut at = from;
    // Each turn goes behind something that is planned, or ends.
    while let Some(taken) = planned.iter().find(|span| span.from < at + minutes && at < span.until) {
        at = at.max((taken.until + STEP - 1).div_euclid(STEP) * STEP);
    }
    (at + minutes <= super::DAY_MINUTES).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, until: i64) -> Span {
        Span { from, until }
    }

    #[test]
    fn the_first_time_with_room_is_offered() {
        assert_eq!(free(&[], 540, 60), Some(540));
        assert_eq!(free(&[span(540, 600)], 540, 60), Some(600));
        assert_eq!(free(&[span(600, 640)], 540, 60), Some(540), "it ends as the next begins");
        assert_eq!(
            free(&[span(610, 640), span(500, 570)], 540, 60),
            Some(660),
            "the gap is too short; half hours are offered"
        );
        assert_eq!(free(&[span(540, 540)], 540, 60), Some(540), "nothing takes no time");
        assert_eq!(free(&[span(0, 1440)], 540, 60), None);
        assert_eq!(free(&[span(540, 1400)], 540, 60), None);
    }
}
