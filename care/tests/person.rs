use care::person::age::Age;
use care::person::death::{DeathNotice, DeathStatement};
use care::person::{Death, Name, NameUse, Person};
use jiff::civil::date as day;

use crate::made::date;

fn named(kind: NameUse, given: &str, family: &str) -> Name {
    Name {
        kind: Some(kind),
        given: vec![given.to_owned()],
        family: Some(family.to_owned()),
        prefix: vec!["Mrs".to_owned()],
        ..Name::default()
    }
}

#[test]
fn the_usual_name_is_preferred_and_the_official_one_is_formal() {
    let person = Person {
        names: vec![
            named(NameUse::Old, "Margaret", "Jones"),
            named(NameUse::Official, "Margaret", "Smith"),
            named(NameUse::Usual, "Peggy", "Smith"),
        ],
        ..Person::default()
    };
    assert_eq!(person.display_name(), "Mrs Peggy Smith");
    assert_eq!(person.formal_name(), "SMITH, Margaret (Mrs)");
}

#[test]
fn a_person_without_a_name_is_not_shown_blank() {
    assert_eq!(Person::default().display_name(), "Name not recorded");
    assert_eq!(Person::default().formal_name(), "Name not recorded");
    let only_old = Person {
        names: vec![named(NameUse::Old, "Margaret", "Jones")],
        ..Person::default()
    };
    assert_eq!(only_old.display_name(), "Name not recorded");
}

#[test]
fn age_turns_on_the_birthday_and_a_leap_birthday_on_the_first_of_march() {
    let age = |born: &str, on| Age::between(&date(born), on).unwrap().words();
    assert_eq!(age("1990-08-03", day(2026, 8, 2)), "35 years");
    assert_eq!(age("1990-08-03", day(2026, 8, 3)), "36 years");
    assert_eq!(age("2004-02-29", day(2026, 2, 28)), "21 years");
    assert_eq!(age("2004-02-29", day(2026, 3, 1)), "22 years");
}

#[test]
fn small_children_have_ages_in_days_weeks_and_months() {
    let age = |born: &str| Age::between(&date(born), day(2026, 8, 3)).unwrap().words();
    assert_eq!(age("2026-08-02"), "1 day");
    assert_eq!(age("2026-07-07"), "27 days");
    assert_eq!(age("2026-07-06"), "4 weeks");
    assert_eq!(age("2025-07-03"), "13 months");
    assert_eq!(age("2024-08-03"), "2 years");
}

#[test]
fn a_year_of_birth_gives_two_possible_ages_and_a_future_birth_gives_none() {
    assert_eq!(
        Age::between(&date("1950"), day(2026, 8, 3)).unwrap().words(),
        "75 or 76 years"
    );
    assert_eq!(Age::between(&date("2027-01-01"), day(2026, 8, 3)), None);
    assert!(Age::between(&date("2026"), day(2026, 8, 3)).is_some());
}

#[test]
fn age_stops_at_death() {
    let person = Person {
        birth_date: Some(date("1930-01-01")),
        death: Death {
            statement: Some(DeathStatement::On(date("2020-06-01"))),
            ..Death::default()
        },
        ..Person::default()
    };
    assert_eq!(person.age(day(2026, 8, 3)).unwrap().words(), "90 years");
}

#[test]
fn an_informal_notice_of_death_is_shown_as_not_verified_and_a_removed_one_not_at_all() {
    let dead = |notice| Death {
        statement: Some(DeathStatement::On(date("2026-07-01"))),
        notice,
        unknown_notice: None,
        notice_from: None,
    };
    assert_eq!(
        dead(Some(DeathNotice::Informal)).words().as_deref(),
        Some("Reported to have died 1 July 2026 (not verified)")
    );
    assert_eq!(
        dead(Some(DeathNotice::Formal)).words().as_deref(),
        Some("Died 1 July 2026")
    );
    assert_eq!(dead(Some(DeathNotice::Removed)).words(), None);
    let said_alive = Death {
        statement: Some(DeathStatement::Said(false)),
        ..Death::default()
    };
    assert_eq!(said_alive.words(), None);
}

#[test]
fn a_postcode_never_finds_a_person_whose_address_is_restricted() {
    use care::person::search::may_answer;
    let restricted = Person {
        whereabouts: care::person::Whereabouts::Withheld,
        ..Person::default()
    };
    assert!(!may_answer(&restricted, true));
    assert!(may_answer(&restricted, false));
    assert!(may_answer(&Person::default(), true));
}
