//! Joined and then parted equals never joined: for every read, search and history, for the index rows, and for
//! whoever follows the feed. Random histories are played twice, once without their joins.

use std::collections::{BTreeMap, BTreeSet};

use fhir::search::parse;
use jiff::SignedDuration;
use proptest::prelude::*;
use record::{Bucket, Change, Expected, Kind, PersonKey, Record};

use crate::house::{House, ask, commit, delete, join, part, put};
use crate::shapes::{allergy, appointment, kind, observation, patient};

const PEOPLE: usize = 4;
const SLOTS: usize = 6;

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// A fact is filed, changed, or (about somebody else than before) moved.
    Fact {
        slot: usize,
        person: usize,
        value: u32,
    },
    Allergy {
        slot: usize,
        person: usize,
    },
    /// It belongs to two people.
    Meeting {
        slot: usize,
        person: usize,
        other: usize,
    },
    Name {
        person: usize,
        value: u32,
    },
    Delete {
        slot: usize,
    },
    Join {
        superseded: usize,
        survivor: usize,
    },
    Part {
        superseded: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (person, slot) = (0..PEOPLE, 0..SLOTS);
    prop_oneof![
        5 => (slot.clone(), person.clone(), 0u32..100)
            .prop_map(|(slot, person, value)| Step::Fact { slot, person, value }),
        2 => (slot.clone(), person.clone()).prop_map(|(slot, person)| Step::Allergy { slot, person }),
        2 => (slot.clone(), person.clone(), person.clone())
            .prop_map(|(slot, person, other)| Step::Meeting { slot, person, other }),
        1 => (person.clone(), 0u32..100).prop_map(|(person, value)| Step::Name { person, value }),
        2 => slot.prop_map(|slot| Step::Delete { slot }),
        4 => (person.clone(), person.clone())
            .prop_map(|(superseded, survivor)| Step::Join { superseded, survivor }),
        2 => person.prop_map(|superseded| Step::Part { superseded }),
    ]
}

fn id(person: usize) -> String {
    format!("person-{person}")
}

/// The types of the resources of each slot, with their ids.
fn facts() -> impl Iterator<Item = (&'static str, String)> {
    ["Observation", "AllergyIntolerance", "Appointment"]
        .into_iter()
        .flat_map(|name| (0..SLOTS).map(move |slot| (name, format!("{}-{slot}", name.to_lowercase()))))
}

fn changes(step: &Step) -> Vec<Change> {
    let at = |name: &str, slot: usize| format!("{}-{slot}", name.to_lowercase());
    match step {
        Step::Fact { slot, person, value } => vec![put(
            &at("Observation", *slot),
            observation(&id(*person), *value),
            Expected::Any,
        )],
        Step::Allergy { slot, person } => vec![put(
            &at("AllergyIntolerance", *slot),
            allergy(&id(*person), "penicillin"),
            Expected::Any,
        )],
        Step::Meeting { slot, person, other } => vec![put(
            &at("Appointment", *slot),
            appointment(&[&id(*person), &id(*other)]),
            Expected::Any,
        )],
        Step::Name { person, value } => {
            vec![put(&id(*person), patient(&format!("Name{value}")), Expected::Any)]
        }
        Step::Delete { slot } => vec![delete(kind("Observation"), &at("Observation", *slot))],
        Step::Join { .. } | Step::Part { .. } => Vec::new(),
    }
}

/// Plays a history; what is refused (a join of the joined, a deletion of nothing) changes nothing.
async fn play(house: &House, steps: &[Step], joins: bool) {
    let record = &house.record;
    for person in 0..PEOPLE {
        commit(record, vec![put(&id(person), patient("Born"), Expected::Absent)])
            .await
            .expect("kept");
    }
    for step in steps {
        // Each step has a moment of its own, so that both histories name the same times.
        house.clock.advance(SignedDuration::from_secs(1));
        match step {
            Step::Join { superseded, survivor } if joins => {
                drop(join(record, &id(*superseded), &id(*survivor)).await);
            }
            Step::Part { superseded } if joins => drop(part(record, &id(*superseded)).await),
            Step::Join { .. } | Step::Part { .. } => {}
            step => drop(commit(record, changes(step)).await),
        }
    }
    if joins {
        house.clock.advance(SignedDuration::from_secs(1));
        for person in 0..PEOPLE {
            drop(part(record, &id(person)).await);
        }
    }
}

/// Everything that can be read, in words.
async fn told(record: &Record) -> Vec<String> {
    let mut told = Vec::new();
    for person in 0..PEOPLE {
        let mut reads = ask(record);
        let held = reads.person(&id(person), &|_| true).await.expect("a record");
        let pages = reads.everything(&id(person), None, 1000).await.expect("a record");
        let mut found = Vec::new();
        for (name, params) in searches(person) {
            let query = parse(kind(name), &params).expect("a search");
            found.push(reads.search(&query, None).await.expect("found"));
        }
        let disclosed = reads.disclose().await.expect("disclosed");
        let read = held.open(&disclosed);
        told.push(format!(
            "{:?} {:?} {:?}",
            read.person, read.identity, read.resources
        ));
        told.push(format!("{:?}", pages.open(&disclosed).hits));
        told.extend(
            found
                .into_iter()
                .map(|page| format!("{:?}", page.open(&disclosed))),
        );
    }
    for (name, id) in facts() {
        let mut reads = ask(record);
        let held = reads.history(kind(name), &id, None, 1000).await;
        let disclosed = reads.disclose().await.expect("disclosed");
        told.push(format!("{:?}", held.map(|held| held.open(&disclosed))));
    }
    told
}

type Params = Vec<(String, String)>;

fn searches(person: usize) -> Vec<(&'static str, Params)> {
    let pair = |name: &str, value: String| vec![(name.to_owned(), value)];
    let patient = || format!("Patient/{}", id(person));
    vec![
        ("Observation", pair("subject", patient())),
        ("AllergyIntolerance", pair("patient", patient())),
        ("Appointment", pair("patient", patient())),
        ("Patient", pair("name", "Name".to_owned())),
        ("Patient", pair("identifier", "Born-1".to_owned())),
        ("Patient", pair("_id", id(person))),
    ]
}

/// Whoever follows the feed and keeps facts by person, as a view or reactor does.
#[derive(Debug, Default, PartialEq, Eq)]
struct Follower {
    facts: BTreeMap<PersonKey, BTreeSet<String>>,
    joined: BTreeSet<(PersonKey, PersonKey)>,
}

impl Follower {
    async fn follow(record: &Record) -> Follower {
        let mut follower = Follower::default();
        for bucket in Bucket::all() {
            for entry in record.feed(bucket, 0, 100_000).await.expect("the feed") {
                for change in entry.changes {
                    let facts = follower.facts.entry(change.person).or_default();
                    let name = format!("{}/{}", change.resource_type.name(), change.id);
                    match change.kind {
                        Kind::Created | Kind::Updated | Kind::MovedHere => drop(facts.insert(name)),
                        Kind::Deleted | Kind::MovedAway => drop(facts.remove(&name)),
                        // Told to both in the order of each bucket: a set of pairs does not care who hears it first.
                        Kind::Joined | Kind::Parted => {
                            let other = change.other.expect("the other is named");
                            tie(&mut follower.joined, change.kind, change.person, other);
                        }
                        Kind::Destroyed | Kind::Held | Kind::Released => {}
                    }
                }
            }
        }
        follower.facts.retain(|_, facts| !facts.is_empty());
        follower
    }
}

fn tie(joined: &mut BTreeSet<(PersonKey, PersonKey)>, kind: Kind, one: PersonKey, other: PersonKey) {
    // Each feed tells of it in its order: the last word of either counts.
    let pair = (one.min(other), one.max(other));
    if kind == Kind::Joined {
        joined.insert(pair);
    } else {
        joined.remove(&pair);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn joined_and_then_parted_equals_never_joined(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (with, without) = (House::open().await, House::open().await);
            play(&with, &steps, true).await;
            play(&without, &steps, false).await;
            assert_eq!(told(&with.record).await, told(&without.record).await);
            let (one, other) = (with.record.index_digest().await, without.record.index_digest().await);
            assert_eq!(one.expect("a digest"), other.expect("a digest"));
            let (one, other) = (Follower::follow(&with.record).await, Follower::follow(&without.record).await);
            assert_eq!(one, other);
            with.check().await;
            without.check().await;
        });
    }
}
