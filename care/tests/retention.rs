//! How long records are kept, by worked examples.

use care::partial_date::PartialDate;
use care::person::death::{DeathNotice, DeathStatement};
use care::person::identity::Gender;
use care::person::{Death, Person};
use care::record::PersonRecord;
use care::record::fact::{Encounter, Fact};
use care::record::provenance::Provenance;
use care::retention::{Facts, Kept, Retention, Rule, retention};
use care::when::When;
use jiff::civil::{Date, date};

fn facts(kept: &[Kept], born: Date, last_contact: Date) -> Facts {
    Facts {
        kept: kept.to_vec(),
        born: Some(born),
        last_contact: Some(last_contact),
        ..Facts::default()
    }
}

fn until(facts: &Facts) -> (Rule, Date) {
    match retention(facts) {
        Retention::Until(due) => (due.rule, due.on),
        Retention::Kept(why) => unreachable!("kept: {why}"),
    }
}

fn kept(facts: &Facts) -> &'static str {
    match retention(facts) {
        Retention::Kept(why) => why,
        Retention::Until(due) => unreachable!("{due:?}"),
    }
}

#[test]
fn each_rule_is_worded_as_the_table_words_it() {
    let table = include_str!("../../data/retention/retention.csv");
    for rule in Rule::ALL {
        let stands = table.lines().any(|line| {
            let words = line.replace('"', "");
            words == format!("{},{}", rule.record().replace('"', ""), rule.minimum())
        });
        assert!(stands, "{}: {}", rule.record(), rule.minimum());
    }
}

#[test]
fn an_adults_record_is_kept_for_eight_years_after_they_were_last_seen() {
    let adult = facts(&[Kept::Health], date(1960, 5, 1), date(2018, 3, 9));
    assert_eq!(until(&adult), (Rule::AdultHealth, date(2026, 3, 9)));
    let Retention::Until(due) = retention(&adult) else {
        unreachable!("a day")
    };
    assert_eq!(due.why, "8 years after they were last seen on 2018-03-09");
}

#[test]
fn a_childs_record_is_kept_to_the_25th_birthday_or_the_26th_if_17_when_last_seen() {
    let born = date(2000, 6, 15);
    for (seen, day) in [
        (date(2005, 1, 1), date(2025, 6, 15)),
        (date(2017, 6, 14), date(2025, 6, 15)),
        (date(2017, 6, 15), date(2026, 6, 15)),
        (date(2018, 6, 14), date(2026, 6, 15)),
    ] {
        assert_eq!(
            until(&facts(&[Kept::Health], born, seen)),
            (Rule::Child, day),
            "{seen}"
        );
    }
    // At 18 they are an adult.
    let adult = facts(&[Kept::Health], born, date(2018, 6, 15));
    assert_eq!(until(&adult), (Rule::AdultHealth, date(2026, 6, 15)));
}

#[test]
fn a_birthday_on_a_leap_day_is_the_first_of_march() {
    let child = facts(&[Kept::Health], date(2000, 2, 29), date(2010, 1, 1));
    assert_eq!(until(&child), (Rule::Child, date(2025, 3, 1)));
}

#[test]
fn a_mental_health_record_is_kept_by_the_later_of_its_two_times() {
    let living = facts(&[Kept::MentalHealth], date(1950, 1, 1), date(2000, 4, 1));
    assert_eq!(until(&living), (Rule::MentalHealth, date(2020, 4, 1)));
    let died = Facts {
        has_died: true,
        died: Some(date(2015, 7, 1)),
        ..living.clone()
    };
    assert_eq!(until(&died), (Rule::MentalHealth, date(2025, 7, 1)));
    let soon_after = Facts {
        died: Some(date(2001, 7, 1)),
        ..died.clone()
    };
    assert_eq!(until(&soon_after), (Rule::MentalHealth, date(2020, 4, 1)));
    let unknown = Facts { died: None, ..died };
    assert_eq!(kept(&unknown), "they have died, and when is not known");
    // Seen at three: twenty years are over before the child's time is.
    let child = facts(&[Kept::MentalHealth], date(2000, 1, 1), date(2003, 1, 1));
    assert_eq!(until(&child), (Rule::Child, date(2025, 1, 1)));
}

#[test]
fn a_maternity_record_is_kept_for_25_years_after_the_last_birth_or_from_when_they_were_last_seen() {
    let mut mother = facts(&[Kept::Maternity], date(1970, 1, 1), date(2005, 1, 1));
    assert_eq!(until(&mother), (Rule::Maternity, date(2030, 1, 1)));
    mother.last_child_born = Some(date(1999, 8, 8));
    assert_eq!(until(&mother), (Rule::Maternity, date(2024, 8, 8)));
}

#[test]
fn a_practices_record_is_kept_while_they_live_ten_years_after_death_and_a_hundred_after_leaving() {
    let mut patient = facts(&[Kept::Gp], date(1940, 1, 1), date(2012, 1, 1));
    assert_eq!(kept(&patient), "a practice's record of somebody living");
    patient.deregistered = Some(date(1990, 5, 5));
    assert_eq!(until(&patient), (Rule::GpDeregistered, date(2090, 5, 5)));
    patient.has_died = true;
    patient.died = Some(date(2013, 2, 3));
    assert_eq!(until(&patient), (Rule::GpDeceased, date(2023, 2, 3)));
}

#[test]
fn of_several_kinds_the_longest_holds_and_one_that_cannot_be_told_keeps_all() {
    let both = facts(
        &[Kept::Health, Kept::SocialCare, Kept::MentalHealth],
        date(1950, 1, 1),
        date(2010, 1, 1),
    );
    assert_eq!(until(&both), (Rule::MentalHealth, date(2030, 1, 1)));
    let with_gp = facts(&[Kept::Health, Kept::Gp], date(1950, 1, 1), date(2010, 1, 1));
    assert_eq!(kept(&with_gp), "a practice's record of somebody living");
}

#[test]
fn what_is_not_known_keeps_the_record_longer() {
    let mut nobody_knows = facts(&[Kept::Health], date(1950, 1, 1), date(2010, 1, 1));
    nobody_knows.born = None;
    assert_eq!(until(&nobody_knows), (Rule::Child, date(2035, 1, 1)));
    nobody_knows.last_contact = None;
    assert_eq!(kept(&nobody_knows), "when they were last seen is not known");
    assert_eq!(kept(&Facts::default()), "no kind of record is named");
}

fn record(gender: Gender, death: Death) -> PersonRecord {
    let at = |text: &str| When::At(PartialDate::parse(text).unwrap());
    let seen = |id: &str, when: &str, in_error: bool| Fact {
        provenance: Provenance {
            effective: Some(at(when)),
            received: PartialDate::parse("2026-01-01"),
            ..Provenance::default()
        },
        entered_in_error: in_error,
        ..Fact::new(id, Encounter::default())
    };
    PersonRecord {
        person: Some(Person {
            birth_date: PartialDate::parse("1950"),
            gender: Some(gender),
            death,
            ..Person::default()
        }),
        encounters: vec![
            seen("a", "2010-05-03", false),
            seen("b", "2011-02", false),
            seen("c", "2019-01-01", true),
        ],
        ..PersonRecord::default()
    }
}

#[test]
fn the_facts_of_a_record_are_its_latest_days_without_what_was_withdrawn() {
    let facts = Facts::of(&record(Gender::Male, Death::default()), &Kept::ALL);
    assert_eq!(facts.born, Some(date(1950, 12, 31)));
    assert_eq!(facts.last_contact, Some(date(2011, 2, 28)));
    assert!(!facts.kept.contains(&Kept::Maternity) && facts.kept.contains(&Kept::Health));
    assert!(!facts.has_died && facts.died.is_none());
    let woman = Facts::of(&record(Gender::Female, Death::default()), &Kept::ALL);
    assert!(woman.kept.contains(&Kept::Maternity));
}

#[test]
fn a_death_that_nobody_verified_shortens_nothing() {
    let mut death = Death {
        statement: PartialDate::parse("2012-03-04").map(DeathStatement::On),
        notice: Some(DeathNotice::Informal),
        ..Death::default()
    };
    let informal = Facts::of(&record(Gender::Female, death.clone()), &[Kept::Gp]);
    assert_eq!(kept(&informal), "a practice's record of somebody living");
    death.notice = Some(DeathNotice::Formal);
    let formal = Facts::of(&record(Gender::Female, death), &[Kept::Gp]);
    assert_eq!(until(&formal), (Rule::GpDeceased, date(2022, 3, 4)));
}
