//! Scores from outside: the published worked examples, the edges of their bands, and bad input.

mod acute;
mod comorbidity;
mod efi;
mod instruments;
mod shape;

use std::collections::HashMap;

use care::score::{Outcome, named};

/// The outcome of a score for columns written as `name=value`.
pub(crate) fn outcome(score: &str, cells: &[(&str, &str)]) -> Outcome {
    let cells: HashMap<&str, &str> = cells.iter().copied().collect();
    named(score).unwrap().of_row(&|column| cells.get(column).copied())
}

/// The inputs that an outcome refused, by name.
pub(crate) fn refused(outcome: &Outcome) -> Vec<&'static str> {
    outcome.refused.iter().map(|refusal| refusal.input).collect()
}
