//! Search over all record types: which records are meant by a few typed letters, and what of each is shown for it.
//!
//! A text is cut into [`words`]; a [`Question`] is what was typed, in the same words. A record is found if it has each of them, whole
//! or as a word's beginning; a telephone number by any three or more of its digits in a row. If that finds too little, one
//! slip of the keyboard in each longer word is forgiven ([`near`]). The words of all records of a type are kept with the places at
//! which they stand (`Terms`); the memory index ([`crate::index`]) has one for each of its types and brings it up to date with every row
//! it takes, so that whatever changes a record changes what is found.
//!
//! Which fields are searched, and how much a hit in each weighs, the list of fields says ([`crate::schema::Field::search`]).

mod near;
mod question;
mod show;
mod term;
mod terms;
mod words;

pub use near::{Near, near};
pub use question::{Part, Question};
pub use show::{Piece, Shown, marked, show};
pub use words::words;

pub(crate) use show::texts;
pub(crate) use terms::{Terms, Texts, line_mark};

use crate::record::RecordKey;

/// If fewer are found as typed, slips of the keyboard are forgiven.
pub(crate) const FEW: usize = 5;

/// How well a word is met.
pub(crate) mod quality {
    /// The whole word.
    pub(crate) const WHOLE: u16 = 8;
    /// A word's beginning, or some digits of a number.
    pub(crate) const BEGINNING: u16 = 6;
    /// The whole word but for one slip.
    pub(crate) const SLIP: u16 = 2;
    /// A word's beginning but for one slip.
    pub(crate) const SLIPPED_BEGINNING: u16 = 1;
}

/// A record that is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub key: RecordKey,
    /// How well it fits; greater is better. Comparable within one answer only.
    pub score: u32,
}

/// What is found: the best, best first, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The best, best first.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub total: usize,
}

/// How well a short text of the program's own (a command's name) fits what was typed: `None` if it lacks a word of it. With
/// slips forgiven only if `loose`.
pub fn fit(question: &Question, text: &str, loose: bool) -> Option<u32> {
    let folded = crate::index::fold(text);
    let mut have: Vec<String> = Vec::new();
    words(&folded, &mut |word| have.push(word.to_owned()));
    let mut sum = 0;
    for word in question.words() {
        let met = have.iter().enumerate().filter_map(|(at, have)| {
            let quality = terms::meets(word, have, loose)?;
            // The first word says what it does.
            Some(u32::from(quality) * if at == 0 { 11 } else { 10 })
        });
        sum += met.max()?;
    }
    (sum > 0).then_some(sum)
}

#[cfg(test)]
mod tests;
