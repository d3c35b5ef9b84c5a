//! Amounts as they stand in a cell: figures, and perhaps a sign or a code of their currency on either side.

use crate::decimal::DecimalMark;
use crate::money::{Currency, Money};

/// Signs of currencies. Those of several currencies mean the person's own, if that is among them.
const SIGNS: &[(&str, &[&str])] = &[
    ("€", &["EUR"]),
    ("$", &["USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "CLP", "COP", "ARS", "TWD"]),
    ("£", &["GBP", "EGP"]),
    ("¥", &["JPY", "CNY"]),
    ("￥", &["JPY", "CNY"]),
    ("₹", &["INR"]),
    ("₽", &["RUB"]),
    ("₺", &["TRY"]),
    ("₩", &["KRW"]),
    ("₴", &["UAH"]),
    ("₦", &["NGN"]),
    ("₫", &["VND"]),
    ("zł", &["PLN"]),
    ("Kč", &["CZK"]),
    ("Ft", &["HUF"]),
    ("R$", &["BRL"]),
    ("Fr.", &["CHF"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("kr.", &["DKK", "ISK", "SEK", "NOK"]),
];

/// The currency of a code or sign.
pub(super) fn currency(text: &str, own: Currency) -> Option<Currency> {
    let text = text.trim();
    let sign = SIGNS.iter().find(|(sign, _)| *sign == text);
    match sign {
        Some((_, codes)) if codes.contains(&own.code()) => Some(own),
        Some((_, codes)) => codes.first()?.parse().ok(),
        None => text.to_ascii_uppercase().parse().ok(),
    }
}

/// Parts a cell into its figures and what names the currency; either may be empty.
pub(super) fn apart(text: &str) -> (String, &str) {
    let text = text.trim();
    let (sign, bare) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let figure = |c: char| c.is_numeric() || matches!(c, '.' | ',' | '-' | '−' | '+' | '\'' | '’' | '٫' | '٬');
    match (bare.find(figure), bare.rfind(|c: char| c.is_numeric())) {
        (Some(from), Some(last)) => {
            let to = last + bare[last..].chars().next().map_or(0, char::len_utf8);
            let (before, after) = (bare[..from].trim(), bare[to..].trim());
            let name = if before.is_empty() { after } else { before };
            // “Fr. 5”: the sign's own point is none of the figures.
            let from = from.min(to);
            let (from, name) = match bare[from..].strip_prefix(". ") {
                Some(_) if !before.is_empty() => (from + 2, &bare[..=from]),
                _ => (from, name),
            };
            (format!("{sign}{}", &bare[from..to]), name)
        }
        _ => (text.to_owned(), ""),
    }
}

/// Reads an amount; `named` is the currency of another column, `own` the person's.
///
/// # Errors
/// A sentence.
pub(super) fn read(text: &str, named: Option<&str>, own: Currency, mark: DecimalMark) -> Result<Money, String> {
    let (figures, name) = apart(text);
    let name = if name.is_empty() { named.unwrap_or_default() } else { name };
    let of = match name.trim() {
        "" => own,
        name => currency(name, own).ok_or_else(|| format!("“{name}” is not a currency"))?,
    };
    Money::from_input(&figures, of, mark).map_err(|error| error.to_string())
}

/// The decimal mark that a number can only have been written with; `None` if it could be either.
pub(super) fn evidence(text: &str) -> Option<DecimalMark> {
    let (figures, _) = apart(text);
    let last = figures.rfind(['.', ','])?;
    let mark = if figures[last..].starts_with('.') { DecimalMark::Point } else { DecimalMark::Comma };
    let other = if mark == DecimalMark::Point { DecimalMark::Comma } else { DecimalMark::Point };
    let behind = figures.len() - last - 1;
    match (figures.matches(mark.as_char()).count(), figures.contains(other.as_char())) {
        (1, true) => Some(mark),
        (1, false) if behind != 3 => Some(mark),
        (1, false) => None,
        (_, _) => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Result<String, String> {
        read(text, None, Currency::EUR, DecimalMark::Comma).map(|money| money.to_string())
    }

    #[test]
    fn amounts_are_read_with_or_without_a_currency() {
        for (text, money) in [
            ("1234.50", "1234.50 EUR"),
            ("1.234,50 €", "1234.50 EUR"),
            ("€ 1,234.50", "1234.50 EUR"),
            ("-5 usd", "-5.00 USD"),
            ("- $5", "-5.00 USD"),
            ("$-5", "-5.00 USD"),
            ("JPY 3200", "3200 JPY"),
            ("Fr. 7.50", "7.50 CHF"),
            ("12 kr", "12.00 SEK"),
            ("1 234,5 zł", "1234.50 PLN"),
        ] {
            assert_eq!(reads(text).as_deref(), Ok(money), "{text}");
        }
        assert_eq!(reads("5 apples"), Err("“apples” is not a currency".to_owned()));
        assert!(reads("much").is_err() && reads("").is_err() && reads("1.2.3").is_err());
        let named = read("5", Some("$"), "CAD".parse().unwrap(), DecimalMark::Point);
        assert_eq!(named.map(|money| money.to_string()).as_deref(), Ok("5.00 CAD"));
    }

    #[test]
    fn the_mark_is_told_where_it_is_plain() {
        for (text, mark) in [
            ("1234.50", Some(DecimalMark::Point)),
            ("1.234,50 €", Some(DecimalMark::Comma)),
            ("1,5", Some(DecimalMark::Comma)),
            ("1.234", None),
            ("1.234.567", Some(DecimalMark::Comma)),
            ("12", None),
        ] {
            assert_eq!(evidence(text), mark, "{text}");
        }
    }
}
