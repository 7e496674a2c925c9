//! Segments and long-term conditions over the columns.

use care::segment::{LifeStage, SNEE};
use codes::clinical::segmentation::CONDITIONS;
use codes::system::SNOMED_CT;
use jiff::civil::{Date, date};
use population::facts::{CodeName, Coded, Mark, Measured, Person};
use population::score::DeficitTable;
use population::segment::{Meanings, SegmentsOn};
use population::{Columns, Day, Facts, People};
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

/// Names of the conditions that count, the segment and the stage of somebody on a day.
fn told(facts: Facts<CodeName>, on: Date) -> (Vec<&'static str>, Option<&'static str>, Option<LifeStage>) {
    let key = PersonKey::new(Bucket::new(7).expect("a bucket"), 7);
    let mut columns = Columns::default();
    columns.put(key, Some(facts));
    let (meanings, deficits) = (
        Meanings::of(columns.dictionary()),
        DeficitTable::of(columns.dictionary()),
    );
    let segments = SegmentsOn::new(&columns, &meanings, &deficits, on).expect("a day");
    let people = People::of(&columns);
    let person = people.person(key).expect("somebody");
    let conditions = segments.conditions(&person);
    let names = CONDITIONS.iter().enumerate();
    let placed = segments.placed(&person);
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
