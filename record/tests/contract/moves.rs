//! A fact that was filed to the wrong person goes to the right one, and neither reads of the other.

use record::ids::id_bucket;
use record::{Change, CommitError, Expected, FeedChange, Kind, ReadError, Reason, Record, Refusal, Stored};

use crate::house::{House, On, ask, commit, create, delete, put, read, text};
use crate::shapes::{kind, observation, patient, prepare};

fn moved(id: &str, to: &str, expected: u64) -> Change {
    Change::Move {
        id: id.to_owned(),
        prepared: observation(to, 72),
        expected: Expected::Version(expected),
        reason: Reason::WrongPerson,
    }
}

async fn history(record: &Record, id: &str) -> Vec<Stored> {
    let mut ask = ask(record);
    let held = ask
        .history(kind("Observation"), id, None, 100)
        .await
        .expect("a history");
    held.open(&ask.disclose().await.expect("disclosed")).items
}

async fn vread(record: &Record, id: &str, version: u64) -> Result<Stored, ReadError> {
    let mut ask = ask(record);
    let held = ask.vread(kind("Observation"), id, version).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

async fn told(record: &Record, person: &str) -> Vec<FeedChange> {
    let entries = record.feed(id_bucket(person), 0, 100).await.expect("the feed");
    entries.into_iter().flat_map(|entry| entry.changes).collect()
}

struct Wards {
    house: House,
    wrong: String,
    right: String,
    fact: String,
}

impl Wards {
    /// Two people, and a fact with two versions about the first.
    async fn open(on: On) -> Wards {
        let house = House::open_on(on).await;
        let wrong = create(&house.record, patient("Lewis")).await;
        let right = create(&house.record, patient("Morris")).await;
        let fact = create(&house.record, observation(&wrong, 70)).await;
        let again = put(&fact, observation(&wrong, 71), Expected::Version(1));
        commit(&house.record, vec![again]).await.expect("kept");
        Wards {
            house,
            wrong,
            right,
            fact,
        }
    }
}

async fn no_version_that_names_the_wrong_person_is_read_with_the_right_one(on: On) {
    // An ordinary update that names another person does what a move does.
    for by_update in [false, true] {
        let wards = Wards::open(on).await;
        let record = &wards.house.record;
        let change = if by_update {
            put(&wards.fact, observation(&wards.right, 72), Expected::Version(2))
        } else {
            moved(&wards.fact, &wards.right, 2)
        };
        let committed = commit(record, vec![change]).await.expect("moved");
        assert_eq!(committed.outcomes[0].version, 3);
        let history = history(record, &wards.fact).await;
        assert_eq!(history.iter().map(|each| each.version).collect::<Vec<_>>(), [3]);
        assert!(!text(&history[0]).contains(&wards.wrong));
        for earlier in [1, 2] {
            let found = vread(record, &wards.fact, earlier).await;
            assert!(matches!(found, Err(ReadError::NotFound)), "{found:?}");
        }
        let mut ask = ask(record);
        let held = ask.person(&wards.wrong, &|_| true).await.expect("a record");
        let left = held.open(&ask.disclose().await.expect("disclosed"));
        assert_eq!(left.resources.len(), 1, "the Patient alone");
        wards.house.check().await;
    }
}

async fn what_comes_back_is_read_with_what_it_left_there(on: On) {
    let wards = Wards::open(on).await;
    let record = &wards.house.record;
    commit(record, vec![moved(&wards.fact, &wards.right, 2)])
        .await
        .expect("moved");
    let deleted = delete(kind("Observation"), &wards.fact);
    commit(record, vec![deleted]).await.expect("deleted");
    let back = put(&wards.fact, observation(&wards.wrong, 73), Expected::Version(4));
    commit(record, vec![back]).await.expect("it is back");
    let history = history(record, &wards.fact).await;
    assert_eq!(
        history.iter().map(|each| each.version).collect::<Vec<_>>(),
        [5, 2, 1]
    );
    assert!(history.iter().all(|each| !text(each).contains(&wards.right)));
    wards.house.check().await;
}

async fn the_end_at_the_wrong_person_says_why_and_holds_nothing_else(on: On) {
    let wards = Wards::open(on).await;
    let record = &wards.house.record;
    commit(record, vec![moved(&wards.fact, &wards.right, 2)])
        .await
        .expect("moved");
    let ended = told(record, &wards.wrong).await;
    let ended = ended.iter().find(|change| change.kind == Kind::MovedAway);
    let ended = ended.expect("it ended there");
    assert_eq!(
        (ended.version, ended.reason, ended.other),
        (3, Some(Reason::WrongPerson), None)
    );
    let begun = told(record, &wards.right).await;
    assert!(
        begun
            .iter()
            .any(|change| change.kind == Kind::MovedHere && change.version == 3)
    );
}

async fn a_move_of_what_is_elsewhere_gone_or_changed_since_is_refused(on: On) {
    let wards = Wards::open(on).await;
    let record = &wards.house.record;
    let before = record.digest().await.expect("a digest");
    let stale = commit(record, vec![moved(&wards.fact, &wards.right, 1)]).await;
    assert!(matches!(stale, Err(CommitError::Conflict { .. })), "{stale:?}");
    let same = commit(record, vec![moved(&wards.fact, &wards.wrong, 2)]).await;
    assert!(
        matches!(same, Err(CommitError::Refused(Refusal::NotMoved))),
        "{same:?}"
    );
    let unknown = commit(record, vec![moved("no-such-fact", &wards.right, 1)]).await;
    assert!(
        matches!(unknown, Err(CommitError::NotFound { .. })),
        "{unknown:?}"
    );
    assert_eq!(record.digest().await.expect("a digest"), before);
    read(record, kind("Observation"), &wards.fact)
        .await
        .expect("still there");
}

/// To the record of `to`, as whoever sees everything moves it.
async fn move_to(record: &Record, id: &str, prepared: fhir::Prepared) -> Result<u64, CommitError> {
    let change = Change::Move {
        id: id.to_owned(),
        prepared,
        expected: Expected::Any,
        reason: Reason::WrongPerson,
    };
    let committed = commit(record, vec![change]).await?;
    Ok(committed.outcomes[0].version)
}

async fn whoever_acts_for_one_person_is_moved_to_no_other(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let (one, other) = (
        create(record, patient("Lewis")).await,
        create(record, patient("Morris")).await,
    );
    let related = |of: &str| {
        prepare(&format!(
            r#"{{"resourceType":"RelatedPerson","active":true,"patient":{{"reference":"Patient/{of}"}}}}"#
        ))
    };
    let (daughter, friend) = (
        create(record, related(&one)).await,
        create(record, related(&one)).await,
    );
    let proxy = |of: &str| {
        prepare(&format!(
            r#"{{"resourceType":"Consent","status":"active","scope":{{"text":"privacy"}},"category":[{{"coding":[{{"system":"{}","code":"proxy"}}]}}],
            "patient":{{"reference":"Patient/{of}"}},"provision":{{"period":{{"start":"2026-01-01","end":"2026-12-31"}},
            "actor":[{{"role":{{"text":"proxy"}},"reference":{{"reference":"RelatedPerson/{daughter}"}}}}]}}}}"#,
            codes::access::SYSTEM
        ))
    };
    let consent = create(record, proxy(&one)).await;
    let before = record.digest().await.expect("a digest");
    for (id, to) in [(&daughter, related(&other)), (&consent, proxy(&other))] {
        let answer = move_to(record, id, to).await;
        assert!(
            matches!(answer, Err(CommitError::KeptByActions { .. })),
            "{answer:?}"
        );
    }
    assert_eq!(record.digest().await.expect("a digest"), before);
    assert_eq!(move_to(record, &friend, related(&other)).await.expect("moved"), 2);
    house.check().await;
}

on_each_engine!(
    no_version_that_names_the_wrong_person_is_read_with_the_right_one,
    what_comes_back_is_read_with_what_it_left_there,
    the_end_at_the_wrong_person_says_why_and_holds_nothing_else,
    a_move_of_what_is_elsewhere_gone_or_changed_since_is_refused,
    whoever_acts_for_one_person_is_moved_to_no_other,
);
