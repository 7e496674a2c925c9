//! The read audit: one entry per request, durable before anything is shown, refusals included.

use record::audit::{ReadKind, ReadResult, entries};

use crate::house::{House, ask, create, read};
use crate::shapes::{kind, observation, patient};

#[tokio::test]
async fn each_request_leaves_one_entry_that_names_every_person_disclosed() {
    let house = House::open().await;
    let (one, other) = (
        create(&house.record, patient("Ward")).await,
        create(&house.record, patient("Young")).await,
    );
    let mut ask = ask(&house.record);
    let (first, second) = (
        ask.read(kind("Patient"), &one).await,
        ask.read(kind("Patient"), &other).await,
    );
    let disclosed = ask.disclose().await.expect("disclosed");
    let people = [
        first.expect("there").open(&disclosed).person,
        second.expect("there").open(&disclosed).person,
    ];
    let kept = entries(house.folder.path()).expect("the audit");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].people, people.into_iter().collect());
    assert_eq!(kept[0].actor, "actor-1");
    assert_eq!(kept[0].reads.len(), 2);
    let shown = format!("{kept:?}");
    assert!(!shown.contains("Ward") && !shown.contains("Young"), "{shown}");
}

#[tokio::test]
async fn a_read_that_found_nothing_is_on_record_too() {
    let house = House::open().await;
    assert!(read(&house.record, kind("Patient"), "nobody").await.is_err());
    let kept = entries(house.folder.path()).expect("the audit");
    assert_eq!(
        (kept[0].reads[0].kind, kept[0].reads[0].result),
        (ReadKind::Read, ReadResult::NotFound)
    );
    assert!(kept[0].people.is_empty());
}

#[tokio::test]
#[should_panic(expected = "its own ask")]
async fn what_is_held_does_not_open_with_another_requests_disclosure() {
    let house = House::open().await;
    let id = create(&house.record, patient("Zahra")).await;
    let mut one = ask(&house.record);
    let held = one.read(kind("Patient"), &id).await.expect("there");
    let other = ask(&house.record).disclose().await.expect("disclosed");
    let _ = held.open(&other);
}

#[tokio::test]
async fn the_audit_goes_on_over_segments_and_reopenings_in_one_chain() {
    let mut house = House::open().await;
    let id = create(&house.record, patient("Abbott")).await;
    create(&house.record, observation(&id, 1)).await;
    for _ in 0..3 {
        for _ in 0..400 {
            read(&house.record, kind("Patient"), &id).await.expect("there");
        }
        house = house.reopen().await;
    }
    let report = house.record.verify().await.expect("verify runs");
    assert_eq!(
        (
            report.faults.as_slice(),
            report.read_entries,
            report.reads_after_seal
        ),
        (&[][..], 1200, 0)
    );
    assert!(
        std::fs::read_dir(house.folder.path().join("reads"))
            .expect("a folder")
            .count()
            > 3
    );
}
