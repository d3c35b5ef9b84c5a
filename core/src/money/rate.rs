//! Rates of tax and discount.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::divide_half_away;
use crate::decimal::{DecimalMark, NumberError, read_typed, write_scaled};

/// A rate in parts per million, from 0 to 1,000 %: 5.5 % is 55,000, and Quebec's 9.975 % is 99,750.
///
/// In JSON an integer, the parts per million. Negative rates do not exist: what is taken off is a discount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "u32")]
pub struct Rate(u32);

/// Why a rate could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// The text is no number.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Below zero, or so high that it must be a slip of the finger.
    #[error("A rate lies between 0 % and 1000 %.")]
    OutOfRange,
}

impl Rate {
    /// Parts per million in a whole.
    pub const WHOLE_PPM: u32 = 1_000_000;
    /// 0 %.
    pub const ZERO: Self = Self(0);
    /// 100 %.
    pub const WHOLE: Self = Self(Self::WHOLE_PPM);
    /// 1,000 %, the highest rate: there are excises above 100 %, and none so far above.
    pub const MAX: Self = Self(10 * Self::WHOLE_PPM);
    /// Digits after the mark of a percentage: 0.0001 % is one part per million.
    const PERCENT_PLACES: u8 = 4;

    /// The rate of that many parts per million; [`RateError::OutOfRange`] below 0 or above [`Rate::MAX`].
    pub fn from_ppm(ppm: i64) -> Result<Self, RateError> {
        u32::try_from(ppm).ok().map(Self).filter(|rate| *rate <= Self::MAX).ok_or(RateError::OutOfRange)
    }

    /// The rate in parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// Reads a percentage that a person typed: `5.5`, `5,5`, `5.5 %`, `٥٫٥٪`, with at most four decimals.
    ///
    /// A single point or comma is always the decimal mark, in every locale: `9,975` is Quebec's tax, not thousands.
    pub fn from_input(text: &str) -> Result<Self, RateError> {
        let text = text.trim();
        let number = text.strip_suffix(['%', '\u{066A}', '\u{FF05}', '\u{FE6A}']).unwrap_or(text);
        match read_typed(number, None, Self::PERCENT_PLACES) {
            Ok(ppm) => Self::from_ppm(ppm),
            Err(NumberError::TooLarge) => Err(RateError::OutOfRange),
            Err(error) => Err(error.into()),
        }
    }

    /// The percentage for a person's input field, without the sign: `5,5`.
    pub fn to_input(self, mark: DecimalMark) -> String {
        write_scaled(i64::from(self.0), Self::PERCENT_PLACES, 0, mark.as_char())
    }

    /// This rate of an amount in minor units, halves away from zero: 10 % of 5 is 1, of −5 is −1.
    /// `None` if the result does not fit.
    pub fn of(self, minor: i64) -> Option<i64> {
        let parts = i128::from(minor) * i128::from(self.0);
        i64::try_from(divide_half_away(parts, i128::from(Self::WHOLE_PPM))).ok()
    }
}

/// `5.5 %`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.to_input(DecimalMark::Point))
    }
}

impl TryFrom<i64> for Rate {
    type Error = RateError;

    fn try_from(ppm: i64) -> Result<Self, Self::Error> {
        Self::from_ppm(ppm)
    }
}

impl From<Rate> for u32 {
    fn from(rate: Rate) -> Self {
        rate.0
    }
}
