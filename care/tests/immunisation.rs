use care::eligibility::immunisation;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 28);

fn born(years: i16) -> Date {
    date(2026 - years, 11, 28)
}

fn vaccines(due: &[immunisation::Due]) -> Vec<(&'static str, &'static str)> {
    due.iter().map(|due| (due.dose.vaccine, due.dose.dose)).collect()
}

#[test]
fn a_baby_of_eight_weeks_is_due_three_vaccines_and_none_when_they_were_given() {
    let birth = date(2026, 10, 3);
    let due = immunisation::due(birth, &[], None, TODAY);
    assert_eq!(
        vaccines(&due),
        [("DTaP/IPV/Hib/HepB", "1"), ("MenB", "1"), ("Rotavirus", "1")]
    );
    assert!(due.iter().all(|due| !due.unchecked && due.since == TODAY));
    let given =
        ["DTaP/IPV/Hib/HepB", "MenB", "Rotavirus"].map(|vaccine| immunisation::Given { vaccine, on: TODAY });
    assert!(immunisation::due(birth, &given, None, TODAY).is_empty());
    assert!(immunisation::due(birth, &[], None, date(2026, 11, 27)).is_empty());
}

#[test]
fn rotavirus_is_not_prompted_when_it_is_too_late() {
    let birth = date(2026, 8, 15);
    let fifteen_weeks = immunisation::due(birth, &[], None, TODAY);
    assert!(
        !vaccines(&fifteen_weeks)
            .iter()
            .any(|(vaccine, _)| *vaccine == "Rotavirus")
    );
    let begun = [immunisation::Given {
        vaccine: "Rotavirus",
        on: date(2026, 10, 12),
    }];
    let second = immunisation::due(birth, &begun, None, TODAY);
    assert!(vaccines(&second).contains(&("Rotavirus", "2")));
    let older = immunisation::due(date(2026, 6, 1), &begun, None, TODAY);
    assert!(
        !vaccines(&older)
            .iter()
            .any(|(vaccine, _)| *vaccine == "Rotavirus")
    );
}

#[test]
fn the_visit_at_eighteen_months_is_for_those_born_from_july_2024() {
    let of = |birth| vaccines(&immunisation::due(birth, &[], None, date(2028, 11, 28)));
    let before = of(date(2024, 6, 30));
    assert!(!before.contains(&("DTaP/IPV/Hib/HepB", "4")));
    assert!(before.contains(&("MMRV", "2 (or first MMRV)")));
    let after = of(date(2025, 1, 1));
    assert!(after.contains(&("DTaP/IPV/Hib/HepB", "4")));
    assert!(!after.contains(&("MMRV", "2 (or first MMRV)")));
    // An MMR before the change counts as a dose.
    let given = [immunisation::Given {
        vaccine: "MMR",
        on: date(2025, 7, 1),
    }];
    let due = immunisation::due(date(2024, 6, 30), &given, None, date(2028, 11, 28));
    assert!(!vaccines(&due).contains(&("MMRV", "1")));
}

#[test]
fn seasons_come_again_and_pregnancy_counts_its_weeks() {
    let flu = |on| immunisation::Given {
        vaccine: "Influenza",
        on,
    };
    let of = |given: &[immunisation::Given<'_>]| vaccines(&immunisation::due(born(70), given, None, TODAY));
    assert!(of(&[flu(date(2025, 10, 1))]).contains(&("Influenza", "annual")));
    assert!(!of(&[flu(date(2026, 10, 1))]).contains(&("Influenza", "annual")));
    let pregnant = |weeks| vaccines(&immunisation::due(born(30), &[], Some(weeks), TODAY));
    assert!(!pregnant(15).contains(&("Pertussis", "1")));
    assert!(pregnant(16).contains(&("Pertussis", "1")));
    assert!(!pregnant(27).contains(&("RSV", "1")));
    assert!(pregnant(28).contains(&("RSV", "1")));
    let adult = immunisation::due(born(66), &[], None, TODAY);
    assert!(
        adult
            .iter()
            .filter(|due| due.dose.age.contains("65"))
            .all(|due| due.unchecked)
    );
}

#[test]
fn nothing_is_due_from_the_age_on_at_which_it_is_given_no_more() {
    let of = |birth: Date| -> Vec<&str> {
        let due = immunisation::due(birth, &[], None, TODAY);
        due.iter().map(|due| due.dose.vaccine).collect()
    };
    let old = of(born(70));
    for childhood in [
        "DTaP/IPV/Hib/HepB",
        "dTaP/IPV",
        "MenB",
        "PCV13",
        "MMRV",
        "HPV",
        "MenACWY",
    ] {
        assert!(!old.contains(&childhood), "{childhood} at 70: {old:?}");
    }
    for adult in ["Pneumococcal (adult)", "Influenza", "Shingles"] {
        assert!(old.contains(&adult), "{adult} at 70: {old:?}");
    }
    // The last day, and the birthday itself.
    for (vaccine, years) in [
        ("MenB", 2),
        ("PCV13", 2),
        ("DTaP/IPV/Hib/HepB", 10),
        ("dTaP/IPV", 10),
        ("HPV", 25),
        ("MenACWY", 25),
        ("Shingles", 80),
    ] {
        let birthday = born(years);
        assert!(!of(birthday).contains(&vaccine), "{vaccine} on the birthday");
        assert!(
            of(birthday.tomorrow().unwrap()).contains(&vaccine),
            "{vaccine} the day before"
        );
    }
    assert!(of(date(2020, 1, 1)).contains(&"MMRV") && !of(date(2019, 12, 31)).contains(&"MMRV"));
    // Whose upper age was read in no source says so.
    let due = immunisation::due(born(14), &[], None, TODAY);
    for vaccine in ["HPV", "Td/IPV"] {
        assert!(
            due.iter().any(|due| due.dose.vaccine == vaccine && due.unchecked),
            "{vaccine}"
        );
    }
}

#[test]
fn every_row_says_until_when_and_from_where_that_is_known() {
    for dose in codes::clinical::programmes::schedule() {
        assert!(dose.until_source.len() > 8, "{dose:?}");
        let unit = dose.until.trim_start_matches(|one: char| one.is_ascii_digit());
        assert!(["", "d", "m", "y"].contains(&unit), "{dose:?}");
        let says_none = ["none", "not known"]
            .iter()
            .any(|word| dose.until_source.starts_with(word));
        assert_eq!(dose.until.is_empty(), says_none, "{dose:?}");
    }
}

#[test]
fn before_the_schedule_nothing_is_said() {
    assert!(immunisation::due(date(2025, 6, 1), &[], None, date(2025, 12, 31)).is_empty());
}

proptest! {
    #[test]
    fn no_day_of_birth_makes_the_schedule_panic(days in -40_000_i64..40_000, weeks in prop::option::of(0_u8..50)) {
        let birth = TODAY.checked_add(jiff::Span::new().days(days)).unwrap();
        let due = immunisation::due(birth, &[], weeks, TODAY);
        prop_assert!(due.iter().all(|due| due.since <= TODAY));
    }
}
