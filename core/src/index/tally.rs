//! Counts and sums of the rows that have one status or stage, kept with every change: a count of a hundred thousand rows is
//! asked for after each of them.

use std::collections::BTreeMap;

use crate::index::FacetCount;
use crate::index::entry::Entry;
use crate::money::{Currency, Money};

/// How many rows, and what they are worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    count: usize,
    /// By currency: how many rows have an amount in it, and their sum in minor units.
    amounts: BTreeMap<Currency, (usize, i128)>,
}

impl Tally {
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    pub(super) fn add(&mut self, entry: &Entry) {
        self.count += 1;
        if let Some(money) = entry.amount {
            let (count, sum) = self.amounts.entry(money.currency).or_default();
            *count += 1;
            *sum += i128::from(money.minor);
        }
    }

    /// Takes out what was [added](Self::add).
    pub(super) fn take(&mut self, entry: &Entry) {
        self.count = self.count.saturating_sub(1);
        let Some(money) = entry.amount else { return };
        let Some((count, sum)) = self.amounts.get_mut(&money.currency) else { return };
        *count = count.saturating_sub(1);
        *sum -= i128::from(money.minor);
        if *count == 0 {
            self.amounts.remove(&money.currency);
        }
    }

    /// As it is told. A sum beyond all bounds is the greatest there is.
    pub(super) fn told(&self, facet: &str) -> FacetCount {
        let bounded = |sum: i128| i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX });
        let sums = self.amounts.iter().map(|(currency, (_, sum))| Money::new(bounded(*sum), *currency));
        FacetCount { facet: facet.to_owned(), count: self.count, sums: sums.collect() }
    }
}
