//! Tampering: whoever changes a row, cuts a tail or recomputes a chain is found by `verify`, which names the place.

use std::os::unix::fs::FileExt;

use record::{Proof, verify, verify_against};

use crate::backup::kept::apart;
use crate::house::{House, On, create, put, read};
use crate::look::run;
use crate::shapes::{appointment, kind, observation, patient};

/// A closed, sealed record with reads, an update and a membership in it.
async fn sealed(on: On) -> House {
    let house = House::open_on(on).await;
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
    house.record.clone().close().await;
    house
}

/// Where the faults lie after some SQL.
async fn places_after(on: On, text: &str) -> Vec<&'static str> {
    let house = sealed(on).await;
    let options = house.options();
    let verified = || apart(|| verify_against(&options, &Proof::default())).expect("verify runs");
    let sound = verified();
    assert_eq!(
        (
            sound.faults.as_slice(),
            sound.feed_after_seal,
            sound.reads_after_seal
        ),
        (&[][..], 0, 0)
    );
    assert_eq!((sound.versions, sound.read_entries, sound.seals), (5, 5, 1));
    // Bytes are written as either engine reads them.
    let text = match on {
        On::Sqlite => text.to_owned(),
        On::Postgresql => text.replace("x'", "'\\x"),
    };
    run(&options, &text).await;
    verified().faults.iter().map(|fault| fault.place).collect()
}

async fn each_kind_of_tampering_is_found_where_it_was_done(on: On) {
    for (text, place) in [
        (
            "UPDATE feed SET actor = 'somebody-else' WHERE position = 1",
            "feed",
        ),
        ("UPDATE feed SET purpose = 5 WHERE position = 1", "feed"),
        ("UPDATE log SET version = 7 WHERE version = 2", "feed"),
        (
            "UPDATE log SET body = (SELECT body FROM log WHERE version = 1 ORDER BY bucket, seq LIMIT 1) WHERE version = 2",
            "feed",
        ),
        ("DELETE FROM log WHERE version = 2", "log"),
        (
            "UPDATE current SET version = version + 1 WHERE version = 2",
            "history",
        ),
        ("UPDATE current SET seq = seq - 1 WHERE version = 2", "current"),
        ("UPDATE current SET entry = x'00' WHERE version = 2", "current"),
        ("DELETE FROM history", "history"),
        ("DELETE FROM member", "member"),
        ("DELETE FROM value", "value"),
        ("DELETE FROM identity", "value"),
        (
            "UPDATE locator SET home_person = 99 WHERE unit IS NULL",
            "locator",
        ),
        (
            "UPDATE seal SET signature = x'00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'",
            "seal",
        ),
        (
            "UPDATE seal SET hash = x'0000000000000000000000000000000000000000000000000000000000000000'",
            "seal",
        ),
        (
            "UPDATE bucket_head SET chain = x'0000000000000000000000000000000000000000000000000000000000000000'",
            "bucket_head",
        ),
    ] {
        let places = places_after(on, text).await;
        assert!(places.contains(&place), "{text}: {places:?}");
    }
}

async fn a_feed_cut_back_consistently_is_given_away_by_the_seal(on: On) {
    let places = places_after(
        on,
        "CREATE TEMP TABLE cut AS SELECT bucket, position, first_seq FROM feed
           WHERE bucket = (SELECT bucket FROM log WHERE version = 2) ORDER BY position DESC LIMIT 1;
         DELETE FROM log WHERE (bucket, seq) IN (SELECT bucket, first_seq FROM cut);
         DELETE FROM feed WHERE (bucket, position) IN (SELECT bucket, position FROM cut);",
    )
    .await;
    assert!(places.contains(&"feed"), "{places:?}");
}

#[tokio::test]
async fn a_changed_or_cut_read_audit_is_found() {
    for cut in [false, true] {
        let folder = sealed(On::Sqlite).await.folder;
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

on_each_engine!(
    each_kind_of_tampering_is_found_where_it_was_done,
    a_feed_cut_back_consistently_is_given_away_by_the_seal,
);
