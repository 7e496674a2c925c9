//! What only a server can show: settings that are refused, a connection that is cut, several processes on one store.

use std::sync::Arc;

use record::clock::Wall;
use record::{Engine, Expected, Record, RecordError};

use crate::database::Database;
use crate::house::{House, On, commit, create, options, put, read};
use crate::shapes::{kind, observation, patient};

/// Another process on the same database: its own data directory, the same store.
pub(crate) async fn second(house: &House) -> (Record, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = folder.path().join("keys");
    std::fs::create_dir(&keys).expect("made");
    for file in std::fs::read_dir(house.folder.path().join("keys")).expect("keys") {
        let file = file.expect("a key");
        std::fs::copy(file.path(), keys.join(file.file_name())).expect("copied");
    }
    let mut options = options(folder.path());
    options.engine = Engine::Postgres(house.database.as_ref().expect("a server").settings());
    let record = Record::open(options, Arc::new(Wall)).await.expect("it opens");
    (record, folder)
}

#[tokio::test]
async fn a_server_that_may_forget_is_refused_with_the_settings_name() {
    let database = Database::make().await;
    let name = database.name().to_owned();
    let client = database.client().await;
    let weaken = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    client.batch_execute(&weaken).await.expect("set");
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path());
    options.engine = Engine::Postgres(database.settings());
    let Err(error) = Record::open(options, Arc::new(Wall)).await else {
        panic!("it is refused")
    };
    assert!(matches!(error, RecordError::UnsafeSetting { .. }), "{error}");
    let words = error.to_string();
    assert!(
        words.contains("synchronous_commit is off, but must be on"),
        "{words}"
    );
}

#[tokio::test]
async fn connections_that_are_cut_are_made_again_and_nothing_acknowledged_is_lost() {
    let house = House::open_on(On::Postgresql).await;
    let id = create(&house.record, patient("Neale")).await;
    let client = house.database.as_ref().expect("a server").client().await;
    for value in 0..5 {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        client.batch_execute(cut).await.expect("cut");
        create(&house.record, observation(&id, value)).await;
    }
    // A read may meet a connection that was cut; the next one does not.
    let _ = read(&house.record, kind("Patient"), &id).await;
    read(&house.record, kind("Patient"), &id).await.expect("read");
    assert_eq!(house.record.stats().await.expect("counts").resources, 6);
    house.check().await;
}

#[tokio::test]
async fn two_processes_write_to_one_person_and_the_feed_is_dense() {
    let house = House::open_on(On::Postgresql).await;
    let id = create(&house.record, patient("Odell")).await;
    let (other, _folder) = second(&house).await;
    let mut tasks = Vec::new();
    for value in 0..60 {
        let record = if value % 2 == 0 {
            house.record.clone()
        } else {
            other.clone()
        };
        let id = id.clone();
        tasks.push(tokio::spawn(async move {
            create(&record, observation(&id, value)).await
        }));
    }
    for task in tasks {
        task.await.expect("it ran");
    }
    let bucket = record::ids::id_bucket(&id);
    let entries = house.record.feed(bucket, 0, 1000).await.expect("the feed");
    let positions: Vec<u64> = entries.iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (1..=61).collect::<Vec<_>>());
    assert!(entries.windows(2).all(|pair| pair[0].at < pair[1].at));
    let one = commit(
        &house.record,
        vec![put(&id, patient("One"), Expected::Version(1))],
    );
    let two = commit(&other, vec![put(&id, patient("Two"), Expected::Version(1))]);
    let (one, two) = tokio::join!(one, two);
    assert!(
        one.is_ok() != two.is_ok(),
        "of two writers on one version one wins"
    );
    other.close().await;
    house.check().await;
}

#[tokio::test]
async fn a_commit_in_one_process_wakes_a_follower_in_another() {
    let house = House::open_on(On::Postgresql).await;
    let (other, _folder) = second(&house).await;
    let mut changed = other.changed();
    // Whatever was rung while it began to listen.
    while changed.wait(std::time::Duration::from_millis(700)).await {}
    create(&house.record, patient("Pell")).await;
    assert!(changed.wait(std::time::Duration::from_secs(5)).await);
    other.close().await;
}
