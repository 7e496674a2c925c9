//! Training: which terms can say something, and their coefficients by the examples of one share of the people.

use jiff::civil::Date;

use super::fit::{FitError, fit};
use super::split::is_trained_on;
use super::terms::{COUNT, TERMS};
use super::{Data, Dropped, Example, Model, Weighed};
use crate::parquet::Purpose;
use crate::suppress::SHOWN_FROM;

/// At least so many people with the outcome, and as many without.
pub const LEAST: u64 = 100;
/// The largest penalty that may be asked for.
pub const MOST_PENALTY: f64 = 1e6;
/// Shares of people, in a hundred, that may be trained on.
pub const SHARES: std::ops::RangeInclusive<u8> = 10..=90;

/// What is asked of a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The index day.
    pub index_day: Date,
    /// The penalty on each coefficient, per standard deviation of its term, squared: 0 to 1,000,000. 1 is what scikit-learn calls C = 1
    /// on terms of mean 0 and standard deviation 1.
    pub penalty: f64,
    /// How many people in a hundred are trained on, 10 to 90.
    pub share: u8,
    /// Whose people, in words.
    pub region: String,
    /// For what.
    pub purpose: Purpose,
    /// From what.
    pub data: Data,
}

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// The penalty is none that may be asked for.
    #[error("penalty: it must be a number from 0 to 1,000,000")]
    Penalty,
    /// The share is none that may be asked for.
    #[error("share: it must be 10 to 90 in a hundred")]
    Share,
    /// There is nobody to train on.
    #[error("people: nobody is alive on the index day with a known birth")]
    Nobody,
    /// The outcome came to none of those trained on.
    #[error("outcome: it came to nobody of those trained on")]
    NoOutcome,
    /// It came to too few.
    #[error(
        "outcome: it came to fewer than {LEAST} of those trained on; a model of so few would say more of them than of others"
    )]
    FewOutcomes,
    /// It stayed away from too few.
    #[error("outcome: fewer than {LEAST} of those trained on were without it")]
    FewWithout,
    /// All terms are the same for everybody.
    #[error("features: none of them tells people apart")]
    NoTerm,
    /// A term says nothing beside the others.
    #[error("features: {term} is a sum of others; ask for a penalty above 0")]
    Singular {
        /// Which.
        term: String,
    },
    /// Nothing could be fitted.
    #[error("features: {0}")]
    Fit(FitError),
}

/// What is known of a term over those trained on.
#[derive(Clone, Copy)]
struct Spread {
    sum: f64,
    squares: f64,
    others: u64,
    least: f64,
    most: f64,
}

impl Spread {
    /// Of all terms. One after another: the sums are the same whatever the threads.
    fn of(people: &[&[Example]]) -> [Spread; COUNT] {
        let none = Spread {
            sum: 0.0,
            squares: 0.0,
            others: 0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
        };
        let mut all = [none; COUNT];
        let mut count = 0;
        for one in people.iter().flat_map(|block| block.iter()) {
            count += 1;
            one.inputs.each(|place, value| {
                let spread = &mut all[place];
                spread.sum += value;
                spread.squares += value * value;
                spread.others += 1;
                spread.least = spread.least.min(value);
                spread.most = spread.most.max(value);
            });
        }
        for spread in &mut all {
            if spread.others < count {
                spread.least = spread.least.min(0.0);
                spread.most = spread.most.max(0.0);
            }
        }
        all
    }

    /// Why the term is left out, if it is: its mean would tell of fewer than ten people, or it tells nobody apart.
    fn dropped(&self, people: u64, is_yes_or_no: bool) -> Option<&'static str> {
        let small = |count: u64| (1..SHOWN_FROM).contains(&count);
        if self.least >= self.most {
            Some(Dropped::SAME)
        } else if small(self.others) || (is_yes_or_no && small(people - self.others)) {
            Some(Dropped::FEW)
        } else {
            None
        }
    }
}

/// As many digits as are kept of a number: they come back from a file as they were, and a person can read them.
fn rounded(number: f64) -> f64 {
    format!("{number:.9e}").parse().unwrap_or(number)
}

fn real(count: u64) -> f64 {
    // Counts of people are far below 2^53.
    count as f64
}

/// Examples in blocks, one a bucket, in which sums are made.
fn in_buckets(examples: &[Example]) -> Vec<&[Example]> {
    examples
        .chunk_by(|one, next| one.person.bucket() == next.person.bucket())
        .collect()
}

/// Trains a model on a share of these people, who stand in the order of their keys, by so many threads. The same people give the same
/// model, to the last bit, whatever the threads.
///
/// # Errors
/// [`TrainError`], with the field and the rule.
pub fn train(examples: &[Example], plan: &Plan, threads: usize) -> Result<Model, TrainError> {
    if !(plan.penalty.is_finite() && (0.0..=MOST_PENALTY).contains(&plan.penalty)) {
        return Err(TrainError::Penalty);
    }
    if !SHARES.contains(&plan.share) {
        return Err(TrainError::Share);
    }
    if examples.is_empty() {
        return Err(TrainError::Nobody);
    }
    let chosen = examples
        .iter()
        .filter(|one| is_trained_on(one.person, plan.share));
    let trained: Vec<Example> = chosen.copied().collect();
    let people = trained.len() as u64;
    let outcomes = trained.iter().filter(|one| one.outcome).count() as u64;
    match (outcomes, people - outcomes) {
        (0, _) => return Err(TrainError::NoOutcome),
        (with, _) if with < LEAST => return Err(TrainError::FewOutcomes),
        (_, without) if without < LEAST => return Err(TrainError::FewWithout),
        _ => {}
    }
    let blocks = in_buckets(&trained);
    let spreads = Spread::of(&blocks);
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    // For each term its place among those that are fitted.
    let mut places = [None; COUNT];
    for (place, (spread, term)) in spreads.iter().zip(TERMS.iter()).enumerate() {
        if let Some(why) = spread.dropped(people, term.is_yes_or_no) {
            dropped.push(Dropped {
                name: term.name.clone(),
                why: why.to_owned(),
            });
        } else {
            places[place] = Some(kept.len());
            kept.push(place);
        }
    }
    if kept.is_empty() {
        return Err(TrainError::NoTerm);
    }
    let means: Vec<f64> = kept
        .iter()
        .map(|place| spreads[*place].sum / real(people))
        .collect();
    let variances: Vec<f64> = kept
        .iter()
        .zip(&means)
        .map(|(place, mean)| (spreads[*place].squares / real(people) - mean * mean).max(0.0))
        .collect();
    // A penalty on the coefficient of a term of standard deviation 1, told of the term as it stands.
    let ridge: Vec<f64> = variances.iter().map(|variance| plan.penalty * variance).collect();
    let fitted = fit(&blocks, &ridge, threads, |one, row| {
        one.inputs.each(|place, value| {
            if let Some(place) = places[place] {
                row.push(place, value);
            }
        });
        row.outcome = one.outcome;
    });
    let fitted = fitted.map_err(|error| match error {
        FitError::Singular(at) => TrainError::Singular {
            term: kept
                .get(at)
                .map_or_else(String::new, |place| TERMS[*place].name.clone()),
        },
        other => TrainError::Fit(other),
    })?;
    let weighed = kept.iter().enumerate().map(|(at, place)| Weighed {
        place: *place,
        coefficient: rounded(fitted.coefficients[at]),
        error: rounded(fitted.errors[at]),
        mean: rounded(means[at]),
        deviation: rounded(variances[at].sqrt()),
    });
    Ok(Model {
        plan: plan.clone(),
        people,
        outcomes,
        intercept: rounded(fitted.intercept),
        intercept_error: rounded(fitted.intercept_error),
        terms: weighed.collect(),
        dropped,
    })
}
