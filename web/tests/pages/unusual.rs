//! Unusual looks: at family, household, colleagues, neighbours and people who are well known; what the privacy office is told of them
//! within the hour, once, and that nobody else is told.

use actions::access::accounts::{Account, AccountKind, AccountRole, NewAccount, add};
use actions::access::{Tokens, Way, Whom, open_up};
use actions::audit::{Pattern, note_patterns, note_patterns_now, patterns, sightings, who_looked};
use actions::{Actor, Role, Standing};
use serde_json::{Value, json};
use web::WebSettings;

use super::citizen::sign_in;
use super::house::House;

const OFFICER: &str = "the-token-of-an-officer";
const OTHER_OFFICER: &str = "the-token-of-another-officer";
const OWN: &str = "0198d2f4-0000-7000-8000-00000000a001";
const MOTHER: &str = "0198d2f4-0000-7000-8000-00000000a002";
const HUSBAND: &str = "0198d2f4-0000-7000-8000-00000000a003";
const NEIGHBOUR: &str = "0198d2f4-0000-7000-8000-00000000a004";
const COLLEAGUE: &str = "0198d2f4-0000-7000-8000-00000000a005";
const FAMOUS: &str = "0198d2f4-0000-7000-8000-00000000a006";
const HIDDEN: &str = "0198d2f4-0000-7000-8000-00000000a007";
const STRANGER: &str = "0198d2f4-0000-7000-8000-00000000a008";
const MOTHER_AGAIN: &str = "0198d2f4-0000-7000-8000-00000000a009";
const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

fn person(id: &str, number: &str, line: &str, postcode: &str, label: Option<(&str, &str)>) -> Value {
    let mut person = json!({ "resourceType": "Patient", "id": id, "birthDate": "1950-02-03",
        "identifier": [{ "system": codes::system::NHS_NUMBER, "value": number,
            "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": { "coding": [{ "code": "01",
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland" }] } }] }],
        "name": [{ "use": "official", "family": "Sought", "given": [number] }],
        "address": [{ "use": "home", "line": [line], "city": "Bath", "postalCode": postcode }] });
    if let Some((system, code)) = label {
        person["meta"] = json!({ "security": [{ "system": system, "code": code }] });
    }
    person
}

fn officer(id: &str) -> Actor {
    Actor::new(id, Role::PrivacyOfficer, Some("RVJ".to_owned())).with_standing(Standing {
        activities: ["B0015".to_owned()].into(),
        ..Standing::default()
    })
}

async fn staff(house: &House, name: &str, role: &str, activities: &[&str], person: Option<&str>) -> Account {
    let role = AccountRole {
        id: "1".to_owned(),
        role: role.to_owned(),
        words: "At work".to_owned(),
        organisation: Some("RVJ".to_owned()),
        job_role: None,
        activities: activities.iter().map(|code| (*code).to_owned()).collect(),
        parties: Default::default(),
    };
    let new = NewAccount {
        name: name.to_owned(),
        kind: AccountKind::Staff,
        roles: vec![role],
        person: person.map(str::to_owned),
        practitioner: None,
        identity: 3,
        demo: true,
    };
    add(house.actions(), new).await.expect("made")
}

/// A house with an operator, who may know of everybody, and with those who are close to her; and the operator's account.
async fn house() -> (House, Account) {
    let settings = WebSettings {
        synthetic: true,
        ..WebSettings::default()
    };
    let tokens = Tokens::development(super::house::TOKEN)
        .and_then(|tokens| tokens.and(OFFICER, officer("officer")))
        .and_then(|tokens| tokens.and(OTHER_OFFICER, officer("other-officer")))
        .expect("tokens");
    let house = House::of(settings, tokens).await;
    let home = "4 Example Street";
    for one in [
        person(OWN, "9990000018", home, "BA1 1AA", None),
        person(MOTHER, "9990000026", "1 Far Road", "BS1 1AA", None),
        person(MOTHER_AGAIN, "9990000034", "1 Far Road", "BS1 1AA", None),
        person(HUSBAND, "9990000042", home, "BA1 1AA", None),
        person(NEIGHBOUR, "9990000050", "6 Example Street", "ba1 1aa", None),
        person(COLLEAGUE, "9990000069", "2 Far Road", "BS1 1AB", None),
        person(
            FAMOUS,
            "9990000077",
            "3 Far Road",
            "BS1 1AC",
            Some((ACT_CODE, "CEL")),
        ),
        person(
            HIDDEN,
            "9990000085",
            "8 Example Street",
            "BA1 1AA",
            Some((CONFIDENTIALITY, "R")),
        ),
        person(STRANGER, "9990000093", "4 Far Road", "BS1 1AD", None),
    ] {
        house.keep(&one).await;
    }
    house
        .keep(
            &json!({ "resourceType": "RelatedPerson", "id": "daughter", "active": true,
            "identifier": [{ "system": codes::system::NHS_NUMBER, "value": "9990000018" }],
            "patient": { "reference": format!("Patient/{MOTHER}") } }),
        )
        .await;
    let operator = staff(
        &house,
        "demo.operator",
        "operator",
        &["B0360", "B0820"],
        Some(OWN),
    )
    .await;
    staff(&house, "demo.colleague", "clinician", &["B0360"], Some(COLLEAGUE)).await;
    (house, operator)
}

fn page_of(patient: &str) -> String {
    format!("/staff/person/{patient}")
}

/// The patterns that the office sees of this reader and each person once it has looked, as `pattern person count`.
async fn seen(house: &House) -> Vec<String> {
    let (actions, officer) = (house.actions(), officer("officer"));
    note_patterns_now(actions, &officer).await.expect("looked");
    let found = patterns(actions, &officer).await.expect("seen").expect("looked");
    found
        .seen
        .iter()
        .map(|seen| {
            let person = seen.patient.as_deref().unwrap_or("-");
            format!("{} {person} {}", seen.pattern.code(), seen.count)
        })
        .collect()
}

#[tokio::test]
async fn looks_at_whoever_is_close_to_the_reader_or_well_known_are_named_with_their_kind() {
    let (house, operator) = house().await;
    let cookie = sign_in(&house, "demo.operator").await;
    for one in [MOTHER, HUSBAND, NEIGHBOUR, COLLEAGUE, FAMOUS, HIDDEN, STRANGER] {
        house.get(&page_of(one), &cookie).await.expect(200);
    }
    // Met and shown nothing: nobody, and oneself at work.
    house
        .get(&page_of("0198d2f4-0000-7000-8000-00000000ffff"), &cookie)
        .await
        .expect(404);
    house.get(&page_of(OWN), &cookie).await;
    let found = seen(&house).await;
    let expected = [
        format!("family {MOTHER} 1"),
        format!("household {HUSBAND} 1"),
        format!("colleague {COLLEAGUE} 1"),
        format!("neighbour {NEIGHBOUR} 1"),
        format!("well-known {FAMOUS} 1"),
    ];
    assert_eq!(found, expected, "nothing of a stranger or a restricted address");
    let office = house.sign_in_as(OFFICER).await;
    let page = house.get("/staff/privacy", &office).await.expect(200);
    let page = page
        .says("Looked at somebody of their own family")
        .says("Looked at somebody who lives at their address")
        .says("Looked at somebody they work with")
        .says("Looked at somebody of their own postcode")
        .says("Looked at somebody well known")
        .says("No reason was given");
    // The link shows the looks, and theirs alone.
    let link = format!("/staff/privacy/looks?person={MOTHER}&amp;reader={}", operator.id);
    let page = page.says(&link.replace("&amp;", "&#38;"));
    drop(page);
    let link = link.replace("&amp;", "&");
    let looks = house.get(&link, &office).await.expect(200);
    let _ = looks.says(&operator.id).does_not_say("officer</td>");
    let all = format!("/staff/privacy/looks?reader={}", operator.id);
    let _ = house
        .get(&all, &office)
        .await
        .expect(200)
        .says(STRANGER)
        .says(MOTHER);
    house
        .get("/staff/privacy/looks?person=nobody", &office)
        .await
        .expect(404);
    // For everybody else there is no such page.
    for path in ["/staff/privacy", &link, &all] {
        house.get(path, &cookie).await.expect(404);
    }
}

#[tokio::test]
async fn a_record_that_was_joined_is_one_person_and_a_relation_of_either_counts() {
    let (house, _) = house().await;
    let cookie = sign_in(&house, "demo.operator").await;
    house.get(&page_of(MOTHER_AGAIN), &cookie).await.expect(200);
    assert!(seen(&house).await.is_empty(), "nobody knows yet who it is");
    house.join(MOTHER_AGAIN, MOTHER).await;
    house.get(&page_of(MOTHER), &cookie).await.expect(200);
    assert_eq!(seen(&house).await, [format!("family {MOTHER} 2")]);
}

#[tokio::test]
async fn what_was_opened_with_a_reason_is_said_to_be_in_the_inbox() {
    let (house, _) = house().await;
    let cookie = sign_in(&house, "demo.operator").await;
    let open = format!("{}/open/claim", page_of(HUSBAND));
    let csrf = house.get(&open, &cookie).await.expect(200).csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("reason", "cover"),
        ("words", "I am the only one on duty tonight"),
    ];
    house.post(&open, &cookie, &fields).await.expect(303);
    house.get(&page_of(HUSBAND), &cookie).await.expect(200);
    note_patterns(house.actions()).await.expect("noted");
    let all = patterns(house.actions(), &officer("officer"))
        .await
        .expect("seen")
        .expect("looked")
        .seen;
    assert!(
        all.iter().all(|seen| seen.with_reason) && all.len() == 1,
        "{all:?}"
    );
    let office = house.sign_in_as(OFFICER).await;
    let page = house.get("/staff/privacy", &office).await.expect(200);
    let page = page
        .says("I am the only one on duty tonight")
        .says("Opened with a reason, in the inbox");
    let _ = page.does_not_say("No reason was given");
}

#[tokio::test]
async fn the_office_s_page_shows_what_was_found_last_and_looks_again_only_when_asked() {
    let (house, _) = house().await;
    let cookie = sign_in(&house, "demo.operator").await;
    let office = house.sign_in_as(OFFICER).await;
    house.get(&page_of(MOTHER), &cookie).await.expect(200);
    let shown = || async { house.get("/staff/privacy", &office).await.expect(200) };
    let family = "Looked at somebody of their own family";
    let page = shown().await;
    let csrf = page
        .says("was not looked through yet")
        .does_not_say(family)
        .csrf();
    let own = house.get("/staff/person", &cookie).await.expect(200).csrf();
    let look = async |csrf: &str, cookie: &String| {
        let fields = [("csrf", csrf), ("look", "1")];
        house.post("/staff/privacy", cookie, &fields).await
    };
    look(&own, &cookie).await.expect(404);
    look("made-up", &office).await.expect(403);
    let _ = shown().await.says("was not looked through yet");
    look(&csrf, &office).await.expect(303);
    let _ = shown().await.says("As this server’s audit stood on").says(family);
    // The next look is found when the audit is looked through again.
    let well_known = "Looked at somebody well known";
    house.get(&page_of(FAMOUS), &cookie).await.expect(200);
    let _ = shown().await.does_not_say(well_known);
    note_patterns(house.actions()).await.expect("noted");
    let _ = shown().await.says(well_known);
}

#[tokio::test]
async fn the_office_is_told_once_for_each_day_and_closes_it_with_a_finding() {
    let (house, operator) = house().await;
    let cookie = sign_in(&house, "demo.operator").await;
    house.get(&page_of(MOTHER), &cookie).await.expect(200);
    house.get(&page_of(FAMOUS), &cookie).await.expect(200);
    let actions = house.actions();
    // Two servers at the same moment, and one a little later.
    let (one, other) = tokio::join!(note_patterns(actions), note_patterns(actions));
    assert_eq!(one.expect("noted") + other.expect("noted"), 2);
    house.get(&page_of(MOTHER), &cookie).await.expect(200);
    assert_eq!(note_patterns(actions).await.expect("noted"), 0);
    let waiting = sightings(actions, &officer("officer")).await.expect("listed");
    let kinds: Vec<Pattern> = waiting.iter().map(|one| one.pattern).collect();
    assert_eq!(kinds.len(), 2, "{waiting:?}");
    assert!(kinds.contains(&Pattern::Family) && kinds.contains(&Pattern::WellKnown));
    assert!(
        waiting
            .iter()
            .all(|one| one.actor.as_deref() == Some(&*operator.id))
    );
    let family = waiting
        .iter()
        .find(|one| one.pattern == Pattern::Family)
        .expect("there");
    assert_eq!((family.patient.as_deref(), family.count), (Some(MOTHER), 1));

    let office = house.sign_in_as(OFFICER).await;
    house
        .get("/", &office)
        .await
        .expect(200)
        .says("2 unusual looks wait too");
    let page = house.get("/staff/privacy", &office).await.expect(200);
    let csrf = page
        .says("Unusual looks to ask about (2)")
        .says("It has waited for 0 minutes")
        .csrf();
    let close = |csrf: String, cookie: String, finding: &'static str, note: &'static str| {
        let (house, id) = (&house, family.id.clone());
        async move {
            let fields = [
                ("csrf", csrf.as_str()),
                ("id", id.as_str()),
                ("finding", finding),
                ("note", note),
            ];
            house.post("/staff/privacy", &cookie, &fields).await
        }
    };
    // Nobody but the office, and not without words where it was wrong.
    let own = house.get("/staff/person", &cookie).await.expect(200).csrf();
    close(own, cookie.clone(), "justified", "").await.expect(404);
    close("made-up".to_owned(), office.clone(), "justified", "")
        .await
        .expect(403);
    close(csrf.clone(), office.clone(), "not-justified", "")
        .await
        .expect(422)
        .says("Say in 10 to 500 characters");
    close(
        csrf.clone(),
        office.clone(),
        "not-justified",
        "She is spoken with by her manager",
    )
    .await
    .expect(303);
    let page = house.get("/staff/privacy", &office).await.expect(200);
    let _ = page.says("Unusual looks to ask about (1)");
    close(csrf, office.clone(), "justified", "").await.expect(404);
    // Closed, it does not come back on the same day.
    assert_eq!(note_patterns(actions).await.expect("noted"), 0);
}

#[tokio::test]
async fn nobody_is_asked_about_what_they_did_themself() {
    let (house, _) = house().await;
    let office = house.sign_in_as(OFFICER).await;
    for _ in 0..21 {
        house
            .get("/staff/privacy/looks?person=nobody", &office)
            .await
            .expect(404);
        house.get(&page_of("nobody"), &office).await.expect(404);
    }
    assert_eq!(note_patterns(house.actions()).await.expect("noted"), 1);
    let own = house.get("/staff/privacy", &office).await.expect(200);
    let csrf = own.says("Unusual looks to ask about (0)").csrf();
    let seen = sightings(house.actions(), &officer("other-officer"))
        .await
        .expect("listed");
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0].pattern, Pattern::Trying);
    assert_eq!(seen[0].patient, None);
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", seen[0].id.as_str()),
        ("finding", "justified"),
        ("note", ""),
    ];
    house.post("/staff/privacy", &office, &fields).await.expect(404);
    let other = house.sign_in_as(OTHER_OFFICER).await;
    let csrf = house.get("/staff/privacy", &other).await.expect(200).csrf();
    let fields = [("csrf", csrf.as_str()), fields[1], fields[2], fields[3]];
    house.post("/staff/privacy", &other, &fields).await.expect(303);
}

#[tokio::test]
async fn what_the_office_is_told_leaves_no_trace_for_the_person_nor_for_the_reader() {
    let (house, operator) = house().await;
    let cookie = sign_in(&house, "demo.operator").await;
    // The reader is of the person's care team, opens the record with a reason, and sees every task in it.
    let reader =
        Actor::new(operator.id.clone(), Role::Operator, Some("RVJ".to_owned())).with_standing(Standing {
            activities: ["B0360".to_owned()].into(),
            ..Standing::default()
        });
    let whom = Whom::Page(MOTHER.to_owned());
    let words = "I am the only one on duty tonight";
    let reader = Actor {
        standing: {
            let mut standing = Standing::clone(&reader.standing);
            standing.activities.insert("B0820".to_owned());
            standing.into()
        },
        ..reader
    };
    open_up(house.actions(), &reader, &whom, Way::Claim, "cover", words)
        .await
        .expect("opened");
    house.get(&page_of(MOTHER), &cookie).await.expect(200);
    let mother = Actor::new("mother-at-home", Role::Citizen, None).with_standing(Standing {
        own_record: Some(MOTHER.to_owned()),
        identity_assurance: 9,
        authentication_assurance: 2,
        ..Standing::default()
    });
    let since = house.actions().system_now() - jiff::SignedDuration::from_hours(1);
    let told = || async {
        let (looks, _) = who_looked(house.actions(), &mother, since).await.expect("hers");
        looks.iter().map(|look| look.times).sum::<u64>()
    };
    let all = || async {
        let mut pages = Vec::new();
        for path in ["", "/timeline", "/plans", "/other"] {
            pages.push(
                house
                    .get(&format!("{}{path}", page_of(MOTHER)), &cookie)
                    .await
                    .expect(200)
                    .text,
            );
        }
        pages
    };
    let (looks, pages) = (told().await, all().await);
    let looked_since = told().await;
    assert_eq!(note_patterns(house.actions()).await.expect("noted"), 1);
    assert_eq!(told().await, looked_since, "who looked is as it was");
    assert!(looks <= looked_since);
    assert_eq!(all().await, pages, "the reader's pages are as they were");
}

#[tokio::test]
async fn whoever_is_well_known_is_hidden_from_nobody_who_may_see_the_record() {
    let (house, operator) = house().await;
    house
        .keep(&json!({ "resourceType": "AllergyIntolerance", "id": "allergy-of-famous",
            "meta": { "security": [{ "system": ACT_CODE, "code": "CEL" }] },
            "patient": { "reference": format!("Patient/{FAMOUS}") },
            "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active" }] },
            "code": { "text": "Penicillin of the test" } }))
        .await;
    let cookie = sign_in(&house, "demo.operator").await;
    let closed = house.get(&page_of(FAMOUS), &cookie).await.expect(200);
    let _ = closed.says("SOUGHT").does_not_say("Penicillin");
    house
        .keep(
            &json!({ "resourceType": "CareTeam", "id": "team-of-famous", "status": "active",
            "subject": { "reference": format!("Patient/{FAMOUS}") },
            "participant": [{ "member": { "identifier": {
                "system": codes::access::ACTOR, "value": operator.id } } }] }),
        )
        .await;
    house
        .get(&page_of(FAMOUS), &cookie)
        .await
        .expect(200)
        .says("Penicillin of the test");
}
