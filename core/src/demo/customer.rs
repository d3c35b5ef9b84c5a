//! One made-up customer: a person with a company, an address, and what they pay in.

use crate::demo::cultures::{ALL, Culture, Order, latin, written};
use crate::demo::random::Random;
use crate::demo::wares::OWNERS;
use crate::id::RecordId;
use crate::money::{Currency, Money};
use crate::records::Address;

/// Whom leads, deals and invoices are about.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    /// Their lead.
    pub(super) lead: RecordId,
    /// Where they live.
    pub(super) culture: &'static Culture,
    /// The currency they pay in.
    pub(super) currency: Currency,
    /// The person.
    pub(super) name: String,
    /// The company.
    pub(super) company: String,
    /// E-mail address.
    pub(super) email: String,
    /// Postal address.
    pub(super) address: Address,
    /// Tax number; may be empty.
    pub(super) tax_id: String,
    /// Who looks after them.
    pub(super) owner: &'static str,
}

impl Customer {
    /// Invents one, who pays as people do where they live, or in `currency`.
    pub(super) fn new(lead: RecordId, random: &mut Random, currency: Option<Currency>) -> Self {
        let culture = random.pick(ALL);
        let people = random.pick(culture.people);
        let (given, family) = (random.pick(people.given), random.pick(people.family));
        let name = match culture.order {
            Order::GivenFirst => format!("{} {}", written(given), written(family)),
            Order::FamilyFirst => format!("{} {}", written(family), written(given)),
        };
        let (town, postcode) = random.pick(culture.towns);
        let (company, domain) = company(random.pick(culture.companies), family, town);
        let email = match random.between(0, 5) {
            0 => format!("{}@{domain}", latin(given)),
            1 => format!("info@{domain}"),
            _ => format!("{}.{}@{domain}", latin(given), latin(family)),
        };
        let street = random.pick(culture.streets);
        let address = Address {
            street: random.digits(street),
            postcode: random.digits(postcode),
            city: town.to_owned(),
            country: culture.country.to_owned(),
            ..Address::default()
        };
        let tax_id = random.digits(culture.tax_id);
        // The first of them is the one whose workspace it is.
        let owner = if random.chance(40) { OWNERS[0] } else { random.pick(OWNERS) };
        let currency = currency.or_else(|| culture.currency.parse().ok()).unwrap_or(Currency::EUR);
        Self { lead, culture, currency, name, company, email, address, tax_id, owner }
    }

    /// What so many euro cents are for them, rounded to three digits as estimates are.
    pub(super) fn estimate(&self, cents: i64) -> Money {
        let minor = rounded(in_hundredths(self.currency, cents), 1_000) * self.currency.minor_units() / 100;
        Money { minor, currency: self.currency }
    }

    /// What a unit price of so many euro cents is for them, in hundredths of their currency.
    pub(super) fn price(&self, cents: i64) -> i64 {
        price(self.currency, cents)
    }
}

/// What a unit price of so many euro cents is in a currency, in its hundredths.
pub(super) fn price(currency: Currency, cents: i64) -> i64 {
    let price = rounded(in_hundredths(currency, cents), 10_000);
    if currency.exponent() == 0 { (price / 100).max(1) * 100 } else { price }
}

/// A company's name and mail domain from its pattern.
fn company(pattern: &str, family: &str, town: &str) -> (String, String) {
    // An American town carries its state.
    let town = town.split_once(',').map_or(town, |(town, _)| town);
    let name = written(pattern).replace("{f}", written(family)).replace("{c}", town);
    let slug = match pattern.split_once('=') {
        Some((shown, slug)) if shown.contains("{f}") => format!("{}-{slug}", latin(family)),
        Some((_, slug)) => slug.to_owned(),
        None => latin(&pattern.replace("{f}", &latin(family)).replace("{c}", town)),
    };
    (name, format!("{slug}.example"))
}

/// Euro cents in hundredths of a currency, at rates that are near enough for a story.
fn in_hundredths(currency: Currency, cents: i64) -> i64 {
    let thousandths = match currency.code() {
        "USD" => 1_100,
        "GBP" => 860,
        "JPY" => 165_000,
        "KWD" => 335,
        "CZK" => 24_800,
        "NOK" | "SEK" => 11_500,
        "CHF" => 950,
        "CNY" => 7_800,
        "INR" => 95_000,
        "CAD" => 1_550,
        "AUD" => 1_700,
        "NZD" => 1_900,
        "DKK" => 7_460,
        "PLN" => 4_250,
        "HUF" => 395_000,
        "BRL" => 6_200,
        "MXN" | "ZAR" => 21_000,
        "NGN" => 1_700_000,
        "KES" => 145_000,
        "KRW" => 1_550_000,
        "TRY" | "UAH" => 48_000,
        _ => 1_000,
    };
    cents.saturating_mul(thousandths) / 1_000
}

/// To as many digits as the limit has zeros.
fn rounded(amount: i64, limit: i64) -> i64 {
    let mut step = 1;
    while amount / step >= limit {
        step *= 10;
    }
    amount / step * step
}
