use care::concept::Concept;
use care::quantity::Quantity;
use care::record::fact::medicine::{
    Amount, AsNeeded, Bounds, Dose, Extent, MedicineSource, MedicineStatus, Rate, Timing, UpTo,
};
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
        amounts: vec![Amount {
            dose: Some(Extent::Exactly(mg(250.0))),
            ..Amount::default()
        }],
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

fn mg(value: f64) -> Quantity {
    Quantity {
        value: Some(value),
        unit: Some("mg".to_owned()),
        ..Quantity::default()
    }
}

#[test]
fn a_dose_keeps_every_limit_it_came_with() {
    let hours = |value| Quantity::ucum(value, "h");
    let dose = Dose {
        text: Some("As directed".to_owned()),
        for_person: Some("Stop if you feel dizzy".to_owned()),
        additional: vec![Concept::text("With food")],
        as_needed: Some(AsNeeded::Said(true)),
        timing: Some(Timing {
            frequency: Some(1),
            frequency_max: Some(2),
            period: Some(4.0),
            period_max: Some(6.0),
            period_unit: Some("h".to_owned()),
            days: vec!["mon".to_owned(), "fri".to_owned()],
            times: vec!["08:00:00".to_owned()],
            count: UpTo {
                from: Some(7),
                to: None,
            },
            bounds: Some(Bounds::For(Quantity::ucum(7.0, "d"))),
            ..Timing::default()
        }),
        amounts: vec![
            Amount {
                dose: Some(Extent::Between(Some(mg(5.0)), Some(mg(10.0)))),
                rate: Some(Rate::Ratio(Some(mg(1.0)), Some(hours(1.0)))),
                ..Amount::default()
            },
            Amount {
                dose: Some(Extent::Exactly(mg(20.0))),
                ..Amount::default()
            },
        ],
        most_per_period: Some((Some(mg(40.0)), Some(hours(24.0)))),
        more: Some("{}".to_owned()),
        ..Dose::default()
    };
    assert_eq!(
        dose.words(),
        "As directed. 5mg to 10mg at 1mg in 1 hour or 20mg, 1 to 2 times every 4 to 6 hours, on Monday and Friday, at 08:00, 7 times in all, for 7 days, when needed, no more than 40mg in 24 hours. With food. Stop if you feel dizzy; more dosage detail in the source: check"
    );
}

#[test]
fn what_the_text_already_says_is_not_said_twice_but_a_longer_number_is_not_taken_for_a_shorter() {
    let dose = |text: &str, amount| Dose {
        text: Some(text.to_owned()),
        amounts: vec![Amount {
            dose: Some(Extent::Exactly(mg(amount))),
            ..Amount::default()
        }],
        ..Dose::default()
    };
    assert_eq!(dose("5mg at night", 5.0).words(), "5mg at night");
    assert_eq!(dose("15mg at night", 5.0).words(), "15mg at night. 5mg");
    assert_eq!(dose("0.5mg at night", 5.0).words(), "0.5mg at night. 5mg");
}

#[test]
fn doses_that_differ_in_what_cannot_be_worded_stay_apart() {
    let mut one = medicine("a", "Aspirin", "75mg once a day", MedicineStatus::Active);
    let mut other = medicine("b", "Aspirin", "75mg once a day", MedicineStatus::Active);
    one.what.doses[0].more = Some("{\"x\":1}".to_owned());
    other.what.doses[0].more = Some("{\"x\":2}".to_owned());
    let record = PersonRecord {
        medicines: vec![one, other],
        ..PersonRecord::default()
    };
    assert_eq!(medicines(&record, now()).current.len(), 2);
}

#[test]
fn a_medicine_that_must_not_be_given_is_never_current_nor_folded() {
    let mut not = medicine("a", "Aspirin", "75mg once a day", MedicineStatus::Active);
    not.what.forbidden = true;
    let mut twin = not.clone();
    twin.id = "c".to_owned();
    let mut over = medicine("d", "Aspirin", "75mg once a day", MedicineStatus::Stopped);
    over.what.forbidden = true;
    let record = PersonRecord {
        medicines: vec![
            not,
            medicine("b", "Aspirin", "75mg once a day", MedicineStatus::Active),
            twin,
            over,
        ],
        ..PersonRecord::default()
    };
    let list = medicines(&record, now());
    let ids = |lines: &[care::record::MedicineLine<'_>]| {
        lines
            .iter()
            .map(|line| (line.fact.id.clone(), line.count()))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&list.not_to_give), [("a".to_owned(), 1), ("c".to_owned(), 1)]);
    assert_eq!(ids(&list.current), [("b".to_owned(), 1)]);
    assert_eq!(ids(&list.past), [("d".to_owned(), 1)]);
}

#[test]
fn a_proposal_is_not_called_prescribed() {
    let mut what = medicine("a", "Aspirin", "", MedicineStatus::Active).what;
    for (intent, words) in [
        (None, "Prescribed"),
        (Some("order"), "Prescribed"),
        (Some("proposal"), "Proposed"),
        (Some("plan"), "Planned"),
        (Some("option"), "Option"),
    ] {
        what.intent = intent.map(str::to_owned);
        assert_eq!(what.source_words(), words);
    }
}
