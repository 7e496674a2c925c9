//! Whom a search finds, and what it must not confirm.

use std::sync::Arc;

use actions::access::Tokens;
use actions::person::{PersonQuery, search};
use actions::record::{Precondition, Request, update};
use actions::{Actions, Actor, Purpose};
use fhir::ResourceType;
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record, Role};

async fn house(folder: &std::path::Path) -> Actions {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(folder), Arc::clone(&system))
        .await
        .expect("a record");
    Actions::new(
        record,
        CareClock::new(Arc::clone(&system)),
        system,
        Tokens::none(),
        fhir::Limits::default(),
    )
}

fn actor() -> Actor {
    Actor {
        id: "tester".to_owned(),
        role: Role::Development,
        organisation: None,
    }
}

async fn keep(actions: &Actions, id: &str, json: &str) {
    let patient = ResourceType::from_name("Patient").expect("a type");
    let request = Request {
        source: "test".to_owned(),
        ..Request::default()
    };
    update(
        actions,
        &actor(),
        Purpose::DirectCare,
        &request,
        patient,
        id,
        json.as_bytes(),
        Precondition::None,
    )
    .await
    .expect("kept");
}

#[tokio::test]
async fn a_postcode_does_not_confirm_where_a_restricted_person_lives() {
    let folder = tempfile::tempdir().expect("a folder");
    let actions = house(folder.path()).await;
    let security = r#""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"#;
    let body = |id: &str, meta: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"{id}",{meta}"name":[{{"family":"Verborgen"}}],"address":[{{"postalCode":"ZZ99 3WZ"}}]}}"#
        )
    };
    keep(&actions, "hidden", &body("hidden", security)).await;
    keep(&actions, "open", &body("open", "")).await;
    let found = |query: PersonQuery| {
        let actions = actions.clone();
        async move {
            let matches = search(&actions, &actor(), Purpose::DirectCare, &query)
                .await
                .expect("an answer");
            matches.people.len()
        }
    };
    let name = Some("Verborgen".to_owned());
    assert_eq!(
        found(PersonQuery {
            name: name.clone(),
            ..PersonQuery::default()
        })
        .await,
        2
    );
    let postcode = Some("zz993wz".to_owned());
    assert_eq!(
        found(PersonQuery {
            postcode: postcode.clone(),
            ..PersonQuery::default()
        })
        .await,
        1
    );
    assert_eq!(
        found(PersonQuery {
            name,
            postcode,
            ..PersonQuery::default()
        })
        .await,
        1
    );
}

#[tokio::test]
async fn an_id_that_a_sender_chose_does_not_stand_in_an_address_and_opens_the_same_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let actions = house(folder.path()).await;
    keep(
        &actions,
        "9990548609",
        r#"{"resourceType":"Patient","id":"9990548609","name":[{"family":"Verborgen"}]}"#,
    )
    .await;
    let query = PersonQuery {
        name: Some("verb".to_owned()),
        ..PersonQuery::default()
    };
    let matches = search(&actions, &actor(), Purpose::DirectCare, &query)
        .await
        .expect("an answer");
    let id = &matches.people[0].id;
    assert!(!id.contains("9990548609"), "{id}");
    let part = actions::record::Part::FirstTwoMinutes;
    let opened = actions::record::open(&actions, &actor(), Purpose::DirectCare, id, part)
        .await
        .expect("opened");
    assert!(opened.person.is_some());
    let stranger = Actor {
        id: "somebody-else".to_owned(),
        ..actor()
    };
    let refused = actions::record::open(&actions, &stranger, Purpose::DirectCare, id, part).await;
    assert!(refused.is_err(), "the address is good for whom it was made for");
}
