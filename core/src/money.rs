//! Money: whole minor units of a currency, and rates that are taken of it. Never a float.

mod currency;
mod rate;
mod rounding;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::decimal::{Decimal, DecimalMark, NumberError, read_plain, read_typed, write_scaled};

pub use currency::{Currency, UnknownCurrency};
pub use rate::{Rate, RateError};
pub(crate) use rounding::divide_half_away;

/// An amount: `minor` units of `currency` (cents for EUR, whole yen for JPY, fils for KWD).
///
/// In JSON `{"minor": 123450, "currency": "EUR"}`. There are no operators: sums can overflow and currencies can differ,
/// and both must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in the smallest unit of the currency, negative for what is owed back.
    pub minor: i64,
    /// What it is an amount of.
    pub currency: Currency,
}

/// Why amounts could not be read or reckoned with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not an amount.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The text has more decimals than the currency.
    #[error("{}", too_many_places(*currency))]
    TooManyPlaces {
        /// The currency that does not divide as finely.
        currency: Currency,
    },
    /// Two amounts in different currencies, which nobody can add without a rate of exchange.
    #[error("{left} and {right} cannot be added up; use one currency.")]
    DifferentCurrencies {
        /// The currency of the first amount.
        left: Currency,
        /// The currency of the second.
        right: Currency,
    },
    /// The result is beyond what can be stored.
    #[error("This amount is too large.")]
    TooLarge,
}

fn too_many_places(currency: Currency) -> String {
    match currency.exponent() {
        0 => format!("{currency} has no decimals; enter a whole amount."),
        places => format!("{currency} has {places} decimals; enter no more than that."),
    }
}

impl Money {
    /// That many minor units of a currency.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads an amount that a person typed; `mark` is the decimal mark of that person's locale.
    /// See [`DecimalMark`] for the rules. More decimals than the currency has are an error, never rounded.
    pub fn from_input(text: &str, currency: Currency, mark: DecimalMark) -> Result<Self, MoneyError> {
        Self::of_reading(read_typed(text, Some(mark), currency.exponent()), currency)
    }

    /// Reads the plain text that [`Money::to_plain`] writes, strictly: `-1234.50`.
    pub fn from_plain(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Self::of_reading(read_plain(text, currency.exponent()), currency)
    }

    fn of_reading(reading: Result<i64, NumberError>, currency: Currency) -> Result<Self, MoneyError> {
        match reading {
            Ok(minor) => Ok(Self { minor, currency }),
            Err(NumberError::TooManyPlaces { .. }) => Err(MoneyError::TooManyPlaces { currency }),
            Err(NumberError::TooLarge) => Err(MoneyError::TooLarge),
            Err(error) => Err(error.into()),
        }
    }

    /// The amount as plain text with all decimals of its currency, `1234.50`: for files, other programs, and the
    /// browser's `Intl.NumberFormat`, which takes decimal strings and writes them as the person's locale does.
    pub fn to_plain(self) -> String {
        let places = self.currency.exponent();
        write_scaled(self.minor, places, places, '.')
    }

    /// The text to put into a person's input field; [`Money::from_input`] with the same mark reads it back.
    pub fn to_input(self, mark: DecimalMark) -> String {
        let places = self.currency.exponent();
        write_scaled(self.minor, places, places, mark.as_char())
    }

    /// The amount as a unit price; [`MoneyError::TooLarge`] beyond a [`Decimal`]'s range.
    pub fn to_decimal(self) -> Result<Decimal, MoneyError> {
        let finer = 10_i64.pow(u32::from(Decimal::PLACES - self.currency.exponent()));
        self.minor.checked_mul(finer).map(Decimal::from_millionths).ok_or(MoneyError::TooLarge)
    }

    /// The sum of two amounts of one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// The difference of two amounts of one currency.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// The amount with its sign turned.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        self.minor.checked_neg().map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// The sum of any number of amounts, all in `currency`. Only the result must be in range, not what is on the way.
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, MoneyError> {
        let mut sum: i128 = 0;
        for amount in amounts {
            Self::zero(currency).same_currency(amount)?;
            sum += i128::from(amount.minor);
        }
        i64::try_from(sum).map(|minor| Self { minor, currency }).map_err(|_| MoneyError::TooLarge)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::DifferentCurrencies { left: self.currency, right: other.currency })
        }
    }
}

/// `1234.50 EUR`: for logs and tests; people are shown what the browser's `Intl` makes of it.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_plain(), self.currency)
    }
}
