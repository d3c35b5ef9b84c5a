//! One condition on one field.

use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CHANGED, Calendar};
use crate::date::civil;
use crate::decimal::{Decimal, DecimalMark};
use crate::index::fold;
use crate::money::{Money, Rate};
use crate::record::Record;
use crate::records::Address;
use crate::schema::{Field, Kind, Schema, is_empty};

/// What is asked of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The field's name, or [`CHANGED`].
    pub field: String,
    /// How it is held against the values.
    pub op: Operator,
    /// In the form that the operator wants; see there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// How a field's value is held against those of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// One of the values: choices, ids, or texts regardless of accents and capitals.
    Is,
    /// None of them.
    IsNot,
    /// The text in it, regardless of accents and capitals.
    Contains,
    /// That text not in it.
    Lacks,
    /// This or more: a plain number; of money in units of its own currency, of a rate in percent.
    AtLeast,
    /// This or less.
    AtMost,
    /// On this day or later: `2026-11-22`.
    From,
    /// On this day or earlier.
    Until,
    /// From so many days after today until so many, both included: `-7`, `0` is the last week. A missing value is no bound.
    Days,
    /// No value.
    Empty,
    /// Any value.
    Filled,
}

/// What a person fills in beside an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// Some of the field's choices, or records.
    Some,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A day.
    Day,
    /// Two numbers of days.
    Days,
    /// Nothing.
    None,
}

impl Operator {
    /// What can be asked of a field, the most likely first; nothing of one that is not known.
    pub fn of(schema: &Schema, field: &str) -> &'static [Self] {
        const TEXT: &[Operator] =
            &[Operator::Contains, Operator::Lacks, Operator::Is, Operator::IsNot, Operator::Empty, Operator::Filled];
        const ONE_OF: &[Operator] = &[Operator::Is, Operator::IsNot, Operator::Empty, Operator::Filled];
        const FIGURE: &[Operator] = &[Operator::AtLeast, Operator::AtMost, Operator::Empty, Operator::Filled];
        const DAY: &[Operator] = &[Operator::Days, Operator::From, Operator::Until, Operator::Empty, Operator::Filled];
        if field == CHANGED {
            return &[Self::Days, Self::From, Self::Until];
        }
        match schema.field(field).map(|field| field.kind) {
            Some(Kind::Text | Kind::LongText | Kind::Emails | Kind::Phones | Kind::Address) => TEXT,
            Some(Kind::Choice(_) | Kind::Currency | Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_)) => ONE_OF,
            Some(Kind::Money | Kind::Integer { .. } | Kind::Decimal | Kind::Rate) => FIGURE,
            Some(Kind::Date | Kind::Instant) => DAY,
            Some(Kind::Structure) | None => &[],
        }
    }

    /// What a person fills in beside it, for a field of a kind.
    pub const fn operand(self, kind: Kind) -> Operand {
        match (self, kind) {
            (
                Self::Is | Self::IsNot,
                Kind::Choice(_) | Kind::Currency | Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_),
            ) => Operand::Some,
            (Self::Is | Self::IsNot | Self::Contains | Self::Lacks, _) => Operand::Text,
            (Self::AtLeast | Self::AtMost, _) => Operand::Number,
            (Self::From | Self::Until, _) => Operand::Day,
            (Self::Days, _) => Operand::Days,
            (Self::Empty | Self::Filled, _) => Operand::None,
        }
    }
}

impl Condition {
    /// Whether a record fits. What cannot be read fits nothing but “empty” and what asks for the absence of something.
    pub(super) fn fits(&self, schema: &Schema, record: &Record, calendar: Calendar) -> bool {
        let field = schema.field(&self.field);
        let value = record.get(&self.field).filter(|value| !is_empty(value));
        match self.op {
            Operator::Is => self.is_one(schema, field, record),
            Operator::IsNot => !self.is_one(schema, field, record),
            Operator::Contains => self.contains(field, value),
            Operator::Lacks => !self.contains(field, value),
            Operator::AtLeast => self.figures(field, value).is_some_and(|(value, bound)| value >= bound),
            Operator::AtMost => self.figures(field, value).is_some_and(|(value, bound)| value <= bound),
            Operator::From => self.days(record, value, calendar).is_some_and(|(day, bound)| day >= bound),
            Operator::Until => self.days(record, value, calendar).is_some_and(|(day, bound)| day <= bound),
            Operator::Days => self.is_within(record, value, calendar),
            Operator::Empty => value.is_none() && !is_set(schema, field),
            Operator::Filled => value.is_some() || is_set(schema, field),
        }
    }

    fn is_one(&self, schema: &Schema, field: Option<&Field>, record: &Record) -> bool {
        let Some(field) = field else { return false };
        let is = |text: &str| self.values.iter().any(|value| value == text);
        match field.kind {
            Kind::Choice(_) if is_set(schema, Some(field)) => is(schema.facet_of(record)),
            Kind::Choice(_) | Kind::Currency => is(record.text(field.name)),
            Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_) => {
                field.links(record).iter().any(|id| is(&id.to_string()))
            }
            kind => {
                let mut found = false;
                let values: Vec<String> = self.values.iter().map(|value| fold(value)).collect();
                if let Some(value) = record.get(field.name) {
                    each_text(kind, value, &mut |text| found |= values.contains(&fold(text)));
                }
                found
            }
        }
    }

    fn contains(&self, field: Option<&Field>, value: Option<&Value>) -> bool {
        let (Some(field), Some(value)) = (field, value) else { return false };
        let mut found = false;
        let values: Vec<String> = self.values.iter().map(|value| fold(value)).collect();
        each_text(field.kind, value, &mut |text| {
            let text = fold(text);
            found |= values.iter().any(|value| text.contains(value.as_str()));
        });
        found
    }

    /// The value and the bound, in millionths.
    fn figures(&self, field: Option<&Field>, value: Option<&Value>) -> Option<(i128, i128)> {
        let bound = Decimal::from_input(self.values.first()?, DecimalMark::Point).ok()?;
        Some((figure(field?.kind, value?)?, bound.millionths().into()))
    }

    /// The value's day and the bound's.
    fn days(&self, record: &Record, value: Option<&Value>, calendar: Calendar) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.day(record, value, calendar)?, civil(self.values.first()?)?))
    }

    fn is_within(&self, record: &Record, value: Option<&Value>, calendar: Calendar) -> bool {
        let Some(day) = self.day(record, value, calendar) else { return false };
        let bound = |at: usize| {
            let days = self.values.get(at)?.parse::<i32>().ok()?;
            calendar.today.checked_add_signed(Duration::days(days.into()))
        };
        bound(0).is_none_or(|first| day >= first) && bound(1).is_none_or(|last| day <= last)
    }

    fn day(&self, record: &Record, value: Option<&Value>, calendar: Calendar) -> Option<NaiveDate> {
        if self.field == CHANGED {
            return Some((calendar.day)(record.latest().ms));
        }
        match value? {
            Value::String(text) => civil(text),
            value => value.as_u64().map(calendar.day),
        }
    }
}

/// The facet has a value even where none was ever set.
fn is_set(schema: &Schema, field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.name == schema.list.facet) && schema.always_has_facet()
}

/// A number of any kind, in millionths of what a person sees: of a unit, of a percent.
fn figure(kind: Kind, value: &Value) -> Option<i128> {
    match kind {
        Kind::Integer { .. } => value.as_i64().map(|whole| i128::from(whole) * 1_000_000),
        Kind::Decimal => Decimal::deserialize(value).ok().map(|decimal| decimal.millionths().into()),
        Kind::Rate => Rate::deserialize(value).ok().map(|rate| i128::from(rate.ppm()) * 100),
        Kind::Money => {
            let money = Money::deserialize(value).ok()?;
            let finer = 10_i128.pow(u32::from(6_u8.saturating_sub(money.currency.exponent())));
            Some(i128::from(money.minor) * finer)
        }
        _ => None,
    }
}

/// The texts in a value.
fn each_text(kind: Kind, value: &Value, visit: &mut dyn FnMut(&str)) {
    match (kind, value) {
        (Kind::Address, value) => {
            if let Ok(address) = Address::deserialize(value) {
                visit(&address.lines().join(" "));
            }
        }
        (_, Value::String(text)) => visit(text),
        (_, Value::Array(texts)) => texts.iter().filter_map(Value::as_str).for_each(visit),
        _ => {}
    }
}
