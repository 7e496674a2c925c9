//! What is damaged, missing, somebody else's or in the way is named, and leaves nothing behind.

use std::sync::Arc;

use record::backup::{Backup, BackupError, Identity, Runs, check};
use record::clock::Wall;
use record::restore::Restore;

use crate::backup::kept::Kept;
use crate::house::{House, On, create, options, read};
use crate::shapes::{kind, observation, patient};

async fn lived_in() -> (House, Kept) {
    let house = House::open().await;
    let kept = Kept::new(On::Sqlite);
    let person = create(&house.record, patient("Quillfeather")).await;
    kept.run(&house, false).await;
    let fact = create(&house.record, observation(&person, 55)).await;
    read(&house.record, kind("Observation"), &fact)
        .await
        .expect("read");
    house.record.seal().await.expect("sealed");
    kept.run(&house, false).await;
    (house, kept)
}

/// What a restore of the newest run comes to; nothing is left behind when it fails.
fn refused(restore: &Restore) -> Option<BackupError> {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("record");
    let refused = restore.run(&options(&target), &Wall).err();
    if refused.is_some() {
        let left = std::fs::read_dir(folder.path()).expect("listed").count();
        assert_eq!(left, 0, "a refused restore leaves something behind");
    }
    refused
}

#[tokio::test]
async fn every_changed_or_missing_file_of_a_backup_is_named_and_not_restored() {
    let (_house, kept) = lived_in().await;
    let runs = Runs::list(&kept.backups()).expect("listed");
    let newest = runs.newest().expect("a run").run.clone();
    let mut files = 0;
    for manifest in runs.runs.values() {
        let folder = kept.backups().join(&manifest.run);
        for name in manifest
            .parts
            .iter()
            .map(|part| part.name.as_str())
            .chain(["manifest"])
        {
            files += 1;
            let path = folder.join(name);
            let whole = std::fs::read(&path).expect("read");
            let mut changed = whole.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            for damage in [Some(changed), Some(whole[..whole.len() - 1].to_vec()), None] {
                match damage {
                    Some(bytes) => std::fs::write(&path, bytes).expect("written"),
                    None => std::fs::remove_file(&path).expect("removed"),
                }
                let checked = check(&kept.backups(), &[]).expect("checked");
                assert!(
                    checked.faults.iter().any(|(run, _)| *run == manifest.run),
                    "{name}: {:?}",
                    checked.faults
                );
                let restore = Restore {
                    run: Some(newest.clone()),
                    ..kept.newest()
                };
                // A state that a later run holds anew is not read from an earlier one.
                if name != "state-0001.age" || manifest.run == newest {
                    let refused = refused(&restore);
                    assert!(
                        matches!(
                            &refused,
                            Some(BackupError::Damaged { .. } | BackupError::NoRun(_))
                        ),
                        "{name}: {refused:?}"
                    );
                }
                std::fs::write(&path, &whole).expect("put back");
            }
        }
    }
    assert!(files >= 8, "{files} files");
    assert!(refused(&kept.newest()).is_none());
}

#[tokio::test]
async fn nothing_of_the_record_can_be_read_in_a_backup_without_its_identity() {
    let (house, kept) = lived_in().await;
    let stranger = Restore {
        identities: vec![Identity::generate()],
        ..kept.newest()
    };
    assert!(matches!(refused(&stranger), Some(BackupError::NotForUs { .. })));
    let key = std::fs::read(house.folder.path().join("keys/seal.key")).expect("a key");
    let runs = Runs::list(&kept.backups()).expect("listed");
    let mut searched = 0;
    for manifest in runs.runs.values() {
        let folder = kept.backups().join(&manifest.run);
        for entry in std::fs::read_dir(folder).expect("listed") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("read");
            searched += bytes.len();
            for secret in [
                &b"Quillfeather"[..],
                b"Observation",
                b"1950-02-03",
                b"actor-1",
                &key,
            ] {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret));
            }
        }
    }
    assert!(searched > 2000, "{searched} bytes");
}

#[tokio::test]
async fn a_restore_touches_no_place_that_holds_something() {
    let (house, kept) = lived_in().await;
    let before = std::fs::read_dir(house.folder.path()).expect("listed").count();
    let restore = kept.newest();
    let refused = restore.run(&options(house.folder.path()), &Wall);
    assert!(matches!(refused, Err(BackupError::NotEmpty(_))), "{refused:?}");
    assert_eq!(
        std::fs::read_dir(house.folder.path()).expect("listed").count(),
        before
    );
    house.check().await;
}

#[tokio::test]
async fn what_a_killed_backup_or_restore_left_is_nobodys_backup_and_is_cleared_away() {
    let (house, kept) = lived_in().await;
    let left = kept.backups().join(".part-20260101T000000Z-00000000");
    std::fs::create_dir(&left).expect("made");
    std::fs::write(left.join("log-0001.age"), b"half").expect("written");
    let runs = Runs::list(&kept.backups()).expect("listed");
    assert_eq!((runs.runs.len(), runs.unfinished.len()), (2, 1));
    kept.run(&house, false).await;
    assert!(!left.exists());
    let folder = tempfile::tempdir().expect("a folder");
    let beside = folder.path().join("record.restoring");
    std::fs::create_dir(&beside).expect("made");
    std::fs::write(beside.join(".restoring"), b"").expect("written");
    std::fs::write(beside.join("record.sqlite"), b"half").expect("written");
    let target = folder.path().join("record");
    kept.newest().run(&options(&target), &Wall).expect("restored");
    assert!(target.join("record.sqlite").is_file() && !beside.exists());
    let opened = record::Record::open(options(&target), Arc::new(Wall)).await;
    opened.expect("it opens").close().await;
}

#[tokio::test]
async fn a_backup_for_nobody_is_refused() {
    let house = House::open().await;
    let kept = Kept::new(On::Sqlite);
    let backup = Backup {
        to: kept.backups(),
        recipients: Vec::new(),
        full: false,
    };
    let refused = backup.run(&options(house.folder.path()), &Wall);
    assert!(matches!(refused, Err(BackupError::NoRecipient)));
    assert!(!kept.backups().exists());
}
