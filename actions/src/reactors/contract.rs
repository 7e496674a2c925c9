//! What every reactor must stand, in one assertion for its tests.

use std::time::Duration;

use ::record::{Actor, Bucket, Commit, CommitId, FeedChange, FeedEntry, Kind, PersonKey, Purpose, Role};
use fhir::ResourceType;

use crate::Actions;
use crate::reactors::{Engine, Failure, Reactor, Reads, Settings};

/// Asserts, over a record that already holds what the reactor reacts to:
///
/// - every kind of change (joined, parted, destroyed and moved too), of a resource that is not there, is answered without
///   falling over, and never given up at once;
/// - the same entry twice gives the same effects: nothing is remembered beside the record;
/// - run over the whole feed it comes to rest: it gives up nothing and does not answer itself for ever.
///
/// # Panics
/// When the reactor breaks one of them.
pub async fn assert_follower_contract<R: Reactor>(actions: &Actions, reactor: R) {
    let reads = Reads::new(actions.clone(), reactor.name(), reactor.purpose());
    strange_changes_are_answered(&reactor, &reads).await;
    an_entry_twice_gives_the_same(&reactor, &reads).await;
    it_comes_to_rest(actions, reactor).await;
}

async fn strange_changes_are_answered<R: Reactor>(reactor: &R, reads: &Reads) {
    let bucket = reads.record().fresh_bucket();
    for kind in Kind::ALL {
        for resource_type in ResourceType::all() {
            let change = FeedChange {
                person: PersonKey::new(bucket, 1),
                resource_type,
                id: reads.new_id(bucket),
                version: 1,
                kind,
                other: None,
                reason: None,
            };
            if !reactor.wants(&change) {
                continue;
            }
            let answer = reactor.react(&entry(bucket, change), reads).await;
            assert!(
                !matches!(answer, Err(Failure::Never(_))),
                "{} gives up a {} {} that is not there",
                reactor.name(),
                kind.code(),
                resource_type.name()
            );
        }
    }
}

fn entry(bucket: Bucket, change: FeedChange) -> FeedEntry {
    FeedEntry {
        bucket,
        position: 1,
        commit: CommitId([7; 16]),
        at: jiff::Timestamp::UNIX_EPOCH,
        actor: "contract".to_owned(),
        role: Role::System,
        purpose: Purpose::DirectCare,
        source: "contract".to_owned(),
        buckets: vec![bucket],
        changes: vec![change],
    }
}

async fn an_entry_twice_gives_the_same<R: Reactor>(reactor: &R, reads: &Reads) {
    for (bucket, _) in reads.record().positions().await.expect("positions") {
        for entry in reads.record().feed(bucket, 0, 100).await.expect("the feed") {
            if reads.is_own(&entry) || !entry.changes.iter().any(|change| reactor.wants(change)) {
                continue;
            }
            let mut answers = Vec::new();
            for _ in 0..2 {
                let effects = reactor.react(&entry, reads).await;
                answers.push(
                    effects
                        .map_err(|failure| format!("{failure:?}"))
                        .map(|effects| (effects.changes.len(), effects.due, effects.letters)),
                );
            }
            assert_eq!(answers[0], answers[1], "{} at {}", reactor.name(), entry.position);
        }
    }
}

async fn it_comes_to_rest<R: Reactor>(actions: &Actions, reactor: R) {
    let name = reactor.name();
    let start = reactor.start();
    let record = actions.record.clone();
    record
        .register_follower(name, start)
        .await
        .expect("it is registered");
    let settings = Settings {
        poll: Duration::from_millis(20),
        flush: Duration::from_millis(20),
        ..Settings::default()
    };
    let running = Engine::new(actions.clone(), settings).with(reactor).run();
    // Something new for those who begin now.
    let actor = Actor::house("contract");
    let json = br#"{"resourceType":"Patient","birthDate":"1950-01-01"}"#;
    let document = fhir::Document::scan(json, &fhir::Limits::default()).expect("it is FHIR");
    let change = ::record::Change::Create {
        id: None,
        prepared: document.root().prepare(&|_| None),
    };
    let sight = actions.house_sight(Purpose::DirectCare);
    let commit = Commit::new("contract", vec![change]);
    record
        .commit(&sight, &actor, Purpose::DirectCare, commit)
        .await
        .expect("it is kept");
    let mut quiet = 0;
    for _ in 0..1500 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let all = record.followers().await.expect("status");
        let behind = all
            .iter()
            .find(|one| one.follower == name)
            .map_or(1, |one| one.behind);
        quiet = if behind == 0 { quiet + 1 } else { 0 };
        if quiet > 5 {
            break;
        }
    }
    assert!(quiet > 5, "{name} does not come to rest");
    let dead = record.dead(10).await.expect("the dead");
    assert!(
        dead.iter().all(|dead| dead.follower != name),
        "{name} gave up: {dead:?}"
    );
    assert!(
        running.stop(Duration::from_secs(10)).await,
        "{name} does not stop"
    );
}
