//! What filters are called.

use outpost_core::filter::{CHANGED, Operator};
use outpost_core::schema::{Kind, Schema};
use outpost_core::scope::KEEP;

use crate::components::Choice;
use crate::words::{t, tr};

/// What is asked of a field, in words that stand behind its name.
pub(super) fn operator(op: Operator) -> &'static str {
    match op {
        Operator::Is | Operator::Days => t!("is"),
        Operator::IsNot => t!("is not"),
        Operator::Contains => t!("contains"),
        Operator::Lacks => t!("does not contain"),
        Operator::AtLeast => t!("is at least"),
        Operator::AtMost => t!("is at most"),
        Operator::From => t!("is on or after"),
        Operator::Until => t!("is on or before"),
        Operator::Empty => t!("is empty"),
        Operator::Filled => t!("is not empty"),
    }
}

/// The spans of days around today that are offered, and what they are called.
pub(super) fn spans() -> Vec<Choice> {
    let spans = [
        ("0,0", t!("today")),
        ("-1,-1", t!("yesterday")),
        ("1,1", t!("tomorrow")),
        ("-6,0", t!("in the last 7 days")),
        ("-29,0", t!("in the last 30 days")),
        ("0,6", t!("in the next 7 days")),
        ("0,29", t!("in the next 30 days")),
        (",-1", t!("before today")),
        ("1,", t!("after today")),
    ];
    spans.into_iter().map(|(span, label)| Choice::new(span, label)).collect()
}

/// The fields that a list can be filtered by.
pub(super) fn fields(schema: &Schema) -> Vec<Choice> {
    let list = schema.list;
    let seen =
        |name: &str| [list.title, list.subtitle, list.facet, list.amount, list.date, list.moment].contains(&name);
    let asked = schema.fields.iter().filter(|field| field.in_form || seen(field.name) || field.name == KEEP);
    let asked = asked.filter(|field| !Operator::of(schema, field.name).is_empty());
    let fields = asked.map(|field| Choice::new(field.name, tr(field.label)));
    fields.chain([Choice::new(CHANGED, tr("Last changed"))]).collect()
}

/// What a field holds; when a record was changed is an instant.
pub(super) fn kind(schema: &Schema, field: &str) -> Kind {
    schema.field(field).map_or(Kind::Instant, |field| field.kind)
}
