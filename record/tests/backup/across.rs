//! From one engine to the other: a backup says what was committed, not how an engine kept it.

use std::sync::Arc;

use record::clock::Wall;
use record::{Expected, Record};

use crate::backup::kept::Kept;
use crate::backup::restored::live;
use crate::house::{House, On, commit, create, put};
use crate::shapes::{observation, patient};

const OTHERS: [(On, On); 2] = [(On::Sqlite, On::Postgresql), (On::Postgresql, On::Sqlite)];

#[tokio::test]
async fn a_backup_of_either_engine_restored_into_the_other_equals_the_original() {
    for (from, into) in OTHERS {
        let house = House::open_on(from).await;
        let kept = Kept::new(into);
        for round in 0..2 {
            live(&house, round).await;
            let report = kept.run(&house, false).await;
            assert_eq!(report.manifest.parent.is_some(), round > 0);
        }
    }
}

#[tokio::test]
async fn there_and_back_it_goes_on_and_equals_itself() {
    for (from, into) in OTHERS {
        let house = House::open_on(from).await;
        let people = live(&house, 0).await;
        let there = Kept::new(into);
        there.run(&house, false).await;
        let copy = there.restore(&there.newest()).await;
        let record = Record::open(copy.options(), Arc::new(Wall)).await.expect("opens");
        // Numbers in the log go on as this engine counts them, beside those that the other gave.
        for person in &people {
            create(&record, observation(person, 99)).await;
            let change = put(person, patient("Renamed"), Expected::Any);
            commit(&record, vec![change]).await.expect("changed");
        }
        let report = record.verify().await.expect("verified");
        assert_eq!(report.faults, []);
        let back = Kept::new(from);
        back.run_of(&record, &copy.options(), false).await;
        assert_eq!(back.restore(&back.newest()).await.restored.line, 3);
        record.close().await;
    }
}
