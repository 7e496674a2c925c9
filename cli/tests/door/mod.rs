//! One door: no read, search, count, page, write or event tells an actor what the rules keep from them.
//!
//! Random people with random ties, labels, restrictions and consents; random actors. What every door answers is compared with a
//! naive evaluator written apart (`naive.rs`): it looks at each resource's JSON by itself and asks the policies of each. Every
//! resource bears a word of its own, so that a door which tells of a hidden one is caught whatever it was asked.
//!
//! - `world`  random people and actors, and the house that keeps them
//! - `naive`  what each actor may see, resource by resource
//! - `knocks` the doors, each with what it must answer
//! - `routes` which door tries each route
//! - `by_hand` documents that would open a record
//! - `order`  those that answer in an order
//! - `everybody` those of them that put a question to everybody
//! - `mutants` each door with its guard removed, and caught
//!
//! Run alone: `cargo nextest run -p cli -E 'test(door)'`; `SARSEN_DOOR_WORLDS=2000` before it runs the full form.

mod by_hand;
mod everybody;
mod knocks;
mod mutants;
mod naive;
mod order;
mod routes;
mod world;

use std::collections::BTreeMap;

use knocks::DOORS;
use world::World;

/// Worlds of the short form.
const WORLDS: u64 = 12;

fn worlds() -> u64 {
    std::env::var("SARSEN_DOOR_WORLDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(WORLDS)
}

#[tokio::test]
async fn no_door_tells_what_the_rules_keep() {
    let mut asked: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let (mut mixed, mut cases) = (0u64, 0u64);
    for seed in 0..worlds() {
        let world = World::grow(seed).await;
        for actor in &world.actors {
            let allowed = naive::evaluate(&world, actor);
            cases += 1;
            mixed += u64::from(allowed.is_mixed());
            for door in DOORS {
                let answers = (door.knock)(&world, actor, &allowed).await;
                let counts = asked.entry(door.name).or_default();
                for answer in answers {
                    counts.0 += 1;
                    counts.1 += u64::from(answer.refused);
                    assert_eq!(
                        answer.problem, None,
                        "seed {seed}, {}, door {}",
                        actor.name, door.name
                    );
                }
            }
        }
    }
    println!("{cases} cases, {mixed} of them mixed; asked and refused by door: {asked:?}");
    assert!(
        mixed * 10 >= cases * 3,
        "only {mixed} of {cases} cases mix allowed and refused"
    );
    for (door, (asked, refused)) in &asked {
        assert!(*asked > 0 && *refused > 0, "door {door} was not tried both ways");
    }
}

#[test]
fn every_route_is_a_door_that_is_tried() {
    let missing: Vec<String> = routes::routes_without_a_door();
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "a new route needs a knock or a reason in routes.rs"
    );
}
