//! How well a model does on people whom it was not trained on.

use care::risk::reach::{Z, wilson};

use super::groups::{self, Group};
use super::{Calibration, Example, Model, auroc, calibration, chance};
use crate::facts::Sex;
use crate::suppress;

/// Chances from which somebody would be chosen, for counting what that would come to.
pub const THRESHOLDS: [f64; 7] = [0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02];
/// Groups of equal size by chance.
const TENTHS: usize = 10;

/// A number with its interval of 95%.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Estimate {
    pub(super) fn around(value: f64, half: f64) -> Estimate {
        Estimate {
            value,
            low: value - half,
            high: value + half,
        }
    }
}

/// One person, as the model judges them and as it came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The log odds of the outcome, by the model.
    pub log_odds: f64,
    /// Whether the outcome came.
    pub outcome: bool,
    /// Age in years.
    pub age: u8,
    /// Sex.
    pub sex: Sex,
    /// Letter of the ethnic category; 0 when not recorded.
    pub ethnicity: u8,
}

/// Puts these people through a model.
#[must_use]
pub fn judge<'e>(model: &Model, examples: impl Iterator<Item = &'e Example> + Clone) -> Vec<Judged> {
    let log_odds = model.log_odds(examples.clone().map(|one| &one.inputs));
    examples
        .zip(log_odds)
        .map(|(one, log_odds)| Judged {
            log_odds,
            outcome: one.outcome,
            age: one.inputs.age,
            sex: one.inputs.sex,
            ethnicity: one.ethnicity,
        })
        .collect()
}

/// The figures of some people.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// How many.
    pub people: u64,
    /// To how many of them the outcome came.
    pub outcomes: u64,
    /// To how many the model expected it.
    pub expected: f64,
    /// Outcomes by those expected, with the interval of the observed share (Wilson).
    pub ratio: Option<Estimate>,
    /// The area under the receiver operating characteristic.
    pub auroc: Option<Estimate>,
    /// The mean of (chance - outcome)², 0 to 1, the lower the better (Brier 1950).
    pub brier: Estimate,
    /// One less the Brier score by that of giving everybody the observed share: 1 is perfect, 0 says nothing.
    pub scaled_brier: Option<f64>,
    /// Intercept and slope of the calibration.
    pub calibration: Option<Calibration>,
}

impl Figures {
    /// Of these people; `None` of nobody.
    fn of(people: &[Judged], threads: usize) -> Option<Figures> {
        let count = people.len() as f64;
        if people.is_empty() {
            return None;
        }
        let outcomes = people.iter().filter(|one| one.outcome).count() as u64;
        let expected: f64 = people.iter().map(|one| chance(one.log_odds)).sum();
        let missed = |one: &Judged| (chance(one.log_odds) - f64::from(u8::from(one.outcome))).powi(2);
        let brier = people.iter().map(missed).sum::<f64>() / count;
        let spread = people
            .iter()
            .map(|one| (missed(one) - brier).powi(2))
            .sum::<f64>()
            / count;
        let share = wilson(outcomes, people.len() as u64)?;
        let of_all = share.share * (1.0 - share.share);
        let mean = expected / count;
        let values: Vec<(f64, bool)> = people.iter().map(|one| (one.log_odds, one.outcome)).collect();
        Some(Figures {
            people: people.len() as u64,
            outcomes,
            expected,
            ratio: (mean > 0.0).then(|| Estimate {
                value: share.share / mean,
                low: share.low / mean,
                high: share.high / mean,
            }),
            auroc: auroc(&values),
            brier: Estimate::around(brier, Z * (spread / count).sqrt()),
            scaled_brier: (of_all > 0.0).then(|| 1.0 - brier / of_all),
            calibration: calibration(people, threads),
        })
    }
}

/// What may be told of some people.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// There are none of these.
    Nobody,
    /// A number is small, or would tell one.
    Hidden,
    /// Their figures.
    Figures(Box<Figures>),
}

impl Told {
    /// Of these people, when nothing small is told by it.
    pub(super) fn of(people: &[Judged], is_shown: bool, threads: usize) -> Told {
        match Figures::of(people, threads) {
            None => Told::Nobody,
            Some(figures) if is_shown => Told::Figures(Box::new(figures)),
            Some(_) => Told::Hidden,
        }
    }

    /// The figures, if they are told.
    #[must_use]
    pub fn figures(&self) -> Option<&Figures> {
        match self {
            Told::Figures(figures) => Some(figures),
            Told::Nobody | Told::Hidden => None,
        }
    }
}

/// One of ten groups by chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// The lowest and the highest chance in it.
    pub chances: (f64, f64),
    /// People, outcomes, and outcomes that the model expected; `None` where a number is small.
    pub counts: Option<(u64, u64, f64)>,
    /// The observed share with its interval.
    pub observed: Option<Estimate>,
}

/// What would come of choosing everybody from a chance on.
#[derive(Debug, Clone, PartialEq)]
pub struct Net {
    /// The chance.
    pub threshold: f64,
    /// How many would be chosen, and to how many of them the outcome came; `None` where a number is small.
    pub chosen: Option<(u64, u64)>,
    /// To how many who would not be chosen it came.
    pub missed: Option<u64>,
    /// Net benefit in a thousand people: those chosen rightly, less those chosen wrongly at the odds of the threshold (Vickers and Elkin
    /// 2006, Medical Decision Making 26:565, doi 10.1177/0272989X06295361).
    pub benefit: Option<f64>,
    /// That of choosing everybody.
    pub of_everybody: Option<f64>,
}

/// A check. Small numbers are hidden, within each table: what two tables or two runs say together is not guarded.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Everybody.
    pub all: Told,
    /// Ten groups of equal size, from the lowest chance on; those of one chance stand in one group.
    pub bands: Vec<Band>,
    /// By chance, from the highest threshold on.
    pub net: Vec<Net>,
    /// By sex, age and ethnicity.
    pub groups: Vec<Group>,
}

/// Checks a model on people, by so many threads.
#[must_use]
pub fn check(people: &[Judged], threads: usize) -> Checked {
    let mut sorted = people.to_vec();
    sorted.sort_by(|one, other| {
        let by_chance = one.log_odds.total_cmp(&other.log_odds);
        by_chance.then_with(|| one.outcome.cmp(&other.outcome))
    });
    let all = counts(&sorted);
    let is_shown = suppress::table(&[all.to_vec()])
        .cells
        .iter()
        .flatten()
        .all(Option::is_some);
    Checked {
        all: Told::of(&sorted, is_shown, threads),
        bands: bands(&sorted),
        net: net(&sorted, is_shown),
        groups: groups::of(people, threads),
    }
}

/// How many with the outcome, and how many without.
pub(super) fn counts(people: &[Judged]) -> [u64; 2] {
    let with = people.iter().filter(|one| one.outcome).count();
    [with as u64, (people.len() - with) as u64]
}

/// Rows of counts of which nothing small may be told: whether each may be shown. Where a sum would have to be hidden, nothing is shown,
/// for the sums stand elsewhere.
pub(super) fn may_be_shown(rows: &[[u64; 2]]) -> Vec<bool> {
    let rows: Vec<Vec<u64>> = rows.iter().map(|row| row.to_vec()).collect();
    let table = suppress::table(&rows);
    let sums = table.columns.iter().chain([&table.total]).all(Option::is_some);
    let cells = table.cells.iter();
    cells.map(|row| sums && row.iter().all(Option::is_some)).collect()
}

fn bands(sorted: &[Judged]) -> Vec<Band> {
    let mut parts: Vec<&[Judged]> = Vec::new();
    let mut start = 0;
    for tenth in 1..=TENTHS {
        let mut end = (sorted.len() * tenth).div_ceil(TENTHS).max(start);
        // Those of one chance are not told apart.
        while end > start
            && end < sorted.len()
            && sorted[end].log_odds.total_cmp(&sorted[end - 1].log_odds).is_eq()
        {
            end += 1;
        }
        if end > start {
            parts.push(&sorted[start..end]);
        }
        start = end;
    }
    let rows: Vec<[u64; 2]> = parts.iter().map(|part| counts(part)).collect();
    let shown = may_be_shown(&rows);
    let all = parts.iter().zip(rows).zip(shown);
    all.filter_map(|((part, [with, without]), shown)| {
        let (first, last) = (part.first()?, part.last()?);
        let expected: f64 = part.iter().map(|one| chance(one.log_odds)).sum();
        let share = wilson(with, with + without).filter(|_| shown);
        Some(Band {
            chances: (chance(first.log_odds), chance(last.log_odds)),
            counts: shown.then_some((with + without, with, expected)),
            observed: share.map(|share| Estimate {
                value: share.share,
                low: share.low,
                high: share.high,
            }),
        })
    })
    .collect()
}

fn net(sorted: &[Judged], all_shown: bool) -> Vec<Net> {
    let all = counts(sorted);
    let people = sorted.len() as f64;
    let chosen: Vec<[u64; 2]> = THRESHOLDS
        .iter()
        .map(|threshold| counts(&sorted[sorted.partition_point(|one| chance(one.log_odds) < *threshold)..]))
        .collect();
    let shown = suppress::nested(&chosen, all);
    let benefit = |[with, without]: [u64; 2], threshold: f64| {
        (with as f64 - without as f64 * threshold / (1.0 - threshold)) / people * 1_000.0
    };
    THRESHOLDS
        .iter()
        .zip(chosen)
        .zip(shown)
        .map(|((threshold, chosen), shown)| {
            let shown = shown && all_shown;
            Net {
                threshold: *threshold,
                chosen: shown.then_some((chosen[0] + chosen[1], chosen[0])),
                missed: shown.then_some(all[0] - chosen[0]),
                benefit: shown.then(|| benefit(chosen, *threshold)),
                of_everybody: all_shown.then(|| benefit(all, *threshold)),
            }
        })
        .collect()
}
