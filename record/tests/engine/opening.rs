//! Opening: one process at a time, never a newer schema.

use std::sync::Arc;

use record::clock::Wall;
use record::{Record, RecordError};

use crate::house::{House, create, options};
use crate::shapes::patient;

#[tokio::test]
async fn a_second_opening_is_refused_in_words_until_the_first_is_closed() {
    let house = House::open().await;
    let second = Record::open(options(house.folder.path()), Arc::new(Wall)).await;
    let Err(error) = second else {
        panic!("it is refused")
    };
    assert!(matches!(error, RecordError::InUse));
    assert!(error.to_string().contains("another process"), "{error}");
    let house = house.reopen().await;
    create(&house.record, patient("Irwin")).await;
}

#[tokio::test]
async fn a_record_of_a_later_release_is_left_alone() {
    let house = House::open().await;
    let folder = house.folder;
    house.record.close().await;
    let connection = rusqlite::Connection::open(folder.path().join("record.sqlite")).expect("opens");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let opened = Record::open(options(folder.path()), Arc::new(Wall)).await;
    assert!(matches!(opened, Err(RecordError::Newer { found: 99, .. })));
}

#[tokio::test]
async fn a_directory_that_is_a_file_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data");
    std::fs::write(&path, "not a folder").expect("written");
    let opened = Record::open(options(&path), Arc::new(Wall)).await;
    let Err(error @ RecordError::Directory { .. }) = opened else {
        panic!("it is refused")
    };
    assert!(error.to_string().contains("cannot use"), "{error}");
}

#[tokio::test]
async fn a_closed_record_answers_that_it_is_closed() {
    let house = House::open().await;
    let other = house.record.clone();
    house.record.close().await;
    let error = crate::house::commit(
        &other,
        vec![record::Change::Create {
            id: None,
            prepared: patient("Jay"),
        }],
    )
    .await;
    assert!(matches!(
        error,
        Err(record::CommitError::Storage(RecordError::Closed))
    ));
}
