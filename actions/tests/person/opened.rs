//! A record that was opened for a time, and what its opener writes into it.

use std::sync::Arc;

use actions::access::{Tokens, Way, Whom, open_up};
use actions::record::{Precondition, Request, create, update};
use actions::{ActionError, Actions, Actor, Purpose};
use codes::nhs_number::NhsNumber;
use fhir::ResourceType;
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record, Role, Standing};
use serde_json::{Value, json};

const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
const PATIENT: &str = "0198d2f4-0000-7000-8000-00000000c1a4";

async fn house(folder: &std::path::Path) -> Actions {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(folder), Arc::clone(&system))
        .await
        .expect("a record");
    Actions::new(
        record,
        CareClock::new(Arc::clone(&system)),
        system,
        Tokens::none(),
        fhir::Limits::default(),
    )
}

fn nurse() -> Actor {
    Actor::new("nurse-1", Role::Clinician, Some("AAA01".to_owned())).with_standing(Standing {
        activities: ["B0360", "B0380", "B0825"].map(str::to_owned).into(),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    })
}

fn request() -> Request {
    Request {
        source: "test".to_owned(),
        ..Request::default()
    }
}

fn kind(name: &str) -> ResourceType {
    ResourceType::from_name(name).expect("a type")
}

async fn keep(actions: &Actions, body: &Value) {
    let (name, id) = (body["resourceType"].as_str(), body["id"].as_str());
    update(
        actions,
        &Actor::new("maker", Role::Development, None),
        Purpose::DirectCare,
        &request(),
        kind(name.expect("a type")),
        id.expect("an id"),
        body.to_string().as_bytes(),
        Precondition::None,
    )
    .await
    .expect("kept");
}

fn organisation(ods: &str) -> Value {
    json!({ "identifier": { "system": ODS, "value": ods } })
}

fn patient() -> Value {
    json!({ "resourceType": "Patient", "id": PATIENT, "birthDate": "1960-01-02", "name": [{ "family": "Opened" }],
        "identifier": [{ "system": codes::system::NHS_NUMBER, "value": "9990548609", "extension": [{
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
            "valueCodeableConcept": { "coding": [{
                "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] }] })
}

/// What would tie an organisation to the person.
fn ties(ods: &str) -> Vec<Value> {
    let person = json!({ "reference": format!("Patient/{PATIENT}") });
    vec![
        json!({ "resourceType": "EpisodeOfCare", "status": "active", "patient": person,
            "managingOrganization": organisation(ods) }),
        json!({ "resourceType": "CareTeam", "status": "active", "subject": person,
            "participant": [{ "member": organisation(ods) }] }),
        json!({ "resourceType": "Encounter", "status": "in-progress", "class": { "code": "IMP" }, "subject": person,
            "serviceProvider": organisation(ods) }),
        json!({ "resourceType": "Appointment", "status": "booked", "start": "2099-01-05T09:00:00Z", "end": "2099-01-05T09:10:00Z",
            "participant": [{ "actor": person, "status": "accepted" }, { "actor": organisation(ods), "status": "accepted" }] }),
        json!({ "resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": person,
            "performer": [organisation(ods)] }),
        json!({ "resourceType": "Task", "status": "requested", "intent": "order", "for": person, "owner": organisation(ods) }),
    ]
}

async fn written(actions: &Actions, document: &Value) -> Result<(), ActionError> {
    create(
        actions,
        &nurse(),
        Purpose::DirectCare,
        &request(),
        kind(document["resourceType"].as_str().expect("a type")),
        document.to_string().as_bytes(),
        None,
    )
    .await
    .map(drop)
}

#[tokio::test]
async fn whoever_opened_a_record_for_a_time_makes_no_tie_of_it_that_stays() {
    for way in [Way::BreakGlass, Way::Claim] {
        let folder = tempfile::tempdir().expect("a folder");
        let actions = house(folder.path()).await;
        keep(&actions, &patient()).await;
        let whom = Whom::Identified {
            nhs_number: NhsNumber::parse("9990548609").expect("a number"),
            born: "1960-01-02".parse().expect("a day"),
        };
        let (reason, _) = way.reasons()[0];
        open_up(&actions, &nurse(), &whom, way, reason, "Found at home, alone")
            .await
            .expect("opened");
        for document in ties("AAA01") {
            let answer = written(&actions, &document).await;
            let told =
                matches!(&answer, Err(ActionError::Forbidden(words)) if words.contains("lasting access"));
            assert!(told, "{way:?} {}: {answer:?}", document["resourceType"]);
        }
        let mut registered = patient();
        registered["generalPractitioner"] = json!([organisation("AAA01")]);
        let answer = update(
            &actions,
            &nurse(),
            Purpose::DirectCare,
            &request(),
            kind("Patient"),
            PATIENT,
            registered.to_string().as_bytes(),
            Precondition::None,
        )
        .await;
        assert!(matches!(answer, Err(ActionError::Forbidden(_))), "{answer:?}");
        // Whoever is to care for the person is asked to, and what was done is written down.
        for document in ties("BBB02") {
            written(&actions, &document).await.expect("kept");
        }
        let mut done = ties("AAA01").remove(2);
        done["status"] = json!("finished");
        written(&actions, &done).await.expect("kept");
        // Whoever cares for the person anyhow writes what they like.
        let mut episode = ties("AAA01").remove(0);
        episode["id"] = json!("episode");
        keep(&actions, &episode).await;
        for document in ties("AAA01") {
            written(&actions, &document).await.expect("kept");
        }
    }
}
