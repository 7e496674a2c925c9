//! The same commands on PostgreSQL: what the settings name is backed up, restored into, looked at and verified.

use std::path::Path;
use std::process::Output;

use rusqlite::Connection;

use super::backup::House;
use super::process::{Server, run, words};

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

    fn ask(&self, url: &str, text: &str) {
        let done = std::process::Command::new("psql")
            .args([
                "--quiet",
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

fn restore(house: &House, to: &Path, url: &str) -> Output {
    let (from, key) = (house.path("backups"), house.path("key.txt"));
    run(
        &[
            "restore",
            "--from",
            &from.to_string_lossy(),
            "--identity",
            &key.to_string_lossy(),
            "--to",
            &to.to_string_lossy(),
        ],
        &[(SETTING, url)],
    )
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
fn a_server_that_is_not_there_is_told_without_its_address() {
    let house = House::with(1);
    let folder = house.data();
    let away = [(SETTING, "postgresql://sarsen:secret@127.0.0.1:1/record")];
    let looked = run(&["doctor", "--data", &folder.to_string_lossy()], &away);
    said(&looked, 1, &["FAULT (server)", "is the server running"]);
    assert!(!words(&looked).contains("secret"), "{}", words(&looked));
}
