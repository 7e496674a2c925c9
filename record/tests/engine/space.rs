//! A full disk: the commit is refused in words, what was kept can be read, and commits go on once there is room.

use record::{Change, CommitError, RecordError};

use crate::house::{House, commit, create, read};
use crate::shapes::{kind, observation, patient};

#[tokio::test]
async fn a_full_disk_refuses_commits_keeps_reads_and_lets_go_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open_with(folder, |options| options.max_pages = Some(60)).await;
    let patient_id = create(&house.record, patient("Kerr")).await;
    let mut kept = Vec::new();
    let error = loop {
        let change = Change::Create {
            id: None,
            prepared: observation(&patient_id, kept.len() as u32),
        };
        match commit(&house.record, vec![change]).await {
            Ok(committed) => kept.push(committed.outcomes[0].id.clone()),
            Err(error) => break error,
        }
        assert!(kept.len() < 10_000, "the disk never filled");
    };
    assert!(
        matches!(error, CommitError::Storage(RecordError::DiskFull)),
        "{error}"
    );
    assert!(error.to_string().contains("no space is left"), "{error}");
    for id in &kept {
        read(&house.record, kind("Observation"), id)
            .await
            .expect("what was kept can be read");
    }
    house.check().await;
    house.record.close().await;
    let house = House::open_with(house.folder, |_| ()).await;
    create(&house.record, observation(&patient_id, 1)).await;
    assert_eq!(
        house.record.stats().await.expect("counts").resources,
        kept.len() as u64 + 2
    );
    house.check().await;
}
