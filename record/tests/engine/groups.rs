//! Groups of commits on a server: what their commits know of each other, what became of one whose connection was lost, and who
//! finishes what another writer could not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use record::{Commit, CommitError, Committed, Engine, Expected, Options, Record, Step};

use crate::backup::kept::apart;
use crate::contract::destroy::destroy;
use crate::database::{Database, connect};
use crate::house::{House, PURPOSE, actor, commit, create, deed, lens, put, read};
use crate::look::{ask, run};
use crate::shapes::{kind, observation, patient};

/// How long a commit whose source is `wait` keeps its writer, so that others come together behind it.
const WAIT: Duration = Duration::from_millis(800);
/// How long the next of those others is waited with.
const NEXT: Duration = Duration::from_millis(150);

/// A record with one writer. A commit whose source is `wait` waits before it is kept; the first whose source is `cut` loses
/// every connection.
async fn one_writer() -> House {
    let database = Database::make().await;
    let url = database.settings().url;
    let cuts = AtomicUsize::new(0);
    let before_commit = move |source: &str| match source {
        "wait" => std::thread::sleep(WAIT),
        "cut" if cuts.fetch_add(1, Ordering::SeqCst) == 0 => cut(&url),
        _ => {}
    };
    let change = |options: &mut Options| {
        options.before_commit = Some(Arc::new(before_commit));
        if let Engine::Postgres(postgres) = &mut options.engine {
            postgres.writers = 1;
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    House::open_at(folder, Some(database), change).await
}

fn cut(url: &str) {
    apart(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let text = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
            connect(url).await.batch_execute(text).await.expect("cut");
        });
    });
}

/// Commits these as one group: they come while the writer waits with another.
async fn together(record: &Record, commits: Vec<Commit>) -> Vec<Result<Committed, CommitError>> {
    let wait = vec![put("waits", patient("Waits"), Expected::Any)];
    let mut tasks = Vec::new();
    for one in std::iter::once(Commit::new("wait", wait)).chain(commits) {
        let record = record.clone();
        tasks.push(tokio::spawn(async move {
            record.commit(&lens(), &actor(), PURPOSE, one).await
        }));
        tokio::time::sleep(NEXT).await;
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("it ran"));
    }
    answers.remove(0).expect("kept");
    answers
}

#[tokio::test]
async fn a_group_that_begins_with_a_step_and_loses_its_connection_keeps_what_it_acknowledges() {
    let house = one_writer().await;
    let person = create(&house.record, patient("Neale")).await;
    let bucket = record::ids::id_bucket(&person);
    let follower = format!(
        "INSERT INTO follower (bucket, follower, position, fence, holder, failures, error, retry_at)
         VALUES ({}, 'webhook', 0, 1, NULL, 0, NULL, 0)",
        bucket.number()
    );
    run(&house.options(), &follower).await;
    let mut step = Commit::new("webhook", Vec::new());
    step.step = Some(Step::new("webhook", bucket, 1, 0, 1));
    let change = put("fall", observation(&person, 1), Expected::Absent);
    let answers = together(&house.record, vec![step, Commit::new("cut", vec![change])]).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    // A read may meet a connection that was cut; the next one does not.
    let _ = read(&house.record, kind("Observation"), "fall").await;
    read(&house.record, kind("Observation"), "fall")
        .await
        .expect("what was acknowledged is there");
    let asked = "SELECT position FROM follower";
    assert_eq!(ask(&house.options(), asked).await, [["Integer(1)"]]);
    house.check().await;
}

#[tokio::test]
async fn what_became_of_a_step_alone_whose_connection_was_lost_is_not_known() {
    let house = one_writer().await;
    let person = create(&house.record, patient("Neale")).await;
    let bucket = record::ids::id_bucket(&person);
    let follower = format!(
        "INSERT INTO follower (bucket, follower, position, fence, holder, failures, error, retry_at)
         VALUES ({}, 'webhook', 0, 1, NULL, 0, NULL, 0)",
        bucket.number()
    );
    run(&house.options(), &follower).await;
    let mut step = Commit::new("cut", Vec::new());
    step.step = Some(Step::new("webhook", bucket, 1, 0, 1));
    let answer = house.record.commit(&lens(), &actor(), PURPOSE, step).await;
    let words = answer.expect_err("nothing tells of it").to_string();
    assert!(words.contains("not known whether the change was kept"), "{words}");
}

#[tokio::test]
async fn a_commit_behind_a_destruction_in_one_group_knows_of_it() {
    let house = one_writer().await;
    let person = create(&house.record, patient("Neale")).await;
    let change = put("fall", observation(&person, 1), Expected::Absent);
    commit(&house.record, vec![change]).await.expect("kept");
    let destroyed = Commit::of_deed("test", destroy(&[&person], "actor-2"));
    let change = put("fall", observation(&person, 2), Expected::Any);
    let answers = together(&house.record, vec![destroyed, Commit::new("test", vec![change])]).await;
    assert!(
        matches!(&answers[..], [Ok(_), Err(CommitError::Destroyed { .. })]),
        "{answers:?}"
    );
    house.check().await;
}

#[tokio::test]
async fn a_destruction_that_a_writer_cannot_finish_is_finished_by_the_one_that_leads() {
    let database = Database::make().await;
    let change = |options: &mut Options| {
        options.seal_every = Some(Duration::from_millis(100));
        if let Engine::Postgres(postgres) = &mut options.engine {
            // One of them leads; most likely another destroys.
            postgres.writers = 8;
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open_at(folder, Some(database), change).await;
    let person = create(&house.record, patient("Neale")).await;
    let views = house.folder.path().join("views");
    let _ = std::fs::remove_dir_all(&views);
    std::fs::write(&views, b"in the way").expect("written");
    deed(&house.record, destroy(&[&person], "actor-2"))
        .await
        .expect("destroyed");
    let finished = || async {
        let all = house.record.destructions().await.expect("listed");
        all.iter().all(|each| each.finished)
    };
    assert!(!finished().await, "what views kept is still there");
    std::fs::remove_file(&views).expect("removed");
    for _ in 0..300 {
        if finished().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    unreachable!("nobody tried again");
}
