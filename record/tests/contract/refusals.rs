//! Refusals: each names what is wrong and leaves nothing.

use record::{Change, Commit, CommitError, Expected, Lane, ReadError};

use crate::house::{House, On, PURPOSE, actor, commit, create, delete, lens, put, read};
use crate::shapes::{kind, observation, patient};

/// Refuses the changes, and shows that the store's digest is what it was.
async fn refused(house: &House, changes: Vec<Change>) -> CommitError {
    let before = house.record.digest().await.expect("a digest");
    let error = commit(&house.record, changes).await.expect_err("it is refused");
    assert_eq!(house.record.digest().await.expect("a digest"), before, "{error}");
    error
}

async fn a_stale_version_is_a_conflict_that_names_both(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Fletcher")).await;
    commit(
        &house.record,
        vec![put(&id, patient("Fletcher"), Expected::Version(1))],
    )
    .await
    .expect("it is updated");
    let error = refused(&house, vec![put(&id, patient("Stale"), Expected::Version(1))]).await;
    assert!(matches!(
        error,
        CommitError::Conflict {
            expected: Expected::Version(1),
            found: Some(2),
            ..
        }
    ));
    assert!(
        error.to_string().contains("version 2") && error.to_string().contains("version 1"),
        "{error}"
    );
    let neighbour = commit(
        &house.record,
        vec![put(&id, patient("Fresh"), Expected::Version(2))],
    )
    .await;
    assert!(neighbour.is_ok());
}

async fn one_refused_change_refuses_the_whole_commit(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Grant")).await;
    let fresh = house.record.new_id(house.record.fresh_bucket());
    let changes = |expected| {
        vec![
            put(&fresh, patient("Hussain"), Expected::Absent),
            Change::Create {
                id: None,
                prepared: observation("never-seen", 1),
            },
            put(&id, patient("Grant"), expected),
        ]
    };
    refused(&house, changes(Expected::Version(9))).await;
    assert!(matches!(
        read(&house.record, kind("Patient"), &fresh).await,
        Err(ReadError::NotFound)
    ));
    commit(&house.record, changes(Expected::Version(1)))
        .await
        .expect("its neighbour is kept");
    house.check().await;
}

async fn creating_twice_deleting_nothing_and_changing_one_thing_twice_are_refused(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Iqbal")).await;
    let again = Change::Create {
        id: Some(id.clone()),
        prepared: patient("Iqbal"),
    };
    assert!(matches!(
        refused(&house, vec![again]).await,
        CommitError::Exists { version: 1, .. }
    ));
    let absent = put(&id, patient("Iqbal"), Expected::Absent);
    assert!(matches!(
        refused(&house, vec![absent]).await,
        CommitError::Conflict { found: Some(1), .. }
    ));
    assert!(matches!(
        refused(&house, vec![delete(kind("Patient"), "nobody")]).await,
        CommitError::NotFound { .. }
    ));
    let unknown = put("nobody", patient("Iqbal"), Expected::Version(3));
    assert!(matches!(
        refused(&house, vec![unknown]).await,
        CommitError::Conflict { found: None, .. }
    ));
    let twice = vec![
        put(&id, patient("Iqbal"), Expected::Any),
        delete(kind("Patient"), &id),
    ];
    assert!(matches!(refused(&house, twice).await, CommitError::Twice { .. }));
    assert!(matches!(refused(&house, Vec::new()).await, CommitError::Empty));
    let slash = put("a/b", patient("Iqbal"), Expected::Any);
    assert!(matches!(
        refused(&house, vec![slash]).await,
        CommitError::BadId { .. }
    ));
    commit(&house.record, vec![delete(kind("Patient"), &id)])
        .await
        .expect("it is deleted");
    assert!(matches!(
        refused(&house, vec![delete(kind("Patient"), &id)]).await,
        CommitError::Gone { version: 2, .. }
    ));
}

async fn more_than_sixteen_people_are_refused_outside_transactions_and_bulk(on: On) {
    let house = House::open_on(on).await;
    let people = |count: usize| -> Vec<Change> {
        (0..count)
            .map(|number| Change::Create {
                id: None,
                prepared: patient(&format!("P{number}")),
            })
            .collect()
    };
    let error = refused(&house, people(17)).await;
    assert!(matches!(
        error,
        CommitError::TooManyUnits { units: 17, limit: 16 }
    ));
    assert!(commit(&house.record, people(16)).await.is_ok());
    for (lane, transaction) in [(Lane::Bulk, false), (Lane::Care, true)] {
        let many = Commit {
            lane,
            transaction,
            ..Commit::new("test", people(17))
        };
        let kept = house
            .record
            .commit(&lens(), &actor(), PURPOSE, many)
            .await
            .expect("it is kept");
        assert_eq!(kept.outcomes.len(), 17);
    }
    house.check().await;
}

on_each_engine!(
    a_stale_version_is_a_conflict_that_names_both,
    one_refused_change_refuses_the_whole_commit,
    creating_twice_deleting_nothing_and_changing_one_thing_twice_are_refused,
    more_than_sixteen_people_are_refused_outside_transactions_and_bulk,
);
