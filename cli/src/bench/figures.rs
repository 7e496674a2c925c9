//! Figures: what was measured, what it should reach, and what stood beside it in the same run.

use std::fmt::Write;

/// What a figure should reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// A peer or a limit, measured in the same run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beside {
    pub(super) name: &'static str,
    pub(super) value: f64,
}

/// One measured figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) row: &'static str,
    /// Resources in the record when the measurement began.
    pub(super) size: u64,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    pub(super) goal: Option<Goal>,
    pub(super) beside: Option<Beside>,
}

impl Figure {
    pub(super) fn new(row: &'static str, size: u64, value: f64, unit: &'static str) -> Figure {
        Figure {
            row,
            size,
            value,
            unit,
            goal: None,
            beside: None,
        }
    }

    pub(super) fn at_most(self, goal: f64) -> Figure {
        Figure {
            goal: Some(Goal::AtMost(goal)),
            ..self
        }
    }

    pub(super) fn at_least(self, goal: f64) -> Figure {
        Figure {
            goal: Some(Goal::AtLeast(goal)),
            ..self
        }
    }

    pub(super) fn beside(self, name: &'static str, value: f64) -> Figure {
        Figure {
            beside: Some(Beside { name, value }),
            ..self
        }
    }

    /// Value over what stood beside it.
    pub(super) fn ratio(&self) -> Option<f64> {
        self.beside
            .as_ref()
            .map(|beside| self.value / beside.value)
            .filter(|ratio| ratio.is_finite())
    }

    fn goal_words(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::AtMost(goal)) => {
                format!(
                    "≤ {} {}",
                    number(goal),
                    if self.value <= goal { "met" } else { "missed" }
                )
            }
            Some(Goal::AtLeast(goal)) => {
                format!(
                    "≥ {} {}",
                    number(goal),
                    if self.value >= goal { "met" } else { "missed" }
                )
            }
        }
    }

    fn cells(&self) -> [String; 7] {
        let (beside, ratio) = match (&self.beside, self.ratio()) {
            (Some(beside), Some(ratio)) => (
                format!("{} {}", number(beside.value), beside.name),
                format!("{ratio:.2}"),
            ),
            _ => ("no claim".to_owned(), String::new()),
        };
        let size = self.size.to_string();
        let row = self.row.to_owned();
        [
            row,
            size,
            number(self.value),
            self.unit.to_owned(),
            self.goal_words(),
            beside,
            ratio,
        ]
    }
}

/// Three significant digits where that says enough.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// The middle value; the mean of the two middle ones of an even count; 0 of none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}

const HEADINGS: [&str; 7] = [
    "row",
    "size",
    "value",
    "unit",
    "goal",
    "beside it, same run",
    "ratio",
];

/// The figures as a table for reading.
pub(super) fn table(figures: &[Figure]) -> String {
    let rows: Vec<[String; 7]> = std::iter::once(HEADINGS.map(str::to_owned))
        .chain(figures.iter().map(Figure::cells))
        .collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Numbers stand to the right.
            let written = match at {
                1 | 2 | 6 => write!(line, "{cell:>width$}  "),
                _ => write!(line, "{cell:<width$}  "),
            };
            // Writing to a String cannot fail.
            let _ = written;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// What others publish, or was measured on another day; never a claim.
pub(super) const PUBLISHED: &[(&str, &str)] = &[
    (
        "create",
        "helios-hfs 0.2.7 on SQLite, without audit or validation: 2.80 CPU-ms, 288/s; Aidbox: 650/s per vCPU",
    ),
    ("read", "helios-hfs 0.2.7: 0.146 CPU-ms, 6,897/s, p99 8.8 ms"),
    ("search", "helios-hfs 0.2.7: 1.09 CPU-ms"),
    ("everything", "helios-hfs 0.2.7: 18.7 CPU-ms for a few resources"),
    (
        "transaction",
        "helios-hfs 0.2.7: 818 resources/s on 2 cores; Blaze: 632 per core; Aidbox: 335 per vCPU",
    ),
    (
        "import",
        "Blaze: 632 resources/s per core through its API; Aidbox bulk: 55,500/s on a cluster, indexes off",
    ),
    ("disk", "Blaze: 1,070 bytes a resource"),
    ("memory", "servers on the JVM: 2 to 4 GB"),
];

#[cfg(test)]
mod tests {
    use super::{Figure, median, number, table};

    #[test]
    fn a_figure_without_anything_beside_it_makes_no_claim() {
        let alone = Figure::new("start", 10, 0.2, "s").at_most(1.0);
        let compared = Figure::new("read", 10, 0.06, "CPU-ms")
            .at_most(0.05)
            .beside("still", 0.03);
        let text = table(&[alone, compared]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[1].contains("≤ 1.00 met") && lines[1].ends_with("no claim"),
            "{text}"
        );
        assert!(lines[2].contains("≤ 0.050 missed"), "{text}");
        assert_eq!(
            lines[2].split_whitespace().rev().take(3).collect::<Vec<_>>(),
            ["2.00", "still", "0.030"]
        );
    }

    #[test]
    fn a_peer_of_nought_has_no_ratio() {
        assert_eq!(
            Figure::new("read", 1, 1.0, "x").beside("still", 0.0).ratio(),
            None
        );
    }

    #[test]
    fn the_median_is_the_middle_of_what_was_measured() {
        assert_eq!(median(vec![9.0, 1.0, 2.0, 100.0, 3.0]), 3.0);
        assert_eq!(median(vec![4.0, 1.0]), 2.5);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn numbers_keep_three_digits_that_matter() {
        assert_eq!(
            [12345.6, 42.42, 1.234, 0.0567].map(number),
            ["12346", "42.4", "1.23", "0.057"]
        );
    }
}
