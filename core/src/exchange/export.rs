//! Records as rows of a file.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::convert::{find_choice, list_cell};
use super::target::{Part, Target, columns};
use super::{ID_HEADING, date, text};
use crate::id::RecordId;
use crate::money::{Money, Rate};
use crate::record::Record;
use crate::schema::{Kind, Schema};

/// The names of the records that relations point at.
pub type Names<'a> = &'a dyn Fn(&str, RecordId) -> Option<String>;

/// The heading of a type's CSV file, with the end of its line.
pub fn csv_header(schema: &'static Schema, delimiter: text::Delimiter) -> String {
    let labels: Vec<String> = columns(schema).into_iter().map(Target::label).collect();
    let mut line = String::new();
    text::write_row(&mut line, delimiter, labels.iter().map(String::as_str).chain([ID_HEADING]));
    line
}

/// A record as a row of its type's CSV file, with the end of its line.
pub fn csv_row(schema: &'static Schema, record: &Record, names: Names<'_>, delimiter: text::Delimiter) -> String {
    let mut cells: Vec<String> =
        columns(schema).into_iter().map(|target| cell(target, record, names).unwrap_or_default()).collect();
    cells.push(record.id.to_string());
    let mut line = String::new();
    text::write_row(&mut line, delimiter, cells.iter().map(String::as_str));
    line
}

/// A record as an object of a JSON file; without what it has no value of.
pub fn json_row(schema: &'static Schema, record: &Record, names: Names<'_>) -> Value {
    let mut object = Map::new();
    for target in columns(schema) {
        let Some(value) = plain(target, record, names) else { continue };
        match target.part_key() {
            "" => drop(object.insert(target.field.name.to_owned(), value)),
            part => {
                let inner = object.entry(target.field.name).or_insert_with(|| json!({}));
                inner.as_object_mut().map(|inner| inner.insert(part.to_owned(), value));
            }
        }
    }
    object.insert("outpost_id".to_owned(), json!(record.id));
    Value::Object(object)
}

/// A value for programs: lists as lists, whole numbers as numbers, choices as they are stored.
fn plain(target: Target, record: &Record, names: Names<'_>) -> Option<Value> {
    match target.field.kind {
        Kind::Emails | Kind::Phones | Kind::Integer { .. } | Kind::Choice(_) => record.get(target.field.name).cloned(),
        _ => cell(target, record, names).map(Value::String),
    }
}

/// A value as the text of a cell; `None` if there is none. What this version cannot read is shown as its JSON.
fn cell(target: Target, record: &Record, names: Names<'_>) -> Option<String> {
    let value = record.get(target.field.name)?;
    let raw = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let text = match (target.field.kind, target.part) {
        (Kind::Emails | Kind::Phones, _) => {
            Vec::<String>::deserialize(value).map_or_else(|_| raw(), |items| list_cell(&items))
        }
        (Kind::Address, _) => value.get(target.part_key())?.as_str()?.to_owned(),
        (Kind::Choice(choices), _) => {
            let stored = value.as_str()?;
            let known = choices.iter().find(|choice| choice.value == stored);
            // A label that would be read as another choice is none to write.
            let known = known.filter(|one| find_choice(choices, one.label).is_some_and(|found| found.value == stored));
            known.map_or_else(raw, |choice| choice.label.to_owned())
        }
        (Kind::Money, part) => match (Money::deserialize(value), part) {
            (Ok(money), Part::Currency) => money.currency.code().to_owned(),
            (Ok(money), _) => money.to_plain(),
            (Err(_), Part::Currency) => return None,
            (Err(_), _) => raw(),
        },
        (Kind::Instant, _) => value.as_u64().and_then(date::write_instant).unwrap_or_else(raw),
        (Kind::Rate, _) => Rate::deserialize(value).map_or_else(|_| raw(), |rate| rate.to_string()),
        (Kind::Relation(_), Part::Id) => raw(),
        (Kind::Relations(_) | Kind::Roles(_), Part::Id) => value.to_string(),
        (Kind::Relations(kind) | Kind::Roles(kind), _) => {
            let told = |item: &Value| {
                let name = names(kind, item.get("id").unwrap_or(item).as_str()?.parse().ok()?)?;
                let role = item.get("role").and_then(Value::as_str).filter(|role| !role.is_empty());
                Some(role.map_or_else(|| name.clone(), |role| format!("{name} ({role})")))
            };
            value.as_array()?.iter().filter_map(told).collect::<Vec<_>>().join("; ")
        }
        (Kind::Relation(kind), _) => names(kind, record.relation(target.field.name)?)?,
        _ => raw(),
    };
    Some(text).filter(|text| !text.is_empty())
}
