//! The record on a PostgreSQL that is reached by TLS: everything goes that way, and a server that cannot show that it is the
//! one that was named is not entrusted with anything.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fhir::{Document, Limits};
use record::clock::Wall;
use record::{Change, Commit, Engine, Options, Record, RecordError};
use tempfile::TempDir;
use testkit::certificates::Authority;
use testkit::postgres::database::connect;
use testkit::postgres::{Database, Server};

use crate::recovery::{commit, keep, options};

fn roots(folder: &TempDir, authority: &Authority) -> std::path::PathBuf {
    let path = folder.path().join("authority.pem");
    std::fs::write(&path, authority.pem()).expect("written");
    path
}

fn trusting(folder: &Path, url: &str, roots: &Path) -> Options {
    let mut options = options(folder, url);
    if let Engine::Postgres(postgres) = &mut options.engine {
        postgres.roots = Some(roots.to_owned());
    }
    options
}

async fn refused(url: &str, roots: &Path) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Record::open(trusting(folder.path(), url, roots), Arc::new(Wall)).await;
    let error = opened.err().expect("it is not opened");
    assert!(matches!(error, RecordError::Unreachable { .. }), "{error}");
    error.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_of_a_record_is_encrypted_and_bound_to_the_server_s_certificate() {
    let authority = Authority::make().expect("made");
    let server = Server::start_with_tls(&authority, &["127.0.0.1"], &[]).expect("it starts");
    let database = Database::make(&server.url()).await.expect("a database");
    let (folder, data) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"));
    let roots = roots(&folder, &authority);
    // The password is not given to whoever relays it: the sign-in is bound to the certificate that was shown.
    let url = format!("{}?sslmode=verify-full&channel_binding=require", database.url());
    let mut options = trusting(data.path(), &url, &roots);
    if let Engine::Postgres(postgres) = &mut options.engine {
        postgres.replica_url = Some(url.clone());
    }
    let record = Record::open(options, Arc::new(Wall)).await.expect("it opens");
    let id = keep(&record, "Underhill").await;
    // A group of many writes, sent as one, and larger than a record of TLS.
    let text = "x".repeat(40_000);
    let note = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"text":"{text}"}},"subject":{{"reference":"Patient/{id}"}}}}"#
    );
    let document = Document::scan(note.as_bytes(), &Limits::default()).expect("it is FHIR");
    let prepared = document.root().prepare(&|_| None);
    let changes = (0..40)
        .map(|_| Change::Create {
            id: None,
            prepared: prepared.clone(),
        })
        .collect();
    commit(&record, Commit::new("test", changes)).await;
    let bucket = record::ids::id_bucket(&id);
    assert_eq!(record.feed(bucket, 0, 10).await.expect("the feed").len(), 2);
    assert_eq!(record.stats().await.expect("counts").resources, 41);

    // Two who ring and listen, writers, readers, and those of the replica.
    let client = connect(database.url()).await.expect("connects");
    let asked = "SELECT ssl, count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE datname = current_database() AND application_name = 'sarsen' GROUP BY ssl";
    let begun = Instant::now();
    let count = loop {
        let rows = client.query(asked, &[]).await.expect("asked");
        let all: Vec<(bool, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert!(all.iter().all(|(ssl, _)| *ssl), "{all:?}");
        let count = all.iter().map(|(_, count)| count).sum::<i64>();
        if count >= 6 || begun.elapsed() > Duration::from_secs(10) {
            break count;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(count >= 6, "{count} connections");

    // The test's own way is a plain one, at the same port.
    let own = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert!(!client.query_one(own, &[]).await.expect("asked").get::<_, bool>(0));

    // What is cut is made again, encrypted too.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.batch_execute(cut).await.expect("cut");
    keep(&record, "Vance").await;
    let rows = client.query(asked, &[]).await.expect("asked");
    assert!(!rows.is_empty() && rows.iter().all(|row| row.get::<_, bool>(0)));
    record.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_the_one_that_was_named_is_refused_by_the_rule() {
    let authority = Authority::make().expect("made");
    let server = Server::start_with_tls(&authority, &["record.example"], &[]).expect("it starts");
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = roots(&folder, &authority);
    let url = format!("{}?sslmode=require", server.url());

    let other_name = refused(&url, &trusted).await;
    assert!(
        other_name.contains("sslmode=require")
            && other_name.contains("certificate is for another name than the address has"),
        "{other_name}"
    );
    // The name is what counts, wherever it is looked for: the address beside it is not asked of the certificate.
    let named = format!(
        "{}&hostaddr=127.0.0.1",
        url.replace("@127.0.0.1:", "@record.example:")
    );
    let data = tempfile::tempdir().expect("a folder");
    let record = Record::open(trusting(data.path(), &named, &trusted), Arc::new(Wall)).await;
    record.expect("it opens").close().await;

    let elsewhere = tempfile::tempdir().expect("a folder");
    let others = roots(&elsewhere, &Authority::make().expect("made"));
    let other_authority = refused(&named, &others).await;
    assert!(
        other_authority.contains("not of an authority that is trusted here")
            && other_authority.contains("record.postgres_roots"),
        "{other_authority}"
    );

    let nothing = folder.path().join("nothing.pem");
    let missing = refused(&named, &nothing).await;
    assert!(
        missing.contains("record.postgres_roots: ") && missing.contains("nothing.pem cannot be read as PEM"),
        "{missing}"
    );
    std::fs::write(&nothing, "of no use").expect("written");
    let empty = refused(&named, &nothing).await;
    assert!(
        empty.contains("record.postgres_roots: ") && empty.contains("holds no certificate"),
        "{empty}"
    );
    for words in [other_name, other_authority, missing, empty] {
        let password = server.url();
        let password = password
            .split(['@', ':'])
            .nth(2)
            .expect("the address holds a password");
        assert!(!words.contains(password), "{words}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_was_asked_for() {
    let authority = Authority::make().expect("made");
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().expect("it starts");
    let url = format!("{}?sslmode=require", server.url());
    let words = refused(&url, &roots(&folder, &authority)).await;
    assert!(
        words.contains("sslmode=require asks for TLS: server does not support TLS"),
        "{words}"
    );
}
