//! Whether chances are as high as what comes: over all, and along their whole range.

use care::risk::reach::Z;

use super::check::{Estimate, Judged};
use super::fit::{Row, fit};

/// People whose sums are made together.
const BLOCK: usize = 4_096;

/// How chances lie beside outcomes. Source: Cox 1958, Biometrika 45:562, doi 10.1093/biomet/45.3-4.562; the words are those of Van
/// Calster and others 2019, BMC Medicine 17:230, doi 10.1186/s12916-019-1466-7.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// By how much the log odds are too low on the whole: 0 is right, above 0 more came than was said.
    pub intercept: Estimate,
    /// How steeply outcomes rise with the log odds: 1 is right, below 1 chances are too extreme.
    pub slope: Estimate,
}

/// The calibration of chances, by so many threads; `None` when all have the same outcome, or the same chance.
#[must_use]
pub fn calibration(people: &[Judged], threads: usize) -> Option<Calibration> {
    let blocks: Vec<&[Judged]> = people.chunks(BLOCK).collect();
    let level = fit(&blocks, &[], threads, |one: &Judged, row: &mut Row| {
        row.offset = one.log_odds;
        row.outcome = one.outcome;
    });
    let line = fit(&blocks, &[0.0], threads, |one: &Judged, row: &mut Row| {
        row.push(0, one.log_odds);
        row.outcome = one.outcome;
    });
    let (level, line) = (level.ok()?, line.ok()?);
    Some(Calibration {
        intercept: Estimate::around(level.intercept, Z * level.intercept_error),
        slope: Estimate::around(*line.coefficients.first()?, Z * line.errors.first()?),
    })
}
