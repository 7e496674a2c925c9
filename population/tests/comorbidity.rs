//! Comorbidities over the columns are those of care, person by person.

use std::collections::BTreeMap;

use care::score::charlson::{Weights, index};
use care::score::elixhauser::van_walraven;
use care::score::named;
use jiff::civil::{Date, date};
use population::facts::{CodeName, Coded, Kind, Mark, Person};
use population::parquet::stratify_comorbidity;
use population::score::{Comorbid, DiagnosisTable, Scores, comorbidity};
use population::{Columns, Day, Facts};
use record::{Bucket, PersonKey};

use super::invented::{Chance, as_files, coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";

fn key(bucket: u16, number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(bucket).expect("a bucket"), number)
}

fn diagnosis(code: &str, on: Day) -> Coded<CodeName> {
    Coded {
        code: CodeName::new(ICD_10, code),
        ..coded("1", on)
    }
}

fn person(diagnoses: Vec<Coded<CodeName>>) -> Facts<CodeName> {
    let mut facts = Facts {
        person: Person {
            birth: day(date(1950, 1, 1)),
            ..Person::default()
        },
        coded: diagnoses,
        ..Facts::default()
    };
    facts.sort();
    facts
}

fn scored(columns: &Columns) -> Scores<Comorbid> {
    comorbidity(columns, &DiagnosisTable::of(columns.dictionary()), TODAY, 2)
}

/// What the score of care says of these codes in a row.
fn by_row(name: &str, codes: &str) -> Option<f64> {
    let cells = |column: &str| (column == "codes").then_some(codes);
    named(name).expect("a score").of_row(&cells).value
}

#[test]
fn what_somebody_had_counts_and_what_is_odd_to_come_or_no_problem_does_not() {
    let past = day(date(2020, 1, 1));
    let columns_of = |facts| {
        let mut columns = Columns::default();
        columns.put(key(7, 1), Some(facts));
        columns
    };
    let found = scored(&columns_of(person(vec![
        // Diabetes, and diabetes with a complication: the severer alone counts.
        diagnosis("E11.9", past),
        diagnosis("E112", Day::UNKNOWN),
        Coded {
            over: true,
            ..diagnosis("I21", past)
        },
        // None of the conditions, and a code of another system that reads like one.
        diagnosis("J06.9", past),
        coded("C34", past),
        diagnosis("C78.0", day(date(2026, 8, 2))),
        Coded {
            mark: Mark::Refuted,
            ..diagnosis("G81", past)
        },
        Coded {
            kind: Kind::Finding,
            ..diagnosis("F00", past)
        },
    ])));
    let one = found.people[0];
    assert_eq!((one.age, one.diagnoses, one.odd), (76, 4, 2));
    assert_eq!(index(one.charlson, Weights::Original), 3);
    assert_eq!(one.charlson.counted().0.count_ones(), 2);
    let none = scored(&columns_of(person(vec![coded("38341003", past)]))).people[0];
    assert_eq!((none.diagnoses, none.charlson.0), (0, 0));
}

#[test]
fn drawn_people_have_what_the_rows_of_the_scores_say_from_files_as_well() {
    const CODES: [&str; 24] = [
        "I21", "I50.0", "I73.9", "I63", "F01", "J44.9", "M05", "K25", "B18", "E11.9", "E11.2", "G81", "N18",
        "C34", "I85.0", "C78", "B20", "I10", "I11.0", "E66", "F32.0", "D50.0", "J06.9", "R54",
    ];
    let mut chance = Chance(11);
    let mut columns = Columns::default();
    let mut expected: BTreeMap<PersonKey, String> = BTreeMap::new();
    for at in 0..400u64 {
        let codes: Vec<&str> = (0..chance.below(9)).map(|_| chance.of(&CODES)).collect();
        let key = key((at % 64) as u16, at + 1);
        let on = |code: &&str| diagnosis(code, day(date(2000 + (at % 26) as i16, 5, 4)));
        columns.put(key, Some(person(codes.iter().map(on).collect())));
        expected.insert(key, codes.join(";"));
    }
    let found = scored(&columns);
    assert_eq!(found.people.len(), 400);
    for one in &found.people {
        let codes = &expected[&one.person];
        if codes.is_empty() {
            assert_eq!(one.diagnoses, 0);
            continue;
        }
        for (name, ours) in [
            ("charlson-1987", index(one.charlson, Weights::Original)),
            ("charlson-2011", index(one.charlson, Weights::Quan2011)),
            ("elixhauser-van-walraven", van_walraven(one.elixhauser)),
        ] {
            assert_eq!(by_row(name, codes), Some(f64::from(ours)), "{name} of {codes}");
        }
    }
    let files = as_files(&columns);
    let again = stratify_comorbidity(files.path(), TODAY, 2).expect("read");
    // Files know people by numbers of their own.
    let unnamed = |scores: &Scores<Comorbid>| {
        let people = scores.people.iter();
        people
            .map(|one| (one.age, one.charlson, one.elixhauser, one.diagnoses, one.odd))
            .collect::<Vec<_>>()
    };
    assert_eq!(unnamed(&again), unnamed(&found));
}
