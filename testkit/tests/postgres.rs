//! A PostgreSQL of a test's own: what was committed survives a kill, and nothing is left behind.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::postgres::database::connect;
use testkit::postgres::processes::{children, state};
use testkit::postgres::{Database, Server, URL};

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed_and_a_dropped_one_leaves_nothing() {
    let mut server = Server::start().expect("it starts");
    let database = Database::make(&server.url()).await.expect("a database");
    let client = connect(database.url()).await.expect("connects");
    client
        .batch_execute("CREATE TABLE kept (number integer); INSERT INTO kept VALUES (7)")
        .await
        .expect("committed");
    let before = server.process().expect("it runs");
    assert!(children(before).len() > 3);
    server.kill().expect("killed");
    assert!(connect(database.url()).await.is_err());
    server.start_again().expect("it starts again");
    let client = connect(database.url()).await.expect("connects");
    let row = client
        .query_one("SELECT number FROM kept", &[])
        .await
        .expect("read");
    assert_eq!(row.get::<_, i32>(0), 7);
    let fsync = client.query_one("SHOW fsync", &[]).await.expect("read");
    assert_eq!(fsync.get::<_, &str>(0), "on");
    database.remove().await.expect("removed");

    let (process, folder) = (server.process().expect("it runs"), server.folder().to_owned());
    let family = children(process);
    drop(server);
    assert!(!folder.exists());
    for process in family.into_iter().chain([process]) {
        until("the server's processes end", async || {
            matches!(state(process), None | Some('Z'))
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_whose_test_is_killed_ends_and_leaves_nothing() {
    let mut holder = Command::new(env!("CARGO_BIN_EXE_with_postgres"))
        .args(["sh", "-c", "echo \"$RECORD_POSTGRES_URL $$\"; exec sleep 600"])
        .env_remove(URL)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(holder.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("it says where");
    let (url, command) = line.trim().split_once(' ').expect("two words");
    let folder = {
        let client = connect(url).await.expect("connects");
        let row = client.query_one("SHOW data_directory", &[]).await.expect("read");
        std::path::PathBuf::from(row.get::<_, String>(0))
    };
    assert!(folder.exists());
    holder.kill().expect("killed");
    holder.wait().expect("ended");
    until("the folder goes", async || !folder.exists()).await;
    assert!(connect(url).await.is_err());
    let command: u32 = command.parse().expect("a number");
    until("the command ends", async || {
        matches!(state(command), None | Some('Z'))
    })
    .await;
}

#[test]
fn a_command_with_a_server_ends_as_it_would_without() {
    let status = Command::new(env!("CARGO_BIN_EXE_with_postgres"))
        .args(["sh", "-c", "test -n \"$RECORD_POSTGRES_URL\" && exit 3"])
        .status()
        .expect("it runs");
    assert_eq!(status.code(), Some(3));
}
