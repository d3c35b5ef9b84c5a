//! What the lines of an invoice or quote add up to, as EN 16931 has it, in whole minor units and without a float.
//!
//! 1. A line's amount is quantity × unit price × (1 − discount), rounded once to minor units, halves away from zero.
//! 2. Lines add up exactly. The document's discount, an amount, is taken off and spread over the lines' tax
//!    combinations by largest remainder ([`spread`]), so that its parts are the discount, to the cent.
//! 3. Tax is reckoned once per (category, rate) on the sum of what is left, never per line, and rounded once.
//! 4. The total is net + tax.
//!
//! Prices that **include** tax ([`PricesInclude::Gross`]) go the other way: what the customer was told is the total, to
//! the cent, and tax is taken out of it: tax = gross × rate ÷ (1 + rate), rounded once, and net is the rest. Ten pieces at 3.80
//! with 5.5 % in it are 38.00, of which 1.98 is tax; a system that keeps a net unit price of 3.60 makes 37.98 of them.
//! Where such a line bears several taxes, the tax in all lines of that combination is rounded once and then spread over its rates.
//!
//! A line with several taxes counts towards the base of each; taxes are never levied on taxes. Turning the sign of
//! every quantity and of the discount turns the sign of every result, so a credit note mirrors its invoice, and the order of the
//! lines changes nothing but the order of `lines`.
//!
//! [`Totals`] are frozen into an issued document and never reckoned again for display.

mod error;
mod paid;
mod reckon;
mod spread;

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::money::{Currency, Rate};

pub use error::{LineError, TotalsError};
pub use paid::{PaidState, Payments, paid_state};
pub use spread::spread;

/// Whether the unit prices and the discount of a document are without or with tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PricesInclude {
    /// Net prices: tax comes on top. Usual between businesses.
    #[default]
    Net,
    /// Gross prices: tax is in them already. Usual towards consumers.
    Gross,
}

/// A tax that a line bears. Lines with equal taxes are taxed together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaxRef {
    /// What kind of tax: a category code of EN 16931 (`S`, `Z`, `E`, `AE`, …), or a name where several taxes exist (`GST`).
    pub category: String,
    /// How much of the net amount it takes.
    pub rate: Rate,
}

/// One line, as far as arithmetic goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineInput {
    /// How many; negative for what is taken back.
    pub quantity: Decimal,
    /// The price of one in units of the currency (not minor units), possibly finer than its minor unit.
    pub unit_price: Decimal,
    /// A discount on this line, at most 100 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Rate>,
    /// The taxes on this line, none twice, in any order; none at all for what is outside of taxation.
    #[serde(default)]
    pub taxes: Vec<TaxRef>,
}

/// A document, as far as arithmetic goes; [`DocumentInput::totals`] adds it up.
///
/// ```
/// use outpost_core::money::{Currency, Rate};
/// use outpost_core::totals::{DocumentInput, LineInput, PricesInclude, TaxRef};
/// let document = DocumentInput {
///     currency: Currency::EUR,
///     prices_include: PricesInclude::Net,
///     discount: 0,
///     lines: vec![LineInput {
///         quantity: "16".parse()?,
///         unit_price: "348.35".parse()?,
///         discount: Some(Rate::from_input("4 %")?),
///         taxes: vec![TaxRef { category: "S".into(), rate: Rate::from_input("22 %")? }],
///     }],
/// };
/// let totals = document.totals()?;
/// assert_eq!((totals.net, totals.tax, totals.total), (535_066, 117_715, 652_781));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentInput {
    /// The currency of all prices and amounts.
    pub currency: Currency,
    /// Whether prices and discount include tax.
    #[serde(default)]
    pub prices_include: PricesInclude,
    /// The lines, in any order.
    pub lines: Vec<LineInput>,
    /// A discount on the whole document in minor units, with or without tax as the prices are; between zero and the
    /// sum of the lines (and so not positive on a credit note with negative lines).
    #[serde(default)]
    pub discount: i64,
}

/// What is owed on one kind of tax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxGroup {
    /// As in [`TaxRef::category`].
    pub category: String,
    /// As in [`TaxRef::rate`].
    pub rate: Rate,
    /// The net amount that is taxed, after discounts, in minor units.
    pub base: i64,
    /// The tax on it, in minor units.
    pub tax: i64,
}

/// What a document adds up to; all amounts in minor units of the document's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All lines less all discounts, without tax.
    pub net: i64,
    /// All taxes.
    pub tax: i64,
    /// What is to be paid: net + tax.
    pub total: i64,
    /// The taxes one by one, ordered by category, then rate.
    pub groups: Vec<TaxGroup>,
    /// Each line's amount after its own discount, in the order of the lines; with tax if the prices include it.
    pub lines: Vec<i64>,
    /// The discount on the document, with tax if the prices include it.
    pub discount: i64,
    /// Whether `lines` and `discount` include tax.
    #[serde(default)]
    pub prices_include: PricesInclude,
}

impl Totals {
    /// The sum of the lines before the document's discount, for the row above it; with tax if the prices include it.
    pub fn subtotal(&self) -> i64 {
        let after_discount = match self.prices_include {
            PricesInclude::Net => self.net,
            PricesInclude::Gross => self.total,
        };
        after_discount.saturating_add(self.discount)
    }

    /// Whether the parts add up: net + tax = total, the groups' taxes = tax, the lines = subtotal. Totals made here always
    /// do; those of another program may not, and must not be frozen into a document.
    pub fn add_up(&self) -> bool {
        let sum = |parts: &mut dyn Iterator<Item = i64>| parts.map(i128::from).sum::<i128>();
        let after_discount = match self.prices_include {
            PricesInclude::Net => self.net,
            PricesInclude::Gross => self.total,
        };
        sum(&mut [self.net, self.tax].into_iter()) == i128::from(self.total)
            && sum(&mut self.groups.iter().map(|group| group.tax)) == i128::from(self.tax)
            && sum(&mut self.lines.iter().copied()) == i128::from(after_discount) + i128::from(self.discount)
    }
}
