//! What one person is due, and what the waiting-list rule says of what they wait for, for clinicians.

use jiff::ToSpan;
use jiff::civil::Date;
use record::clock::{SystemClock, Wall};
use serde_json::{Value, json};

use super::house::House;
use super::risk::{COORDINATOR, GP, MANAGER, STRANGER, house};

const SIXTY: &str = "0198d2f4-0000-7000-8000-0000000f7a60";
const BOWEL: &str = "275978004";

fn page(person: &str) -> String {
    format!("/staff/person/{person}/eligibility")
}

/// A day so many months ago, or to come.
fn ago(months: i32) -> Date {
    care::london::date_of(Wall.now()).saturating_sub(months.months())
}

fn words(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// Keeps something of the person.
async fn keep(house: &House, id: &str, kind: &str, mut rest: Value) {
    let whom = if kind == "Immunization" {
        "patient"
    } else {
        "subject"
    };
    rest["resourceType"] = json!(kind);
    rest["id"] = json!(id);
    rest[whom] = json!({ "reference": format!("Patient/{SIXTY}") });
    house.keep(&rest).await;
}

fn coded(code: &str) -> Value {
    json!({ "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] })
}

fn done(code: &str, on: Date) -> Value {
    json!({ "status": "completed", "performedDateTime": on.to_string(), "code": coded(code) })
}

/// The house with somebody of sixty, registered female, with the GP's practice.
async fn house_of_sixty() -> House {
    let (house, _kept) = house().await;
    house
        .keep(
            &json!({ "resourceType": "Patient", "id": SIXTY, "birthDate": ago(60 * 12 + 1).to_string(), "gender": "female",
            "name": [{ "family": "Invented", "given": ["Dana"] }],
            "generalPractitioner": [{ "reference": "Organization/p1" }] }),
        )
        .await;
    house
}

#[tokio::test]
async fn a_clinician_sees_each_answer_with_its_reason_its_day_what_is_missing_and_the_dated_rule() {
    let house = house_of_sixty().await;
    let gp = house.sign_in_as(GP).await;
    let last = ago(36);
    keep(&house, "bowel", "Procedure", done(BOWEL, last)).await;
    let flu = ago(2);
    keep(
        &house,
        "mmr",
        "Immunization",
        json!({ "status": "completed", "occurrenceDateTime": flu.to_string(), "vaccineCode": { "text": "Influenza" },
            "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure",
                "valueCodeableConcept": coded("985151000000100") }] }),
    )
    .await;
    house
        .get(&page(SIXTY), &gp)
        .await
        .expect(200)
        .says("Not for clinical use")
        .says("The national call and recall systems are the record of who is invited")
        .says("Bowel cancer screening")
        .says("<strong>Due</strong>")
        .says(&format!("The last one was on {}", words(last)))
        .says(&words(last.saturating_add(24.months())))
        .says(
            "Interval: 24 months (known to hold from 1 January 2026). Source: GOV.UK bowel cancer screening",
        )
        // No other earlier time is recorded: that is not that there was none.
        .says("No earlier one is known: if there was none, it is due now.")
        .says("Missing: The day of the last one.")
        .says("Missing: Whether there is a cervix.")
        .says("Missing: Whether there is diabetes.")
        .says("Not registered as male.")
        .says(&format!("Influenza ({})", words(flu)))
        .says("Not yet due")
        .says("No open referral is recorded that you may see");
    let other = house
        .get(&format!("/staff/person/{SIXTY}/other"), &gp)
        .await
        .expect(200);
    other.says(&page(SIXTY));
    house
        .get(&format!("/staff/person/{SIXTY}/scores"), &gp)
        .await
        .expect(200)
        .says(&page(SIXTY));
}

#[tokio::test]
async fn whoever_sees_no_conditions_or_has_nothing_to_do_with_the_person_finds_nothing() {
    let house = house_of_sixty().await;
    for token in [MANAGER, STRANGER] {
        let cookie = house.sign_in_as(token).await;
        house
            .get(&page(SIXTY), &cookie)
            .await
            .expect(404)
            .does_not_say("Bowel");
        house
            .get(&format!("/staff/person/{SIXTY}/other"), &cookie)
            .await
            .does_not_say(&page(SIXTY));
    }
    let gp = house.sign_in_as(GP).await;
    house
        .get(&page("0198d2f4-0000-7000-8000-0000000fffff"), &gp)
        .await
        .expect(404);
}

#[tokio::test]
async fn what_the_role_does_not_see_is_not_known_and_never_a_verdict() {
    let house = house_of_sixty().await;
    keep(&house, "bowel", "Procedure", done(BOWEL, ago(36))).await;
    let coordinator = house.sign_in_as(COORDINATOR).await;
    let seen = house.get(&page(SIXTY), &coordinator).await.expect(200);
    seen.says("Your role does not see all that it counts.")
        .says("<strong>Not known</strong>")
        .does_not_say("<strong>Due</strong>")
        .does_not_say("The last one was on");
    let gp = house.sign_in_as(GP).await;
    house
        .get(&page(SIXTY), &gp)
        .await
        .expect(200)
        .says("<strong>Due</strong>")
        .does_not_say("Your role does not see");
}

#[tokio::test]
async fn a_sealed_item_leaves_not_known_and_nothing_says_that_it_is_there() {
    let house = house_of_sixty().await;
    let gp = house.sign_in_as(GP).await;
    let before = house.get(&page(SIXTY), &gp).await.expect(200);
    let sealed = json!({ "security": [{ "system": "https://sarsen.example/fhir/CodeSystem/label", "code": "sealed" }] });
    let with = |mut resource: Value| {
        resource["meta"] = sealed.clone();
        resource
    };
    keep(&house, "bowel", "Procedure", with(done(BOWEL, ago(36)))).await;
    let diabetes = json!({ "code": coded("73211009"), "recordedDate": "2020-02-03" });
    keep(&house, "diabetes", "Condition", with(diabetes)).await;
    let vaccine = json!({ "status": "completed", "occurrenceDateTime": "2020-02-03", "vaccineCode": coded("414619005") });
    keep(&house, "vaccine", "Immunization", with(vaccine)).await;
    let after = house
        .get(&page(SIXTY), &gp)
        .await
        .expect(200)
        .says("Missing: Whether there is diabetes.")
        .says("<strong>Not known</strong>");
    assert_eq!(main(&before.text), main(&after.text));
}

/// What the page says, without what is new each time.
fn main(text: &str) -> &str {
    let start = text.find("<main").expect("a main part");
    let end = text.find("</main>").expect("its end");
    &text[start..end]
}

#[tokio::test]
async fn a_value_that_cannot_be_and_a_day_that_is_not_whole_are_marked_and_nothing_follows_from_them() {
    let house = house_of_sixty().await;
    let gp = house.sign_in_as(GP).await;
    let sugar = |value: f64, unit: &str| {
        json!({ "status": "final", "effectiveDateTime": ago(2).to_string(), "code": coded("999791000000106"),
            "valueQuantity": { "value": value, "unit": unit, "system": codes::system::UCUM, "code": unit } })
    };
    keep(&house, "sugar", "Observation", sugar(44.0, "mmol/mol")).await;
    house
        .get(&page(SIXTY), &gp)
        .await
        .expect(200)
        .says("HbA1c 44 within twelve months.")
        .says("It is not known whether pregnant: ask.")
        .says("<strong>Due</strong>");
    keep(&house, "sugar", "Observation", sugar(6.4, "mmol/mol")).await;
    let mut year = done(BOWEL, ago(36));
    year["performedDateTime"] = json!(ago(36).year().to_string());
    keep(&house, "bowel", "Procedure", year).await;
    let words_only = json!({ "status": "completed", "occurrenceDateTime": "2018-04-01", "vaccineCode": { "text": "Travel vaccine" } });
    keep(&house, "vaccine", "Immunization", words_only).await;
    house
        .get(&page(SIXTY), &gp)
        .await
        .expect(200)
        .says("Latest HbA1c: 6.4 was refused; it must be a number from 21 to 200 mmol/mol")
        .says("An input cannot be right, and was refused.")
        .says("was not counted. Only the year or month of its date is known.")
        .says("Travel vaccine (1 April 2018) was not counted. No code of it is one of a vaccine that is known here.")
        .says("1 immunisation is recorded whose vaccine is not known.")
        .does_not_say("<strong>Due</strong>");
}

#[tokio::test]
async fn an_open_referral_has_its_level_its_reasons_with_their_days_and_what_is_to_be_asked() {
    let house = house_of_sixty().await;
    let gp = house.sign_in_as(GP).await;
    let knee = json!([{ "reference": "Condition/knee" }]);
    keep(
        &house,
        "knee",
        "Condition",
        json!({ "code": { "text": "Knee pain" }, "recordedDate": "2025-12-01" }),
    )
    .await;
    let since = ago(5);
    let referral = json!({ "status": "active", "intent": "order", "priority": "routine", "category": [{ "text": "Referral" }],
        "code": { "text": "Referral to the knee clinic" }, "authoredOn": since.to_string(), "reasonReference": knee });
    keep(&house, "referral", "ServiceRequest", referral).await;
    let visit = |months| {
        json!({ "status": "finished", "class": { "system": codes::system::ACT_CODE, "code": "AMB" },
            "period": { "start": ago(months).to_string() }, "reasonReference": knee })
    };
    keep(&house, "v1", "Encounter", visit(9)).await;
    keep(&house, "v2", "Encounter", visit(6)).await;
    house
        .get(&page(SIXTY), &gp)
        .await
        .expect(200)
        .says("Referral to the knee clinic")
        .says(&format!("Waits since {}; referred as routine", words(since)))
        .says("Attendances for the same problem in 12 months")
        .says("There may be others elsewhere");
    keep(&house, "v3", "Encounter", visit(1)).await;
    let whole = house.get(&page(SIXTY), &gp).await.expect(200);
    whole
        .says("<strong>In turn</strong>")
        .says(&format!(
            "Attended 3 times in 12 months for the same problem: {}",
            words(ago(1))
        ))
        .says("What can still be done")
        .says("Worst pain of the week, of 10")
        .says("no score and no probability");
    let coordinator = house.sign_in_as(COORDINATOR).await;
    house.get(&page(SIXTY), &coordinator).await.expect(200);
}
