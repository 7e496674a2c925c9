//! Objections to risk stratification: heeded by every run but care, counted, and kept by the door itself.

use actions::population::{frailty_bands, scope};
use actions::record::read;
use actions::risk::person_risk;
use actions::{ActionError, Purpose};
use fhir::ResourceType;
use serde_json::{Value, json};

use super::house::{self, clinician, directory, keep, person, settled};
use super::{CASE_FINDING, all, names};

/// An id that says nothing, as the record makes them.
const ANNA: &str = "01a2028b-8b89-74eb-b43c-f649a8ade411";

fn objection(patient: &str, status: &str) -> Value {
    let ours = |code: &str| json!({ "system": codes::access::SYSTEM, "code": code });
    json!({
        "status": status,
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [ours(codes::access::OBJECTION)] }],
        "patient": { "reference": format!("Patient/{patient}") },
        "policyRule": { "text": "objection" },
        "provision": { "type": "deny", "purpose": [ours(codes::access::RISK_STRATIFICATION)] },
    })
}

#[tokio::test]
async fn an_objection_is_heeded_by_every_run_but_care_and_counted_apart_from_a_type_1_opt_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, record, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    for at in 0..11 {
        person(&actions, &format!("a{at}"), "p1", 0).await;
    }
    person(&actions, ANNA, "p1", 14).await;
    keep(&actions, "Consent", "objection", objection(ANNA, "active")).await;
    // Somebody who objected in both ways is left out once.
    person(&actions, "both", "p1", 0).await;
    let dissent = json!({
        "subject": { "reference": "Patient/both" },
        "status": "final",
        "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "827241000000103" }] },
        "effectiveDateTime": "2021-01-01",
        "valueBoolean": true,
    });
    keep(&actions, "Observation", "dissent", dissent).await;
    keep(&actions, "Consent", "objection-too", objection("both", "active")).await;
    settled(&kept).await;

    let gp = clinician(&actions, "P1").await;
    let practice = scope(&actions, &gp, "practice:P1").expect("a scope");
    let network = scope(&actions, &gp, "network:N1").expect("a scope");
    // Their own practice, too, looks for nobody who objects.
    let told = all(&actions, &gp, CASE_FINDING, &practice, 50)
        .await
        .expect("a list");
    assert_eq!((names(&told).len(), told.answer.total), (11, Some(11)));
    assert_eq!((told.stamp.people, told.stamp.objected), (Some(11), None));
    let told = frailty_bands(&actions, &gp, Purpose::PopulationHealth, &network)
        .await
        .expect("figures");
    let counts: Vec<Option<u64>> = told.answer.bands.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [Some(10), Some(0), Some(0), Some(0)]);
    // Never to care.
    let told = all(&actions, &gp, Purpose::DirectCare, &practice, 50)
        .await
        .expect("a list");
    assert_eq!((names(&told).len(), told.stamp.objected), (13, Some(0)));
    let risk = person_risk(&actions, &gp, ANNA).await.expect("a risk");
    assert!(risk.objects && risk.signs.is_some_and(|signs| signs.count == 14));

    record.seal().await.expect("sealed");
    let entries = record::audit::entries(folder.path()).expect("entries");
    let counted: Vec<(u64, u64, u64, u64)> = entries
        .iter()
        .filter_map(|entry| entry.run.as_ref())
        .map(|run| (run.people, run.objected, run.to_stratification, run.nationally))
        .collect();
    assert_eq!(counted, [(11, 2, 2, 0), (11, 2, 2, 0), (13, 0, 0, 0)]);

    keep(&actions, "Consent", "objection", objection(ANNA, "inactive")).await;
    settled(&kept).await;
    let told = all(&actions, &gp, CASE_FINDING, &practice, 50)
        .await
        .expect("a list");
    assert_eq!(names(&told).len(), 12);
    assert!(!person_risk(&actions, &gp, ANNA).await.expect("a risk").objects);
}

#[tokio::test]
async fn the_door_reads_nobody_who_objects_for_that_purpose_from_the_commit_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, _) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, ANNA, "p1", 1).await;
    let gp = clinician(&actions, "P1").await;
    let patient = ResourceType::from_name("Patient").expect("a type");
    let reads = async |purpose| match read(&actions, &gp, purpose, patient, ANNA).await {
        Ok(_) => true,
        Err(ActionError::NotFound) => false,
        Err(error) => panic!("{error}"),
    };
    assert!(reads(CASE_FINDING).await && reads(Purpose::DirectCare).await);
    // In the very next request, whether the columns have followed or not.
    keep(&actions, "Consent", "objection", objection(ANNA, "active")).await;
    assert!(!reads(CASE_FINDING).await && reads(Purpose::DirectCare).await);
    keep(
        &actions,
        "Consent",
        "objection",
        objection(ANNA, "entered-in-error"),
    )
    .await;
    assert!(reads(CASE_FINDING).await);
    // An objection to something else is none to this; one that does not say to what is one.
    let mut other = objection(ANNA, "active");
    other["provision"]["purpose"][0]["code"] = json!("research");
    keep(&actions, "Consent", "objection", other.clone()).await;
    assert!(reads(CASE_FINDING).await);
    other["provision"] = json!({ "type": "deny" });
    keep(&actions, "Consent", "objection", other).await;
    assert!(!reads(CASE_FINDING).await && reads(Purpose::DirectCare).await);
}

#[tokio::test]
async fn research_and_planning_are_refused_in_words_since_no_list_of_national_opt_outs_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, record, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, ANNA, "p1", 1).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let practice = scope(&actions, &gp, "practice:P1").expect("a scope");
    for purpose in [Purpose::Research, Purpose::Commissioning] {
        let refused = frailty_bands(&actions, &gp, purpose, &practice).await;
        assert!(matches!(refused, Err(ActionError::Forbidden(words)) if words.contains("--opted-out")));
        let refused = all(&actions, &gp, purpose, &practice, 5).await;
        assert!(matches!(refused, Err(ActionError::Forbidden(_))));
    }
    record.seal().await.expect("sealed");
    let entries = record::audit::entries(folder.path()).expect("entries");
    assert_eq!(entries.iter().filter(|entry| entry.run.is_some()).count(), 4);
}
