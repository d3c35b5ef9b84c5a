//! Fixed-point decimals for quantities and unit prices.
//!
//! A [`Decimal`] is an `i64` count of millionths. One fixed scale, and not a scale per number, because then equal numbers
//! are equal values with one text each, addition needs no alignment, and a product of two fits in an `i128`. Six places
//! hold a third of a kilowatt-hour or the price of one screw; the range of ±9.2 million million is beyond any invoice line.
//!
//! Two texts exist, and they are kept apart on purpose. The *plain* text (`"1234.5"`) is for JSON, files and other
//! programs: a point, no groups, read strictly. What a *person* types ("1.234,5", "1 234,5", "١٢٣") is read by
//! [`Decimal::from_input`], which needs to know the person's decimal mark.

mod scaled;
mod typed;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use scaled::{read_plain, write_scaled};
pub(crate) use typed::read_typed;
pub use typed::{DecimalMark, NumberError};

/// A decimal number with six places after the point, exact, from −9,223,372,036,854.775808 to …807.
///
/// In JSON it is a string in plain form, `"16.5"`: a JSON number would become a float in other programs' hands.
///
/// ```
/// use outpost_core::decimal::{Decimal, DecimalMark};
/// let quantity = Decimal::from_input("1.234,50", DecimalMark::Comma)?;
/// assert_eq!(quantity.to_string(), "1234.5");
/// # Ok::<(), outpost_core::decimal::NumberError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(i64);

impl Decimal {
    /// How many places after the point a decimal has.
    pub const PLACES: u8 = 6;
    /// How many units of the last place make one.
    pub const ONE_IN_MILLIONTHS: i64 = 1_000_000;
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One, the usual quantity of a new line.
    pub const ONE: Self = Self(Self::ONE_IN_MILLIONTHS);
    /// The greatest value.
    pub const MAX: Self = Self(i64::MAX);
    /// The least value.
    pub const MIN: Self = Self(i64::MIN);

    /// The decimal of that many millionths.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// The value in millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// A whole number as a decimal; [`NumberError::TooLarge`] beyond ±9.2 million million.
    pub fn from_whole(whole: i64) -> Result<Self, NumberError> {
        whole.checked_mul(Self::ONE_IN_MILLIONTHS).map(Self).ok_or(NumberError::TooLarge)
    }

    /// Reads what a person typed; `mark` is the decimal mark of that person's locale. See [`DecimalMark`] for the rules.
    pub fn from_input(text: &str, mark: DecimalMark) -> Result<Self, NumberError> {
        read_typed(text, Some(mark), Self::PLACES).map(Self)
    }

    /// The text to put into a person's input field: no groups, the person's mark, at least `min_places` after it.
    ///
    /// `from_input` with the same mark reads exactly this value back; the plain text would not do, since `1.234`
    /// means a thousand times more to someone whose decimal mark is the comma.
    pub fn to_input(self, mark: DecimalMark, min_places: u8) -> String {
        write_scaled(self.0, Self::PLACES, min_places, mark.as_char())
    }

    /// The sum; [`NumberError::TooLarge`] if it is out of range.
    pub fn checked_add(self, other: Self) -> Result<Self, NumberError> {
        self.0.checked_add(other.0).map(Self).ok_or(NumberError::TooLarge)
    }

    /// The difference; [`NumberError::TooLarge`] if it is out of range.
    pub fn checked_sub(self, other: Self) -> Result<Self, NumberError> {
        self.0.checked_sub(other.0).map(Self).ok_or(NumberError::TooLarge)
    }

    /// The value with its sign turned; [`NumberError::TooLarge`] for [`Decimal::MIN`].
    pub fn checked_neg(self) -> Result<Self, NumberError> {
        self.0.checked_neg().map(Self).ok_or(NumberError::TooLarge)
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// The plain text: `-1234.5`, a point, no groups, no needless zeros.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_scaled(self.0, Self::PLACES, 0, '.'))
    }
}

/// Reads the plain text, strictly; for what a person typed use [`Decimal::from_input`].
impl FromStr for Decimal {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_plain(text, Self::PLACES).map(Self)
    }
}

impl TryFrom<String> for Decimal {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(value: Decimal) -> Self {
        value.to_string()
    }
}
