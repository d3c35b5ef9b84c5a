//! Delimited text: CSV (RFC 4180) and its relatives with semicolons, tabs and bars.

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::table::Table;

/// The mark by which spreadsheets know that a file is UTF-8.
pub const BOM: char = '\u{feff}';

/// What parts the cells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`, which spreadsheets write where the comma is the decimal mark.
    Semicolon,
    /// A tab, which comes from the clipboard.
    Tab,
    /// `|`
    Bar,
}

impl Delimiter {
    /// All of them, the usual ones first.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    /// The character.
    pub const fn as_byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Comma => "Comma",
            Self::Semicolon => "Semicolon",
            Self::Tab => "Tab",
            Self::Bar => "Bar",
        }
    }

    /// The likely one: that which parts most rows into the same number of cells, and more than one.
    pub fn guess(text: &str) -> Self {
        if let Some(named) = named(text) {
            return named.0;
        }
        let mut best = (Self::Comma, 0);
        for delimiter in Self::ALL {
            let score = score(&read_some(text, delimiter, SAMPLE));
            if score > best.1 {
                best = (delimiter, score);
            }
        }
        best.0
    }
}

/// How many rows are looked at to find the delimiter.
const SAMPLE: usize = 50;

/// How many of the rows have the most frequent number of cells, in thousandths, times that number (up to a bound: a text
/// with many commas is no better than a table with few columns).
fn score(table: &Table) -> usize {
    let widths: Vec<usize> = (0..table.len()).map(|row| table.row(row).count()).collect();
    let rows = |width: usize| widths.iter().filter(|other| **other == width).count();
    let usual = widths.iter().filter(|width| **width > 1).map(|width| (rows(*width), *width)).max();
    usual.map_or(0, |(rows, width)| rows * 1_000 / widths.len() * 10 + width.min(9))
}

/// The delimiter that a first line `sep=;` names, as Excel writes it, and how long that line is.
fn named(text: &str) -> Option<(Delimiter, usize)> {
    let line = text.lines().next()?;
    let mark = line.strip_prefix("sep=").or_else(|| line.strip_prefix("\"sep=")?.strip_suffix('"'))?;
    let delimiter = Delimiter::ALL.into_iter().find(|one| mark.as_bytes() == [one.as_byte()])?;
    Some((delimiter, line.len()))
}

/// Reads a text. Empty lines are no rows; quotes that never end take the rest of the file, as they do everywhere.
pub(super) fn read(text: &str, delimiter: Delimiter) -> Table {
    read_some(text, delimiter, usize::MAX)
}

fn read_some(text: &str, delimiter: Delimiter, most: usize) -> Table {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let mut input = &text.as_bytes()[named(text).map_or(0, |(_, length)| length)..];
    let mut line = 1;
    let mut reader = ReaderBuilder::new().delimiter(delimiter.as_byte()).build();
    let (mut output, mut ends) = (vec![0; 1_024], vec![0; 64]);
    let mut table = Table::default();
    while table.len() < most {
        // Empty lines, and what is left of the end of the row before.
        let begin = input.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(input.len());
        line += lines(&input[..begin]);
        input = &input[begin..];
        let row = input;
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, read, out, end) = reader.read_record(input, &mut output[written..], &mut ends[ended..]);
            input = &input[read..];
            written += out;
            ended += end;
            match result {
                ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                // Asked again with nothing, it ends the row that it is in.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return table,
                ReadRecordResult::Record => break,
            }
        }
        let start = |at: usize| if at == 0 { 0 } else { ends[at - 1] };
        let cells: Vec<_> = (0..ended).map(|at| String::from_utf8_lossy(&output[start(at)..ends[at]])).collect();
        table.push(line, cells.iter().map(|cell| unguard(cell)));
        line += lines(&row[..row.len() - input.len()]);
    }
    table
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Adds a row to a text, with the end of its line. Cells that a spreadsheet would run as a formula are made harmless.
pub fn write_row<'a>(text: &mut String, delimiter: Delimiter, cells: impl IntoIterator<Item = &'a str>) {
    let start = text.len();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(char::from(delimiter.as_byte()));
        }
        let mark = char::from(delimiter.as_byte());
        let guard = if needs_guard(cell) { "'" } else { "" };
        if cell.contains(['"', '\n', '\r', mark]) || cell.starts_with([' ', BOM]) || cell.ends_with(' ') {
            text.push('"');
            text.push_str(guard);
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(guard);
            text.push_str(cell);
        }
    }
    if text.len() == start {
        // A row of one empty cell is not an empty line.
        text.push_str("\"\"");
    }
    text.push_str("\r\n");
}

/// What makes a spreadsheet take a cell for a formula when it stands first.
const DANGEROUS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a cell is to be written with an apostrophe before it: it is a formula to a spreadsheet, or would be read back
/// as one that was made harmless. A plain negative number is neither.
fn needs_guard(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    let is_number = cell.strip_prefix('-').is_some_and(|figures| {
        let mut points = 0;
        figures.starts_with(|c: char| c.is_ascii_digit())
            && figures.bytes().all(|byte| {
                points += usize::from(byte == b'.');
                byte.is_ascii_digit() || (byte == b'.' && points == 1)
            })
    });
    bare.starts_with(DANGEROUS) && !is_number
}

/// The cell as it was before [`write_row`] made it harmless.
fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(DANGEROUS) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: Delimiter) -> Vec<Vec<String>> {
        let table = read(text, delimiter);
        (0..table.len()).map(|row| table.row(row).map(str::to_owned).collect()).collect()
    }

    #[test]
    fn quotes_newlines_and_ragged_rows_are_read() {
        let text = "\u{feff}Name,Note\r\n\"Ana \"\"A\"\" Gómez\",\"two\r\nlines, one cell\"\n\n\r\nBo\nCy,x,y\n\"\"";
        let table = read(text, Delimiter::Comma);
        let all: Vec<Vec<&str>> = (0..table.len()).map(|row| table.row(row).collect()).collect();
        assert_eq!(
            all,
            [
                vec!["Name", "Note"],
                vec!["Ana \"A\" Gómez", "two\r\nlines, one cell"],
                vec!["Bo"],
                vec!["Cy", "x", "y"],
                vec![""]
            ]
        );
        assert_eq!((table.line(0), table.line(1), table.width()), (1, 2, 3));
    }

    #[test]
    fn long_cells_and_wide_rows_are_read_whole() {
        let long = "ü".repeat(5_000);
        let wide: Vec<String> = (0..500).map(|at| format!("c{at}")).collect();
        let text = format!("{long},b\n{}\n", wide.join(","));
        let read = rows(&text, Delimiter::Comma);
        assert_eq!(read, [vec![long, "b".to_owned()], wide]);
    }

    #[test]
    fn delimiters_are_told_by_the_table_that_they_make() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", Delimiter::Comma),
            ("Name;Betrag;Ort\nAna;1,50;Köln\nBo;2,75;Bonn\n", Delimiter::Semicolon),
            ("Name\tNote\nAna\thello, you; there\nBo\tbye\n", Delimiter::Tab),
            ("a|b\n1|2,3\n", Delimiter::Bar),
            ("sep=;\na,b;c\n", Delimiter::Semicolon),
            ("\"Smith, Ann\";1\n\"Lee; Bo\";2\n", Delimiter::Semicolon),
            ("just one column\nof words\n", Delimiter::Comma),
            ("", Delimiter::Comma),
        ] {
            assert_eq!(Delimiter::guess(text), delimiter, "{text:?}");
        }
        assert_eq!(rows("sep=;\na;b\n", Delimiter::Semicolon), [["a", "b"]]);
    }

    #[test]
    fn no_cell_is_a_formula_to_a_spreadsheet() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30 1", "'+49 30 1"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("'=1", "''=1"),
            ("-5.25", "-5.25"),
            ("-5e3=1", "'-5e3=1"),
            ("-inf", "'-inf"),
            ("it's", "it's"),
            ("'quoted'", "'quoted'"),
        ] {
            let mut text = String::new();
            write_row(&mut text, Delimiter::Comma, [cell]);
            assert_eq!(text, format!("{written}\r\n"));
            assert_eq!(rows(&text, Delimiter::Comma), [[cell]]);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let cells = ["a,b", "say \"hi\"", "two\nlines", "\r", "", " x ", "'", "''-1", "-1", "ü", "\u{feff}"];
        for delimiter in Delimiter::ALL {
            let mut text = String::new();
            write_row(&mut text, delimiter, cells);
            write_row(&mut text, delimiter, [""]);
            assert_eq!(rows(&text, delimiter), [&cells[..], &[""]], "{text:?}");
        }
    }
}
