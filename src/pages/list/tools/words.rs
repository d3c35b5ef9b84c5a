//! What filters are called.

use outpost_core::filter::{CHANGED, Operator};
use outpost_core::schema::{Kind, Schema};

use crate::components::Choice;

/// What is asked of a field, in words that stand behind its name.
pub(super) const fn operator(op: Operator) -> &'static str {
    match op {
        Operator::Is | Operator::Days => "is",
        Operator::IsNot => "is not",
        Operator::Contains => "contains",
        Operator::Lacks => "does not contain",
        Operator::AtLeast => "is at least",
        Operator::AtMost => "is at most",
        Operator::From => "is on or after",
        Operator::Until => "is on or before",
        Operator::Empty => "is empty",
        Operator::Filled => "is not empty",
    }
}

/// Spans of days around today, and what they are called.
const SPANS: [(&str, &str); 9] = [
    ("0,0", "today"),
    ("-1,-1", "yesterday"),
    ("1,1", "tomorrow"),
    ("-6,0", "in the last 7 days"),
    ("-29,0", "in the last 30 days"),
    ("0,6", "in the next 7 days"),
    ("0,29", "in the next 30 days"),
    (",-1", "before today"),
    ("1,", "after today"),
];

/// The spans that are offered.
pub(super) fn spans() -> Vec<Choice> {
    SPANS.into_iter().map(|(span, label)| Choice::new(span, label)).collect()
}

/// The fields that a list can be filtered by.
pub(super) fn fields(schema: &Schema) -> Vec<Choice> {
    let list = schema.list;
    let seen =
        |name: &str| [list.title, list.subtitle, list.facet, list.amount, list.date, list.moment].contains(&name);
    let asked = schema.fields.iter().filter(|field| field.in_form || seen(field.name));
    let asked = asked.filter(|field| !Operator::of(schema, field.name).is_empty());
    asked.map(|field| Choice::new(field.name, field.label)).chain([Choice::new(CHANGED, "Last changed")]).collect()
}

/// What a field holds; when a record was changed is an instant.
pub(super) fn kind(schema: &Schema, field: &str) -> Kind {
    schema.field(field).map_or(Kind::Instant, |field| field.kind)
}
