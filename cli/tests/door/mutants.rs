//! Each guard taken away by itself is noticed by a door. This runs in the process that it changes, so it has the test to itself
//! (nextest runs each test in a process of its own).

use record::access::mutants::{GUARDS, remove};

use super::knocks::DOORS;
use super::naive;
use super::world::World;

#[tokio::test]
async fn every_guard_that_is_taken_away_is_missed() {
    let mut unnoticed = Vec::new();
    for guard in GUARDS {
        let mut noticed = false;
        // The same worlds in which no door tells anything while every guard is there (the test beside this one).
        for seed in 0..super::WORLDS {
            // A world of its own: what a missing guard lets through changes it.
            let world = World::grow(seed).await;
            if is_noticed(&world, guard).await {
                noticed = true;
                break;
            }
        }
        if !noticed {
            unnoticed.push(guard);
        }
    }
    assert_eq!(
        unnoticed,
        Vec::<&str>::new(),
        "no door noticed that these guards were gone"
    );
}

async fn is_noticed(world: &World, guard: &'static str) -> bool {
    for asker in &world.actors {
        let allowed = naive::evaluate(world, asker);
        for door in DOORS {
            remove(Some(guard));
            let answers = (door.knock)(world, asker, &allowed).await;
            remove(None);
            if answers.iter().any(|answer| answer.problem.is_some()) {
                return true;
            }
        }
    }
    false
}
