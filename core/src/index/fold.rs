//! Folding: the form of a text in which “Müller”, “MULLER” and “muller” are one.

use std::sync::OnceLock;

/// A text without accents and capitals, for comparing and searching.
///
/// Compatibility forms become the usual ones (full-width letters, ligatures), Latin letters with a stroke become
/// plain ones, white space becomes single blanks. Signs that make another letter (Japanese voicing, Indic vowels) stay.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        // Most names, and most of a bulk import's time.
        text.chars().for_each(|c| push(&mut folded, c.to_ascii_lowercase()));
    } else {
        for c in decomposed(text).chars().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase) {
            match plain(c) {
                Some(letters) => folded.push_str(letters),
                // Lower-casing can set accents free (İ).
                None if is_accent(c) => {}
                None => push(&mut folded, c),
            }
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// What brings a text into Unicode's form NFKD: letters apart from their accents.
static DECOMPOSE: OnceLock<fn(&str) -> String> = OnceLock::new();

/// Lends the core a function that brings a text into Unicode's form NFKD. In a browser there is none before: its tables are
/// a quarter of a megabyte, and every browser has them already.
pub fn decompose_by(decompose: fn(&str) -> String) {
    // All that lend one lend the same.
    DECOMPOSE.get_or_init(|| decompose);
}

fn decomposed(text: &str) -> String {
    DECOMPOSE.get().map_or_else(|| decomposed_here(text), |decompose| decompose(text))
}

#[cfg(not(target_arch = "wasm32"))]
fn decomposed_here(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfkd(text).collect()
}

#[cfg(target_arch = "wasm32")]
fn decomposed_here(text: &str) -> String {
    text.to_owned()
}

fn push(folded: &mut String, c: char) {
    if !c.is_whitespace() && !c.is_control() {
        folded.push(c);
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic: what people leave out as they type.
const fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Letters that do not decompose, but are typed without their stroke on other keyboards.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_capitals_and_spaces_do_not_matter() {
        for (text, folded) in [
            ("Müller", "muller"),
            ("MULLER", "muller"),
            ("  Ana \t Gómez\n", "ana gomez"),
            ("Straße", "strasse"),
            ("Ørsted Łódź Æther", "orsted lodz aether"),
            ("İstanbul Işık", "istanbul isik"),
            ("Ναύπλιο ΟΔΟΣ", "ναυπλιο οδοσ"),
            ("Ёлка", "елка"),
            ("ＡＣＭＥ ﬁne", "acme fine"),
            ("", ""),
            (" ", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn signs_that_make_another_letter_stay() {
        assert_ne!(fold("か"), fold("が"));
        assert_ne!(fold("कि"), fold("का"));
        assert_eq!(fold("한국"), fold("한국"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Ǆ Ünïcødé İI", "Müller & Söhne", "株式会社テスト", "שָׁלוֹם", "ﷺ"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }
}
