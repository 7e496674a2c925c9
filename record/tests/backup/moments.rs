//! Restores to a moment: whole commits up to it, nothing after it, and nobody is told that this was tampering.

use jiff::{SignedDuration, Timestamp};
use record::restore::Restore;
use record::{Change, Proof, verify_against};

use crate::backup::kept::{Kept, apart};
use crate::house::{House, On, commit, create, put};
use crate::look::rows;
use crate::shapes::{observation, patient};

/// The tables that hold what was kept by then. People keep their numbers: one that was given is never given again.
const THEN: [&str; 7] = ["log", "current", "history", "member", "value", "identity", "feed"];

async fn a_restore_to_a_moment_is_the_store_of_that_moment_on_whole_commits(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(create(&house.record, patient(&format!("Vale{number}"))).await);
    }
    let moving = create(&house.record, observation(&people[0], 1)).await;
    house.record.seal().await.expect("sealed");
    let mut moments: Vec<(Timestamp, Vec<String>)> = Vec::new();
    for round in 0..4u32 {
        house.clock.advance(SignedDuration::from_secs(60));
        let to = people[(round as usize + 1) % 8].clone();
        let mut changes: Vec<Change> = people
            .iter()
            .map(|person| Change::Create {
                id: None,
                prepared: observation(person, round),
            })
            .collect();
        changes.push(put(&moving, observation(&to, round), record::Expected::Any));
        let committed = commit(&house.record, changes).await.expect("kept");
        house.record.seal().await.expect("sealed");
        moments.push((committed.outcomes[0].updated, rows(&house.options(), &THEN).await));
        if round == 1 {
            kept.run(&house, false).await;
        }
    }
    let last = kept.run(&house, false).await;
    for (at, then) in &moments {
        let copy = kept
            .restore(&Restore {
                until: Some(*at),
                ..kept.newest()
            })
            .await;
        assert_eq!(&rows(&copy.options(), &THEN).await, then, "at {at}");
        assert_eq!(copy.restored.run, last.manifest.run);
    }
    // A moment within the time of a commit over many buckets: it is left out in all of them.
    let (at, _) = moments[2];
    let copy = kept
        .restore(&Restore {
            until: Some(at - SignedDuration::from_micros(1)),
            ..kept.newest()
        })
        .await;
    assert_eq!(rows(&copy.options(), &THEN).await, moments[1].1);
    assert!(copy.restored.left_out > 0 && copy.restored.seals_left_out > 0);
    // The seals that remain hold, and the new line says what was left behind.
    let report = apart(|| verify_against(&copy.options(), &Proof::default())).expect("verified");
    assert_eq!(report.faults, []);
    let line = rows(&copy.options(), &["line"]).await;
    assert_eq!(line.len(), 2);
}

async fn a_number_given_to_a_person_after_the_moment_is_not_given_again(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    create(&house.record, patient("Early")).await;
    let until = house.clock_now();
    house.clock.advance(SignedDuration::from_secs(60));
    create(&house.record, patient("Late")).await;
    kept.run(&house, false).await;
    let people = rows(&house.options(), &["person"]).await;
    let copy = kept
        .restore(&Restore {
            until: Some(until),
            ..kept.newest()
        })
        .await;
    assert_eq!(rows(&copy.options(), &["person"]).await, people);
    assert_eq!(rows(&copy.options(), &["current"]).await.len(), 1);
}

on_each_engine!(
    a_restore_to_a_moment_is_the_store_of_that_moment_on_whole_commits,
    a_number_given_to_a_person_after_the_moment_is_not_given_again,
);
