//! Spreading an amount so that the parts are the whole, to the cent.

use std::cmp::Reverse;

use super::TotalsError;
use crate::sorting::Order;

/// Spreads `amount` over parts in proportion to `weights`, by largest remainder: the parts add up to `amount` exactly, and
/// each is its exact share rounded down or up. Of equal remainders the first comes first.
///
/// Weights may be negative (lines that take something back), and then so are their parts. Turning the sign of the amount or of
/// all weights turns the sign of all parts. Spreading zero gives zeros, over any weights.
///
/// # Errors
/// [`TotalsError::NothingToSpreadOver`] if the weights add up to zero and the amount is not zero;
/// [`TotalsError::TooLarge`] if a part does not fit, which needs weights of both signs.
pub fn spread(amount: i64, weights: &[i64]) -> Result<Vec<i64>, TotalsError> {
    if amount == 0 {
        return Ok(vec![0; weights.len()]);
    }
    let sum: i128 = weights.iter().copied().map(i128::from).sum();
    if sum == 0 {
        return Err(TotalsError::NothingToSpreadOver);
    }
    // Reckoned with both signs turned positive, so that a credit note mirrors its invoice even where remainders tie.
    let whole = i128::from(amount).abs();
    let shares: Vec<i128> = weights.iter().map(|weight| whole * i128::from(*weight) * sum.signum()).collect();
    let divisor = sum.abs();
    let mut parts: Vec<i128> = shares.iter().map(|share| share.div_euclid(divisor)).collect();
    // Weights of both signs can make parts far larger than the whole; those end here, before they overflow a sum.
    if parts.iter().any(|part| part.unsigned_abs() > i64::MIN.unsigned_abs().into()) {
        return Err(TotalsError::TooLarge);
    }
    let left_over = usize::try_from(whole - parts.iter().sum::<i128>()).map_err(|_| TotalsError::TooLarge)?;

    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.order_by_key(|index| Reverse(shares[*index].rem_euclid(divisor)));
    for index in by_remainder.into_iter().take(left_over) {
        parts[index] += 1;
    }
    let sign = i128::from(amount.signum());
    parts.into_iter().map(|part| i64::try_from(part * sign).map_err(|_| TotalsError::TooLarge)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cent_that_is_left_over_goes_to_the_largest_remainder() {
        assert_eq!(spread(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
        assert_eq!(spread(100, &[1, 2, 3]), Ok(vec![17, 33, 50]));
        assert_eq!(spread(-100, &[1, 1, 1]), Ok(vec![-34, -33, -33]));
        assert_eq!(spread(1, &[0, 5, 0]), Ok(vec![0, 1, 0]));
        assert_eq!(spread(8, &[100, -20]), Ok(vec![10, -2]));
        assert_eq!(spread(0, &[]), Ok(vec![]));
        assert_eq!(spread(0, &[1, -1]), Ok(vec![0, 0]));
    }

    #[test]
    fn what_cannot_be_spread_is_said() {
        assert_eq!(spread(1, &[]), Err(TotalsError::NothingToSpreadOver));
        assert_eq!(spread(1, &[1, -1]), Err(TotalsError::NothingToSpreadOver));
        assert_eq!(spread(i64::MAX, &[i64::MAX, 2 - i64::MAX]), Err(TotalsError::TooLarge));
        let extremes = [i64::MIN, i64::MIN, i64::MAX, i64::MAX, 1];
        assert_eq!(spread(i64::MIN, &extremes), Err(TotalsError::TooLarge));
        assert_eq!(spread(i64::MIN, &[1]), Ok(vec![i64::MIN]));
        assert_eq!(spread(i64::MIN, &[i64::MIN]), Ok(vec![i64::MIN]));
    }
}
