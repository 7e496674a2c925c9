//! What only a server shows of restores: a database that holds something, one that is half filled, several processes.

use std::sync::Arc;

use record::backup::BackupError;
use record::clock::Wall;
use record::restore::Restore;
use record::{Proof, Record, RecordError, verify_against};

use crate::backup::kept::{Kept, Target, apart};
use crate::engine::postgresql::second;
use crate::house::{House, On, create, read};
use crate::look::{ask, run};
use crate::shapes::{kind, observation, patient};

async fn lived_in() -> (House, Kept) {
    let house = House::open_on(On::Postgresql).await;
    let kept = Kept::new(On::Postgresql);
    let person = create(&house.record, patient("Quillfeather")).await;
    create(&house.record, observation(&person, 55)).await;
    kept.run(&house, false).await;
    (house, kept)
}

fn attempt(restore: &Restore, target: &Target) -> Option<BackupError> {
    apart(|| restore.run(&target.options(), &Wall)).err()
}

/// How many tables stand in the database.
async fn tables(target: &Target) -> usize {
    let asked =
        "SELECT CAST(relname AS text) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace)";
    ask(&target.options(), asked).await.len()
}

#[tokio::test]
async fn a_database_that_holds_something_is_refused_and_left_as_it_was() {
    let (_house, kept) = lived_in().await;
    let target = Target::new(On::Postgresql).await;
    run(
        &target.options(),
        "CREATE TABLE somebodys (thing text); INSERT INTO somebodys VALUES ('theirs')",
    )
    .await;
    let refused = attempt(&kept.newest(), &target);
    assert!(
        matches!(&refused, Some(BackupError::NotEmpty(what)) if what.contains("database")),
        "{refused:?}"
    );
    assert_eq!(
        ask(&target.options(), "SELECT thing FROM somebodys").await,
        [["theirs"]]
    );
    assert_eq!(
        std::fs::read_dir(target.folder.path()).expect("listed").count(),
        0
    );
    run(&target.options(), "DROP TABLE somebodys").await;
    assert!(attempt(&kept.newest(), &target).is_none());
    // What is restored is somebody's now.
    let again = Target {
        folder: tempfile::tempdir().expect("a folder"),
        ..target
    };
    let refused = attempt(&kept.newest(), &again);
    assert!(matches!(refused, Some(BackupError::NotEmpty(_))), "{refused:?}");
}

#[tokio::test]
async fn a_restore_that_fails_leaves_the_database_empty() {
    let (_house, kept) = lived_in().await;
    let newest = record::backup::Runs::list(&kept.backups()).expect("listed");
    let newest = newest.newest().expect("a run").clone();
    let part = newest.parts.iter().find(|part| part.name.starts_with("answers-"));
    let part = part.or(newest.parts.last()).expect("a part");
    let path = kept.backups().join(&newest.run).join(&part.name);
    let whole = std::fs::read(&path).expect("read");
    std::fs::write(&path, &whole[..whole.len() - 1]).expect("cut");
    let target = Target::new(On::Postgresql).await;
    let refused = attempt(&kept.newest(), &target);
    assert!(
        matches!(refused, Some(BackupError::Damaged { .. })),
        "{refused:?}"
    );
    assert_eq!(tables(&target).await, 0);
    std::fs::write(&path, &whole).expect("put back");
    assert!(attempt(&kept.newest(), &target).is_none());
}

#[tokio::test]
async fn a_half_filled_database_is_refused_by_all_and_filled_by_the_next_restore() {
    let (house, kept) = lived_in().await;
    let target = Target::new(On::Postgresql).await;
    assert!(attempt(&kept.newest(), &target).is_none());
    // As a restore leaves it that is killed before its end.
    run(
        &target.options(),
        "CREATE TABLE restoring (since timestamptz); DELETE FROM feed",
    )
    .await;
    let data = target.options().directory;
    std::fs::write(data.join(".restoring"), b"").expect("written");
    let opened = Record::open(target.options(), Arc::new(Wall)).await.err();
    assert!(matches!(opened, Some(RecordError::HalfRestored)), "{opened:?}");
    let verified = apart(|| verify_against(&target.options(), &Proof::default())).err();
    assert!(
        matches!(verified, Some(RecordError::HalfRestored)),
        "{verified:?}"
    );
    assert!(attempt(&kept.newest(), &target).is_none());
    let record = Record::open(target.options(), Arc::new(Wall))
        .await
        .expect("opens");
    assert_eq!(
        record.digest().await.expect("a digest"),
        house.record.digest().await.expect("a digest")
    );
    assert!(!data.join(".restoring").exists());
    record.close().await;
}

#[tokio::test]
async fn each_process_backs_up_its_own_reads_and_a_run_continues_only_its_own() {
    let (house, kept) = lived_in().await;
    let first = kept.only_run(&house.options(), true, &Wall).manifest;
    let (other, folder) = second(&house).await;
    let mut theirs = house.options();
    theirs.directory = folder.path().to_owned();
    let seen = create(&other, patient("Seen")).await;
    read(&other, kind("Patient"), &seen).await.expect("read");
    other.seal().await.expect("sealed");
    let of_other = kept.only_run(&theirs, false, &Wall).manifest;
    assert_eq!(of_other.parent, None);
    assert_ne!(of_other.process, first.process);
    let next = kept.run(&house, false).await.manifest;
    assert_eq!(next.parent.as_ref(), Some(&first.run));
    let again = kept.only_run(&theirs, false, &Wall).manifest;
    assert_eq!(again.parent.as_ref(), Some(&of_other.run));
    // In a file, too, what the other process sealed before the restore is not at fault: it is named as not checked.
    let in_file = Kept::new(On::Sqlite);
    in_file.only_run(&house.options(), true, &Wall);
    let copy = in_file.restore(&in_file.newest()).await;
    assert_eq!(copy.restored.report.reads_elsewhere.len(), 1);
    other.close().await;
}

#[tokio::test]
async fn one_restore_at_a_time_fills_a_database() {
    let (_house, kept) = lived_in().await;
    let target = Target::new(On::Postgresql).await;
    let database = target.database.as_ref().expect("a server").client().await;
    database
        .execute("SELECT pg_advisory_lock(8314893269)", &[])
        .await
        .expect("held");
    let refused = attempt(&kept.newest(), &target);
    assert!(matches!(refused, Some(BackupError::Restoring)), "{refused:?}");
    drop(database);
}
