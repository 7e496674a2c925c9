//! Versions: first, next, deleted, again.

use record::{Expected, ReadError};

use crate::house::{House, On, ask, commit, create, delete, put, read, text};
use crate::shapes::{kind, observation, patient};

async fn what_was_created_is_read_as_it_came_with_id_version_and_time(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Ashworth")).await;
    let stored = read(&house.record, kind("Patient"), &id)
        .await
        .expect("it is there");
    assert_eq!(stored.version, 1);
    assert_eq!(
        text(&stored),
        format!(
            r#"{{"resourceType":"Patient","id":"{id}","meta":{{"versionId":"1","lastUpdated":"2026-01-10T08:00:00.000000Z"}},"identifier":[{{"system":"https://example.nhs.uk/hospital-number","value":"Ashworth-1"}}],"name":[{{"family":"Ashworth","given":["Test"]}}],"birthDate":"1950-02-03"}}"#
        )
    );
}

async fn every_version_can_be_read_after_the_next_one_and_after_reopening(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Begum")).await;
    let id = create(&house.record, observation(&patient_id, 60)).await;
    for (version, value) in [(1, 61), (2, 62)] {
        let change = put(&id, observation(&patient_id, value), Expected::Version(version));
        let committed = commit(&house.record, vec![change]).await.expect("it is updated");
        assert_eq!(committed.outcomes[0].version, version + 1);
        assert!(!committed.outcomes[0].created);
    }
    let house = house.reopen().await;
    for (version, value) in [(1, 60), (2, 61), (3, 62)] {
        let mut ask = ask(&house.record);
        let held = ask
            .vread(kind("Observation"), &id, version)
            .await
            .expect("it is there");
        let stored = held.open(&ask.disclose().await.expect("disclosed"));
        assert!(
            text(&stored).contains(&format!(r#""value":{value},"#)),
            "version {version}"
        );
        assert_eq!(stored.version, version);
    }
    let mut ask = ask(&house.record);
    for version in [0, 4, 1 << 63, u64::MAX] {
        assert!(matches!(
            ask.vread(kind("Observation"), &id, version).await,
            Err(ReadError::NotFound)
        ));
    }
    house.check().await;
}

async fn a_deletion_is_a_version_and_a_put_brings_the_resource_back(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Carter")).await;
    let deleted = commit(&house.record, vec![delete(kind("Patient"), &id)])
        .await
        .expect("it is deleted");
    assert_eq!(deleted.outcomes[0].version, 2);
    assert!(matches!(
        read(&house.record, kind("Patient"), &id).await,
        Err(ReadError::Gone { version: 2 })
    ));
    let mut first = ask(&house.record);
    assert!(matches!(
        first.vread(kind("Patient"), &id, 2).await,
        Err(ReadError::Gone { version: 2 })
    ));
    assert!(first.vread(kind("Patient"), &id, 1).await.is_ok());
    let back = commit(&house.record, vec![put(&id, patient("Carter"), Expected::Absent)])
        .await
        .expect("it is back");
    assert_eq!((back.outcomes[0].version, back.outcomes[0].created), (3, true));
    assert_eq!(
        read(&house.record, kind("Patient"), &id)
            .await
            .expect("it is there")
            .version,
        3
    );
    house.check().await;
}

async fn history_pages_from_the_newest_to_the_first_without_gap_or_repeat(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Dhillon")).await;
    for version in 1..7 {
        let change = put(&id, patient("Dhillon"), Expected::Version(version));
        commit(&house.record, vec![change]).await.expect("it is updated");
    }
    commit(&house.record, vec![delete(kind("Patient"), &id)])
        .await
        .expect("it is deleted");
    let (mut seen, mut token) = (Vec::new(), None);
    loop {
        let mut ask = ask(&house.record);
        let held = ask
            .history(kind("Patient"), &id, token.as_deref(), 3)
            .await
            .expect("a page");
        let page = held.open(&ask.disclose().await.expect("disclosed"));
        assert_eq!(page.total, Some(8));
        seen.extend(
            page.items
                .iter()
                .map(|item| (item.version, item.deleted, item.json.is_empty())),
        );
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (1..=8)
        .rev()
        .map(|version| (version, version == 8, version == 8))
        .collect();
    assert_eq!(seen, expected);
}

async fn last_updated_rises_even_when_the_clock_stands_still(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Evans")).await;
    let mut last = read(&house.record, kind("Patient"), &id)
        .await
        .expect("it is there")
        .updated;
    for _ in 0..5 {
        commit(&house.record, vec![put(&id, patient("Evans"), Expected::Any)])
            .await
            .expect("it is updated");
        let updated = read(&house.record, kind("Patient"), &id)
            .await
            .expect("it is there")
            .updated;
        assert!(updated > last);
        last = updated;
    }
    house.clock.advance(jiff::SignedDuration::from_hours(-1));
    commit(&house.record, vec![put(&id, patient("Evans"), Expected::Any)])
        .await
        .expect("it is updated");
    assert!(
        read(&house.record, kind("Patient"), &id)
            .await
            .expect("it is there")
            .updated
            > last
    );
}

on_each_engine!(
    what_was_created_is_read_as_it_came_with_id_version_and_time,
    every_version_can_be_read_after_the_next_one_and_after_reopening,
    a_deletion_is_a_version_and_a_put_brings_the_resource_back,
    history_pages_from_the_newest_to_the_first_without_gap_or_repeat,
    last_updated_rises_even_when_the_clock_stands_still,
);
