//! Segments and long-term conditions over the columns.

use care::segment::{LifeStage, SNEE};
use codes::clinical::segmentation::CONDITIONS;
use codes::system::SNOMED_CT;
use jiff::civil::{Date, date};
use population::facts::{Class, CodeName, Coded, Contact, Kind, Mark, Measured, Person};
use population::score::DeficitTable;
use population::segment::{Meanings, SegmentsOn};
use population::{Columns, Day, Facts, People, PersonSlice};
use record::{Bucket, PersonKey};

use super::invented::{coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);
const ASTHMA: &str = "195967001";
const COPD: &str = "13645005";
const DEPRESSION: &str = "35489007";
const DEMENTIA: &str = "26929004";
const SMOKER: &str = "77176002";
const EX_SMOKER: &str = "8517006";

fn born(year: i16) -> Facts<CodeName> {
    Facts {
        person: Person {
            birth: day(date(year, 2, 1)),
            ..Person::default()
        },
        ..Facts::default()
    }
}

fn with(year: i16, mut facts: Vec<Coded<CodeName>>) -> Facts<CodeName> {
    facts.sort();
    Facts {
        coded: facts,
        ..born(year)
    }
}

/// Asks the model of somebody who has these facts, on a day.
fn asked<T>(facts: Facts<CodeName>, day: Date, ask: impl Fn(&SegmentsOn<'_>, &PersonSlice<'_>) -> T) -> T {
    let key = PersonKey::new(Bucket::new(7).expect("a bucket"), 7);
    let mut columns = Columns::default();
    columns.put(key, Some(facts));
    let (meanings, deficits) = (
        Meanings::of(columns.dictionary()),
        DeficitTable::of(columns.dictionary()),
    );
    let segments = SegmentsOn::new(&columns, &meanings, &deficits, day).expect("a day");
    let people = People::of(&columns);
    ask(&segments, &people.person(key).expect("somebody"))
}

/// Names of the conditions that count, the segment and the stage of somebody on a day.
fn told(facts: Facts<CodeName>, on: Date) -> (Vec<&'static str>, Option<&'static str>, Option<LifeStage>) {
    asked(facts, on, |segments, person| {
        let conditions = segments.conditions(person);
        let names = CONDITIONS.iter().enumerate();
        let placed = segments.placed(person);
        (
            names
                .filter(|(place, _)| conditions.has(*place))
                .map(|(_, name)| *name)
                .collect(),
            placed
                .and_then(|placed| placed.segment)
                .map(|place| SNEE.segments()[place].name.as_str()),
            placed.map(|placed| placed.stage),
        )
    })
}

#[test]
fn whoever_has_nothing_lives_well_and_a_child_is_in_no_segment() {
    assert_eq!(
        told(born(1980), TODAY),
        (vec![], Some("live-well"), Some(LifeStage::StayingHealthy))
    );
    assert_eq!(
        told(born(2015), TODAY),
        (vec![], None, Some(LifeStage::MaternityAndChildren))
    );
    assert_eq!(told(Facts::default(), TODAY), (vec![], None, None));
}

#[test]
fn a_condition_counts_until_it_is_said_to_be_over_and_not_before_its_day() {
    let asthma = || coded(ASTHMA, day(date(2020, 5, 1)));
    let over = |on| Coded {
        over: true,
        ..coded(ASTHMA, on)
    };
    let (names, segment, _) = told(with(1980, vec![asthma()]), TODAY);
    assert_eq!((names, segment), (vec!["asthma"], Some("stay-well")));
    // Not yet, of another certainty, without a day, over since, and again since.
    assert_eq!(
        told(with(1980, vec![asthma()]), date(2020, 4, 30)).0,
        Vec::<&str>::new()
    );
    let unsure = Coded {
        mark: Mark::Unsure,
        ..asthma()
    };
    assert_eq!(told(with(1980, vec![unsure]), TODAY).0, Vec::<&str>::new());
    assert_eq!(
        told(with(1980, vec![coded(ASTHMA, Day::UNKNOWN)]), TODAY).0,
        ["asthma"]
    );
    let ended = over(day(date(2024, 1, 1)));
    assert_eq!(
        told(with(1980, vec![asthma(), ended.clone()]), TODAY).0,
        Vec::<&str>::new()
    );
    let again = coded(ASTHMA, day(date(2025, 1, 1)));
    assert_eq!(
        told(with(1980, vec![asthma(), ended, again]), TODAY).0,
        ["asthma"]
    );
}

#[test]
fn the_first_segment_with_an_element_of_somebody_is_theirs() {
    let since = day(date(2020, 5, 1));
    let segment = |codes: &[&str]| {
        told(
            with(1980, codes.iter().map(|code| coded(code, since)).collect()),
            TODAY,
        )
        .1
    };
    // Depression is a condition too: one to three of them come before it in the order.
    assert_eq!(segment(&[DEPRESSION]), Some("stay-well"));
    assert_eq!(segment(&[DEMENTIA, COPD]), Some("age-well"));
    assert_eq!(segment(&[SMOKER]), Some("be-well"));
    let stopped = vec![coded(SMOKER, since), coded(EX_SMOKER, day(date(2023, 1, 1)))];
    assert_eq!(told(with(1980, stopped), TODAY).1, Some("live-well"));
}

#[test]
fn a_value_counts_for_twelve_months() {
    let heavy = |on| Facts {
        measured: vec![Measured {
            day: day(on),
            code: CodeName::new(SNOMED_CT, "60621009"),
            value: Some(31.5),
            mark: Mark::Sound,
        }],
        ..born(1980)
    };
    assert_eq!(told(heavy(date(2026, 1, 1)), TODAY).1, Some("be-well"));
    assert_eq!(told(heavy(date(2025, 7, 1)), TODAY).1, Some("live-well"));
}

/// Somebody of 46 who was in hospital from 10 to 20 March 2026, and of whom these codes were written down then or at another time.
fn stayed(class: Class, codes: &[(&str, Date)]) -> Facts<CodeName> {
    let diagnosis = |(code, on): &(&str, Date)| Coded {
        kind: Kind::Diagnosis,
        code: CodeName::new("http://hl7.org/fhir/sid/icd-10", code),
        ..coded("1", day(*on))
    };
    let mut facts = with(1980, codes.iter().map(diagnosis).collect());
    facts.contacts.push(Contact {
        start: day(date(2026, 3, 10)),
        end: day(date(2026, 3, 20)),
        class,
        mark: Mark::Sound,
    });
    facts
}

#[test]
fn a_code_of_a_stay_within_twelve_months_puts_somebody_where_the_list_of_hospital_codes_says() {
    let within = date(2026, 3, 12);
    for (code, segment) in [
        ("S72.00", "age-well"),
        ("I64", "age-well"),
        ("W18.3", "age-well"),
        ("R54", "age-well"),
        // Behind the conditions in the order of the model.
        ("F10.0", "feel-well"),
        ("X61", "feel-well"),
        ("Z59.0", "feel-well"),
        ("K04.7", "be-well"),
        ("J06.9", "live-well"),
        // Tobacco, and a fracture further down.
        ("F17.2", "live-well"),
        ("S72.3", "live-well"),
    ] {
        let facts = stayed(Class::EmergencyInpatient, &[(code, within)]);
        assert_eq!(told(facts, TODAY).1, Some(segment), "{code}");
    }
}

#[test]
fn a_hospital_code_does_not_count_outside_of_a_stay_or_when_the_stay_is_over_a_year_ago() {
    let fall = |on| stayed(Class::Inpatient, &[("W19", on)]);
    let segment = |facts, on| told(facts, on).1;
    assert_eq!(segment(fall(date(2026, 3, 20)), TODAY), Some("age-well"));
    for outside in [date(2026, 3, 9), date(2026, 3, 21)] {
        assert_eq!(segment(fall(outside), TODAY), Some("live-well"), "{outside}");
    }
    assert_eq!(
        segment(fall(date(2026, 3, 12)), date(2027, 3, 9)),
        Some("age-well")
    );
    assert_eq!(
        segment(fall(date(2026, 3, 12)), date(2027, 3, 10)),
        Some("live-well")
    );
    // A visit is no stay, and a month is no day.
    let visit = stayed(Class::Emergency, &[("W19", date(2026, 3, 12))]);
    assert_eq!(segment(visit, TODAY), Some("live-well"));
    let mut vague = fall(date(2026, 3, 12));
    vague.coded[0].partial = true;
    assert_eq!(segment(vague, TODAY), Some("live-well"));
    // Dentistry counts when it was an emergency.
    let teeth = |class| stayed(class, &[("K02", date(2026, 3, 12))]);
    assert_eq!(segment(teeth(Class::EmergencyInpatient), TODAY), Some("be-well"));
    assert_eq!(segment(teeth(Class::Inpatient), TODAY), Some("live-well"));
}

/// The conditions, segment and stage of somebody in figures and on lists by name.
fn both(facts: Facts<CodeName>) -> [(u32, Option<usize>, Option<LifeStage>); 2] {
    asked(facts, TODAY, |whole, person| {
        [whole.clone(), whole.clone().without_labelled()].map(|on| {
            let placed = on.placed(person);
            (
                on.conditions(person).count(),
                placed.and_then(|placed| placed.segment),
                placed.map(|placed| placed.stage),
            )
        })
    })
}

#[test]
fn what_bears_a_label_counts_in_figures_and_neither_puts_on_a_list_nor_takes_off_it() {
    let labelled = |one: Coded<CodeName>| Coded {
        mark: one.mark.labelled(),
        ..one
    };
    let on = |year| day(date(year, 3, 1));
    let [counted, listed] = both(with(
        1980,
        vec![coded(ASTHMA, on(2015)), labelled(coded(DEPRESSION, on(2020)))],
    ));
    assert_eq!((counted.0, listed.0), (2, 1));
    // A labelled word that it is over ends nothing on a list.
    let over = Coded {
        over: true,
        ..coded(ASTHMA, on(2020))
    };
    let [counted, listed] = both(with(1980, vec![coded(ASTHMA, on(2015)), labelled(over)]));
    assert_eq!((counted.0, listed.0), (0, 1));
    assert_eq!(
        both(with(1980, vec![coded(ASTHMA, on(2015))]))[0],
        listed,
        "as if it were not there"
    );
    // Elements, measurements and stays likewise.
    for facts in [
        with(1980, vec![labelled(coded(DEMENTIA, on(2020)))]),
        with(1980, vec![labelled(coded(SMOKER, on(2020)))]),
    ] {
        let [counted, listed] = both(facts);
        assert_ne!(counted.1, listed.1);
        assert_eq!(listed, both(born(1980))[0]);
    }
}

#[test]
fn whoever_died_since_is_among_the_people_of_a_day_that_is_past_when_asked_for() {
    let key = PersonKey::new(Bucket::new(7).expect("a bucket"), 7);
    let mut facts = with(1950, vec![coded(ASTHMA, Day::UNKNOWN)]);
    facts.person.death = day(date(2026, 6, 15));
    facts.person.flags = population::facts::flag::DIED;
    let mut columns = Columns::default();
    columns.put(key, Some(facts));
    let (meanings, deficits) = (
        Meanings::of(columns.dictionary()),
        DeficitTable::of(columns.dictionary()),
    );
    let people = People::of(&columns);
    let person = people.person(key).expect("somebody");
    let on = |date| {
        SegmentsOn::new(&columns, &meanings, &deficits, date)
            .expect("a day")
            .with_those_who_died_since()
    };
    let (may, june) = (on(date(2026, 5, 31)), on(date(2026, 6, 30)));
    assert!(may.is_here(&person) && !june.is_here(&person));
    // What has no day counts all the same.
    assert_eq!(may.conditions(&person).count(), 1);
    assert!(may.is_born(&person) && !on(date(1949, 1, 1)).is_born(&person));
}
