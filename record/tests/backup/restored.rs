//! A restored store equals the original: whatever happened to it, however many runs, under load, and going on afterwards.

use std::sync::Arc;
use std::time::Duration;

use record::{Change, Commit, Expected, Idempotency, Record};

use crate::backup::kept::{Kept, heads};
use crate::house::{House, On, PURPOSE, actor, commit, create, delete, join, lens, put, read, text};
use crate::shapes::{appointment, kind, observation, organization, patient};

/// A history with something of everything: people, units, members, updates, deletions, moves there and back, references
/// to people who are not known, commits over many buckets, answers to repeat, reads and seals.
pub(crate) async fn live(house: &House, round: u32) -> Vec<String> {
    let record = &house.record;
    let mut people = Vec::new();
    for number in 0..6 {
        people.push(create(record, patient(&format!("Hardy{round}x{number}"))).await);
    }
    create(record, organization("Ward 7")).await;
    let mut facts = Vec::new();
    for (number, person) in people.iter().enumerate() {
        facts.push(create(record, observation(person, number as u32)).await);
        facts.push(create(record, observation("not-yet-known", 7)).await);
    }
    create(record, appointment(&[&people[0], &people[1], &people[2]])).await;
    let moving = create(record, observation(&people[0], 1)).await;
    for (version, to) in (1..).zip([1, 1, 2, 0, 3]) {
        let change = put(
            &moving,
            observation(&people[to], version),
            Expected::Version(u64::from(version)),
        );
        commit(record, vec![change]).await.expect("it moves");
    }
    let group = create(record, appointment(&[&people[3], &people[4]])).await;
    let changed = put(&group, appointment(&[&people[4], &people[5]]), Expected::Any);
    commit(record, vec![changed]).await.expect("members change");
    commit(record, vec![delete(kind("Observation"), &facts[0])])
        .await
        .expect("deleted");
    let again = put(&facts[0], observation(&people[5], 9), Expected::Any);
    commit(record, vec![again]).await.expect("it lives again");
    commit(record, vec![delete(kind("Observation"), &facts[2])])
        .await
        .expect("deleted");
    let many: Vec<Change> = people
        .iter()
        .map(|person| Change::Create {
            id: None,
            prepared: observation(person, 80),
        })
        .collect();
    commit(record, many).await.expect("kept together");
    let answered = Commit {
        idempotency: Some(Idempotency {
            client: "clinic".to_owned(),
            key: format!("order-{round}"),
            digest: [1; 32],
            note: b"note".to_vec(),
        }),
        ..Commit::new(
            "test",
            vec![Change::Create {
                id: None,
                prepared: patient("Singh"),
            }],
        )
    };
    record
        .commit(&lens(), &actor(), PURPOSE, answered)
        .await
        .expect("kept");
    join(record, &people[4], &people[5]).await.expect("joined");
    read(record, kind("Observation"), &facts[1]).await.expect("read");
    record.seal().await.expect("sealed");
    people
}

async fn a_restored_store_equals_the_original_after_one_run_and_after_many(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    let empty = kept.run(&house, false).await;
    assert_eq!((empty.entries, empty.manifest.parent.is_none()), (0, true));
    let mut sizes = Vec::new();
    for round in 0..3 {
        live(&house, round).await;
        let report = kept.run(&house, false).await;
        assert!(report.manifest.parent.is_some());
        assert!(report.longest_slice < Duration::from_secs(1), "{report:?}");
        sizes.push(report.versions);
    }
    // Each run holds what is new, and no more.
    assert_eq!((sizes[0], sizes[1]), (sizes[1], sizes[2]));
    let nothing_new = kept.run(&house, false).await;
    // People who are read together with others are carried each time.
    assert_eq!(nothing_new.versions, 0);
    let full = kept.run(&house, true).await;
    assert_eq!((full.manifest.parent, full.versions), (None, sizes.iter().sum()));
    house.check().await;
}

async fn a_restored_store_goes_on_and_its_backups_continue_those_of_the_store_before(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    let people = live(&house, 0).await;
    kept.run(&house, false).await;
    let before = house.record.digest().await.expect("a digest");
    let clock = house.clock.clone();
    house.record.close().await;
    let copy = kept.restore(&kept.newest()).await;
    assert_eq!(copy.restored.line, 2);
    assert_eq!(copy.digest().await, before);
    // At the same time as before: an answer is kept for thirty days.
    let record = Record::open(copy.options(), Arc::new(clock))
        .await
        .expect("opens");
    // What was answered is answered again; ids and numbers of people go on; the audit and the seals follow.
    let repeated = Commit {
        idempotency: Some(Idempotency {
            client: "clinic".to_owned(),
            key: "order-0".to_owned(),
            digest: [1; 32],
            note: Vec::new(),
        }),
        ..Commit::new(
            "test",
            vec![Change::Create {
                id: None,
                prepared: patient("Singh"),
            }],
        )
    };
    let answer = record.commit(&lens(), &actor(), PURPOSE, repeated).await;
    assert!(answer.expect("answered").replayed);
    let fact = create(&record, observation(&people[0], 99)).await;
    let stored = read(&record, kind("Observation"), &fact).await.expect("read");
    assert!(text(&stored).contains(r#""value":99"#));
    record.seal().await.expect("sealed");
    let report = record.verify().await.expect("verified");
    assert_eq!(report.faults, []);
    let next = kept.run_of(&record, &copy.options(), false).await;
    record.close().await;
    assert_eq!((next.versions, next.manifest.line), (1, 2));
    assert!(next.manifest.parent.is_some());
}

async fn under_load(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    let people = live(&house, 0).await;
    let busy: Vec<_> = (0..3)
        .map(|task| {
            let (record, people) = (house.record.clone(), people.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    let changes = (0..2 + number as usize % 3)
                        .map(|at| Change::Create {
                            id: None,
                            prepared: observation(&people[(at + task) % people.len()], number),
                        })
                        .collect();
                    commit(&record, changes).await.expect("kept");
                    tokio::time::sleep(Duration::from_millis(40)).await;
                }
            })
        })
        .collect();
    let mut at_rest = 0;
    let rounds = match on {
        On::Sqlite => 4,
        On::Postgresql => 1,
    };
    for _ in 0..rounds {
        let report = kept.run(&house, false).await;
        let held: u64 = report
            .manifest
            .buckets
            .values()
            .map(|(position, _)| position)
            .sum();
        let now: u64 = heads(&house.options()).await.iter().map(|head| head.1).sum();
        at_rest += usize::from(held == now);
    }
    for task in busy {
        task.abort();
        let _ = task.await;
    }
    assert!(at_rest < rounds, "nothing was committed during the backups");
    // The last word: everything, with nobody writing.
    kept.run(&house, false).await;
    house.check().await;
}

on_each_engine!(
    a_restored_store_equals_the_original_after_one_run_and_after_many,
    a_restored_store_goes_on_and_its_backups_continue_those_of_the_store_before,
);

mod a_backup_under_load_equals_the_store_at_its_heads {
    use crate::house::On;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::under_load(On::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgresql() {
        super::under_load(On::Postgresql).await;
    }
}
