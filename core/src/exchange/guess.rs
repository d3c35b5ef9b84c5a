//! What each column of a file is for, and how its figures are written: guessed, for a person to look over.

use serde_json::json;

use super::convert::{Reading, find_choice};
use super::date::{self, DateOrder};
use super::money;
use super::sheet::Sheet;
use super::target::{Part, Target, targets};
use super::words::{about, compact, place};
use super::{ID_HEADING, table::Table};
use crate::decimal::DecimalMark;
use crate::schema::{Field, Kind, Schema};
use crate::validate;

/// How many filled cells of a column are looked at.
const SAMPLE: usize = 100;

/// What each column is for: by its heading, and where that says nothing by what stands in it.
pub fn guess_columns(schema: &'static Schema, sheet: &Sheet) -> Vec<Option<Target>> {
    let targets = targets(schema);
    let mut found: Vec<Option<Target>> = vec![None; sheet.width()];
    if sheet.is_headed() {
        // First all that say so in our own words, so that no likeness takes a field from the column that is named for it.
        for exact in [true, false] {
            for column in 0..sheet.width() {
                let heading = sheet.heading(column);
                if found[column].is_none() {
                    let meant = if exact { named(&targets, &heading) } else { meant(schema, &targets, &heading) };
                    found[column] = meant.into_iter().find(|target| is_free(&found, *target));
                }
            }
        }
    }
    for column in 0..sheet.width() {
        // An id says nothing that a new record could take.
        if found[column].is_none() && sheet.id_column() != Some(column) {
            let cells = sheet.sample(column, SAMPLE);
            found[column] = by_content(schema, &targets, &cells).filter(|target| is_free(&found, *target));
        }
    }
    found
}

/// Whether no column is for this yet, or one more may be.
fn is_free(found: &[Option<Target>], target: Target) -> bool {
    let taken = |part: &dyn Fn(Part) -> bool| {
        found.iter().flatten().any(|other| other.field.name == target.field.name && part(other.part))
    };
    let is_name_part = |part: Part| matches!(part, Part::Given | Part::Middle | Part::Family);
    match target.part {
        // A name is told once, as a whole or in its parts.
        part if is_name_part(part) => !taken(&|other| other == part || other == Part::Whole),
        Part::Whole if matches!(target.field.kind, Kind::Text) => !taken(&|_| true),
        part => target.takes_several() || !taken(&|other| other == part),
    }
}

/// The target that bears this very name.
fn named(targets: &[Target], heading: &str) -> Vec<Target> {
    let wanted = compact(heading);
    let is = |target: &&Target| {
        [target.label(), target.key(), format!("{} {}", target.field.label, target.part_key())]
            .iter()
            .any(|name| compact(name) == wanted)
    };
    targets.iter().filter(|_| !wanted.is_empty()).filter(is).copied().collect()
}

fn meant(schema: &Schema, targets: &[Target], heading: &str) -> Vec<Target> {
    about(heading).into_iter().filter_map(|about| place(schema, targets, about)).collect()
}

/// Whether a text is likely a heading of a type's file.
fn is_heading(schema: &'static Schema, text: &str) -> bool {
    !named(&targets(schema), text).is_empty() || !about(text).is_empty() || compact(text) == compact(ID_HEADING)
}

/// Whether a table's first row is likely its heading: it has words that head columns, or no cell that is a value.
pub(super) fn has_heading(schema: &'static Schema, table: &Table) -> bool {
    if table.is_empty() {
        return false;
    }
    let cells: Vec<&str> = table.row(0).filter(|cell| !cell.trim().is_empty()).collect();
    if cells.iter().any(|cell| is_heading(schema, cell)) {
        return true;
    }
    let is_value = |cell: &&str| cell.contains('@') || cell.bytes().filter(u8::is_ascii_digit).count() > 2;
    table.len() > 1 && !cells.is_empty() && !cells.iter().any(is_value)
}

/// What a column without a telling head is for, by its cells.
fn by_content(schema: &Schema, targets: &[Target], cells: &[&str]) -> Option<Target> {
    if cells.is_empty() {
        return None;
    }
    let most = |fits: &dyn Fn(&str) -> bool| cells.iter().filter(|cell| fits(cell)).count() * 5 >= cells.len() * 4;
    let fits = |target: &&Target| match (target.field.kind, target.part) {
        (Kind::Emails, _) => most(&|cell| cell.contains('@') && is_valid(target.field, cell)),
        (Kind::Phones, _) => most(&|cell| looks_dialled(cell) && is_valid(target.field, cell)),
        (Kind::Choice(choices), _) => most(&|cell| find_choice(choices, cell).is_some()),
        (Kind::Money, Part::Whole) => most(&|cell| {
            let (figures, name) = money::apart(cell);
            !name.is_empty() && figures != cell && money::currency(name, crate::money::Currency::EUR).is_some()
        }),
        (Kind::Date, _) if target.field.name == schema.list.date => {
            most(&|cell| date::read(cell, DateOrder::DayFirst).or(date::read(cell, DateOrder::MonthFirst)).is_some())
        }
        _ => false,
    };
    targets.iter().find(fits).copied()
}

fn is_valid(field: &Field, cell: &str) -> bool {
    validate::field(field, &json!([cell.trim()])).is_ok()
}

/// Whether a text is written as telephone numbers are, and no other number is.
fn looks_dialled(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let plain = cell.chars().all(|c| c.is_ascii_digit() || "+-/(). ".contains(c));
    let marked = cell.starts_with(['+', '0', '(']) || cell.contains([' ', '/']);
    let is_date = date::read(cell, DateOrder::DayFirst).or(date::read(cell, DateOrder::MonthFirst)).is_some();
    plain && marked && (6..=15).contains(&digits) && !is_date
}

/// How figures and dates are written in the columns that have some; what they do not tell is as `own`.
pub fn guess_reading(sheet: &Sheet, columns: &[Option<Target>], own: Reading) -> Reading {
    if sheet.is_ours() {
        return Reading { mark: DecimalMark::Point, ..own };
    }
    let (mut marks, mut orders) = ([0_usize; 2], [0_usize; 2]);
    for (column, target) in columns.iter().enumerate() {
        let Some(target) = target else { continue };
        match (target.field.kind, target.part) {
            (Kind::Money | Kind::Decimal, Part::Whole) => {
                for mark in sheet.sample(column, SAMPLE).into_iter().filter_map(money::evidence) {
                    marks[usize::from(mark == DecimalMark::Comma)] += 1;
                }
            }
            (Kind::Date, _) => {
                for order in sheet.sample(column, SAMPLE).into_iter().filter_map(date::evidence) {
                    orders[usize::from(order == DateOrder::MonthFirst)] += 1;
                }
            }
            _ => {}
        }
    }
    let mark = match marks {
        [points, commas] if points > commas => DecimalMark::Point,
        [points, commas] if commas > points => DecimalMark::Comma,
        _ => own.mark,
    };
    let order = match orders {
        [days, months] if days > months => DateOrder::DayFirst,
        [days, months] if months > days => DateOrder::MonthFirst,
        _ => own.order,
    };
    Reading { mark, order, ..own }
}
