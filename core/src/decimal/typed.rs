//! Numbers as people type them, in any of the ways that the world writes numbers.

use super::scaled::assemble;

/// The mark that a person's locale writes before the decimals; the browser's `Intl` knows it.
///
/// Either mark is understood from anyone where the meaning is plain:
/// - Digits of the common scripts (0, ٠, ۰, ０, ०, …), a sign `-`, `−` or `+` in front, white space around.
/// - Groups parted by spaces, apostrophes, `٬`, points or commas: threes (`1,234,567`), or as in India (`12,34,567`).
/// - With a point and a comma, the last one is the decimal mark: `1,234.50` and `1.234,50` are the same.
/// - A mark that occurs more than once parts groups: `1.234.567`.
/// - `٫` is always a decimal mark, and so is the only point or comma behind groups parted in another way: `1 234,567`.
///
/// **One case is ambiguous**: a single mark with exactly three digits behind it and one to three before it, the first
/// not zero: `1,234`. Then, and only then, the person's own mark decides: if it is this mark these are decimals,
/// otherwise thousands. So `1,234` is 1234 for a reader of English and 1.234 for a reader of German.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1234.5`, as in English, Chinese or Spanish of Mexico.
    #[default]
    Point,
    /// `1234,5`, as in German, French or Portuguese.
    Comma,
}

impl DecimalMark {
    /// The mark for the character that a locale's `Intl.NumberFormat` writes before decimals. Whatever is no comma
    /// counts as a point; `٫` too, since it is never mistaken for a group and keyboards with it type a point besides.
    pub const fn of_locale(character: char) -> Self {
        match character {
            ',' | '\u{060C}' | '\u{FF0C}' => Self::Comma,
            _ => Self::Point,
        }
    }

    /// The character that is written.
    pub const fn as_char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// Why a text is not a number that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing but white space.
    #[error("Enter a number.")]
    Empty,
    /// Something that is no number, or groups of digits that no way of writing has.
    #[error("This is not a number; write it like 1234 or 1234.5.")]
    NotANumber,
    /// More digits after the decimal mark than are kept. Never rounded away silently.
    #[error("{}", too_many_places(*places))]
    TooManyPlaces {
        /// How many there may be.
        places: usize,
    },
    /// Beyond what can be stored.
    #[error("This number is too large.")]
    TooLarge,
}

fn too_many_places(places: usize) -> String {
    match places {
        0 => "Enter a whole number, without decimals.".into(),
        1 => "Enter at most one digit after the decimal mark.".into(),
        _ => format!("Enter at most {places} digits after the decimal mark."),
    }
}

/// Reads what a person typed into an integer scaled by 10^`places`, by the rules of [`DecimalMark`].
///
/// Without a `mark` a single point or comma is always the decimal mark: for numbers that are never in the thousands.
pub(crate) fn read_typed(text: &str, mark: Option<DecimalMark>, places: u8) -> Result<i64, NumberError> {
    let text = normalise(text).ok_or(NumberError::NotANumber)?;
    let text = text.trim_matches(' ');
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let unsigned = unsigned.trim_start_matches(' ');
    let (whole, fraction) = match decimal_mark_at(unsigned, mark)? {
        // Every mark is one byte after normalising.
        Some(at) => (&unsigned[..at], &unsigned[at + 1..]),
        None => (unsigned, ""),
    };
    let whole = ungroup(whole).ok_or(NumberError::NotANumber)?;
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !is_fraction || (whole.is_empty() && fraction.is_empty()) {
        return Err(NumberError::NotANumber);
    }
    assemble(negative, &whole, fraction, places)
}

/// The Arabic decimal mark `٫`, after normalising; it is only ever a decimal mark.
const ARABIC_MARK: char = '|';

/// Brings a typed number down to ASCII: digits, `-`, `+`, `.`, `,`, a space or `'` between groups, [`ARABIC_MARK`].
/// `None` if there is anything else.
fn normalise(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        plain.push(match character {
            '0'..='9' | '-' | '+' | '.' | ',' | '\'' => character,
            // Marks of writing direction come along when numbers are pasted; they carry no meaning here.
            '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2066}'..='\u{2069}' => continue,
            '\u{2212}' | '\u{FF0D}' | '\u{2010}'..='\u{2013}' => '-',
            '\u{FF0B}' => '+',
            '\u{FF0E}' => '.',
            '\u{FF0C}' | '\u{060C}' => ',',
            '\u{066B}' => ARABIC_MARK,
            '\u{066C}' | '\u{2019}' | '\u{FF07}' => '\'',
            _ if character.is_whitespace() => ' ',
            _ => char::from(b'0' + digit_of(character)?),
        });
    }
    Some(plain)
}

/// The value of a decimal digit of one of the scripts that are typed today. Unicode gives each a run of ten.
fn digit_of(character: char) -> Option<u8> {
    /// Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam, Sinhala,
    /// Thai, Lao, Tibetan, Myanmar, Khmer, Mongolian, full width.
    const ZEROS: [u32; 19] = [
        0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0,
        0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10,
    ];
    let code = u32::from(character);
    let offset = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|offset| *offset < 10))?;
    u8::try_from(offset).ok()
}

/// Where the decimal mark stands, if there is one.
fn decimal_mark_at(text: &str, mark: Option<DecimalMark>) -> Result<Option<usize>, NumberError> {
    let count = |wanted: char| text.chars().filter(|character| *character == wanted).count();
    let (points, commas, arabic) = (count('.'), count(','), count(ARABIC_MARK));
    let candidate = match (points, commas, arabic) {
        (_, _, 1) => return Ok(text.find(ARABIC_MARK)),
        (_, _, 2..) => return Err(NumberError::NotANumber),
        (0, 0, 0) => return Ok(None),
        (1.., 1.., _) => {
            let last = text.rfind(['.', ',']).unwrap_or_default();
            let is_single = if text[last..].starts_with('.') { points == 1 } else { commas == 1 };
            return if is_single { Ok(Some(last)) } else { Err(NumberError::NotANumber) };
        }
        (1, 0, _) => DecimalMark::Point,
        (0, 1, _) => DecimalMark::Comma,
        _ => return Ok(None),
    };
    let at = text.find(candidate.as_char());
    let could_be_thousands = at.is_some_and(|at| {
        let (whole, behind) = (&text[..at], &text[at + 1..]);
        (1..=3).contains(&whole.len())
            && behind.len() == 3
            && !whole.starts_with('0')
            && whole.bytes().chain(behind.bytes()).all(|byte| byte.is_ascii_digit())
    });
    let are_thousands = could_be_thousands && mark.is_some_and(|mark| mark != candidate);
    Ok(if are_thousands { None } else { at })
}

/// The digits of a whole part without its group marks; `None` if they are mixed or stand in impossible places.
fn ungroup(whole: &str) -> Option<String> {
    let is_mark = |character: char| !character.is_ascii_digit();
    let Some(mark) = whole.chars().find(|character| is_mark(*character)) else { return Some(whole.into()) };
    if !matches!(mark, '.' | ',' | ' ' | '\'') || whole.chars().any(|other| is_mark(other) && other != mark) {
        return None;
    }
    let groups: Vec<&str> = whole.split(mark).collect();
    let (last, front) = groups.split_last()?;
    let (first, middle) = front.split_first()?;
    let threes = (1..=3).contains(&first.len()) && middle.iter().all(|group| group.len() == 3);
    let indian = mark == ',' && (1..=2).contains(&first.len()) && middle.iter().all(|group| group.len() == 2);
    (last.len() == 3 && (threes || indian)).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};

    fn cents(text: &str, mark: DecimalMark) -> Result<i64, NumberError> {
        read_typed(text, Some(mark), 2)
    }

    #[test]
    fn every_usual_way_to_write_a_number_is_understood_whatever_the_locale() {
        for mark in [Point, Comma] {
            for text in [
                "1,234.50",
                "1.234,50",
                "1 234,5",
                "1'234.50",
                "1’234,50",
                "1\u{202f}234,50",
                "1\u{a0}234.5",
                "1234.5",
                "1234,50",
                " 1234.50 ",
                "+1234.5",
                "١٬٢٣٤٫٥٠",
                "١٢٣٤٫٥",
                "۱۲۳۴٫۵",
                "１，２３４．５０",
                "१,२३४.५०",
                "\u{200f}1234.50",
                "๑๒๓๔.๕",
            ] {
                assert_eq!(cents(text, mark), Ok(123_450), "{text} {mark:?}");
            }
            for (text, expected) in [
                ("١٢٣", 12_300),
                ("１２３", 12_300),
                ("12,34,567.8", 123_456_780),
                ("1.234.567", 123_456_700),
                ("1,234,567", 123_456_700),
                (".5", 50),
                (",5", 50),
                ("5.", 500),
                ("0", 0),
                ("-0", 0),
                ("−7,5", -750),
                ("- 7.5", -750),
                ("0,5", 50),
                ("007", 700),
                ("12.3400", 1_234),
                ("1234.000", 123_400),
            ] {
                assert_eq!(cents(text, mark), Ok(expected), "{text} {mark:?}");
            }
        }
    }

    #[test]
    fn three_digits_behind_a_single_mark_are_read_as_the_person_writes() {
        assert_eq!(cents("1,234", Point), Ok(123_400));
        assert_eq!(cents("1.234", Comma), Ok(123_400));
        let too_many = Err(NumberError::TooManyPlaces { places: 2 });
        assert_eq!(cents("1.234", Point), too_many);
        assert_eq!(cents("1,234", Comma), too_many);
        assert_eq!(read_typed("1,234", Some(Comma), 6), Ok(1_234_000));
        assert_eq!(read_typed("1,234", Some(Point), 6), Ok(1_234_000_000));
        // Nothing else is ambiguous.
        assert_eq!(read_typed("0,234", Some(Point), 6), Ok(234_000));
        assert_eq!(read_typed("1234,567", Some(Point), 6), Ok(1_234_567_000));
        assert_eq!(read_typed("1 234,567", Some(Point), 6), Ok(1_234_567_000));
        assert_eq!(read_typed("1,234", None, 6), Ok(1_234_000));
    }

    #[test]
    fn what_is_no_number_is_refused_with_a_sentence() {
        for text in [
            "x",
            "1x",
            "€5",
            "1e3",
            "1-2",
            "--1",
            "-",
            "+",
            ".",
            ",",
            "1,23,4",
            "1 23",
            "12 34 567",
            "1,2345,678",
            "1.2.3",
            "1,234.5.6",
            "1.234,567,890",
            "1'234 567",
            "1٫2٫3",
            ",234,567",
            "1.5 5",
            "½",
            "NaN",
            "∞",
            "(5)",
            "1,,234",
        ] {
            assert_eq!(cents(text, Point), Err(NumberError::NotANumber), "{text}");
        }
        assert_eq!(cents(" \u{200f} ", Point), Err(NumberError::Empty));
        assert_eq!(cents(&"9".repeat(3_000), Point), Err(NumberError::TooLarge));
        assert_eq!(NumberError::TooManyPlaces { places: 0 }.to_string(), "Enter a whole number, without decimals.");
        assert_eq!(
            NumberError::TooManyPlaces { places: 2 }.to_string(),
            "Enter at most 2 digits after the decimal mark."
        );
    }

    #[test]
    fn the_locale_s_own_character_gives_the_mark() {
        assert_eq!(DecimalMark::of_locale(','), Comma);
        assert_eq!(DecimalMark::of_locale('.'), Point);
        assert_eq!(DecimalMark::of_locale('٫'), Point);
    }
}
