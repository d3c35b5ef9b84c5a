//! The figures and what they should be.

use std::fmt;

/// Lines of what, how much, and the aim.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<[String; 3]>,
    broken: Vec<&'static str>,
}

impl Table {
    /// Adds a line, and prints it at once so that a long run can be followed.
    pub fn add(&mut self, what: impl Into<String>, figure: impl Into<String>, aim: impl Into<String>) {
        let line = [what.into(), figure.into(), aim.into()];
        eprintln!("    {}: {}", line[0], line[1]);
        self.lines.push(line);
    }

    /// Notes that something is not so which must be, however fast the machine.
    pub fn break_gate(&mut self, what: &'static str) {
        self.broken.push(what);
    }

    /// What must be so and is not.
    pub fn broken(&self) -> &[&'static str] {
        &self.broken
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["measured", "figure", "aim"].map(str::to_owned);
        let width = |column: usize| {
            let all = self.lines.iter().chain([&head]);
            all.map(|line| line[column].chars().count()).max().unwrap_or(0)
        };
        let (first, second, third) = (width(0), width(1), width(2));
        let rule = ["-".repeat(first), "-".repeat(second), "-".repeat(third)];
        for [what, figure, aim] in [&head, &rule].into_iter().chain(&self.lines) {
            writeln!(f, "| {what:first$} | {figure:second$} | {aim:third$} |")?;
        }
        Ok(())
    }
}

/// The middle value; 0 of none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The value below which so many per cent of all lie (nearest rank); 0 of none.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert!((median(&values) - 10.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 95) - 19.0).abs() < f64::EPSILON);
        assert!((percentile(&[7.0], 95) - 7.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 95).abs() < f64::EPSILON);
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::default();
        table.add("save", "3 ms", "20 ms");
        let text = table.to_string();
        assert_eq!(text.lines().next(), Some("| measured | figure | aim   |"));
        assert_eq!(text.lines().last(), Some("| save     | 3 ms   | 20 ms |"));
    }
}
