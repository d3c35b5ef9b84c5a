//! A row of a file as a patch of a record, or what is wrong with it.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use super::date::{self, DateOrder};
use super::money;
use super::target::{Part, Target};
use crate::decimal::{Decimal, DecimalMark};
use crate::id::RecordId;
use crate::index::fold;
use crate::money::{Currency, Rate};
use crate::mutation::Patch;
use crate::records::Deal;
use crate::schema::{Choice, Field, Kind, RecordType, Schema, is_empty};
use crate::validate::{self, Problem};

/// How figures and dates are written in a file, and the currency of amounts that name none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The decimal mark.
    pub mark: DecimalMark,
    /// The order of dates that do not begin with the year.
    pub order: DateOrder,
    /// The currency.
    pub currency: Currency,
}

/// What is known of the records that a file's relations name.
pub trait Relations {
    /// The records of a type with this name. More than two need not be told apart from two.
    fn named(&self, kind: &str, name: &str) -> Vec<RecordId>;
    /// Whether there is such a record.
    fn knows(&self, kind: &str, id: RecordId) -> bool;
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What people call the field.
    pub label: String,
    /// What is wrong, without a full stop.
    pub says: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.label, self.says)
    }
}

/// How the rows of a file become records of a type.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    schema: &'static Schema,
    reading: Reading,
    /// What each column is for.
    columns: Vec<Option<Target>>,
    /// Whether a relation that no record has the name of stays empty, instead of being a fault.
    lenient: bool,
    /// The stages that were removed.
    removed: &'static [Choice],
}

impl Plan {
    /// A plan. `lenient` leaves relations empty whose name no record has.
    pub fn new(schema: &'static Schema, columns: Vec<Option<Target>>, reading: Reading, lenient: bool) -> Self {
        Self { schema, reading, columns, lenient, removed: &[] }
    }

    /// With the stages that were removed: a deal that stands in one is exported with its key, and comes back by that.
    pub fn with_removed(self, stages: &'static [Choice]) -> Self {
        Self { removed: stages, ..self }
    }

    /// The type.
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// The types of records that the file names: whoever resolves the names must know these.
    pub fn related(&self) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        for kind in self.columns.iter().flatten().filter_map(|target| target.field.leads_to()) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// The patch that makes a record of a row; it has what a new record of the type must have.
    ///
    /// # Errors
    /// All that is wrong with the row, in the order of the fields.
    pub fn patch<'a>(
        &self,
        row: impl Iterator<Item = &'a str>,
        relations: &dyn Relations,
    ) -> Result<Patch, Vec<Fault>> {
        let mut cells: Vec<(Target, &str)> = Vec::new();
        for (cell, target) in row.zip(&self.columns) {
            if let Some(target) = target.filter(|_| !cell.trim().is_empty()) {
                // In the order of the parts; columns that are for the same one keep the order of the file.
                let place = cells.iter().position(|(other, _)| other.part > target.part).unwrap_or(cells.len());
                cells.insert(place, (target, cell));
            }
        }
        let mut patch = Patch::new();
        let mut faults = Vec::new();
        for field in self.schema.fields {
            let own: Vec<(Part, &str)> = cells
                .iter()
                .filter(|(target, _)| target.field.name == field.name)
                .map(|(target, cell)| (target.part, *cell))
                .collect();
            let value = if own.is_empty() { Ok(Value::Null) } else { self.value(field, &own, relations) };
            let checked = value.and_then(|value| {
                validate::field(field, &value).map_err(|problem| problem.to_string())?;
                Ok(value)
            });
            match checked {
                Ok(value) if is_empty(&value) => {}
                Ok(value) => drop(patch.insert(field.name.to_owned(), value)),
                Err(says) => {
                    faults.push(Fault { label: field.label.to_owned(), says: says.trim_end_matches('.').to_owned() });
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if let Some(first) = self.schema.facets().first().filter(|_| self.schema.always_has_facet()) {
            // As a form begins with it.
            patch.entry(self.schema.list.facet.to_owned()).or_insert_with(|| json!(first.value));
        }
        Ok(patch)
    }

    fn value(&self, field: &Field, cells: &[(Part, &str)], relations: &dyn Relations) -> Result<Value, String> {
        let part = |wanted: Part| cells.iter().find(|(part, _)| *part == wanted).map(|(_, cell)| cell.trim());
        let text = cells.first().map_or("", |(_, cell)| cell.trim());
        let Reading { mark, currency, .. } = self.reading;
        let say = |error: &dyn Display| error.to_string();
        Ok(match field.kind {
            Kind::Text => json!(join(cells.iter().map(|(_, cell)| cell.trim()), " ")),
            Kind::LongText => json!(join(cells.iter().map(|(_, cell)| cell.trim_end()), "\n")),
            Kind::Emails => json!(cells.iter().flat_map(|(_, cell)| list(cell)).map(address_in).collect::<Vec<_>>()),
            Kind::Phones => json!(cells.iter().flat_map(|(_, cell)| list(cell)).collect::<Vec<_>>()),
            Kind::Address => {
                let mut address = Map::new();
                for (part, cell) in cells {
                    address.insert(address_key(*part).to_owned(), Value::from(cell.trim()));
                }
                Value::Object(address)
            }
            Kind::Choice(choices) => match self.removed_stage(field, text) {
                Some(stage) => json!(stage),
                None => json!(choice(choices, text)?),
            },
            Kind::Money => match part(Part::Whole) {
                Some(figures) => json!(money::read(figures, part(Part::Currency), currency, mark)?),
                // A currency alone is no amount.
                None => Value::Null,
            },
            Kind::Currency => match money::currency(text, currency) {
                Some(currency) => json!(currency),
                None => return Err(format!("“{text}” is not a currency")),
            },
            Kind::Date => match date::read(text, self.reading.order) {
                Some(date) => json!(date),
                None => return Err(format!("“{}” is not a date such as 2026-11-22", short(text))),
            },
            Kind::Instant => match date::read_instant(text) {
                Some(ms) => json!(ms),
                None => {
                    return Err(format!("“{}” is not a time with its zone, such as 2026-11-22T10:30Z", short(text)));
                }
            },
            Kind::Integer { min, max } => {
                let whole = Decimal::from_input(text, mark).ok().map(Decimal::millionths);
                match whole.filter(|millionths| millionths % Decimal::ONE_IN_MILLIONTHS == 0) {
                    Some(millionths) => json!(millionths / Decimal::ONE_IN_MILLIONTHS),
                    None => return Err(Problem::OutOfBounds(min, max).to_string()),
                }
            }
            Kind::Decimal => json!(Decimal::from_input(text, mark).map_err(|error| say(&error))?),
            Kind::Rate => json!(Rate::from_input(text).map_err(|error| say(&error))?),
            Kind::Relation(kind) => self.relation(kind, part(Part::Id), part(Part::Whole), relations)?,
            Kind::Relations(kind) | Kind::Roles(kind) => {
                let roles = matches!(field.kind, Kind::Roles(_));
                self.several(kind, roles, part(Part::Id), part(Part::Whole), relations)?
            }
            Kind::Structure => return Err("only Outpost itself writes this".to_owned()),
        })
    }

    /// The stage that was removed of which this is the key. Its name is no way to it: nobody is to choose it any more.
    fn removed_stage(&self, field: &Field, key: &str) -> Option<&'static str> {
        let is_stage = self.schema.kind == Deal::SCHEMA.kind && field.name == self.schema.list.facet;
        self.removed.iter().map(|stage| stage.value).find(|stage| is_stage && *stage == key)
    }

    /// The records that are meant: as they were written, or by names, with `;` between them and roles in parentheses.
    fn several(
        &self,
        kind: &str,
        roles: bool,
        written: Option<&str>,
        names: Option<&str>,
        relations: &dyn Relations,
    ) -> Result<Value, String> {
        let id_of = |item: &Value| item.get("id").unwrap_or(item).as_str().and_then(|id| id.parse().ok());
        let written = written.and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
        let known = |item: &Value| id_of(item).is_some_and(|id| relations.knows(kind, id));
        if let Some(written) = written.filter(|items| items.iter().all(known)) {
            return Ok(Value::Array(written));
        }
        let mut found = Vec::new();
        for text in names.unwrap_or_default().split(';').map(str::trim).filter(|text| !text.is_empty()) {
            let (name, role) = if roles { with_role(text) } else { (text, "") };
            match self.relation(kind, None, Some(name), relations)? {
                Value::Null => {}
                id if roles && role.is_empty() => found.push(json!({ "id": id })),
                id if roles => found.push(json!({ "id": id, "role": role })),
                id => found.push(id),
            }
        }
        Ok(Value::Array(found))
    }

    /// The id of the record that is meant; its name counts where the id is not of this workspace.
    fn relation(
        &self,
        kind: &str,
        id: Option<&str>,
        name: Option<&str>,
        relations: &dyn Relations,
    ) -> Result<Value, String> {
        if let Some(id) = id.and_then(|id| id.parse().ok()).filter(|id| relations.knows(kind, *id)) {
            return Ok(json!(id));
        }
        let Some(name) = name.or(id) else { return Ok(Value::Null) };
        // A type that people have made is not known here.
        let what =
            crate::records::schema(kind).map_or_else(|| "record".to_owned(), |schema| schema.label.to_lowercase());
        match relations.named(kind, name).as_slice() {
            [one] => Ok(json!(one)),
            [] if self.lenient => Ok(Value::Null),
            [] => Err(format!("no {what} is called “{}”", short(name))),
            _ => Err(format!("more than one {what} is called “{}”", short(name))),
        }
    }
}

/// A name, and the role that stands behind it in parentheses.
fn with_role(text: &str) -> (&str, &str) {
    let apart = text.strip_suffix(')').and_then(|text| text.split_once(" ("));
    apart.map_or((text, ""), |(name, role)| (name.trim(), role.trim()))
}

fn join<'a>(cells: impl Iterator<Item = &'a str>, between: &str) -> String {
    cells.collect::<Vec<_>>().join(between)
}

const fn address_key(part: Part) -> &'static str {
    match part {
        Part::Postcode => "postcode",
        Part::City => "city",
        Part::Region => "region",
        Part::Country => "country",
        _ => "street",
    }
}

/// The texts of a cell that holds several: a line each, or with semicolons or commas between.
fn list(cell: &str) -> impl Iterator<Item = &str> {
    let marks: &[char] = if cell.contains('\n') { &['\n'] } else { &[';', ','] };
    // Google's own mark between several.
    let cells = cell.split(" ::: ").flat_map(move |some| some.split(marks));
    cells.map(str::trim).filter(|item| !item.is_empty())
}

/// Several texts as one cell, which [`list`] reads as the same.
pub(super) fn list_cell(items: &[String]) -> String {
    if items.iter().any(|item| item.contains([';', ',', '\n']) || item.contains(" ::: ")) {
        // The end of the last line says that lines it is.
        items.iter().map(|item| format!("{item}\n")).collect()
    } else {
        items.join("; ")
    }
}

/// The address alone of `Ana Gómez <ana@example.com>`.
fn address_in(text: &str) -> &str {
    let inner = text.strip_suffix('>').and_then(|text| Some(text.rsplit_once('<')?.1));
    inner.unwrap_or(text).trim()
}

/// A choice by its value or its words.
fn choice(choices: &[Choice], text: &str) -> Result<&'static str, String> {
    match find_choice(choices, text) {
        Some(choice) => Ok(choice.value),
        None => {
            let labels: Vec<&str> = choices.iter().map(|choice| choice.label).collect();
            Err(format!("“{}” is none of {}", short(text), labels.join(", ")))
        }
    }
}

pub(super) fn find_choice<'a>(choices: &'a [Choice], text: &str) -> Option<&'a Choice> {
    let wanted = fold(text);
    let is = |choice: &&Choice| choice.value == text.trim() || fold(choice.label) == wanted || choice.value == wanted;
    choices.iter().find(is)
}

/// Of a text that has no end, its beginning.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}
