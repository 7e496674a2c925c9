//! The read audit: one entry per request, durable before anything is shown, refusals included.

use std::collections::BTreeSet;

use record::PersonKey;
use record::audit::{ReadKind, ReadResult, entries};

use crate::house::{House, On, ask, create, read};
use crate::shapes::{appointment, kind, observation, patient};

async fn each_request_leaves_one_entry_that_names_every_person_disclosed(on: On) {
    let house = House::open_on(on).await;
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

async fn a_read_that_found_nothing_is_on_record_too(on: On) {
    let house = House::open_on(on).await;
    assert!(read(&house.record, kind("Patient"), "nobody").await.is_err());
    let kept = entries(house.folder.path()).expect("the audit");
    assert_eq!(
        (kept[0].reads[0].kind, kept[0].reads[0].result),
        (ReadKind::Read, ReadResult::NotFound)
    );
    assert!(kept[0].people.is_empty());
}

/// The people whom the last entry of the audit names.
fn named_last(house: &House) -> BTreeSet<PersonKey> {
    let kept = entries(house.folder.path()).expect("the audit");
    kept.last().expect("an entry").people.clone()
}

async fn person_of(house: &House, id: &str) -> PersonKey {
    read(&house.record, kind("Patient"), id)
        .await
        .expect("there")
        .person
}

async fn a_search_names_whom_it_asked_about_and_whom_it_counted(on: On) {
    let house = House::open_on(on).await;
    let (one, other) = (
        create(&house.record, patient("Usher")).await,
        create(&house.record, patient("Vance")).await,
    );
    let (one_key, other_key) = (person_of(&house, &one).await, person_of(&house, &other).await);
    let search = async |name: &str, params: &[(&str, &str)]| {
        let params: Vec<_> = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let query = fhir::search::parse(kind(name), &params).expect("a query");
        let mut ask = ask(&house.record);
        let held = ask.search(&query, None).await.expect("a page");
        held.open(&ask.disclose().await.expect("disclosed"))
    };
    // That nothing is on record is told about somebody too.
    assert!(search("Observation", &[("patient", &one)]).await.hits.is_empty());
    assert_eq!(named_last(&house), BTreeSet::from([one_key]));
    let counted = search("Patient", &[("birthdate", "1950-02-03"), ("_summary", "count")]).await;
    assert_eq!(counted.total, Some(2));
    assert_eq!(named_last(&house), BTreeSet::from([one_key, other_key]));
    // Found in the first one's record, through the second one's membership.
    create(&house.record, appointment(&[&one, &other])).await;
    assert_eq!(search("Appointment", &[("patient", &other)]).await.hits.len(), 1);
    assert_eq!(named_last(&house), BTreeSet::from([one_key, other_key]));
}

async fn a_persons_record_names_also_those_in_whose_record_a_part_of_it_lies(on: On) {
    let house = House::open_on(on).await;
    let (one, other) = (
        create(&house.record, patient("Usher")).await,
        create(&house.record, patient("Vance")).await,
    );
    let both = BTreeSet::from([person_of(&house, &one).await, person_of(&house, &other).await]);
    create(&house.record, appointment(&[&one, &other])).await;
    let mut whole = ask(&house.record);
    let held = whole.person(&other, &|_| true).await.expect("there");
    let read = held.open(&whole.disclose().await.expect("disclosed"));
    assert_eq!(read.resources.len(), 2);
    assert_eq!(named_last(&house), both);
    let mut paged = ask(&house.record);
    let _ = paged.everything(&other, None, 10).await.expect("there");
    paged.disclose().await.expect("disclosed");
    assert_eq!(named_last(&house), both);
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

async fn the_audit_goes_on_over_segments_and_reopenings_in_one_chain(on: On) {
    let mut house = House::open_on(on).await;
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

on_each_engine!(
    each_request_leaves_one_entry_that_names_every_person_disclosed,
    a_read_that_found_nothing_is_on_record_too,
    a_search_names_whom_it_asked_about_and_whom_it_counted,
    a_persons_record_names_also_those_in_whose_record_a_part_of_it_lies,
    the_audit_goes_on_over_segments_and_reopenings_in_one_chain,
);
