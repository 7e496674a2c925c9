//! How somebody lives, by the codes of the columns.

use codes::circumstance::{Circumstance, SYSTEM};
use codes::system::SNOMED_CT;
use jiff::civil::{Date, date};
use population::circumstance::{Circumstances, Lives};
use population::facts::{CodeName, Coded, Kind, Mark};
use population::{Columns, Day, Facts, People};
use record::{Bucket, PersonKey};

use super::invented::{coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);

fn finding(system: &str, code: &str, on: Day) -> Coded<CodeName> {
    Coded {
        kind: Kind::Finding,
        code: CodeName::new(system, code),
        ..coded(code, on)
    }
}

fn ours(code: &str, year: i16) -> Coded<CodeName> {
    finding(SYSTEM, code, day(date(year, 3, 1)))
}

/// How somebody lives whose records hold these.
fn lives(records: &[Vec<Coded<CodeName>>]) -> Lives {
    let key = |at: usize| PersonKey::new(Bucket::new(7).expect("a bucket"), at as u64 + 1);
    let mut columns = Columns::default();
    for (at, record) in records.iter().enumerate() {
        let mut facts = Facts {
            coded: record.clone(),
            ..Facts::default()
        };
        facts.person.survivor = (at > 0).then(|| key(0));
        facts.sort();
        columns.put(key(at), Some(facts));
    }
    let people = People::of(&columns);
    let person = people.person(key(0)).expect("somebody");
    Circumstances::of(columns.dictionary()).lives(&person, day(TODAY))
}

fn is(facts: Vec<Coded<CodeName>>, circumstance: Circumstance) -> bool {
    lives(&[facts]).has(circumstance)
}

#[test]
fn what_bears_a_label_says_nothing_to_a_list() {
    let key = PersonKey::new(Bucket::new(7).expect("a bucket"), 1);
    let labelled = |one: Coded<CodeName>| Coded {
        mark: one.mark.labelled(),
        ..one
    };
    for (facts, in_figures, on_lists) in [
        (vec![labelled(ours("carer", 2020))], true, false),
        (
            vec![ours("carer", 2020), labelled(ours("not-a-carer", 2022))],
            false,
            true,
        ),
    ] {
        let mut columns = Columns::default();
        let coded = facts;
        columns.put(
            key,
            Some(Facts {
                coded,
                ..Facts::default()
            }),
        );
        let people = People::of(&columns);
        let person = people.person(key).expect("somebody");
        let table = Circumstances::of(columns.dictionary());
        let has = |lives: Lives| lives.has(Circumstance::Carer);
        assert_eq!(
            (
                has(table.lives(&person, day(TODAY))),
                has(table.lives_without_labelled(&person, day(TODAY)))
            ),
            (in_figures, on_lists)
        );
    }
}

#[test]
fn the_latest_word_says_how_somebody_lives() {
    let carer = Circumstance::Carer;
    assert!(!is(vec![], carer));
    assert!(is(vec![ours("carer", 2020)], carer));
    assert!(!is(vec![ours("carer", 2020), ours("not-a-carer", 2022)], carer));
    assert!(is(vec![ours("carer", 2023), ours("not-a-carer", 2022)], carer));
    assert!(!is(vec![ours("carer", 2027)], carer), "it is still to come");
    let undated = finding(SNOMED_CT, "224484003", Day::UNKNOWN);
    assert!(is(vec![undated.clone()], carer));
    assert!(!is(vec![undated, ours("not-a-carer", 2022)], carer));
    let over = Coded {
        over: true,
        ..ours("carer", 2021)
    };
    assert!(!is(vec![ours("carer", 2020), over], carer));
    let unsure = Coded {
        mark: Mark::Unsure,
        ..ours("carer", 2020)
    };
    let asked = Coded {
        kind: Kind::Asked,
        ..ours("carer", 2020)
    };
    assert!(!is(vec![unsure, asked], carer));
}

#[test]
fn each_circumstance_is_told_by_its_own_codes_in_any_record_of_somebody() {
    let on = day(date(2024, 3, 1));
    let one = vec![
        finding("http://hl7.org/fhir/sid/icd-10", "Z59.0", on),
        ours("veteran", 2010),
    ];
    let other = vec![ours("routine-or-manual", 2015), finding("urn:other", "carer", on)];
    let expected = [
        Circumstance::Homeless,
        Circumstance::RoutineOrManual,
        Circumstance::ArmedForces,
    ];
    let found = lives(&[one, other]);
    assert_eq!(found, expected.into_iter().fold(Lives::default(), Lives::with));
    assert!(!found.has(Circumstance::Carer));
}
