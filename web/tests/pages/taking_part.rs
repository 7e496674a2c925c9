//! Organisations that take part in somebody's care: what they would see, shut out and let in again.

use actions::{Actor, Role};
use record::Standing;
use serde_json::json;

use super::citizen::{account, sign_in};
use super::house::{House, people};

const DOCTOR: &str = "a-token-of-her-doctor";
const OFFICER: &str = "a-token-of-the-practice-privacy-officer";
const BY_CODE: &str = "a-token-of-a-doctor-by-code";

/// Clara is registered at a practice that the directory knows.
async fn house() -> House {
    let doctor = |name: &str, parties: Vec<fhir::LocalReference>| {
        Actor::new(name, Role::Clinician, Some("P1".to_owned())).with_standing(Standing {
            activities: ["B0360", "B0380"].map(str::to_owned).into(),
            identity_assurance: 3,
            authentication_assurance: 2,
            parties: parties.into_iter().collect(),
            ..Standing::default()
        })
    };
    let practice = fhir::LocalReference {
        resource_type: fhir::ResourceType::from_name("Organization").expect("a type"),
        id: "p1".to_owned(),
    };
    let house = House::of_people(&[
        (DOCTOR, doctor("doctor", vec![practice])),
        (BY_CODE, doctor("by-code", Vec::new())),
        (
            OFFICER,
            Actor::new("officer", Role::PrivacyOfficer, Some("P1".to_owned())).with_standing(Standing {
                activities: ["B0015", "B0016", "B0018"].map(str::to_owned).into(),
                identity_assurance: 3,
                authentication_assurance: 2,
                ..Standing::default()
            }),
        ),
    ])
    .await;
    house
        .keep(
            &json!({"resourceType": "Organization", "id": "p1", "name": "Combe Surgery",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "P1"}]}),
        )
        .await;
    for mut one in people::clara() {
        if one["resourceType"] == "Patient" {
            one["generalPractitioner"] = json!([{"reference": "Organization/p1"}]);
        }
        house.keep(&one).await;
    }
    // A referral names the same practice by its code, another names one that the directory does not know.
    for (id, code, label) in [
        ("r1", "P1", None),
        ("r2", "X99", None),
        ("r3", "SECRET", Some("not-for-person")),
    ] {
        let mut referral = json!({"resourceType": "ServiceRequest", "id": id, "status": "active", "intent": "order",
            "subject": {"reference": format!("Patient/{}", people::CLARA)},
            "performer": [{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code}}]});
        if let Some(label) = label {
            referral["meta"] = json!({"security": [{"system": "https://sarsen.example/fhir/CodeSystem/label", "code": label}]});
        }
        house.keep(&referral).await;
    }
    account(&house, "demo.clara", Some(people::CLARA), &[]).await;
    account(&house, "demo.stranger", None, &[]).await;
    house
}

/// The address of the page of an organisation, from the person's own page.
async fn address(house: &House, clara: &str, name: &str) -> String {
    let page = house.get("/me/sharing", clara).await.expect(200);
    let before = page
        .text
        .split(&format!("\">{name}</a>"))
        .next()
        .expect("the organisation");
    let id = before
        .rsplit("href=\"/me/sharing/organisation/")
        .next()
        .expect("its address");
    format!("/me/sharing/organisation/{id}")
}

async fn status(house: &House, token: &str) -> u16 {
    let cookies = house.sign_in_as(token).await;
    let path = format!("/staff/person/{}/problems", people::CLARA);
    house.get(&path, &cookies).await.status.as_u16()
}

async fn decide(house: &House, clara: &str, path: &str, decision: &str) -> u16 {
    let csrf = house.get(path, clara).await.expect(200).csrf();
    let fields = [("csrf", csrf.as_str()), ("decision", decision)];
    house.post(path, clara, &fields).await.status.as_u16()
}

#[tokio::test]
async fn a_person_shuts_an_organisation_out_and_lets_it_in_again() {
    let house = house().await;
    let clara = sign_in(&house, "demo.clara").await;
    let page = house.get("/me/sharing", &clara).await.expect(200);
    let page = page
        .says("Combe Surgery")
        .says("You are registered there")
        .says("You were referred there, or from there")
        .says("Organisation X99")
        .does_not_say("SECRET");
    assert_eq!(
        page.text.matches("Combe Surgery").count(),
        1,
        "by id and by code it is one"
    );
    let practice = address(&house, &clara, "Combe Surgery").await;
    house
        .get(&practice, &clara)
        .await
        .expect(200)
        .says("What they would see")
        .says("Heart failure");
    assert_eq!(status(&house, DOCTOR).await, 200);
    assert_eq!(status(&house, BY_CODE).await, 200);
    assert_eq!(decide(&house, &clara, &practice, "nothing").await, 400);
    assert_eq!(status(&house, DOCTOR).await, 200);
    assert_eq!(decide(&house, &clara, &practice, "shut-out").await, 303);
    assert_eq!(
        decide(&house, &clara, &practice, "shut-out").await,
        303,
        "twice is once"
    );
    // Nobody there opens it, whether they are known by the directory or by the code alone; that it is closed is all they learn.
    for token in [DOCTOR, BY_CODE] {
        let cookies = house.sign_in_as(token).await;
        let path = format!("/staff/person/{}/problems", people::CLARA);
        house.get(&path, &cookies).await.does_not_say("Heart failure");
    }
    // In an emergency somebody there opens it, and their own privacy officer finds the reason.
    let cookies = house.sign_in_as(DOCTOR).await;
    let open = format!("/staff/person/{}/open/emergency", people::CLARA);
    let csrf = house.get(&open, &cookies).await.expect(200).csrf();
    let why = [
        ("csrf", csrf.as_str()),
        ("reason", "cannot-say"),
        ("words", "Found on the floor of the surgery"),
    ];
    house.post(&open, &cookies, &why).await.expect(303);
    let officer = house.sign_in_as(OFFICER).await;
    house
        .get("/staff/privacy", &officer)
        .await
        .expect(200)
        .says("Found on the floor of the surgery");
    house
        .get(&practice, &clara)
        .await
        .expect(200)
        .says("You shut them out: nothing")
        .does_not_say("Heart failure");
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("Shut out");
    assert_eq!(decide(&house, &clara, &practice, "let-in").await, 303);
    assert_eq!(status(&house, DOCTOR).await, 200);
    assert_eq!(status(&house, BY_CODE).await, 200);
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .does_not_say("Shut out");
}

#[tokio::test]
async fn an_organisation_is_shut_out_by_the_person_alone() {
    let house = house().await;
    let clara = sign_in(&house, "demo.clara").await;
    let practice = address(&house, &clara, "Combe Surgery").await;
    let stranger = sign_in(&house, "demo.stranger").await;
    house.get(&practice, &stranger).await.expect(404);
    for cookies in [stranger, house.sign_in_as(DOCTOR).await] {
        let csrf = house.get("/account", &cookies).await.expect(200).csrf();
        let fields = [("csrf", csrf.as_str()), ("decision", "shut-out")];
        house.post(&practice, &cookies, &fields).await.expect(404);
    }
    house
        .post(
            &practice,
            &clara,
            &[("csrf", "made-up"), ("decision", "shut-out")],
        )
        .await
        .expect(403);
    assert_eq!(status(&house, DOCTOR).await, 200);
    // One that takes no part is nobody's to shut out.
    let none = "/me/sharing/organisation/ods%20ZZZ";
    house.get(none, &clara).await.expect(404);
}

/// What ended, what the privacy office has to review, and whoever stands behind a worker.
#[tokio::test]
async fn the_list_has_those_who_take_part_now_and_no_review_of_an_opening() {
    let house = house().await;
    let person = json!({"reference": format!("Patient/{}", people::CLARA)});
    let by_code = |code: &str| json!({"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code}});
    for (id, name) in [("clinic", "Heart Clinic"), ("hospice", "Example Hospice")] {
        house
            .keep(&json!({"resourceType": "Organization", "id": id, "name": name}))
            .await;
    }
    for one in [
        json!({"resourceType": "EpisodeOfCare", "id": "e1", "status": "finished", "patient": person,
            "managingOrganization": by_code("ENDED1")}),
        json!({"resourceType": "Task", "id": "t1", "status": "completed", "intent": "order", "for": person, "owner": by_code("ENDED2")}),
        json!({"resourceType": "ServiceRequest", "id": "s1", "status": "completed", "intent": "order", "subject": person,
            "performer": [by_code("ENDED3")]}),
        json!({"resourceType": "CareTeam", "id": "c1", "status": "active", "subject": person,
            "period": {"start": "2020-01-01", "end": "2021-01-01"}, "participant": [{"member": by_code("ENDED4")}]}),
        json!({"resourceType": "Practitioner", "id": "nurse"}),
        json!({"resourceType": "PractitionerRole", "id": "post", "practitioner": {"reference": "Practitioner/nurse"},
            "organization": {"reference": "Organization/clinic"}}),
        json!({"resourceType": "Appointment", "id": "a1", "status": "booked", "start": "2099-01-01T10:00:00Z",
            "end": "2099-01-01T10:20:00Z",
            "participant": [{"actor": person, "status": "accepted"},
                {"actor": {"reference": "Practitioner/nurse"}, "status": "accepted"}]}),
        json!({"resourceType": "HealthcareService", "id": "visits", "providedBy": {"reference": "Organization/hospice"}}),
        json!({"resourceType": "Appointment", "id": "a2", "status": "booked", "start": "2099-01-02T10:00:00Z",
            "end": "2099-01-02T10:20:00Z",
            "participant": [{"actor": person, "status": "accepted"},
                {"actor": {"reference": "HealthcareService/visits"}, "status": "accepted"}]}),
    ] {
        house.keep(&one).await;
    }
    let cookies = house.sign_in_as(DOCTOR).await;
    let open = format!("/staff/person/{}/open/emergency", people::CLARA);
    let csrf = house.get(&open, &cookies).await.expect(200).csrf();
    let why = [
        ("csrf", csrf.as_str()),
        ("reason", "cannot-say"),
        ("words", "Found on the floor of the surgery"),
    ];
    house.post(&open, &cookies, &why).await.expect(303);
    let clara = sign_in(&house, "demo.clara").await;
    let page = house.get("/me/sharing", &clara).await.expect(200);
    page.says("Heart Clinic</a><br>You have an appointment there")
        .says("Example Hospice</a><br>You have an appointment there")
        .does_not_say("An organisation without a name here")
        .does_not_say("They have something to do for you")
        .does_not_say("ENDED");
}
