//! Tables as they are read: named columns, and errors that say file, row and column.

use std::collections::HashMap;

use crate::error::SynthError;

/// A CSV file.
pub(crate) struct Table {
    file: String,
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

/// A row of it.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    number: usize,
}

impl Table {
    /// Reads a table whose first row names the columns.
    pub(crate) fn read(file: &str, bytes: &[u8]) -> Result<Table, SynthError> {
        let broken = |row: usize, why: String| SynthError::Value {
            file: file.to_owned(),
            row,
            column: String::new(),
            rule: why,
        };
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(bytes);
        let header = reader.headers().map_err(|error| broken(0, error.to_string()))?;
        let columns = header
            .iter()
            .enumerate()
            .map(|(at, name)| (name.to_owned(), at))
            .collect();
        let mut rows = Vec::new();
        for (number, row) in reader.records().enumerate() {
            rows.push(row.map_err(|error| broken(number + 1, error.to_string()))?);
        }
        Ok(Table {
            file: file.to_owned(),
            columns,
            rows,
        })
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|number| Row { table: self, number })
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        let mut named: Vec<(&String, &usize)> = self.columns.iter().collect();
        named.sort_by_key(|(_, at)| **at);
        named.into_iter().map(|(name, _)| name.clone()).collect()
    }
}

impl<'a> Row<'a> {
    /// The text of a column.
    pub(crate) fn text(self, column: &str) -> Result<&'a str, SynthError> {
        let place = self.table.columns.get(column);
        place
            .and_then(|at| self.table.rows[self.number].get(*at))
            .map(str::trim)
            .ok_or_else(|| self.broken(column, "the column is missing"))
    }

    /// The number of a column; an empty one is refused.
    pub(crate) fn number(self, column: &str) -> Result<f64, SynthError> {
        let text = self.text(column)?;
        text.parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| self.broken(column, &format!("\"{text}\" is not a number")))
    }

    /// The number of a column, if there is one.
    pub(crate) fn number_or(self, column: &str, otherwise: f64) -> Result<f64, SynthError> {
        if self.text(column)?.is_empty() {
            return Ok(otherwise);
        }
        self.number(column)
    }

    /// Refuses a value of this row.
    pub(crate) fn broken(self, column: &str, rule: &str) -> SynthError {
        SynthError::Value {
            file: self.table.file.clone(),
            row: self.number + 1,
            column: column.to_owned(),
            rule: rule.to_owned(),
        }
    }
}
