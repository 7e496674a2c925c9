//! Logistic regression and the measures of a check, held against published and independently computed numbers, and against people whose
//! chances are known.
//!
//! The people of the worked example are those of Spector and Mazzeo 1980, Journal of Economic Education 11:37 (32 students: grade average,
//! test score, taught by the new method; whether their grade rose). Coefficients and standard errors without a penalty are those that
//! Greene prints (Econometric Analysis, the chapter on discrete choice). The further digits, and all other numbers, were computed with
//! statsmodels 0.15.0 and scikit-learn 1.9.1:
//!
//! ```python
//! f = sm.Logit(y, sm.add_constant(X)).fit(tol=1e-14)                                    # free: coefficients, errors
//! m, s = X.mean(0), X.std(0)
//! r = LogisticRegression(C=1, tol=1e-14, max_iter=10000, solver="newton-cholesky").fit((X - m) / s, y)
//! b = r.coef_[0] / s; a = r.intercept_[0] - (b * m).sum()                               # penalised: a, b
//! D = sm.add_constant(X); p = expit(D @ np.r_[a, b])
//! H = (D * (p * (1 - p))[:, None]).T @ D + np.diag(np.r_[0, s**2]); np.linalg.inv(H)    # roots of the diagonal: errors
//! lo = 1.5 * X[:, 0] - 5                                                                # the log odds that are checked
//! roc_auc_score(y, lo); brier_score_loss(y, expit(lo))
//! k = (pos[:, None] > neg) + 0.5 * (pos[:, None] == neg)                                # DeLong's variance
//! v = k.mean(1).var(ddof=1) / len(pos) + k.mean(0).var(ddof=1) / len(neg)
//! sm.GLM(y, ones, family=Binomial(), offset=lo).fit(); sm.GLM(y, add_constant(lo), family=Binomial()).fit()
//! ```

use population::facts::Sex;
use population::model::{FitError, Fitted, Judged, Row, Told, auroc, calibration, chance, check, fit};

use super::invented::Chance;

const STUDENTS: [(f64, f64, f64, u8); 32] = [
    (2.66, 20.0, 0.0, 0),
    (2.89, 22.0, 0.0, 0),
    (3.28, 24.0, 0.0, 0),
    (2.92, 12.0, 0.0, 0),
    (4.0, 21.0, 0.0, 1),
    (2.86, 17.0, 0.0, 0),
    (2.76, 17.0, 0.0, 0),
    (2.87, 21.0, 0.0, 0),
    (3.03, 25.0, 0.0, 0),
    (3.92, 29.0, 0.0, 1),
    (2.63, 20.0, 0.0, 0),
    (3.32, 23.0, 0.0, 0),
    (3.57, 23.0, 0.0, 0),
    (3.26, 25.0, 0.0, 1),
    (3.53, 26.0, 0.0, 0),
    (2.74, 19.0, 0.0, 0),
    (2.75, 25.0, 0.0, 0),
    (2.83, 19.0, 0.0, 0),
    (3.12, 23.0, 1.0, 0),
    (3.16, 25.0, 1.0, 1),
    (2.06, 22.0, 1.0, 0),
    (3.62, 28.0, 1.0, 1),
    (2.89, 14.0, 1.0, 0),
    (3.51, 26.0, 1.0, 0),
    (3.54, 24.0, 1.0, 1),
    (2.83, 27.0, 1.0, 1),
    (3.39, 17.0, 1.0, 1),
    (2.67, 24.0, 1.0, 0),
    (3.65, 21.0, 1.0, 1),
    (4.0, 23.0, 1.0, 1),
    (3.1, 21.0, 1.0, 0),
    (2.39, 19.0, 1.0, 1),
];

fn students(ridge: &[f64]) -> Fitted {
    let found = fit(
        &[&STUDENTS[..]],
        ridge,
        1,
        |(average, test, method, rose), row: &mut Row| {
            for (place, value) in [average, test, method].into_iter().enumerate() {
                row.push(place, *value);
            }
            row.outcome = *rose == 1;
        },
    );
    found.expect("coefficients")
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} beside {expected}");
}

/// Intercept and coefficients, then their errors, beside those expected.
fn beside(found: &Fitted, coefficients: [f64; 4], errors: [f64; 4], within: f64) {
    let all = std::iter::once(&found.intercept).chain(&found.coefficients);
    all.zip(coefficients)
        .for_each(|(one, expected)| near(*one, expected, within));
    let all = std::iter::once(&found.intercept_error).chain(&found.errors);
    all.zip(errors)
        .for_each(|(one, expected)| near(*one, expected, within));
}

#[test]
fn without_a_penalty_the_coefficients_are_the_published_ones() {
    let found = students(&[0.0; 3]);
    // As printed.
    beside(
        &found,
        [-13.021, 2.826, 0.095, 2.379],
        [4.931, 1.263, 0.142, 1.065],
        5.1e-4,
    );
    near(found.log_likelihood, -12.890, 5e-4);
    beside(
        &found,
        [
            -13.021_346_858_1,
            2.826_112_594_9,
            0.095_157_661_3,
            2.378_687_655_1,
        ],
        [4.931_324_213_6, 1.262_941_075_6, 0.141_554_205_7, 1.064_564_254_5],
        1e-9,
    );
}

#[test]
fn with_a_penalty_the_coefficients_are_those_of_scikit_learn() {
    let count = STUDENTS.len() as f64;
    let variance = |of: fn(&(f64, f64, f64, u8)) -> f64| {
        let mean = STUDENTS.iter().map(of).sum::<f64>() / count;
        STUDENTS.iter().map(|one| (of(one) - mean).powi(2)).sum::<f64>() / count
    };
    let found = students(&[
        variance(|one| one.0),
        variance(|one| one.1),
        variance(|one| one.2),
    ]);
    beside(
        &found,
        [
            -10.215_791_575_1,
            2.127_944_419_1,
            0.085_176_756_5,
            1.800_148_764_8,
        ],
        [3.746_888_734_5, 0.971_242_541_7, 0.116_160_288_4, 0.841_603_071_4],
        1e-7,
    );
}

fn judged(log_odds: f64, outcome: bool) -> Judged {
    Judged {
        log_odds,
        outcome,
        age: 70,
        sex: Sex::Female,
        ethnicity: b'A',
    }
}

#[test]
fn the_measures_of_a_check_are_those_of_the_worked_example() {
    let people: Vec<Judged> = STUDENTS
        .iter()
        .map(|one| judged(1.5 * one.0 - 5.0, one.3 == 1))
        .collect();
    let values: Vec<(f64, bool)> = people.iter().map(|one| (one.log_odds, one.outcome)).collect();
    let area = auroc(&values).expect("an area");
    near(area.value, 0.794_372_294_4, 1e-9);
    near(area.low, 0.598_267_571_6, 1e-9);
    near(area.high, 0.990_477_017_2, 1e-9);
    let found = calibration(&people, 2).expect("a calibration");
    let half = |one: population::model::Estimate| (one.high - one.value) / 1.959_963_984_540_054;
    near(found.intercept.value, -0.389_260_94, 1e-7);
    near(half(found.intercept), 0.391_181_84, 1e-7);
    near(found.slope.value, 1.893_373_35, 1e-7);
    near(half(found.slope), 0.751_319_07, 1e-7);
    let checked = check(&people, 1);
    let checked = checked.all.figures().expect("11 rose and 21 did not");
    near(checked.brier.value, 0.180_579_240_0, 1e-9);
    assert_eq!((checked.people, checked.outcomes), (32, 11));
}

/// A drawn number from 0 to 1.
fn unit(chance: &mut Chance) -> f64 {
    chance.below(1 << 30) as f64 / f64::from(1 << 30)
}

const TRUE: [f64; 4] = [-2.0, 0.8, -0.5, 0.3];

/// Three terms, and whether the outcome came.
type Drawn = ([f64; 3], bool);

/// People with three terms, and an outcome by the chance that `TRUE` gives them.
fn drawn(seed: u64, count: usize) -> Vec<Drawn> {
    let mut draw = Chance(seed);
    let people = (0..count).map(|_| {
        let terms = [
            f64::from(u8::from(draw.below(4) == 0)),
            unit(&mut draw) * 3.0,
            draw.below(6) as f64,
        ];
        let sum = TRUE[0]
            + terms
                .iter()
                .zip(&TRUE[1..])
                .map(|(one, by)| one * by)
                .sum::<f64>();
        (terms, unit(&mut draw) < chance(sum))
    });
    people.collect()
}

fn fitted(people: &[Drawn], ridge: f64, threads: usize) -> Result<Fitted, FitError> {
    let blocks: Vec<_> = people.chunks(97).collect();
    fit(
        &blocks,
        &[ridge; 3],
        threads,
        |(terms, outcome), row: &mut Row| {
            for (place, value) in terms.iter().enumerate() {
                row.push(place, *value);
            }
            row.outcome = *outcome;
        },
    )
}

fn log_odds(found: &Fitted, terms: &[f64; 3]) -> f64 {
    found.intercept
        + terms
            .iter()
            .zip(&found.coefficients)
            .map(|(one, by)| one * by)
            .sum::<f64>()
}

#[test]
fn known_coefficients_are_found_again_as_often_as_their_errors_say() {
    let (mut within, mut all) = (0, 0);
    for seed in 0..25 {
        let found = fitted(&drawn(seed, 6_000), 0.0, 2).expect("coefficients");
        let estimates = std::iter::once((found.intercept, found.intercept_error));
        let estimates = estimates.chain(
            found
                .coefficients
                .iter()
                .copied()
                .zip(found.errors.iter().copied()),
        );
        for ((value, error), truth) in estimates.zip(TRUE) {
            all += 1;
            within += usize::from((value - truth).abs() <= 1.96 * error);
            assert!(
                (value - truth).abs() <= 4.5 * error,
                "{value} ± {error} beside {truth}"
            );
        }
    }
    // 95 of 100 are expected: fewer than 87 would come about once in a thousand such tests.
    assert!((87..=100).contains(&within), "{within} of {all}");
}

#[test]
fn the_same_rows_give_the_same_bits_whatever_the_threads() {
    let people = drawn(7, 20_000);
    let bits = |threads| {
        let found = fitted(&people, 2.0, threads).expect("coefficients");
        let all = found.coefficients.iter().chain(&found.errors);
        let all = all.chain([&found.intercept, &found.intercept_error, &found.log_likelihood]);
        all.map(|one| one.to_bits()).collect::<Vec<u64>>()
    };
    let one = bits(1);
    for threads in [2, 3, 8, 2] {
        assert_eq!(bits(threads), one, "{threads} threads");
    }
}

#[test]
fn true_chances_are_found_calibrated_and_an_outcome_that_was_shuffled_is_told_by_nothing() {
    let people = drawn(11, 40_000);
    let true_odds = |terms: &[f64; 3]| {
        TRUE[0]
            + terms
                .iter()
                .zip(&TRUE[1..])
                .map(|(one, by)| one * by)
                .sum::<f64>()
    };
    let right: Vec<Judged> = people
        .iter()
        .map(|(terms, outcome)| judged(true_odds(terms), *outcome))
        .collect();
    let checked = check(&right, 2);
    let found = checked.all.figures().expect("figures");
    let line = found.calibration.expect("a calibration");
    assert!(line.intercept.low < 0.0 && line.intercept.high > 0.0, "{line:?}");
    assert!(line.slope.low < 1.0 && line.slope.high > 1.0, "{line:?}");
    let ratio = found.ratio.expect("a ratio");
    assert!(ratio.low < 1.0 && ratio.high > 1.0, "{ratio:?}");
    // Chances that are too extreme have a slope below one, and such as are too low on the whole an intercept above nought.
    let extreme: Vec<Judged> = right
        .iter()
        .map(|one| judged(2.0 * one.log_odds, one.outcome))
        .collect();
    near(
        calibration(&extreme, 2).expect("a calibration").slope.value,
        line.slope.value / 2.0,
        1e-9,
    );
    let low: Vec<Judged> = right
        .iter()
        .map(|one| judged(one.log_odds - 1.0, one.outcome))
        .collect();
    near(
        calibration(&low, 2).expect("a calibration").intercept.value,
        line.intercept.value + 1.0,
        1e-9,
    );

    let (trained, others) = people.split_at(20_000);
    let model = fitted(trained, 1.0, 2).expect("coefficients");
    let area = |outcomes: &mut dyn Iterator<Item = bool>, model: &Fitted| {
        let values: Vec<(f64, bool)> = others
            .iter()
            .map(|(terms, _)| log_odds(model, terms))
            .zip(outcomes)
            .collect();
        auroc(&values).expect("an area")
    };
    let told = area(&mut others.iter().map(|one| one.1), &model);
    assert!(told.low > 0.6, "{told:?}");
    // Outcomes that are somebody else's, so many places on, in training and check: nothing is told of anybody.
    let elses = |people: &[Drawn], by: usize| -> Vec<Drawn> {
        let shifted = (0..people.len()).map(|at| people[(at + by) % people.len()].1);
        people
            .iter()
            .zip(shifted)
            .map(|((terms, _), outcome)| (*terms, outcome))
            .collect()
    };
    let mut mean = 0.0;
    for by in [1_000, 3_000, 5_000, 7_000] {
        let nothing = fitted(&elses(trained, by), 1.0, 2).expect("coefficients");
        let told = area(&mut elses(others, by).iter().map(|one| one.1), &nothing);
        // Its standard error is some 0.0055.
        assert!((told.value - 0.5).abs() < 0.02, "{told:?}");
        mean += told.value / 4.0;
    }
    assert!((mean - 0.5).abs() < 0.01, "{mean}");
}

#[test]
fn what_cannot_be_fitted_is_refused_in_words() {
    let of = |people: &[Drawn], ridge| fitted(people, ridge, 1).expect_err("refused");
    let people = drawn(3, 500);
    let with = |change: &dyn Fn(&mut Drawn)| {
        let mut people = people.clone();
        people.iter_mut().for_each(change);
        people
    };
    assert_eq!(of(&[], 1.0), FitError::OneOutcome);
    assert_eq!(of(&with(&|one| one.1 = true), 1.0), FitError::OneOutcome);
    assert_eq!(of(&with(&|one| one.0[1] = 0.0), 0.0), FitError::Singular(1));
    assert_eq!(
        of(&with(&|one| one.0[2] = 2.0 * one.0[1]), 0.0),
        FitError::Singular(2)
    );
    assert_eq!(of(&with(&|one| one.0[2] = f64::NAN), 1.0), FitError::NoEnd);
    // A term that tells the outcome without a fault, for everybody or for some.
    for told in [
        with(&|one| one.0[0] = f64::from(u8::from(one.1))),
        with(&|one| one.1 = one.1 || one.0[0] > 0.0),
    ] {
        assert!(
            matches!(of(&told, 0.0), FitError::NoEnd | FitError::Singular(_)),
            "{:?}",
            fitted(&told, 0.0, 1)
        );
        let held = fitted(&told, 1.0, 1).expect("a penalty holds it");
        assert!(
            held.coefficients[0] > 2.0 && held.coefficients[0] < 15.0,
            "{held:?}"
        );
    }
    let words = FitError::NoEnd.to_string();
    assert!(
        words.contains("terms:") && words.contains("penalty above 0"),
        "{words}"
    );
}

#[test]
fn small_numbers_of_a_check_are_hidden_with_what_would_tell_them() {
    let mut people = Vec::new();
    for (sex, with, without) in [(Sex::Female, 40, 400), (Sex::Male, 30, 300), (Sex::Other, 3, 12)] {
        for at in 0..with + without {
            people.push(Judged {
                sex,
                ..judged(f64::from(at % 7) - 3.0, at < with)
            });
        }
    }
    let checked = check(&people, 1);
    let of = |name: &str| {
        checked
            .groups
            .iter()
            .find(|one| one.by == "sex" && one.name == name)
            .expect("a group")
    };
    // Three of another sex are hidden; so are the men, since everybody less the women would tell them.
    assert_eq!(of("other").told, Told::Hidden);
    assert_eq!(of("male").told, Told::Hidden);
    assert_eq!(of("unknown").told, Told::Nobody);
    let counts = |told: &Told| told.figures().map(|one| (one.people, one.outcomes));
    assert_eq!(counts(&of("female").told), Some((440, 40)));
    assert_eq!(counts(&checked.all), Some((785, 73)));
    for net in &checked.net {
        let Some((chosen, rightly)) = net.chosen else {
            continue;
        };
        for count in [rightly, chosen - rightly, net.missed.expect("shown beside")] {
            assert!(count == 0 || count >= 10, "{net:?}");
        }
    }
    for band in &checked.bands {
        let Some((people, outcomes, _)) = band.counts else {
            continue;
        };
        assert!(
            outcomes == 0 || (outcomes >= 10 && people - outcomes >= 10),
            "{band:?}"
        );
    }
    // Of so few nothing is said.
    let few = check(&people[35..55], 1);
    assert!(
        few.all == Told::Hidden
            && few
                .net
                .iter()
                .all(|one| one.chosen.is_none() && one.of_everybody.is_none())
    );
    assert_eq!(check(&[], 1).all, Told::Nobody);
}
