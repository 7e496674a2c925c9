use care::concept::Concept;
use care::quantity::Quantity;
use care::record::fact::medicine::{AsNeeded, Dose, MedicineSource, MedicineStatus, Timing};
use care::record::{PersonRecord, medicines};
use care::when::Period;

use crate::made::{at, date, medicine, now};

#[test]
fn the_same_medicine_and_dose_folds_into_one_line_that_keeps_its_members() {
    let record = PersonRecord {
        medicines: vec![
            at(
                medicine("a", "Ramipril 5mg capsules", "One a day", MedicineStatus::Active),
                "2025-01-01",
            ),
            at(
                medicine("b", "Ramipril 5mg capsules", "One a day", MedicineStatus::Active),
                "2026-01-01",
            ),
            at(
                medicine("c", "Ramipril 10mg capsules", "One a day", MedicineStatus::Active),
                "2026-02-01",
            ),
            at(
                medicine("d", "Ramipril 5mg capsules", "Two a day", MedicineStatus::Active),
                "2026-03-01",
            ),
            at(
                medicine("e", "Ramipril 5mg capsules", "One a day", MedicineStatus::OnHold),
                "2026-03-01",
            ),
        ],
        ..PersonRecord::default()
    };
    let list = medicines(&record, now());
    let lines: Vec<(&str, usize)> = list
        .current
        .iter()
        .map(|line| (line.fact.id.as_str(), line.count()))
        .collect();
    assert_eq!(lines, [("c", 1), ("d", 1), ("e", 1), ("b", 2)]);
    let folded = list.current.iter().find(|line| line.count() == 2).unwrap();
    assert_eq!(
        folded
            .members
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["b", "a"]
    );
}

#[test]
fn stopped_medicines_are_past_and_withdrawn_ones_only_counted() {
    let mut withdrawn = medicine("b", "Warfarin", "As directed", MedicineStatus::Active);
    withdrawn.entered_in_error = true;
    let record = PersonRecord {
        medicines: vec![
            medicine("a", "Aspirin", "75mg once a day", MedicineStatus::Stopped),
            withdrawn,
        ],
        ..PersonRecord::default()
    };
    let list = medicines(&record, now());
    assert!(list.current.is_empty());
    assert_eq!((list.past.len(), list.entered_in_error), (1, 1));
}

#[test]
fn a_prescription_past_its_supply_is_still_current_but_a_report_that_ended_is_not() {
    let ended = Some(Period {
        start: None,
        end: Some(date("2026-01-01")),
    });
    let mut prescribed = medicine("a", "Aspirin", "75mg once a day", MedicineStatus::Active);
    prescribed.what.period = ended.clone();
    let mut reported = medicine("b", "Ibuprofen", "200mg", MedicineStatus::Active);
    reported.what.source = MedicineSource::Statement;
    reported.what.period = ended;
    let record = PersonRecord {
        medicines: vec![prescribed, reported],
        ..PersonRecord::default()
    };
    let list = medicines(&record, now());
    assert_eq!(list.current.len(), 1);
    assert_eq!(list.current[0].fact.id, "a");
}

#[test]
fn two_medicines_without_names_are_never_folded() {
    let mut nameless = medicine("a", "", "One a day", MedicineStatus::Active);
    nameless.what.medicine = None;
    let record = PersonRecord {
        medicines: vec![
            nameless.clone(),
            care::record::Fact {
                id: "b".into(),
                ..nameless
            },
        ],
        ..PersonRecord::default()
    };
    assert_eq!(medicines(&record, now()).current.len(), 2);
}

#[test]
fn a_dose_without_text_is_put_together_from_its_parts() {
    let dose = Dose {
        quantity: Some(Quantity {
            value: Some(250.0),
            unit: Some("mg".to_owned()),
            ..Quantity::default()
        }),
        timing: Some(Timing {
            frequency: Some(3),
            period: Some(1.0),
            period_unit: Some("d".to_owned()),
            ..Timing::default()
        }),
        route: Some(Concept::text("Oral")),
        as_needed: Some(AsNeeded::For(Concept::text("pain"))),
        ..Dose::default()
    };
    assert_eq!(dose.words(), "250mg, Oral, 3 times a day, when needed for pain");
    let every = |frequency, period| Timing {
        frequency: Some(frequency),
        period: Some(period),
        period_unit: Some("h".to_owned()),
        ..Timing::default()
    };
    assert_eq!(every(1, 8.0).words(), "every 8 hours");
    assert_eq!(every(2, 1.0).words(), "twice an hour");
    assert_eq!(Dose::default().words(), "");
}

#[test]
fn a_medicine_without_instructions_says_so() {
    let mut bare = medicine("a", "Aspirin", "", MedicineStatus::Active);
    assert_eq!(bare.what.dose_words(), "Dose not recorded");
    bare.what.doses.clear();
    assert_eq!(bare.what.dose_words(), "Dose not recorded");
}
