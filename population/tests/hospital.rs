//! Stays and the Hospital Frailty Risk Score over the columns, by people made by hand and by what care says of the same codes.

use care::score::named;
use jiff::civil::{Date, date};
use population::facts::{Class, CodeName, Coded, Contact, Kind, Mark, Person};
use population::parquet::stratify_hospital_frailty;
use population::score::{DiagnosisTable, Scores, Stayed, hospital_frailty, stays};
use population::{Columns, Day, Facts, People};
use record::{Bucket, PersonKey};

use super::invented::{Chance, as_files, coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";

fn key(bucket: u16, number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(bucket).expect("a bucket"), number)
}

fn stay(class: Class, first: Date, last: Option<Date>) -> Contact {
    Contact {
        start: day(first),
        end: last.map_or(Day::UNKNOWN, day),
        class,
        mark: Mark::Sound,
    }
}

fn emergency(first: Date, last: Date) -> Contact {
    stay(Class::EmergencyInpatient, first, Some(last))
}

fn diagnosis(code: &str, on: Date) -> Coded<CodeName> {
    Coded {
        kind: Kind::Diagnosis,
        code: CodeName::new(ICD_10, code),
        ..coded("1", day(on))
    }
}

/// Somebody of 80.
fn person(contacts: Vec<Contact>, diagnoses: Vec<Coded<CodeName>>) -> Facts<CodeName> {
    let mut facts = Facts {
        person: Person {
            birth: day(date(1946, 1, 1)),
            ..Person::default()
        },
        coded: diagnoses,
        contacts,
        ..Facts::default()
    };
    facts.sort();
    facts
}

fn scored(columns: &Columns) -> Scores<Stayed> {
    hospital_frailty(columns, &DiagnosisTable::of(columns.dictionary()), TODAY, 2)
}

fn one(facts: Facts<CodeName>) -> Stayed {
    let mut columns = Columns::default();
    columns.put(key(7, 1), Some(facts));
    scored(&columns).people[0]
}

/// First and last days of somebody's stays.
fn lasting(contacts: Vec<Contact>) -> Vec<(Option<Date>, Option<Date>)> {
    let mut columns = Columns::default();
    columns.put(key(7, 1), Some(person(contacts, Vec::new())));
    let people = People::of(&columns);
    let slice = people.person(key(7, 1)).expect("somebody");
    let found = stays(&slice, day(TODAY));
    found
        .iter()
        .map(|stay| (stay.first.date(), stay.last.date()))
        .collect()
}

#[test]
fn a_stay_without_a_written_end_goes_on_unless_it_is_old_or_another_began_since() {
    let open = |first| stay(Class::Inpatient, first, None);
    let (june, july) = (date(2026, 6, 1), date(2026, 7, 1));
    assert_eq!(lasting(vec![open(july)]), [(Some(july), Some(TODAY))]);
    assert_eq!(
        lasting(vec![open(june), open(july)]),
        [(Some(june), Some(june)), (Some(july), Some(TODAY))]
    );
    let old = date(2025, 6, 1);
    assert_eq!(lasting(vec![open(old)]), [(Some(old), Some(old))]);
    // Visits are no stays, and neither is what did not happen or begins later.
    let called_off = Contact {
        mark: Mark::NotDone,
        ..open(july)
    };
    let visit = stay(Class::Emergency, july, None);
    assert_eq!(lasting(vec![called_off, visit, open(date(2026, 8, 2))]), []);
    let beyond = stay(Class::Observation, july, Some(date(2026, 9, 1)));
    assert_eq!(lasting(vec![beyond]), [(Some(july), Some(TODAY))]);
}

#[test]
fn what_was_written_within_the_index_stay_and_stays_of_two_years_before_it_counts() {
    let contacts = || {
        vec![
            emergency(date(2026, 3, 1), date(2026, 3, 20)),
            stay(Class::Inpatient, date(2024, 3, 1), Some(date(2024, 3, 5))),
            // One day too old; and a planned stay after the index stay.
            stay(Class::Inpatient, date(2024, 2, 29), Some(date(2024, 2, 29))),
            stay(Class::Inpatient, date(2026, 6, 1), Some(date(2026, 6, 9))),
        ]
    };
    let found = one(person(
        contacts(),
        vec![
            // Dementia 7.1 on the last day, hemiplegia 4.4 in the planned stay before.
            diagnosis("F00.1", date(2026, 3, 20)),
            Coded {
                kind: Kind::Problem,
                ..diagnosis("G81.9", date(2024, 3, 1))
            },
            // Outside of the stays, in the one that is too old, in the one that came after, of another kind or system.
            diagnosis("N39.0", date(2026, 3, 21)),
            diagnosis("R50.9", date(2024, 2, 29)),
            diagnosis("R11", date(2026, 6, 2)),
            Coded {
                kind: Kind::Finding,
                ..diagnosis("W19", date(2026, 3, 2))
            },
            coded("38341003", day(date(2026, 3, 2))),
            // Odd ones: ruled out, without a day, of a month alone.
            Coded {
                mark: Mark::Refuted,
                ..diagnosis("R41.0", date(2026, 3, 2))
            },
            Coded {
                day: Day::UNKNOWN,
                ..diagnosis("R41.0", date(2026, 3, 2))
            },
            Coded {
                partial: true,
                ..diagnosis("R41.0", date(2026, 3, 1))
            },
        ],
    ));
    assert_eq!((found.age, found.diagnoses, found.odd), (80, 2, 3));
    assert_eq!(found.index_stay.date(), Some(date(2026, 3, 1)));
    assert_eq!(found.categories.tenths(), 115);
    let nothing = one(person(contacts(), vec![coded("38341003", day(date(2026, 3, 2)))]));
    assert_eq!((nothing.diagnoses, nothing.index_stay.is_known()), (0, true));
}

#[test]
fn whoever_had_no_emergency_stay_within_twelve_months_has_no_index_stay() {
    let code = || {
        vec![
            diagnosis("F00.1", date(2026, 3, 1)),
            diagnosis("F00.1", date(2025, 8, 1)),
        ]
    };
    for contacts in [
        vec![],
        vec![stay(Class::Inpatient, date(2026, 3, 1), Some(date(2026, 3, 9)))],
        vec![stay(Class::Emergency, date(2026, 3, 1), Some(date(2026, 3, 1)))],
        vec![emergency(date(2025, 8, 1), date(2025, 8, 9))],
        vec![Contact {
            mark: Mark::NotDone,
            ..emergency(date(2026, 3, 1), date(2026, 3, 9))
        }],
    ] {
        let found = one(person(contacts.clone(), code()));
        assert_eq!(
            (found.index_stay, found.diagnoses),
            (Day::UNKNOWN, 0),
            "{contacts:?}"
        );
    }
    let found = one(person(
        vec![emergency(date(2025, 8, 2), date(2025, 8, 9))],
        code(),
    ));
    assert!(found.index_stay.is_known() && found.diagnoses == 0);
}

#[test]
fn stays_and_diagnoses_of_all_records_of_somebody_are_theirs() {
    let mut columns = Columns::default();
    let survivor = key(7, 1);
    let stay = vec![emergency(date(2026, 3, 1), date(2026, 3, 9))];
    columns.put(survivor, Some(person(stay, Vec::new())));
    let mut other = person(Vec::new(), vec![diagnosis("F00.1", date(2026, 3, 4))]);
    other.person.survivor = Some(survivor);
    columns.put(key(9, 4), Some(other));
    let found = scored(&columns);
    assert_eq!((found.people.len(), found.left_out.joined), (1, 1));
    assert_eq!(
        (found.people[0].diagnoses, found.people[0].categories.tenths()),
        (1, 71)
    );
}

#[test]
fn drawn_people_have_what_the_row_of_the_score_says_from_files_as_well() {
    const CODES: [&str; 14] = [
        "F00.1", "G81.9", "N39.0", "R11", "R50.9", "I67.9", "W19", "S72.0", "E87.1", "R29.6", "Z99", "J44.9",
        "I10", "G30.9",
    ];
    let mut chance = Chance(17);
    let mut columns = Columns::default();
    let mut expected = std::collections::BTreeMap::new();
    for at in 0..300u64 {
        let key = key((at % 64) as u16, at + 1);
        let codes: Vec<&str> = (0..chance.below(9)).map(|_| chance.of(&CODES)).collect();
        // Two stays, and for each code a day in one of them.
        let stays = [date(2025, 1, 10), date(2026, 2, 10)];
        let last = |first: Date| first.saturating_add(jiff::Span::new().days(5));
        let contacts = stays.map(|first| emergency(first, last(first))).to_vec();
        let mut within = |code: &&str| {
            let first = chance.of(&stays);
            diagnosis(
                code,
                first.saturating_add(jiff::Span::new().days(chance.below(6) as i64)),
            )
        };
        let diagnoses = codes.iter().map(&mut within).collect();
        columns.put(key, Some(person(contacts, diagnoses)));
        expected.insert(key, codes.join(";"));
    }
    let found = scored(&columns);
    assert_eq!(found.people.len(), 300);
    for one in &found.people {
        let codes = &expected[&one.person];
        let cells = |column: &str| match column {
            "codes" if codes.is_empty() => Some("none"),
            "codes" => Some(codes.as_str()),
            _ => None,
        };
        let by_row = named("hfrs").expect("a score").of_row(&cells);
        assert_eq!(
            by_row.value,
            Some(f64::from(one.categories.tenths()) / 10.0),
            "{codes}"
        );
        assert_eq!(by_row.band, Some(one.categories.risk().name()), "{codes}");
        assert_eq!(one.diagnoses as usize, codes.split_terminator(';').count());
    }
    let files = as_files(&columns);
    let again = stratify_hospital_frailty(files.path(), TODAY, 2).expect("read");
    let unnamed = |scores: &Scores<Stayed>| {
        let people = scores.people.iter();
        people
            .map(|one| (one.age, one.index_stay, one.categories, one.diagnoses, one.odd))
            .collect::<Vec<_>>()
    };
    assert_eq!(unnamed(&again), unnamed(&found));
}
