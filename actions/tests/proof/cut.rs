//! The network between a follower and its database is cut in mid-batch, at once or after so many bytes of a question or
//! an answer, often for longer than its lease: another follower takes its buckets, and when the network is back it goes on with
//! what was on its way, and believes that it holds them.

use std::sync::Arc;
use std::time::Duration;

use actions::reactors::{Engine, Keeping};
use record::clock::Wall;
use record::{Fencing, Options};
use testkit::postgres::database::{port, through};
use testkit::proxy::{Direction, Proxy};
use testkit::seed::Seed;

use super::house::{House, On, open};
use super::marker::{Marker, each_has, is_done, people, settings};
use super::{Found, all_hold, one_fails, report, runs};

/// People of one round.
const PEOPLE: usize = 48;
/// Cuts of a run.
const ROUNDS: usize = 3;
const LEASE: Duration = Duration::from_millis(200);

/// One run; gives how often the network was cut.
async fn run(seed: u64, fencing: Fencing) -> Found {
    let house = House::new(On::Postgresql).await;
    let (near, record) = house.open(0, Arc::new(Wall), fencing).await;
    house.give_keys(1);
    let url = house.url().expect("a server");
    let proxy = Proxy::to(port(url).expect("a port")).await.expect("a proxy");
    let by_proxy = through(url, proxy.port()).expect("an address");
    let fenced = |options: &mut Options| options.fencing = fencing;
    let (far, cut_off) = open(&house.directory(1), Some(&by_proxy), Arc::new(Wall), fenced).await;
    let pace = Duration::from_millis(8);
    let engines = [near, far].map(|actions| {
        Engine::new(actions, settings(Keeping::Together, LEASE))
            .with(Marker { pace })
            .run()
    });
    let mut seed = Seed::new(seed);
    for _ in 0..ROUNDS {
        let more = people(&record, PEOPLE);
        let cut = async {
            tokio::time::sleep(Duration::from_millis(30 + seed.below(120))).await;
            match seed.below(4) {
                0 => proxy.cut(),
                1 => proxy.stall(),
                // In the middle of an effect on its way, COMMIT among the last of it; and of the answer.
                2 => proxy.cut_after(Direction::ToServer, seed.below(6000)),
                _ => proxy.cut_after(Direction::ToClient, seed.below(2000)),
            }
            tokio::time::sleep(Duration::from_millis(50 + seed.below(600))).await;
            proxy.mend();
        };
        tokio::join!(more, cut);
    }
    let mut done = false;
    for _ in 0..1500 {
        done = is_done(&record).await;
        if done {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for engine in engines {
        engine.stop(Duration::from_secs(10)).await;
    }
    cut_off.close().await;
    let mut found = each_has(&record, ROUNDS * PEOPLE, 1).await;
    if !done {
        found = Err(format!("not done; {found:?}"));
    }
    record.close().await;
    house.remove().await;
    (ROUNDS as u64, found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_whose_network_is_cut_skips_nothing_and_repeats_nothing() {
    let asked = runs(2);
    let cuts = all_hold(asked, |seed| run(seed, Fencing::On)).await;
    let people = ROUNDS * PEOPLE;
    report(&format!(
        "| the network between a follower and its database is cut, another takes over | PostgreSQL | {asked} | {cuts} cuts, {people} changes each run | none skipped, none repeated |"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_fences_the_proof_of_cuts_fails() {
    let (runs, words) = one_fails(|seed| run(seed, Fencing::Off)).await;
    report(&format!(
        "| the same, without fences | PostgreSQL | {runs} | | caught: {words} |"
    ));
}
