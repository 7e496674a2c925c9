//! The audit read back: who changed and who read a person's record, each entry once, the newest first, itself a read.

use fhir::LocalReference;
use jiff::SignedDuration;
use record::audit::{AuditPlace, Audited, Fact, entries};
use record::{Bucket, ReadError, Record};

use crate::house::{House, On, ask, create, join, part, read};
use crate::shapes::{kind, observation, patient};

type When = (Option<jiff::Timestamp>, Option<jiff::Timestamp>);

const ALWAYS: When = (None, None);

/// One page, and the token of the next.
async fn page(
    record: &Record,
    person: &str,
    when: When,
    token: Option<&str>,
    count: usize,
) -> Result<(Vec<Audited>, Option<String>), ReadError> {
    let mut ask = ask(record);
    let patient = LocalReference {
        resource_type: kind("Patient"),
        id: person.to_owned(),
    };
    let (held, next) = ask.audit_of(&[patient], when, token, count).await?;
    let disclosed = ask.disclose().await?;
    Ok((held.open(&disclosed), next))
}

/// Everything, page after page.
async fn all(record: &Record, person: &str, when: When, count: usize) -> Vec<Audited> {
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let (entries, next) = page(record, person, when, token.as_deref(), count)
            .await
            .expect("a page");
        assert!(entries.len() <= count);
        found.extend(entries);
        match next {
            Some(next) => token = Some(next),
            None => return found,
        }
    }
}

async fn one(record: &Record, place: AuditPlace) -> Result<Audited, ReadError> {
    let mut ask = ask(record);
    let held = ask.audited(place).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

fn at(audited: &Audited) -> i64 {
    match &audited.fact {
        Fact::Change(entry) => entry.at.as_microsecond(),
        Fact::Read(entry) => entry.at,
    }
}

fn changes(found: &[Audited]) -> usize {
    let is_change = |audited: &&Audited| matches!(audited.fact, Fact::Change(_));
    found.iter().filter(is_change).count()
}

/// Two people, of whom the first is changed 13 times and read 120, over several segments of the read audit.
async fn watched(on: On) -> (House, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = match on {
        On::Sqlite => None,
        On::Postgresql => Some(crate::database::Database::make().await),
    };
    let house = House::open_at(folder, database, |options| options.audit_segment_bytes = 4096).await;
    let (ada, ben) = (
        create(&house.record, patient("Ward")).await,
        create(&house.record, patient("Young")).await,
    );
    for turn in 0..12 {
        house.clock.advance(SignedDuration::from_mins(1));
        create(&house.record, observation(&ada, turn)).await;
        create(&house.record, observation(&ben, turn)).await;
        for _ in 0..10 {
            house.clock.advance(SignedDuration::from_secs(1));
            read(&house.record, kind("Patient"), &ada).await.expect("there");
            read(&house.record, kind("Patient"), &ben).await.expect("there");
        }
    }
    let segments = std::fs::read_dir(house.folder.path().join("reads")).expect("a folder");
    assert!(segments.count() > 3, "the reads lie in several segments");
    (house, ada, ben)
}

async fn the_audit_of_a_person_is_the_same_by_page_and_in_one_newest_first(on: On) {
    let (house, ada, _) = watched(on).await;
    let whole = all(&house.record, &ada, ALWAYS, 1000).await;
    assert_eq!((changes(&whole), whole.len()), (13, 133));
    assert!(whole.is_sorted_by(|one, other| at(one) >= at(other)));
    let paged = all(&house.record, &ada, ALWAYS, 7).await;
    // What looked before is itself an entry, the newest.
    assert_eq!(paged[1..], whole);
    for audited in &whole {
        let id = audited.place.id();
        let place = AuditPlace::of_id(&id).expect("a place");
        assert_eq!(one(&house.record, place).await.expect("there"), *audited);
    }
}

async fn a_span_of_time_gives_what_lies_in_it_and_nothing_else(on: On) {
    let (house, ada, _) = watched(on).await;
    // What is looked at from here on is later than every span.
    house.clock.advance(SignedDuration::from_mins(1));
    let whole = all(&house.record, &ada, ALWAYS, 1000).await;
    for (newer, older) in [(10, 100), (0, 1), (40, 41), (132, 133)] {
        let time = |microseconds| jiff::Timestamp::from_microsecond(microseconds).expect("a time");
        let (from, until) = (time(at(&whole[older - 1])), time(at(&whole[newer]) + 1));
        let found = all(&house.record, &ada, (Some(from), Some(until)), 9).await;
        let expected: Vec<&Audited> = whole
            .iter()
            .filter(|audited| (from.as_microsecond()..until.as_microsecond()).contains(&at(audited)))
            .collect();
        assert!(expected.len() >= older - newer);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    }
}

async fn who_is_read_as_one_is_audited_as_one(on: On) {
    let (house, ada, ben) = watched(on).await;
    let alone = all(&house.record, &ada, ALWAYS, 1000).await.len();
    join(&house.record, &ben, &ada).await.expect("joined");
    let joined = all(&house.record, &ada, ALWAYS, 1000).await;
    let of_both = all(&house.record, &ben, ALWAYS, 50).await;
    assert!(joined.len() > alone + 120);
    assert_eq!(of_both[1..], joined);
    part(&house.record, &ben).await.expect("parted");
    let apart = all(&house.record, &ada, ALWAYS, 1000).await;
    assert!(apart.len() < joined.len());
}

async fn reading_the_audit_is_audited_and_names_whom_it_told_of(on: On) {
    let (house, ada, _) = watched(on).await;
    let before = entries(house.folder.path()).expect("the audit").len();
    let found = all(&house.record, &ada, ALWAYS, 1000).await;
    let kept = entries(house.folder.path()).expect("the audit");
    assert_eq!(kept.len(), before + 1);
    let last = kept.last().expect("an entry");
    assert_eq!(last.reads[0].resource_type, kind("AuditEvent"));
    assert_eq!(last.reads[0].count, found.len() as u64);
    assert!(
        found
            .iter()
            .all(|audited| audited.people.keys().all(|person| last.people.contains(person)))
    );
}

async fn a_place_where_nothing_stands_is_not_found(on: On) {
    let (house, ada, _) = watched(on).await;
    let whole = all(&house.record, &ada, ALWAYS, 1000).await;
    let mut tried = 0;
    for audited in whole.iter().take(3).chain(&whole[130..]) {
        let elsewhere: Vec<AuditPlace> = match audited.place {
            AuditPlace::Change { bucket, .. } => [0, u64::MAX, 1 << 40]
                .map(|position| AuditPlace::Change { bucket, position })
                .into(),
            AuditPlace::Read {
                process,
                at: (segment, offset, index),
            } => vec![
                AuditPlace::Read {
                    process: process ^ 1,
                    at: (segment, offset, index),
                },
                AuditPlace::Read {
                    process,
                    at: (segment, offset + 1, index),
                },
                AuditPlace::Read {
                    process,
                    at: (segment, offset, index + 1),
                },
                AuditPlace::Read {
                    process,
                    at: (segment + 1000, offset, index),
                },
                AuditPlace::Read {
                    process,
                    at: (u64::MAX, u64::MAX, u64::MAX),
                },
            ],
        };
        for place in elsewhere {
            assert!(
                matches!(one(&house.record, place).await, Err(ReadError::NotFound)),
                "{place:?}"
            );
            tried += 1;
        }
    }
    assert!(tried > 15);
    let nobody = AuditPlace::Change {
        bucket: Bucket::of_hash(b"nobody"),
        position: 1,
    };
    let _ = one(&house.record, nobody).await;
    assert!(all(&house.record, "nobody", ALWAYS, 10).await.is_empty());
}

async fn a_page_token_serves_its_own_question_alone(on: On) {
    let (house, ada, ben) = watched(on).await;
    let (_, next) = page(&house.record, &ada, ALWAYS, None, 5).await.expect("a page");
    let next = next.expect("there is more");
    let later = (Some(house.clock_now()), None);
    for (person, when, token) in [
        (&ben, ALWAYS, next.as_str()),
        (&ada, later, next.as_str()),
        (&ada, ALWAYS, "AAAA"),
    ] {
        let refused = page(&house.record, person, when, Some(token), 5).await;
        assert!(matches!(refused, Err(ReadError::BadPage)));
    }
    page(&house.record, &ada, ALWAYS, Some(&next), 5)
        .await
        .expect("its own");
}

on_each_engine!(
    the_audit_of_a_person_is_the_same_by_page_and_in_one_newest_first,
    a_span_of_time_gives_what_lies_in_it_and_nothing_else,
    who_is_read_as_one_is_audited_as_one,
    reading_the_audit_is_audited_and_names_whom_it_told_of,
    a_place_where_nothing_stands_is_not_found,
    a_page_token_serves_its_own_question_alone,
);
