//! What is shown of a record that was found: its title and one more line, with what was meant marked.

use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;

use super::question::{Part, Question};
use super::terms::meets;
use super::words::{is_apostrophe, is_letter};
use crate::index::fold;
use crate::record::Record;
use crate::records::Address;
use crate::schema::{Field, Kind, Schema};
use crate::sorting::Order;

/// How much of a text is shown, in characters.
const MOST: usize = 110;
/// How much of that stands before what is marked.
const BEFORE: usize = 28;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Whether this is what was meant.
    pub marked: bool,
}

/// Two lines of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// What it is called; empty if it has no title.
    pub title: Vec<Piece>,
    /// What the second line is, such as “Phone”; empty if that is the record's usual one.
    pub label: &'static str,
    /// The second line: the usual one, or where the rest of what was typed was found.
    pub second: Vec<Piece>,
}

/// Visits the texts in a value that a search looks through.
pub(crate) fn texts(kind: Kind, value: &Value, visit: &mut dyn FnMut(&str)) {
    match kind {
        Kind::Text | Kind::LongText => visit(value.as_str().unwrap_or_default()),
        Kind::Emails | Kind::Phones => {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).for_each(visit);
        }
        Kind::Address => {
            if let Ok(address) = Address::deserialize(value) {
                visit(&address.lines().join(", "));
            }
        }
        _ => {}
    }
}

/// The two lines of a record for a question.
pub fn show(schema: &Schema, record: &Record, question: &Question) -> Shown {
    let title = line(record.text(schema.list.title));
    let usual = line(record.text(schema.list.subtitle));
    let parts: Vec<&Part> = question.parts().iter().filter(|part| meet(part, &title).is_empty()).collect();
    let met = |text: &str| parts.iter().filter(|part| !meet(part, text).is_empty()).count();
    let mut second = (met(&usual), "", usual);
    let searched = |field: &&Field| field.search > 0 && field.name != schema.list.title && second.0 < parts.len();
    let others: Vec<&Field> =
        schema.fields.iter().filter(searched).filter(|f| f.name != schema.list.subtitle).collect();
    for field in others {
        let Some(value) = record.get(field.name) else { continue };
        texts(field.kind, value, &mut |text| {
            let text = line(text);
            let count = met(&text);
            if count > second.0 {
                second = (count, field.label, text);
            }
        });
    }
    let (_, label, text) = second;
    Shown { title: marked(&title, question), label, second: marked(&text, question) }
}

/// A text in one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line in pieces, cut so that the first that is marked can be seen.
pub fn marked(text: &str, question: &Question) -> Vec<Piece> {
    let mut marks: Vec<Range<usize>> = question.parts().iter().flat_map(|part| meet(part, text)).collect();
    marks.order_by_key(|mark| (mark.start, mark.end));
    let (from, to) = seen(text, marks.first());
    let mut pieces = Vec::new();
    let mut put = |text: String, marked| {
        if !text.is_empty() {
            pieces.push(Piece { text, marked });
        }
    };
    let mut at = from;
    put(if from > 0 { "…".to_owned() } else { String::new() }, false);
    for mark in marks {
        let (start, end) = (mark.start.max(at), mark.end.min(to));
        if start < end {
            put(text[at..start].to_owned(), false);
            put(text[start..end].to_owned(), true);
            at = end;
        }
    }
    put(format!("{}{}", &text[at..to], if to < text.len() { "…" } else { "" }), false);
    pieces
}

/// From where to where a text is shown.
fn seen(text: &str, mark: Option<&Range<usize>>) -> (usize, usize) {
    let after =
        |from: usize, chars: usize| text[from..].char_indices().nth(chars).map_or(text.len(), |(at, _)| from + at);
    let fits = after(0, MOST);
    let from = match mark {
        Some(mark) if mark.end > fits => {
            let near = text[..mark.start].char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
            // At a word's beginning, if one is near.
            text[near..mark.start].find(' ').map_or(near, |at| near + at + 1)
        }
        _ => 0,
    };
    (from, after(from, MOST))
}

/// Where in a text a part of a question is met.
fn meet(part: &Part, text: &str) -> Vec<Range<usize>> {
    let marks = |word: &String| spans(text).into_iter().filter_map(|span| within(text, span, word)).collect::<Vec<_>>();
    match part {
        Part::Word(word) => marks(word),
        Part::Digits { joined, words } => {
            let digits: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
            let all: String = digits.iter().map(|(_, digit)| digit).collect();
            let place = |at: usize| digits.get(at).map(|(place, _)| *place);
            let found = all.find(joined.as_str()).and_then(|at| Some(place(at)?..place(at + joined.len() - 1)? + 1));
            if let Some(found) = found {
                return vec![found];
            }
            let each: Vec<_> = words.iter().map(marks).collect();
            if each.iter().any(Vec::is_empty) { Vec::new() } else { each.into_iter().flatten().collect() }
        }
    }
}

/// Where the words of a text as it is written are, with their accents and apostrophes.
fn spans(text: &str) -> Vec<Range<usize>> {
    let belongs = |c: char| is_letter(c) || is_apostrophe(c) || matches!(c, '\u{300}'..='\u{36f}');
    let mut spans = Vec::new();
    let mut begin = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (belongs(c), begin) {
            (true, None) => begin = Some(at),
            (false, Some(start)) => {
                spans.push(start..at);
                begin = None;
            }
            _ => {}
        }
    }
    spans
}

/// What of a word of a text is what was typed.
fn within(text: &str, span: Range<usize>, typed: &str) -> Option<Range<usize>> {
    let word = &text[span.clone()];
    let folded: Vec<(usize, String)> = word
        .char_indices()
        .filter(|(_, c)| !is_apostrophe(*c))
        .map(|(at, c)| (at, fold(c.encode_utf8(&mut [0; 4]))))
        .collect();
    let all: String = folded.iter().map(|(_, letter)| letter.as_str()).collect();
    let begins_inside = word.contains(is_apostrophe) || !all.is_ascii();
    let start = match all.find(typed) {
        Some(at) if at == 0 || begins_inside => at,
        // With a slip all of the word is marked.
        _ => return meets(typed, &all, true).map(|_| span),
    };
    let mut length = 0;
    let mut mark = None::<Range<usize>>;
    for (at, letter) in folded {
        let inside = length >= start && length < start + typed.len() || letter.is_empty() && mark.is_some();
        if inside {
            let first = mark.map_or(at, |mark| mark.start);
            mark = Some(first..at + word[at..].chars().next().map_or(0, char::len_utf8));
        }
        length += letter.len();
        if length >= start + typed.len() && mark.is_some() && !inside {
            break;
        }
    }
    mark.map(|mark| span.start + mark.start..span.start + mark.end)
}
