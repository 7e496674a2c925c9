//! Who decides: a competent child, a proxy of a child who grew up, an attorney while the person lacks capacity.

use actions::record::{SearchAsk, search};
use actions::{Actor, Purpose, Role};
use fhir::ResourceType;
use jiff::{Span, civil::Date};
use record::Standing;
use serde_json::{Value, json};

use super::citizen::{account, sign_in};
use super::house::{House, Page, people};

const ACCESS: &str = "https://sarsen.example/fhir/CodeSystem/access";
const BEN: &str = "0198d2f4-0000-7000-8000-00000000be01";
const BENS_NUMBER: &str = "9990000018";
const RELATED: &str = "0198d2f4-0000-7000-8000-00000000be02";
const CLERK: &str = "a-token-of-a-clerk";
const DOCTOR: &str = "a-token-of-her-doctor";
const STRANGER: &str = "a-token-of-another-doctor";
const READER: &str = "a-token-of-a-coordinator-who-reads";
const WORDS: &str = "She says back what sharing means and what follows from it";

fn page() -> String {
    format!("/staff/person/{}/who-decides", people::CLARA)
}

/// The day on which somebody who is `years` old today, and a day more, was born.
fn born(house: &House, years: i64) -> Date {
    house
        .actions()
        .today()
        .saturating_sub(Span::new().years(years).days(1))
}

fn named_by_number(id: &str, born: Date, number: &str, name: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "birthDate": born.to_string(),
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number,
            "extension": [{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": {"coding": [{
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01"}]}}]}],
        "name": [{"given": [name], "family": "Example"}]})
}

/// Clara is so old; Ben has an account, and may be related to her.
async fn house(years: i64) -> House {
    let somebody = |name: &str, role, activities: &[&str]| {
        Actor::new(name, role, Some("RVJ".to_owned())).with_standing(Standing {
            activities: activities.iter().map(|code| (*code).to_owned()).collect(),
            identity_assurance: 3,
            authentication_assurance: 2,
            ..Standing::default()
        })
    };
    let house = House::of_people(&[
        (
            DOCTOR,
            Actor::new("doctor", Role::Clinician, Some("GP1".to_owned())).with_standing(Standing {
                activities: ["B0360", "B0380", "B0825"].map(str::to_owned).into(),
                identity_assurance: 3,
                authentication_assurance: 2,
                ..Standing::default()
            }),
        ),
        (
            CLERK,
            somebody("clerk", Role::Administrator, &["B0560", "B0820", "B0825"]),
        ),
        (
            STRANGER,
            somebody("other", Role::Clinician, &["B0360", "B0380", "B0825"]),
        ),
        (READER, somebody("reader", Role::Coordinator, &["B0360"])),
    ])
    .await;
    let mut clara = named_by_number(people::CLARA, born(&house, years), "9990000026", "Clara");
    clara["generalPractitioner"] =
        json!([{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "GP1"}}]);
    house.keep(&clara).await;
    let ben = named_by_number(BEN, born(&house, 50), BENS_NUMBER, "Ben");
    house.keep(&ben).await;
    account(&house, "demo.ben", Some(BEN), &[]).await;
    account(&house, "demo.clara", Some(people::CLARA), &[]).await;
    house
}

/// Ben is on record as somebody related, and a Consent of this category names him.
async fn named(house: &House, category: &str, start: Date) {
    house
        .keep(
            &json!({"resourceType": "RelatedPerson", "id": RELATED, "active": true,
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": BENS_NUMBER}],
            "name": [{"text": "Ben Example"}]}),
        )
        .await;
    house
        .keep(&json!({"resourceType": "Consent", "id": "0198d2f4-0000-7000-8000-00000000c0de", "status": "active",
            "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": ACCESS, "code": category}]}],
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "policyRule": {"text": "as agreed"},
            "provision": {"type": "permit", "period": {"start": start.to_string(), "end": "2099-01-01"},
                "actor": [{"role": {"text": "father"}, "reference": {"reference": format!("RelatedPerson/{RELATED}")}}],
                "action": [{"coding": [{"system": ACCESS, "code": "see-record"}]}]}}))
        .await;
}

/// What Ben gets who asks for Clara's record.
async fn ben(house: &House) -> u16 {
    let ben = sign_in(house, "demo.ben").await;
    let page = house.get(&format!("/me/for/{}", people::CLARA), &ben).await;
    page.status.as_u16()
}

async fn say(house: &House, cookies: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = house.get(&page(), cookies).await.expect(200).csrf();
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    house.post(&page(), cookies, &fields).await
}

#[tokio::test]
async fn a_parent_sees_nothing_from_when_the_child_is_found_competent() {
    let house = house(14).await;
    // It was looked at again when Clara was 12.
    named(&house, "parental-responsibility", born(&house, 2)).await;
    assert_eq!(ben(&house).await, 200);
    let doctor = house.sign_in_as(DOCTOR).await;
    house
        .get(&page(), &doctor)
        .await
        .expect(200)
        .says("Nobody has found them competent");
    say(&house, &doctor, &[("decision", "competent"), ("words", "yes")])
        .await
        .expect(422)
        .says("in 10 to 500 characters");
    assert_eq!(ben(&house).await, 200, "a form that was wrong found nothing");
    say(&house, &doctor, &[("decision", "competent"), ("words", WORDS)])
        .await
        .expect(303);
    house.get(&page(), &doctor).await.expect(200).says(WORDS);
    assert_eq!(ben(&house).await, 404);
    // Clara herself sees her record as before.
    let clara = sign_in(&house, "demo.clara").await;
    house.get("/me/record", &clara).await.expect(200);
    // Capacity is assessed from 16 on, and nobody under 18 has an attorney.
    let fields = [
        ("decision", "lacks-capacity"),
        ("words", WORDS),
        ("capacity-until-day", "1"),
    ];
    say(&house, &doctor, &fields).await.expect(422).says("from 16 on");
    say(&house, &doctor, &[("decision", "not-competent")])
        .await
        .expect(303);
    assert_eq!(ben(&house).await, 200);
}

#[tokio::test]
async fn what_a_proxy_was_given_for_a_child_is_reviewed_at_13_and_ends_at_16() {
    for (age, given_at, sees) in [
        (12, 8, 200),
        (13, 8, 404),
        (14, 12, 200),
        (16, 15, 404),
        (16, 16, 200),
        (40, 30, 200),
    ] {
        let house = house(age).await;
        named(&house, "proxy", born(&house, age - given_at)).await;
        assert_eq!(ben(&house).await, sees, "{age}, given at {given_at}");
    }
}

/// The form of an attorney, with one field otherwise.
fn attorney<'f>(until: &'f [String; 3], changed: (&'f str, &'f str)) -> Vec<(&'f str, &'f str)> {
    let [day, month, year] = until;
    let fields = [
        ("decision", "attorney"),
        ("power", "health-and-welfare"),
        ("name", "Ben Example"),
        ("nhs-number", BENS_NUMBER),
        ("registered", "7000 1234 5678"),
        ("see-record", "1"),
        ("attorney-until-day", day),
        ("attorney-until-month", month),
        ("attorney-until-year", year),
        ("seen", "1"),
    ];
    let other = |(name, value): (&'f str, &'f str)| match name == changed.0 {
        true => (name, changed.1),
        false => (name, value),
    };
    fields
        .into_iter()
        .map(other)
        .filter(|(name, value)| *name != "seen" || !value.is_empty())
        .collect()
}

fn in_days(house: &House, days: i64) -> [String; 3] {
    let day = house.actions().today().saturating_add(Span::new().days(days));
    [
        day.day().to_string(),
        day.month().to_string(),
        day.year().to_string(),
    ]
}

#[tokio::test]
async fn an_attorney_acts_only_while_the_person_lacks_capacity() {
    let house = house(85).await;
    let doctor = house.sign_in_as(DOCTOR).await;
    let until = in_days(&house, 100);
    for (field, value, words) in [
        ("power", "property", "never sees a health record"),
        ("power", "", "Choose what the power is for"),
        ("name", " ", "Enter the attorney"),
        ("nhs-number", "9990000019", "the last of which checks the others"),
        ("nhs-number", "9990000026", "own NHS number"),
        ("registered", "12", "12 digits"),
        ("see-record", "", "Choose what they may do"),
        ("attorney-until-year", "1999", "within a year from today"),
        ("seen", "", "saw the registered power"),
    ] {
        let mut fields = attorney(&until, (field, value));
        fields.retain(|(name, value)| *name != "see-record" || !value.is_empty());
        let page = say(&house, &doctor, &fields).await.expect(422);
        page.says(words).says("<title>Error: ");
    }
    say(&house, &doctor, &attorney(&until, ("", "")))
        .await
        .expect(303);
    let page_of_her = house.get(&page(), &doctor).await.expect(200);
    page_of_her
        .says("Does not act now")
        .says("They decide for themself");
    assert_eq!(ben(&house).await, 404, "she decides for herself");
    let [day, month, year] = in_days(&house, 30);
    let lacks = [
        ("decision", "lacks-capacity"),
        ("words", WORDS),
        ("capacity-until-day", &day),
        ("capacity-until-month", &month),
        ("capacity-until-year", &year),
    ];
    say(&house, &doctor, &lacks[..2])
        .await
        .expect(422)
        .says("within a year from today");
    say(&house, &doctor, &lacks).await.expect(303);
    house.get(&page(), &doctor).await.expect(200).says("Acts now");
    assert_eq!(ben(&house).await, 200);
    say(&house, &doctor, &[("decision", "has-capacity")])
        .await
        .expect(303);
    assert_eq!(ben(&house).await, 404);
    say(&house, &doctor, &lacks).await.expect(303);
    let shown = house.get(&page(), &doctor).await.expect(200);
    let id = shown
        .text
        .split("name=\"page\" value=\"")
        .nth(1)
        .and_then(|after| after.split('"').next())
        .expect("an attorney");
    say(&house, &doctor, &[("decision", "no-attorney"), ("page", "0123")])
        .await
        .expect(404);
    assert_eq!(ben(&house).await, 200);
    say(&house, &doctor, &[("decision", "no-attorney"), ("page", id)])
        .await
        .expect(303);
    assert_eq!(ben(&house).await, 404);
}

#[tokio::test]
async fn a_finding_is_read_by_her_clinicians_and_herself_and_by_nobody_else_who_reads_consents() {
    let house = house(85).await;
    let doctor = house.sign_in_as(DOCTOR).await;
    named(&house, "proxy", born(&house, 1)).await;
    let [day, month, year] = in_days(&house, 30);
    let lacks = [
        ("decision", "lacks-capacity"),
        ("words", WORDS),
        ("capacity-until-day", &day),
        ("capacity-until-month", &month),
        ("capacity-until-year", &year),
    ];
    say(&house, &doctor, &lacks).await.expect(303);
    let of_the_practice = |role| {
        Actor::new("somebody", role, Some("GP1".to_owned())).with_standing(Standing {
            activities: ["B0360", "B0380"].map(str::to_owned).into(),
            identity_assurance: 3,
            ..Standing::default()
        })
    };
    let clara = Actor::new("clara", Role::Citizen, None).with_standing(Standing {
        own_record: Some(people::CLARA.to_owned()),
        identity_assurance: 9,
        ..Standing::default()
    });
    let (care, service) = (Purpose::DirectCare, Purpose::ServiceManagement);
    for (actor, purpose, reads) in [
        (of_the_practice(Role::Clinician), care, true),
        (clara, care, true),
        (of_the_practice(Role::Coordinator), care, false),
        (of_the_practice(Role::Operator), care, false),
        (of_the_practice(Role::System), care, false),
        (of_the_practice(Role::PrivacyOfficer), service, false),
    ] {
        let ask = SearchAsk::Compartment(people::CLARA.to_owned(), Vec::new());
        let consent = ResourceType::from_name("Consent").expect("a type");
        let found = search(house.actions(), &actor, purpose, consent, ask)
            .await
            .expect("an answer");
        // The one of the proxy each of them reads.
        let others = found.hits.iter().filter(|hit| !is_finding(&hit.json)).count();
        assert_eq!(others, 1, "{:?}", actor.role);
        assert_eq!(found.hits.len() == 2, reads, "{:?}", actor.role);
    }
}

fn is_finding(json: &[u8]) -> bool {
    let consent: Value = serde_json::from_slice(json).expect("JSON");
    consent["category"][0]["coding"][0]["code"] == codes::access::LACKS_CAPACITY
}

#[tokio::test]
async fn the_person_reads_who_acts_by_law_and_who_wrote_it_down() {
    let house = house(85).await;
    house
        .keep(
            &json!({"resourceType": "Organization", "id": "surgery", "name": "Example Surgery",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "GP1"}]}),
        )
        .await;
    let clara = sign_in(&house, "demo.clara").await;
    let sharing = || house.get("/me/sharing", &clara);
    sharing().await.expect(200).says("Nobody acts for you");
    let doctor = house.sign_in_as(DOCTOR).await;
    let until = in_days(&house, 100);
    say(&house, &doctor, &attorney(&until, ("", "")))
        .await
        .expect(303);
    sharing()
        .await
        .expect(200)
        .does_not_say("Nobody acts for you")
        .says("Ben Example")
        .says("Does not act now")
        .says("Attorney for health and welfare")
        .says(" by Example Surgery.")
        .does_not_say("Stop now");
    let [day, month, year] = in_days(&house, 30);
    let lacks = [
        ("decision", "lacks-capacity"),
        ("words", WORDS),
        ("capacity-until-day", &day),
        ("capacity-until-month", &month),
        ("capacity-until-year", &year),
    ];
    say(&house, &doctor, &lacks).await.expect(303);
    sharing().await.expect(200).says("Acts for you");
}

/// The form of a parent whom the doctor enters from today until the day before the 16th birthday, with one field otherwise.
fn parent(house: &House, years: i64, changed: (&str, &str)) -> Vec<(String, String)> {
    let today = house.actions().today();
    let sixteenth = born(house, years).saturating_add(Span::new().years(16));
    let date = |prefix: &str, day: Date| {
        [
            (format!("{prefix}-day"), day.day().to_string()),
            (format!("{prefix}-month"), day.month().to_string()),
            (format!("{prefix}-year"), day.year().to_string()),
        ]
    };
    let fields = [
        ("decision", "parent"),
        ("parent-name", "Ben Example"),
        ("parent-number", BENS_NUMBER),
        ("parent-relationship", "Father"),
        ("parent-checked", "birth-certificate"),
        ("parent-seen", "1"),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .chain(date("parent-since", today))
        .chain(date("parent-until", sixteenth))
        .map(|(name, value)| match name == changed.0 {
            true => (name, changed.1.to_owned()),
            false => (name, value),
        })
        .filter(|(name, value)| name != "parent-seen" || !value.is_empty())
        .collect()
}

async fn enter(house: &House, doctor: &str, years: i64, changed: (&str, &str)) -> Page {
    let fields = parent(house, years, changed);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    say(house, doctor, &fields).await
}

#[tokio::test]
async fn a_parent_whom_the_doctor_enters_sees_the_record_of_the_child_until_it_is_ended() {
    let house = house(8).await;
    let doctor = house.sign_in_as(DOCTOR).await;
    house
        .get(&page(), &doctor)
        .await
        .expect(200)
        .says("Parental responsibility")
        .says("Nobody is on record");
    let grown = (house.actions().today().year() + 12).to_string();
    for (field, value, words) in [
        ("parent-name", " ", "Enter the parent"),
        (
            "parent-number",
            "9990000019",
            "the last of which checks the others",
        ),
        ("parent-number", "9990000026", "own NHS number"),
        ("parent-relationship", "", "Enter who they are to the person"),
        ("parent-checked", "", "Choose how you checked it"),
        ("parent-checked", "she-said-so", "Choose how you checked it"),
        ("parent-since-year", "1999", "between the birth and today"),
        ("parent-until-year", &grown, "at the latest the 16th birthday"),
        ("parent-until-year", "2001", "a day that is not over"),
        ("parent-seen", "", "Confirm that they showed who they are"),
    ] {
        enter(&house, &doctor, 8, (field, value))
            .await
            .expect(422)
            .says(words)
            .says("<title>Error: ");
    }
    assert_eq!(ben(&house).await, 404, "a form that was wrong opened nothing");
    enter(&house, &doctor, 8, ("", "")).await.expect(303);
    assert_eq!(ben(&house).await, 200);
    // Entered again, it is one.
    enter(&house, &doctor, 8, ("parent-checked", "court-order"))
        .await
        .expect(303);
    let shown = house.get(&page(), &doctor).await.expect(200);
    let shown = shown
        .says("Sees the record now")
        .says("Checked: A court order")
        .does_not_say("Checked: Their name");
    let id = shown.text.split("name=\"page\" value=\"").nth(1);
    let id = id.and_then(|after| after.split('"').next()).expect("a parent");
    say(&house, &doctor, &[("decision", "no-attorney"), ("page", id)])
        .await
        .expect(404);
    say(&house, &doctor, &[("decision", "no-parent"), ("page", id)])
        .await
        .expect(303);
    assert_eq!(ben(&house).await, 404);
    house
        .get(&page(), &doctor)
        .await
        .expect(200)
        .says("Nobody is on record");
}

#[tokio::test]
async fn no_parent_is_entered_of_whoever_decides_for_themself() {
    let at_fourteen = house(14).await;
    let doctor = at_fourteen.sign_in_as(DOCTOR).await;
    let long_ago = born(&at_fourteen, 14).year().to_string();
    enter(&at_fourteen, &doctor, 14, ("parent-since-year", &long_ago))
        .await
        .expect(422);
    let lately = (born(&at_fourteen, 14).year() + 10).to_string();
    enter(&at_fourteen, &doctor, 14, ("parent-since-year", &lately))
        .await
        .expect(422)
        .says("after the 11th birthday");
    enter(&at_fourteen, &doctor, 14, ("", "")).await.expect(303);
    assert_eq!(ben(&at_fourteen).await, 200);
    // The young person reads who it is, and who wrote it down.
    let clara = sign_in(&at_fourteen, "demo.clara").await;
    at_fourteen
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("Ben Example")
        .says("Has parental responsibility")
        .says(" by an organisation with the code GP1");
    say(
        &at_fourteen,
        &doctor,
        &[("decision", "competent"), ("words", WORDS)],
    )
    .await
    .expect(303);
    assert_eq!(ben(&at_fourteen).await, 404);
    enter(&at_fourteen, &doctor, 14, ("", ""))
        .await
        .expect(422)
        .says("They were found competent");
    assert_eq!(ben(&at_fourteen).await, 404);
    let grown_up = house(16).await;
    let doctor = grown_up.sign_in_as(DOCTOR).await;
    enter(&grown_up, &doctor, 16, ("", ""))
        .await
        .expect(422)
        .says("From 16 on nobody sees a record by parental responsibility");
    assert_eq!(ben(&grown_up).await, 404);
}

#[tokio::test]
async fn nobody_but_a_clinician_of_theirs_says_who_decides() {
    let house = house(85).await;
    let mut cookies = vec![
        house.sign_in_as(CLERK).await,
        house.sign_in_as(STRANGER).await,
        sign_in(&house, "demo.clara").await,
        sign_in(&house, "demo.ben").await,
    ];
    // A clerk whose organisation has to do with her is the wrong role.
    house
        .keep(&json!({"resourceType": "EpisodeOfCare", "id": "0198d2f4-0000-7000-8000-00000000e0e0", "status": "active",
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "managingOrganization": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RVJ"}}}))
        .await;
    cookies.remove(1);
    for cookies in cookies {
        house.get(&page(), &cookies).await.expect(404);
        let csrf = house.get("/account", &cookies).await.expect(200).csrf();
        let fields = [
            ("csrf", csrf.as_str()),
            ("decision", "has-capacity"),
            ("words", WORDS),
        ];
        house.post(&page(), &cookies, &fields).await.expect(404);
    }
    // The doctor is one of theirs now, and a form that is none of the page's is refused.
    let doctor = house.sign_in_as(STRANGER).await;
    say(&house, &doctor, &[("decision", "anything")])
        .await
        .expect(400);
}

#[tokio::test]
async fn the_record_links_the_pages_that_open_to_whoever_reads_it_and_no_others() {
    let house = house(85).await;
    house
        .keep(&json!({"resourceType": "EpisodeOfCare", "id": "0198d2f4-0000-7000-8000-00000000e0e0", "status": "active",
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "managingOrganization": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RVJ"}}}))
        .await;
    let mut links = Vec::new();
    for token in [DOCTOR, READER] {
        let cookies = house.sign_in_as(token).await;
        let base = format!("/staff/person/{}", people::CLARA);
        let record = house.get(&format!("{base}/other"), &cookies).await.expect(200);
        let mut count = 0;
        for page in ["proxies", "who-decides", "objection", "apps"] {
            let address = format!("{base}/{page}");
            let is_linked = record.text.contains(&format!("href=\"{address}\""));
            let opens = house.get(&address, &cookies).await.status == 200;
            assert_eq!(is_linked, opens, "{token}: {page}");
            count += usize::from(is_linked);
        }
        links.push(count);
    }
    assert_eq!(links, [4, 1], "whoever only reads opens apps alone");
}
