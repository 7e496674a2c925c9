//! The index over the columns is the index of care, person by person.

use std::collections::BTreeSet;

use care::score::efi::{Deficit, DeficitSet, Efi, Frailty};
use codes::clinical::efi::{OURS, System, deficit};
use codes::system::DMD;
use jiff::civil::{Date, date};
use population::facts::{CodeName, Coded, Course, Kind, Mark, Person, flag};
use population::score::{DeficitTable, Frailties, FrailtyOn, frailty, frailty_of};
use population::{Columns, Day, Facts, People};
use proptest::prelude::*;
use record::{Bucket, PersonKey};

use super::invented::{coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);

fn key(bucket: u16, number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(bucket).expect("a bucket"), number)
}

fn course(code: &str, start: Date, end: Option<Date>) -> Course<CodeName> {
    Course {
        code: CodeName::new(DMD, code),
        start: day(start),
        end: end.map_or(Day::UNKNOWN, day),
        current: end.is_none(),
        mark: Mark::Sound,
    }
}

fn person(birth: Date) -> Facts<CodeName> {
    Facts {
        person: Person {
            birth: day(birth),
            ..Person::default()
        },
        ..Facts::default()
    }
}

fn scored(columns: &Columns) -> Frailties {
    frailty(columns, &DeficitTable::of(columns.dictionary()), TODAY, 2)
}

/// A SNOMED CT code of each deficit that has one.
fn one_of_each() -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut codes: Vec<(String, _)> = OURS
        .iter()
        .filter(|(system, _, _)| *system == System::SnomedCt)
        .map(|(_, code, deficit)| (code.to_owned(), deficit))
        .collect();
    codes.sort();
    codes.retain(|(_, deficit)| seen.insert(*deficit));
    codes.into_iter().map(|(code, _)| code).collect()
}

#[test]
fn nine_deficits_are_moderate_and_what_is_odd_to_come_or_no_finding_does_not_count() {
    let codes = one_of_each();
    let mut facts = person(date(1940, 2, 29));
    for code in codes.iter().take(8) {
        facts.coded.push(coded(code, day(date(2020, 1, 1))));
        facts.coded.push(coded(code, day(date(2021, 1, 1))));
    }
    // Undated counts, for a deficit does not lapse.
    facts.coded.push(coded(&codes[8], Day::UNKNOWN));
    facts.coded.push(coded(&codes[9], day(date(2026, 8, 2))));
    facts.coded.push(Coded {
        mark: Mark::Refuted,
        ..coded(&codes[10], day(date(2020, 1, 1)))
    });
    for kind in [Kind::Allergy, Kind::Asked, Kind::Immunisation] {
        facts.coded.push(Coded {
            kind,
            ..coded(&codes[11], day(date(2020, 1, 1)))
        });
    }
    facts.sort();
    let mut columns = Columns::default();
    columns.put(key(5, 1), Some(facts));
    let found = scored(&columns);
    let one = found.people[0];
    assert_eq!((one.efi.count(), one.age, one.odd), (9, 86, 2));
    assert_eq!(one.efi.frailty(), Frailty::Moderate);
    assert_eq!(found.bands(&(65..=95)), [0, 0, 1, 0]);
    assert_eq!(found.bands(&(65..=85)), [0; 4]);
}

#[test]
fn polypharmacy_is_five_different_medicines_in_the_twelve_months() {
    let mut facts = person(date(1950, 1, 1));
    facts.courses = vec![
        course("1", date(2010, 1, 1), None),
        course("2", date(2020, 1, 1), Some(date(2025, 8, 2))),
        course("3", date(2026, 8, 1), Some(date(2026, 8, 1))),
        course("4", date(2026, 1, 1), Some(date(2026, 2, 1))),
        course("4", date(2026, 3, 1), Some(date(2026, 4, 1))),
        // A year ago to the day is outside; so is tomorrow.
        course("5", date(2020, 1, 1), Some(date(2025, 8, 1))),
        course("6", date(2026, 8, 2), None),
    ];
    let mut columns = Columns::default();
    columns.put(key(0, 1), Some(facts.clone()));
    let one = scored(&columns).people[0];
    assert_eq!((one.medicines, one.efi.count()), (4, 0));
    facts.courses.push(course("7", date(2026, 1, 1), None));
    columns.put(key(0, 1), Some(facts));
    let one = scored(&columns).people[0];
    assert_eq!((one.medicines, one.efi.count()), (5, 1));
}

#[test]
fn the_dead_the_unborn_and_the_replaced_are_counted_as_left_out() {
    let mut columns = Columns::default();
    let mut put = |number: u64, change: fn(&mut Person<CodeName>)| {
        let mut facts = person(date(1950, 1, 1));
        change(&mut facts.person);
        columns.put(key(9, number), Some(facts));
    };
    put(1, |_| ());
    put(2, |person| person.flags = flag::DIED);
    put(3, |person| {
        person.flags = flag::DIED;
        person.death = day(date(2026, 8, 1));
    });
    // Dated after the day: alive on it.
    put(4, |person| {
        person.flags = flag::DIED;
        person.death = day(date(2026, 8, 2));
    });
    put(5, |person| person.birth = Day::UNKNOWN);
    put(6, |person| person.birth = day(date(2026, 8, 2)));
    put(7, |person| person.flags = flag::REPLACED);
    let found = scored(&columns);
    let people: Vec<u64> = found.people.iter().map(|one| one.person.number()).collect();
    assert_eq!(people, [1, 4]);
    let left = found.left_out;
    assert_eq!((left.died, left.birth, left.replaced, left.joined), (2, 2, 1, 0));
}

#[test]
fn two_joined_records_are_one_person_and_a_circle_of_joins_loses_nobody() {
    let codes = one_of_each();
    let with = |codes: &[String], survivor: Option<PersonKey>| {
        let mut facts = person(date(1950, 1, 1));
        facts.person.survivor = survivor;
        facts.coded = codes.iter().map(|code| coded(code, Day::UNKNOWN)).collect();
        facts.courses = vec![course("1", date(2020, 1, 1), None)];
        facts
    };
    let (one, two) = (key(3, 1), key(800, 1));
    let mut columns = Columns::default();
    columns.put(one, Some(with(&codes[..3], Some(two))));
    columns.put(two, Some(with(&codes[2..5], None)));
    let found = scored(&columns);
    assert_eq!((found.people.len(), found.left_out.joined), (1, 1));
    let scored_two = found.people[0];
    assert_eq!(
        (scored_two.person, scored_two.efi.count(), scored_two.medicines),
        (two, 5, 1)
    );
    let table = DeficitTable::of(columns.dictionary());
    assert_eq!(frailty_of(&columns, &table, TODAY, two), Some(scored_two));
    // The survivor has nothing here: the other is counted alone.
    columns.put(two, None);
    assert_eq!(scored(&columns).people.len(), 1);
    columns.put(two, Some(with(&codes[2..5], Some(one))));
    assert_eq!(scored(&columns).people.len(), 2, "a circle");
}

fn facts() -> impl Strategy<Value = Facts<CodeName>> {
    let codes = one_of_each();
    let problems = prop::collection::vec((0..codes.len() + 3, 0u16..47_000, 0u8..6, 0u8..20), 0..40);
    let medicines = prop::collection::vec(
        (0u8..9, 45_000u16..46_600, 0u16..900, any::<bool>(), 0u8..20),
        0..12,
    );
    (1u16..46_000, problems, medicines).prop_map(move |(birth, problems, medicines)| {
        let number = |number: u16| Day::from_number(number).expect("a day");
        let mark = |odd: u8| Mark::from_number(odd).unwrap_or(Mark::Sound);
        let mut facts = Facts::default();
        facts.person.birth = number(birth);
        facts.coded = problems
            .into_iter()
            .map(|(code, on, kind, odd)| Coded {
                kind: Kind::from_number(kind).expect("a kind"),
                mark: if odd < 4 { mark(odd) } else { Mark::Sound },
                ..coded(codes.get(code).map_or("1", String::as_str), number(on))
            })
            .collect();
        facts.courses = medicines
            .into_iter()
            .map(|(code, start, length, current, odd)| Course {
                code: CodeName::new(DMD, &code.to_string()),
                start: number(start),
                end: if current {
                    Day::UNKNOWN
                } else {
                    number(start + length)
                },
                current,
                mark: if odd < 3 { mark(odd) } else { Mark::Sound },
            })
            .collect();
        facts.sort();
        facts
    })
}

/// The index as one would write it for a single person, without columns.
fn plainly(facts: &Facts<CodeName>) -> (Efi, u32) {
    let today = day(TODAY);
    let shows = [Kind::Problem, Kind::Procedure, Kind::Finding];
    let deficits: DeficitSet = facts
        .coded
        .iter()
        .filter(|one| one.mark == Mark::Sound && one.day <= today && shows.contains(&one.kind))
        .filter_map(|one| deficit(&one.code.system, &one.code.code))
        .collect();
    let year_ago = day(date(2025, 8, 1));
    let medicines: BTreeSet<&CodeName> = facts
        .courses
        .iter()
        .filter(|one| one.mark == Mark::Sound && one.start <= today && (one.current || one.end > year_ago))
        .map(|one| &one.code)
        .collect();
    let medicines = u32::try_from(medicines.len()).expect("few");
    (Efi::of(deficits, medicines), medicines)
}

proptest! {
    #[test]
    fn everybodys_index_in_columns_is_their_index_alone(people in prop::collection::vec((0u16..4, facts()), 1..20)) {
        let mut columns = Columns::default();
        let mut expected = Vec::new();
        for (number, (bucket, facts)) in (1u64..).zip(&people) {
            columns.put(key(*bucket, number), Some(facts.clone()));
            expected.push((key(*bucket, number), plainly(facts)));
        }
        expected.sort_by_key(|(person, _)| *person);
        let found: Vec<_> = scored(&columns)
            .people
            .into_iter()
            .map(|one| (one.person, (one.efi, one.medicines)))
            .collect();
        prop_assert_eq!(found, expected);
    }
}

proptest! {
    #[test]
    fn what_bears_a_label_counts_in_figures_and_is_as_if_it_were_not_there_on_a_list(
        facts in facts(),
        labels in prop::collection::vec(any::<bool>(), 52),
    ) {
        let mut labelled = facts.clone();
        let mut without = facts.clone();
        (without.coded, without.courses) = (Vec::new(), Vec::new());
        let bears = |at: usize| labels[at % labels.len()];
        for (at, one) in labelled.coded.iter_mut().enumerate() {
            if bears(at) {
                one.mark = one.mark.labelled();
            } else {
                without.coded.push(one.clone());
            }
        }
        for (at, one) in labelled.courses.iter_mut().enumerate() {
            if bears(40 + at) {
                one.mark = one.mark.labelled();
            } else {
                without.courses.push(one.clone());
            }
        }
        labelled.sort();
        labelled.person.flags |= flag::LABELLED;
        let count = |facts: &Facts<CodeName>, is_list: bool| {
            let mut columns = Columns::default();
            columns.put(key(1, 1), Some(facts.clone()));
            let table = DeficitTable::of(columns.dictionary());
            let people = People::of(&columns);
            let slice = people.person(key(1, 1)).expect("a person");
            let on = FrailtyOn::new(&table, TODAY).expect("a day");
            let on = if is_list { on.without_labelled() } else { on };
            (on.of(&slice).ok(), on.deficits(&slice))
        };
        prop_assert_eq!(count(&labelled, true), count(&without, false));
        prop_assert_eq!(count(&labelled, false), count(&facts, false));
    }
}

#[test]
fn everybody_is_looked_at_once_and_deficits_come_with_their_first_day() {
    let key = |number| PersonKey::new(Bucket::new(5).expect("a bucket"), number);
    let (one, joined, other) = (key(1), key(2), key(3));
    let mut columns = Columns::default();
    let old = date(1940, 5, 5);
    let mut facts = person(old);
    facts.coded = vec![
        coded("271737000", Day::UNKNOWN),
        coded("87522002", day(date(2019, 3, 1))),
        coded("38341003", day(date(2010, 2, 2))),
        coded("38341003", day(date(2030, 1, 1))),
    ];
    facts.sort();
    columns.put(one, Some(facts));
    let mut facts = person(old);
    facts.person.survivor = Some(one);
    facts.coded = vec![coded("38341003", day(date(2008, 1, 1)))];
    columns.put(joined, Some(facts));
    columns.put(other, Some(person(old)));
    let people = People::of(&columns);
    for threads in [1, 2, 5] {
        let looked = people.scan(threads, |slice| Some((slice.person(), slice.coded().count())));
        assert_eq!(looked, [(one, 5), (other, 0)]);
    }
    assert_eq!(people.person(joined).map(|slice| slice.person()), Some(one));
    assert!(people.person(key(9)).is_none());
    let table = DeficitTable::of(columns.dictionary());
    let on = FrailtyOn::new(&table, TODAY).expect("a day");
    let slice = people.person(one).expect("a person");
    let since: Vec<(Deficit, Option<Date>)> = on
        .deficits(&slice)
        .into_iter()
        .map(|since| (since.deficit, since.first.date()))
        .collect();
    assert_eq!(
        since,
        [
            (Deficit::Hypertension, Some(date(2008, 1, 1))),
            (Deficit::Anaemia, Some(date(2019, 3, 1)))
        ]
    );
    assert_eq!(on.of(&slice).map(|scored| scored.efi.count()), Ok(2));
    let before = FrailtyOn::new(&table, date(2009, 1, 1)).expect("a day");
    // What is undated was always so.
    assert_eq!(before.of(&slice).map(|scored| scored.efi.count()), Ok(2));
    assert_eq!(before.deficits(&slice).len(), 2);
    assert!(slice.is_among(&[joined].into()) && !slice.is_among(&[other].into()));
}
