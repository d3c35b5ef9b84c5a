//! Folding: the form of a text in which “Müller”, “MULLER” and “muller” are one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A text without accents and capitals, for comparing and searching.
///
/// Compatibility forms become the usual ones (full-width letters, ligatures), Latin letters with a stroke become
/// plain ones, white space becomes single blanks. Signs that make another letter (Japanese voicing, Indic vowels) stay.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        // Most names, and most of a bulk import's time.
        for byte in text.bytes() {
            if byte.is_ascii_graphic() {
                folded.push(char::from(byte.to_ascii_lowercase()));
            } else if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
    } else {
        let mut letters = String::with_capacity(text.len() + 8);
        decompose(text, &mut letters);
        for c in letters.chars().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase) {
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

thread_local! {
    /// What letters decompose into: a browser's tables are asked once for each, not with each name.
    static LETTERS: RefCell<BTreeMap<char, Box<str>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Lends the core a function that brings a text into Unicode's form NFKD. In a browser there is none before: its tables are
/// a quarter of a megabyte, and every browser has them already.
pub fn decompose_by(decompose: fn(&str) -> String) {
    // All that lend one lend the same.
    DECOMPOSE.get_or_init(|| decompose);
}

/// Adds a text's letters and accents, letter by letter where that comes to the same.
fn decompose(text: &str, into: &mut String) {
    if !text.chars().all(is_by_itself) {
        return into.push_str(&decomposed(text));
    }
    LETTERS.with_borrow_mut(|letters| {
        for c in text.chars() {
            match c {
                '\0'..='\x7f' | '\u{4e00}'..='\u{9fff}' => into.push(c),
                _ => into.push_str(letters.entry(c).or_insert_with(|| decomposed(c.encode_utf8(&mut [0; 4])).into())),
            }
        }
    });
}

/// Whether a letter decomposes as it does alone, whatever stands beside it: those of Europe, whose accents are dropped in any
/// order, the ideographs, and the syllables of Japan and Korea. Elsewhere signs are put into an order among each other.
const fn is_by_itself(c: char) -> bool {
    matches!(c, '\0'..='\u{482}' | '\u{48a}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}' | '\u{3041}'..='\u{3096}'
        | '\u{30a0}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
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

    proptest::proptest! {
        #[test]
        fn letter_by_letter_comes_to_the_same(text in "[ -\u{590}\u{1e00}-\u{2000}\u{3040}-\u{3100}\u{4e00}-\u{a000}\u{ac00}-\u{d7b0}か\u{3099}]{0,12}") {
            let whole: String = super::decomposed(&text).chars().filter(|c| !super::is_accent(*c)).collect();
            let mut letters = String::new();
            super::decompose(&text, &mut letters);
            letters.retain(|c| !super::is_accent(c));
            proptest::prop_assert_eq!(letters, whole);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Ǆ Ünïcødé İI", "Müller & Söhne", "株式会社テスト", "שָׁלוֹם", "ﷺ"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }
}
