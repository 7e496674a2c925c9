//! What a reader must never be led to believe.

use care::concept::Concept;
use care::person::death::DeathStatement;
use care::person::{Death, Person, Whereabouts};
use care::record::fact::allergy::{AllergyCertainty, Reaction};
use care::record::fact::document::{DRAFT, Document};
use care::record::fact::medicine::MedicineStatus;
use care::record::fact::problem::{Certainty, ProblemStatus};
use care::record::fact::result::{Component, ReferenceRange, ResultStatus};
use care::record::fact::{Observed, Unmapped};
use care::record::{Fact, FactRef, Mention, PersonRecord, first_two_minutes, results};

use crate::made::{allergy, at, blood_pressure, date, medicine, now, problem, range, result};

fn mark(code: &str) -> Vec<Concept> {
    vec![Concept::coded(
        codes::system::OBSERVATION_INTERPRETATION,
        code,
        code,
    )]
}

#[test]
fn a_line_in_a_list_says_first_how_a_fact_stands() {
    let mut stopped = medicine("m", "Warfarin", "3mg once a day", MedicineStatus::Stopped);
    assert_eq!(FactRef::Medicine(&stopped).detail(), "Stopped: 3mg once a day");
    stopped.what.forbidden = true;
    stopped.what.status = Some(MedicineStatus::Active);
    assert_eq!(
        FactRef::Medicine(&stopped).detail(),
        "Do not give: 3mg once a day"
    );
    let mut refuted = problem("p", "1", "Cancer", Some(ProblemStatus::Active));
    refuted.what.certainty = Some(Certainty::Refuted);
    assert_eq!(FactRef::Problem(&refuted).detail(), "Ruled out");
    refuted.what.body_sites = vec![Concept::text("Left breast")];
    assert_eq!(FactRef::Problem(&refuted).detail(), "Ruled out: Left breast");
    let mut ruled_out = allergy("a", "1", "Latex");
    ruled_out.what.certainty = Some(AllergyCertainty::Refuted);
    assert_eq!(
        FactRef::Allergy(&ruled_out).detail(),
        "Ruled out: Reaction not recorded"
    );
    let mut early = result("r", "1", "Potassium", 6.1, "mmol/L");
    early.what.status = Some(ResultStatus::Preliminary);
    early.what.interpretations = mark("H");
    assert_eq!(FactRef::Result(&early).detail(), "Preliminary: 6.1 mmol/L, High");
    early.what.status = Some(ResultStatus::Final);
    assert_eq!(FactRef::Result(&early).detail(), "6.1 mmol/L, High");
}

#[test]
fn a_result_dated_in_the_future_stands_beside_the_latest_and_not_in_its_place() {
    let record = PersonRecord {
        results: vec![
            at(result("next", "1", "Potassium", 9.9, "mmol/L"), "2027-01-01"),
            at(result("last", "1", "Potassium", 6.1, "mmol/L"), "2026-07-01"),
            at(blood_pressure("then", 80.0, 40.0), "2027-01-01"),
            at(blood_pressure("was", 130.0, 80.0), "2026-07-01"),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    let ids = |list: &[care::record::first_two_minutes::LatestResult<'_>]| {
        list.iter()
            .map(|latest| (latest.fact.id.clone(), latest.is_in_future))
            .collect::<Vec<_>>()
    };
    let beside = |now: &str, to_come: &str| [(now.to_owned(), false), (to_come.to_owned(), true)];
    assert_eq!(ids(&page.vital_signs), beside("was", "then"));
    let mut tests = ids(&page.results);
    tests.sort_by_key(|(_, is_in_future)| *is_in_future);
    assert_eq!(tests, beside("last", "next"));
    let list = results(&record);
    for group in &list.groups {
        let latest = group.latest(now()).unwrap();
        assert!(["last", "was"].contains(&latest.id.as_str()), "{}", latest.id);
    }
}

#[test]
fn tests_that_the_emergency_page_leaves_out_are_counted() {
    let mut survey = at(result("s", "1", "Frailty score", 6.0, "1"), "2026-07-01");
    survey.what.categories = vec![Concept::coded(
        codes::system::OBSERVATION_CATEGORY,
        "survey",
        "Survey",
    )];
    let record = PersonRecord {
        results: vec![survey],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!((page.results.len(), page.other_tests), (0, 1));
}

#[test]
fn a_value_does_not_hide_its_parts_nor_a_part_its_mark() {
    let mut fact = result("r", "1", "Wound score", 7.0, "1");
    fact.what.components = vec![Component {
        code: Concept::text("Depth"),
        interpretations: mark("HH"),
        ..Component::default()
    }];
    assert_eq!(fact.what.value_words(), "7; Depth No value recorded");
    assert_eq!(fact.what.marks(), ["Depth: Critically high"]);
}

#[test]
fn what_was_cancelled_is_neither_latest_nor_drawn() {
    let mut cancelled = at(result("x", "1", "Potassium", 9.9, "mmol/L"), "2026-07-02");
    cancelled.what.status = Some(ResultStatus::Cancelled);
    let record = PersonRecord {
        results: vec![
            cancelled,
            at(result("k", "1", "Potassium", 4.4, "mmol/L"), "2026-07-01"),
        ],
        ..PersonRecord::default()
    };
    let list = results(&record);
    let group = &list.groups[0];
    assert_eq!(group.latest(now()).unwrap().id, "k");
    let drawn: Vec<&str> = group.series[0].lines[0]
        .points
        .iter()
        .map(|point| point.fact.id.as_str())
        .collect();
    assert_eq!(drawn, ["k"]);
    assert_eq!(group.results.len(), 2, "the list still shows it");
}

#[test]
fn no_range_is_drawn_when_several_could_be_this_persons() {
    let for_whom = |words: &str| ReferenceRange {
        applies_to: vec![Concept::text(words)],
        ..range(3.5, 5.3, "mmol/L")
    };
    let mut fact = at(result("k", "1", "Potassium", 4.4, "mmol/L"), "2026-07-01");
    let drawn = |fact: &Fact<Observed>| {
        let record = PersonRecord {
            results: vec![fact.clone()],
            ..PersonRecord::default()
        };
        results(&record).groups[0].series[0].lines[0].points[0]
            .range
            .is_some()
    };
    fact.what.ranges = vec![for_whom("women")];
    assert!(drawn(&fact));
    assert_eq!(fact.what.ranges[0].words(), "3.5 to 5.3 mmol/L (women)");
    fact.what.ranges.push(for_whom("men"));
    assert!(!drawn(&fact));
}

#[test]
fn an_allergy_is_named_by_its_reactions_substance_when_it_has_no_name() {
    let mut fact = allergy("a", "1", "Penicillin");
    fact.what.reactions = vec![Reaction {
        substance: Some(Concept::text("Amoxicillin")),
        manifestations: vec![Concept::text("Rash")],
        ..Reaction::default()
    }];
    assert_eq!(fact.what.words(), "Penicillin");
    assert_eq!(fact.what.reaction_words(), "Amoxicillin: Rash");
    fact.what.substance = None;
    assert_eq!(fact.what.words(), "Amoxicillin");
    let record = PersonRecord {
        allergies: vec![fact],
        ..PersonRecord::default()
    };
    assert_eq!(care::record::allergies(&record).banner_words(), "Amoxicillin");
}

#[test]
fn a_document_that_nobody_signed_says_so() {
    let mut document = Document {
        stage: Some("preliminary".to_owned()),
        ..Document::default()
    };
    assert_eq!(document.stage_words(), Some(DRAFT));
    document.stage = Some("final".to_owned());
    assert_eq!(document.stage_words(), None);
}

#[test]
fn a_notice_of_death_of_an_unknown_kind_is_shown() {
    let mut death = Death {
        unknown_notice: Some("9".to_owned()),
        ..Death::default()
    };
    assert!(death.is_unverified());
    assert_eq!(death.words().as_deref(), Some("Notice of death, kind not known"));
    death.statement = Some(DeathStatement::On(date("2026-08-01")));
    assert_eq!(
        death.words().as_deref(),
        Some("Reported to have died 1 August 2026 (notice of death, kind not known)")
    );
}

#[test]
fn only_names_known_to_be_peoples_stay_in_a_restricted_record() {
    let by = |reference: Option<&str>| {
        let mut fact = problem("p", "1", "Asthma", None);
        fact.provenance.author = Some(Mention {
            reference: reference.map(str::to_owned),
            name: Some("Trowbridge".to_owned()),
            ..Mention::default()
        });
        fact
    };
    let record = |references: &[Option<&str>]| PersonRecord {
        person: Some(Person {
            whereabouts: Whereabouts::Withheld,
            ..Person::default()
        }),
        problems: references.iter().map(|reference| by(*reference)).collect(),
        others: vec![Fact::new(
            "o",
            care::record::fact::Other {
                type_name: "Location".to_owned(),
                words: Some("Trowbridge".to_owned()),
            },
        )],
        ..PersonRecord::default()
    };
    let mut sealed = record(&[
        None,
        Some("#author"),
        Some("urn:uuid:1"),
        Some("Organization/1"),
        Some("https://trowbridge.example/Organization/1"),
    ]);
    sealed.withhold_whereabouts();
    let text = format!("{sealed:?}").to_lowercase();
    assert!(!text.contains("trowbridge"), "{text}");
    let mut kept = record(&[Some("Practitioner/1")]);
    kept.withhold_whereabouts();
    assert_eq!(kept.problems[0].provenance.author_words(), "Trowbridge");
}

#[test]
fn a_record_whose_person_could_not_be_read_is_sealed() {
    let mut fact = problem("p", "1", "Asthma", None);
    fact.provenance.organisation = Some("Trowbridge Surgery".to_owned());
    let record = |type_name: &str| PersonRecord {
        problems: vec![fact.clone()],
        unmapped: vec![Fact::new(
            "u",
            Unmapped {
                type_name: type_name.to_owned(),
                why: String::new(),
            },
        )],
        ..PersonRecord::default()
    };
    for (type_name, sealed) in [("Patient", true), ("Unknown", true), ("Condition", false)] {
        let mut record = record(type_name);
        record.withhold_whereabouts();
        assert_eq!(
            !format!("{record:?}").contains("Trowbridge"),
            sealed,
            "{type_name}"
        );
    }
}
