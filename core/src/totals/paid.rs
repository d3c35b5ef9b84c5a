//! How much of an issued document has been paid. Derived from its payments each time, and stored nowhere: payments are events
//! that several devices record, and a stored sum would lose one of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::TotalsError;

/// How far a document is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidState {
    /// Nothing has come in, or all of it was paid back.
    Unpaid,
    /// Some has come in.
    Partial,
    /// All has come in, exactly.
    Paid,
    /// More than all has come in.
    Overpaid,
}

impl PaidState {
    /// The name as in JSON, for filters and style classes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Partial => "partial",
            Self::Paid => "paid",
            Self::Overpaid => "overpaid",
        }
    }
}

/// Where the payment of a document stands on a day; amounts in minor units of the document's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payments {
    /// How far it is paid.
    pub state: PaidState,
    /// What has come in, less what was paid back.
    pub paid: i64,
    /// What is still owed to us; negative for what we owe back.
    pub open: i64,
    /// For how many days it has been overdue: 0 on the due date and before, or when nothing is owed to us.
    pub days_overdue: u32,
}

impl Payments {
    /// Whether something is owed to us and the due date has passed.
    pub const fn is_overdue(self) -> bool {
        self.days_overdue > 0
    }
}

/// Says where payment stands: `total` and `payments` in minor units of one currency, refunds as negative payments, `today` as
/// the person's own civil date. The total of a credit note is negative, and so are the payments that settle it; it is never overdue.
///
/// [`TotalsError::TooLarge`] if the payments add up to more than can be stored.
pub fn paid_state(
    total: i64,
    payments: impl IntoIterator<Item = i64>,
    due: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Payments, TotalsError> {
    let sum: i128 = payments.into_iter().map(i128::from).sum();
    let paid = i64::try_from(sum).map_err(|_| TotalsError::TooLarge)?;
    let open = i64::try_from(i128::from(total) - sum).map_err(|_| TotalsError::TooLarge)?;
    // Seen from the side that owes, so that a credit note is settled by money that goes out.
    let (owed, settled) = if total < 0 { (-i128::from(total), -sum) } else { (i128::from(total), sum) };
    let state = match settled {
        _ if settled == owed => PaidState::Paid,
        _ if settled > owed => PaidState::Overpaid,
        1.. => PaidState::Partial,
        _ => PaidState::Unpaid,
    };
    let days_overdue = match due {
        Some(due) if open > 0 => u32::try_from((today - due).num_days()).unwrap_or(0),
        _ => 0,
    };
    Ok(Payments { state, paid, open, days_overdue })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November")
    }

    fn state(total: i64, payments: &[i64]) -> (PaidState, i64) {
        let payments = paid_state(total, payments.iter().copied(), None, day(22)).expect("small amounts");
        (payments.state, payments.open)
    }

    #[test]
    fn payments_are_summed_whoever_recorded_them() {
        assert_eq!(state(1_000, &[]), (PaidState::Unpaid, 1_000));
        assert_eq!(state(1_000, &[400]), (PaidState::Partial, 600));
        assert_eq!(state(1_000, &[400, 600]), (PaidState::Paid, 0));
        assert_eq!(state(1_000, &[400, 601]), (PaidState::Overpaid, -1));
        assert_eq!(state(1_000, &[400, -400]), (PaidState::Unpaid, 1_000));
        assert_eq!(state(1_000, &[-1]), (PaidState::Unpaid, 1_001));
    }

    #[test]
    fn a_free_document_is_paid_and_a_credit_note_is_settled_by_paying_out() {
        assert_eq!(state(0, &[]), (PaidState::Paid, 0));
        assert_eq!(state(0, &[5]), (PaidState::Overpaid, -5));
        assert_eq!(state(0, &[-5]), (PaidState::Unpaid, 5));
        assert_eq!(state(-1_000, &[]), (PaidState::Unpaid, -1_000));
        assert_eq!(state(-1_000, &[-1]), (PaidState::Partial, -999));
        assert_eq!(state(-1_000, &[-1_000]), (PaidState::Paid, 0));
        assert_eq!(state(-1_000, &[-1_001]), (PaidState::Overpaid, 1));
    }

    #[test]
    fn overdue_begins_the_day_after_the_due_date_and_ends_with_payment() {
        let days =
            |total, paid: i64, due| paid_state(total, [paid], due, day(22)).map(|payments| payments.days_overdue);
        assert_eq!(days(1_000, 0, Some(day(22))), Ok(0));
        assert_eq!(days(1_000, 0, Some(day(21))), Ok(1));
        assert_eq!(days(1_000, 999, Some(day(1))), Ok(21));
        assert_eq!(days(1_000, 1_000, Some(day(1))), Ok(0));
        assert_eq!(days(1_000, 0, Some(day(30))), Ok(0));
        assert_eq!(days(1_000, 0, None), Ok(0));
        assert_eq!(days(-1_000, 0, Some(day(1))), Ok(0));
        assert_eq!(days(1, 0, Some(NaiveDate::MIN)).map(|days| days > 0), Ok(true));
    }

    #[test]
    fn payments_beyond_all_bounds_are_an_error() {
        assert_eq!(paid_state(0, [i64::MAX, 1], None, day(1)), Err(TotalsError::TooLarge));
        assert_eq!(paid_state(i64::MAX, [i64::MIN], None, day(1)), Err(TotalsError::TooLarge));
        assert_eq!(paid_state(i64::MIN, [i64::MIN], None, day(1)).map(|payments| payments.state), Ok(PaidState::Paid));
    }
}
