//! The reckoning itself: lines, tax combinations, groups, totals.

use std::collections::BTreeMap;

use super::{DocumentInput, LineError, LineInput, PricesInclude, TaxGroup, TaxRef, Totals, TotalsError, spread};
use crate::decimal::Decimal;
use crate::money::{Currency, Rate, divide_half_away};

/// The taxes of a line in their own order: what lines are gathered by before anything is rounded. Sorted, so that which
/// combination gets a left-over cent does not hang on the order of lines.
type Combination<'a> = Vec<&'a TaxRef>;

impl LineInput {
    /// The line's amount in minor units after its discount, rounded once; for the row that is being typed.
    pub fn amount(&self, currency: Currency) -> Result<i64, LineError> {
        let discount = self.discount.unwrap_or_default();
        let kept = Rate::WHOLE_PPM.checked_sub(discount.ppm()).ok_or(LineError::DiscountAboveWhole)?;
        // Quantity and price are in millionths, so their product fits in 127 bits; the rest can only overflow where the
        // result would not fit either, since the divisor is less than 2^64.
        let exact = i128::from(self.quantity.millionths()) * i128::from(self.unit_price.millionths());
        let exact =
            exact.checked_mul(i128::from(kept)).and_then(|kept| kept.checked_mul(currency.minor_units().into()));
        let divisor = i128::from(Decimal::ONE_IN_MILLIONTHS).pow(2) * i128::from(Rate::WHOLE_PPM);
        let amount = divide_half_away(exact.ok_or(LineError::TooLarge)?, divisor);
        i64::try_from(amount).map_err(|_| LineError::TooLarge)
    }

    fn combination(&self) -> Result<Combination<'_>, LineError> {
        let mut taxes: Combination<'_> = self.taxes.iter().collect();
        taxes.sort_unstable();
        if taxes.windows(2).any(|pair| pair[0] == pair[1]) { Err(LineError::SameTaxTwice) } else { Ok(taxes) }
    }
}

impl DocumentInput {
    /// Adds the document up, by the rules at the top of [`crate::totals`]. A document without lines comes to zero.
    pub fn totals(&self) -> Result<Totals, TotalsError> {
        let mut lines = Vec::with_capacity(self.lines.len());
        let mut combinations: BTreeMap<Combination<'_>, i128> = BTreeMap::new();
        for (index, line) in self.lines.iter().enumerate() {
            let at_line = |source| TotalsError::Line { number: index + 1, source };
            let amount = line.amount(self.currency).map_err(at_line)?;
            *combinations.entry(line.combination().map_err(at_line)?).or_default() += i128::from(amount);
            lines.push(amount);
        }
        let mut amounts = combinations.values().map(|sum| fit(*sum)).collect::<Result<Vec<i64>, _>>()?;
        let discounts = self.discount_parts(&amounts)?;
        for (amount, part) in amounts.iter_mut().zip(discounts) {
            *amount = fit(i128::from(*amount) - i128::from(part))?;
        }

        let mut groups: BTreeMap<&TaxRef, Group> = BTreeMap::new();
        let mut after_discount: i128 = 0;
        for (taxes, amount) in combinations.keys().zip(amounts) {
            after_discount += i128::from(amount);
            match self.prices_include {
                PricesInclude::Net => {
                    for tax in taxes {
                        groups.entry(tax).or_default().base += i128::from(amount);
                    }
                }
                PricesInclude::Gross => {
                    for (tax, group) in taxes.iter().zip(taxes_within(amount, taxes)?) {
                        let entry = groups.entry(tax).or_default();
                        entry.base += group.base;
                        entry.tax += group.tax;
                    }
                }
            }
        }
        if self.prices_include == PricesInclude::Net {
            for (tax, group) in &mut groups {
                let base = fit(group.base)?;
                group.tax = tax.rate.of(base).ok_or(TotalsError::TooLarge)?.into();
            }
        }

        let tax: i128 = groups.values().map(|group| group.tax).sum();
        let (net, total) = match self.prices_include {
            PricesInclude::Net => (after_discount, after_discount + tax),
            PricesInclude::Gross => (after_discount - tax, after_discount),
        };
        let groups = groups.into_iter().map(|(tax, group)| group.named(tax)).collect::<Result<_, _>>()?;
        let (net, tax, total) = (fit(net)?, fit(tax)?, fit(total)?);
        Ok(Totals { net, tax, total, groups, lines, discount: self.discount, prices_include: self.prices_include })
    }

    /// How much of the document's discount each tax combination bears.
    fn discount_parts(&self, amounts: &[i64]) -> Result<Vec<i64>, TotalsError> {
        let sum = fit(amounts.iter().copied().map(i128::from).sum())?;
        if (sum.min(0)..=sum.max(0)).contains(&self.discount) {
            spread(self.discount, amounts)
        } else {
            Err(TotalsError::DiscountOutOfRange)
        }
    }
}

/// A tax group while it is being added up.
#[derive(Clone, Copy, Default)]
struct Group {
    base: i128,
    tax: i128,
}

impl Group {
    fn named(self, tax: &TaxRef) -> Result<TaxGroup, TotalsError> {
        Ok(TaxGroup { category: tax.category.clone(), rate: tax.rate, base: fit(self.base)?, tax: fit(self.tax)? })
    }
}

/// Takes the taxes out of a gross amount that bears all of `taxes`: rounded once for all, then spread over the rates, so
/// that base + taxes are the gross amount exactly.
fn taxes_within(gross: i64, taxes: &[&TaxRef]) -> Result<Vec<Group>, TotalsError> {
    let rates: Vec<i64> = taxes.iter().map(|tax| i64::from(tax.rate.ppm())).collect();
    let rate: i128 = rates.iter().copied().map(i128::from).sum();
    // An i64 times a sum of rates below 2^24 each cannot overflow: it would take 2^40 taxes on a line.
    let tax = fit(divide_half_away(i128::from(gross) * rate, i128::from(Rate::WHOLE_PPM) + rate))?;
    let base = i128::from(gross) - i128::from(tax);
    Ok(spread(tax, &rates)?.into_iter().map(|tax| Group { base, tax: tax.into() }).collect())
}

fn fit(sum: i128) -> Result<i64, TotalsError> {
    i64::try_from(sum).map_err(|_| TotalsError::TooLarge)
}
