//! Training and check over columns, and what is refused.

use population::facts::Sex;
use population::model::{
    Dropped, Example, Plan, TERMS, TrainError, auroc, check, is_trained_on, judge, train,
};
use population::parquet;

use super::{ON, of, plan, purpose, region};

#[test]
fn a_model_of_the_files_is_that_of_the_columns_and_says_of_others_what_comes() {
    let columns = region(8_000);
    let people = of(&columns);
    let folder = tempfile::tempdir().expect("a folder");
    parquet::write(&columns, folder.path(), purpose(), jiff::Timestamp::UNIX_EPOCH).expect("written");
    assert_eq!(
        parquet::examples(folder.path(), ON, 2).expect("read").people,
        people
    );

    let model = train(&people, &plan(), 2).expect("a model");
    for threads in [1, 3] {
        assert_eq!(
            train(&people, &plan(), threads).expect("a model"),
            model,
            "{threads} threads"
        );
    }
    let others = people.iter().filter(|one| !is_trained_on(one.person, 70));
    let judged = judge(&model, others);
    assert!(judged.len() > 2_200 && judged.len() < 2_600, "{}", judged.len());
    let checked = check(&judged, 2);
    let all = checked.all.figures().expect("figures");
    let (area, line) = (
        all.auroc.expect("an area"),
        all.calibration.expect("a calibration"),
    );
    assert!(area.low > 0.7, "{area:?}");
    assert!(line.slope.low < 1.05 && line.slope.high > 0.95, "{line:?}");
    assert!(line.intercept.low < 0.0 && line.intercept.high > 0.0, "{line:?}");

    // Ethnicity changes nothing: it is in no feature.
    let others_said: Vec<Example> = people
        .iter()
        .map(|one| Example {
            ethnicity: b'Z',
            ..*one
        })
        .collect();
    assert_eq!(train(&others_said, &plan(), 2).expect("a model"), model);

    // A mutant: outcomes that are somebody else's are told by nothing.
    let shuffled: Vec<Example> = (0..people.len())
        .map(|at| Example {
            outcome: people[(at + 2_011) % people.len()].outcome,
            ..people[at]
        })
        .collect();
    let nothing = train(&shuffled, &plan(), 2).expect("a model");
    let others = shuffled.iter().filter(|one| !is_trained_on(one.person, 70));
    let values: Vec<(f64, bool)> = judge(&nothing, others)
        .iter()
        .map(|one| (one.log_odds, one.outcome))
        .collect();
    let area = auroc(&values).expect("an area");
    assert!(area.low < 0.5 && area.high > 0.5, "{area:?}");
}

#[test]
fn a_feature_that_tells_nobody_or_too_few_apart_is_left_out_and_named() {
    let mut people = of(&region(4_000));
    let rare = people
        .iter_mut()
        .filter(|one| is_trained_on(one.person, 70))
        .take(9);
    rare.for_each(|one| one.inputs.sex = Sex::Other);
    let model = train(&people, &plan(), 2).expect("a model");
    let why = |name: &str| {
        model
            .dropped
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.why.as_str())
    };
    assert_eq!(why("sex-other"), Some(Dropped::FEW));
    assert_eq!(why("sex-unknown"), Some(Dropped::SAME));
    assert_eq!(why("contacts-home"), Some(Dropped::SAME));
    assert_eq!(why("sex-male"), None);
    assert_eq!(model.terms.len() + model.dropped.len(), TERMS.len());
}

#[test]
fn what_cannot_be_trained_is_refused_with_the_field_and_the_rule() {
    let people = of(&region(3_000));
    let refused = |people: &[Example], plan: &Plan| train(people, plan, 1).expect_err("refused").to_string();
    let with = |change: &dyn Fn(usize, &mut Example)| {
        let mut people = people.clone();
        people
            .iter_mut()
            .enumerate()
            .for_each(|(at, one)| change(at, one));
        people
    };
    for (words, said) in [
        (refused(&[], &plan()), "people: nobody"),
        (
            refused(&with(&|_, one| one.outcome = false), &plan()),
            "outcome: it came to nobody",
        ),
        (
            refused(&with(&|at, one| one.outcome = at < 60), &plan()),
            "outcome: it came to fewer than 100",
        ),
        (
            refused(&with(&|at, one| one.outcome = at >= 60), &plan()),
            "outcome: fewer than 100",
        ),
        (
            refused(&with(&|_, one| one.inputs = people[0].inputs), &plan()),
            "features: none of them",
        ),
        (
            refused(
                &people,
                &Plan {
                    penalty: f64::NAN,
                    ..plan()
                },
            ),
            "penalty: it must be a number from 0",
        ),
        (
            refused(
                &people,
                &Plan {
                    penalty: -1.0,
                    ..plan()
                },
            ),
            "penalty: it must be a number from 0",
        ),
        (
            refused(&people, &Plan { share: 5, ..plan() }),
            "share: it must be 10 to 90",
        ),
    ] {
        assert!(words.starts_with(said), "{words}");
    }
    // Everybody over 85: each line by age is a sum of the first and the intercept. A penalty shares it out.
    let old = with(&|_, one| one.inputs.age = 86 + one.inputs.age % 8);
    let words = refused(
        &old,
        &Plan {
            penalty: 0.0,
            ..plan()
        },
    );
    assert!(
        words.starts_with("features: age-over-5 is a sum of others"),
        "{words}"
    );
    assert!(train(&old, &plan(), 1).is_ok());
    assert!(matches!(
        train(&people, &Plan { share: 5, ..plan() }, 1),
        Err(TrainError::Share)
    ));
}
