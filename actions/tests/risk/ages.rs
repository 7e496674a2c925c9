//! Ages for which no index is made, and what could be known at a referral or an admission.

use actions::Actions;
use actions::population::scope;
use actions::risk::{Made, MakeOffer, Show, make_offer, pause, person_risk, say_view, set_capacity};
use care::risk::memory::{Standing, View};
use care::risk::rank::Reason;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::{ANNA, BELA, CARL, ids, look, manager};
use crate::population::house::{self, clinician, deficits, directory, keep, settled};

const DORA: &str = "01a2028b-8b89-74eb-b43c-f649a8ade404";

async fn born_on(actions: &Actions, id: &str, birth: &str) {
    let patient = json!({
        "name": [{ "family": "Invented", "given": [id] }],
        "gender": "female",
        "birthDate": birth,
        "generalPractitioner": [{ "reference": "Organization/p1" }],
    });
    keep(actions, "Patient", id, patient).await;
}

/// Conditions of so many deficits, recorded on a day or on none.
async fn conditions(actions: &Actions, id: &str, codes: &[&str], recorded: Option<&str>) {
    for (at, code) in codes.iter().enumerate() {
        let mut condition = json!({
            "subject": { "reference": format!("Patient/{id}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] },
        });
        if let Some(day) = recorded {
            condition["recordedDate"] = json!(day);
        }
        let name = format!("{id}-{}-{at}", recorded.unwrap_or("undated"));
        keep(actions, "Condition", &name, condition).await;
    }
}

fn offer() -> MakeOffer {
    MakeOffer {
        what: "plan".to_owned(),
        ..MakeOffer::default()
    }
}

#[tokio::test]
async fn whoever_has_no_index_is_listed_for_a_concern_an_offer_or_a_pause_and_takes_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    let codes = deficits(15);
    // 97, 50 and 50 years; and one of 80 by whom the room is seen.
    for (id, birth) in [(ANNA, "1929-01-01"), (BELA, "1976-01-01"), (CARL, "1976-01-01")] {
        born_on(&actions, id, birth).await;
    }
    conditions(&actions, ANNA, &codes, Some("2020-01-01")).await;
    house::person(&actions, DORA, "p1", 15).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    // However many deficits: of another age nobody is found by them.
    assert_eq!(ids(&look(&actions, &gp, &own, Show::Waiting).await), [DORA]);

    let why = "She no longer gets up by herself";
    say_view(&actions, &gp, ANNA, Some(View::Higher), why)
        .await
        .expect("kept");
    assert_eq!(
        make_offer(&actions, &gp, BELA, &offer()).await.expect("kept"),
        Made::Now
    );
    let until = actions.today().saturating_add(30.days());
    pause(&actions, &gp, CARL, "in-hospital", Some(until), "")
        .await
        .expect("kept");
    settled(&kept).await;

    let told = look(&actions, &gp, &own, Show::Waiting).await;
    assert_eq!(ids(&told), [ANNA, DORA]);
    let first = &told.answer.people[0].what;
    assert_eq!(
        (first.age, first.signs, first.reason),
        (Some(97), None, Some(Reason::Concern))
    );
    assert_eq!(told.answer.beside.offered_this_week, Some(1));
    assert_eq!(ids(&look(&actions, &gp, &own, Show::Offered).await), [BELA]);
    let paused = look(&actions, &gp, &own, Show::Paused).await;
    assert_eq!(ids(&paused), [CARL]);
    assert_eq!(paused.answer.people[0].what.standing, Standing::Paused(until));
    for show in [Show::NoPlan, Show::Referred, Show::Admitted] {
        let named = look(&actions, &gp, &own, show).await;
        assert!(!ids(&named).contains(&ANNA), "{show:?}");
    }

    // An offer at an age without an index takes its place of the week: of two, one is left.
    let manager = manager(&actions, "P1").await;
    let team = scope(&actions, &manager, "practice:P1").expect("a scope");
    set_capacity(&actions, &manager, &team, "2", 0)
        .await
        .expect("kept");
    assert_eq!(ids(&look(&actions, &gp, &own, Show::Waiting).await), [ANNA]);

    let risk = person_risk(&actions, &gp, ANNA).await.expect("a risk");
    assert_eq!(
        (risk.signs, risk.reason, risk.standing),
        (None, Some(Reason::Concern), Some(Standing::Waits))
    );
    let risk = person_risk(&actions, &gp, BELA).await.expect("a risk");
    assert_eq!((risk.reason, risk.standing), (None, Some(Standing::Offered)));
}

#[tokio::test]
async fn what_was_not_known_or_no_referral_is_not_told_of_a_referral_or_an_admission() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    // 64 until the end of 2024.
    born_on(&actions, ANNA, "1960-01-01").await;
    let codes = deficits(9);
    conditions(&actions, ANNA, &codes[..4], Some("2020-01-01")).await;
    conditions(&actions, ANNA, &codes[4..], None).await;
    let subject = json!({ "reference": format!("Patient/{ANNA}") });
    let request = |status: &str, words: &str, day: &str| json!({ "status": status, "intent": "order", "subject": subject, "authoredOn": day, "code": { "text": words } });
    for (id, body) in [
        (
            "r1",
            request("completed", "Referral to the falls service", "2026-03-01"),
        ),
        ("r2", request("active", "Full blood count", "2026-04-01")),
        (
            "r3",
            request("revoked", "Referral to physiotherapy", "2026-05-01"),
        ),
        (
            "r4",
            request("completed", "Referral to the memory service", "2023-03-01"),
        ),
    ] {
        keep(&actions, "ServiceRequest", id, body).await;
    }
    let stay: Value = json!({
        "status": "finished", "class": { "code": "IMP" }, "subject": subject,
        "period": { "start": "2025-06-01T10:00:00Z", "end": "2025-06-03T10:00:00Z" },
    });
    keep(&actions, "Encounter", "e1", stay).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let risk = person_risk(&actions, &gp, ANNA).await.expect("a risk");
    assert_eq!(risk.signs.map(|signs| signs.count), Some(9));
    let at: Vec<(&str, String, u32)> = risk
        .at
        .iter()
        .map(|one| (one.what, one.day.to_string(), one.count))
        .collect();
    assert_eq!(
        at,
        [
            ("Referral", "2026-03-01".to_owned(), 4),
            ("Admission", "2025-06-01".to_owned(), 4)
        ]
    );
}

#[tokio::test]
async fn polypharmacy_is_named_and_the_recorded_scale_stands_beside_the_index() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    born_on(&actions, ANNA, "1946-01-01").await;
    conditions(&actions, ANNA, &deficits(9), Some("2020-01-01")).await;
    let subject = json!({ "reference": format!("Patient/{ANNA}") });
    let day = actions.today().saturating_sub(60.days()).to_string();
    for (at, code) in ["1001000", "1002007", "1003002", "1004008", "1005009"]
        .iter()
        .enumerate()
    {
        let medicine = json!({
            "status": "active", "intent": "order", "subject": subject, "authoredOn": day,
            "medicationCodeableConcept": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] },
        });
        keep(&actions, "MedicationRequest", &format!("m{at}"), medicine).await;
    }
    for (id, day, value) in [
        ("f1", "2024-05-01", 7),
        ("f2", "2026-02-03", 5),
        ("f3", "2026-03-01", 12),
    ] {
        let scale = json!({
            "status": "final", "subject": subject, "effectiveDateTime": day,
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "763264000" }] },
            "valueQuantity": { "value": value, "code": "{score}", "system": "http://unitsofmeasure.org" },
        });
        keep(&actions, "Observation", id, scale).await;
    }
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    let told = look(&actions, &gp, &own, Show::Waiting).await;
    let listed = &told.answer.people[0].what;
    assert_eq!(listed.signs.map(|signs| signs.count), Some(10));
    let first = &listed.drivers[0];
    assert_eq!(
        (first.label, first.new, first.medicines, first.since),
        ("Polypharmacy", true, Some(5), None)
    );
    assert_eq!(
        (listed.drivers.len() + listed.more_drivers, listed.missing.undated),
        (10, 0)
    );
    let risk = person_risk(&actions, &gp, ANNA).await.expect("a risk");
    assert_eq!(risk.drivers.len(), 10);
    assert!(risk.drivers.iter().any(|one| one.medicines == Some(5)));
    // The newest that can be one; 12 is none.
    let scale = risk.clinical_frailty.expect("a scale");
    assert_eq!(
        (scale.scale, scale.day.map(|day| day.to_string()).as_deref()),
        (5, Some("2026-02-03"))
    );
}
