//! A learned model: the chance of an unplanned hospital stay within twelve months of an index day, by logistic regression.
//!
//! A model that tells of one person is a device (safety rule 1). Intended purpose: to let analysts see how well facts of the record tell
//! who comes to hospital unplanned, group by group, and what a published or bought score must at least do here. Class: as it stands it
//! informs no decision about anybody; used to choose people it would be software for prediction, and need a clinical safety officer's
//! signature, which none of these models has. Hazard: H62. It takes part in no order and on no page, and must never be shown
//! beside a person's name. `docs/model.md` is the guide.
//!
//! - `terms`: what the model reads of a person
//! - `example`: what was known on the day, and what came after it
//! - `split`: who is trained on and who is kept for the check
//! - `fit`, `normal`: logistic regression, and the equations of its steps
//! - `train`: from examples to a model
//! - `check`: how well it does on others; `discrimination` and `calibration` are its measures
//! - `groups`: the same for groups of people, with small numbers hidden
//! - `file`, `member`: the model as a file, and its reading member by member

mod calibration;
mod check;
mod discrimination;
mod example;
mod file;
mod fit;
mod groups;
mod member;
mod normal;
mod split;
mod terms;
mod train;

use jiff::civil::Date;

pub use calibration::{Calibration, calibration};
pub use check::{Band, Checked, Estimate, Figures, Judged, Net, THRESHOLDS, Told, check, judge};
pub use discrimination::auroc;
pub use example::{DAYS, Example, Tables, examples};
pub use file::{CLASS, FORMAT, FileError, HAZARD, INTENDED_PURPOSE, METHOD, OUTCOME, VERSION};
pub use fit::{FitError, Fitted, Row, chance, fit};
pub use groups::{AGE_BANDS, Group};
pub use split::is_trained_on;
pub use terms::{CLASSES, COUNT, Inputs, KNOTS, TERMS, Term};
pub use train::{LEAST, MOST_PENALTY, Plan, SHARES, TrainError, train};

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// `record`, `parquet` or `bundle`.
    pub source: String,
    /// The day up to which the data tell: that of the run over a record, or of the writing of files.
    pub until: Date,
    /// The files with their SHA-256, hexadecimal; none of a record.
    pub files: Vec<(String, String)>,
}

/// A term with its coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighed {
    /// Its place in [`TERMS`].
    pub place: usize,
    /// The change in the log odds for one more of its unit.
    pub coefficient: f64,
    /// The standard error of that.
    pub error: f64,
    /// The mean of the term over those trained on.
    pub mean: f64,
    /// Its standard deviation.
    pub deviation: f64,
}

/// A term that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its name.
    pub name: String,
    /// Why: [`Dropped::SAME`] or [`Dropped::FEW`].
    pub why: String,
}

impl Dropped {
    /// The term tells nobody apart.
    pub const SAME: &'static str = "the same for everybody";
    /// The term would tell of somebody.
    pub const FEW: &'static str = "it tells fewer than ten people apart";
}

/// A trained model. Not for clinical use: none is signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What was asked for.
    pub plan: Plan,
    /// People trained on.
    pub people: u64,
    /// Those of them to whom the outcome came.
    pub outcomes: u64,
    /// The log odds of somebody with no term.
    pub intercept: f64,
    /// Its standard error.
    pub intercept_error: f64,
    /// The terms, in the order of [`TERMS`].
    pub terms: Vec<Weighed>,
    /// The terms that were left out.
    pub dropped: Vec<Dropped>,
}

impl Model {
    /// The log odds of the outcome for each of these people.
    pub fn log_odds<'i>(&self, inputs: impl IntoIterator<Item = &'i Inputs>) -> impl Iterator<Item = f64> {
        let mut coefficients = [0.0; COUNT];
        for term in &self.terms {
            if let Some(coefficient) = coefficients.get_mut(term.place) {
                *coefficient = term.coefficient;
            }
        }
        let intercept = self.intercept;
        inputs.into_iter().map(move |inputs| {
            let mut sum = intercept;
            inputs.each(|place, value| sum += coefficients[place] * value);
            sum
        })
    }
}
