//! Searches inside one person, by id, across people, and those that are refused.

use fhir::search::{Query, parse};
use record::{Change, ReadError, Record, SearchPage};

use crate::house::{House, On, PURPOSE, actor, ask, commit, create, lens};
use crate::shapes::{kind, observation, patient};

fn query(name: &str, params: &[(&str, &str)]) -> Query {
    let params: Vec<_> = params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    parse(kind(name), &params).expect("a query")
}

async fn search(record: &Record, query: &Query, page: Option<&str>) -> Result<SearchPage, ReadError> {
    let mut ask = ask(record);
    let held = ask.search(query, page).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

async fn a_search_within_a_person_finds_that_persons_resources_only(on: On) {
    let house = House::open_on(on).await;
    let (one, other) = (
        create(&house.record, patient("Bell")).await,
        create(&house.record, patient("Cole")).await,
    );
    let mine = create(&house.record, observation(&one, 1)).await;
    create(&house.record, observation(&other, 2)).await;
    let by_code = query(
        "Observation",
        &[("patient", &one), ("code", "http://loinc.org|8867-4")],
    );
    let found = search(&house.record, &by_code, None).await.expect("a page");
    assert_eq!(
        found.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(),
        [mine.as_str()]
    );
    let other_code = query(
        "Observation",
        &[("patient", &one), ("code", "http://loinc.org|0000-0")],
    );
    assert!(
        search(&house.record, &other_code, None)
            .await
            .expect("a page")
            .hits
            .is_empty()
    );
    let nobody = query("Observation", &[("patient", "nobody")]);
    assert!(
        search(&house.record, &nobody, None)
            .await
            .expect("a page")
            .hits
            .is_empty()
    );
}

async fn an_id_asked_for_within_a_person_finds_nobody_elses_resource(on: On) {
    let house = House::open_on(on).await;
    let (one, other) = (
        create(&house.record, patient("Bell")).await,
        create(&house.record, patient("Cole")).await,
    );
    let mine = create(&house.record, observation(&one, 1)).await;
    create(&house.record, observation(&one, 3)).await;
    let theirs = create(&house.record, observation(&other, 2)).await;
    let both = format!("{mine},{theirs}");
    let asked = query("Observation", &[("patient", &one), ("_id", &both)]);
    let found = search(&house.record, &asked, None).await.expect("a page");
    assert_eq!(
        found.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(),
        [mine.as_str()]
    );
}

async fn people_are_found_by_identifier_name_and_id(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Dean")).await;
    create(&house.record, patient("Eaton")).await;
    for params in [
        vec![("identifier", "https://example.nhs.uk/hospital-number|Dean-1")],
        vec![("identifier", "Dean-1")],
        vec![("family", "dea")],
        vec![("name", "Dean"), ("birthdate", "1950-02-03")],
        vec![("_id", id.as_str())],
    ] {
        let found = search(&house.record, &query("Patient", &params), None)
            .await
            .expect("a page");
        assert_eq!(
            found.hits.iter().map(|hit| &hit.id).collect::<Vec<_>>(),
            [&id],
            "{params:?}"
        );
    }
    for params in [
        vec![("identifier", "Dean-2")],
        vec![("name", "Dean"), ("birthdate", "1950-02-04")],
    ] {
        let found = search(&house.record, &query("Patient", &params), None)
            .await
            .expect("a page");
        assert!(found.hits.is_empty(), "{params:?}");
    }
}

async fn a_changed_or_deleted_person_is_no_longer_found_by_what_was(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Frost")).await;
    let renamed = crate::house::put(&id, patient("Gale"), record::Expected::Version(1));
    commit(&house.record, vec![renamed]).await.expect("it is updated");
    let count = async |name: &str| {
        search(&house.record, &query("Patient", &[("family", name)]), None)
            .await
            .expect("a page")
            .hits
            .len()
    };
    assert_eq!((count("Frost").await, count("Gale").await), (0, 1));
    commit(&house.record, vec![crate::house::delete(kind("Patient"), &id)])
        .await
        .expect("it is deleted");
    assert_eq!(count("Gale").await, 0);
    house.check().await;
}

async fn a_search_that_would_look_at_everybody_is_refused_with_what_can_be_searched(on: On) {
    let house = House::open_on(on).await;
    let everybody = query("Patient", &[]);
    let Err(ReadError::TooCostly(words)) = search(&house.record, &everybody, None).await else {
        unreachable!("it is refused");
    };
    assert!(words.contains("identifier") && words.contains("_id"), "{words}");
}

async fn pages_hold_every_hit_once_and_their_token_serves_one_actor_and_question(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Hart")).await;
    let changes = (0..23).map(|value| Change::Create {
        id: None,
        prepared: observation(&patient_id, value),
    });
    commit(&house.record, changes.collect()).await.expect("kept");
    let ten = query(
        "Observation",
        &[("patient", &patient_id), ("_count", "10"), ("_total", "accurate")],
    );
    let (mut seen, mut token) = (Vec::new(), None::<String>);
    loop {
        let page = search(&house.record, &ten, token.as_deref())
            .await
            .expect("a page");
        assert_eq!(page.total, Some(23));
        seen.extend(page.hits.into_iter().map(|hit| hit.id));
        let Some(next) = page.next else { break };
        assert!(!next.contains(&patient_id[..8]));
        let mut other_actor = actor();
        other_actor.id = "actor-2".to_owned();
        let mut other = house
            .record
            .ask(&lens(), &other_actor, PURPOSE, house.record.new_request());
        assert!(matches!(
            other.search(&ten, Some(&next)).await,
            Err(ReadError::BadPage)
        ));
        let five = query("Observation", &[("patient", &patient_id), ("_count", "5")]);
        assert!(matches!(
            search(&house.record, &five, Some(&next)).await,
            Err(ReadError::BadPage)
        ));
        token = Some(next);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 23);
    assert!(matches!(
        search(&house.record, &ten, Some("x")).await,
        Err(ReadError::BadPage)
    ));
}

on_each_engine!(
    a_search_within_a_person_finds_that_persons_resources_only,
    an_id_asked_for_within_a_person_finds_nobody_elses_resource,
    people_are_found_by_identifier_name_and_id,
    a_changed_or_deleted_person_is_no_longer_found_by_what_was,
    a_search_that_would_look_at_everybody_is_refused_with_what_can_be_searched,
    pages_hold_every_hit_once_and_their_token_serves_one_actor_and_question,
);
