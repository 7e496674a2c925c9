//! Releases side by side: the last release's schema, brought up to this release's with data in it, still takes every
//! statement of the last release. What is kept of it (`tests/released/`) is never edited.

use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::house::{House, create};
use crate::shapes::{observation, patient};

/// The folder of the last release that is kept.
fn last_release() -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released");
    let mut releases: Vec<(Vec<u32>, PathBuf)> = std::fs::read_dir(&kept)
        .expect("releases are kept")
        .map(|entry| {
            let entry = entry.expect("a folder");
            let name = entry.file_name().into_string().expect("UTF-8");
            let numbers = name.split('.').map(|part| part.parse().expect("a version"));
            (numbers.collect(), entry.path())
        })
        .collect();
    releases.sort();
    releases.pop().expect("at least one").1
}

/// The kept statements, each with its name.
fn statements() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(last_release().join("statements.sql")).expect("kept");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    let (pairs, rest) = lines.as_chunks::<2>();
    assert!(rest.is_empty() && pairs.len() > 40, "{} statements", pairs.len());
    pairs
        .iter()
        .map(|[name, text]| (name.trim_start_matches("-- ").to_owned(), (*text).to_owned()))
        .collect()
}

/// A store of this release with a few resources in it, every migration applied by the program itself.
async fn migrated() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record.sqlite");
    let old = Connection::open(&path).expect("made");
    let schema = std::fs::read_to_string(last_release().join("sqlite.sql")).expect("kept");
    old.execute_batch(&schema).expect("the released schema");
    old.pragma_update(None, "user_version", 1).expect("set");
    drop(old);
    let house = House::open_with(folder, |_| ()).await;
    let id = create(&house.record, patient("Released")).await;
    create(&house.record, observation(&id, 1)).await;
    let folder = house.folder;
    house.record.close().await;
    (folder, Connection::open(path).expect("opens"))
}

/// Runs a statement with a number for every parameter; gives its rows.
fn run(connection: &Connection, text: &str, from: i64) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare(text)?;
    let values: Vec<Value> = (0..statement.parameter_count())
        .map(|at| Value::Integer(from + at as i64))
        .collect();
    let mut rows = statement.query(params_from_iter(values))?;
    let mut count = 0;
    while rows.next()?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[tokio::test]
async fn every_statement_of_the_last_release_runs_on_the_schema_of_this_one() {
    let (_folder, connection) = migrated().await;
    connection.execute_batch("BEGIN").expect("begun");
    for (at, (name, text)) in (0..).zip(statements()) {
        // Each with numbers of its own, so that no row that one of them writes is in the way of another.
        let ran = run(&connection, &text, 1_000_000 * (at + 1));
        assert!(ran.is_ok(), "{name}: {ran:?}");
    }
}

#[tokio::test]
async fn what_the_last_release_writes_on_this_schema_is_there() {
    let (_folder, connection) = migrated().await;
    let texts = statements();
    let text = |name: &str| -> &str {
        let found = texts.iter().find(|(known, _)| known == name);
        &found.expect("a statement of the release").1
    };
    let count = |table: &str| -> u64 {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .expect("counted")
    };
    for (name, table) in [
        ("INSERT_LOG", "log"),
        ("INSERT_CURRENT", "current"),
        ("INSERT_HISTORY", "history"),
        ("INSERT_FEED", "feed"),
        ("INSERT_SEAL", "seal"),
        ("PUT_HEAD", "bucket_head"),
        ("PUT_LOCATOR", "locator"),
        ("PUT_IDEMPOTENT", "idempotency"),
    ] {
        let before = count(table);
        run(&connection, text(name), 5_000_000).expect(name);
        assert_eq!(count(table), before + 1, "{name}");
    }
    assert!(run(&connection, text("HEADS"), 0).expect("read") > 1);
}
