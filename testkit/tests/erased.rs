//! A destroyed record in a server that gives up its old log: nothing of it is in any file of the server.

use std::path::Path;
use std::sync::Arc;

use record::clock::Wall;
use record::{Commit, Reason, Record, WholeRecord};
use testkit::postgres::{Database, Server};

use crate::recovery::{commit, keep, options};

/// The files below a folder in which a word stands, as it is or in small letters.
fn files_with(folder: &Path, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, word));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let text: String = bytes.into_iter().map(char::from).collect();
            if text.contains(word) || text.contains(&word.to_lowercase()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_destroyed_record_is_in_any_file_of_a_server_that_gives_up_its_old_log() {
    let server = Server::start_with(&[("wal_recycle", "off")]).expect("it starts");
    let database = Database::make(&server.url()).await.expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let record = Record::open(options(folder.path(), database.url()), Arc::new(Wall)).await;
    let record = record.expect("opens");
    let id = keep(&record, "Quillbramble").await;
    keep(&record, "Somebody").await;
    let log = |files: &[String]| files.iter().any(|file| file.contains("pg_wal"));
    assert!(
        log(&files_with(server.folder(), "Quillbramble")),
        "the search itself must find it"
    );
    let deed = WholeRecord::Destroy {
        people: vec![id],
        ground: Reason::CourtOrder,
        asked_by: "actor-2".to_owned(),
    };
    commit(&record, Commit::of_deed("test", deed)).await;
    record.seal().await.expect("sealed");
    assert!(record.destructions().await.expect("listed")[0].finished);
    for place in [server.folder(), folder.path()] {
        assert_eq!(files_with(place, "Quillbramble"), [] as [String; 0]);
    }
    assert!(!files_with(server.folder(), "Somebody").is_empty());
    record.close().await;
}
