//! Both releases on one PostgreSQL at the same time: the older serves under load, this one starts and migrates meanwhile, both
//! go on, the older stops, this one goes on.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::postgres::database::connect;
use crate::postgres::{Database, Server};
use crate::releases::Outcome;
use crate::releases::load::Load;
use crate::releases::program::{Program, copy_keys};

/// How long each load runs.
const WHILE: Duration = Duration::from_secs(5);

/// What a release must not do to a table that an older one writes: a column that it does not know, and must fill.
const CONTRACTS: &str = "ALTER TABLE history ADD COLUMN reason smallint NOT NULL DEFAULT 0;
    ALTER TABLE history ALTER COLUMN reason DROP DEFAULT";

/// What is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// Nothing: the proof must hold.
    Nothing,
    /// That a migration only adds what older statements need not name.
    Expansion,
}

/// The course.
///
/// # Errors
/// When a program does not start or stop.
pub async fn run(older: PathBuf, this: PathBuf, folder: &Path, removed: Removed) -> io::Result<Outcome> {
    let server = tokio::task::block_in_place(Server::start)?;
    let database = Database::make(&server.url()).await?;
    let program = |binary, name: &str| Program {
        binary,
        folder: folder.join(name),
        database: Some(database.url().to_owned()),
    };
    let (older, this) = (program(older, "older"), program(this, "this"));
    let mut outcome = Outcome::default();
    let old = older.serve()?;
    let before = schema(&database).await?;
    let load = Load::start("a", old.address(), old.address());
    tokio::time::sleep(WHILE).await;
    copy_keys(&older.folder, &this.folder)?;
    let new = tokio::task::block_in_place(|| this.serve())?;
    if removed == Removed::Expansion {
        let client = connect(database.url()).await?;
        client.batch_execute(CONTRACTS).await.map_err(io::Error::other)?;
    }
    outcome.step(format!(
        "while the older program served under load, this one started and migrated the schema from {before} to {}",
        schema(&database).await?
    ));
    // What one writes the other reads and finds, while the first load goes on.
    let crossed = [
        Load::start("b", old.address(), new.address()),
        Load::start("c", new.address(), old.address()),
    ];
    tokio::time::sleep(WHILE).await;
    for load in crossed {
        outcome.heard.add(load.stop().await);
    }
    outcome.heard.add(load.stop().await);
    outcome.step(format!(
        "both served under load, each reading what the other wrote: {} writes so far",
        outcome.heard.writes
    ));
    let both = [
        ("the older program", old.address()),
        ("this program", new.address()),
    ];
    outcome.all_are_there(&both).await;
    let load = Load::start("d", new.address(), new.address());
    tokio::task::block_in_place(|| old.stop())?;
    outcome.step("the older program stopped while this one served under load");
    tokio::time::sleep(WHILE).await;
    outcome.heard.add(load.stop().await);
    outcome.all_are_there(&[("this program", new.address())]).await;
    outcome.refuses(&older);
    tokio::task::block_in_place(|| new.stop())?;
    let other = older.folder.display().to_string();
    outcome.verify(&this, &[&other])?;
    database.remove().await?;
    Ok(outcome)
}

/// The schema's number.
async fn schema(database: &Database) -> io::Result<i32> {
    let row = connect(database.url())
        .await?
        .query_one("SELECT max(number) FROM schema_version", &[])
        .await
        .map_err(io::Error::other)?;
    Ok(row.get(0))
}
