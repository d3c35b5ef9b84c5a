//! What a line item takes over from a product: what it is called, what it costs and how it is taxed on a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use crate::id::RecordId;
use crate::money::{Currency, Rate};
use crate::mutation::Patch;
use crate::records::{Price, Product, TaxRate};

/// Whether a day lies between two others, both included; one that is not given is no bound.
fn holds(from: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

/// The prices of a product that hold on a day, in a currency: one of each price list, the one that began last, by the lists' names.
pub fn prices_on(prices: Vec<Price>, currency: Currency, day: NaiveDate) -> Vec<Price> {
    let mut lists: BTreeMap<String, Price> = BTreeMap::new();
    let fits = |price: &Price| price.amount.is_some_and(|amount| amount.currency == currency);
    for price in prices.into_iter().filter(|price| fits(price) && holds(price.from, price.until, day)) {
        match lists.get(&price.name) {
            Some(other) if other.from >= price.from => {}
            _ => drop(lists.insert(price.name.clone(), price)),
        }
    }
    lists.into_values().collect()
}

/// The tax rate that a product is sold with on a day. Where the one that it names does not hold then, it is the one of the same
/// name and country that does: a standard rate that was raised is a record of its own.
pub fn rate_on(rates: &[(RecordId, TaxRate)], named: RecordId, day: NaiveDate) -> Option<Rate> {
    let named = rates.iter().find(|(id, _)| *id == named).map(|(_, rate)| rate)?;
    if holds(named.from, named.until, day) {
        return named.rate;
    }
    let same = |rate: &&TaxRate| rate.name == named.name && rate.country == named.country;
    let others = rates.iter().map(|(_, rate)| rate).filter(same).filter(|rate| holds(rate.from, rate.until, day));
    others.max_by_key(|rate| rate.from)?.rate
}

/// What a line item takes over, as values of its fields. What the product does not say is left as it is.
pub fn line_of(product: &Product, price: Option<&Price>, tax: Option<Rate>) -> Patch {
    let mut patch = Patch::from([("description".to_owned(), json!(product.name))]);
    if !product.unit.is_empty() {
        patch.insert("unit".to_owned(), json!(product.unit));
    }
    if let Some(price) = price.and_then(|price| price.amount?.to_decimal().ok()) {
        patch.insert("unit_price".to_owned(), json!(price));
    }
    if let Some(tax) = tax {
        patch.insert("tax".to_owned(), json!(tax));
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn euro() -> Currency {
        "EUR".parse().unwrap()
    }

    fn price(list: &str, minor: i64, currency: &str, from: Option<&str>, until: Option<&str>) -> Price {
        Price {
            name: list.into(),
            amount: Some(Money::new(minor, currency.parse().unwrap())),
            from: from.map(day),
            until: until.map(day),
            ..Price::default()
        }
    }

    #[test]
    fn of_each_price_list_the_price_that_began_last_holds() {
        let all = vec![
            price("Wholesale", 9_000, "EUR", None, None),
            price("Standard", 10_000, "EUR", None, None),
            price("Standard", 12_000, "EUR", Some("2026-07-01"), None),
            price("Standard", 13_000, "EUR", Some("2027-01-01"), None),
            price("Summer", 8_000, "EUR", Some("2026-06-01"), Some("2026-08-31")),
            price("Standard", 9_900, "USD", None, None),
        ];
        let on = |text: &str| {
            let prices = prices_on(all.clone(), euro(), day(text));
            prices.into_iter().map(|price| (price.name, price.amount.unwrap().minor)).collect::<Vec<_>>()
        };
        let named =
            |list: &[(&str, i64)]| list.iter().map(|(name, minor)| ((*name).to_owned(), *minor)).collect::<Vec<_>>();
        assert_eq!(on("2026-06-30"), named(&[("Standard", 10_000), ("Summer", 8_000), ("Wholesale", 9_000)]));
        assert_eq!(on("2026-09-01"), named(&[("Standard", 12_000), ("Wholesale", 9_000)]));
        assert_eq!(on("2027-01-01"), named(&[("Standard", 13_000), ("Wholesale", 9_000)]));
        assert!(prices_on(all, "JPY".parse().unwrap(), day("2026-06-30")).is_empty());
    }

    #[test]
    fn a_rate_that_was_raised_is_taken_as_it_holds_on_the_day() {
        let id = |i: u128| RecordId::from_bytes((0x0190_0000_0000_7000_8000_0000_0000_0000 + i).to_be_bytes());
        let rate = |country: &str, ppm: i64, from: Option<&str>, until: Option<&str>| TaxRate {
            name: "Standard rate".into(),
            country: country.into(),
            rate: Some(Rate::from_ppm(ppm).unwrap()),
            from: from.map(day),
            until: until.map(day),
        };
        let rates = [
            (id(1), rate("CH", 77_000, None, Some("2023-12-31"))),
            (id(2), rate("CH", 81_000, Some("2024-01-01"), None)),
            (id(3), rate("DE", 190_000, None, None)),
        ];
        assert_eq!(rate_on(&rates, id(1), day("2023-12-31")), Rate::from_ppm(77_000).ok());
        assert_eq!(rate_on(&rates, id(1), day("2024-01-01")), Rate::from_ppm(81_000).ok());
        assert_eq!(rate_on(&rates, id(2), day("2020-01-01")), Rate::from_ppm(77_000).ok());
        assert_eq!(rate_on(&rates, id(4), day("2020-01-01")), None, "it is gone");
    }

    #[test]
    fn a_line_takes_over_what_the_product_says_and_nothing_else() {
        let product = Product { name: "Consulting".into(), unit: "h".into(), ..Product::default() };
        let dear = price("Standard", 12_050, "EUR", None, None);
        let line = line_of(&product, Some(&dear), None);
        assert_eq!(json!(line), json!({"description": "Consulting", "unit": "h", "unit_price": "120.5"}));
        assert_eq!(json!(line_of(&Product::default(), None, None)), json!({"description": ""}));
    }
}
