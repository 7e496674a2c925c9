//! Releases side by side, in short (`make proof` runs their programs beside each other): the last release's schema, brought
//! up to this release's with data in it, still takes every statement of the last release. What is kept of it
//! (`tests/released/`) is never edited.

use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use crate::database::Database;
use crate::house::{House, create};
use crate::shapes::{observation, patient};

/// What the last release writes with, and where to.
const WRITES: [(&str, &str); 8] = [
    ("INSERT_LOG", "log"),
    ("INSERT_CURRENT", "current"),
    ("INSERT_HISTORY", "history"),
    ("INSERT_FEED", "feed"),
    ("INSERT_SEAL", "seal"),
    ("PUT_HEAD", "bucket_head"),
    ("PUT_LOCATOR", "locator"),
    ("PUT_IDEMPOTENT", "idempotency"),
];

/// The folder of the last release that is kept.
fn last_release() -> PathBuf {
    let kept = Path::new("tests/released");
    let mut releases: Vec<(Vec<u32>, PathBuf)> = std::fs::read_dir(kept)
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
    statements_in("statements.sql")
}

fn statements_in(file: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(last_release().join(file)).expect("kept");
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

/// The same on PostgreSQL, from the schema that its first program made.
async fn migrated_server() -> (House, Client) {
    let database = Database::empty().await;
    let old = database.client().await;
    let schema = std::fs::read_to_string(last_release().join("postgres-7.sql")).expect("kept");
    let schema = format!(
        "SET sarsen.partitions = '2'; {schema};
         CREATE TABLE schema_version (number integer PRIMARY KEY);
         INSERT INTO schema_version SELECT generate_series(1, 7)"
    );
    old.batch_execute(&schema).await.expect("the released schema");
    drop(old);
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open_at(folder, Some(database), |_| ()).await;
    let id = create(&house.record, patient("Released")).await;
    create(&house.record, observation(&id, 1)).await;
    let client = house.database.as_ref().expect("a server").client().await;
    (house, client)
}

/// Runs a statement with a value of its type for every parameter; gives its rows.
async fn run_on_server(client: &Client, text: &str, from: i64) -> Result<usize, tokio_postgres::Error> {
    // Numbers stand behind question marks nowhere else in these texts.
    let statement = client.prepare(&text.replace('?', "$")).await?;
    let values: Vec<Box<dyn ToSql + Sync>> = (from..)
        .zip(statement.params())
        .map(|(number, kind)| -> Box<dyn ToSql + Sync> {
            match *kind {
                Type::INT2 => Box::new((number % 1000) as i16),
                Type::INT4 => Box::new(number as i32),
                Type::INT8 => Box::new(number),
                Type::BYTEA => Box::new(number.to_be_bytes().to_vec()),
                _ => Box::new(number.to_string()),
            }
        })
        .collect();
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(AsRef::as_ref).collect();
    client.query(&statement, &values).await.map(|rows| rows.len())
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
    for (name, table) in WRITES {
        let before = count(table);
        run(&connection, text(name), 5_000_000).expect(name);
        assert_eq!(count(table), before + 1, "{name}");
    }
    assert!(run(&connection, text("HEADS"), 0).expect("read") > 1);
}

#[tokio::test]
async fn every_statement_of_the_last_release_runs_on_a_server_with_the_schema_of_this_one() {
    let (house, client) = migrated_server().await;
    for (at, (name, text)) in (0..).zip(statements_in("statements-7.sql")) {
        client.batch_execute("BEGIN").await.expect("begun");
        let ran = run_on_server(&client, &text, 1_000_000 * (at + 1)).await;
        client.batch_execute("ROLLBACK").await.expect("rolled back");
        assert!(ran.is_ok(), "{name}: {ran:?}");
    }
    house.record.close().await;
}

#[tokio::test]
async fn what_the_last_release_writes_on_a_server_with_this_schema_is_there() {
    let (house, client) = migrated_server().await;
    for (name, table) in WRITES {
        // The rows of the heads are made with the schema there.
        let more = i64::from(name != "PUT_HEAD");
        let count = format!("SELECT count(*) FROM {table}");
        let before: i64 = client.query_one(&count, &[]).await.expect("counted").get(0);
        let texts = statements_in("statements-7.sql");
        let (_, text) = texts.iter().find(|(known, _)| known == name).expect(name);
        run_on_server(&client, text, 5_000_000).await.expect(name);
        let after: i64 = client.query_one(&count, &[]).await.expect("counted").get(0);
        assert_eq!(after, before + more, "{name}");
    }
    house.record.close().await;
}
