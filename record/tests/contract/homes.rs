//! Homes: whose record a resource lives in, whatever the order in which facts arrive.

use std::collections::HashSet;

use record::ids::id_bucket;
use record::{Change, Commit, CommitError, Expected, Kind, ReadError};

use crate::house::{House, On, PURPOSE, actor, ask, commit, create, delete, lens, put};
use crate::shapes::{appointment, kind, observation, organization, patient};

async fn names_of(house: &House, patient_id: &str) -> Result<Vec<String>, ReadError> {
    let mut ask = ask(&house.record);
    let held = ask.person(patient_id, &|_| true).await?;
    let read = held.open(&ask.disclose().await?);
    let mut names: Vec<_> = read
        .resources
        .iter()
        .map(|stored| format!("{}/{}", stored.resource_type.name(), stored.id))
        .collect();
    names.sort();
    Ok(names)
}

async fn facts_may_arrive_before_the_person_they_are_about(on: On) {
    let house = House::open_on(on).await;
    let patient_id = "synthea-like-id";
    let fact = create(&house.record, observation(patient_id, 70)).await;
    assert_eq!(id_bucket(&fact), id_bucket(patient_id));
    assert!(matches!(
        names_of(&house, patient_id).await,
        Err(ReadError::NotFound)
    ));
    commit(
        &house.record,
        vec![put(patient_id, patient("Jones"), Expected::Absent)],
    )
    .await
    .expect("it is kept");
    let expected = vec![format!("Observation/{fact}"), format!("Patient/{patient_id}")];
    assert_eq!(names_of(&house, patient_id).await.expect("the record"), expected);
    house.check().await;
}

async fn an_id_made_before_the_commit_lies_in_the_bucket_of_its_home(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Khan")).await;
    let prepared = observation(&patient_id, 71);
    let bucket = house.record.bucket_for(&prepared.home).await;
    let id = house.record.new_id(bucket);
    assert_eq!((bucket, id_bucket(&id)), (id_bucket(&patient_id), bucket));
    let committed = commit(
        &house.record,
        vec![Change::Create {
            id: Some(id),
            prepared,
        }],
    )
    .await
    .expect("it is created");
    assert_eq!(committed.positions, vec![(bucket, 2)]);
}

async fn a_fact_filed_to_the_wrong_person_is_moved_in_one_commit(on: On) {
    let house = House::open_on(on).await;
    let (wrong, right) = (
        create(&house.record, patient("Lewis")).await,
        create(&house.record, patient("Morris")).await,
    );
    let fact = create(&house.record, observation(&wrong, 72)).await;
    let moved = put(&fact, observation(&right, 72), Expected::Version(1));
    let committed = commit(&house.record, vec![moved]).await.expect("it is moved");
    assert_eq!(committed.outcomes[0].version, 2);
    assert_eq!(
        names_of(&house, &wrong).await.expect("the record"),
        vec![format!("Patient/{wrong}")]
    );
    assert_eq!(
        names_of(&house, &right).await.expect("the record"),
        vec![format!("Observation/{fact}"), format!("Patient/{right}")]
    );
    let mut kinds = Vec::new();
    for (bucket, position) in &committed.positions {
        let entries = house
            .record
            .feed(*bucket, position - 1, 10)
            .await
            .expect("the feed");
        kinds.extend(entries[0].changes.iter().map(|change| change.kind));
        assert_eq!(entries[0].commit, committed.id);
    }
    assert!(
        kinds.contains(&Kind::MovedAway) && kinds.contains(&Kind::MovedHere),
        "{kinds:?}"
    );
    let mut ask = ask(&house.record);
    let earlier = ask.vread(kind("Observation"), &fact, 1).await;
    assert!(
        matches!(earlier, Err(ReadError::NotFound)),
        "it names somebody else"
    );
    house.check().await;
}

async fn a_shared_appointment_stands_in_the_record_of_each_of_its_people(on: On) {
    let house = House::open_on(on).await;
    let (one, other) = (
        create(&house.record, patient("Nowak")).await,
        create(&house.record, patient("Patel")).await,
    );
    let id = create(&house.record, appointment(&[&one, &other])).await;
    for person in [&one, &other] {
        assert!(
            names_of(&house, person)
                .await
                .expect("the record")
                .contains(&format!("Appointment/{id}"))
        );
    }
    commit(&house.record, vec![put(&id, appointment(&[&one]), Expected::Any)])
        .await
        .expect("it is updated");
    assert!(
        !names_of(&house, &other)
            .await
            .expect("the record")
            .contains(&format!("Appointment/{id}"))
    );
    house.check().await;
    commit(
        &house.record,
        vec![put(&id, appointment(&[&other, &one]), Expected::Any)],
    )
    .await
    .expect("it moves");
    for person in [&one, &other] {
        assert!(
            names_of(&house, person)
                .await
                .expect("the record")
                .contains(&format!("Appointment/{id}"))
        );
    }
    commit(&house.record, vec![delete(kind("Appointment"), &id)])
        .await
        .expect("it is deleted");
    assert_eq!(names_of(&house, &one).await.expect("the record").len(), 1);
    house.check().await;
}

async fn a_person_read_lists_all_and_reads_the_bodies_that_were_selected(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Quinn")).await;
    for value in 0..100 {
        create(&house.record, observation(&patient_id, value)).await;
    }
    let organization_id = create(&house.record, organization("Elsewhere")).await;
    let mut ask = ask(&house.record);
    let held = ask
        .person(&patient_id, &|view| view.resource_type == kind("Patient"))
        .await
        .expect("the record");
    let read = held.open(&ask.disclose().await.expect("disclosed"));
    assert_eq!(read.resources.len(), 1);
    assert_eq!(read.not_selected, vec![(kind("Observation"), 100)]);
    assert_eq!(
        read.position,
        (
            id_bucket(&patient_id),
            101 + u64::from(id_bucket(&organization_id) == id_bucket(&patient_id))
        )
    );
}

async fn everything_pages_through_the_whole_record_with_the_patient_first(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Reid")).await;
    for value in 0..25 {
        create(&house.record, observation(&patient_id, value)).await;
    }
    let (mut seen, mut token) = (Vec::new(), None);
    loop {
        let mut ask = ask(&house.record);
        let held = ask
            .everything(&patient_id, token.as_deref(), 10)
            .await
            .expect("a page");
        let page = held.open(&ask.disclose().await.expect("disclosed"));
        assert_eq!(page.total, Some(26));
        seen.extend(page.hits.into_iter().map(|hit| hit.id));
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen[0], patient_id);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 26);
}

async fn every_new_person_of_one_commit_gets_a_key_of_their_own(on: On) {
    let house = House::open_on(on).await;
    let change = |number: usize| Change::Put {
        id: format!("person-{number}"),
        prepared: patient("Quinn"),
        expected: Expected::Absent,
    };
    let commit = Commit {
        transaction: true,
        ..Commit::new("test", (0..3000).map(change).collect())
    };
    house
        .record
        .commit(&lens(), &actor(), PURPOSE, commit)
        .await
        .expect("kept");
    let mut ask = ask(&house.record);
    let mut held = Vec::new();
    for number in 0..3000 {
        let id = format!("person-{number}");
        held.push(ask.read(kind("Patient"), &id).await.expect("there"));
    }
    let disclosed = ask.disclose().await.expect("disclosed");
    let people: HashSet<_> = held
        .into_iter()
        .map(|held| held.open(&disclosed).person)
        .collect();
    assert_eq!(people.len(), 3000);
}

async fn a_commit_about_more_people_than_sixteen_is_refused_whoever_they_are_to_it(on: On) {
    let house = House::open_on(on).await;
    let named: Vec<String> = (0..17).map(|number| format!("person-{number}")).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    let create = |people: &[&str]| {
        vec![Change::Create {
            id: None,
            prepared: appointment(people),
        }]
    };
    let before = house.record.digest().await.expect("a digest");
    assert!(matches!(
        commit(&house.record, create(&named)).await,
        Err(CommitError::TooManyUnits { units: 17, limit: 16 })
    ));
    assert_eq!(house.record.digest().await.expect("a digest"), before);
    commit(&house.record, create(&named[1..])).await.expect("kept");
}

on_each_engine!(
    facts_may_arrive_before_the_person_they_are_about,
    an_id_made_before_the_commit_lies_in_the_bucket_of_its_home,
    a_fact_filed_to_the_wrong_person_is_moved_in_one_commit,
    a_shared_appointment_stands_in_the_record_of_each_of_its_people,
    a_person_read_lists_all_and_reads_the_bodies_that_were_selected,
    everything_pages_through_the_whole_record_with_the_patient_first,
    every_new_person_of_one_commit_gets_a_key_of_their_own,
    a_commit_about_more_people_than_sixteen_is_refused_whoever_they_are_to_it,
);
