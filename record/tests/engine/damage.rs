//! Damage: a flipped byte, a cut file. Always an error with words, never a panic, never a wrong answer.

use std::os::unix::fs::FileExt;
use std::sync::Arc;

use record::clock::Wall;
use record::{Change, Expected, Record, RecordError};
use tempfile::TempDir;

use crate::house::{House, ask, commit, create, options, put, read};
use crate::shapes::{kind, observation, patient};

/// A closed record of some resources, in its folder.
async fn closed() -> (TempDir, String, Vec<String>) {
    let house = House::open().await;
    let patient_id = create(&house.record, patient("Lowe")).await;
    let mut ids = Vec::new();
    for value in 0..300 {
        ids.push(create(&house.record, observation(&patient_id, value)).await);
    }
    house.record.close().await;
    (house.folder, patient_id, ids)
}

#[tokio::test]
async fn a_flipped_byte_anywhere_gives_an_error_or_the_truth() {
    let (folder, patient_id, ids) = closed().await;
    let path = folder.path().join("record.sqlite");
    let whole = std::fs::read(&path).expect("the file");
    let mut noticed = 0;
    for step in 0..24usize {
        let from = 4096 + step * (whole.len() - 4096) / 24 + step * 7;
        // The next place with something in it: a flip where nothing was ever written cannot be noticed.
        let written = |at: &usize| whole[*at..*at + 64].iter().filter(|byte| **byte != 0).count() >= 32;
        let at = (from..whole.len() - 64).find(written).unwrap_or(from);
        let mut damaged = whole.clone();
        for byte in &mut damaged[at..(at + 64).min(whole.len())] {
            *byte ^= 0x5a;
        }
        std::fs::write(&path, &damaged).expect("written");
        let mut fault = false;
        match Record::open(options(folder.path()), Arc::new(Wall)).await {
            Err(error) => {
                fault = true;
                assert!(!error.to_string().is_empty());
            }
            Ok(record) => {
                let mut ask = ask(&record);
                let mut held = Vec::new();
                for id in &ids {
                    held.push(ask.read(kind("Observation"), id).await);
                }
                let disclosed = ask.disclose().await.expect("disclosed");
                for (value, held) in held.into_iter().enumerate() {
                    match held {
                        Ok(held) => {
                            let stored = held.open(&disclosed);
                            let json = crate::house::text(&stored);
                            assert!(
                                json.contains(&format!(r#""value":{value},"#)),
                                "byte {at}: {json}"
                            );
                        }
                        Err(_) => fault = true,
                    }
                }
                let change = put(&ids[0], observation(&patient_id, 1), Expected::Any);
                let _ = commit(&record, vec![change]).await;
                let report = record.verify().await;
                fault |= report.is_ok_and(|report| !report.is_sound());
                record.close().await;
            }
        }
        noticed += usize::from(fault);
        let _ = std::fs::remove_file(folder.path().join("record.sqlite-wal"));
    }
    // A flip in free space changes nothing and may go unnoticed.
    assert!(noticed > 14, "{noticed} of 24 were noticed");
}

#[tokio::test]
async fn a_cut_file_gives_an_error_with_words() {
    let (folder, _, ids) = closed().await;
    let path = folder.path().join("record.sqlite");
    let length = std::fs::metadata(&path).expect("the file").len();
    let file = std::fs::File::options().write(true).open(&path).expect("opens");
    file.set_len(length / 2 / 4096 * 4096).expect("cut");
    let mut words = Vec::new();
    match Record::open(options(folder.path()), Arc::new(Wall)).await {
        Err(error) => words.push(error.to_string()),
        Ok(record) => {
            for id in &ids {
                if let Err(error) = read(&record, kind("Observation"), id).await {
                    words.push(error.to_string());
                }
            }
            let _ = commit(
                &record,
                vec![Change::Create {
                    id: None,
                    prepared: patient("Moss"),
                }],
            )
            .await;
            record.close().await;
        }
    }
    assert!(words.iter().any(|words| words.contains("damaged")), "{words:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_with_words() {
    let (folder, ..) = closed().await;
    let file = std::fs::File::options()
        .write(true)
        .open(folder.path().join("record.sqlite"))
        .expect("opens");
    file.write_all_at(b"Not a database at all, sorry", 0)
        .expect("written");
    let opened = Record::open(options(folder.path()), Arc::new(Wall)).await;
    assert!(matches!(opened, Err(RecordError::Corrupt { .. })));
}
