//! One door: no read, search, count, page, write or event tells an actor what the rules keep from them.
//!
//! Random people with random ties, labels, restrictions and consents; random actors. What every door answers is compared with a
//! naive evaluator written apart (`naive.rs`): it looks at each resource's JSON by itself and asks the policies of each. Every
//! resource bears a word of its own, so that a door which tells of a hidden one is caught whatever it was asked.
//!
//! - `world`  a house that keeps random people (`people`) and lets random actors in (`askers`); `dice` numbers for both
//! - `naive`  what each actor may see, resource by resource: how they stand to the person (`situation`), what the policies say of it
//!   (`policies`), what an app was granted (`scopes`), and what is left out of what is shown (`masked`)
//! - `knocks` the doors, each with what it must answer; `searches`, `order` those that search, `pages` the pages, `changes` those that
//!   write, `by_hand` documents that would open a record, `everybody` those that put a question to everybody, `purposes` other
//!   purposes than care
//! - `routes` which door tries each route
//! - `mutants` each door with its guards removed one by one, and caught
//!
//! Run alone: `cargo nextest run -p cli -E 'test(door)'`; `SARSEN_DOOR_WORLDS=2000` before it runs the full form.

mod askers;
mod by_hand;
mod changes;
mod dice;
mod everybody;
mod knocks;
mod masked;
mod mutants;
mod naive;
mod order;
mod pages;
mod people;
mod policies;
mod purposes;
mod routes;
mod scopes;
mod searches;
mod situation;
mod world;

use std::collections::BTreeMap;

use knocks::DOORS;
use world::World;

/// Worlds of the short form.
const WORLDS: u64 = 8;
/// What must occur in some cases, in the short form too.
const KINDS: [&str; 6] = [
    "household",
    "colleague",
    "app",
    "joined person",
    "objection",
    "other purpose",
];

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
    let mut kinds: BTreeMap<&str, u64> = KINDS.iter().map(|kind| (*kind, 0)).collect();
    for seed in 0..worlds() {
        let mut problems: Vec<String> = Vec::new();
        let world = World::grow(seed).await;
        for actor in &world.actors {
            let allowed = naive::evaluate(&world, actor, naive::CARE);
            cases += 1;
            mixed += u64::from(allowed.is_mixed());
            // For another purpose something is told as well, so that what is not told tells something.
            let finding = naive::evaluate(&world, actor, naive::FINDING);
            let other = (!finding.seen.is_empty()).then_some("other purpose");
            for kind in allowed.kinds.iter().copied().chain(other) {
                *kinds.entry(kind).or_default() += 1;
            }
            for door in DOORS {
                let answers = (door.knock)(&world, actor, &allowed).await;
                let counts = asked.entry(door.name).or_default();
                for answer in answers {
                    counts.0 += 1;
                    counts.1 += u64::from(answer.refused);
                    let told = answer.problem.into_iter();
                    problems.extend(
                        told.map(|words| format!("seed {seed}, {}, door {}: {words}", actor.name, door.name)),
                    );
                }
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
    println!(
        "{cases} cases, {mixed} of them mixed; with each kind: {kinds:?}; asked and refused by door: {asked:?}"
    );
    assert!(
        mixed * 10 >= cases * 3,
        "only {mixed} of {cases} cases mix allowed and refused"
    );
    for (kind, count) in &kinds {
        assert!(*count > 0, "no case has a {kind}");
    }
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
