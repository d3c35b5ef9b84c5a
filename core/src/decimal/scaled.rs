//! The plain text of a scaled integer: what files, JSON and other programs read and write.

use super::NumberError;

/// Reads `-?(0|[1-9][0-9]*)(\.[0-9]+)?` into an integer scaled by 10^`places`.
///
/// Zeros beyond `places` are harmless and dropped; any other digit there is [`NumberError::TooManyPlaces`].
pub(crate) fn read_plain(text: &str, places: u8) -> Result<i64, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(NumberError::NotANumber),
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let needless_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || needless_zero || !all_digits(whole) || !all_digits(fraction) {
        return Err(NumberError::NotANumber);
    }
    assemble(negative, whole, fraction, places)
}

/// Puts sign, whole part and fraction (ASCII digits, either may be empty) together, scaled by 10^`places`.
pub(super) fn assemble(negative: bool, whole: &str, fraction: &str, places: u8) -> Result<i64, NumberError> {
    let fraction = fraction.trim_end_matches('0');
    let places = usize::from(places);
    if fraction.len() > places {
        return Err(NumberError::TooManyPlaces { places });
    }
    let padding = std::iter::repeat_n(b'0', places - fraction.len());
    let mut value: i64 = 0;
    // Counted downwards for negative numbers, so that i64::MIN can be read as well as written.
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        let digit = i64::from(digit - b'0');
        let digit = if negative { -digit } else { digit };
        value = value.checked_mul(10).and_then(|tens| tens.checked_add(digit)).ok_or(NumberError::TooLarge)?;
    }
    Ok(value)
}

/// Writes an integer scaled by 10^`places` with `mark` as its decimal mark and at least `min_places` after it
/// (never more than `places`); no groups, `-` for negative ones.
pub(crate) fn write_scaled(value: i64, places: u8, min_places: u8, mark: char) -> String {
    let places = usize::from(places);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let kept = fraction.trim_end_matches('0').len().max(usize::from(min_places).min(places));
    let sign = if value < 0 { "-" } else { "" };
    if kept == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}{mark}{}", &fraction[..kept]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_read_strictly() {
        assert_eq!(read_plain("1234.5", 6), Ok(1_234_500_000));
        assert_eq!(read_plain("-0.000001", 6), Ok(-1));
        assert_eq!(read_plain("-0", 6), Ok(0));
        assert_eq!(read_plain("1.50000000", 2), Ok(150));
        assert_eq!(read_plain("1.505", 2), Err(NumberError::TooManyPlaces { places: 2 }));
        assert_eq!(read_plain("", 2), Err(NumberError::Empty));
        for text in ["-", ".", "1.", ".5", "+1", "01", "1,5", "1e3", " 1", "1 ", "--1", "1.-5", "NaN", "1.2.3", "١"] {
            assert_eq!(read_plain(text, 6), Err(NumberError::NotANumber), "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_range_are_read_and_written() {
        for value in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
            for places in [0, 2, 3, 6] {
                assert_eq!(read_plain(&write_scaled(value, places, 0, '.'), places), Ok(value));
            }
        }
        assert_eq!(read_plain("9223372036854775808", 0), Err(NumberError::TooLarge));
        assert_eq!(read_plain("-9223372036854775809", 0), Err(NumberError::TooLarge));
        assert_eq!(read_plain(&"9".repeat(5_000), 6), Err(NumberError::TooLarge));
    }

    #[test]
    fn at_least_the_wanted_places_are_written() {
        assert_eq!(write_scaled(3_600_000, 6, 2, '.'), "3.60");
        assert_eq!(write_scaled(3_605_100, 6, 2, ','), "3,6051");
        assert_eq!(write_scaled(-5, 2, 2, '.'), "-0.05");
        assert_eq!(write_scaled(7, 0, 2, '.'), "7");
    }
}
