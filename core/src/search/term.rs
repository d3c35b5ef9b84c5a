//! One word among those of all records, made to be compared at a glance: a search looks at each of a hundred thousand.

use std::ops::RangeInclusive;

use super::words::MAX_WORD;

/// A telephone number stands among the words behind this sign, which no word has.
pub(super) const NUMBER: &str = "#";

/// A word. Its letters are in the map itself: a look at all of a hundred thousand would otherwise wait for the memory at each. And
/// they are numbers, the first letter highest, since those are compared at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    /// Zeros behind the word, which no word has inside, and its length in the last byte: so terms are in the order of their words.
    letters: [u64; 3],
}

/// The letters of a word, to be read.
pub(super) struct Letters {
    bytes: [u8; MAX_WORD + 1],
}

impl Term {
    pub(super) fn new(word: &str) -> Self {
        let word = &word.as_bytes()[..word.floor_char_boundary(MAX_WORD)];
        let mut bytes = [0; MAX_WORD + 1];
        bytes[..word.len()].copy_from_slice(word);
        bytes[MAX_WORD] = word.len() as u8;
        let (eights, _) = bytes.as_chunks();
        Self { letters: [0, 1, 2].map(|at| eights.get(at).map_or(0, |eight| u64::from_be_bytes(*eight))) }
    }

    pub(super) const fn len(&self) -> usize {
        (self.letters[2] & 0xff) as usize
    }

    pub(super) fn read(&self) -> Letters {
        let mut bytes = [0; MAX_WORD + 1];
        let (eights, _) = bytes.as_chunks_mut();
        for (eight, letters) in eights.iter_mut().zip(self.letters) {
            *eight = letters.to_be_bytes();
        }
        Letters { bytes }
    }

    /// All terms that begin with a word.
    pub(super) fn beginning_with(word: &str) -> RangeInclusive<Self> {
        let first = Self::new(word);
        // No letter is that great, and no length.
        let behind = |at: usize| {
            let taken = 8 * first.len().saturating_sub(8 * at).min(8) as u32;
            first.letters[at] | u64::MAX.checked_shr(taken).unwrap_or(0)
        };
        let last = Self { letters: [behind(0), behind(1), behind(2)] };
        first..=last
    }

    /// The digits of a telephone number behind its sign, four bits each, if they are not more than telephone numbers have.
    pub(super) fn digits(&self) -> Option<Packed> {
        let [head, tail, _] = self.letters;
        let count = (self.len() - NUMBER.len()) as u32;
        // The sign goes, and what is zero behind the last digit.
        let digits = (pack(head) & 0x0fff_ffff) << 32 | pack(tail);
        (count <= Packed::MOST).then(|| Packed { digits: digits >> (4 * (Packed::MOST - count)), count })
    }
}

/// The digits of eight letters, four bits each.
const fn pack(letters: u64) -> u64 {
    let digits = letters & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (digits | digits >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    (fours | fours >> 16) & 0xffff_ffff
}

/// Some digits, four bits each, the last one lowest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packed {
    digits: u64,
    count: u32,
}

impl Packed {
    /// The most digits of a telephone number (ITU-T E.164).
    const MOST: u32 = 15;

    /// `None` if they are more than that.
    pub(super) fn new(digits: &str) -> Option<Self> {
        (digits.len() <= Self::MOST as usize).then(|| Term::new(&format!("{NUMBER}{digits}")).digits()).flatten()
    }

    /// Where these digits stand in a number: how many stand behind them, if they stand in it.
    pub(super) fn within(self, number: Self) -> Option<u32> {
        let behind_most = number.count.checked_sub(self.count)?;
        // Most numbers have not even the first two of them in a row.
        if self.count >= 2 {
            let [first, second] = [1, 2].map(|place| number.all(self.digits >> (4 * (self.count - place)) & 0xf));
            if first & (second << 4) == 0 {
                return None;
            }
        }
        let mask = !(u64::MAX << (4 * self.count));
        let mut rest = number.digits;
        for behind in 0..=behind_most {
            if rest & mask == self.digits {
                return Some(behind);
            }
            rest >>= 4;
        }
        None
    }

    /// All places of a digit: the highest bit of each. Also those before the first one, for a zero.
    const fn all(self, digit: u64) -> u64 {
        const LOW: u64 = 0x7777_7777_7777_7777;
        let other = self.digits ^ (digit * 0x1111_1111_1111_1111);
        !(((other & LOW) + LOW) | other | LOW)
    }
}

/// Tells at a glance which words one that was typed cannot be near, of all words that there are.
///
/// One slip is either behind the first letters, which then are the same; or else it is among those, and what follows is the same,
/// moved by one letter at most. Anything may be near a word of others than ASCII letters there, of which a letter is several bytes.
pub(super) struct Glance {
    first: Same,
    middle: [Same; 3],
    foreign: u64,
}

/// Some of the first eight letters of a word.
#[derive(Debug, Clone, Copy)]
struct Same {
    mask: u64,
    letters: u64,
}

impl Same {
    /// These, from a place on.
    fn at(from: usize, some: &[u8]) -> Self {
        let (mut mask, mut letters) = ([0; 8], [0; 8]);
        for (at, letter) in (from..8).zip(some) {
            (mask[at], letters[at]) = (u8::MAX, *letter);
        }
        Self { mask: u64::from_be_bytes(mask), letters: u64::from_be_bytes(letters) }
    }

    const fn is_in(self, term: &Term) -> bool {
        term.letters[0] & self.mask == self.letters
    }
}

impl Glance {
    /// `None` if nothing can be told of the word.
    pub(super) fn new(typed: &str) -> Option<Self> {
        // More first letters are rarer, and leave less of what follows.
        let first = if typed.len() < 6 { 1 } else { 2 };
        let (head, rest) = typed.is_ascii().then(|| typed.as_bytes().split_at_checked(first)).flatten()?;
        let (_, follows) = rest.split_first()?;
        let middle = [0, 1, 2].map(|moved| Same::at(first + moved, follows));
        let foreign = Same::at(0, &[0x80; 2][..first]).letters;
        Some(Self { first: Same::at(0, head), middle, foreign })
    }

    pub(super) fn may_be_near(&self, term: &Term) -> bool {
        self.first.is_in(term) || self.middle.iter().any(|same| same.is_in(term)) || term.letters[0] & self.foreign != 0
    }
}

impl Letters {
    fn bytes(&self) -> &[u8] {
        self.bytes.split_last().and_then(|(len, letters)| letters.get(..usize::from(*len))).unwrap_or_default()
    }

    pub(super) fn word(&self) -> &str {
        // It was one, cut between two letters.
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search::near;

    proptest! {
        #[test]
        fn what_is_near_a_word_is_not_overlooked(typed in "[abß株]{0,3}[ab]{2,8}", word in "[abß株]{0,4}[ab]{0,12}") {
            if let Some(glance) = Glance::new(&typed) {
                prop_assert!(near(&typed, &word).is_none() || glance.may_be_near(&Term::new(&word)));
            }
        }

        #[test]
        fn terms_that_begin_with_a_word_are_those(word in "[ab]{0,4}|a{5,30}", term in "[ab]{0,6}|a{5,30}[ab]{0,3}") {
            let (short, term) = (&word[..word.len().min(MAX_WORD)], &term[..term.len().min(MAX_WORD)]);
            prop_assert_eq!(Term::beginning_with(&word).contains(&Term::new(term)), term.starts_with(short));
        }

        #[test]
        fn digits_are_found_where_they_stand(wanted in "[0-2]{1,17}", number in "[0-2]{1,17}") {
            let term = Term::new(&format!("{NUMBER}{number}"));
            prop_assert_eq!(term.digits().is_some(), number.len() <= 15);
            if let (Some(wanted_digits), Some(digits)) = (Packed::new(&wanted), term.digits()) {
                let behind = number.rfind(&wanted).map(|at| (number.len() - at - wanted.len()) as u32);
                prop_assert_eq!(wanted_digits.within(digits), behind);
            }
        }
    }
}
