//! A record that is closed to somebody: what they are told, how it opens with a reason, and who looks at the reason.

use actions::{Actor, Role, Standing};
use serde_json::json;

use super::house::{House, people};

const OPERATOR: &str = "the-token-of-an-operator";
const NURSE: &str = "the-token-of-a-nurse";
const CLERK: &str = "the-token-of-a-clerk";
const OFFICER: &str = "the-token-of-an-officer";
const SELF: &str = "the-token-of-clara-at-work";
const WHY: &str = "Found on the floor and cannot say who she is";

fn staff(id: &str, role: Role, activities: &[&str], own: Option<&str>) -> Actor {
    Actor::new(id, role, Some("RVJ".to_owned())).with_standing(Standing {
        activities: activities.iter().map(|code| (*code).to_owned()).collect(),
        own_record: own.map(str::to_owned),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    })
}

async fn house() -> House {
    let house = House::of_people(&[
        (
            OPERATOR,
            staff("operator", Role::Operator, &["B0360", "B0820"], None),
        ),
        (NURSE, staff("nurse", Role::Clinician, &["B0360", "B0380"], None)),
        (
            CLERK,
            staff("clerk", Role::Administrator, &["B0560", "B0820"], None),
        ),
        (OFFICER, staff("officer", Role::PrivacyOfficer, &["B0015"], None)),
        (
            SELF,
            staff("clara", Role::Clinician, &["B0360"], Some(people::CLARA)),
        ),
    ])
    .await;
    house
        .keep(
            &json!({ "resourceType": "Patient", "id": people::CLARA, "birthDate": "1941-02-03",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018",
                "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                    "valueCodeableConcept": { "coding": [{
                        "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                        "code": "01" }] } }] }],
            "name": [{ "use": "official", "family": "Closed", "given": ["Clara"] }] }),
        )
        .await;
    house
        .keep(&json!({ "resourceType": "AllergyIntolerance", "id": "allergy-1",
            "patient": { "reference": format!("Patient/{}", people::CLARA) },
            "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active" }] },
            "code": { "text": "Penicillin of the test" } }))
        .await;
    house
}

fn address() -> String {
    format!("/staff/person/{}", people::CLARA)
}

#[tokio::test]
async fn whoever_has_nothing_to_do_with_a_person_is_told_that_nobody_is_there() {
    let house = house().await;
    for token in [NURSE, CLERK] {
        let cookie = house.sign_in_as(token).await;
        let page = house.get(&address(), &cookie).await.expect(404);
        page.does_not_say("Closed").does_not_say("Penicillin");
        let form = format!("{}/open/claim", address());
        house.get(&form, &cookie).await.expect(404).does_not_say("Closed");
    }
}

#[tokio::test]
async fn an_operator_knows_who_it_is_and_opens_the_record_with_a_reason() {
    let house = house().await;
    let cookie = house.sign_in_as(OPERATOR).await;
    let closed = house.get(&address(), &cookie).await.expect(200);
    let closed = closed
        .says("This record is closed to you")
        .says("CLOSED, Clara")
        .says("That does not mean that there are none");
    let _ = closed.does_not_say("Penicillin");
    let open = format!("{}/open/emergency", address());
    let form = house.get(&open, &cookie).await.expect(200);
    let csrf = form.csrf();
    // Without a reason, and with one that is none, nothing opens.
    for fields in [
        vec![("csrf", csrf.as_str()), ("reason", ""), ("words", WHY)],
        vec![("csrf", csrf.as_str()), ("reason", "curious"), ("words", WHY)],
        vec![
            ("csrf", csrf.as_str()),
            ("reason", "cannot-say"),
            ("words", "short"),
        ],
    ] {
        let again = house.post(&open, &cookie, &fields).await.expect(422);
        let _ = again.says("There is a problem");
    }
    house
        .get(&address(), &cookie)
        .await
        .expect(200)
        .does_not_say("Penicillin");
    house
        .post(
            &open,
            &cookie,
            &[("csrf", "made-up"), ("reason", "cannot-say"), ("words", WHY)],
        )
        .await
        .expect(403);
    let opened = house
        .post(
            &open,
            &cookie,
            &[("csrf", &csrf), ("reason", "cannot-say"), ("words", WHY)],
        )
        .await
        .expect(303);
    assert_eq!(opened.location(), address());
    let record = house.get(&address(), &cookie).await.expect(200);
    let _ = record
        .says("Penicillin of the test")
        .says("Opened in an emergency until");
    // Nobody else sees more for it.
    let nurse = house.sign_in_as(NURSE).await;
    house.get(&address(), &nurse).await.expect(404);
}

#[tokio::test]
async fn by_two_identifiers_a_nurse_says_how_she_has_to_do_with_a_person() {
    let house = house().await;
    let cookie = house.sign_in_as(NURSE).await;
    let csrf = house.get("/staff/open/claim", &cookie).await.expect(200).csrf();
    let asked = |number: &'static str, year: &'static str| {
        vec![
            ("csrf", csrf.clone()),
            ("nhs-number", number.to_owned()),
            ("born-day", "3".to_owned()),
            ("born-month", "2".to_owned()),
            ("born-year", year.to_owned()),
            ("reason", "present".to_owned()),
            ("words", WHY.to_owned()),
        ]
    };
    let send = |fields: Vec<(&'static str, String)>| {
        let (house, cookie) = (&house, &cookie);
        async move {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            house.post("/staff/open/claim", cookie, &fields).await
        }
    };
    // One of the two wrong, and somebody who is not there at all: the same words.
    for (number, year) in [("9990000018", "1942"), ("9990000026", "1941")] {
        let refused = send(asked(number, year)).await.expect(422);
        let _ = refused
            .says("No record can be opened with this NHS number and date of birth")
            .does_not_say("Closed");
    }
    let opened = send(asked("9990000018", "1941")).await.expect(303);
    let record = house.get(opened.location(), &cookie).await.expect(200);
    let _ = record
        .says("Penicillin of the test")
        .says("Opened with a reason until");
}

#[tokio::test]
async fn a_clerk_opens_nothing_and_nobody_opens_their_own() {
    let house = house().await;
    let clerk = house.sign_in_as(CLERK).await;
    house.get("/staff/open/claim", &clerk).await.expect(404);
    let own = house.sign_in_as(SELF).await;
    let csrf = house.get("/staff/open/claim", &own).await.expect(200).csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("nhs-number", "9990000018"),
        ("born-day", "3"),
        ("born-month", "2"),
        ("born-year", "1941"),
        ("reason", "present"),
        ("words", WHY),
    ];
    house.post("/staff/open/claim", &own, &fields).await.expect(422);
    house.get(&address(), &own).await.expect(404);
}

#[tokio::test]
async fn the_privacy_office_sees_each_reason_and_closes_it_and_the_record_closes_with_it() {
    let house = house().await;
    let operator = house.sign_in_as(OPERATOR).await;
    let open = format!("{}/open/emergency", address());
    let csrf = house.get(&open, &operator).await.expect(200).csrf();
    house
        .post(
            &open,
            &operator,
            &[("csrf", &csrf), ("reason", "cannot-say"), ("words", WHY)],
        )
        .await
        .expect(303);
    // For everybody else the office is not there.
    for address in ["/staff/privacy", "/staff/privacy/looks"] {
        house.get(address, &operator).await.expect(404);
    }
    let officer = house.sign_in_as(OFFICER).await;
    let inbox = house.get("/staff/privacy", &officer).await.expect(200);
    let inbox = inbox
        .says(WHY)
        .says("They cannot speak for themselves")
        .says("operator");
    let id = inbox
        .text
        .split("name=\"id\" value=\"")
        .nth(1)
        .expect("a review")
        .split('"')
        .next()
        .expect("an id")
        .to_owned();
    let csrf = inbox.csrf();
    let close = |finding: &'static str, note: &'static str| {
        let (house, officer, csrf, id) = (&house, &officer, &csrf, &id);
        async move {
            let fields = [
                ("csrf", csrf.as_str()),
                ("id", id.as_str()),
                ("finding", finding),
                ("note", note),
            ];
            house.post("/staff/privacy", officer, &fields).await
        }
    };
    close("", "").await.expect(422).says("Choose what you found");
    close("not-justified", "")
        .await
        .expect(422)
        .says("Say in 10 to 500 characters");
    // Whoever may not review closes nothing, whatever they send.
    let operators = house.get("/staff/person", &operator).await.expect(200).csrf();
    let fields = [
        ("csrf", operators.as_str()),
        ("id", id.as_str()),
        ("finding", "justified"),
        ("note", ""),
    ];
    house.post("/staff/privacy", &operator, &fields).await.expect(404);
    house
        .get(&address(), &operator)
        .await
        .expect(200)
        .says("Penicillin of the test");
    close("justified", "").await.expect(303);
    house
        .get("/staff/privacy", &officer)
        .await
        .expect(200)
        .says("Nothing waits");
    // Looked at, it is over: the record is as closed as before.
    house
        .get(&address(), &operator)
        .await
        .expect(200)
        .does_not_say("Penicillin");
    let csrf = house
        .get("/staff/privacy/looks", &officer)
        .await
        .expect(200)
        .csrf();
    let looks = house
        .post(
            "/staff/privacy/looks",
            &officer,
            &[("csrf", &csrf), ("nhs-number", "999 000 0018")],
        )
        .await
        .expect(200);
    let _ = looks.says("Opened in an emergency").says("operator");
    house
        .post(
            "/staff/privacy/looks",
            &officer,
            &[("csrf", &csrf), ("nhs-number", "123")],
        )
        .await
        .expect(422);
}

#[tokio::test]
async fn whoever_signs_in_is_turned_away_or_leaves_is_in_the_audit() {
    let house = house().await;
    let form = house.get("/sign-in", "").await.expect(200);
    let wrong = [("csrf", form.csrf()), ("token", "no-token-of-anybody".to_owned())];
    let wrong: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    house
        .post("/sign-in", &form.cookies(), &wrong)
        .await
        .expect(422)
        .says("not right");
    let operator = house.sign_in_as(OPERATOR).await;
    house.get("/staff/privacy/sign-ins", &operator).await.expect(404);
    let csrf = house.get("/staff/person", &operator).await.expect(200).csrf();
    house
        .post("/sign-out", &operator, &[("csrf", &csrf)])
        .await
        .expect(303);
    let officer = house.sign_in_as(OFFICER).await;
    let page = house.get("/staff/privacy/sign-ins", &officer).await.expect(200);
    let _ = page
        .says("Turned away")
        .says("account=nobody")
        .says("Signed in")
        .says("account=operator")
        .says("Signed out");
    let page = house
        .get("/staff/privacy/sign-ins?account=nobody", &officer)
        .await
        .expect(200);
    let _ = page.says("Turned away").does_not_say("Signed out");
    // Whoever cannot get in often, at one account or none, is something to ask about.
    for _ in 0..21 {
        let wrong = record::audit::Entrance {
            actor: "nurse-7",
            role: None,
            organisation: None,
            leaves: false,
            admitted: false,
        };
        house.record.note_entrance(&wrong).await.expect("kept");
    }
    actions::audit::note_patterns(house.actions())
        .await
        .expect("looked");
    house
        .get("/staff/privacy", &officer)
        .await
        .expect(200)
        .says("Could not sign in, very often")
        .says("account nurse-7");
}

/// Who opened a record to look into a safeguarding concern is not told to the person before a privacy officer says so.
#[tokio::test]
async fn a_safeguarding_look_leaves_no_trace_for_the_person_until_it_is_released() {
    let house = house().await;
    let citizen = Actor::new("clara-at-home", Role::Citizen, None).with_standing(Standing {
        own_record: Some(people::CLARA.to_owned()),
        identity_assurance: 9,
        authentication_assurance: 2,
        ..Standing::default()
    });
    let looked = || async {
        let since = house.actions().system_now() - jiff::SignedDuration::from_hours(1);
        let (looks, _) = actions::audit::who_looked(house.actions(), &citizen, since)
            .await
            .expect("hers");
        looks.iter().map(|look| look.times).sum::<u64>()
    };
    let before = looked().await;
    let operator = house.sign_in_as(OPERATOR).await;
    let open = format!("{}/open/claim", address());
    let csrf = house.get(&open, &operator).await.expect(200).csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("reason", "safeguarding"),
        ("words", "Two bruises that she cannot explain"),
    ];
    // What no record can hold is the field's fault, not the server's.
    let with_nul = [fields[0], fields[1], ("words", "Two bruises, not explained\0")];
    house
        .post(&open, &operator, &with_nul)
        .await
        .expect(422)
        .says("without control characters");
    house.post(&open, &operator, &fields).await.expect(303);
    house
        .get(&address(), &operator)
        .await
        .expect(200)
        .says("Penicillin of the test");
    assert_eq!(
        looked().await,
        before,
        "neither the opening nor what was read then"
    );
    let officer = house.sign_in_as(OFFICER).await;
    let inbox = house.get("/staff/privacy", &officer).await.expect(200);
    let inbox = inbox.says("The person is not told yet (1)").says("Two bruises");
    let part = inbox
        .text
        .split("The person is not told yet")
        .nth(1)
        .expect("a part");
    let id = part.split("name=\"id\" value=\"").nth(1).expect("an id");
    let id = id.split('"').next().expect("an id");
    // Closing the review releases nothing.
    let csrf = inbox.csrf();
    let close = [
        ("csrf", csrf.as_str()),
        ("id", id),
        ("finding", "justified"),
        ("note", ""),
    ];
    house.post("/staff/privacy", &officer, &close).await.expect(303);
    assert_eq!(looked().await, before);
    // Nor does anybody but the privacy office.
    let own = house.get("/staff/person", &operator).await.expect(200).csrf();
    let release = [("csrf", own.as_str()), ("id", id), ("release", "1")];
    house
        .post("/staff/privacy", &operator, &release)
        .await
        .expect(404);
    assert_eq!(looked().await, before);
    let release = [("csrf", csrf.as_str()), ("id", id), ("release", "1")];
    house.post("/staff/privacy", &officer, &release).await.expect(303);
    assert!(looked().await > before, "now she is told");
    house
        .get("/staff/privacy", &officer)
        .await
        .expect(200)
        .does_not_say("The person is not told yet");
    house.post("/staff/privacy", &officer, &release).await.expect(404);
}

/// Nor of whoever found them by number to do so, nor of an emergency that is about harm or the law.
#[tokio::test]
async fn a_withheld_opening_begins_with_the_look_by_which_the_person_was_found() {
    let by_number = [
        ("nhs-number", "9990000018"),
        ("born-day", "3"),
        ("born-month", "2"),
        ("born-year", "1941"),
    ];
    let claim = "/staff/open/claim".to_owned();
    let emergency = format!("{}/open/emergency", address());
    for (token, open, reason, named, told) in [
        (NURSE, &claim, "safeguarding", &by_number[..], false),
        (NURSE, &claim, "present", &by_number[..], true),
        (OPERATOR, &emergency, "serious-harm", &[], false),
        (OPERATOR, &emergency, "public-interest", &[], false),
        (OPERATOR, &emergency, "cannot-say", &[], true),
    ] {
        let house = house().await;
        let citizen = Actor::new("clara-at-home", Role::Citizen, None).with_standing(Standing {
            own_record: Some(people::CLARA.to_owned()),
            identity_assurance: 9,
            authentication_assurance: 2,
            ..Standing::default()
        });
        let since = house.actions().system_now() - jiff::SignedDuration::from_hours(1);
        let cookie = house.sign_in_as(token).await;
        // At the closed record first, where there is one for them.
        house.get(&address(), &cookie).await;
        let csrf = house.get(open, &cookie).await.expect(200).csrf();
        let fields: Vec<(&str, &str)> = [("csrf", csrf.as_str()), ("reason", reason), ("words", WHY)]
            .into_iter()
            .chain(named.iter().copied())
            .collect();
        house.post(open, &cookie, &fields).await.expect(303);
        house
            .get(&address(), &cookie)
            .await
            .expect(200)
            .says("Penicillin of the test");
        let (looks, _) = actions::audit::who_looked(house.actions(), &citizen, since)
            .await
            .expect("hers");
        let of_staff = looks
            .iter()
            .any(|look| matches!(look.role, Role::Clinician | Role::Operator));
        assert_eq!(of_staff, told, "{reason}: {looks:?}");
        let officer = house.sign_in_as(OFFICER).await;
        let inbox = house.get("/staff/privacy", &officer).await.expect(200).says(WHY);
        assert_eq!(
            inbox.text.contains("The person is not told yet (1)"),
            !told,
            "{reason}"
        );
    }
}

/// A colleague's record opens with a reason alone, whoever is on their care team.
#[tokio::test]
async fn a_colleague_s_record_needs_a_reason_first() {
    use actions::access::accounts::{AccountKind, AccountRole, NewAccount, add, disable};
    let house = house().await;
    house
        .keep(
            &json!({ "resourceType": "CareTeam", "id": "team-of-clara", "status": "active",
            "subject": { "reference": format!("Patient/{}", people::CLARA) },
            "participant": [{ "member": { "identifier": {
                "system": codes::access::ACTOR, "value": "nurse" } } }] }),
        )
        .await;
    let nurse = house.sign_in_as(NURSE).await;
    house
        .get(&address(), &nurse)
        .await
        .expect(200)
        .says("Penicillin of the test");
    let clerk = |organisation: &str| NewAccount {
        name: format!("clara.{organisation}").to_lowercase(),
        kind: AccountKind::Staff,
        roles: vec![AccountRole {
            id: "1".to_owned(),
            role: "administrator".to_owned(),
            words: "Clerk".to_owned(),
            organisation: Some(organisation.to_owned()),
            job_role: None,
            activities: std::collections::BTreeSet::default(),
            parties: std::collections::BTreeSet::default(),
        }],
        person: Some(people::CLARA.to_owned()),
        practitioner: None,
        identity: 3,
        demo: false,
    };
    add(house.actions(), clerk("RXX")).await.expect("made");
    house
        .get(&address(), &nurse)
        .await
        .expect(200)
        .says("Penicillin of the test");
    let account = add(house.actions(), clerk("RVJ")).await.expect("made");
    house
        .get(&address(), &nurse)
        .await
        .expect(200)
        .says("works with you")
        .does_not_say("Penicillin");
    let open = format!("{}/open/claim", address());
    let csrf = house.get(&open, &nurse).await.expect(200).csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("reason", "cover"),
        ("words", "I am the only nurse on duty tonight"),
    ];
    house.post(&open, &nurse, &fields).await.expect(303);
    house
        .get(&address(), &nurse)
        .await
        .expect(200)
        .says("Penicillin of the test");
    // Learnt anew from all accounts, it is the same; who has left is nobody's colleague.
    actions::access::learn_colleagues(house.actions())
        .await
        .expect("learnt");
    disable(house.actions(), &account.id).await.expect("disabled");
    let other = house.sign_in_as(NURSE).await;
    house
        .get(&address(), &other)
        .await
        .expect(200)
        .does_not_say("works with you");
}
