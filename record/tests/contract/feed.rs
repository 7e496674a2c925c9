//! The feed: dense positions, rising times, every bucket of a commit, no bodies or names.

use record::{Bucket, Change, Expected, Kind};

use crate::house::{House, On, commit, create, put};
use crate::shapes::{observation, patient};

async fn a_feed_has_dense_positions_and_rising_times(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Taylor")).await;
    for value in 0..9 {
        create(&house.record, observation(&patient_id, value)).await;
    }
    let bucket = record::ids::id_bucket(&patient_id);
    let entries = house.record.feed(bucket, 0, 100).await.expect("the feed");
    assert_eq!(
        entries.iter().map(|entry| entry.position).collect::<Vec<_>>(),
        (1..=10).collect::<Vec<_>>()
    );
    assert!(entries.windows(2).all(|pair| pair[0].at < pair[1].at));
    assert_eq!(
        house.record.feed(bucket, 4, 3).await.expect("the feed"),
        entries[4..7]
    );
    let shown = format!("{entries:?}");
    assert!(!shown.contains("Taylor") && !shown.contains("8867-4"), "{shown}");
}

async fn a_commit_over_several_people_stands_in_the_feed_of_each_with_all_buckets_named(on: On) {
    let house = House::open_on(on).await;
    let changes = (0..6).map(|number| Change::Create {
        id: None,
        prepared: patient(&format!("U{number}")),
    });
    let committed = commit(&house.record, changes.collect()).await.expect("kept");
    let buckets: Vec<Bucket> = committed.positions.iter().map(|(bucket, _)| *bucket).collect();
    assert!(buckets.is_sorted());
    for (bucket, position) in &committed.positions {
        let entries = house
            .record
            .feed(*bucket, position - 1, 1)
            .await
            .expect("the feed");
        assert_eq!(entries[0].buckets, buckets);
        assert_eq!(entries[0].commit, committed.id);
        assert!(
            entries[0]
                .changes
                .iter()
                .all(|change| change.kind == Kind::Created)
        );
    }
}

async fn concurrent_commits_to_one_person_are_all_kept_and_numbered(on: On) {
    let house = House::open_on(on).await;
    let patient_id = create(&house.record, patient("Usman")).await;
    let mut tasks = Vec::new();
    for value in 0..200 {
        let (record, patient_id) = (house.record.clone(), patient_id.clone());
        tasks.push(tokio::spawn(async move {
            create(&record, observation(&patient_id, value)).await
        }));
    }
    for task in tasks {
        task.await.expect("it ran");
    }
    let entries = house
        .record
        .feed(record::ids::id_bucket(&patient_id), 0, 1000)
        .await
        .expect("the feed");
    assert_eq!(entries.len(), 201);
    house.check().await;
}

async fn of_two_writers_on_one_version_one_wins_and_the_other_hears_of_it(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Vance")).await;
    let one = commit(
        &house.record,
        vec![put(&id, patient("One"), Expected::Version(1))],
    );
    let two = commit(
        &house.record,
        vec![put(&id, patient("Two"), Expected::Version(1))],
    );
    let (one, two) = tokio::join!(one, two);
    assert!(one.is_ok() != two.is_ok());
}

on_each_engine!(
    a_feed_has_dense_positions_and_rising_times,
    a_commit_over_several_people_stands_in_the_feed_of_each_with_all_buckets_named,
    concurrent_commits_to_one_person_are_all_kept_and_numbered,
    of_two_writers_on_one_version_one_wins_and_the_other_hears_of_it,
);
