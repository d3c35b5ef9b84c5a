//! The one rule by which amounts are rounded.

/// `numerator / denominator` to the nearest whole number, halves away from zero: 0.5 → 1, −0.5 → −1.
///
/// Away from zero and not upwards, so that a credit note is its invoice with the sign turned, to the cent.
/// `denominator` must be positive and below 2^126.
pub(crate) fn divide_half_away(numerator: i128, denominator: i128) -> i128 {
    debug_assert!(denominator > 0, "a rate or scale is positive");
    let quotient = numerator / denominator;
    let remainder = numerator % denominator;
    if 2 * remainder.abs() >= denominator { quotient + numerator.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::divide_half_away;

    #[test]
    fn halves_go_away_from_nought_and_all_else_to_the_nearest() {
        for (numerator, expected) in [(0, 0), (4, 0), (5, 1), (14, 1), (15, 2), (-4, 0), (-5, -1), (-14, -1), (-15, -2)]
        {
            assert_eq!(divide_half_away(numerator, 10), expected, "{numerator} / 10");
        }
        assert_eq!(divide_half_away(1, 3), 0);
        assert_eq!(divide_half_away(2, 3), 1);
        assert_eq!(divide_half_away(i128::MAX, 1), i128::MAX);
        assert_eq!(divide_half_away(i128::MIN, 1), i128::MIN);
    }
}
