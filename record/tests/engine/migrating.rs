//! A store of the first release opens, is brought up to this release's schema, and holds what it held.

use record::Expected;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::house::{House, ask, commit, create, put};
use crate::shapes::{appointment, kind, observation, patient};

const FIRST: &str = include_str!("../../migrations/sqlite/0001_record.sql");

/// What schema 1 keeps of every table but the seals, whose old form a test beside the check of seals knows.
const TABLES: [(&str, &str); 11] = [
    ("log", "seq, bucket, person, type, id, version, at, kind, body"),
    (
        "current",
        "bucket, person, type, id, version, seq, updated, deleted, labels, members, entry",
    ),
    ("locator", "bucket, type, id, home_bucket, home_person, unit"),
    ("person", "bucket, person, type, id, access_version"),
    ("history", "bucket, person, type, id, version, seq"),
    ("member", "bucket, person, type, id, home_bucket, home_person"),
    ("value", "bucket, number, key, person, type, id"),
    (
        "identity",
        "bucket, number, key, home_bucket, home_person, type, id",
    ),
    ("bucket_head", "bucket, position, updated, chain, next_person"),
    (
        "feed",
        "bucket, position, commit_id, at, actor, role, purpose, source, buckets, first_seq, count, kinds, chain",
    ),
    ("idempotency", "bucket, client, key, digest, at, answer"),
];

/// Makes the store of a folder one of schema 1, with the same rows.
fn make_old(folder: &TempDir) {
    let (new, old) = (
        folder.path().join("record.sqlite"),
        folder.path().join("old.sqlite"),
    );
    let connection = Connection::open(&old).expect("made");
    connection.execute_batch(FIRST).expect("the released schema");
    connection
        .execute("ATTACH ?1 AS new", [new.to_str().expect("UTF-8")])
        .expect("attached");
    for (table, columns) in TABLES {
        let text = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}");
        connection.execute_batch(&text).expect("copied");
    }
    connection.execute_batch("DETACH new").expect("detached");
    connection.pragma_update(None, "user_version", 1).expect("set");
    drop(connection);
    std::fs::rename(old, new).expect("in its place");
}

#[tokio::test]
async fn a_store_of_the_first_release_is_brought_up_to_date_and_is_sound() {
    let house = House::open().await;
    let (one, other) = (
        create(&house.record, patient("Abbot")).await,
        create(&house.record, patient("Baines")).await,
    );
    create(&house.record, appointment(&[&one, &other])).await;
    // It moves from one to the other, so that a superseded version stands in another bucket's log.
    let fact = create(&house.record, observation(&one, 1)).await;
    for (patient, value) in [(&one, 2), (&other, 3), (&other, 4)] {
        let change = put(&fact, observation(patient, value), Expected::Any);
        commit(&house.record, vec![change]).await.expect("kept");
    }
    house.check().await;
    let before = house.record.digest().await.expect("a digest");
    let folder = house.folder;
    house.record.close().await;
    make_old(&folder);

    let house = House::open_with(folder, |_| ()).await;
    house.check().await;
    assert_eq!(house.record.digest().await.expect("a digest"), before);
    let mut ask = ask(&house.record);
    let held = ask.history(kind("Observation"), &fact, None, 10).await;
    let disclosed = ask.disclose().await.expect("disclosed");
    let versions = held.expect("found").open(&disclosed).items;
    // The two that name whom it was moved from stay with them.
    assert_eq!(versions.len(), 2);
    commit(
        &house.record,
        vec![put(&fact, observation(&one, 5), Expected::Version(4))],
    )
    .await
    .expect("commits go on");
    house.check().await;
}
