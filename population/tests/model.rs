//! The learned model over columns: what it reads, what it may not read, what it refuses, and its file.

use codes::clinical::efi::{OURS, System};
use codes::system::DMD;
use jiff::civil::{Date, date};
use population::facts::{Class, CodeName, Coded, Contact, Course, Kind, Mark, Person, Sex, flag};
use population::model::{
    Data, Dropped, Example, Model, Plan, TERMS, Tables, TrainError, auroc, check, examples, is_trained_on,
    judge, train,
};
use population::parquet::{self, Purpose};
use population::{Columns, Day, Facts};
use proptest::prelude::*;
use record::{Bucket, PersonKey};
use serde_json::{Value, json};

use super::invented::{Chance, coded, day};

const ON: Date = Date::constant(2025, 11, 1);
const UNTIL: Date = Date::constant(2026, 11, 1);

fn of(columns: &Columns) -> Vec<Example> {
    examples(columns, &Tables::of(columns.dictionary()), ON, 2).people
}

fn key(at: usize) -> PersonKey {
    PersonKey::new(
        Bucket::new((at % 1024) as u16).expect("a bucket"),
        (at / 1024) as u64 + 1,
    )
}

fn contact(class: Class, start: Day) -> Contact {
    Contact {
        start,
        end: start,
        class,
        mark: Mark::Sound,
    }
}

fn course(code: &str, start: Day, end: Day) -> Course<CodeName> {
    Course {
        code: CodeName::new(DMD, code),
        start,
        end,
        current: !end.is_known(),
        mark: Mark::Sound,
    }
}

/// Codes of deficits and of long-term conditions.
fn names() -> Vec<&'static str> {
    let ours = OURS.iter().filter(|(system, _, _)| *system == System::SnomedCt);
    let mut names: Vec<&str> = ours.map(|(_, code, _)| code).collect();
    // Heart failure, COPD, diabetes, asthma and others of the segments' conditions are among them.
    names.sort_unstable();
    names
}

fn born(at: Date) -> Facts<CodeName> {
    Facts {
        person: Person {
            birth: day(at),
            sex: Sex::Female,
            ..Person::default()
        },
        ..Facts::default()
    }
}

fn one(mut facts: Facts<CodeName>) -> Option<Example> {
    facts.sort();
    let mut columns = Columns::default();
    columns.put(key(5), Some(facts));
    of(&columns).first().copied()
}

#[test]
fn features_are_what_was_dated_up_to_the_day_and_the_outcome_is_what_came_in_the_year_after_it() {
    let mut facts = born(date(1947, 2, 3));
    facts.coded = vec![
        coded("84114007", day(ON)),                // heart failure
        coded("13645005", day(date(2025, 11, 2))), // COPD, a day too late
        coded("73211009", Day::UNKNOWN),           // diabetes, nobody knows since when
    ];
    facts.courses = vec![
        course("1", day(date(2020, 1, 1)), Day::UNKNOWN),
        course("2", day(date(2020, 1, 1)), day(date(2024, 10, 31))),
        course("3", day(date(2025, 12, 1)), Day::UNKNOWN),
        course("4", Day::UNKNOWN, Day::UNKNOWN),
    ];
    facts.contacts = vec![
        contact(Class::Emergency, day(ON)),
        contact(Class::Emergency, day(date(2024, 11, 2))),
        contact(Class::Emergency, day(date(2024, 11, 1))),
        contact(Class::Ambulatory, day(date(2025, 11, 2))),
        contact(Class::Inpatient, day(date(2026, 3, 1))),
    ];
    let found = one(facts.clone()).expect("an example");
    let told: Vec<String> = found
        .inputs
        .values()
        .iter()
        .zip(TERMS.iter())
        .filter(|(value, term)| **value != 0.0 && !term.name.starts_with("age"))
        .map(|(value, term)| format!("{} {value:.3}", term.name))
        .collect();
    assert_eq!(
        told,
        [
            "deficit-heart-failure 1.000",
            "medicines 1.000",
            "conditions 1.000",
            "contacts-emergency 1.585"
        ]
    );
    // A stay alone may have been planned; with an emergency contact the day before it was not.
    assert!(!found.outcome);
    for (emergency, expected) in [
        (date(2026, 2, 28), true),
        (date(2026, 2, 27), false),
        (date(2026, 3, 1), true),
    ] {
        let mut facts = facts.clone();
        facts.contacts.push(contact(Class::Emergency, day(emergency)));
        let again = one(facts).expect("an example");
        assert_eq!(
            (again.outcome, again.inputs),
            (expected, found.inputs),
            "{emergency}"
        );
    }
    // The last day that counts, and the first that does not.
    for (stay, expected) in [(date(2026, 11, 1), true), (date(2026, 11, 2), false)] {
        let mut facts = born(date(1947, 2, 3));
        facts.contacts = vec![
            contact(Class::Emergency, day(stay)),
            contact(Class::Inpatient, day(stay)),
        ];
        assert_eq!(one(facts).map(|one| one.outcome), Some(expected), "{stay}");
    }
    // What is odd counts neither way.
    let mut facts = born(date(1947, 2, 3));
    facts.contacts = vec![
        contact(Class::Emergency, day(date(2026, 1, 1))),
        Contact {
            mark: Mark::NotDone,
            ..contact(Class::Inpatient, day(date(2026, 1, 1)))
        },
    ];
    assert_eq!(one(facts).map(|one| one.outcome), Some(false));
}

#[test]
fn whoever_died_by_the_day_or_has_no_birth_is_left_out_and_whoever_died_after_it_is_in() {
    let died = |at: Option<Date>| {
        let mut facts = born(date(1947, 2, 3));
        facts.person.flags = flag::DIED;
        facts.person.death = at.map_or(Day::UNKNOWN, day);
        one(facts)
    };
    assert_eq!(died(Some(ON)), None);
    assert_eq!(died(None), None, "when is not known");
    assert_eq!(
        died(Some(date(2025, 11, 2))).map(|one| (one.died, one.outcome)),
        Some((true, false))
    );
    assert_eq!(died(Some(date(2026, 11, 2))).map(|one| one.died), Some(false));
    assert_eq!(one(Facts::default()), None);
    assert_eq!(one(born(date(2025, 11, 2))), None, "not born yet");
    assert!(one(born(ON)).is_some());
}

/// A day of the years around the index day, or none.
fn any_day() -> impl Strategy<Value = Day> {
    let on = day(ON).number();
    prop_oneof![1 => Just(Day::UNKNOWN), 9 => (on - 900..on + 900).prop_map(|number| Day::from_number(number).expect("a day"))]
}

fn any_facts() -> impl Strategy<Value = Facts<CodeName>> {
    let names = names();
    let coded =
        (any_day(), 0..names.len(), 0u8..6, any::<bool>()).prop_map(move |(on, at, kind, over)| Coded {
            kind: Kind::from_number(kind).expect("a kind"),
            over,
            ..coded(names[at], on)
        });
    let course =
        (any_day(), any_day(), 0u8..12, any::<bool>()).prop_map(|(start, end, code, current)| Course {
            current,
            ..course(&code.to_string(), start, if current { Day::UNKNOWN } else { end })
        });
    let contact = (any_day(), 0usize..9).prop_map(|(start, class)| contact(Class::ALL[class], start));
    let many = |range| proptest::collection::vec(range, 0..12);
    (
        many(coded.boxed()),
        proptest::collection::vec(course, 0..12),
        proptest::collection::vec(contact, 0..12),
    )
        .prop_map(|(coded, courses, contacts)| Facts {
            coded,
            courses,
            contacts,
            ..born(date(1947, 2, 3))
        })
}

proptest! {
    /// No leakage: whatever is dated after the day, or not at all, changes no feature.
    #[test]
    fn facts_after_the_day_change_nothing_in_the_features(before in any_facts(), after in any_facts()) {
        let later = |at: Day| !at.is_known() || at > day(ON);
        let mut with = before.clone();
        with.coded.extend(after.coded.into_iter().filter(|one| later(one.day)));
        with.courses.extend(after.courses.into_iter().filter(|one| later(one.start)));
        with.contacts.extend(after.contacts.into_iter().filter(|one| later(one.start)));
        let mut without = before.clone();
        without.coded.retain(|one| !later(one.day));
        without.courses.retain(|one| !later(one.start));
        without.contacts.retain(|one| !later(one.start));
        let features = |facts| one(facts).expect("an example").inputs;
        let known = features(without);
        prop_assert_eq!(features(before), known);
        prop_assert_eq!(features(with), known);
    }
}

/// People whose chance of an unplanned stay follows from age, a deficit and emergency visits of the year before.
fn region(people: usize) -> Columns {
    let (mut chance, names) = (Chance(20_261_130), names());
    let mut columns = Columns::default();
    let back = |chance: &mut Chance, days: usize| day(ON).before(chance.below(days) as u16);
    for at in 0..people {
        let age = chance.below(95) as i16;
        let mut facts = born(date(2025 - age, 6, 1));
        facts.person.sex = chance.of(&[Sex::Female, Sex::Male]);
        facts.person.ethnicity = chance.of(b"AAAAAAHMZ");
        for _ in 0..chance.below(6) {
            let on = back(&mut chance, 3_000);
            facts.coded.push(coded(chance.of(&names), on));
        }
        for code in 0..chance.below(8) {
            facts
                .courses
                .push(course(&code.to_string(), back(&mut chance, 900), Day::UNKNOWN));
        }
        let visits = chance.below(4) * chance.below(2);
        for _ in 0..visits {
            facts
                .contacts
                .push(contact(Class::Emergency, back(&mut chance, 300)));
        }
        let sum = -4.0 + f64::from(age) / 25.0 + visits as f64 * 0.6;
        if (chance.below(1_000_000) as f64) < population::model::chance(sum) * 1e6 {
            let stay = day(ON).after(1 + chance.below(365) as u16).expect("a day");
            facts
                .contacts
                .extend([contact(Class::Emergency, stay), contact(Class::Inpatient, stay)]);
        }
        facts.sort();
        columns.put(key(at), Some(facts));
    }
    columns
}

fn purpose() -> Purpose {
    Purpose {
        purpose: "invented people".to_owned(),
        legal_basis: "invented people".to_owned(),
        controller: "nobody".to_owned(),
    }
}

fn plan() -> Plan {
    Plan {
        index_day: ON,
        penalty: 1.0,
        share: 70,
        region: "an invented region".to_owned(),
        purpose: purpose(),
        data: Data {
            source: "parquet".to_owned(),
            until: UNTIL,
            files: vec![("codes.parquet".to_owned(), "ab".repeat(32))],
        },
    }
}

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

#[test]
fn a_model_comes_back_from_its_file_and_anything_else_is_refused_by_its_field() {
    let model = train(&of(&region(4_000)), &plan(), 2).expect("a model");
    let file = model.to_json();
    let read = |value: &Value| Model::read(value.to_string().as_bytes());
    assert_eq!(read(&file).as_ref(), Ok(&model));
    assert_eq!(file["use"], "not for clinical use");
    assert_eq!(file["signed"], Value::Null);

    let refused = |change: &dyn Fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file);
        read(&file).expect_err("refused").to_string()
    };
    let member = |at: &[&str], value: Value| {
        let at: Vec<String> = at.iter().map(|one| (*one).to_owned()).collect();
        refused(&move |file: &mut Value| {
            let mut place = file;
            for name in &at {
                place = match name.parse::<usize>() {
                    Ok(number) => &mut place[number],
                    Err(_) => &mut place[name.as_str()],
                };
            }
            *place = value.clone();
        })
    };
    for (words, said) in [
        (
            member(&["format"], json!("another")),
            "format: it must be \"sarsen-risk-model\"",
        ),
        (member(&["version"], json!(2)), "version: it must be 1"),
        (member(&["use"], json!("for clinical use")), "use: it must be"),
        (member(&["signed"], json!("somebody")), "signed: it must be null"),
        (
            member(&["intended_purpose"], json!("to rank people")),
            "intended_purpose: it must be",
        ),
        (member(&["outcome", "days"], json!(30)), "outcome: it must be"),
        (
            member(&["index_day"], json!("soon")),
            "index_day: it must be a day",
        ),
        (
            member(&["index_day"], json!("2025-11-02")),
            "index_day: the 365 days after it must be over",
        ),
        (member(&["controller"], json!(" ")), "controller: it must be text"),
        (
            member(&["data", "source"], json!("hearsay")),
            "data.source: it must be",
        ),
        (
            member(&["data", "files", "0", "sha256"], json!("12")),
            "data.files[0].sha256: it must be 64",
        ),
        (
            member(&["method", "penalty"], json!(-1)),
            "method.penalty: it must be 0 or above",
        ),
        (
            member(&["method", "share_in_100"], json!(99)),
            "method.share_in_100: it must be 10 to 90",
        ),
        (
            member(&["trained_on", "outcomes"], json!(9)),
            "trained_on.outcomes: at least 100",
        ),
        (
            member(&["intercept", "coefficient"], Value::Null),
            "intercept.coefficient: it must be a finite number",
        ),
        (
            member(&["features", "0", "coefficient"], json!("1")),
            "features[0].coefficient: it must be a finite number",
        ),
        (
            member(&["features", "1", "standard_error"], json!(-0.5)),
            "features[1].standard_error: it must be 0 or above",
        ),
        (
            member(&["features", "0", "name"], json!("shoe-size")),
            "features[0].name: \"shoe-size\" is no feature",
        ),
        (
            member(&["features", "1", "name"], json!("age")),
            "features[1].name: \"age\" stands there twice",
        ),
        (
            member(&["features", "0", "one_more_is"], json!("a year")),
            "features[0].one_more_is: it must be",
        ),
        (
            member(&["left_out", "0", "why"], json!("no reason")),
            "left_out[0].why: it is no reason",
        ),
        (member(&["more"], json!(1)), "more: it is no member"),
        (
            refused(&|file| {
                file.as_object_mut().expect("an object").remove("region");
            }),
            "region: it is missing",
        ),
        (
            refused(&|file| {
                file["features"].as_array_mut().expect("a list").remove(0);
            }),
            "features: \"age\" is missing",
        ),
        (
            Model::read(b"{").expect_err("refused").to_string(),
            "file: it is no JSON",
        ),
        (
            Model::read(b"[]").expect_err("refused").to_string(),
            "format: it must be",
        ),
    ] {
        assert!(words.starts_with(said), "{said}: {words}");
    }
    let huge = file
        .to_string()
        .replacen("\"coefficient\":", "\"coefficient\":1e999,\"was\":", 1);
    assert!(Model::read(huge.as_bytes()).is_err());
}
