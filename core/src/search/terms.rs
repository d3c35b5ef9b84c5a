//! The words of all records of one type, each with where it stands: which record, and how much a hit there weighs.

use std::collections::BTreeMap;

use super::near::{Near, near};
use super::quality;
use super::question::{Part, Question};
use super::term::{Glance, NUMBER, Packed, Term};
use super::words::{digits, words};

/// Words of fewer letters must be typed right.
const MIN_LETTERS: usize = 4;
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
        for (term, places) in self.places.range(Term::beginning_with(word)) {
            raise(best, places, if term.len() == word.len() { quality::WHOLE } else { quality::BEGINNING });
        }
        if loose && may_slip(word) {
            // Numbers come before all letters.
            let others = self.places.range(Term::new(BEHIND_NUMBERS)..);
            let glance = Glance::new(word);
            let may_be_near = |term: &Term| glance.as_ref().is_none_or(|glance| glance.may_be_near(term));
            for (term, places) in others.filter(|(term, _)| may_be_near(term)) {
                if let Some(quality) = slipped(word, term.read().word()) {
                    raise(best, places, quality);
                }
            }
        }
    }

    fn number(&self, digits: &str, best: &mut [u16]) {
        let wanted = Packed::new(digits);
        for (term, places) in self.places.range(Term::beginning_with(NUMBER)) {
            let behind = match (wanted, term.digits()) {
                (Some(wanted), Some(number)) => wanted.within(number),
                (None, Some(_)) => None,
                // Longer than any telephone number, and all the same somebody's.
                (_, None) => term.read().word().rfind(digits).map(|at| (term.len() - at - digits.len()) as u32),
            };
            if let Some(behind) = behind {
                // The end of a number is all of it that is dialled nearby.
                raise(best, places, if behind == 0 { quality::WHOLE } else { quality::BEGINNING });
            }
        }
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

/// Whether a slip in a typed word is forgiven.
pub(super) fn may_slip(word: &str) -> bool {
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
