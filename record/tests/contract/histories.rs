//! Random histories against a model: versions, feed and history agree, whatever is done in which order.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config as ProptestConfig, TestRunner};
use record::{Bucket, Change, Expected, ReadError};

use crate::house::{House, On, ask, commit, delete, put, read, text};
use crate::shapes::{kind, observation};

/// One step: which resource, which person it is about, what is done.
#[derive(Debug, Clone)]
enum Step {
    Put { slot: usize, person: usize, value: u32 },
    Stale { slot: usize },
    Delete { slot: usize },
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0usize..5, 0usize..3, 0u32..1000).prop_map(|(slot, person, value)| Step::Put { slot, person, value }),
        2 => (0usize..5).prop_map(|slot| Step::Stale { slot }),
        2 => (0usize..5).prop_map(|slot| Step::Delete { slot }),
        1 => Just(Step::Reopen),
    ]
}

/// What the model knows of one resource: of each version whom it is about and its value, nothing for a deletion.
type Model = BTreeMap<usize, Vec<(usize, Option<u32>)>>;

fn resource(slot: usize) -> String {
    format!("observation-{slot}")
}

async fn take(house: House, model: &mut Model, step: &Step) -> House {
    match step {
        Step::Put { slot, person, value } => {
            let versions = model.entry(*slot).or_default();
            let expected = match versions.last() {
                Some((_, Some(_))) => Expected::Version(versions.len() as u64),
                _ => Expected::Absent,
            };
            let change = put(
                &resource(*slot),
                observation(&format!("person-{person}"), *value),
                expected,
            );
            let committed = commit(&house.record, vec![change]).await.expect("it is kept");
            versions.push((*person, Some(*value)));
            assert_eq!(committed.outcomes[0].version, versions.len() as u64);
        }
        Step::Stale { slot } => {
            let version = model.get(slot).map_or(0, Vec::len) as u64;
            let change = put(
                &resource(*slot),
                observation("person-0", 0),
                Expected::Version(version + 1),
            );
            commit(&house.record, vec![change])
                .await
                .expect_err("it is refused");
        }
        Step::Delete { slot } => {
            let result = commit(&house.record, vec![delete(kind("Observation"), &resource(*slot))]).await;
            let versions = model.entry(*slot).or_default();
            assert_eq!(result.is_ok(), matches!(versions.last(), Some((_, Some(_)))));
            if result.is_ok() {
                let person = versions.last().map_or(0, |(person, _)| *person);
                versions.push((person, None));
            }
        }
        Step::Reopen => return house.reopen().await,
    }
    house
}

async fn compare(house: &House, model: &Model) {
    let mut changes = 0;
    for (slot, versions) in model.iter().filter(|(_, versions)| !versions.is_empty()) {
        let id = resource(*slot);
        let mut ask = ask(&house.record);
        let held = ask
            .history(kind("Observation"), &id, None, 1000)
            .await
            .expect("a history");
        let page = held.open(&ask.disclose().await.expect("disclosed"));
        let seen: Vec<_> = page
            .items
            .iter()
            .rev()
            .map(|item| (item.version, (!item.deleted).then(|| text(item))))
            .collect();
        // What names somebody else stays with them and is not shown here.
        let here = versions.last().map(|(person, _)| *person);
        let expected: Vec<_> = (1u64..)
            .zip(versions)
            .filter(|(_, (person, _))| Some(*person) == here)
            .map(|(number, (_, value))| (number, value))
            .collect();
        assert_eq!(seen.len(), expected.len());
        for ((version, json), (number, value)) in seen.iter().zip(expected) {
            assert_eq!(*version, number);
            assert_eq!(json.is_some(), value.is_some());
            if let (Some(json), Some(value)) = (json, value) {
                assert!(json.contains(&format!(r#""value":{value},"#)));
            }
        }
        let present = read(&house.record, kind("Observation"), &id).await;
        let agrees = match (&present, versions.last()) {
            (Ok(stored), Some((_, Some(_)))) => stored.version == versions.len() as u64,
            (Err(ReadError::Gone { version }), Some((_, None))) => *version == versions.len() as u64,
            _ => false,
        };
        assert!(agrees, "{present:?}, but the model says {versions:?}");
        changes += versions.len();
    }
    let mut fed = 0;
    for bucket in Bucket::all() {
        for entry in house.record.feed(bucket, 0, 10_000).await.expect("the feed") {
            fed += entry
                .changes
                .iter()
                .filter(|change| change.kind != record::Kind::MovedAway)
                .count();
        }
    }
    assert_eq!(fed, changes);
    house.check().await;
}

/// Runs a story for many values.
fn many<S: Strategy, F: Future<Output = ()>>(cases: u32, strategy: S, story: impl Fn(S::Value) -> F)
where
    S::Value: std::fmt::Debug,
{
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&strategy, |value| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(story(value));
            Ok(())
        })
        .expect("it holds for all");
}

fn versions_feed_and_history_agree_after_any_history(on: On) {
    many(
        on.cases(24),
        proptest::collection::vec(step(), 1..40),
        |steps| async move {
            let mut house = House::open_on(on).await;
            let mut model = Model::new();
            for step in &steps {
                house = take(house, &mut model, step).await;
            }
            compare(&house, &model).await;
        },
    );
}

fn a_commit_of_many_changes_is_kept_as_a_whole(on: On) {
    many(
        on.cases(24),
        proptest::collection::vec(0u32..1000, 1..15),
        |values| async move {
            let house = House::open_on(on).await;
            let changes = values.iter().map(|value| Change::Create {
                id: None,
                prepared: observation("p", *value),
            });
            let committed = commit(&house.record, changes.collect()).await.expect("kept");
            for (outcome, value) in committed.outcomes.iter().zip(&values) {
                let stored = read(&house.record, kind("Observation"), &outcome.id)
                    .await
                    .expect("there");
                assert!(text(&stored).contains(&format!(r#""value":{value},"#)));
            }
            house.check().await;
        },
    );
}

properties_on_each_engine!(
    versions_feed_and_history_agree_after_any_history,
    a_commit_of_many_changes_is_kept_as_a_whole,
);
