//! Logistic regression with an L2 penalty, by Newton's method.
//!
//! What is made largest is the log-likelihood less half the sum of `ridge × coefficient²`; the intercept bears no penalty. Each step
//! solves the normal equations (iteratively reweighted least squares: McCullagh and Nelder 1989, doi 10.1201/9780203753736, chapter 4; the
//! penalty: le Cessie and van Houwelingen 1992, Applied Statistics 41:191, doi 10.2307/2347628). Sums are made block by block and added in
//! the order of the blocks, so that the result is the same to the last bit whatever the threads.

use super::normal::{Factor, Symmetric};
use crate::threads::in_order;

/// The most steps: a fit that has an end finds it in ten.
const MOST_STEPS: usize = 50;
/// The most times that one step is halved.
const MOST_HALVINGS: usize = 30;
/// A step that promises less than this part of the log-likelihood is the last.
const LITTLE: f64 = 1e-13;
/// A term whose people weigh less than this each, of a quarter at most, has no best coefficient.
const LEAST_WEIGHT: f64 = 1e-6;

/// What one person brings to a fit: the terms that are not nought, in ascending order, and whether the outcome came.
#[derive(Debug, Clone, Default)]
pub struct Row {
    places: Vec<usize>,
    values: Vec<f64>,
    /// What is added before any term, with a coefficient of one.
    pub offset: f64,
    /// Whether the outcome came.
    pub outcome: bool,
}

impl Row {
    /// Begins anew, with the intercept alone.
    fn clear(&mut self) {
        self.places.clear();
        self.values.clear();
        self.offset = 0.0;
        self.outcome = false;
        self.places.push(0);
        self.values.push(1.0);
    }

    /// The next term with its value; places ascend.
    pub fn push(&mut self, place: usize, value: f64) {
        self.places.push(place + 1);
        self.values.push(value);
    }

    fn sum(&self, coefficients: &[f64]) -> f64 {
        let terms = self.places.iter().zip(&self.values);
        terms.fold(self.offset, |sum, (place, value)| {
            sum + coefficients[*place] * value
        })
    }
}

/// What was fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The intercept.
    pub intercept: f64,
    /// Its standard error.
    pub intercept_error: f64,
    /// A coefficient for each term: the change in the log odds for one more of its unit.
    pub coefficients: Vec<f64>,
    /// Their standard errors, from the inverse of the information with the penalty in it.
    pub errors: Vec<f64>,
    /// The log-likelihood, without the penalty.
    pub log_likelihood: f64,
    /// Steps that were taken.
    pub steps: usize,
}

/// Why nothing could be fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// There are no rows, or all have the same outcome.
    #[error("outcome: it came to nobody or to everybody, so that nothing tells them apart")]
    OneOutcome,
    /// A term is nought in all rows, or a sum of others.
    #[error(
        "term {0}: it is nought for everybody or a sum of other terms; leave it out, or ask for a penalty above 0"
    )]
    Singular(usize),
    /// The terms tell the outcomes apart without a fault, or values are not finite: there is no best coefficient.
    #[error(
        "terms: no coefficients are best (some terms tell the outcome without a fault); ask for a penalty above 0"
    )]
    NoEnd,
}

/// The sums of one pass over rows.
#[derive(Clone)]
struct Sums {
    log_likelihood: f64,
    gradient: Vec<f64>,
    information: Symmetric,
}

impl Sums {
    fn zero(size: usize) -> Sums {
        Sums {
            log_likelihood: 0.0,
            gradient: vec![0.0; size],
            information: Symmetric::zero(size),
        }
    }

    fn take(&mut self, row: &Row, coefficients: &[f64]) {
        let sum = row.sum(coefficients);
        let chance = chance(sum);
        let (signed, missed) = if row.outcome {
            (-sum, 1.0 - chance)
        } else {
            (sum, -chance)
        };
        // The logarithm of 1 + e^x, for x of any size.
        self.log_likelihood -= signed.max(0.0) + (-signed.abs()).exp().ln_1p();
        let weight = chance * (1.0 - chance);
        for (at, (place, value)) in row.places.iter().zip(&row.values).enumerate() {
            self.gradient[*place] += missed * value;
            let cells = self.information.row_mut(*place);
            let weighted = weight * value;
            for (across, other) in row.places[..=at].iter().zip(&row.values) {
                cells[*across] += weighted * other;
            }
        }
    }

    fn add(&mut self, other: &Sums) {
        self.log_likelihood += other.log_likelihood;
        for (sum, one) in self.gradient.iter_mut().zip(&other.gradient) {
            *sum += one;
        }
        self.information.add(&other.information);
    }
}

/// The chance, 0 to 1, of a sum of terms.
#[must_use]
pub fn chance(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// Rows in blocks, and how each is read.
struct Rows<'r, R, F> {
    blocks: &'r [&'r [R]],
    read: F,
    ridge: &'r [f64],
    threads: usize,
}

impl<R: Sync, F: Fn(&R, &mut Row) + Sync> Rows<'_, R, F> {
    /// The sums at some coefficients, the intercept's first, with the penalty in them.
    fn at(&self, coefficients: &[f64]) -> Sums {
        let parts = in_order(self.threads, self.blocks, |block| {
            let (mut sums, mut row) = (Sums::zero(coefficients.len()), Row::default());
            for one in *block {
                row.clear();
                (self.read)(one, &mut row);
                sums.take(&row, coefficients);
            }
            sums
        });
        let mut all = Sums::zero(coefficients.len());
        for part in &parts {
            all.add(part);
        }
        all.log_likelihood -= self.penalty(coefficients);
        for (at, ridge) in self.ridge.iter().enumerate() {
            let coefficient = coefficients[at + 1];
            all.gradient[at + 1] -= ridge * coefficient;
            all.information.add_to_diagonal(at + 1, *ridge);
        }
        all
    }

    fn penalty(&self, coefficients: &[f64]) -> f64 {
        let squares = self.ridge.iter().zip(coefficients.iter().skip(1));
        squares.map(|(ridge, one)| ridge * one * one / 2.0).sum()
    }

    /// With and without the outcome, and the sum of squares of each term.
    fn counted(&self) -> ([f64; 2], Vec<f64>) {
        let mut counts = [0.0; 2];
        let mut squares = vec![0.0; self.ridge.len() + 1];
        let mut row = Row::default();
        for one in self.blocks.iter().flat_map(|block| block.iter()) {
            row.clear();
            (self.read)(one, &mut row);
            counts[usize::from(!row.outcome)] += 1.0;
            for (place, value) in row.places.iter().zip(&row.values) {
                squares[*place] += value * value;
            }
        }
        (counts, squares)
    }
}

/// Whether what bears no penalty still had weight when the steps ended: where a term tells the outcome without a fault its coefficient
/// grows without end, until nothing of it is left to weigh.
fn has_weight(sums: &Sums, ridge: &[f64], squares: &[f64]) -> bool {
    let free = std::iter::once(true).chain(ridge.iter().map(|ridge| *ridge == 0.0));
    let all = free.zip(squares).enumerate();
    all.filter(|(_, (free, _))| *free)
        .all(|(place, (_, square))| sums.information.diagonal(place) > LEAST_WEIGHT * square)
}

fn factored(sums: &Sums) -> Result<Factor, FitError> {
    sums.information
        .factor()
        // Where the intercept's own weight is gone every chance is 0 or 1.
        .map_err(|place| place.checked_sub(1).map_or(FitError::NoEnd, FitError::Singular))
}

/// Fits coefficients to rows, which `read` turns into terms. `ridge` has the penalty of each term, 0 or above. Blocks are the parts whose
/// sums are added in order: the same blocks give the same result.
///
/// ```
/// use population::model::fit;
/// // 30 of 100 without the term, 60 of 100 with it: log odds ln(3/7), and a log odds ratio of ln(3.5).
/// let people: Vec<(f64, bool)> = (0..200).map(|at| (f64::from(at / 100), at < 30 || (100..160).contains(&at))).collect();
/// let found = fit(&[&people], &[0.0], 1, |(term, outcome), row| {
///     row.push(0, *term);
///     row.outcome = *outcome;
/// });
/// let found = found.unwrap();
/// assert!((found.intercept - (3.0f64 / 7.0).ln()).abs() < 1e-9);
/// assert!((found.coefficients[0] - 3.5f64.ln()).abs() < 1e-9);
/// ```
///
/// # Errors
/// [`FitError`]: one outcome alone, a term that says nothing, or no end.
pub fn fit<R: Sync>(
    blocks: &[&[R]],
    ridge: &[f64],
    threads: usize,
    read: impl Fn(&R, &mut Row) + Sync,
) -> Result<Fitted, FitError> {
    let rows = Rows {
        blocks,
        read,
        ridge,
        threads,
    };
    let ([with, without], squares) = rows.counted();
    if with == 0.0 || without == 0.0 {
        return Err(FitError::OneOutcome);
    }
    let mut coefficients = vec![0.0; ridge.len() + 1];
    coefficients[0] = (with / without).ln();
    let mut sums = rows.at(&coefficients);
    for steps in 1..=MOST_STEPS {
        let factor = factored(&sums)?;
        let step = factor.solve(&sums.gradient);
        let promised: f64 = step
            .iter()
            .zip(&sums.gradient)
            .map(|(one, slope)| one * slope)
            .sum();
        if !promised.is_finite() {
            return Err(FitError::NoEnd);
        }
        let is_last = promised <= LITTLE * (1.0 + sums.log_likelihood.abs());
        let mut part = 1.0;
        let mut halvings = 0;
        loop {
            let tried: Vec<f64> = coefficients
                .iter()
                .zip(&step)
                .map(|(at, one)| at + part * one)
                .collect();
            let there = rows.at(&tried);
            // Near the end rounding alone decides which of two is larger.
            if is_last || there.log_likelihood >= sums.log_likelihood {
                (coefficients, sums) = (tried, there);
                break;
            }
            halvings += 1;
            part /= 2.0;
            if halvings > MOST_HALVINGS {
                return Err(FitError::NoEnd);
            }
        }
        if is_last {
            if !has_weight(&sums, ridge, &squares) {
                return Err(FitError::NoEnd);
            }
            let plain = sums.log_likelihood + rows.penalty(&coefficients);
            return finished(&coefficients, &sums, plain, steps);
        }
    }
    Err(FitError::NoEnd)
}

fn finished(coefficients: &[f64], sums: &Sums, plain: f64, steps: usize) -> Result<Fitted, FitError> {
    let errors: Vec<f64> = factored(sums)?
        .inverse_diagonal()
        .iter()
        .map(|one| one.sqrt())
        .collect();
    let sound = coefficients.iter().chain(&errors).all(|one| one.is_finite());
    match (coefficients.split_first(), errors.split_first()) {
        (Some((intercept, coefficients)), Some((intercept_error, errors))) if sound => Ok(Fitted {
            intercept: *intercept,
            intercept_error: *intercept_error,
            coefficients: coefficients.to_vec(),
            errors: errors.to_vec(),
            log_likelihood: plain,
            steps,
        }),
        _ => Err(FitError::NoEnd),
    }
}
