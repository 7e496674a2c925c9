//! The risk matrix: what a severity and a likelihood come to.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};

use super::MATRIX;
use crate::tree::Tree;

/// Severities by likelihoods, each cell a rating from 1 to 5.
pub(crate) struct Matrix {
    cells: BTreeMap<(String, String), u8>,
}

impl Matrix {
    /// The matrix of the repository.
    ///
    /// # Errors
    /// When the file is missing or a line is no cell.
    pub(crate) fn of(tree: &Tree) -> anyhow::Result<Matrix> {
        Matrix::parse(
            &tree
                .text(MATRIX)
                .with_context(|| format!("{MATRIX} is missing"))?,
        )
    }

    fn parse(text: &str) -> anyhow::Result<Matrix> {
        let mut cells = BTreeMap::new();
        for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
            let parts: Vec<&str> = line.split(',').map(str::trim).collect();
            let [severity, likelihood, rating] = parts[..] else {
                anyhow::bail!("{MATRIX}: `{line}` is no severity, likelihood, rating");
            };
            let rating: u8 = rating.parse().with_context(|| format!("{MATRIX}: `{line}`"))?;
            ensure!(
                (1..=5).contains(&rating),
                "{MATRIX}: `{line}`: a rating is 1 to 5"
            );
            cells.insert((severity.to_owned(), likelihood.to_owned()), rating);
        }
        Ok(Matrix { cells })
    }

    /// What the two come to; `None` for words that the matrix does not know.
    pub(crate) fn rating(&self, severity: &str, likelihood: &str) -> Option<u8> {
        self.cells
            .get(&(severity.to_owned(), likelihood.to_owned()))
            .copied()
    }
}

#[cfg(test)]
pub(crate) const SAMPLE: &str = "severity,likelihood,rating\nmajor,medium,3\nmajor,low,3\nminor,low,1\n";

#[cfg(test)]
mod tests {
    use super::{Matrix, SAMPLE};

    #[test]
    fn known_words_have_a_rating_and_others_none() {
        let matrix = Matrix::parse(SAMPLE).unwrap();
        assert_eq!(matrix.rating("major", "medium"), Some(3));
        assert_eq!(matrix.rating("major", "often"), None);
    }

    #[test]
    fn a_cell_past_five_and_a_line_of_two_are_refused() {
        assert!(Matrix::parse("s,l,r\nmajor,low,6\n").is_err());
        assert!(Matrix::parse("s,l,r\nmajor,low\n").is_err());
    }
}
