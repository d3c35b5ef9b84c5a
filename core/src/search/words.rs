//! Cutting a folded text into words.

/// The longest word, in bytes; what is longer is cut there, in texts and in questions alike.
pub(super) const MAX_WORD: usize = 23;

/// Visits the words of a folded text ([`fold`](crate::index::fold)): runs of letters and digits.
///
/// A word with an apostrophe is one without it, and one of what follows it: “o'brien” is found as “obrien” and as “brien”. In
/// scripts without blanks between words (Chinese, Japanese, Thai) every place is taken for the beginning of one.
pub fn words(folded: &str, visit: &mut dyn FnMut(&str)) {
    let mut rest = folded;
    loop {
        rest = &rest[until(rest, is_letter)..];
        if rest.is_empty() {
            break;
        }
        let mut end = run(rest);
        if has_apostrophe(&rest[end..]) {
            let mut joined = rest[..end].to_owned();
            while has_apostrophe(&rest[end..]) {
                let tail = rest[end..].trim_start_matches(is_apostrophe);
                let from = rest.len() - tail.len();
                end = from + run(tail);
                joined.push_str(&rest[from..end]);
                visit(cut(&rest[from..end]));
            }
            visit(cut(&joined));
        } else if !rest[..end].is_ascii() && rest[..end].contains(is_unspaced) {
            for (at, _) in rest[..end].char_indices() {
                visit(cut(&rest[at..end]));
            }
        } else {
            visit(cut(&rest[..end]));
        }
        rest = &rest[end..];
    }
}

/// The same as a question means them: of a word with an apostrophe only the whole, of a script without blanks only the run.
pub(super) fn meant(folded: &str, visit: &mut dyn FnMut(String)) {
    let plain: String = folded.chars().filter(|c| !is_apostrophe(*c)).collect();
    for word in plain.split(|c: char| !is_letter(c)).filter(|word| !word.is_empty()) {
        visit(cut(word).to_owned());
    }
}

/// The digits of a telephone number, without what is dialled before it within a country or out of it.
pub(super) fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// Letters with the signs that belong to them, and digits.
pub(super) fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || !c.is_whitespace() && is_sign(c) }
}

/// Vowel and voicing signs of scripts whose signs stay when a text is folded.
const fn is_sign(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{eb1}'..='\u{ece}' | '\u{f71}'..='\u{fbc}'
        | '\u{102b}'..='\u{103e}' | '\u{17b4}'..='\u{17d3}' | '\u{3099}' | '\u{309a}' | '\u{1100}'..='\u{11ff}')
}

pub(super) const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`' | '´')
}

/// Whether a word goes on behind an apostrophe.
fn has_apostrophe(rest: &str) -> bool {
    // Most words have a blank behind them, or nothing.
    rest.bytes().next().is_some_and(|byte| byte == b'\'' || byte == b'`' || !byte.is_ascii())
        && rest.starts_with(is_apostrophe)
        && rest.trim_start_matches(is_apostrophe).starts_with(is_letter)
}

/// Letters of scripts that are written without blanks between words.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// How many bytes of a text are letters.
fn run(text: &str) -> usize {
    until(text, |c| !is_letter(c))
}

/// Where the first character of a kind is, or the end. Byte by byte as far as it is ASCII, which most of all text is.
fn until(text: &str, is_wanted: impl Fn(char) -> bool) -> usize {
    let bytes = text.as_bytes();
    let ascii = bytes.iter().position(|byte| !byte.is_ascii() || is_wanted(char::from(*byte)));
    match ascii.and_then(|at| Some((at, bytes.get(at)?))) {
        None => text.len(),
        Some((at, byte)) if byte.is_ascii() => at,
        Some((at, _)) => text[at..].find(is_wanted).map_or(text.len(), |beyond| at + beyond),
    }
}

fn cut(word: &str) -> &str {
    &word[..word.floor_char_boundary(MAX_WORD)]
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn byte_by_byte_comes_to_the_same(text in "[ -~é’か\u{e31}\u{300}Ж٣株]{0,24}") {
            proptest::prop_assert_eq!(until(&text, is_letter), text.find(is_letter).unwrap_or(text.len()));
            proptest::prop_assert_eq!(run(&text), text.find(|c| !is_letter(c)).unwrap_or(text.len()));
        }
    }
}
