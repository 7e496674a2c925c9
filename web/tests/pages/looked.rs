//! "Who looked": organisation, role and reason of everybody who did, real people all of them; and nothing of who came in.

use serde_json::json;

use super::citizen::{DOCTOR, account, house, sign_in};
use super::house::{House, people};

const BEN: &str = "0198d2f4-0000-7000-8000-00000000be01";
const BENS_NUMBER: &str = "9990000018";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
const VERIFIED: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";

/// The house of the citizens' tests, in which the doctor's organisation has a name.
async fn named_house() -> House {
    let house = house().await;
    house
        .keep(
            &json!({"resourceType": "Organization", "id": "surgery", "name": "Example Surgery",
            "identifier": [{"system": ODS, "value": "GP1"}]}),
        )
        .await;
    house
}

#[tokio::test]
async fn nobody_s_sign_in_is_a_look_least_of_all_of_a_relation_that_is_withheld() {
    let house = named_house().await;
    house
        .keep(&json!({"resourceType": "Patient", "id": BEN, "birthDate": "1960-05-05",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": BENS_NUMBER,
                "extension": [{"url": VERIFIED, "valueCodeableConcept": {"coding": [{
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01"}]}}]}],
            "name": [{"given": ["Ben"], "family": "Example"}]}))
        .await;
    house
        .keep(&json!({"resourceType": "RelatedPerson", "id": "0198d2f4-0000-7000-8000-00000000be02", "active": true,
            "meta": {"security": [{"system": "https://sarsen.example/fhir/CodeSystem/label", "code": "not-for-person"}]},
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": BENS_NUMBER}],
            "name": [{"text": "Ben Example"}]}))
        .await;
    account(&house, "demo.ben", Some(BEN), &[]).await;
    sign_in(&house, "demo.ben").await;
    let clara = sign_in(&house, "demo.clara").await;
    house
        .get("/me/looked", &clara)
        .await
        .expect(200)
        .does_not_say("A computer system")
        .says("finding your record when you sign in");
}

#[tokio::test]
async fn a_change_is_told_with_the_organisation_of_whoever_made_it() {
    let house = named_house().await;
    house
        .keep(
            &json!({"resourceType": "EpisodeOfCare", "id": "episode", "status": "active",
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "managingOrganization": {"identifier": {"system": ODS, "value": "GP1"}}}),
        )
        .await;
    let doctor = house.sign_in_as(DOCTOR).await;
    let page = format!("/staff/person/{}/who-decides", people::CLARA);
    let csrf = house.get(&page, &doctor).await.expect(200).csrf();
    let until = house.actions().today().saturating_add(jiff::Span::new().days(30));
    let (day, month, year) = (
        until.day().to_string(),
        until.month().to_string(),
        until.year().to_string(),
    );
    let fields = [
        ("csrf", csrf.as_str()),
        ("decision", "lacks-capacity"),
        ("words", "She cannot say back what sharing means"),
        ("capacity-until-day", &day),
        ("capacity-until-month", &month),
        ("capacity-until-year", &year),
    ];
    house.post(&page, &doctor, &fields).await.expect(303);
    let clara = sign_in(&house, "demo.clara").await;
    house
        .get("/me/looked", &clara)
        .await
        .expect(200)
        .says("Somebody who gives care at Example Surgery<br>Looked, and changed or added something<br>For your care")
        .does_not_say("was not recorded");
}

#[tokio::test]
async fn an_opening_is_told_with_its_organisation_and_the_reason_that_was_chosen() {
    let house = named_house().await;
    let doctor = house.sign_in_as(DOCTOR).await;
    let csrf = house.get("/staff/open/claim", &doctor).await.expect(200).csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("nhs-number", "9434765919"),
        ("born-day", "12"),
        ("born-month", "3"),
        ("born-year", "1940"),
        ("reason", "present"),
        ("words", "She came to the branch without a referral"),
    ];
    house
        .post("/staff/open/claim", &doctor, &fields)
        .await
        .expect(303);
    let clara = sign_in(&house, "demo.clara").await;
    house
        .get("/me/looked", &clara)
        .await
        .expect(200)
        .says("Somebody who gives care at Example Surgery")
        .says("They opened it with the reason “They are here with me, or on the telephone”")
        .does_not_say("without a referral")
        .does_not_say("was not recorded");
}
