//! A table of texts, all in one piece of memory: a file of a hundred thousand rows has a million cells.

/// Rows of cells. Rows may differ in length; what a row lacks is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    text: String,
    /// Where each cell ends in `text`.
    cells: Vec<usize>,
    /// Where each row ends in `cells`.
    rows: Vec<usize>,
    /// The line of the file on which each row begins, counted from 1.
    lines: Vec<u64>,
}

impl Table {
    /// Adds a row that begins on this line of the file.
    pub fn push<'a>(&mut self, line: u64, cells: impl IntoIterator<Item = &'a str>) {
        for cell in cells {
            self.text.push_str(cell);
            self.cells.push(self.text.len());
        }
        self.rows.push(self.cells.len());
        self.lines.push(line);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many cells the longest row has.
    pub fn width(&self) -> usize {
        (0..self.len()).map(|row| self.range(row).len()).max().unwrap_or_default()
    }

    /// The line on which a row begins, counted from 1.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or_default()
    }

    /// A cell; empty where there is none.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let range = self.range(row);
        if column < range.len() { self.at(range.start + column) } else { "" }
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        self.range(row).map(|at| self.at(at))
    }

    /// Whether all cells of a row are empty.
    pub fn is_blank(&self, row: usize) -> bool {
        self.row(row).all(|cell| cell.trim().is_empty())
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        let end = self.rows.get(row).copied().unwrap_or_default();
        let start = row.checked_sub(1).map_or(0, |before| self.rows.get(before).copied().unwrap_or(end));
        start..end
    }

    fn at(&self, cell: usize) -> &str {
        let start = cell.checked_sub(1).map_or(0, |before| self.cells[before]);
        &self.text[start..self.cells[cell]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_where_they_were_put() {
        let mut table = Table::default();
        table.push(1, ["a", "", "ü"]);
        table.push(4, []);
        table.push(5, ["", " "]);
        assert_eq!((table.len(), table.width()), (3, 3));
        assert_eq!(table.row(0).collect::<Vec<_>>(), ["a", "", "ü"]);
        assert_eq!((table.cell(0, 2), table.cell(0, 3), table.cell(1, 0), table.cell(9, 0)), ("ü", "", "", ""));
        assert_eq!(table.row(1).count(), 0);
        assert!(table.is_blank(1) && table.is_blank(2) && !table.is_blank(0));
        assert_eq!((table.line(1), table.line(2)), (4, 5));
    }
}
