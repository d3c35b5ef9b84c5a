//! The words of all records of one type, each with where it stands: which record, and how much a hit there weighs.

use std::collections::BTreeMap;

use super::near::{Near, near};
use super::quality;
use super::question::{Part, Question};
use super::words::{MAX_WORD, digits, words};

/// Words of fewer letters must be typed right.
const MIN_LETTERS: usize = 4;
/// A telephone number stands among the words behind this sign, which no word has.
const NUMBER: &str = "#";
/// What comes behind all telephone numbers and all words that begin with a digit.
const BEHIND_NUMBERS: &str = ":";
/// A line of a row's text begins with a control character, which says the weight of its field in these bits.
const WEIGHT: u8 = 0x0f;
/// And in this one, whether it is a telephone number.
const IS_NUMBER: u8 = 0x10;

/// The sign that a line of a field of this weight begins with.
pub(crate) fn line_mark(weight: u8, is_number: bool) -> char {
    char::from(weight.clamp(1, WEIGHT) | if is_number { IS_NUMBER } else { 0 })
}

/// The texts of one row: its title and the lines behind it, each after its mark; and words of long texts besides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Texts<'a> {
    /// The title and the lines.
    pub(crate) hay: &'a str,
    /// Words of long texts, which weigh least.
    pub(crate) words: &'a str,
    /// How much a hit in the title weighs.
    pub(crate) title: u8,
}

impl Texts<'_> {
    /// Visits each word with its weight, some of them more than once.
    fn each(&self, visit: &mut dyn FnMut(&str, u8)) {
        let mut weight = self.title;
        let mut is_number = false;
        let mut rest = self.hay;
        for at in 0.. {
            // No byte within another character looks like a mark.
            let end = rest.bytes().position(|byte| byte.is_ascii_control());
            let text = &rest[..end.unwrap_or(rest.len())];
            if is_number {
                let number = digits(text);
                if !number.is_empty() {
                    visit(&format!("{NUMBER}{number}"), weight);
                }
            } else {
                // What a record is called by begins with its first word.
                let mut first = at == 0;
                words(text, &mut |word| visit(word, weight + u8::from(std::mem::take(&mut first))));
            }
            let Some((end, mark)) = end.and_then(|end| Some((end, rest.as_bytes().get(end)?))) else { break };
            (weight, is_number) = (mark & WEIGHT, mark & IS_NUMBER != 0);
            rest = &rest[end + 1..];
        }
        words(self.words, &mut |word| visit(word, 1));
    }
}

/// A word. Its letters are in the map itself: a look at all of a hundred thousand would otherwise wait for the memory at each. And
/// they are numbers, the first letter highest, since those are compared at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    /// Zeros behind the word, which no word has inside, and its length in the last byte: so terms are in the order of their words.
    letters: [u64; 3],
}

/// The letters of a word, to be read.
struct Letters {
    bytes: [u8; MAX_WORD + 1],
}

impl Term {
    fn new(word: &str) -> Self {
        let word = &word.as_bytes()[..word.floor_char_boundary(MAX_WORD)];
        let mut bytes = [0; MAX_WORD + 1];
        bytes[..word.len()].copy_from_slice(word);
        bytes[MAX_WORD] = word.len() as u8;
        let (eights, _) = bytes.as_chunks();
        Self { letters: [0, 1, 2].map(|at| eights.get(at).map_or(0, |eight| u64::from_be_bytes(*eight))) }
    }

    const fn len(&self) -> usize {
        (self.letters[2] & 0xff) as usize
    }

    fn read(&self) -> Letters {
        let mut bytes = [0; MAX_WORD + 1];
        let (eights, _) = bytes.as_chunks_mut();
        for (eight, letters) in eights.iter_mut().zip(self.letters) {
            *eight = letters.to_be_bytes();
        }
        Letters { bytes }
    }

    /// Whether a typed word may be near this one, by a glance at their first two letters. For others than Latin letters any may.
    fn may_be_near(&self, typed: &[u8]) -> bool {
        let [first, second, ..] = self.letters[0].to_be_bytes();
        match typed {
            [one, two, ..] if one.is_ascii() && first.is_ascii() => {
                *one == first || *two == second || *one == second || *two == first
            }
            _ => true,
        }
    }
}

impl Letters {
    fn bytes(&self) -> &[u8] {
        self.bytes.split_last().and_then(|(len, letters)| letters.get(..usize::from(*len))).unwrap_or_default()
    }

    fn word(&self) -> &str {
        // It was one, cut between two letters.
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

/// See the module's documentation. A place is the row's slot, four bits up, and the weight.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Terms {
    places: BTreeMap<Term, Vec<u32>>,
}

impl Terms {
    /// Takes a row that it does not have.
    pub(crate) fn add(&mut self, slot: u32, texts: Texts<'_>) {
        let least = slot << 4;
        texts.each(&mut |word, weight| {
            let place = least | u32::from(weight.min(WEIGHT));
            let places = self.places.entry(Term::new(word)).or_default();
            match places.last() {
                // As a rule rows come in their order.
                None => places.push(place),
                Some(last) if *last < least => places.push(place),
                Some(_) => {
                    let at = places.partition_point(|other| *other < least);
                    match places.get_mut(at).filter(|other| **other >> 4 == slot) {
                        Some(other) => *other = place.max(*other),
                        None => places.insert(at, place),
                    }
                }
            }
        });
    }

    /// Takes out a row that it has, with the texts that it has it with.
    pub(crate) fn remove(&mut self, slot: u32, texts: Texts<'_>) {
        texts.each(&mut |word, _| {
            let term = Term::new(word);
            let Some(places) = self.places.get_mut(&term) else { return };
            let at = places.partition_point(|other| *other < slot << 4);
            if places.get(at).is_some_and(|place| place >> 4 == slot) {
                places.remove(at);
            }
            if places.is_empty() {
                self.places.remove(&term);
            }
        });
    }

    /// How well each row meets all parts of a question, by slot; zero where it lacks one. `slots` is how many rows there are.
    pub(crate) fn scores(&self, question: &Question, loose: bool, slots: usize) -> Vec<u16> {
        let mut total: Option<Vec<u16>> = None;
        let mut best = vec![0; slots];
        for part in question.parts() {
            best.fill(0);
            self.part(part, loose, &mut best);
            match &mut total {
                None => total = Some(best.clone()),
                Some(total) => both(total, &best),
            }
        }
        total.unwrap_or_default()
    }

    /// How well each row meets a part.
    fn part(&self, part: &Part, loose: bool, best: &mut [u16]) {
        match part {
            Part::Word(word) => self.word(word, loose, best),
            Part::Digits { joined, words } => {
                if let [first, others @ ..] = words.as_slice() {
                    self.word(first, false, best);
                    for word in others {
                        let mut more = vec![0; best.len()];
                        self.word(word, false, &mut more);
                        both(best, &more);
                    }
                }
                self.number(joined, best);
            }
        }
    }

    fn word(&self, word: &str, loose: bool, best: &mut [u16]) {
        for (term, places) in self.beginning_with(word) {
            raise(best, places, if term.len() == word.len() { quality::WHOLE } else { quality::BEGINNING });
        }
        if loose && may_slip(word) {
            // Numbers come before all letters.
            let others = self.places.range(Term::new(BEHIND_NUMBERS)..);
            for (term, places) in others.filter(|(term, _)| term.may_be_near(word.as_bytes())) {
                if let Some(quality) = slipped(word, term.read().word()) {
                    raise(best, places, quality);
                }
            }
        }
    }

    fn number(&self, digits: &str, best: &mut [u16]) {
        let wanted = digits.as_bytes();
        for (term, places) in self.beginning_with(NUMBER) {
            let letters = term.read();
            if let Some(at) = letters.bytes()[NUMBER.len()..].windows(wanted.len()).position(|some| some == wanted) {
                // The end of a number is all of it that is dialled nearby.
                let ends = at + digits.len() + NUMBER.len() == term.len();
                raise(best, places, if ends { quality::WHOLE } else { quality::BEGINNING });
            }
        }
    }

    fn beginning_with(&self, word: &str) -> impl Iterator<Item = (&Term, &Vec<u32>)> {
        let begins = move |term: &Term| term.read().bytes().starts_with(word.as_bytes());
        self.places.range(Term::new(word)..).take_while(move |(term, _)| begins(term))
    }
}

/// How well a word of a text meets one that was typed.
pub(super) fn meets(typed: &str, word: &str, loose: bool) -> Option<u16> {
    match word.strip_prefix(typed) {
        Some("") => Some(quality::WHOLE),
        Some(_) => Some(quality::BEGINNING),
        None if loose && may_slip(typed) => slipped(typed, word),
        None => None,
    }
}

fn may_slip(word: &str) -> bool {
    word.chars().count() >= MIN_LETTERS && !word.contains(|c: char| c.is_ascii_digit())
}

fn slipped(typed: &str, word: &str) -> Option<u16> {
    match near(typed, word)? {
        Near::Whole => Some(quality::SLIP),
        Near::Beginning => Some(quality::SLIPPED_BEGINNING),
    }
}

fn raise(best: &mut [u16], places: &[u32], quality: u16) {
    for place in places {
        if let Some(best) = best.get_mut((place >> 4) as usize) {
            let weight = (place & u32::from(WEIGHT)) as u16;
            *best = (*best).max(weight * quality);
        }
    }
}

/// Only what meets both stays.
fn both(total: &mut [u16], more: &[u16]) {
    for (total, more) in total.iter_mut().zip(more) {
        *total = if *total == 0 || *more == 0 { 0 } else { total.saturating_add(*more) };
    }
}
