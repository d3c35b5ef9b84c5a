//! A file that was read: a table, and what is known of it.

use thiserror::Error;

use super::guess::has_heading;
use super::table::Table;
use super::text::{self, Delimiter};
use super::words::compact;
use super::{ID_HEADING, json, vcard};
use crate::schema::Schema;

/// In which form a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CSV or one of its relatives.
    Text(Delimiter),
    /// Cards of contacts.
    VCard,
    /// A list of objects.
    Json,
}

/// Why a file cannot be read. Each is a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("there is nothing in this file")]
    Empty,
    /// A picture, a spreadsheet's own format, …
    #[error("this is no text file: save it as CSV in the program that it comes from, then choose that")]
    Binary,
    /// JSON, but no list of objects.
    #[error("this JSON file holds no list of records, such as [{{\"name\": \"Ana\"}}]")]
    NoList,
    /// No JSON at all, though it begins like it.
    #[error("this JSON file is damaged ({0})")]
    Json(String),
}

/// A file as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    format: Format,
    table: Table,
    is_headed: bool,
}

impl Sheet {
    /// Reads a text that is to become records of a type; its form, delimiter and heading are guessed.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read(schema: &'static Schema, text: &str) -> Result<Self, FileError> {
        let start = text.trim_start_matches(text::BOM).trim_start();
        if start.is_empty() {
            return Err(FileError::Empty);
        }
        // A spreadsheet's own format is a ZIP file; its bytes, taken for text, have zeros near the start.
        if start.starts_with("PK\u{3}\u{4}") || start.chars().take(1_000).any(|c| c == '\0') {
            return Err(FileError::Binary);
        }
        if vcard::is_card(start) {
            return Ok(Self { format: Format::VCard, table: vcard::read(start), is_headed: true });
        }
        if start.starts_with(['[', '{']) {
            return Ok(Self { format: Format::Json, table: json::read(start)?, is_headed: true });
        }
        Ok(Self::delimited(schema, text, Delimiter::guess(text)))
    }

    /// Reads a delimited text; only its heading is guessed.
    pub fn delimited(schema: &'static Schema, text: &str, delimiter: Delimiter) -> Self {
        let table = text::read(text, delimiter);
        let is_headed = has_heading(schema, &table);
        Self { format: Format::Text(delimiter), table, is_headed }
    }

    /// The same, with or without a heading, as a person says.
    #[must_use]
    pub fn headed(self, is_headed: bool) -> Self {
        Self { is_headed, ..self }
    }

    /// Its form.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether its first row is a heading.
    pub fn is_headed(&self) -> bool {
        self.is_headed
    }

    /// Whether it is an export of our own.
    pub fn is_ours(&self) -> bool {
        self.id_column().is_some()
    }

    /// The column of an export of our own that holds the records' ids.
    pub fn id_column(&self) -> Option<usize> {
        let ours = compact(ID_HEADING);
        (0..self.width()).find(|column| self.is_headed && compact(&self.heading(*column)) == ours)
    }

    /// How many columns it has.
    pub fn width(&self) -> usize {
        self.table.width()
    }

    /// What a column is called.
    pub fn heading(&self, column: usize) -> String {
        let heading = if self.is_headed { self.table.cell(0, column).trim() } else { "" };
        if heading.is_empty() { format!("Column {}", column + 1) } else { heading.to_owned() }
    }

    /// The rows that are no heading and not blank, by their numbers in the table.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        (usize::from(self.is_headed)..self.table.len()).filter(|row| !self.table.is_blank(*row))
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        self.table.row(row)
    }

    /// A cell; empty where there is none.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.table.cell(row, column)
    }

    /// Where a row begins in the file: a line of text, or the number of a card or object; counted from 1.
    pub fn line(&self, row: usize) -> u64 {
        self.table.line(row)
    }

    /// The first filled cells of a column, below the heading.
    pub fn sample(&self, column: usize, most: usize) -> Vec<&str> {
        let cells = (usize::from(self.is_headed)..self.table.len()).map(|row| self.table.cell(row, column).trim());
        cells.filter(|cell| !cell.is_empty()).take(most).collect()
    }

    /// Some rows as a CSV file to mend and import again: the columns as they were, and one more that says what is wrong.
    pub fn to_mend(&self, wrong: impl IntoIterator<Item = (usize, String)>) -> String {
        const HEADING: &str = "What is wrong";
        let delimiter = match self.format {
            Format::Text(delimiter) => delimiter,
            Format::VCard | Format::Json => Delimiter::Comma,
        };
        let mut csv = String::from(text::BOM);
        let width = self.width();
        // Of a file that has been mended before, the words of that time go.
        let kept: Vec<usize> =
            (0..width).filter(|column| !(self.is_headed && self.heading(*column) == HEADING)).collect();
        let headings: Vec<String> = kept.iter().map(|column| self.heading(*column)).collect();
        text::write_row(&mut csv, delimiter, headings.iter().map(String::as_str).chain([HEADING]));
        for (row, why) in wrong {
            let cells = kept.iter().map(|column| self.table.cell(row, *column));
            text::write_row(&mut csv, delimiter, cells.chain([why.as_str()]));
        }
        csv
    }
}
