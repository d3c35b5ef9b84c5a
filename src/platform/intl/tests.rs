use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

fn amount(minor: i64, currency: &str) -> Money {
    Money::new(minor, currency.parse().unwrap())
}

/// `Intl` writes spaces that do not break; which one differs between browsers.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[wasm_bindgen_test]
fn amounts_have_the_decimals_of_their_currency() {
    let english = Formats::new(Some("en-US"));
    assert_eq!(english.money(amount(123_450, "USD")), "$1,234.50");
    assert_eq!(english.money(amount(123_450, "JPY")), "¥123,450");
    assert_eq!(plain(&english.money(amount(123_450, "KWD"))), "KWD 123.450");
    assert_eq!(plain(&english.money(amount(1_500, "IQD"))), "IQD 1.500", "as ISO 4217, not as the browser's own table");
    assert_eq!(english.money(amount(-5, "EUR")), "-€0.05");
    assert_eq!(english.money_short(amount(123_450, "EUR")), "€1,235");
}

#[wasm_bindgen_test]
fn amounts_beyond_a_float_are_exact() {
    let english = Formats::new(Some("en-US"));
    assert_eq!(english.money(amount(i64::MAX, "USD")), "$92,233,720,368,547,758.07");
    assert_eq!(english.number("9223372036854.775807"), "9,223,372,036,854.775807");
}

#[wasm_bindgen_test]
fn numbers_are_written_as_the_locale_does() {
    let german = Formats::new(Some("de-DE"));
    assert_eq!(plain(&german.money(amount(123_450, "EUR"))), "1.234,50 €");
    assert_eq!(german.number("1234.5"), "1.234,5");
    assert_eq!(plain(&german.percent(55_000)), "5,5 %");
    assert_eq!(Formats::new(Some("en-US")).percent(190_000), "19%");
    assert_eq!(plain(&german.bytes(12_400_000)), "12,4 MB");
    assert_eq!(Formats::new(Some("en-US")).bytes(273), "273 bytes");
}

#[wasm_bindgen_test]
fn the_decimal_mark_is_the_locales() {
    for (locale, mark) in [
        ("en-US", DecimalMark::Point),
        ("de-DE", DecimalMark::Comma),
        ("pt-BR", DecimalMark::Comma),
        ("ja-JP", DecimalMark::Point),
    ] {
        assert_eq!(Formats::new(Some(locale)).decimal_mark(), mark, "{locale}");
    }
}

#[wasm_bindgen_test]
fn a_date_is_the_same_day_in_every_zone() {
    let english = Formats::new(Some("en-US"));
    for (year, month, day, text) in
        [(2026, 11, 22, "Nov 22, 2026"), (1969, 12, 31, "Dec 31, 1969"), (2024, 2, 29, "Feb 29, 2024")]
    {
        assert_eq!(english.date(NaiveDate::from_ymd_opt(year, month, day).unwrap()), text);
    }
}

#[wasm_bindgen_test]
fn distances_are_said_in_words() {
    let english = Formats::new(Some("en-US"));
    let now = 1_800_000_000_000_u64;
    let ago = |ms: u64| english.relative(now - ms, now);
    assert_eq!(ago(5_000), "now");
    assert_eq!(ago(3 * 60_000), "3 minutes ago");
    assert_eq!(ago(25 * 3_600_000), "yesterday");
    assert_eq!(english.relative(now + 2 * 3_600_000, now), "in 2 hours");
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    assert_eq!(english.relative_day(today, today), "today");
    assert_eq!(english.relative_day(today + chrono::Days::new(1), today), "tomorrow");
    assert_eq!(english.relative_day(today + chrono::Days::new(30), today), "Dec 22");
    assert_eq!(english.relative_day(today + chrono::Days::new(60), today), "Jan 21, 2027");
}
