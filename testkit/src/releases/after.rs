//! One release after the other on one folder (SQLite): the older writes, this one migrates and goes on, and the older then
//! refuses what is newer than it knows.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::releases::Outcome;
use crate::releases::load::Load;
use crate::releases::program::Program;

/// How long each load runs.
const WHILE: Duration = Duration::from_secs(5);

/// The course.
///
/// # Errors
/// When a program does not start or stop.
pub async fn run(older: PathBuf, this: PathBuf, folder: &Path) -> io::Result<Outcome> {
    let program = |binary| Program {
        binary,
        folder: folder.join("after"),
        database: None,
    };
    let (older, this) = (program(older), program(this));
    let mut outcome = Outcome::default();
    let serving = older.serve()?;
    let load = Load::start("a", serving.address(), serving.address());
    tokio::time::sleep(WHILE).await;
    outcome.heard.add(load.stop().await);
    serving.stop()?;
    outcome.step(format!(
        "the older program kept {} writes and was stopped",
        outcome.heard.writes
    ));
    let serving = this.serve()?;
    outcome.step("this program took up its folder and migrated it");
    outcome
        .all_are_there(&[("this program", serving.address())])
        .await;
    let load = Load::start("b", serving.address(), serving.address());
    tokio::time::sleep(WHILE).await;
    outcome.heard.add(load.stop().await);
    outcome
        .filled(serving.address(), Duration::from_secs(300))
        .await?;
    outcome
        .all_are_there(&[("this program", serving.address())])
        .await;
    serving.stop()?;
    outcome.verify(&this, &[])?;
    outcome.refuses(&older);
    outcome.verify(&this, &[])?;
    Ok(outcome)
}
