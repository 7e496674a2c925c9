//! Symmetric positive definite equations, as each step of a fit has them: dense, small (some sixty unknowns), by Cholesky.

/// The lower half of a symmetric matrix, row by row: row `i` has the places 0 to `i`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Symmetric {
    size: usize,
    cells: Vec<f64>,
}

/// Below this part of its own diagonal what is left of a pivot is rounding: the row is a sum of rows before it.
const LEAST_PIVOT: f64 = 1e-12;

impl Symmetric {
    pub(super) fn zero(size: usize) -> Symmetric {
        Symmetric {
            size,
            cells: vec![0.0; size * (size + 1) / 2],
        }
    }

    fn start(row: usize) -> usize {
        row * (row + 1) / 2
    }

    /// The cells of a row, from its first to the diagonal.
    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        let start = Symmetric::start(row);
        &mut self.cells[start..=start + row]
    }

    fn row(&self, row: usize) -> &[f64] {
        let start = Symmetric::start(row);
        &self.cells[start..=start + row]
    }

    pub(super) fn diagonal(&self, place: usize) -> f64 {
        self.cells[Symmetric::start(place) + place]
    }

    pub(super) fn add(&mut self, other: &Symmetric) {
        for (sum, one) in self.cells.iter_mut().zip(&other.cells) {
            *sum += one;
        }
    }

    pub(super) fn add_to_diagonal(&mut self, place: usize, more: f64) {
        self.cells[Symmetric::start(place) + place] += more;
    }

    /// The factor of the matrix.
    ///
    /// # Errors
    /// The place of the first row that is nought, or a sum of those before it.
    pub(super) fn factor(&self) -> Result<Factor, usize> {
        // Rows of very different units are brought to a diagonal of one, so that one limit fits all.
        let mut scale = Vec::with_capacity(self.size);
        for place in 0..self.size {
            let own = self.diagonal(place);
            if !(own.is_finite() && own > 0.0) {
                return Err(place);
            }
            scale.push(1.0 / own.sqrt());
        }
        let mut lower = Symmetric::zero(self.size);
        for at in 0..self.size {
            for across in 0..=at {
                let known: f64 = lower.row(at)[..across]
                    .iter()
                    .zip(&lower.row(across)[..across])
                    .map(|(one, other)| one * other)
                    .sum();
                let left = self.row(at)[across] * scale[at] * scale[across] - known;
                lower.row_mut(at)[across] = if at > across {
                    left / lower.row(across)[across]
                } else if left > LEAST_PIVOT {
                    left.sqrt()
                } else {
                    return Err(at);
                };
            }
        }
        Ok(Factor { lower, scale })
    }
}

/// A factored matrix.
pub(super) struct Factor {
    lower: Symmetric,
    scale: Vec<f64>,
}

impl Factor {
    /// The unknowns for these right-hand sides.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut found: Vec<f64> = right
            .iter()
            .zip(&self.scale)
            .map(|(one, scale)| one * scale)
            .collect();
        for at in 0..found.len() {
            let row = self.lower.row(at);
            let known: f64 = row[..at].iter().zip(&found).map(|(one, found)| one * found).sum();
            found[at] = (found[at] - known) / row[at];
        }
        for at in (0..found.len()).rev() {
            found[at] /= self.lower.row(at)[at];
            let own = found[at];
            let row = &self.lower.row(at)[..at];
            for (before, one) in found[..at].iter_mut().zip(row) {
                *before -= one * own;
            }
        }
        found
            .iter()
            .zip(&self.scale)
            .map(|(one, scale)| one * scale)
            .collect()
    }

    /// The diagonal of the inverse.
    pub(super) fn inverse_diagonal(&self) -> Vec<f64> {
        let size = self.scale.len();
        (0..size)
            .map(|place| {
                let mut unit = vec![0.0; size];
                unit[place] = 1.0;
                self.solve(&unit)[place]
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[&[f64]]) -> Symmetric {
        let mut all = Symmetric::zero(rows.len());
        for (at, row) in rows.iter().enumerate() {
            all.row_mut(at).copy_from_slice(row);
        }
        all
    }

    #[test]
    fn a_worked_system_is_solved_in_any_units() {
        // 4a + 2b = 2, 2a + 3b = 5: a = -1/2, b = 2. The inverse has 3/8 and 1/2 on its diagonal.
        for unit in [1.0, 1e-6, 1e6] {
            let factor = of(&[&[4.0], &[2.0 * unit, 3.0 * unit * unit]])
                .factor()
                .expect("a factor");
            let found = factor.solve(&[2.0, 5.0 * unit]);
            let inverse = factor.inverse_diagonal();
            for (one, expected) in [
                (found[0], -0.5),
                (found[1] * unit, 2.0),
                (inverse[0], 0.375),
                (inverse[1] * unit * unit, 0.5),
            ] {
                assert!(
                    (one - expected).abs() < 1e-12,
                    "{one} beside {expected} at {unit}"
                );
            }
        }
    }

    #[test]
    fn a_row_that_says_nothing_or_what_others_said_is_named() {
        assert_eq!(of(&[&[1.0], &[0.0, 0.0]]).factor().err(), Some(1));
        assert_eq!(of(&[&[1.0], &[2.0, 4.0]]).factor().err(), Some(1));
        assert_eq!(of(&[&[f64::NAN]]).factor().err(), Some(0));
        assert!(of(&[&[1.0], &[2.0, 4.0001]]).factor().is_ok());
    }
}
