//! Faults of the disk while the record is open: every one is an error with words, reads go on, and commits go on once
//! the fault is gone.

use std::sync::Arc;

use fhir::{Document, Limits, ResourceType};
use record::clock::Wall;
use record::{Actor, Change, Commit, CommitError, Options, Purpose, ReadError, Record, RecordError, Role};
use testkit::everything;
use testkit::seed::Seed;
use testkit::shapes;
use testkit::torn::overlay::{Fault, TornDisk};
use testkit::torn::segments::TornSegments;
use testkit::torn::vfs;

const PURPOSE: Purpose = Purpose::DirectCare;

fn actor() -> Actor {
    Actor::new("actor-1", Role::Development, None)
}

async fn create(record: &Record, seed: &mut Seed) -> Result<String, CommitError> {
    let json = shapes::observation(seed, "p1");
    let prepared = Document::scan(json.as_bytes(), &Limits::default())
        .expect("valid")
        .root()
        .prepare(&|_| None);
    let commit = Commit::new("test", vec![Change::Create { id: None, prepared }]);
    let committed = record.commit(&everything(), &actor(), PURPOSE, commit).await?;
    Ok(committed.outcomes[0].id.clone())
}

async fn read(record: &Record, id: &str) -> Result<Vec<u8>, ReadError> {
    let mut ask = record.ask(&everything(), &actor(), PURPOSE, record.new_request());
    let held = ask
        .read(ResourceType::from_name("Observation").expect("a type"), id)
        .await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed).json)
}

/// Opens a record on a disk of its own, under which only the database faults.
async fn opened(name: &str) -> (tempfile::TempDir, Arc<TornDisk>, Record) {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = Arc::new(TornDisk::default());
    vfs::register(name, Arc::clone(&disk)).expect("registered");
    let mut options = Options::new(folder.path());
    options.vfs = Some(name.to_owned());
    options.seal_every = None;
    let record = Record::open(options, Arc::new(Wall)).await.expect("it opens");
    (folder, disk, record)
}

#[tokio::test]
async fn every_fault_of_writing_refuses_the_commit_keeps_reads_and_passes() {
    let (_folder, disk, record) = opened("faults-writing").await;
    let mut seed = Seed::new(1);
    let kept = create(&record, &mut seed).await.expect("kept");
    for fault in [Fault::Full, Fault::Write, Fault::Sync, Fault::ReadOnly] {
        let before = record.digest().await.expect("a digest");
        disk.set_fault(Some(fault));
        let error = create(&record, &mut seed).await.expect_err("it is refused");
        let CommitError::Storage(error) = error else {
            panic!("{error}")
        };
        match fault {
            Fault::Full => assert!(matches!(error, RecordError::DiskFull), "{error}"),
            Fault::ReadOnly => assert!(matches!(error, RecordError::ReadOnly), "{error}"),
            Fault::Write | Fault::Sync | Fault::Read => {
                assert!(matches!(error, RecordError::Disk { .. }), "{error}");
            }
        }
        assert!(
            error.to_string().contains("nothing of this change was kept"),
            "{error}"
        );
        assert!(read(&record, &kept).await.is_ok(), "{fault:?}");
        disk.set_fault(None);
        assert_eq!(record.digest().await.expect("a digest"), before, "{fault:?}");
        create(&record, &mut seed).await.expect("kept again");
        assert!(
            record.verify().await.expect("verify runs").is_sound(),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn each_of_many_waiting_commits_hears_what_became_of_it_when_the_disk_fills() {
    let (_folder, disk, record) = opened("faults-many").await;
    let mut tasks = Vec::new();
    for number in 0..64 {
        if number == 20 {
            disk.set_fault(Some(Fault::Full));
        }
        let record = record.clone();
        tasks.push(tokio::spawn(async move {
            create(&record, &mut Seed::new(number)).await
        }));
        tokio::task::yield_now().await;
    }
    let mut kept = Vec::new();
    for task in tasks {
        match task.await.expect("it ran") {
            Ok(id) => kept.push(id),
            Err(CommitError::Storage(RecordError::DiskFull)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    disk.set_fault(None);
    assert_eq!(record.stats().await.expect("counts").resources, kept.len() as u64);
    for id in kept {
        read(&record, &id).await.expect("it is there");
    }
}

#[tokio::test]
async fn a_fault_of_reading_is_an_error_with_words_and_passes() {
    let (_folder, disk, record) = opened("faults-reading").await;
    let id = create(&record, &mut Seed::new(2)).await.expect("kept");
    let digest = record.digest().await.expect("a digest");
    disk.set_fault(Some(Fault::Read));
    // What stands in the page cache may still be read; what does not must say so.
    if let Err(error) = read(&record, &id).await {
        assert!(
            matches!(error, ReadError::Storage(RecordError::Disk { .. })),
            "{error}"
        );
    }
    disk.set_fault(None);
    assert!(read(&record, &id).await.is_ok());
    assert_eq!(record.digest().await.expect("a digest"), digest);
}

#[tokio::test]
async fn nothing_is_disclosed_while_the_read_audit_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = Arc::new(TornDisk::default());
    let mut options = Options::new(folder.path());
    options.audit_disk = Some(Arc::new(TornSegments(Arc::clone(&disk))));
    options.seal_every = None;
    let record = Record::open(options, Arc::new(Wall)).await.expect("it opens");
    let id = create(&record, &mut Seed::new(3)).await.expect("kept");
    read(&record, &id).await.expect("disclosed");
    for fault in [Fault::Full, Fault::Write, Fault::Sync] {
        disk.set_fault(Some(fault));
        assert!(
            matches!(read(&record, &id).await, Err(ReadError::Storage(_))),
            "{fault:?}"
        );
        disk.set_fault(None);
        read(&record, &id).await.expect("disclosed again");
    }
    record.close().await;
    let report = record::verify(folder.path()).expect("verify runs");
    assert_eq!((report.faults.as_slice(), report.read_entries), (&[][..], 4));
}
