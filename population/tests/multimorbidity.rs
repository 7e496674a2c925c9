//! Conditions of the Cambridge Multimorbidity Score over the columns, and their sums.

use care::score::cambridge::{Conditions, Version, sum};
use jiff::civil::{Date, date};
use population::facts::{CodeName, Coded, Kind, Mark, Person};
use population::parquet::stratify_multimorbidity;
use population::score::{ConditionTable, Multimorbid, Scores, multimorbidity};
use population::{Columns, Day, Facts};
use record::{Bucket, PersonKey};

use super::invented::{Chance, as_files, coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);
const DEMENTIA: &str = "26929004";
const COPD: &str = "13645005";
const CANCER: &str = "254837009";

fn key(bucket: u16, number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(bucket).expect("a bucket"), number)
}

fn person(mut facts: Vec<Coded<CodeName>>) -> Facts<CodeName> {
    facts.sort();
    Facts {
        person: Person {
            birth: day(date(1950, 1, 1)),
            ..Person::default()
        },
        coded: facts,
        ..Facts::default()
    }
}

fn scored(columns: &Columns) -> Scores<Multimorbid> {
    multimorbidity(columns, &ConditionTable::of(columns.dictionary()), TODAY, 2)
}

fn one(facts: Vec<Coded<CodeName>>) -> Multimorbid {
    let mut columns = Columns::default();
    columns.put(key(7, 1), Some(person(facts)));
    scored(&columns).people[0]
}

fn of(names: &[&str]) -> Conditions {
    names
        .iter()
        .fold(Conditions::default(), |found, name| found.with(name))
}

#[test]
fn the_sums_are_those_that_care_gives_of_the_published_weights() {
    let since = day(date(2019, 5, 1));
    let two = one(vec![
        coded(DEMENTIA, since),
        coded(COPD, since),
        coded(COPD, day(date(2020, 1, 1))),
    ]);
    assert_eq!(
        (two.age, two.conditions, two.odd),
        (76, of(&["dementia", "copd"]), 0)
    );
    assert!((sum(two.conditions, Version::General) - 3.96).abs() < 1e-9);
    let icd_10 = |code: &str| Coded {
        code: CodeName::new("https://fhir.hl7.org.uk/Id/icd-10", code),
        ..coded("1", since)
    };
    let pressure = one(vec![icd_10("I10")]);
    assert!((sum(pressure.conditions, Version::Mortality) + 2.09).abs() < 1e-9);
    let shaking = one(vec![icd_10("G20"), icd_10("I10")]);
    assert!((sum(shaking.conditions, Version::Modified) - 0.546_194).abs() < 1e-9);
    assert_eq!(shaking.conditions.count(), 2);
    assert_eq!(shaking.conditions.known_to(Version::Modified).count(), 1);
}

#[test]
fn what_is_over_odd_or_to_come_does_not_count_and_what_came_back_does() {
    let on = |year: i16| day(date(year, 5, 1));
    let over = |year| Coded {
        over: true,
        ..coded(COPD, on(year))
    };
    let copd = of(&["copd"]);
    let none = Conditions::default();
    for (facts, expected, odd) in [
        (vec![coded(COPD, Day::UNKNOWN)], copd, 0),
        (vec![coded(COPD, on(2019)), over(2021)], none, 0),
        (
            vec![coded(COPD, on(2019)), over(2021), coded(COPD, on(2023))],
            copd,
            0,
        ),
        (vec![coded(COPD, on(2027))], none, 1),
        (
            vec![Coded {
                mark: Mark::Unsure,
                ..coded(COPD, on(2019))
            }],
            none,
            1,
        ),
        (
            vec![Coded {
                kind: Kind::Finding,
                ..coded(COPD, on(2019))
            }],
            copd,
            0,
        ),
        (
            vec![Coded {
                kind: Kind::Asked,
                ..coded(COPD, on(2019))
            }],
            none,
            0,
        ),
    ] {
        let found = one(facts.clone());
        assert_eq!((found.conditions, found.odd), (expected, odd), "{facts:?}");
    }
}

#[test]
fn cancer_counts_for_five_years_from_its_first_day() {
    let cancer = of(&["cancer_last_5y"]);
    let at = |days: &[Day]| one(days.iter().map(|day| coded(CANCER, *day)).collect()).conditions;
    assert_eq!(at(&[day(date(2021, 8, 2))]), cancer);
    assert_eq!(at(&[day(date(2021, 8, 1))]), Conditions::default());
    // Written down again, or without a day.
    assert_eq!(
        at(&[day(date(2015, 1, 1)), day(date(2025, 1, 1))]),
        Conditions::default()
    );
    assert_eq!(at(&[Day::UNKNOWN]), Conditions::default());
}

#[test]
fn drawn_people_have_the_sums_of_their_conditions_from_files_as_well() {
    const CODES: [(&str, &str); 8] = [
        (DEMENTIA, "dementia"),
        (COPD, "copd"),
        ("195967001", "asthma"),
        ("49436004", "atrial_fibrillation"),
        ("38341003", "hypertension"),
        ("84114007", "heart_failure"),
        ("44054006", "diabetes"),
        ("58214004", "schizophrenia_or_bipolar"),
    ];
    let mut chance = Chance(23);
    let mut columns = Columns::default();
    let mut expected = std::collections::BTreeMap::new();
    for at in 0..300u64 {
        let some: Vec<(&str, &str)> = (0..chance.below(6)).map(|_| chance.of(&CODES)).collect();
        let key = key((at % 64) as u16, at + 1);
        let facts = some
            .iter()
            .map(|(code, _)| coded(code, day(date(2010 + (at % 9) as i16, 3, 1))));
        columns.put(key, Some(person(facts.collect())));
        let names: Vec<&str> = some.iter().map(|(_, name)| *name).collect();
        expected.insert(key, of(&names));
    }
    let found = scored(&columns);
    assert_eq!(found.people.len(), 300);
    for one in &found.people {
        for version in [Version::General, Version::Mortality, Version::Modified] {
            let theirs = sum(expected[&one.person], version);
            assert!((sum(one.conditions, version) - theirs).abs() < 1e-12);
        }
    }
    let files = as_files(&columns);
    let again = stratify_multimorbidity(files.path(), TODAY, 2).expect("read");
    let unnamed = |scores: &Scores<Multimorbid>| {
        let people = scores.people.iter();
        people
            .map(|one| (one.age, one.conditions, one.odd))
            .collect::<Vec<_>>()
    };
    assert_eq!(unnamed(&again), unnamed(&found));
}
