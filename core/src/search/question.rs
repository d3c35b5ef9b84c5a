//! What was typed.

use super::terms::may_slip;
use super::words::{digits, meant};
use crate::index::fold;

/// From so many digits on, some digits in a row find a telephone number.
const FEW_DIGITS: usize = 3;
/// The most words that are looked at.
const MOST: usize = 12;

/// A part of a question; a record must meet each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A word, or its beginning.
    Word(String),
    /// Digits in a row, however they were set apart: of a telephone number; or else each of these words.
    Digits {
        /// The digits, joined.
        joined: String,
        /// The same as words.
        words: Vec<String>,
    },
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// What was typed, folded.
    pub(crate) text: String,
    /// Its parts.
    parts: Vec<Part>,
}

impl Question {
    /// Reads what was typed.
    pub fn new(typed: &str) -> Self {
        let text = fold(typed);
        let mut parts: Vec<Part> = Vec::new();
        let mut number = String::new();
        for piece in text.split(' ').filter(|piece| !piece.is_empty()) {
            if is_number(piece) {
                number.push(' ');
                number.push_str(piece);
                continue;
            }
            end_number(&mut number, &mut parts);
            meant(piece, &mut |word| parts.push(Part::Word(word)));
        }
        end_number(&mut number, &mut parts);
        parts.truncate(MOST);
        Self { text, parts }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What was typed, folded.
    pub fn typed(&self) -> &str {
        &self.text
    }

    /// What a record must meet.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether a slip in any of its words is forgiven.
    pub(crate) fn may_slip(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Word(word) if may_slip(word)))
    }

    /// All its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| {
            match part {
                Part::Word(word) => std::slice::from_ref(word),
                Part::Digits { words, .. } => words,
            }
            .iter()
            .map(String::as_str)
        })
    }
}

/// Whether a piece is digits and what is written between those of a telephone number.
fn is_number(piece: &str) -> bool {
    piece.contains(|c: char| c.is_ascii_digit()) && piece.chars().all(|c| c.is_ascii_digit() || "+()-./#*".contains(c))
}

/// Makes a part of the digits that stood in a row.
fn end_number(number: &mut String, parts: &mut Vec<Part>) {
    let text = std::mem::take(number);
    let mut words = Vec::new();
    meant(&text, &mut |word| words.push(word));
    let joined = digits(&text);
    if joined.len() >= FEW_DIGITS {
        parts.push(Part::Digits { joined, words });
    } else {
        parts.extend(words.into_iter().map(Part::Word));
    }
}
