//! What ails a server, made for real, and what `sarsen doctor` and `sarsen verify` say of it.

use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use record::clock::{FixedClock, SystemClock, Wall};
use record::doctor::{Expectations, Finding, Severity, examine};
use record::{Options, Proof, Record, verify_against};
use testkit::postgres::database::connect;
use testkit::postgres::{Database, Server};

use crate::recovery::{apart, keep, options};

async fn lived_in(server: &Server) -> (Database, tempfile::TempDir, Options) {
    let database = Database::make(&server.url()).await.expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let options = options(folder.path(), database.url());
    let record = Record::open(options.clone(), Arc::new(Wall))
        .await
        .expect("opens");
    for _ in 0..10 {
        keep(&record, "Ill").await;
    }
    record.close().await;
    (database, folder, options)
}

fn doctor(options: &Options, clock: &dyn SystemClock) -> Vec<Finding> {
    apart(|| examine(options, &Expectations::default(), clock))
}

#[track_caller]
fn told(found: &[Finding], about: &str, severity: Severity, words: &str) {
    let is_it = |finding: &&Finding| {
        finding.about == about && finding.severity == severity && finding.words.contains(words)
    };
    let finding = found.iter().find(is_it);
    assert!(
        finding.is_some_and(|finding| !finding.next.is_empty()),
        "{about}: {words}: {found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_or_weakly_set_up_or_late_is_told_with_what_to_do() {
    let mut server =
        Server::start_with(&[("archive_mode", "on"), ("archive_command", "false")]).expect("it starts");
    let (database, _folder, options) = lived_in(&server).await;
    let well = doctor(&options, &Wall);
    let broken = |finding: &&Finding| finding.severity == Severity::Fault && finding.about != "archive";
    assert_eq!(well.iter().find(broken), None);
    let slow = FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time"));
    told(
        &doctor(&options, &slow),
        "clock",
        Severity::Warning,
        "days ahead of this machine's",
    );

    let client = connect(database.url()).await.expect("connects");
    client
        .batch_execute("SELECT pg_switch_wal()")
        .await
        .expect("switched");
    let begun = Instant::now();
    while !doctor(&options, &Wall)
        .iter()
        .any(|finding| finding.about == "archive")
    {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the archive's failure was not told"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    told(
        &doctor(&options, &Wall),
        "archive",
        Severity::Fault,
        "is not archived",
    );

    client
        .batch_execute("CREATE ROLE another LOGIN PASSWORD 'another'; GRANT pg_read_all_data TO another")
        .await
        .expect("made");
    let (_, place) = database.url().split_once('@').expect("an address");
    let another = crate::recovery::options(
        &options.directory,
        &format!("postgresql://another:another@{place}"),
    );
    told(
        &doctor(&another, &Wall),
        "rights",
        Severity::Warning,
        "does not own the database",
    );

    let weaken = format!("ALTER DATABASE {} SET synchronous_commit = off", database.name());
    client.batch_execute(&weaken).await.expect("set");
    told(
        &doctor(&options, &Wall),
        "setting",
        Severity::Fault,
        "synchronous_commit is off, but must be on",
    );
    drop(client);
    server.stop().expect("stopped");
    told(
        &doctor(&options, &Wall),
        "server",
        Severity::Fault,
        "the database cannot be used",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_hold_is_told_with_its_table_and_found_by_verify() {
    let mut server = Server::start().expect("it starts");
    let (database, _folder, options) = lived_in(&server).await;
    let client = connect(database.url()).await.expect("connects");
    client.batch_execute("CHECKPOINT").await.expect("written");
    let asked = "SELECT pg_relation_filepath(CAST(c.oid AS regclass)) FROM pg_class c
        WHERE relname LIKE 'log\\__' AND relkind = 'r' AND pg_relation_size(c.oid) > 0";
    let row = client.query(asked, &[]).await.expect("asked").remove(0);
    let file = server.folder().join("data").join(row.get::<_, String>(0));
    drop(client);
    server.stop().expect("stopped");
    let mut page = std::fs::File::options().write(true).open(file).expect("opens");
    page.seek(SeekFrom::Start(0)).expect("at its head");
    page.write_all(&[0x5a; 64]).expect("damaged");
    drop(page);
    server.start_again().expect("it starts again");
    let found = doctor(&options, &Wall);
    told(
        &found,
        "damage",
        Severity::Fault,
        "the database is damaged in table log",
    );
    let report = apart(|| verify_against(&options, &Proof::default())).expect("verify runs");
    let named = report
        .faults
        .iter()
        .any(|fault| fault.place == "database" && fault.words.contains("table log"));
    assert!(named, "{:?}", report.faults);
}
