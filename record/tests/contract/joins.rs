//! Two records of one person are read as one, and go back to what they were.

use std::collections::BTreeSet;

use fhir::search::{Query, parse};
use record::clock::SystemClock;
use record::ids::id_bucket;
use record::{
    CommitError, Expected, Identity, Kind, PersonKey, ReadError, Reason, Record, Refusal, SearchPage,
    WholeRecord,
};

use crate::house::{House, On, ask, commit, create, deed, delete, join, part, put, read};
use crate::shapes::{allergy, appointment, kind, observation, patient};

async fn person(record: &Record, id: &str) -> Result<(BTreeSet<String>, Identity), ReadError> {
    let mut ask = ask(record);
    let held = ask.person(id, &|_| true).await?;
    let read = held.open(&ask.disclose().await?);
    let names = read.resources.iter().map(|each| each.id.clone()).collect();
    Ok((names, read.identity))
}

async fn everything(record: &Record, id: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), None);
    loop {
        let mut ask = ask(record);
        let held = ask.everything(id, next.as_deref(), 2).await.expect("a page");
        let page = held.open(&ask.disclose().await.expect("disclosed"));
        ids.extend(page.hits.into_iter().map(|hit| hit.id));
        next = page.next;
        if next.is_none() {
            return ids;
        }
    }
}

fn query(name: &str, params: &[(&str, &str)]) -> Query {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let params: Vec<_> = params.iter().map(pair).collect();
    parse(kind(name), &params).expect("a search")
}

async fn search(record: &Record, name: &str, params: &[(&str, &str)]) -> SearchPage {
    let mut ask = ask(record);
    let held = ask.search(&query(name, params), None).await.expect("it is found");
    held.open(&ask.disclose().await.expect("disclosed"))
}

fn ids(page: &SearchPage) -> BTreeSet<String> {
    page.hits.iter().map(|hit| hit.id.clone()).collect()
}

/// The moment after so many seconds more.
fn advance(house: &House, seconds: i64) -> jiff::Timestamp {
    house.clock.advance(jiff::SignedDuration::from_secs(seconds));
    house.clock.now()
}

/// Two records, each with an observation and an allergy, and what they hold.
struct Two {
    house: House,
    old: String,
    new: String,
    of_old: BTreeSet<String>,
    of_new: BTreeSet<String>,
}

impl Two {
    async fn open(on: On) -> Two {
        let house = House::open_on(on).await;
        let old = create(&house.record, patient("Old")).await;
        let new = create(&house.record, patient("New")).await;
        let mut held = [BTreeSet::new(), BTreeSet::new()];
        for (id, held) in [&old, &new].into_iter().zip(&mut held) {
            held.insert(id.clone());
            held.insert(create(&house.record, observation(id, 70)).await);
            held.insert(create(&house.record, allergy(id, "penicillin")).await);
        }
        let [of_old, of_new] = held;
        Two {
            house,
            old,
            new,
            of_old,
            of_new,
        }
    }

    fn all(&self) -> BTreeSet<String> {
        self.of_old.union(&self.of_new).cloned().collect()
    }
}

async fn whoever_of_the_two_is_asked_for_both_records_are_read_and_the_survivor_is_named(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    join(record, &two.old, &two.new).await.expect("joined");
    for asked in [&two.old, &two.new] {
        let (names, identity) = person(record, asked).await.expect("a record");
        assert_eq!(names, two.all());
        assert_eq!(identity.id, two.new);
        assert_eq!(identity.joined.len(), 1);
        assert_eq!(
            (&identity.joined[0].id, identity.joined[0].reason),
            (&two.old, Reason::Duplicate)
        );
        let everything = everything(record, asked).await;
        assert_eq!(everything[..2], [two.new.clone(), two.old.clone()]);
        assert_eq!(everything.into_iter().collect::<BTreeSet<_>>(), two.all());
        assert_eq!(record.survivor_of(asked).await.expect("known"), two.new);
    }
    two.house.check().await;
}

async fn a_search_inside_one_person_finds_what_names_either_and_drops_no_allergy(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    join(record, &two.old, &two.new).await.expect("joined");
    let all = two.all();
    for asked in [&two.old, &two.new] {
        for (name, parameter) in [("AllergyIntolerance", "patient"), ("Observation", "subject")] {
            let reference = format!("Patient/{asked}");
            let page = search(record, name, &[(parameter, &reference)]).await;
            assert_eq!(page.hits.len(), 2, "{name}");
            assert!(ids(&page).is_subset(&all));
            assert_eq!(page.identities[0].id, two.new);
        }
    }
    let page = search(record, "Patient", &[("name", "Old")]).await;
    assert_eq!(ids(&page), BTreeSet::from([two.old.clone()]));
    assert_eq!(
        page.identities[0].id, two.new,
        "a hit of a superseded person names who lives on"
    );
}

async fn the_feeds_of_both_tell_of_it_and_name_the_other(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    let joined = join(record, &two.old, &two.new).await.expect("joined");
    let (old, new) = (id_bucket(&two.old), id_bucket(&two.new));
    assert_eq!(joined.positions.len(), BTreeSet::from([old, new]).len());
    assert!(joined.outcomes.is_empty());
    let key = async |id: &str| -> PersonKey { read(record, kind("Patient"), id).await.expect("read").person };
    let (old_key, new_key) = (key(&two.old).await, key(&two.new).await);
    part(record, &two.old).await.expect("parted");
    for (bucket, person, id, other) in [
        (old, old_key, &two.old, new_key),
        (new, new_key, &two.new, old_key),
    ] {
        let entries = record.feed(bucket, 0, 100).await.expect("the feed");
        let told: Vec<_> = entries
            .iter()
            .flat_map(|entry| &entry.changes)
            .filter(|change| !change.kind.is_version() && change.person == person)
            .map(|change| (change.kind, change.id.clone(), change.other))
            .collect();
        assert_eq!(
            told,
            [
                (Kind::Joined, id.clone(), Some(other)),
                (Kind::Parted, id.clone(), Some(other))
            ]
        );
    }
    two.house.check().await;
}

async fn facts_filed_while_joined_go_back_to_whom_they_name(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    join(record, &two.old, &two.new).await.expect("joined");
    let late = create(record, observation(&two.old, 71)).await;
    let ours = create(
        record,
        allergy(&record.survivor_of(&two.old).await.expect("known"), "latex"),
    )
    .await;
    assert!(
        person(record, &two.new)
            .await
            .expect("a record")
            .0
            .contains(&late)
    );
    part(record, &two.old).await.expect("parted");
    let (of_old, of_new) = (person(record, &two.old).await, person(record, &two.new).await);
    let (of_old, of_new) = (of_old.expect("a record"), of_new.expect("a record"));
    assert_eq!(of_old.0, two.of_old.iter().cloned().chain([late]).collect());
    assert_eq!(of_new.0, two.of_new.iter().cloned().chain([ours]).collect());
    assert!(of_old.1.joined.is_empty() && of_new.1.joined.is_empty());
    two.house.check().await;
}

async fn a_chain_of_joins_comes_apart_link_by_link(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    let oldest = create(record, patient("Oldest")).await;
    join(record, &oldest, &two.old).await.expect("joined");
    join(record, &two.old, &two.new).await.expect("joined");
    let (names, identity) = person(record, &oldest).await.expect("a record");
    assert_eq!(names.len(), 7);
    assert_eq!(identity.ids().collect::<Vec<_>>(), [&two.new, &two.old, &oldest]);
    part(record, &two.old).await.expect("parted");
    assert_eq!(person(record, &two.new).await.expect("a record").0, two.of_new);
    let (names, identity) = person(record, &two.old).await.expect("a record");
    assert_eq!(names.len(), 4);
    assert_eq!(identity.ids().collect::<Vec<_>>(), [&two.old, &oldest]);
    two.house.check().await;
}

async fn what_makes_no_sense_is_refused_and_nothing_is_kept(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    let third = create(record, patient("Third")).await;
    join(record, &two.old, &two.new).await.expect("joined");
    let before = record.digest().await.expect("a digest");
    let refused = |result: Result<_, CommitError>| match result {
        Err(CommitError::Refused(refusal)) => refusal,
        other => unreachable!("{other:?}"),
    };
    let id = |id: &str| id.to_owned();
    assert_eq!(refused(join(record, &third, &third).await), Refusal::Itself);
    let superseded = Refusal::Superseded { id: id(&two.old) };
    assert_eq!(refused(join(record, &two.old, &third).await), superseded);
    let survivor = Refusal::SurvivorSuperseded { id: id(&two.old) };
    assert_eq!(refused(join(record, &third, &two.old).await), survivor);
    // A circle.
    assert_eq!(refused(join(record, &two.new, &two.old).await), survivor);
    let unknown = Refusal::Unknown { id: id("nobody") };
    assert_eq!(refused(join(record, "nobody", &third).await), unknown);
    assert_eq!(refused(join(record, &third, "nobody").await), unknown);
    let apart = Refusal::NotJoined { id: id(&third) };
    assert_eq!(refused(part(record, &third).await), apart);
    let wrong = WholeRecord::Part {
        superseded: id(&two.old),
        reason: Reason::Duplicate,
    };
    assert_eq!(refused(deed(record, wrong).await).about(), "reason");
    assert_eq!(record.digest().await.expect("a digest"), before);
}

async fn a_resource_that_belongs_to_both_is_read_once(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    let both = create(record, appointment(&[&two.old, &two.new])).await;
    join(record, &two.old, &two.new).await.expect("joined");
    let everything = everything(record, &two.old).await;
    assert_eq!(everything.iter().filter(|id| **id == both).count(), 1);
    let page = search(record, "Appointment", &[("patient", &two.old)]).await;
    assert_eq!(page.hits.len(), 1);
}

async fn a_deleted_patient_is_read_through_the_one_it_was_joined_to(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    commit(record, vec![delete(kind("Patient"), &two.old)])
        .await
        .expect("deleted");
    join(record, &two.old, &two.new).await.expect("joined");
    let mut all = two.all();
    all.remove(&two.old);
    assert_eq!(person(record, &two.old).await.expect("a record").0, all);
    part(record, &two.old).await.expect("parted");
    assert!(matches!(
        person(record, &two.old).await,
        Err(ReadError::Gone { .. })
    ));
}

async fn everyone_who_read_the_wrong_one_can_be_named(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    let key = read(record, kind("Patient"), &two.old)
        .await
        .expect("read")
        .person;
    let from = advance(&two.house, 60);
    join(record, &two.old, &two.new).await.expect("joined");
    person(record, &two.new).await.expect("a record");
    let to = advance(&two.house, 60);
    person(record, &two.new).await.expect("a record");
    let readers = record.readers_of(&[key], from, to).await.expect("the readers");
    assert_eq!(readers.len(), 1, "one read while it was asked about: {readers:?}");
    assert_eq!(readers[0].actor, "actor-1");
    let none = record.readers_of(&[key], to, to).await.expect("the readers");
    assert_eq!(none, []);
}

async fn a_write_that_names_the_superseded_person_stays_theirs(on: On) {
    let two = Two::open(on).await;
    let record = &two.house.record;
    join(record, &two.old, &two.new).await.expect("joined");
    commit(
        record,
        vec![put(&two.old, patient("Older"), Expected::Version(1))],
    )
    .await
    .expect("kept");
    let stored = read(record, kind("Patient"), &two.old).await.expect("read");
    assert_eq!(stored.version, 2);
    two.house.check().await;
}

on_each_engine!(
    whoever_of_the_two_is_asked_for_both_records_are_read_and_the_survivor_is_named,
    a_search_inside_one_person_finds_what_names_either_and_drops_no_allergy,
    the_feeds_of_both_tell_of_it_and_name_the_other,
    facts_filed_while_joined_go_back_to_whom_they_name,
    a_chain_of_joins_comes_apart_link_by_link,
    what_makes_no_sense_is_refused_and_nothing_is_kept,
    a_resource_that_belongs_to_both_is_read_once,
    a_deleted_patient_is_read_through_the_one_it_was_joined_to,
    everyone_who_read_the_wrong_one_can_be_named,
    a_write_that_names_the_superseded_person_stays_theirs,
);
