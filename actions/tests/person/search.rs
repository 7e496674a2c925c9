//! Whom a search finds, and what it must not confirm.

use std::sync::Arc;
use std::time::Duration;

use actions::access::Tokens;
use actions::person::{Match, PersonMatches, PersonQuery, Wholeness, search};
use actions::record::{Precondition, Request, update};
use actions::{Actions, Actor, Purpose};
use boards::person_lookup::PersonLookup;
use fhir::ResourceType;
use record::clock::{CareClock, SystemClock, Wall};
use record::view::{Live, Reach, ViewSettings};
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
    Actor::new("tester", Role::Development, None)
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

/// The house with a lookup that gathers changes for so long.
async fn house_with_lookup(folder: &std::path::Path, gather: Duration) -> (Actions, Live<PersonLookup>) {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(folder), Arc::clone(&system))
        .await
        .expect("a record");
    let settings = ViewSettings {
        snapshot_every: None,
        gather,
    };
    let lookup = Live::open(&record, settings).expect("a lookup");
    assert_eq!(lookup.wait_for(&[], LONG).await, Reach::Reached, "it is built");
    let actions = Actions::new(
        record,
        CareClock::new(Arc::clone(&system)),
        system,
        Tokens::none(),
        fhir::Limits::default(),
    );
    (actions.with_person_lookup(lookup.clone()), lookup)
}

const LONG: Duration = Duration::from_secs(20);

fn named(name: &str) -> PersonQuery {
    PersonQuery {
        name: Some(name.to_owned()),
        ..PersonQuery::default()
    }
}

/// Until the lookup has seen what this actor changed.
async fn settled(actions: &Actions) -> PersonMatches {
    for _ in 0..100 {
        let matches = search(actions, &actor(), Purpose::DirectCare, &named("nobody at all"))
            .await
            .expect("an answer");
        if matches.wholeness == Wholeness::Whole {
            return matches;
        }
    }
    unreachable!("it never gets there");
}

#[tokio::test]
async fn a_name_with_a_slip_is_found_and_the_list_says_what_fits_only_nearly() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _lookup) = house_with_lookup(folder.path(), Duration::ZERO).await;
    let body = r#"{"resourceType":"Patient","id":"one","name":[{"family":"Thompson","given":["Zoë"]}],"birthDate":"1940-03-12","telecom":[{"system":"phone","value":"01632 960001"}]}"#;
    keep(&actions, "one", body).await;
    settled(&actions).await;
    let query = PersonQuery {
        born: Some(jiff::civil::date(1940, 12, 3)),
        telephone: Some("+44 1632 960001".to_owned()),
        ..named("Thomspon zoe")
    };
    let matches = search(&actions, &actor(), Purpose::DirectCare, &query)
        .await
        .expect("an answer");
    assert_eq!((matches.people.len(), matches.wholeness), (1, Wholeness::Whole));
    let fit = matches.people[0].fit.as_ref().expect("a reason");
    let names: Vec<Match> = fit.names.iter().map(|part| part.met).collect();
    assert_eq!(names, [Match::Slip, Match::Exact]);
    assert_eq!((fit.born, fit.telephone), (Some(Match::Slip), Some(Match::Exact)));
}

#[tokio::test]
async fn who_has_just_changed_something_finds_it_and_is_told_that_the_search_is_updating() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _lookup) = house_with_lookup(folder.path(), Duration::from_secs(2)).await;
    let body = r#"{"resourceType":"Patient","id":"one","name":[{"family":"Neumann"}]}"#;
    keep(&actions, "one", body).await;
    let matches = search(&actions, &actor(), Purpose::DirectCare, &named("neumann"))
        .await
        .expect("an answer");
    assert_eq!(matches.wholeness, Wholeness::Updating);
    assert_eq!(matches.people.len(), 1, "the record itself was searched too");
    let other = Actor {
        id: "somebody-else".to_owned(),
        ..actor()
    };
    let matches = search(&actions, &other, Purpose::DirectCare, &named("neumann"))
        .await
        .expect("an answer");
    assert_eq!(
        matches.wholeness,
        Wholeness::Whole,
        "nobody waits for another's change"
    );
    settled(&actions).await;
    let matches = search(&actions, &actor(), Purpose::DirectCare, &named("neumamn"))
        .await
        .expect("an answer");
    assert_eq!((matches.people.len(), matches.wholeness), (1, Wholeness::Whole));
}

#[tokio::test]
async fn whom_the_lookup_knows_as_they_were_is_not_listed_and_as_they_are_is_found_by_the_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, lookup) = house_with_lookup(folder.path(), Duration::from_secs(3)).await;
    let body = |family: &str, postcode: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"one","name":[{{"family":"{family}"}}],"address":[{{"postalCode":"{postcode}"}}]}}"#
        )
    };
    keep(&actions, "one", &body("Vormals", "ZZ99 3WZ")).await;
    settled(&actions).await;
    keep(&actions, "one", &body("Jetzt", "ZZ99 3VZ")).await;
    let other = Actor {
        id: "somebody-else".to_owned(),
        ..actor()
    };
    let former = boards::person_lookup::Asked::default().name("vormals");
    let still = lookup.read(|lookup| lookup.find(&former, 10).total);
    assert_eq!(still, Some(1), "the lookup has not seen the change");
    for (name, count) in [("vormals", 0), ("jetzt", 1)] {
        let matches = search(&actions, &other, Purpose::DirectCare, &named(name))
            .await
            .expect("an answer");
        assert_eq!(matches.people.len(), count, "{name}");
    }
}

#[tokio::test]
async fn the_lookup_does_not_confirm_where_a_restricted_person_lives() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _lookup) = house_with_lookup(folder.path(), Duration::ZERO).await;
    let body = |id: &str, meta: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"{id}",{meta}"name":[{{"family":"Verborgen"}}],"telecom":[{{"system":"phone","value":"01632960002"}}],"address":[{{"postalCode":"ZZ99 3WZ"}}]}}"#
        )
    };
    let security = r#""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"#;
    keep(&actions, "hidden", &body("hidden", security)).await;
    keep(&actions, "open", &body("open", "")).await;
    settled(&actions).await;
    let by = |postcode: Option<&str>, telephone: Option<&str>| PersonQuery {
        postcode: postcode.map(str::to_owned),
        telephone: telephone.map(str::to_owned),
        ..named("Verborgen")
    };
    for (query, count) in [
        (by(None, None), 2),
        (by(Some("ZZ99 3WZ"), None), 1),
        (by(Some("ZZ99"), None), 1),
        (by(None, Some("01632960002")), 1),
    ] {
        let matches = search(&actions, &actor(), Purpose::DirectCare, &query)
            .await
            .expect("an answer");
        assert_eq!(matches.people.len(), count, "{query:?}");
    }
    // Asked of the hidden person alone, the record's own search does not confirm it either.
    let hidden = r#"{"resourceType":"Patient","id":"open","name":[{"family":"Anders"}]}"#;
    keep(&actions, "open", hidden).await;
    settled(&actions).await;
    for query in [by(Some("ZZ99 3WZ"), None), by(None, Some("01632960002"))] {
        let matches = search(&actions, &actor(), Purpose::DirectCare, &query)
            .await
            .expect("an answer");
        assert!(matches.people.is_empty(), "{query:?}");
    }
}
