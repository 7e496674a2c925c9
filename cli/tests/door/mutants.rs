//! Each guard taken away by itself is noticed, and by each door that stands on it alone. This runs in the process that it changes,
//! so it has the test to itself (nextest runs each test in a process of its own).

use std::collections::BTreeSet;

use record::access::mutants::{GUARDS, remove};

use super::knocks::{DOORS, Door};
use super::naive::{self, CARE};
use super::world::World;

/// What each door must notice by itself when it is gone.
const NOTICES: &[(&str, &[&str])] = &[
    (
        "read",
        &[
            "read",
            "mask",
            "identity",
            "labels",
            "scopes",
            "household",
            "colleague",
        ],
    ),
    ("vread", &["read", "earlier"]),
    ("history", &["read", "earlier"]),
    ("search in a person", &["search"]),
    ("search by label and count", &["search"]),
    ("search across people", &["search"]),
    ("search by place", &["masked-search"]),
    ("search by post", &["search"]),
    ("everything", &["list"]),
    ("batch", &["read"]),
    ("other purposes", &["purpose", "objection"]),
    ("audit", &["audit-search", "audit"]),
    ("events", &["letter", "event"]),
    ("pages", &["page", "closed-page"]),
    ("page search", &["person-search", "searched-place"]),
    ("risk", &["listed", "findPeople"]),
    ("live updates", &["listed", "findPeople"]),
    ("risk of one", &["risk-of-one"]),
    ("population", &["listed", "findPeople"]),
    ("send to work", &["sendToWork"]),
    ("preconditions", &["unseen-write"]),
    ("writes", &["write", "others-writing"]),
    ("by hand", &["as-sent"]),
];

/// The same worlds in which no door tells anything while every guard is there (the test beside this one).
#[tokio::test]
async fn every_guard_that_is_taken_away_is_missed() {
    let mut left: Vec<(&'static Door, &'static str)> = Vec::new();
    for (name, guards) in NOTICES {
        let door = DOORS.iter().find(|door| door.name == *name).expect("a door");
        left.extend(guards.iter().map(|guard| (door, *guard)));
    }
    for seed in 0..super::WORLDS {
        if left.is_empty() {
            break;
        }
        let mut world = World::grow(seed).await;
        let mut unnoticed = Vec::new();
        for (door, guard) in left {
            let before = world.record.digest().await.expect("a digest");
            match noticed_by(&world, door, guard).await {
                Some(asker) => println!("{}: misses {guard}, in world {seed}, as {asker}", door.name),
                None => unnoticed.push((door, guard)),
            }
            // What a missing guard let through has changed the world: the next one has its own.
            if world.record.digest().await.expect("a digest") != before {
                world = World::grow(seed).await;
            }
        }
        left = unnoticed;
    }
    let left: Vec<(&str, &str)> = left.iter().map(|(door, guard)| (door.name, *guard)).collect();
    assert_eq!(
        left,
        Vec::<(&str, &str)>::new(),
        "doors that did not notice that these guards were gone"
    );
}

#[test]
fn every_door_notices_a_guard_and_every_guard_is_noticed_by_a_door() {
    let doors: BTreeSet<&str> = DOORS.iter().map(|door| door.name).collect();
    let noticing = NOTICES.iter().filter(|(_, guards)| !guards.is_empty());
    assert_eq!(noticing.map(|(door, _)| *door).collect::<BTreeSet<&str>>(), doors);
    let noticed: BTreeSet<&str> = NOTICES
        .iter()
        .flat_map(|(_, guards)| guards.iter().copied())
        .collect();
    assert_eq!(noticed, BTreeSet::from(GUARDS));
}

/// Who that asks at the door is told what they may not be, or not told what they may be, once a guard is gone.
async fn noticed_by<'w>(world: &'w World, door: &Door, guard: &'static str) -> Option<&'w str> {
    for asker in &world.actors {
        let allowed = naive::evaluate(world, asker, CARE);
        remove(Some(guard));
        let answers = (door.knock)(world, asker, &allowed).await;
        remove(None);
        if answers.iter().any(|answer| answer.problem.is_some()) {
            return Some(&asker.name);
        }
    }
    None
}
