//! Staff confirm a proxy whom the person proposed, or refuse it; until then the proxy sees nothing.

use actions::record::{Request, SearchAsk, create, everything, history, read, search};
use actions::{ActionError, Actor, Purpose, Role, Standing};
use fhir::{LocalReference, ResourceType};
use record::clock::SystemClock;
use serde_json::json;

use super::citizen::{DAUGHTER, DOCTOR, account, house, proxy, sign_in};
use super::house::{House, people};

const BEN: &str = "0198d2f4-0000-7000-8000-00000000be01";
const BENS_NUMBER: &str = "9990000018";

fn staff_page() -> String {
    format!("/staff/person/{}/proxies", people::CLARA)
}

/// Clara proposes Ben, who has a record and an account of his own.
async fn proposed() -> House {
    let house = house().await;
    // The doctor is hers.
    house
        .keep(&json!({"resourceType": "EpisodeOfCare", "id": "episode", "status": "active",
            "patient": {"reference": format!("Patient/{}", people::CLARA)},
            "managingOrganization": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "GP1"}}}))
        .await;
    let ben = json!({"resourceType": "Patient", "id": BEN, "birthDate": "1960-05-05",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": BENS_NUMBER,
            "extension": [{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": {"coding": [{
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                    "code": "01"}]}}]}],
        "name": [{"given": ["Ben"], "family": "Example"}]});
    house.keep(&ben).await;
    account(&house, "demo.ben", Some(BEN), &[]).await;
    let clara = sign_in(&house, "demo.clara").await;
    let csrf = house.get("/me/sharing", &clara).await.expect(200).csrf();
    let last = house.actions().today().saturating_add(jiff::Span::new().days(20));
    let (day, month, year) = (
        last.day().to_string(),
        last.month().to_string(),
        last.year().to_string(),
    );
    let fields = [
        ("csrf", csrf.as_str()),
        ("name", "Ben Example"),
        ("relationship", "Neighbour"),
        ("see-record", "1"),
        ("until-day", &day),
        ("until-month", &month),
        ("until-year", &year),
    ];
    house.post("/me/sharing/give", &clara, &fields).await.expect(303);
    house
}

/// The hidden fields of the first proposal.
fn hidden(text: &str, name: &str) -> String {
    let after = text.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let value = after.and_then(|after| after.split('"').next());
    value.expect("a hidden field").to_owned()
}

async fn base_for_ben(house: &House) -> u16 {
    let ben = sign_in(house, "demo.ben").await;
    let page = house.get(&format!("/me/for/{}", people::CLARA), &ben).await;
    page.status.as_u16()
}

#[tokio::test]
async fn a_proposal_is_in_force_when_staff_confirm_it_and_ends_when_the_person_takes_it_back() {
    let house = proposed().await;
    assert_eq!(base_for_ben(&house).await, 404, "a proposal gives nothing");
    let staff = house.sign_in_as(DOCTOR).await;
    let page = house.get(&staff_page(), &staff).await.expect(200);
    let page = page
        .says("Waits for you")
        .says("Ben Example")
        .says("Neighbour")
        .says("See my whole record");
    let (csrf, id) = (page.csrf(), hidden(&page.text, "page"));
    let send = |fields: Vec<(&'static str, &'static str)>| {
        let (house, staff, csrf, id) = (&house, &staff, &csrf, &id);
        async move {
            let own = [
                ("csrf", csrf.as_str()),
                ("page", id.as_str()),
                ("decision", "confirm"),
            ];
            let all: Vec<(&str, &str)> = own.into_iter().chain(fields).collect();
            house.post(&staff_page(), staff, &all).await
        }
    };
    let page = send(vec![("nhs-number", "123")]).await.expect(422);
    let _ = page
        .says("10 digits")
        .says("saw the person alone")
        .says("showed who they are")
        .says("<title>Error: ");
    let ticked = || {
        vec![
            ("seen-alone", "1"),
            ("understands", "1"),
            ("identity-checked", "1"),
        ]
    };
    let with = |number| ticked().into_iter().chain([("nhs-number", number)]).collect();
    // The person cannot be their own proxy.
    let clara = people::clara()
        .iter()
        .find_map(|one| one["identifier"][0]["value"].as_str().map(str::to_owned))
        .expect("a number");
    let clara: &'static str = Box::leak(clara.into_boxed_str());
    send(with(clara)).await.expect(422).says("own NHS number");
    assert_eq!(
        base_for_ben(&house).await,
        404,
        "nothing was confirmed by a form that was wrong"
    );
    send(with(BENS_NUMBER)).await.expect(303);
    assert_eq!(
        base_for_ben(&house).await,
        200,
        "he is known by his number when he signs in"
    );
    // It is no proposal any more: sent again, it is not there.
    send(with(BENS_NUMBER)).await.expect(404);
    let page = house.get(&staff_page(), &staff).await.expect(200);
    let page = page.says("Acts now").does_not_say("Waits for you");
    assert_eq!(page.text.matches("Ben Example").count(), 1);
    // The person takes it back; from then on he sees nothing.
    let clara = sign_in(&house, "demo.clara").await;
    let sharing = house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("Acts for you");
    let (_, card) = sharing.text.split_once("Ben Example").expect("a card");
    let fields = [("csrf", sharing.csrf()), ("id", hidden(card, "id"))];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    house
        .post("/me/sharing/withdraw", &clara, &fields)
        .await
        .expect(303);
    assert_eq!(base_for_ben(&house).await, 404);
}

#[tokio::test]
async fn a_refused_proposal_gives_nothing_and_nobody_but_staff_decides() {
    let house = proposed().await;
    let staff = house.sign_in_as(DOCTOR).await;
    let page = house.get(&staff_page(), &staff).await.expect(200);
    let (csrf, id) = (page.csrf(), hidden(&page.text, "page"));
    for name in ["demo.clara", "demo.ben", "demo.stranger"] {
        let citizen = sign_in(&house, name).await;
        house.get(&staff_page(), &citizen).await.expect(404);
        let own = house.get("/me", &citizen).await.expect(200).csrf();
        let fields = [
            ("csrf", own.as_str()),
            ("page", id.as_str()),
            ("decision", "confirm"),
            ("nhs-number", BENS_NUMBER),
            ("seen-alone", "1"),
            ("understands", "1"),
            ("identity-checked", "1"),
        ];
        house.post(&staff_page(), &citizen, &fields).await.expect(404);
    }
    let refuse = |reason: &'static str| {
        let (house, staff, csrf, id) = (&house, &staff, &csrf, &id);
        async move {
            let fields = [
                ("csrf", csrf.as_str()),
                ("page", id.as_str()),
                ("decision", "refuse"),
                ("reason", reason),
            ];
            house.post(&staff_page(), staff, &fields).await
        }
    };
    refuse("no")
        .await
        .expect(422)
        .says("Say why in 10 to 500 characters");
    refuse("They were not alone when we asked").await.expect(303);
    house
        .get(&staff_page(), &staff)
        .await
        .expect(200)
        .does_not_say("Ben Example");
    assert_eq!(base_for_ben(&house).await, 404);
}

#[tokio::test]
async fn what_a_proxy_long_did_not_use_ends_by_itself() {
    let house = house().await;
    turn(&house, 0);
    let today = house.actions().today();
    let ended = || async {
        actions::sharing::end_unused_proxies(house.actions())
            .await
            .expect("looked")
    };
    let sees = || async {
        let ada = sign_in(&house, "demo.ada").await;
        let page = house.get(&format!("/me/for/{}", people::CLARA), &ada).await;
        page.status.as_u16()
    };
    assert_eq!(sees().await, 200);
    turn(&house, 179);
    assert_eq!(ended().await, 0);
    assert_eq!(sees().await, 200, "and that is use");
    turn(&house, 179 + 179);
    assert_eq!(ended().await, 0);
    turn(&house, 179 + 180);
    assert_eq!(
        house.actions().today(),
        today.saturating_add(jiff::Span::new().days(179 + 180))
    );
    assert_eq!(ended().await, 2, "each of the two that Ada was given");
    assert_eq!(sees().await, 404);
    assert_eq!(ended().await, 0);
}

#[tokio::test]
async fn what_an_app_of_a_proxy_reads_is_use_and_what_it_does_not_find_is_none() {
    let house = house().await;
    turn(&house, 0);
    let actions = house.actions();
    let kind = |name: &str| ResourceType::from_name(name).expect("a type");
    let daughter = LocalReference {
        resource_type: kind("RelatedPerson"),
        id: DAUGHTER.to_owned(),
    };
    let app = Actor::new("ada", Role::Citizen, None).with_standing(Standing {
        parties: [daughter].into(),
        identity_assurance: 9,
        scopes: Some("user/*.rs".to_owned()),
        ..Standing::default()
    });
    let purpose = Purpose::DirectCare;
    let look = async |way: &str| -> Result<usize, ActionError> {
        let patient = kind("Patient");
        Ok(match way {
            "read" => usize::from(
                read(actions, &app, purpose, patient, people::CLARA)
                    .await?
                    .version
                    > 0,
            ),
            "history" => {
                let page = history(actions, &app, purpose, patient, people::CLARA, 10, None).await?;
                page.items.len()
            }
            "search" => {
                let ask = SearchAsk::Compartment(people::CLARA.to_owned(), Vec::new());
                let found = search(actions, &app, purpose, kind("AllergyIntolerance"), ask).await?;
                found.hits.len()
            }
            "everything" => {
                let page = everything(actions, &app, purpose, people::CLARA, 10, None).await?;
                page.hits.len()
            }
            _ => usize::from(read(actions, &app, purpose, patient, "nobody").await?.version > 0),
        })
    };
    let ended = || async {
        actions::sharing::end_unused_proxies(actions)
            .await
            .expect("looked")
    };
    let mut days = 0;
    for way in ["read", "history", "search", "everything"] {
        assert!(look(way).await.expect(way) > 0, "{way} gives nothing");
        days += 179;
        turn(&house, days);
        assert_eq!(ended().await, 0, "{way} is use");
    }
    assert!(look("read of nobody").await.is_err());
    turn(&house, days + 1);
    assert_eq!(ended().await, 2, "each of the two that Ada was given");
}

#[tokio::test]
async fn what_an_app_of_a_proxy_writes_down_is_use() {
    let house = house().await;
    turn(&house, 0);
    let actions = house.actions();
    house
        .keep(&proxy("consent-messages", DAUGHTER, "send-messages", "active"))
        .await;
    let daughter = LocalReference {
        resource_type: ResourceType::from_name("RelatedPerson").expect("a type"),
        id: DAUGHTER.to_owned(),
    };
    let app = Actor::new("ada", Role::Citizen, None).with_standing(Standing {
        parties: [daughter].into(),
        identity_assurance: 9,
        scopes: Some("user/*.cruds".to_owned()),
        ..Standing::default()
    });
    let message = json!({"resourceType": "Communication", "status": "completed",
        "subject": {"reference": format!("Patient/{}", people::CLARA)},
        "payload": [{"contentString": "Mum slept well."}]})
    .to_string();
    let write = async || {
        let request = Request {
            source: "fhir".to_owned(),
            idempotency_key: None,
        };
        let kind = ResourceType::from_name("Communication").expect("a type");
        create(
            actions,
            &app,
            Purpose::DirectCare,
            &request,
            kind,
            message.as_bytes(),
            None,
        )
        .await
    };
    let ended = || async {
        actions::sharing::end_unused_proxies(actions)
            .await
            .expect("looked")
    };
    write().await.expect("kept");
    turn(&house, 179);
    assert_eq!(ended().await, 0);
    write().await.expect("she still acts for her");
    turn(&house, 179 + 179);
    assert_eq!(ended().await, 0, "writing is use");
    turn(&house, 179 + 180);
    assert_eq!(ended().await, 3, "each of those that Ada was given");
}

/// Turns the care clock to noon of so many days after today, as London counts them.
fn turn(house: &House, days: i64) {
    let day = care::london::date_of(record::clock::Wall.now()).saturating_add(jiff::Span::new().days(days));
    let noon = day.at(12, 0, 0, 0).in_tz("Europe/London").expect("a noon");
    house.care.set(noon.timestamp());
}
