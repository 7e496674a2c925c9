use care::concept::Concept;
use care::record::fact::result::{Observed, Value};
use care::record::results::ResultCategory;
use care::record::{Fact, PersonRecord, results};

use crate::made::{at, blood_pressure, range, result};

#[test]
fn one_test_in_two_units_is_one_group_with_two_series_never_joined() {
    let record = PersonRecord {
        results: vec![
            at(result("a", "43396009", "HbA1c", 53.0, "mmol/mol"), "2026-01-01"),
            at(result("b", "43396009", "HbA1c", 7.0, "%"), "2009-01-01"),
            at(result("c", "43396009", "HbA1c", 48.0, "mmol/mol"), "2025-01-01"),
        ],
        ..PersonRecord::default()
    };
    let list = results(&record);
    assert_eq!(list.groups.len(), 1);
    let group = &list.groups[0];
    assert!(group.has_several_units());
    assert_eq!(
        group
            .results
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["a", "c", "b"]
    );
    let series: Vec<(&str, Vec<f64>)> = group
        .series
        .iter()
        .map(|series| {
            (
                series.unit.as_str(),
                series.lines[0]
                    .points
                    .iter()
                    .map(|p| p.quantity.value.unwrap())
                    .collect(),
            )
        })
        .collect();
    assert_eq!(series, [("mmol/mol", vec![48.0, 53.0]), ("%", vec![7.0])]);
}

#[test]
fn blood_pressure_is_one_series_of_two_lines_and_reads_systolic_first() {
    let fact = at(blood_pressure("a", 120.4, 79.6), "2026-01-01");
    assert_eq!(fact.what.value_words(), "120/80 mmHg");
    let record = PersonRecord {
        results: vec![fact],
        ..PersonRecord::default()
    };
    let list = results(&record);
    assert_eq!(list.groups[0].category, ResultCategory::VitalSigns);
    let titles: Vec<&str> = list.groups[0].series[0]
        .lines
        .iter()
        .map(|line| line.title.as_str())
        .collect();
    assert_eq!(titles, ["Diastolic", "Systolic"]);
}

#[test]
fn a_range_in_another_unit_is_not_drawn_with_the_value() {
    let mut fact = at(result("a", "1", "Glucose", 5.0, "mmol/L"), "2026-01-01");
    fact.what.ranges = vec![range(70.0, 100.0, "mg/dL")];
    let record = PersonRecord {
        results: vec![fact],
        ..PersonRecord::default()
    };
    assert_eq!(
        results(&record).groups[0].series[0].lines[0].points[0].range,
        None
    );
}

#[test]
fn the_laboratorys_range_and_interpretation_stay_with_the_value() {
    let mut fact = at(result("a", "1", "Potassium", 6.1, "mmol/L"), "2026-01-01");
    fact.what.ranges = vec![range(3.5, 5.3, "mmol/L")];
    fact.what.interpretations = vec![Concept::coded(
        codes::system::OBSERVATION_INTERPRETATION,
        "HH",
        "Critical high",
    )];
    assert_eq!(fact.what.interpretation_words(), "Critically high");
    let record = PersonRecord {
        results: vec![fact],
        ..PersonRecord::default()
    };
    let list = results(&record);
    let point = &list.groups[0].series[0].lines[0].points[0];
    assert_eq!(point.range.unwrap().words(), "3.5 to 5.3 mmol/L");
    assert_eq!(point.interpretation, "Critically high");
}

#[test]
fn words_and_missing_values_have_a_group_but_no_series() {
    let words = Observed {
        code: Concept::text("Smoking status"),
        value: Some(Value::Text("Never smoked".to_owned())),
        ..Observed::default()
    };
    let absent = Observed {
        code: Concept::text("Smoking status"),
        absent: Some(Concept::text("Asked but declined")),
        ..Observed::default()
    };
    assert_eq!(absent.value_words(), "No value: Asked but declined");
    let record = PersonRecord {
        results: vec![at(Fact::new("a", words), "2026"), Fact::new("b", absent)],
        ..PersonRecord::default()
    };
    let list = results(&record);
    assert_eq!(list.groups.len(), 1);
    assert!(list.groups[0].series.is_empty());
    assert_eq!(list.groups[0].results.len(), 2);
}
