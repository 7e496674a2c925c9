//! The risk list and one person's risk, from the list to what came of an offer; and the person's own page.

use actions::population::{Grounds, Kept};
use actions::{Actor, Role};
use http_body_util::BodyExt;
use record::Standing;
use record::view::{Live, View, ViewSettings};
use serde_json::json;

use super::house::{House, people};

pub(super) const GP: &str = "a-token-of-the-gp";
pub(super) const STRANGER: &str = "a-token-of-somebody-else";
pub(super) const MANAGER: &str = "a-token-of-the-manager";
pub(super) const COORDINATOR: &str = "a-token-of-the-coordinator";
pub(super) const FRAIL: &str = "0198d2f4-0000-7000-8000-0000000f7a11";
/// Different deficits of the frailty index (SNOMED CT), more than enough for severe frailty.
const DEFICITS: [&str; 4] = ["87522002", "38341003", "73211009", "21134002"];

fn somebody(name: &str, role: Role, organisation: &str, activities: &[&str]) -> Actor {
    Actor::new(name, role, Some(organisation.to_owned())).with_standing(Standing {
        activities: activities.iter().map(|code| (*code).to_owned()).collect(),
        identity_assurance: 3,
        authentication_assurance: 2,
        // What the directory says of them when they come in by an account.
        parties: fhir::ResourceType::from_name("Organization")
            .map(|resource_type| fhir::LocalReference {
                resource_type,
                id: organisation.to_lowercase(),
            })
            .into_iter()
            .collect(),
        ..Standing::default()
    })
}

async fn settled<V: View>(view: &Live<V>) {
    loop {
        let status = view.status().await.expect("a status");
        if status.ready && status.behind == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

pub(super) async fn house() -> (House, Kept) {
    let care = ["B0360", "B0370", "B0380"];
    let house = House::of_people(&[
        (GP, somebody("gp", Role::Clinician, "P1", &care)),
        (STRANGER, somebody("other", Role::Clinician, "P2", &care)),
        (
            COORDINATOR,
            somebody("coordinator", Role::Coordinator, "P1", &["B0370", "B0380"]),
        ),
        (
            MANAGER,
            somebody("manager", Role::Administrator, "P1", &["B0560", "B0862"]),
        ),
    ])
    .await;
    let kept = kept(&house);
    let house = house.with_population(kept.clone());
    for code in ["P1", "P2"] {
        house
            .keep(&json!({ "resourceType": "Organization", "id": code.to_lowercase(), "name": format!("Invented {code}"),
                "identifier": [{ "system": codes::system::ODS_ORGANISATION, "value": code }] }))
            .await;
    }
    house
        .keep(
            &json!({ "resourceType": "Patient", "id": FRAIL, "birthDate": "1940-02-03", "gender": "female",
            "name": [{ "family": "Invented", "given": ["Clara"] }],
            "generalPractitioner": [{ "reference": "Organization/p1" }] }),
        )
        .await;
    for (at, code) in DEFICITS.iter().enumerate() {
        house
            .keep(&json!({ "resourceType": "Condition", "id": format!("c{at}"), "subject": { "reference": format!("Patient/{FRAIL}") },
                "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] }, "recordedDate": "2020-02-03" }))
            .await;
    }
    settle(&kept).await;
    (house, kept)
}

/// Everybody of a house in columns, with grounds for asking.
pub(super) fn kept(house: &House) -> Kept {
    let settings = ViewSettings::default;
    Kept {
        people: Live::open(&house.record, settings()).expect("people"),
        caseloads: Live::open(&house.record, settings()).expect("caseloads"),
        organisations: Live::open(&house.record, settings()).expect("organisations"),
        memory: Live::open(&house.record, settings()).expect("memory"),
        grounds: Some(Grounds {
            basis: "A test".to_owned(),
            controller: "Whoever tests".to_owned(),
        }),
        threads: 1,
    }
}

pub(super) async fn settle(kept: &Kept) {
    settled(&kept.people).await;
    settled(&kept.caseloads).await;
    settled(&kept.organisations).await;
    settled(&kept.memory).await;
}

fn person(rest: &str) -> String {
    format!("/staff/risk/person/{FRAIL}{rest}")
}

#[tokio::test]
async fn a_worried_clinician_puts_somebody_on_the_list_and_an_offer_takes_them_off_it() {
    let (house, kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    house
        .get("/staff/risk", &gp)
        .await
        .expect(200)
        .says("Nobody is waiting")
        .says("everything that is recorded is taken in")
        .says("Nobody has said how many people this team can see");
    let page = house
        .get(&person(""), &gp)
        .await
        .expect(200)
        .says("4 of 36 deficits");
    let csrf = page.csrf();
    let csrf = csrf.as_str();

    house
        .post(
            &person("/view"),
            &gp,
            &[("csrf", csrf), ("form", "view"), ("reason", "no")],
        )
        .await
        .expect(422)
        .says("<title>Error: ")
        .says("Choose what you think of it")
        .says("Say why in at least 10 characters");
    let why = "She no longer gets up by herself";
    let view = [
        ("csrf", csrf),
        ("form", "view"),
        ("view", "higher"),
        ("reason", why),
    ];
    house.post(&person("/view"), &gp, &view).await.expect(303);
    settle(&kept).await;
    house
        .get("/staff/risk", &gp)
        .await
        .expect(200)
        .says("A clinician is more worried than the index says")
        .says(&person(""))
        .does_not_say(why);
    house.get(&person(""), &gp).await.expect(200).says(why);

    house
        .post(&person("/offer"), &gp, &[("csrf", csrf), ("form", "offer")])
        .await
        .expect(422)
        .says("Choose what is offered");
    let offer = [("csrf", csrf), ("form", "offer"), ("what", "plan"), ("note", "")];
    house.post(&person("/offer"), &gp, &offer).await.expect(303);
    settle(&kept).await;
    house
        .get("/staff/risk", &gp)
        .await
        .expect(200)
        .says("Nobody is waiting");
    house
        .get("/staff/risk?show=offered", &gp)
        .await
        .expect(200)
        .says(&person(""))
        .says("An offer is open");

    let pause = [
        ("csrf", csrf),
        ("form", "pause"),
        ("until-day", "31"),
        ("until-month", "2"),
        ("until-year", "2027"),
    ];
    house
        .post(&person("/pause"), &gp, &pause)
        .await
        .expect(422)
        .says("Choose why they are not asked")
        .says("Enter the day on which this is looked at again");
    house
        .post(
            &person("/advance"),
            &gp,
            &[
                ("csrf", csrf),
                ("form", "advance"),
                ("task", "none"),
                ("version", "1"),
                ("to", "accepted"),
            ],
        )
        .await
        .expect(404);
    house
        .post(
            &person("/advance"),
            &gp,
            &[("csrf", csrf), ("form", "advance"), ("to", "flown")],
        )
        .await
        .expect(400);
    for nothing in ["/staff/risk?show=everybody"] {
        house.get(nothing, &gp).await.expect(400).says("waiting");
    }
    house.get("/staff/risk?scope=practice:P9", &gp).await.expect(404);
}

/// The next event of a list that is open, but for those that only say that it stands: its fields in one text.
async fn event(body: &mut axum::body::Body) -> String {
    let next = async {
        loop {
            let mut text = String::new();
            while !text.ends_with("\n\n") {
                let frame = body.frame().await.expect("it goes on").expect("a frame");
                let data = frame.into_data().expect("data");
                text.push_str(std::str::from_utf8(&data).expect("text"));
            }
            if !text.contains("event: heard") {
                return text;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), next)
        .await
        .expect("an event within half a minute")
}

fn id_of(event: &str) -> String {
    let line = event.lines().find_map(|line| line.strip_prefix("id: "));
    line.expect("an id").to_owned()
}

#[tokio::test]
async fn an_open_list_is_sent_anew_when_a_commit_changes_it_and_ends_with_the_session() {
    let (house, kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    let (status, mut body) = house
        .listen("/staff/risk/live?scope=practice:P1", &gp, None)
        .await;
    assert_eq!(status, 200);
    let first = event(&mut body).await;
    assert!(
        first.contains("event: list") && first.contains("Nobody is waiting"),
        "{first}"
    );

    let csrf = house.get(&person(""), &gp).await.expect(200).csrf();
    let why = "She no longer gets up by herself";
    let view = [
        ("csrf", csrf.as_str()),
        ("form", "view"),
        ("view", "higher"),
        ("reason", why),
    ];
    house.post(&person("/view"), &gp, &view).await.expect(303);
    let second = event(&mut body).await;
    assert!(
        second.contains("event: list") && second.contains(&person("")),
        "{second}"
    );
    assert!(!second.contains(why));
    assert_ne!(id_of(&first), id_of(&second));

    // Whoever comes back with the list as it is hears nothing until it changes.
    settle(&kept).await;
    let word = id_of(&second);
    let (_, mut again) = house
        .listen("/staff/risk/live?scope=practice:P1", &gp, Some(&word))
        .await;
    let silence = std::time::Duration::from_millis(500);
    assert!(tokio::time::timeout(silence, again.frame()).await.is_err());

    house.post("/sign-out", &gp, &[("csrf", &csrf)]).await.expect(303);
    for body in [&mut body, &mut again] {
        let last = event(body).await;
        assert!(last.contains("event: ended"), "{last}");
        assert!(body.frame().await.is_none(), "it goes on after its end");
    }
}

#[tokio::test]
async fn somebody_frail_who_was_referred_is_on_the_list_of_referrals_until_it_is_done() {
    let (house, kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    // Two deficits more: mild frailty.
    for (at, code) in ["414545008", "433144002"].iter().enumerate() {
        house
            .keep(&json!({ "resourceType": "Condition", "id": format!("m{at}"), "subject": { "reference": format!("Patient/{FRAIL}") },
                "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] }, "recordedDate": "2020-02-03" }))
            .await;
    }
    let today = house.actions().today();
    let referral = |id: &str,
                    status: &str,
                    code: serde_json::Value,
                    meta: serde_json::Value,
                    day: jiff::civil::Date| {
        json!({ "resourceType": "ServiceRequest", "id": id, "meta": meta, "status": status, "intent": "order", "code": code,
            "subject": { "reference": format!("Patient/{FRAIL}") }, "authoredOn": day.to_string() })
    };
    let falls = json!({ "text": "Referral to the falls team" });
    let old = today.saturating_sub(jiff::ToSpan::days(91));
    let sealed = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }] });
    for none in [
        referral(
            "r1",
            "active",
            json!({ "text": "Full blood count" }),
            json!({ "source": "urn:test" }),
            today,
        ),
        referral("r2", "active", falls.clone(), sealed, today),
        referral(
            "r3",
            "active",
            falls.clone(),
            json!({ "source": "urn:test" }),
            old,
        ),
        referral(
            "r4",
            "completed",
            falls.clone(),
            json!({ "source": "urn:test" }),
            today,
        ),
    ] {
        house.keep(&none).await;
        settle(&kept).await;
        let id = none["id"].as_str().unwrap_or_default();
        let page = house.get("/staff/risk?show=referred", &gp).await.expect(200);
        assert!(
            page.text.contains("Nobody with frailty has an open referral"),
            "{id}"
        );
    }
    house
        .keep(&referral(
            "r5",
            "active",
            falls.clone(),
            json!({ "source": "urn:test" }),
            today,
        ))
        .await;
    settle(&kept).await;
    house
        .get("/staff/risk?show=referred", &gp)
        .await
        .expect(200)
        .says(&person(""))
        .says("Open referral, ")
        .does_not_say("falls team");
    house
        .keep(&referral(
            "r5",
            "completed",
            falls,
            json!({ "source": "urn:test" }),
            today,
        ))
        .await;
    settle(&kept).await;
    house
        .get("/staff/risk?show=referred", &gp)
        .await
        .expect(200)
        .says("Nobody with frailty has an open referral");
}

#[tokio::test]
async fn a_list_that_one_may_not_see_is_not_listened_to() {
    let (house, _kept) = house().await;
    let live = "/staff/risk/live?scope=practice:P1";
    for token in [STRANGER, MANAGER] {
        let cookie = house.sign_in_as(token).await;
        house.get(live, &cookie).await.expect(404).does_not_say("event:");
    }
    let gp = house.sign_in_as(GP).await;
    house
        .get("/staff/risk/live?scope=practice:P1&show=everybody", &gp)
        .await
        .expect(400)
        .says("waiting");
    house
        .get("/staff/risk/live?scope=practice:P9", &gp)
        .await
        .expect(404);
    let page = house
        .get("/staff/risk", &gp)
        .await
        .expect(200)
        .says("/staff/risk/live?scope=");
    assert_eq!(
        page.header("content-security-policy"),
        web::CONTENT_SECURITY_POLICY_OF_LIVE_PAGES
    );
}

#[tokio::test]
async fn whoever_has_nothing_to_do_with_the_person_finds_nobody_and_changes_nothing() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    let other = house.sign_in_as(STRANGER).await;
    house.get(&person(""), &other).await.expect(404);
    house
        .get("/staff/risk?scope=practice:P1", &other)
        .await
        .expect(404);
    house
        .get("/staff/risk/capacity?scope=practice:P1", &other)
        .await
        .expect(404);
    let csrf = house.get("/staff/person", &other).await.expect(200).csrf();
    let offer = [("csrf", csrf.as_str()), ("form", "offer"), ("what", "plan")];
    house.post(&person("/offer"), &other, &offer).await.expect(404);
    house
        .post(&person("/offer"), &other, &[("csrf", "made-up")])
        .await
        .expect(403);
    house
        .get(&person(""), &gp)
        .await
        .expect(200)
        .says("Nothing was offered yet");

    // The capacity is for whoever runs the team.
    let capacity = "/staff/risk/capacity?scope=practice:P1";
    house
        .get(capacity, &gp)
        .await
        .expect(200)
        .says("Whoever runs the team can change it");
    let manager = house.sign_in_as(MANAGER).await;
    let csrf = house.get(capacity, &manager).await.expect(200).csrf();
    let form = |people: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("scope", "practice:P1".to_owned()),
            ("version", "0".to_owned()),
            ("people", people.to_owned()),
        ]
    };
    let send = async |people| {
        let form = form(people);
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        house.post("/staff/risk/capacity", &manager, &pairs).await
    };
    send("many").await.expect(422).says("0 to 200");
    send("12").await.expect(303);
    send("13").await.expect(422).says("Somebody changed it");
    house
        .get(capacity, &gp)
        .await
        .expect(200)
        .says("It can see 12 people a week");
    house.get("/staff/risk", &manager).await.expect(404);
}

#[tokio::test]
async fn a_person_sees_their_own_only_when_they_ask_and_can_answer_it() {
    let house = super::citizen::house().await;
    let clara = super::citizen::sign_in(&house, "demo.clara").await;
    let page = house.get("/me/risk", &clara).await.expect(200).says("Show me");
    assert!(!page.text.contains("What it says"));
    let page = house
        .get("/me/risk?show=yes", &clara)
        .await
        .expect(200)
        .says("What it says")
        .does_not_say("mortality")
        .does_not_say("likely to die");
    let csrf = page.csrf();
    house
        .post("/me/risk", &clara, &[("csrf", &csrf), ("answer", " ")])
        .await
        .expect(422)
        .says("Enter what you want to say");
    let words = "I manage well, and want to stay at home";
    house
        .post("/me/risk", &clara, &[("csrf", &csrf), ("answer", words)])
        .await
        .expect(303);
    house
        .get("/me/risk?show=yes", &clara)
        .await
        .expect(200)
        .says(words);
    let staff = house.sign_in().await;
    house
        .get(&format!("/staff/risk/person/{}", people::CLARA), &staff)
        .await
        .expect(200)
        .says(words);
    house.get("/me/risk", &staff).await.expect(404);
}

#[tokio::test]
async fn the_count_is_of_every_type_and_of_nothing_sealed_for_every_role_that_may_see_it() {
    let (house, kept) = house().await;
    // What a co-ordinator's role does not read: a finding, not a problem.
    house
        .keep(&json!({ "resourceType": "Observation", "id": "fell", "status": "final", "effectiveDateTime": "2024-01-02",
            "subject": { "reference": format!("Patient/{FRAIL}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "1912002" }] }, "valueBoolean": true }))
        .await;
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    let coordinator = house.sign_in_as(COORDINATOR).await;
    let scores = format!("/staff/person/{FRAIL}/scores");
    let left_out = "What you are not shown counts for nothing here, so that a score may be too low.";
    // What others sealed changes nothing, the words that say what is left out neither.
    for sealed in [false, true] {
        if sealed {
            house
                .keep(&json!({ "resourceType": "Condition", "id": "sealed-deficit", "recordedDate": "2024-01-02",
                    "subject": { "reference": format!("Patient/{FRAIL}") },
                    "meta": { "security": [{ "system": "https://sarsen.example/fhir/CodeSystem/label", "code": "sealed" }] },
                    "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "49436004" }] } }))
                .await;
            settle(&kept).await;
        }
        house
            .get(&person(""), &gp)
            .await
            .expect(200)
            .says("5 of 36 deficits")
            .says("Falls")
            .says(left_out);
        house
            .get(&person(""), &coordinator)
            .await
            .expect(200)
            .says("5 of 36 deficits")
            .says("what bears a label counts for nothing in it")
            .says("Your role does not see what it is made of")
            .does_not_say("Falls");
        house.get(&scores, &gp).await.expect(200).says(left_out);
        house
            .get("/staff/risk", &gp)
            .await
            .expect(200)
            .says("What bears a label counts for nothing on this list, whoever reads it");
    }
    // Whoever sees no conditions finds nothing, and offers nothing.
    let manager = house.sign_in_as(MANAGER).await;
    house.get(&person(""), &manager).await.expect(404);
    let csrf = house.get("/account", &manager).await.expect(200).csrf();
    let fields = [("csrf", csrf.as_str()), ("form", "offer"), ("what", "plan")];
    house.post(&person("/offer"), &manager, &fields).await.expect(404);
}
