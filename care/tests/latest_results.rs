use care::concept::Concept;
use care::record::fact::Observed;
use care::record::{Fact, PersonRecord, first_two_minutes};

use crate::made::{at, blood_pressure, now, result};

#[test]
fn the_latest_of_each_vital_sign_is_shown_whatever_its_age_and_marked_results_come_first() {
    let mut high = at(result("k2", "1", "Potassium", 6.1, "mmol/L"), "2026-02-01");
    high.what.interpretations = vec![Concept::coded(
        codes::system::OBSERVATION_INTERPRETATION,
        "H",
        "High",
    )];
    let heart_rate = |id: &str, date: &str| at(result(id, "364075005", "Heart rate", 72.0, "/min"), date);
    let record = PersonRecord {
        results: vec![
            at(blood_pressure("bp", 130.0, 80.0), "2019-01-01"),
            heart_rate("h1", "2018-01-01"),
            heart_rate("h2", "2020-01-01"),
            at(result("k1", "1", "Potassium", 4.1, "mmol/L"), "2026-01-01"),
            at(result("n", "2", "Sodium", 140.0, "mmol/L"), "2026-07-01"),
            at(result("old", "3", "Ferritin", 50.0, "ug/L"), "2019-01-01"),
            high,
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(
        page.vital_signs
            .iter()
            .map(|latest| latest.fact.id.as_str())
            .collect::<Vec<_>>(),
        ["bp", "h2"]
    );
    assert_eq!(
        page.results
            .iter()
            .map(|latest| latest.fact.id.as_str())
            .collect::<Vec<_>>(),
        ["k2", "n"]
    );
    assert_eq!(page.results[0].previous.unwrap().id, "k1");
}

#[test]
fn a_result_that_was_cancelled_or_withdrawn_is_never_the_latest() {
    use care::record::fact::result::ResultStatus;
    let mut cancelled = at(result("a", "1", "Potassium", 9.9, "mmol/L"), "2026-07-02");
    cancelled.what.status = Some(ResultStatus::Cancelled);
    let mut withdrawn = at(result("b", "1", "Potassium", 8.8, "mmol/L"), "2026-07-03");
    withdrawn.entered_in_error = true;
    let record = PersonRecord {
        results: vec![
            cancelled,
            withdrawn,
            at(result("c", "1", "Potassium", 4.4, "mmol/L"), "2026-07-01"),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(
        page.results
            .iter()
            .map(|latest| latest.fact.id.as_str())
            .collect::<Vec<_>>(),
        ["c"]
    );
    assert_eq!(page.entered_in_error, 1);
}

#[test]
fn odd_results_do_not_panic() {
    let odd = Observed {
        code: Concept::default(),
        ..Observed::default()
    };
    let record = PersonRecord {
        results: vec![Fact::new("", odd.clone()), Fact::new("", odd)],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, jiff::Timestamp::MIN);
    assert_eq!(
        page.results.len(),
        1,
        "without a date it may be new: it is shown, once for each test"
    );
}
