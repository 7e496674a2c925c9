use std::collections::BTreeSet;

use care::record::fact::medicine::MedicineStatus;
use care::record::{FactRef, Kind, PersonRecord, TimelineFilter, timeline};

use crate::made::{allergy, at, medicine, problem, result};

fn record() -> PersonRecord {
    let mut withdrawn = at(problem("w", "1", "Wrong person", None), "2026-05-01");
    withdrawn.entered_in_error = true;
    PersonRecord {
        problems: vec![
            at(problem("p", "195967001", "Asthma", None), "2026-05-01"),
            withdrawn,
        ],
        medicines: vec![at(
            medicine("m", "Salbutamol", "Two puffs", MedicineStatus::Active),
            "2026-05-01T10:00:00Z",
        )],
        results: vec![
            at(result("r2", "2", "Peak flow", 300.0, "L/min"), "2025-12-31"),
            at(result("r1", "2", "Peak flow", 310.0, "L/min"), "2026"),
        ],
        allergies: vec![allergy("a", "91936005", "Allergy to penicillin")],
        ..PersonRecord::default()
    }
}

#[test]
fn facts_are_grouped_by_day_newest_first_with_the_undated_apart() {
    let record = record();
    let shown = timeline(&record, &TimelineFilter::default());
    let days: Vec<(String, Vec<&str>)> = shown
        .days
        .iter()
        .map(|day| {
            (
                day.heading.clone(),
                day.entries.iter().map(|fact| fact.id()).collect(),
            )
        })
        .collect();
    assert_eq!(
        days,
        [
            ("1 May 2026".to_owned(), vec!["m", "p"]),
            ("2026".to_owned(), vec!["r1"]),
            ("31 December 2025".to_owned(), vec!["r2"]),
        ]
    );
    assert_eq!(
        shown.undated.iter().map(|fact| fact.id()).collect::<Vec<_>>(),
        ["a"]
    );
    assert_eq!(shown.entered_in_error, 1);
}

#[test]
fn kind_and_year_filter_and_the_other_filters_counts_remain() {
    let record = record();
    let filter = TimelineFilter {
        kinds: BTreeSet::from([Kind::Result]),
        year: Some(2026),
    };
    let shown = timeline(&record, &filter);
    assert_eq!(shown.days.len(), 1);
    assert!(shown.undated.is_empty());
    assert_eq!(shown.years, [(2026, 1), (2025, 1)]);
    assert_eq!(
        shown.kinds,
        [(Kind::Problem, 1), (Kind::Medicine, 1), (Kind::Result, 1)]
    );
    assert_eq!(shown.entered_in_error, 0, "the withdrawn one is of another kind");
}

#[test]
fn the_order_does_not_depend_on_the_order_of_reading() {
    let record = record();
    let mut turned = record.clone();
    turned.results.reverse();
    turned.problems.reverse();
    let ids = |record: &PersonRecord| -> Vec<String> {
        let shown = timeline(record, &TimelineFilter::default());
        shown
            .days
            .iter()
            .flat_map(|day| &day.entries)
            .map(|fact: &FactRef<'_>| fact.id().to_owned())
            .collect()
    };
    assert_eq!(ids(&record), ids(&turned));
}
