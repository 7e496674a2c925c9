use care::concept::Concept;
use care::person::{ContactPerson, Person};
use care::record::fact::encounter::EncounterStatus;
use care::record::fact::medicine::MedicineStatus;
use care::record::fact::plan::PlanStatus;
use care::record::fact::problem::ProblemStatus;
use care::record::fact::{Document, Encounter, Flag, Plan, Unmapped};
use care::record::{AllergyStanding, Fact, FactRef, PersonRecord, first_two_minutes};
use care::when::{Period, When};
use codes::system::SNOMED_CT;

use crate::made::{at, date, medicine, now, problem};

fn encounter(id: &str, status: EncounterStatus, start: &str) -> Fact<Encounter> {
    let period = Period {
        start: Some(date(start)),
        end: None,
    };
    let what = Encounter {
        status: Some(status),
        period: Some(period.clone()),
        ..Encounter::default()
    };
    let mut fact = Fact::new(id, what);
    fact.provenance.effective = Some(When::Over(period));
    fact
}

fn flag(id: &str, words: &str, category: Concept) -> Fact<Flag> {
    Fact::new(
        id,
        Flag {
            code: Concept::text(words),
            categories: vec![category],
            ..Flag::default()
        },
    )
}

#[test]
fn an_empty_record_says_that_allergies_are_not_recorded_and_holds_nothing_else() {
    let record = PersonRecord::default();
    let page = first_two_minutes(&record, now());
    assert_eq!(page.allergies.standing, AllergyStanding::NotRecorded);
    assert!(page.problems.is_empty() && page.medicines.is_empty() && page.recent.is_empty());
}

#[test]
fn it_holds_what_stands_and_leaves_what_ended() {
    let record = PersonRecord {
        problems: vec![
            problem("p1", "195967001", "Asthma", Some(ProblemStatus::Active)),
            problem(
                "p2",
                "444814009",
                "Viral sinusitis",
                Some(ProblemStatus::Resolved),
            ),
        ],
        medicines: vec![
            medicine(
                "m1",
                "Salbutamol",
                "Two puffs when needed",
                MedicineStatus::Active,
            ),
            medicine(
                "m2",
                "Amoxicillin",
                "500mg three times a day",
                MedicineStatus::Completed,
            ),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(
        page.problems
            .iter()
            .map(|line| line.fact.id.as_str())
            .collect::<Vec<_>>(),
        ["p1"]
    );
    assert_eq!(
        page.medicines
            .iter()
            .map(|line| line.fact.id.as_str())
            .collect::<Vec<_>>(),
        ["m1"]
    );
}

#[test]
fn a_respect_form_stands_before_other_documents_and_plans() {
    let respect = Document {
        kind: Some(Concept::coded(SNOMED_CT, "1382601000000107", "ReSPECT form")),
        ..Document::default()
    };
    let letter = Document {
        kind: Some(Concept::text("Letter")),
        ..Document::default()
    };
    let plan = |id: &str, category: Concept, status| {
        Fact::new(
            id,
            Plan {
                categories: vec![category],
                status: Some(status),
                ..Plan::default()
            },
        )
    };
    let record = PersonRecord {
        documents: vec![Fact::new("d1", letter), Fact::new("d2", respect)],
        plans: vec![
            plan("c1", Concept::text("Asthma plan"), PlanStatus::Active),
            plan(
                "c2",
                Concept::coded(SNOMED_CT, "735324008", "Treatment escalation plan"),
                PlanStatus::Active,
            ),
            plan("c3", Concept::text("Old plan"), PlanStatus::Revoked),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(
        page.emergency_documents
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["d2"]
    );
    assert_eq!(
        page.plans
            .iter()
            .map(|line| line.fact.id.as_str())
            .collect::<Vec<_>>(),
        ["c2", "c1"]
    );
}

#[test]
fn alerts_and_reasonable_adjustments_stand_apart() {
    let adjustment = Concept::coded(
        codes::flag::REASONABLE_ADJUSTMENT_CATEGORY,
        "communication-support",
        "",
    );
    let mut ended = flag("f3", "Wound infection", Concept::text("Clinical"));
    ended.what.period = Some(Period {
        start: None,
        end: Some(date("2026-08-01")),
    });
    let record = PersonRecord {
        flags: vec![
            flag("f1", "Needs a hearing loop", adjustment),
            flag("f2", "Oxygen at home", Concept::text("Clinical")),
            ended,
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(
        page.adjustments
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["f1"]
    );
    assert_eq!(
        page.alerts
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["f2"]
    );
}

#[test]
fn last_and_next_encounters_are_told_from_the_one_under_way() {
    let record = PersonRecord {
        encounters: vec![
            encounter("past", EncounterStatus::Finished, "2026-07-01T10:00:00Z"),
            encounter("older", EncounterStatus::Finished, "2026-01-01"),
            encounter("now", EncounterStatus::InProgress, "2026-08-02T10:00:00Z"),
            encounter("later", EncounterStatus::Planned, "2026-10-01"),
            encounter("soon", EncounterStatus::Planned, "2026-08-10"),
            encounter("missed", EncounterStatus::Planned, "2026-02-01"),
            encounter("off", EncounterStatus::Cancelled, "2026-08-11"),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(page.last_encounter.unwrap().id, "past");
    assert_eq!(
        page.under_way
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["now"]
    );
    assert_eq!(
        page.next_encounters
            .iter()
            .map(|fact| fact.id.as_str())
            .collect::<Vec<_>>(),
        ["soon", "later"]
    );
    let recent: Vec<&str> = page.recent.iter().map(|fact| fact.id()).collect();
    assert_eq!(recent, ["now", "past"]);
}

#[test]
fn recent_events_reach_back_ninety_days_and_no_further() {
    let record = PersonRecord {
        problems: vec![
            at(problem("in", "1", "Fall", None), "2026-05-05"),
            at(problem("out", "2", "Sprain", None), "2026-05-04"),
            at(problem("ahead", "3", "Planned", None), "2026-08-04"),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    assert_eq!(
        page.recent
            .iter()
            .map(|fact: &FactRef<'_>| fact.id())
            .collect::<Vec<_>>(),
        ["in"]
    );
}

#[test]
fn next_of_kin_come_before_other_contacts_and_former_ones_are_left_out() {
    let contact = |words: &str, code: &str| ContactPerson {
        relationships: vec![Concept::coded(
            "http://terminology.hl7.org/CodeSystem/v2-0131",
            code,
            words,
        )],
        ..ContactPerson::default()
    };
    let former = ContactPerson {
        active: Some(false),
        ..contact("Neighbour", "O")
    };
    let record = PersonRecord {
        person: Some(Person {
            contacts: vec![contact("Friend", "O")],
            ..Person::default()
        }),
        contacts: vec![
            Fact::new("r1", former),
            Fact::new("r2", contact("Next of kin", "N")),
        ],
        ..PersonRecord::default()
    };
    let page = first_two_minutes(&record, now());
    let words: Vec<String> = page
        .contacts
        .iter()
        .map(|contact| contact.contact.relationship_words())
        .collect();
    assert_eq!(words, ["Next of kin", "Friend"]);
}

#[test]
fn what_could_not_be_read_is_on_the_page() {
    let unmapped = Unmapped {
        type_name: "Condition".to_owned(),
        why: "onsetDateTime is not a date".to_owned(),
    };
    let record = PersonRecord {
        unmapped: vec![Fact::new("u", unmapped)],
        ..PersonRecord::default()
    };
    assert_eq!(first_two_minutes(&record, now()).could_not_be_shown.len(), 1);
}
