//! The same commands on PostgreSQL: what the settings name is backed up, restored into, looked at and verified.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use rusqlite::Connection;

use super::backup::House;
use super::process::{Server, run, spawn, words};

const SETTING: &str = "SARSEN_RECORD__POSTGRES";

/// An empty database on the server that tests may use, made by way of `psql`; gone with it.
struct Database {
    maintenance: String,
    name: String,
}

impl Database {
    fn make(name: &str) -> Database {
        let maintenance = std::env::var("RECORD_POSTGRES_URL")
            .expect("this test needs a PostgreSQL server: scripts/with-postgres.sh cargo nextest run -p cli");
        let name = format!("cli_{name}_{}", std::process::id());
        let database = Database { maintenance, name };
        database.ask(
            &database.maintenance,
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name),
        );
        let make = format!(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'",
            database.name
        );
        database.ask(&database.maintenance, &make);
        database
    }

    fn url(&self) -> String {
        let (server, _) = self.maintenance.rsplit_once('/').expect("it names a database");
        format!("{server}/{}", self.name)
    }

    fn run(&self, text: &str) {
        self.ask(&self.url(), text);
    }

    /// Whether a restore is at work in it, or was stopped.
    fn is_marked(&self) -> bool {
        self.ask(&self.url(), "SELECT to_regclass('restoring') IS NOT NULL")
            .trim()
            == "t"
    }

    fn ask(&self, url: &str, text: &str) -> String {
        let done = std::process::Command::new("psql")
            .args([
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--no-psqlrc",
                "--set",
                "ON_ERROR_STOP=1",
                "--dbname",
                url,
                "--command",
                text,
            ])
            .output()
            .expect("psql runs");
        assert!(done.status.success(), "{text}: {}", words(&done));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.ask(
            &self.maintenance,
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
    }
}

fn said(output: &Output, code: i32, words_said: &[&str]) {
    let all = words(output);
    assert_eq!(output.status.code(), Some(code), "{all}");
    for word in words_said {
        assert!(all.contains(word), "{word}: {all}");
    }
}

fn restore_arguments(house: &House, to: &Path) -> Vec<String> {
    let (from, key) = (house.path("backups"), house.path("key.txt"));
    [
        "restore",
        "--from",
        &from.to_string_lossy(),
        "--identity",
        &key.to_string_lossy(),
        "--to",
        &to.to_string_lossy(),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn restore(house: &House, to: &Path, url: &str) -> Output {
    let arguments = restore_arguments(house, to);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run(&arguments, &[(SETTING, url)])
}

#[test]
fn a_record_moves_to_a_server_and_is_backed_up_verified_and_looked_at_there() {
    let house = House::with(30);
    said(&house.backup(&[]), 0, &["(full)"]);
    let database = Database::make("moves");
    let url = database.url();
    let settings = [(SETTING, url.as_str())];
    let data = house.path("on-server");
    let folder = data.to_string_lossy();
    said(
        &restore(&house, &data, &url),
        0,
        &["60 versions", "the restored record is sound"],
    );
    assert!(data.join("keys/seal.key").is_file() && !data.join("record.sqlite").exists());
    // A database that holds a record is never written over.
    said(
        &restore(&house, &house.path("again"), &url),
        1,
        &["the database that record.postgres names is not empty"],
    );
    said(
        &run(&["verify", "--data", &folder], &settings),
        0,
        &["60 versions", "the record is sound"],
    );

    let server = Server::serve(&data, &settings);
    let (status, _) = server.call(
        "PUT",
        "/fhir/Patient/late",
        "{\"resourceType\":\"Patient\",\"id\":\"late\"}",
    );
    assert_eq!(status, 201);
    let backups = house.path("backups");
    let backed_up = run(
        &[
            "backup",
            "--data",
            &folder,
            "--to",
            &backups.to_string_lossy(),
            "--recipient",
            house.recipient(),
        ],
        &settings,
    );
    said(&backed_up, 0, &[": 1 versions in 1 commits"]);
    let looked = run(&["doctor", "--data", &folder], &settings);
    said(
        &looked,
        3,
        &["has the record open", "no folder for backups is set"],
    );
    drop(server);
    said(
        &run(&["verify", "--data", &folder], &settings),
        0,
        &["61 versions"],
    );
    // And back into a file.
    let file = house.path("copy");
    said(&restore(&house, &file, ""), 0, &["61 versions", "this is line 3"]);
    let copy = Connection::open(file.join("record.sqlite")).expect("a file");
    let rows: i64 = copy
        .query_row("SELECT count(*) FROM log", [], |row| row.get(0))
        .expect("asked");
    assert_eq!(rows, 61);
}

#[test]
fn a_half_filled_database_is_served_by_nobody() {
    let house = House::with(5);
    said(&house.backup(&[]), 0, &[]);
    let database = Database::make("half");
    let url = database.url();
    let settings = [(SETTING, url.as_str())];
    let data = house.path("on-server");
    said(&restore(&house, &data, &url), 0, &[]);
    database.run("CREATE TABLE restoring (since timestamptz); DELETE FROM log");
    std::fs::write(data.join(".restoring"), b"").expect("written");
    let folder = data.to_string_lossy();
    let half = "the database holds half of a record";
    for command in ["verify", "doctor"] {
        said(&run(&[command, "--data", &folder], &settings), 1, &[half]);
    }
    said(
        &run(
            &["serve", "--address", "127.0.0.1:0", "--data", &folder],
            &settings,
        ),
        1,
        &[half],
    );
    said(
        &restore(&house, &data, &url),
        0,
        &["the restored record is sound"],
    );
    said(
        &run(&["verify", "--data", &folder], &settings),
        0,
        &["the record is sound"],
    );
}

#[test]
fn a_restore_that_is_killed_leaves_a_database_that_nobody_serves_and_can_be_run_again() {
    let house = House::with(1500);
    said(&house.backup(&[]), 0, &[]);
    let database = Database::make("killed");
    let url = database.url();
    let settings = [(SETTING, url.as_str())];
    let data = house.path("on-server");
    let arguments = restore_arguments(&house, &data);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut restoring = spawn(&arguments, &settings);
    let begun = std::time::Instant::now();
    while !database.is_marked() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never began");
    }
    restoring.kill().expect("killed");
    restoring.wait().expect("ended");
    assert!(
        database.is_marked() && !data.exists(),
        "it was killed too late to tell anything"
    );
    let folder = house.path("new");
    let serve = [
        "serve",
        "--address",
        "127.0.0.1:0",
        "--data",
        &folder.to_string_lossy(),
    ];
    said(
        &run(&serve, &settings),
        1,
        &["the database holds half of a record"],
    );
    // The server notices within a second that nobody is there any more, or later where it has much to do.
    let killed = std::time::Instant::now();
    let restored = loop {
        let restored = restore(&house, &data, &url);
        let waits = words(&restored).contains("another restore is at work there");
        if !waits || killed.elapsed() > Duration::from_secs(60) {
            break restored;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    said(&restored, 0, &["3000 versions", "the restored record is sound"]);
    assert!(!database.is_marked());
}

#[test]
fn a_server_that_is_not_there_is_told_without_its_address() {
    let house = House::with(1);
    let folder = house.data();
    let away = [(SETTING, "postgresql://sarsen:secret@127.0.0.1:1/record")];
    let looked = run(&["doctor", "--data", &folder.to_string_lossy()], &away);
    said(&looked, 1, &["FAULT (server)", "is the server running"]);
    assert!(!words(&looked).contains("secret"), "{}", words(&looked));
}
