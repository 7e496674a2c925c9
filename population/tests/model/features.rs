//! What the model reads of a person on the index day, what it may not read, and what came after.

use jiff::civil::{Date, date};
use population::facts::{Class, CodeName, Coded, Contact, Course, Kind, Mark, flag};
use population::model::TERMS;
use population::{Day, Facts};
use proptest::prelude::*;

use super::super::invented::{coded, day};
use super::{ON, born, contact, course, names, one};

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
    // Records of the dead are often marked as not in use: they were until the death.
    let died = |at: Option<Date>| {
        let mut facts = born(date(1947, 2, 3));
        facts.person.flags = flag::DIED | flag::REPLACED;
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
    let mut replaced = born(date(1947, 2, 3));
    replaced.person.flags = flag::REPLACED;
    assert_eq!(one(replaced), None, "not in use, and nobody knows since when");
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
