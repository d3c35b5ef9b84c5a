//! One slip of the keyboard.

/// How a word is met but for one slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    /// Its beginning is.
    Beginning,
    /// All of it is.
    Whole,
}

/// Whether `typed` is `word`, or its beginning, but for one letter that is wrong, missing or too much, or two that changed places.
/// Both are folded; a letter is a character.
pub fn near(typed: &str, word: &str) -> Option<Near> {
    let same = common(typed, word);
    let (typed, word) = (&typed[same..], &word[same..]);
    let mut letters = (typed.chars(), word.chars());
    let (t, w) = (letters.0.next(), letters.1.next());
    let (t_rest, w_rest) = (letters.0.as_str(), letters.1.as_str());
    let (Some(t), Some(w)) = (t, w) else {
        // Nothing is wrong; or one letter too much at the end.
        return match (t, w) {
            (None, None) => Some(Near::Whole),
            (None, Some(_)) => Some(if w_rest.is_empty() { Near::Whole } else { Near::Beginning }),
            (Some(_), _) => t_rest.is_empty().then_some(Near::Whole),
        };
    };
    let ends = |typed: &str, word: &str| {
        word.strip_prefix(typed).map(|rest| if rest.is_empty() { Near::Whole } else { Near::Beginning })
    };
    let swapped = || {
        let (t_after, w_after) = (t_rest.strip_prefix(w)?, w_rest.strip_prefix(t)?);
        ends(t_after, w_after)
    };
    [ends(t_rest, w_rest), ends(t_rest, word), ends(typed, w_rest), swapped()].into_iter().max().flatten()
}

/// How many bytes of whole characters two texts begin with in common.
fn common(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    if a.len() == same && b.is_char_boundary(same) { same } else { a.floor_char_boundary(same) }
}
