//! One person's published scores, for clinicians.

use jiff::ToSpan;
use serde_json::{Value, json};

use super::house::House;
use super::risk::{COORDINATOR, FRAIL, GP, MANAGER, STRANGER, house};

const ROLE: &str = "Your role does not see all that it counts";

fn page(person: &str) -> String {
    format!("/staff/person/{person}/scores")
}

/// An observation of the person by its SNOMED CT code.
async fn observe(house: &House, code: &str, at: &str, value: (&str, Value)) {
    house
        .keep(&json!({ "resourceType": "Observation", "id": format!("o{code}"), "status": "final", "effectiveDateTime": at,
            "subject": { "reference": format!("Patient/{FRAIL}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] }, value.0: value.1 }))
        .await;
}

fn number(value: f64, unit: &str) -> (&'static str, Value) {
    (
        "valueQuantity",
        json!({ "value": value, "unit": unit, "system": codes::system::UCUM, "code": unit }),
    )
}

async fn fell(house: &House) {
    observe(house, "1912002", "2024-01-02", ("valueBoolean", json!(true))).await;
}

#[tokio::test]
async fn a_clinician_sees_each_score_with_its_inputs_their_days_and_what_moved_it_across_a_band() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("4 of 36 deficits (0.11)")
        .says("Fit");
    fell(&house).await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("Not for clinical use")
        .says("5 of 36 deficits (0.14)")
        .says("Mild frailty")
        .says("Since 1 January 2024: from 4 of 36 deficits (0.11) to 5 of 36 deficits (0.14); band from Fit to Mild frailty; new: Falls")
        .says("Falls (2 January 2024)")
        .says("(3 February 2020)")
        .says("Clegg 2016, bands by count, code sets 1")
        .says("No bands exist")
        // No diagnosis is coded in ICD-10: that is no nought.
        .says("Cannot be worked out. Missing: ICD-10 diagnoses.")
        .says("No emergency stay in hospital within 12 months is recorded")
        .does_not_say("mortality");
    house
        .get(&format!("/staff/person/{FRAIL}/other"), &gp)
        .await
        .expect(200)
        .says(&page(FRAIL));
}

#[tokio::test]
async fn whose_role_does_not_see_all_that_counts_gets_words_and_no_lower_count() {
    let (house, _kept) = house().await;
    fell(&house).await;
    let coordinator = house.sign_in_as(COORDINATOR).await;
    house
        .get(&page(FRAIL), &coordinator)
        .await
        .expect(200)
        .says(ROLE)
        .says("Your role does not see the results")
        .does_not_say("of 36 deficits (")
        .does_not_say("Falls");
    let gp = house.sign_in_as(GP).await;
    house.get(&page(FRAIL), &gp).await.expect(200).does_not_say(ROLE);
}

#[tokio::test]
async fn whoever_sees_no_conditions_or_has_nothing_to_do_with_the_person_finds_nothing() {
    let (house, _kept) = house().await;
    for token in [MANAGER, STRANGER] {
        let cookie = house.sign_in_as(token).await;
        house
            .get(&page(FRAIL), &cookie)
            .await
            .expect(404)
            .does_not_say("36 deficits");
    }
    let gp = house.sign_in_as(GP).await;
    house
        .get(&page("0198d2f4-0000-7000-8000-0000000fffff"), &gp)
        .await
        .expect(404);
}

#[tokio::test]
async fn a_sealed_item_counts_for_nothing_and_nothing_says_that_it_is_there() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    let before = house.get(&page(FRAIL), &gp).await.expect(200);
    house
        .keep(&json!({ "resourceType": "Condition", "id": "sealed", "subject": { "reference": format!("Patient/{FRAIL}") },
            "meta": { "security": [{ "system": "https://sarsen.example/fhir/CodeSystem/label", "code": "sealed" }] },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "1912002" }] }, "recordedDate": "2025-02-03" }))
        .await;
    let after = house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("What you are not shown counts for nothing here");
    assert_eq!(main(&before.text), main(&after.text));
}

/// What the page says, without what is new each time.
fn main(text: &str) -> &str {
    let start = text.find("<main").expect("a main part");
    let end = text.find("</main>").expect("its end");
    &text[start..end]
}

#[tokio::test]
async fn a_part_of_a_set_has_no_total_and_a_value_that_cannot_be_is_refused() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    let at = |minute: u8| format!("2024-03-04T10:{minute:02}:00Z");
    observe(&house, "86290005", &at(0), number(21.0, "/min")).await;
    observe(&house, "431314004", &at(0), number(95.0, "%")).await;
    observe(&house, "722742002", &at(5), ("valueBoolean", json!(true))).await;
    observe(&house, "72313002", &at(5), number(118.0, "mm[Hg]")).await;
    observe(&house, "364075005", &at(5), number(92.0, "/min")).await;
    observe(&house, "386725007", &at(10), number(38.2, "Cel")).await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("Cannot be worked out. Missing: Consciousness")
        .does_not_say("<strong>5</strong>");
    let alert = json!({ "coding": [{ "system": codes::system::SNOMED_CT, "code": "248234008" }] });
    observe(
        &house,
        "1104441000000107",
        &at(20),
        ("valueCodeableConcept", alert),
    )
    .await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        // 2 for respiration, 1 each for saturation, pulse and temperature.
        .says("<strong>5</strong>")
        .says("Medium")
        .says("more than 24 hours old");
    // Air at first, then oxygen, by how much: 2 more. What cannot be read is not the air of before.
    observe(&house, "371825009", &at(25), number(2.0, "L/min")).await;
    let page_of_it = house.get(&page(FRAIL), &gp).await.expect(200);
    page_of_it.says("<strong>7</strong>").says("High");
    observe(&house, "371825009", &at(25), ("valueString", json!("by mask"))).await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("an input cannot be right, and was refused")
        .does_not_say("<strong>5</strong>");
    observe(&house, "371825009", &at(25), number(2.0, "L/min")).await;
    let lately = house.actions().today().saturating_sub(30.days());
    house
        .keep(&json!({ "resourceType": "Condition", "id": "pregnant", "subject": { "reference": format!("Patient/{FRAIL}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "77386006" }] }, "recordedDate": lately.to_string() }))
        .await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("use a maternity chart")
        .does_not_say("<strong>7</strong>");
    observe(&house, "386725007", &at(10), number(98.2, "Cel")).await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("an input cannot be right, and was refused")
        .says("Temperature: 98.2 was refused; it must be a number from 25 to 45 Cel")
        .does_not_say("<strong>5</strong>");
}

#[tokio::test]
async fn a_score_that_is_not_for_the_person_has_no_value_and_says_why() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    let young = "0198d2f4-0000-7000-8000-0000000f7a12";
    house
        .keep(
            &json!({ "resourceType": "Patient", "id": young, "birthDate": "1990-02-03", "gender": "female",
            "name": [{ "family": "Invented", "given": ["Dana"] }],
            "generalPractitioner": [{ "reference": "Organization/p1" }] }),
        )
        .await;
    for (person, id, code) in [(young, "fell-young", "1912002"), (FRAIL, "diabetes", "73211009")] {
        house
            .keep(&json!({ "resourceType": "Condition", "id": id, "subject": { "reference": format!("Patient/{person}") },
                "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] }, "recordedDate": "2021-02-03" }))
            .await;
    }
    house
        .get(&page(young), &gp)
        .await
        .expect(200)
        .says("no score is made at this age")
        .does_not_say("of 36 deficits (")
        .does_not_say("Diabetes is recorded");
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("Diabetes is recorded: the score is of diabetes that nobody has found yet.")
        .says("of 36 deficits (");
}

#[tokio::test]
async fn a_total_that_somebody_recorded_stands_apart_and_one_that_cannot_be_has_no_band() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    observe(&house, "720433000", "2024-03-04", number(12.0, "{score}")).await;
    observe(&house, "445455005", "2024-03-05", number(25.0, "{score}")).await;
    house
        .get(&page(FRAIL), &gp)
        .await
        .expect(200)
        .says("Recorded elsewhere")
        .says("4 March 2024")
        .says("Moderate")
        .says("This cannot be right: a total is a whole number from 0 to 21.")
        .does_not_say("Patient Health Questionnaire, nine items: ");
}
