//! A server's own recovery to a moment: its log is archived, its data folder was copied once, and another server comes back
//! to what was there then. Sarsen takes it in hand, and says so for good.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fhir::{Document, Limits};
use record::clock::Wall;
use record::doctor::{Expectations, Severity, examine};
use record::restore::recovered;
use record::{
    Actor, Change, Commit, Committed, Engine, Options, Postgres, Proof, Purpose, Record, Role, verify_against,
};
use testkit::everything;
use testkit::postgres::database::connect;
use testkit::postgres::{Database, Server};

pub(crate) fn options(folder: &Path, url: &str) -> Options {
    let mut options = Options::new(folder);
    options.seal_every = None;
    options.audit_segment_bytes = 64 << 10;
    options.engine = Engine::Postgres(Postgres {
        partitions: 2,
        ..Postgres::new(url)
    });
    options
}

pub(crate) async fn keep(record: &Record, family: &str) -> String {
    let json = format!(r#"{{"resourceType":"Patient","name":[{{"family":"{family}"}}]}}"#);
    let document = Document::scan(json.as_bytes(), &Limits::default()).expect("it is FHIR");
    let prepared = document.root().prepare(&|_| None);
    let created = Commit::new("test", vec![Change::Create { id: None, prepared }]);
    commit(record, created).await.outcomes[0].id.clone()
}

pub(crate) async fn commit(record: &Record, commit: Commit) -> Committed {
    let actor = Actor::new("actor-1", Role::Development, None);
    let lens = everything();
    let committed = record.commit(&lens, &actor, Purpose::DirectCare, commit).await;
    committed.expect("kept")
}

/// Does in a thread of its own what waits for a server, as a command of `sarsen` does.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).expect("it ran")
}

/// A folder that the server's user may write to.
fn open_to_all() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("opened");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_recovered_to_a_moment_is_taken_in_hand_and_holds_what_was_there_then_and_no_more() {
    let archive = open_to_all();
    let copies = open_to_all();
    let archived = archive.path().display();
    let server = Server::start_with(&[
        ("wal_level", "replica"),
        ("archive_mode", "on"),
        (
            "archive_command",
            &format!("test ! -f {archived}/%f && cp %p {archived}/%f"),
        ),
    ])
    .expect("it starts");
    let database = Database::make(&server.url()).await.expect("a database");
    let client = connect(database.url()).await.expect("connects");
    let house = tempfile::tempdir().expect("a folder");
    let anchor = house.path().join("anchor");
    let data = house.path().join("data");
    let mut settings = options(&data, database.url());
    settings.anchor_file = Some(anchor.clone());
    let record = Record::open(settings.clone(), Arc::new(Wall))
        .await
        .expect("opens");
    keep(&record, "Before").await;
    let base = copies.path().join("base");
    server.base_backup(&base).expect("copied");
    for _ in 0..5 {
        keep(&record, "Early").await;
    }
    record.seal().await.expect("sealed");
    // A follower at work, and a letter that it wants sent.
    client
        .batch_execute(
            "INSERT INTO follower (bucket, follower, position, fence, holder, failures, error, retry_at)
               SELECT bucket, 'webhook', 1, 4, '\\xaa', 0, NULL, 0 FROM bucket_head WHERE position > 0 LIMIT 1;
             INSERT INTO outbox (bucket, key, reactor, channel, address, person, body, state, attempts, next_at, error, at)
               SELECT bucket, 'k1', 'webhook', 'https', 'a', 1, '\\x01', 1, 0, 0, NULL, 1 FROM follower",
        )
        .await
        .expect("written");
    let then = record.index_digest().await.expect("a digest");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let row = client
        .query_one("SELECT CAST(clock_timestamp() AS text)", &[])
        .await;
    let moment: String = row.expect("the server's time").get(0);
    tokio::time::sleep(Duration::from_millis(50)).await;
    for _ in 0..4 {
        keep(&record, "Late").await;
    }
    record.seal().await.expect("sealed");
    record.close().await;
    // The log up to here is in the archive before the machine is lost.
    let row = client
        .query_one("SELECT pg_walfile_name(pg_switch_wal())", &[])
        .await;
    let segment: String = row.expect("switched").get(0);
    let begun = Instant::now();
    while !archive.path().join(&segment).exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the log was not archived"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let other = server
        .recovered(
            &base,
            &[
                ("restore_command", &format!("cp {archived}/%f %p")),
                ("recovery_target_time", &moment),
                ("recovery_target_action", "promote"),
                ("archive_mode", "off"),
            ],
        )
        .expect("it recovers");
    let url = testkit::postgres::database::in_database(&other.url(), database.name()).expect("an address");
    settings.engine = options(&data, &url).engine;

    // As it is, the anchor says that seals were cut: nobody has said yet that this was a recovery.
    let proof = Proof {
        anchors: vec![anchor],
        ..Proof::default()
    };
    let told = apart(|| verify_against(&settings, &proof)).expect("verify runs");
    assert!(
        told.faults
            .iter()
            .any(|fault| fault.words.contains("the seals were cut")),
        "{told:?}"
    );
    let taken = apart(|| recovered(&settings, false, &Wall)).expect("taken in hand");
    assert_eq!(
        (taken.line, taken.held_letters, taken.report.faults),
        (2, 1, Vec::new())
    );
    let after = connect(&url).await.expect("connects");
    let asked = "SELECT fence > 4 AND holder IS NULL FROM follower";
    let row = after.query_one(asked, &[]).await.expect("read");
    assert!(
        row.get::<_, bool>(0),
        "whoever held it before the recovery must hold nothing"
    );
    let report = apart(|| verify_against(&settings, &proof)).expect("verify runs");
    assert_eq!(report.faults, []);
    let anchors = report.anchors.expect("compared");
    assert_eq!(anchors.left_behind.len(), 1);
    assert_eq!((anchors.left_behind[0].line, report.feed_entries), (2, 6));

    let record = Record::open(settings.clone(), Arc::new(Wall))
        .await
        .expect("opens");
    assert_eq!(record.index_digest().await.expect("a digest"), then);
    keep(&record, "Afterwards").await;
    record.seal().await.expect("sealed");
    assert_eq!(record.verify().await.expect("verify runs").faults, []);
    record.close().await;
    let report = apart(|| verify_against(&settings, &proof)).expect("verify runs");
    assert_eq!(report.faults, []);
    assert_eq!(report.feed_entries, 7);

    // The two servers beside each other: as a replica, the one that stopped then lags.
    let mut lagging = options(&data, database.url());
    if let Engine::Postgres(postgres) = &mut lagging.engine {
        postgres.replica_url = Some(url);
    }
    client
        .batch_execute("UPDATE bucket_head SET updated = updated + 3600000000")
        .await
        .expect("an hour");
    let found = apart(|| examine(&lagging, &Expectations::default(), &Wall));
    let replica = found
        .iter()
        .find(|finding| finding.about == "replica")
        .expect("looked at");
    assert_eq!(replica.severity, Severity::Warning, "{replica:?}");
    assert!(replica.words.contains("3 entries behind"), "{replica:?}");
}
