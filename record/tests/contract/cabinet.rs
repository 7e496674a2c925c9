//! The cabinet: documents with versions, an end, and one winner when several decide on the same version.

use jiff::SignedDuration;
use record::clock::SystemClock;
use record::{Drawer, Expected, LARGEST_DOCUMENT, Put, Record, Taken};

use crate::engine::postgresql::second;
use crate::house::{House, On};

const DRAWER: Drawer = Drawer::Account;

async fn put(record: &Record, key: &str, expected: Expected, value: &str) -> Option<u64> {
    let cabinet = record.cabinet();
    cabinet
        .put(DRAWER, key, expected, value.into(), None)
        .await
        .expect("the store answers")
}

async fn value(record: &Record, key: &str) -> Option<String> {
    let found = record
        .cabinet()
        .get(DRAWER, key)
        .await
        .expect("the store answers");
    found.map(|document| String::from_utf8(document.value).expect("UTF-8"))
}

fn change(key: &str, expected: Expected, value: Option<&str>) -> Put {
    Put {
        drawer: DRAWER,
        key: key.to_owned(),
        expected,
        value: value.map(Into::into),
        expires: None,
    }
}

async fn a_document_is_changed_on_the_version_it_was_decided_on(on: On) {
    let house = House::open_on(on).await;
    let (record, clock) = (&house.record, &house.clock);
    assert_eq!(value(record, "a").await, None);
    let first = put(record, "a", Expected::Absent, "one").await.expect("made");
    assert_eq!(put(record, "a", Expected::Absent, "two").await, None);
    let second = put(record, "a", Expected::Version(first), "two")
        .await
        .expect("made");
    assert!(second > first);
    assert_eq!(put(record, "a", Expected::Version(first), "three").await, None);
    assert_eq!(value(record, "a").await.as_deref(), Some("two"));
    let third = put(record, "a", Expected::Any, "three").await.expect("made");
    assert!(third > second);

    let cabinet = record.cabinet();
    let delete = |expected| cabinet.delete(DRAWER, "a", expected);
    assert!(!delete(Expected::Version(second)).await.expect("answered"));
    assert!(delete(Expected::Version(third)).await.expect("answered"));
    assert_eq!(value(record, "a").await, None);
    clock.advance(SignedDuration::from_secs(1));
    // Whoever decided on one that was taken out since does not overwrite its successor.
    put(record, "a", Expected::Absent, "four").await.expect("made");
    assert_eq!(put(record, "a", Expected::Version(first), "five").await, None);
    assert_eq!(put(record, "a", Expected::Version(third), "five").await, None);
    // Another drawer is another place.
    let elsewhere = cabinet.get(Drawer::Grant, "a").await.expect("answered");
    assert_eq!(elsewhere, None);
}

async fn what_has_expired_is_absent_and_swept(on: On) {
    let house = House::open_on(on).await;
    let (record, clock) = (&house.record, &house.clock);
    let cabinet = record.cabinet();
    let end = Some(clock.now() + SignedDuration::from_secs(60));
    let put = |key: &'static str, end| cabinet.put(DRAWER, key, Expected::Absent, b"x".to_vec(), end);
    let version = put("short", end).await.expect("answered").expect("made");
    put("long", None).await.expect("answered").expect("made");
    let found = cabinet.get(DRAWER, "short").await.expect("answered");
    assert_eq!(found.expect("there").expires, end);
    assert_eq!(cabinet.sweep().await.expect("swept"), 0);

    clock.advance(SignedDuration::from_secs(60));
    assert_eq!(value(record, "short").await, None);
    let over = cabinet.put(DRAWER, "short", Expected::Version(version), b"y".to_vec(), None);
    assert_eq!(
        over.await.expect("answered"),
        None,
        "it is not there to be changed"
    );
    let listed = cabinet.list(DRAWER, "", None, 10).await.expect("listed");
    assert_eq!(listed.len(), 1);
    // It may be made anew before anybody sweeps.
    assert!(put("short", None).await.expect("answered").is_some());
    let soon = Some(clock.now() + SignedDuration::from_secs(1));
    put("another", soon).await.expect("answered").expect("made");
    clock.advance(SignedDuration::from_secs(2));
    assert_eq!(cabinet.sweep().await.expect("swept"), 1);
    assert_eq!(cabinet.sweep().await.expect("swept"), 0);
    assert_eq!(value(record, "short").await.as_deref(), Some("x"));
}

async fn a_drawer_is_listed_by_page_and_by_what_keys_begin_with(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    for number in 0..25 {
        for family in ["b", "a", "A", "a~"] {
            put(record, &format!("{family}/{number:02}"), Expected::Absent, "x").await;
        }
    }
    let cabinet = record.cabinet();
    let mut keys = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = cabinet
            .list(DRAWER, "a/", after.as_deref(), 10)
            .await
            .expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.key.clone());
        keys.extend(page.into_iter().map(|document| document.key));
    }
    let wanted: Vec<String> = (0..25).map(|number| format!("a/{number:02}")).collect();
    assert_eq!(keys, wanted);
    let all = cabinet.list(DRAWER, "", None, 1000).await.expect("all");
    assert_eq!(all.len(), 100);
    assert!(all.is_sorted_by(|one, other| one.key < other.key), "byte by byte");
    assert_eq!(cabinet.list(Drawer::Grant, "", None, 10).await.expect("none"), []);
}

async fn changes_together_are_made_together_or_not_at_all(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let cabinet = record.cabinet();
    let made = cabinet
        .change(vec![
            change("z", Expected::Absent, Some("1")),
            change("a", Expected::Absent, Some("2")),
        ])
        .await
        .expect("answered");
    assert!(made.is_made());
    let refused = cabinet
        .change(vec![
            change("n", Expected::Absent, Some("3")),
            change("a", Expected::Absent, Some("4")),
            change("z", Expected::Any, None),
        ])
        .await
        .expect("answered");
    assert_eq!(refused, Taken::Stale(1));
    let kept = [
        value(record, "n").await,
        value(record, "a").await,
        value(record, "z").await,
    ];
    assert_eq!(kept, [None, Some("2".to_owned()), Some("1".to_owned())]);
    let moved = cabinet
        .change(vec![
            change("n", Expected::Absent, Some("3")),
            change("z", Expected::Any, None),
        ])
        .await
        .expect("answered");
    assert!(moved.is_made());
    assert_eq!(value(record, "z").await, None);
}

async fn keys_and_values_that_cannot_be_kept_are_refused(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let cabinet = record.cabinet();
    let put = |key: String, bytes: usize| {
        let cabinet = cabinet.clone();
        async move {
            let value = vec![7; bytes];
            cabinet
                .put(DRAWER, &key, Expected::Any, value, None)
                .await
                .is_ok()
        }
    };
    for key in ["", "two words", "Zoë", "a\n", &"k".repeat(201)] {
        assert!(!put(key.to_owned(), 1).await, "{key:?}");
    }
    assert!(put("k".repeat(200), 1).await);
    assert!(!put("large".to_owned(), LARGEST_DOCUMENT + 1).await);
    assert!(put("large".to_owned(), LARGEST_DOCUMENT).await);
}

/// Counts up, each time on the version it read; gives how often it won.
async fn count_up(record: Record, turns: u32) -> u32 {
    let mut won = 0;
    for _ in 0..turns {
        let cabinet = record.cabinet();
        let found = cabinet
            .get(DRAWER, "counter")
            .await
            .expect("answered")
            .expect("there");
        let number: u32 = String::from_utf8(found.value)
            .expect("UTF-8")
            .parse()
            .expect("a number");
        let next = (number + 1).to_string().into_bytes();
        let put = cabinet.put(DRAWER, "counter", Expected::Version(found.version), next, None);
        won += u32::from(put.await.expect("answered").is_some());
    }
    won
}

async fn of_many_who_count_no_win_is_lost(on: On) {
    let house = House::open_on(on).await;
    // On a server a second process fights too.
    let other = match on {
        On::Sqlite => None,
        On::Postgresql => Some(second(&house).await),
    };
    put(&house.record, "counter", Expected::Absent, "0")
        .await
        .expect("made");
    let mut counting = tokio::task::JoinSet::new();
    for number in 0..8 {
        let record = match &other {
            Some((other, _)) if number % 2 == 0 => other.clone(),
            _ => house.record.clone(),
        };
        counting.spawn(count_up(record, 25));
    }
    let won: u32 = counting.join_all().await.into_iter().sum();
    assert!(won >= 25, "{won}");
    assert_eq!(value(&house.record, "counter").await, Some(won.to_string()));
    // Of those who would make the same one, one does.
    let mut making = tokio::task::JoinSet::new();
    for number in 0..8 {
        let record = match &other {
            Some((other, _)) if number % 2 == 0 => other.clone(),
            _ => house.record.clone(),
        };
        making.spawn(async move { put(&record, "once", Expected::Absent, "x").await.is_some() });
    }
    let made = making.join_all().await.into_iter().filter(|made| *made).count();
    assert_eq!(made, 1);
    if let Some((other, _folder)) = other {
        other.close().await;
    }
}

async fn what_is_kept_is_there_after_the_process_and_opens_with_its_key(on: On) {
    let house = House::open_on(on).await;
    let cabinet = house.record.cabinet();
    let sealed = cabinet.seal(DRAWER, "a", b"secret").expect("sealed");
    assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
    let kept = cabinet.put(DRAWER, "a", Expected::Absent, sealed, None).await;
    kept.expect("answered").expect("made");
    drop(cabinet);
    let digest = house.record.digest().await.expect("a digest");
    let house = house.reopen().await;
    let cabinet = house.record.cabinet();
    let found = cabinet.get(DRAWER, "a").await.expect("answered").expect("there");
    assert_eq!(
        cabinet.open(DRAWER, "a", &found.value).as_deref(),
        Some(&b"secret"[..])
    );
    assert_eq!(cabinet.open(DRAWER, "b", &found.value), None);
    // It is no part of anybody's record.
    assert_eq!(house.record.digest().await.expect("a digest"), digest);
    house.check().await;
}

on_each_engine!(
    a_document_is_changed_on_the_version_it_was_decided_on,
    what_has_expired_is_absent_and_swept,
    a_drawer_is_listed_by_page_and_by_what_keys_begin_with,
    changes_together_are_made_together_or_not_at_all,
    keys_and_values_that_cannot_be_kept_are_refused,
    of_many_who_count_no_win_is_lost,
    what_is_kept_is_there_after_the_process_and_opens_with_its_key,
);
