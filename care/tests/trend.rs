use care::record::trend::{Frame, trend};
use care::record::{Fact, PersonRecord, fact::Observed, results};
use proptest::prelude::*;

use crate::made::{at, range, result};

fn record(facts: Vec<Fact<Observed>>) -> PersonRecord {
    PersonRecord {
        results: facts,
        ..PersonRecord::default()
    }
}

fn potassium(id: &str, value: f64, date: &str) -> Fact<Observed> {
    let mut fact = at(result(id, "1", "Potassium", value, "mmol/L"), date);
    fact.what.ranges = vec![range(3.5, 5.3, "mmol/L")];
    fact
}

#[test]
fn axes_have_round_numbers_that_take_in_values_and_range() {
    let record = record(vec![
        potassium("a", 4.0, "2025-01-01"),
        potassium("b", 4.9, "2026-01-01"),
    ]);
    let list = results(&record);
    let chart = trend(&list.groups[0].series[0], Frame::default()).unwrap();
    let labels: Vec<&str> = chart.value_ticks.iter().map(|tick| tick.label.as_str()).collect();
    assert_eq!(labels, ["3.5", "4", "4.5", "5", "5.5"]);
    assert_eq!((chart.low, chart.high), (3.5, 5.5));
    assert_eq!(chart.lines[0].points.len(), 2);
    assert!(
        chart.lines[0].points[0].y > chart.lines[0].points[1].y,
        "a higher value stands higher"
    );
    assert_eq!(chart.lines[0].path.matches('M').count(), 1);
}

#[test]
fn one_unchanged_range_is_one_band_over_the_whole_plot() {
    let record = record(vec![
        potassium("a", 4.0, "2025-01-01"),
        potassium("b", 4.9, "2025-06-01"),
        potassium("c", 4.9, "2026-01-01"),
    ]);
    let list = results(&record);
    let frame = Frame::default();
    let chart = trend(&list.groups[0].series[0], frame).unwrap();
    assert_eq!(chart.bands.len(), 1);
    assert_eq!(chart.bands[0].x, frame.left);
    assert!((chart.bands[0].x + chart.bands[0].width - (frame.width - frame.right)).abs() < 0.2);
    assert_eq!(chart.bands[0].words, "3.5 to 5.3 mmol/L");
}

#[test]
fn a_range_that_changes_gives_a_band_for_each() {
    let mut changed = potassium("b", 4.9, "2026-01-01");
    changed.what.ranges = vec![range(3.0, 5.0, "mmol/L")];
    let record = record(vec![potassium("a", 4.0, "2025-01-01"), changed]);
    let list = results(&record);
    assert_eq!(
        trend(&list.groups[0].series[0], Frame::default())
            .unwrap()
            .bands
            .len(),
        2
    );
}

#[test]
fn values_without_a_date_are_counted_and_two_dated_ones_are_needed() {
    let undated = result("a", "1", "Potassium", 4.0, "mmol/L");
    let one = record(vec![undated.clone(), potassium("b", 4.2, "2026-01-01")]);
    assert!(trend(&results(&one).groups[0].series[0], Frame::default()).is_none());
    let two = record(vec![
        undated,
        potassium("b", 4.2, "2026-01-01"),
        potassium("c", 4.4, "2026-02-01"),
    ]);
    assert_eq!(
        trend(&results(&two).groups[0].series[0], Frame::default())
            .unwrap()
            .undated,
        1
    );
}

#[test]
fn years_months_and_days_are_marked_as_the_span_asks() {
    let labels = |first: &str, last: &str| {
        let record = record(vec![potassium("a", 4.0, first), potassium("b", 4.2, last)]);
        let list = results(&record);
        let chart = trend(&list.groups[0].series[0], Frame::default()).unwrap();
        chart
            .date_ticks
            .into_iter()
            .map(|tick| tick.label)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        labels("2010-06-01", "2023-06-01"),
        ["2012", "2014", "2016", "2018", "2020", "2022"]
    );
    assert_eq!(
        labels("2026-02-15", "2026-06-20"),
        ["Mar 2026", "Apr 2026", "May 2026", "Jun 2026"]
    );
    assert_eq!(
        labels("2026-03-28", "2026-03-31"),
        ["28 Mar 2026", "29 Mar 2026", "30 Mar 2026", "31 Mar 2026"]
    );
    assert_eq!(
        labels("2026-03-28T09:00:00Z", "2026-03-28T10:00:00Z"),
        ["28 March 2026"]
    );
}

proptest! {
    #[test]
    fn every_point_and_tick_lies_within_the_frame(values in prop::collection::vec((any::<f64>(), 0i32..40_000), 2..30)) {
        let facts: Vec<Fact<Observed>> = values.iter().enumerate().map(|(index, (value, days))| {
            let day = jiff::civil::date(1950, 1, 1).checked_add(jiff::Span::new().days(*days)).unwrap();
            at(result(&index.to_string(), "1", "Test", *value, "1"), &day.to_string())
        }).collect();
        let record = record(facts);
        let list = results(&record);
        let frame = Frame::default();
        if let Some(chart) = list.groups[0].series.first().and_then(|series| trend(series, frame)) {
            for point in chart.lines.iter().flat_map(|line| &line.points) {
                prop_assert!((0.0..=frame.width).contains(&point.x) && (0.0..=frame.height).contains(&point.y), "{point:?}");
            }
            for tick in chart.date_ticks.iter().chain(&chart.value_ticks) {
                prop_assert!((0.0..=frame.width).contains(&tick.at), "{tick:?}");
            }
            prop_assert!(chart.value_ticks.len() <= 12 && chart.date_ticks.len() <= 7);
        }
    }
}
