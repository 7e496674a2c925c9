//! Tampering: whoever changes a row, cuts a tail or recomputes a chain is found by `verify`, which names the place.

use std::os::unix::fs::FileExt;

use record::verify;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::house::{House, create, put, read};
use crate::shapes::{appointment, kind, observation, patient};

/// A closed, sealed record with reads, an update and a membership in it.
async fn sealed() -> TempDir {
    let house = House::open().await;
    let (one, other) = (
        create(&house.record, patient("Nash")).await,
        create(&house.record, patient("Ogden")).await,
    );
    let fact = create(&house.record, observation(&one, 1)).await;
    let change = put(&fact, observation(&one, 2), record::Expected::Any);
    crate::house::commit(&house.record, vec![change])
        .await
        .expect("kept");
    create(&house.record, appointment(&[&one, &other])).await;
    for _ in 0..5 {
        read(&house.record, kind("Patient"), &one).await.expect("there");
    }
    house.record.close().await;
    house.folder
}

/// Where the faults lie after some SQL.
async fn places_after(text: &str) -> Vec<&'static str> {
    let folder = sealed().await;
    let sound = verify(folder.path()).expect("verify runs");
    assert_eq!(
        (
            sound.faults.as_slice(),
            sound.feed_after_seal,
            sound.reads_after_seal
        ),
        (&[][..], 0, 0)
    );
    assert_eq!((sound.versions, sound.read_entries, sound.seals), (5, 5, 1));
    let connection = Connection::open(folder.path().join("record.sqlite")).expect("opens");
    connection.execute_batch(text).expect("tampered");
    drop(connection);
    verify(folder.path())
        .expect("verify runs")
        .faults
        .iter()
        .map(|fault| fault.place)
        .collect()
}

#[tokio::test]
async fn each_kind_of_tampering_is_found_where_it_was_done() {
    for (text, place) in [
        (
            "UPDATE feed SET actor = 'somebody-else' WHERE position = 1",
            "feed",
        ),
        ("UPDATE feed SET purpose = 5 WHERE position = 1", "feed"),
        ("UPDATE log SET version = 7 WHERE seq = 2", "feed"),
        (
            "UPDATE log SET body = (SELECT body FROM log WHERE seq = 1) WHERE seq = 3",
            "feed",
        ),
        ("DELETE FROM log WHERE seq = 5", "log"),
        (
            "UPDATE current SET version = version + 1 WHERE seq = 4",
            "history",
        ),
        ("UPDATE current SET seq = 3 WHERE seq = 4", "current"),
        ("UPDATE current SET entry = x'00' WHERE seq = 4", "current"),
        ("DELETE FROM history", "history"),
        ("DELETE FROM member", "member"),
        ("DELETE FROM value", "value"),
        ("DELETE FROM identity", "value"),
        (
            "UPDATE locator SET home_person = 99 WHERE unit IS NULL",
            "locator",
        ),
        ("UPDATE seal SET signature = zeroblob(64)", "seal"),
        ("UPDATE seal SET hash = zeroblob(32)", "seal"),
        ("UPDATE bucket_head SET chain = zeroblob(32)", "bucket_head"),
    ] {
        let places = places_after(text).await;
        assert!(places.contains(&place), "{text}: {places:?}");
    }
}

#[tokio::test]
async fn a_feed_cut_back_consistently_is_given_away_by_the_seal() {
    let places = places_after(
        "CREATE TEMP TABLE last AS SELECT max(seq) AS seq FROM log;
         CREATE TEMP TABLE cut AS SELECT bucket, position FROM feed WHERE first_seq = (SELECT seq FROM last);
         DELETE FROM log WHERE seq = (SELECT seq FROM last);
         DELETE FROM feed WHERE (bucket, position) IN (SELECT bucket, position FROM cut);",
    )
    .await;
    assert!(places.contains(&"feed"), "{places:?}");
}

#[tokio::test]
async fn a_changed_or_cut_read_audit_is_found() {
    for cut in [false, true] {
        let folder = sealed().await;
        let path = folder.path().join("reads/00000001.segment");
        let file = std::fs::File::options()
            .read(true)
            .write(true)
            .open(&path)
            .expect("opens");
        let length = file.metadata().expect("its size").len();
        if cut {
            file.set_len(length - 60).expect("cut");
        } else {
            file.write_all_at(b"x", 88 + 36 + 30).expect("changed");
        }
        let report = verify(folder.path()).expect("verify runs");
        assert!(
            report.faults.iter().any(|fault| fault.place == "reads"),
            "{:?}",
            report.faults
        );
        // Opened again, the record goes on, keeps what it cut off, and still says that entries are missing.
        let house = House::open_with(folder, |_| ()).await;
        let report = house.record.verify().await.expect("verify runs");
        assert_eq!(report.set_aside, ["00000001.segment.damaged-1"]);
        assert!(
            report.faults.iter().any(|fault| fault.place == "reads"),
            "{:?}",
            report.faults
        );
    }
}
