//! A destroyed record: two people, no hold, nothing readable left in any byte, and a chain that still verifies.

use std::path::Path;

use record::ids::id_bucket;
use record::{CommitError, Destruction, Expected, Kind, ReadError, Reason, Record, Refusal, WholeRecord};

use crate::house::{House, On, commit, create, deed, delete, join, put, read};
use crate::look::run;
use crate::shapes::{appointment, kind, observation, patient, prepare};

/// Words that stand in the record of whoever is destroyed, and nowhere else.
pub(crate) const SECRETS: [&str; 5] = ["Zebedee", "9990548609", "07700900123", "Quillbramble", "BA1 9ZZ"];

fn zebedee() -> fhir::Prepared {
    prepare(
        r#"{"resourceType":"Patient","identifier":[{"system":"https://example.nhs.uk/hospital-number","value":"9990548609"}],"name":[{"family":"Zebedee","given":["Quillbramble"]}],"telecom":[{"system":"phone","value":"07700900123"}],"birthDate":"1950-02-03","address":[{"postalCode":"BA1 9ZZ"}]}"#,
    )
}

pub(crate) fn destroy(people: &[&str], asked_by: &str) -> WholeRecord {
    WholeRecord::Destroy {
        people: people.iter().map(|id| (*id).to_owned()).collect(),
        ground: Reason::CourtOrder,
        asked_by: asked_by.to_owned(),
    }
}

/// Every place in the bytes of the data directory where a word stands: as it is, in small letters (index keys), and in
/// whatever unpacks at any place, with and without the dictionary.
pub(crate) fn found(directory: &Path, words: &[&str]) -> Vec<String> {
    let dictionary = std::fs::read("data/body-dictionary.0001.zdict");
    let dictionary = dictionary.expect("the dictionary");
    let mut found = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                // A server gives up old files of a table in its own time: what went meanwhile is not left.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => unreachable!("{}: {error}", path.display()),
            };
            let mut texts = vec![latin(&bytes)];
            let frames = bytes
                .windows(4)
                .enumerate()
                .filter(|(_, window)| window == &[0x28, 0xb5, 0x2f, 0xfd]);
            for (at, _) in frames {
                // The frame's end is not known: zstd is asked for it.
                let Ok(length) = zstd::zstd_safe::find_frame_compressed_size(&bytes[at..]) else {
                    continue;
                };
                for dictionary in [&dictionary[..], &[]] {
                    let mut unpacker =
                        zstd::bulk::Decompressor::with_dictionary(dictionary).expect("a context");
                    if let Ok(text) = unpacker.decompress(&bytes[at..at + length], 1 << 20) {
                        texts.push(latin(&text));
                    }
                }
            }
            for word in words {
                for form in [
                    word.to_string(),
                    word.to_lowercase(),
                    word.replace(' ', "").to_lowercase(),
                ] {
                    if texts.iter().any(|text| text.contains(&form)) {
                        found.push(format!("{form} in {}", path.display()));
                    }
                }
            }
        }
    }
    found
}

/// Bytes as text, one letter each, to be searched.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn refused<T: std::fmt::Debug>(result: Result<T, CommitError>) -> Refusal {
    match result {
        Err(CommitError::Refused(refusal)) => refusal,
        other => unreachable!("{other:?}"),
    }
}

/// A record with a history: written, changed, deleted, moved away, a meeting with somebody else.
pub(crate) async fn lived(record: &Record) -> (String, String) {
    // An id that a sender chose may be a number of the person.
    let id = "9990548609";
    commit(record, vec![put(id, zebedee(), Expected::Absent)])
        .await
        .expect("kept");
    let other = create(record, patient("Other")).await;
    let note = prepare(
        r#"{"resourceType":"Condition","subject":{"reference":"Patient/9990548609"},"code":{"text":"Quillbramble fell"}}"#,
    );
    let condition = create(record, note).await;
    for value in 0..20 {
        let change = put("observation-of-zebedee", observation(id, value), Expected::Any);
        commit(record, vec![change]).await.expect("kept");
    }
    create(record, appointment(&[id, &other])).await;
    let gone = create(record, observation(id, 3)).await;
    commit(record, vec![delete(kind("Observation"), &gone)])
        .await
        .expect("deleted");
    let moved = create(record, observation(id, 5)).await;
    let change = put(&moved, observation(&other, 5), Expected::Version(1));
    commit(record, vec![change]).await.expect("moved");
    (other, condition)
}

/// Where a word of the destroyed record stands: in the data directory, and in the files of the server's database.
async fn left(house: &House) -> Vec<String> {
    let mut left = found(house.folder.path(), &SECRETS);
    if let Some(database) = &house.database {
        left.extend(found(&database.files().await, &SECRETS));
    }
    left
}

async fn nothing_of_a_destroyed_record_is_left_in_any_byte_and_the_chain_still_verifies(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let (other, condition) = lived(record).await;
    record.seal().await.expect("sealed");
    if on == On::Postgresql {
        // What the planner notes of values is theirs too.
        run(&house.options(), "ANALYSE").await;
    }
    let before = left(&house).await;
    for secret in SECRETS {
        let plain = secret.replace(' ', "").to_lowercase();
        let seen = |place: &String| place.starts_with(secret) || place.starts_with(&plain);
        assert!(
            before.iter().any(seen),
            "the search itself must find {secret}: {before:?}"
        );
    }
    deed(record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    assert_eq!(left(&house).await, [] as [String; 0]);
    for (name, id) in [
        ("Patient", "9990548609"),
        ("Condition", condition.as_str()),
        ("Observation", "observation-of-zebedee"),
    ] {
        let answer = read(record, kind(name), id).await;
        assert!(matches!(answer, Err(ReadError::Destroyed)), "{name}: {answer:?}");
    }
    let never = read(record, kind("Patient"), "never-was").await;
    assert!(matches!(never, Err(ReadError::NotFound)), "{never:?}");
    read(record, kind("Patient"), &other)
        .await
        .expect("the other is untouched");
    house.check().await;
    let house = house.reopen().await;
    house.check().await;
    assert_eq!(left(&house).await, [] as [String; 0]);
    let destroyed = house.record.destructions().await.expect("listed");
    assert_eq!(destroyed.len(), 1);
    // The Patient, the Condition, twenty of the Observation, the meeting, two of what was deleted, one before the move.
    assert_eq!((destroyed[0].versions, destroyed[0].finished), (26, true));
    assert_eq!(
        (destroyed[0].first.as_str(), destroyed[0].second.as_str()),
        ("actor-2", "actor-1")
    );
}

async fn nothing_is_filed_again_under_what_was_destroyed(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let (_, condition) = lived(record).await;
    deed(record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    let before = record.digest().await.expect("a digest");
    for change in [
        put("9990548609", zebedee(), Expected::Any),
        put("new", observation("9990548609", 1), Expected::Any),
        delete(kind("Condition"), &condition),
    ] {
        let result = commit(record, vec![change]).await;
        assert!(matches!(result, Err(CommitError::Destroyed { .. })), "{result:?}");
    }
    assert_eq!(record.digest().await.expect("a digest"), before);
}

async fn a_record_goes_on_the_word_of_two_without_a_hold_and_with_all_who_are_read_with_it(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let old = create(record, patient("Old")).await;
    let new = create(record, patient("New")).await;
    join(record, &old, &new).await.expect("joined");
    let hold = WholeRecord::Hold {
        person: new.clone(),
        reason: Reason::Litigation,
    };
    deed(record, hold.clone()).await.expect("held");
    assert_eq!(
        refused(deed(record, hold).await),
        Refusal::HeldAlready { id: new.clone() }
    );
    let before = record.digest().await.expect("a digest");
    let both = [old.as_str(), new.as_str()];
    // The test's commits are made by actor-1.
    for alone in ["actor-1", ""] {
        assert_eq!(
            refused(deed(record, destroy(&both, alone)).await),
            Refusal::OnePerson
        );
    }
    let held = refused(deed(record, destroy(&both, "actor-2")).await);
    assert!(matches!(held, Refusal::OnHold { .. }), "{held:?}");
    let half = refused(deed(record, destroy(&[&old], "actor-2")).await);
    assert_eq!(half, Refusal::NotAllNamed { id: old.clone() });
    let wrong = WholeRecord::Destroy {
        people: vec![old.clone()],
        ground: Reason::Duplicate,
        asked_by: "actor-2".to_owned(),
    };
    assert_eq!(refused(deed(record, wrong).await).about(), "reason");
    assert_eq!(record.digest().await.expect("a digest"), before);
    house.check().await;
    let release = WholeRecord::Release { person: new.clone() };
    deed(record, release.clone()).await.expect("released");
    assert_eq!(
        refused(deed(record, release).await),
        Refusal::NotHeld { id: new.clone() }
    );
    deed(record, destroy(&both, "actor-2")).await.expect("destroyed");
    for id in both {
        let answer = read(record, kind("Patient"), id).await;
        assert!(matches!(answer, Err(ReadError::Destroyed)), "{answer:?}");
    }
    house.check().await;
}

async fn what_others_records_say_of_the_person_is_theirs_and_they_are_no_longer_a_member(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let person = create(record, patient("Zebedee")).await;
    let other = create(record, patient("Other")).await;
    let theirs = create(record, appointment(&[&other, &person])).await;
    deed(record, destroy(&[&person], "actor-2"))
        .await
        .expect("destroyed");
    read(record, kind("Appointment"), &theirs)
        .await
        .expect("theirs stays theirs");
    house.check().await;
}

async fn the_feed_tells_of_it_and_of_earlier_versions_only_that_they_are_gone(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let (_, condition) = lived(record).await;
    let bucket = id_bucket("9990548609");
    deed(record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    let entries = record.feed(bucket, 0, 1000).await.expect("the feed");
    let changes: Vec<_> = entries.iter().flat_map(|entry| &entry.changes).collect();
    assert!(
        changes
            .iter()
            .all(|change| change.id != "9990548609" && change.id != condition)
    );
    let last = changes.last().expect("a change");
    assert_eq!(
        (last.kind, last.version, last.resource_type),
        (Kind::Destroyed, 0, kind("Patient"))
    );
    let gone = changes.iter().filter(|change| change.kind == Kind::Destroyed);
    assert_eq!(gone.count(), 27);
}

#[tokio::test]
async fn a_copy_that_is_put_back_forgets_again() {
    let house = House::open().await;
    lived(&house.record).await;
    let house = house.reopen().await;
    let file = house.folder.path().join("record.sqlite");
    let copy = std::fs::read(&file).expect("a copy, all in one file");
    deed(&house.record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    let list = house.record.destructions().await.expect("listed");
    let House { record, folder, .. } = house;
    record.close().await;
    // Put back beside the ledger, it is forgotten while the record opens.
    std::fs::write(&file, &copy).expect("put back");
    let house = House::open_with(folder, |_| ()).await;
    house.record.seal().await.expect("the writer has caught up");
    assert_eq!(found(house.folder.path(), &SECRETS), [] as [String; 0]);
    house.check().await;
    let House { record, folder, .. } = house;
    record.close().await;
    // Put back without it, it is forgotten when the list is replayed; once.
    std::fs::write(&file, &copy).expect("put back");
    std::fs::remove_file(folder.path().join("destructions.log")).expect("removed");
    let house = House::open_with(folder, |_| ()).await;
    read(&house.record, kind("Patient"), "9990548609")
        .await
        .expect("it is back");
    let wrong = Destruction {
        mark: [0; 16],
        ..list[0].clone()
    };
    let list = [wrong, list[0].clone(), list[0].clone()];
    let replayed = house.record.replay_destructions(&list).await.expect("replayed");
    assert_eq!(replayed, 1, "not the person whose key it was, and not twice");
    assert_eq!(found(house.folder.path(), &SECRETS), [] as [String; 0]);
    house.check().await;
}

async fn what_could_not_be_written_over_is_written_over_at_the_next_start(on: On) {
    let house = House::open_on(on).await;
    lived(&house.record).await;
    // Somebody reads what stood there, and does not let go in time.
    let path = house.folder.path().join("record.sqlite");
    let of_file = house.database.is_none().then(|| {
        let reader = rusqlite::Connection::open(path).expect("opens");
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM log")
            .expect("it reads");
        reader
    });
    let of_server = match &house.database {
        Some(database) => {
            let reader = database.client().await;
            let reading = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM line";
            reader.batch_execute(reading).await.expect("it reads");
            Some(reader)
        }
        None => None,
    };
    deed(&house.record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    let list = house.record.destructions().await.expect("listed");
    assert!(!list[0].finished, "it must not be called finished");
    assert!(!left(&house).await.is_empty(), "old pages still stand");
    drop(of_file);
    if let Some(reader) = of_server {
        reader.batch_execute("ROLLBACK").await.expect("it lets go");
    }
    let house = house.reopen().await;
    house.record.seal().await.expect("the writer has caught up");
    assert_eq!(left(&house).await, [] as [String; 0]);
    assert!(house.record.destructions().await.expect("listed")[0].finished);
    house.check().await;
}

on_each_engine!(
    nothing_of_a_destroyed_record_is_left_in_any_byte_and_the_chain_still_verifies,
    what_could_not_be_written_over_is_written_over_at_the_next_start,
    nothing_is_filed_again_under_what_was_destroyed,
    a_record_goes_on_the_word_of_two_without_a_hold_and_with_all_who_are_read_with_it,
    what_others_records_say_of_the_person_is_theirs_and_they_are_no_longer_a_member,
    the_feed_tells_of_it_and_of_earlier_versions_only_that_they_are_gone,
);
