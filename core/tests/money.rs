//! Amounts, decimals and rates survive being written and read, whoever types them.

use outpost_core::decimal::{Decimal, DecimalMark, NumberError};
use outpost_core::money::{Currency, Money, MoneyError, Rate, RateError};
use proptest::prelude::*;
use serde_json::json;

fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

#[test]
fn amounts_are_typed_with_the_decimals_of_their_currency() {
    let read =
        |text: &str, code: &str| Money::from_input(text, currency(code), DecimalMark::Point).map(|money| money.minor);
    assert_eq!(read("1,234.50", "EUR"), Ok(123_450));
    assert_eq!(read("1.234,50", "EUR"), Ok(123_450));
    assert_eq!(read("1 234,5", "EUR"), Ok(123_450));
    assert_eq!(read("١٢٣", "EUR"), Ok(12_300));
    assert_eq!(read("1,234", "JPY"), Ok(1_234));
    assert_eq!(read("1234.00", "JPY"), Ok(1_234));
    assert_eq!(read("1.234", "KWD"), Ok(1_234));
    assert_eq!(read("-1.2345", "CLF"), Ok(-12_345));
    let sentence = |text: &str, code: &str| read(text, code).map_err(|error| error.to_string());
    assert_eq!(sentence("1.5", "JPY"), Err("JPY has no decimals; enter a whole amount.".into()));
    assert_eq!(sentence("1.505", "EUR"), Err("EUR has 2 decimals; enter no more than that.".into()));
    assert_eq!(sentence("", "EUR"), Err("Enter a number.".into()));
    assert_eq!(sentence("92233720368547758.08", "EUR"), Err("This amount is too large.".into()));
    assert_eq!(read("92233720368547758.07", "EUR"), Ok(i64::MAX));
}

#[test]
fn amounts_are_written_with_all_decimals_of_their_currency() {
    for (code, minor, plain) in [
        ("EUR", 123_450, "1234.50"),
        ("EUR", -5, "-0.05"),
        ("JPY", 1_234, "1234"),
        ("KWD", 1_234, "1.234"),
        ("CLF", 1, "0.0001"),
        ("EUR", i64::MIN, "-92233720368547758.08"),
    ] {
        let money = Money::new(minor, currency(code));
        assert_eq!(money.to_plain(), plain);
        assert_eq!(Money::from_plain(plain, currency(code)), Ok(money));
    }
    assert_eq!(Money::new(123_450, Currency::EUR).to_string(), "1234.50 EUR");
    assert_eq!(Money::new(123_450, Currency::EUR).to_input(DecimalMark::Comma), "1234,50");
}

#[test]
fn amounts_are_added_only_in_one_currency_and_in_range() {
    let (euro, yen) = (Money::new(1, Currency::EUR), Money::new(1, currency("JPY")));
    let most = Money::new(i64::MAX, Currency::EUR);
    let least = Money::new(i64::MIN, Currency::EUR);
    assert_eq!(euro.checked_add(euro), Ok(Money::new(2, Currency::EUR)));
    assert_eq!(euro.checked_sub(euro), Ok(Money::zero(Currency::EUR)));
    assert_eq!(euro.checked_neg(), Ok(Money::new(-1, Currency::EUR)));
    assert_eq!(most.checked_add(euro), Err(MoneyError::TooLarge));
    assert_eq!(least.checked_sub(euro), Err(MoneyError::TooLarge));
    assert_eq!(least.checked_neg(), Err(MoneyError::TooLarge));
    let different = MoneyError::DifferentCurrencies { left: Currency::EUR, right: currency("JPY") };
    assert_eq!(different.to_string(), "EUR and JPY cannot be added up; use one currency.");
    assert_eq!(euro.checked_add(yen), Err(different.clone()));
    assert_eq!(Money::sum([euro, yen], Currency::EUR), Err(different));
    assert_eq!(Money::sum([most, euro, least], Currency::EUR), Ok(Money::zero(Currency::EUR)));
    assert_eq!(Money::sum([most, euro], Currency::EUR), Err(MoneyError::TooLarge));
    assert_eq!(Money::sum([], currency("JPY")), Ok(Money::zero(currency("JPY"))));
}

#[test]
fn an_amount_becomes_a_unit_price() {
    let price = |minor, code| Money::new(minor, currency(code)).to_decimal().map(|price| price.to_string());
    assert_eq!(price(34_835, "EUR"), Ok("348.35".into()));
    assert_eq!(price(-1_500, "JPY"), Ok("-1500".into()));
    assert_eq!(price(1, "CLF"), Ok("0.0001".into()));
    assert_eq!(price(i64::MAX, "JPY"), Err(MoneyError::TooLarge));
}

#[test]
fn decimals_are_checked_wherever_they_are_reckoned_with() {
    assert_eq!(Decimal::from_whole(16).map(|whole| whole.to_string()), Ok("16".into()));
    assert_eq!(Decimal::from_whole(i64::MAX), Err(NumberError::TooLarge));
    assert_eq!(Decimal::MAX.checked_add(Decimal::ONE), Err(NumberError::TooLarge));
    assert_eq!(Decimal::MIN.checked_sub(Decimal::ONE), Err(NumberError::TooLarge));
    assert_eq!(Decimal::MIN.checked_neg(), Err(NumberError::TooLarge));
    assert_eq!(Decimal::ONE.checked_sub(Decimal::ONE), Ok(Decimal::ZERO));
    assert_eq!(
        Decimal::from_input("3.6", DecimalMark::Point).map(|price| price.to_input(DecimalMark::Comma, 2)),
        Ok("3,60".into())
    );
}

#[test]
fn a_rate_is_typed_as_a_percentage_and_kept_in_parts_per_million() {
    for text in ["5.5", "5,5", "5.5 %", " 5,50% ", "٥٫٥٪", "５．５％", "+5.5"] {
        assert_eq!(Rate::from_input(text).map(Rate::ppm), Ok(55_000), "{text}");
    }
    assert_eq!(Rate::from_input("9.975").map(Rate::ppm), Ok(99_750));
    assert_eq!(Rate::from_input("9,975").map(Rate::ppm), Ok(99_750));
    assert_eq!(Rate::from_input("0").map(Rate::ppm), Ok(0));
    assert_eq!(Rate::from_input("1000 %"), Ok(Rate::MAX));
    for text in ["1000.0001", "-1", "99999999999999999999"] {
        assert_eq!(Rate::from_input(text), Err(RateError::OutOfRange), "{text}");
    }
    assert_eq!(Rate::from_input("5.55555"), Err(NumberError::TooManyPlaces { places: 4 }.into()));
    assert_eq!(Rate::from_input("%"), Err(NumberError::Empty.into()));
    assert_eq!(Rate::from_input("5%%"), Err(NumberError::NotANumber.into()));
    assert_eq!(Rate::from_ppm(99_750).map(|rate| rate.to_string()), Ok("9.975 %".into()));
    assert_eq!(Rate::from_ppm(55_000).map(|rate| rate.of(-10)), Ok(Some(-1)));
    assert_eq!(Rate::MAX.of(i64::MAX), None);
}

#[test]
fn json_is_exact_and_read_strictly() {
    let money = Money::new(123, Currency::EUR);
    assert_eq!(serde_json::to_value(money).expect("JSON"), json!({"minor": 123, "currency": "EUR"}));
    assert_eq!(serde_json::from_value::<Money>(json!({"minor": 123, "currency": "EUR"})).expect("money"), money);
    let decimal: Decimal = "16.5".parse().expect("a decimal");
    assert_eq!(serde_json::to_value(decimal).expect("JSON"), json!("16.5"));
    assert_eq!(serde_json::from_value::<Decimal>(json!("16.50")).expect("a decimal"), decimal);
    assert_eq!(serde_json::to_value(Rate::WHOLE).expect("JSON"), json!(1_000_000));
    for wrong in [
        json!({"minor": 1.5, "currency": "EUR"}),
        json!({"minor": "1", "currency": "EUR"}),
        json!({"minor": 1, "currency": "EUX"}),
    ] {
        assert!(serde_json::from_value::<Money>(wrong.clone()).is_err(), "{wrong}");
    }
    for wrong in [json!(16.5), json!(16), json!("1,5"), json!("1e3"), json!("0.0000001"), json!("٥"), json!(null)] {
        assert!(serde_json::from_value::<Decimal>(wrong.clone()).is_err(), "{wrong}");
    }
    for wrong in [json!(-1), json!(10_000_001), json!(5.5), json!("5.5")] {
        assert!(serde_json::from_value::<Rate>(wrong.clone()).is_err(), "{wrong}");
    }
}

fn any_mark() -> impl Strategy<Value = DecimalMark> {
    prop_oneof![Just(DecimalMark::Point), Just(DecimalMark::Comma)]
}

proptest! {
    #[test]
    fn a_decimal_is_read_back_as_it_was_written(millionths: i64, mark in any_mark(), places in 0..9_u8) {
        let decimal = Decimal::from_millionths(millionths);
        prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
        prop_assert_eq!(Decimal::from_input(&decimal.to_input(mark, places), mark), Ok(decimal));
        let json = serde_json::to_string(&decimal).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Decimal>(&json).expect("a decimal"), decimal);
    }

    #[test]
    fn small_decimals_of_few_places_are_read_back_in_every_locale(thousandths in -9_999_999..9_999_999_i64, mark in any_mark()) {
        // Just the numbers whose text could be taken for thousands.
        let decimal = Decimal::from_millionths(thousandths * 1_000);
        for places in 0..=6 {
            prop_assert_eq!(Decimal::from_input(&decimal.to_input(mark, places), mark), Ok(decimal));
        }
    }

    #[test]
    fn an_amount_is_read_back_as_it_was_written(minor: i64, mark in any_mark(), currency in prop::sample::select(Currency::active())) {
        let money = Money::new(minor, currency);
        prop_assert_eq!(Money::from_plain(&money.to_plain(), currency), Ok(money));
        prop_assert_eq!(Money::from_input(&money.to_input(mark), currency, mark), Ok(money));
    }

    #[test]
    fn a_rate_is_read_back_as_it_was_written(ppm in 0..=10_000_000_i64, mark in any_mark()) {
        let rate = Rate::from_ppm(ppm).expect("in range");
        prop_assert_eq!(Rate::from_input(&rate.to_input(mark)), Ok(rate));
        prop_assert_eq!(Rate::from_input(&rate.to_string()), Ok(rate));
    }

    #[test]
    fn no_text_makes_reading_panic(
        text in prop_oneof!["\\PC*", "[-+ .,'0-9٠-٩０-９٫٬’%\u{200f}\u{a0}]{0,24}"],
        mark in any_mark(),
        currency in prop::sample::select(Currency::active()),
    ) {
        let sentences = [
            Decimal::from_input(&text, mark).err().map(|error| error.to_string()),
            text.parse::<Decimal>().err().map(|error| error.to_string()),
            Money::from_input(&text, currency, mark).err().map(|error| error.to_string()),
            Money::from_plain(&text, currency).err().map(|error| error.to_string()),
            Rate::from_input(&text).err().map(|error| error.to_string()),
            text.parse::<Currency>().err().map(|error| error.to_string()),
        ];
        for sentence in sentences.into_iter().flatten() {
            prop_assert!(sentence.ends_with('.'), "{}", sentence);
        }
    }
}
