//! Whoever meets the record of somebody close to them asks a colleague to take over, with one key and without opening anything.

use actions::access::accounts::{AccountKind, AccountRole, NewAccount, add};
use actions::audit::who_looked;
use actions::{Actor, Role, Standing};
use serde_json::json;

use super::house::{House, people};

const FIRST: &str = "the-token-of-an-operator";
const SECOND: &str = "the-token-of-a-second-operator";
const ELSEWHERE: &str = "the-token-of-an-operator-elsewhere";
const NURSE: &str = "the-token-of-a-nurse";
const OFFICER: &str = "the-token-of-an-officer";
const STRANGER: &str = "0198d2f4-0000-7000-8000-00000000b001";
const LIST: &str = "/staff/handed-over";

fn staff(id: &str, role: Role, organisation: &str, homes: &[u64]) -> Actor {
    Actor::new(id, role, Some(organisation.to_owned())).with_standing(Standing {
        activities: ["B0360".to_owned(), "B0820".to_owned()].into(),
        homes: homes.iter().copied().collect(),
        authentication_assurance: 2,
        ..Standing::default()
    })
}

/// A house in which Clara works for RXX, so that the operators there are close to her; with an operator of RVJ who is related to her.
async fn house() -> House {
    let related = staff("first", Role::Operator, "RVJ", &[]);
    let related = related.clone().with_standing(Standing {
        parties: [fhir::LocalReference {
            resource_type: fhir::ResourceType::from_name("RelatedPerson").expect("a type"),
            id: "first-of-clara".to_owned(),
        }]
        .into(),
        ..Standing::clone(&related.standing)
    });
    let house = House::of_people(&[
        (FIRST, related),
        (SECOND, staff("second", Role::Operator, "RVJ", &[])),
        (ELSEWHERE, staff("elsewhere", Role::Operator, "RXX", &[])),
        (NURSE, staff("nurse", Role::Clinician, "RVJ", &[])),
        (OFFICER, staff("officer", Role::PrivacyOfficer, "RVJ", &[])),
    ])
    .await;
    for one in people::clara() {
        house.keep(&one).await;
    }
    house
        .keep(
            &json!({ "resourceType": "RelatedPerson", "id": "first-of-clara", "active": true,
            "patient": { "reference": format!("Patient/{}", people::CLARA) } }),
        )
        .await;
    house
        .keep(&json!({ "resourceType": "Patient", "id": STRANGER, "name": [{ "family": "Nobody" }] }))
        .await;
    house
}

fn page_of(patient: &str) -> String {
    format!("/staff/person/{patient}")
}

async fn hand_over(house: &House, cookie: &str, patient: &str) -> super::house::Page {
    let csrf = house.get("/staff/person", cookie).await.expect(200).csrf();
    let path = format!("{}/hand-over", page_of(patient));
    house.post(&path, cookie, &[("csrf", &csrf)]).await
}

async fn take(house: &House, cookie: &str, id: &str) -> super::house::Page {
    let csrf = house.get("/staff/person", cookie).await.expect(200).csrf();
    house.post(LIST, cookie, &[("csrf", &csrf), ("id", id)]).await
}

fn ids(page: &str) -> Vec<String> {
    let parts = page.split("name=\"id\" value=\"").skip(1);
    parts
        .filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn one_key_asks_a_colleague_to_take_over_and_opens_nothing() {
    let house = house().await;
    let first = house.sign_in_as(FIRST).await;
    let closed = house.get(&page_of(people::CLARA), &first).await.expect(200);
    let closed = closed
        .says("is of your family or household")
        .says("accesskey=\"3\">Hand over to a colleague");
    let forged = format!("{}/hand-over", page_of(people::CLARA));
    house
        .post(&forged, &first, &[("csrf", "made-up")])
        .await
        .expect(403);
    let asked = hand_over(&house, &first, people::CLARA).await.expect(303);
    assert_eq!(asked.location(), "/staff/handed-over?asked=1");
    let _ = hand_over(&house, &first, people::CLARA).await.expect(303);
    let notice = house.get(asked.location(), &first).await.expect(200);
    let notice = notice.says("asked that somebody else takes over");
    assert!(ids(&notice.text).is_empty(), "not one's own");
    let again = house.get(&page_of(people::CLARA), &first).await.expect(200);
    assert_eq!(
        ids_out(&again.text),
        ids_out(&closed.text),
        "the record is as closed as before"
    );

    let second = house.sign_in_as(SECOND).await;
    let list = house.get(LIST, &second).await.expect(200).does_not_say("Okafor");
    let open = ids(&list.text);
    assert_eq!(open.len(), 1, "asked twice, it is one");
    let before = house.get(&page_of(people::CLARA), &second).await.expect(200);
    let before = before.says("This record is closed to you");
    // Nobody of another organisation, nobody who may not know of her, nobody whose work is not with people.
    for token in [ELSEWHERE, NURSE] {
        let cookie = house.sign_in_as(token).await;
        let page = house.get(LIST, &cookie).await.expect(200);
        assert!(ids(&page.text).is_empty(), "{token}");
        take(&house, &cookie, &open[0]).await.expect(404);
    }
    let officer = house.sign_in_as(OFFICER).await;
    house.get(LIST, &officer).await.expect(404);
    take(&house, &officer, &open[0]).await.expect(404);
    take(&house, &first, &open[0]).await.expect(404);
    house
        .post(LIST, &second, &[("csrf", "made-up"), ("id", &open[0])])
        .await
        .expect(403);

    let taken = take(&house, &second, &open[0]).await.expect(303);
    assert_eq!(taken.location(), page_of(people::CLARA));
    let after = house.get(&page_of(people::CLARA), &second).await.expect(200);
    assert_eq!(
        ids_out(&after.text),
        ids_out(&before.text),
        "to take over opens nothing either"
    );
    let page = house.get(LIST, &second).await.expect(200);
    assert!(ids(&page.text).is_empty());
    take(&house, &second, &open[0]).await.expect(404);
}

/// A page without what is made anew each time.
fn ids_out(page: &str) -> String {
    page.lines().filter(|line| !line.contains("csrf")).collect()
}

#[tokio::test]
async fn only_of_somebody_whom_the_worker_may_know_of_and_is_close_to() {
    let house = house().await;
    let first = house.sign_in_as(FIRST).await;
    let second = house.sign_in_as(SECOND).await;
    let nurse = house.sign_in_as(NURSE).await;
    let officer = house.sign_in_as(OFFICER).await;
    // Not close; nobody; may not know of her; no team.
    hand_over(&house, &first, STRANGER).await.expect(404);
    hand_over(&house, &second, people::CLARA).await.expect(404);
    hand_over(&house, &first, "0198d2f4-0000-7000-8000-00000000ffff")
        .await
        .expect(404);
    let refused = hand_over(&house, &nurse, people::CLARA).await.expect(404);
    let _ = refused.does_not_say("Okafor");
    hand_over(&house, &officer, people::CLARA).await.expect(404);
    let closed = house.get(&page_of(people::CLARA), &second).await.expect(200);
    let _ = closed.does_not_say("Hand over to a colleague");
    assert!(ids(&house.get(LIST, &second).await.expect(200).text).is_empty());
}

#[tokio::test]
async fn a_colleague_s_record_is_handed_over_and_the_person_is_told_nothing_of_it() {
    let house = house().await;
    let role = AccountRole {
        id: "1".to_owned(),
        role: "administrator".to_owned(),
        words: "Clerk".to_owned(),
        organisation: Some("RXX".to_owned()),
        job_role: None,
        activities: Default::default(),
        parties: Default::default(),
    };
    let clerk = NewAccount {
        name: "clara.clerk".to_owned(),
        kind: AccountKind::Staff,
        roles: vec![role],
        person: Some(people::CLARA.to_owned()),
        practitioner: None,
        identity: 3,
        demo: false,
    };
    add(house.actions(), clerk).await.expect("made");
    let clara = Actor::new("clara-at-home", Role::Citizen, None).with_standing(Standing {
        own_record: Some(people::CLARA.to_owned()),
        identity_assurance: 9,
        authentication_assurance: 2,
        ..Standing::default()
    });
    let since = house.actions().system_now() - jiff::SignedDuration::from_hours(1);
    let told = || async {
        let (looks, _) = who_looked(house.actions(), &clara, since).await.expect("hers");
        looks.iter().map(|look| look.times).sum::<u64>()
    };
    let cookie = house.sign_in_as(ELSEWHERE).await;
    house
        .get(&page_of(people::CLARA), &cookie)
        .await
        .expect(200)
        .says("works with you")
        .says("Hand over to a colleague");
    let before = told().await;
    hand_over(&house, &cookie, people::CLARA).await.expect(303);
    assert_eq!(told().await, before);
    // The office sees who asked.
    let officer = house.sign_in_as(OFFICER).await;
    let looks = format!("/staff/privacy/looks?person={}", people::CLARA);
    let _ = house
        .get(&looks, &officer)
        .await
        .expect(200)
        .says("Asked a colleague to take over");
}
