//! `sarsen keys`: the signing key of the seals.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use actions::access::Tokens;
use anyhow::bail;
use record::RecordError;

use crate::config::Settings;
use crate::house::{House, say};

/// How long a running service is given to take up the new key: it seals each minute.
const PATIENCE: Duration = Duration::from_secs(150);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Sign the seals with a new key, which the present one introduces; its private half is then removed. A running
    /// service takes the new key up with its next seal, within a minute.
    Rotate {
        /// The record's folder.
        #[arg(long, value_name = "FOLDER")]
        data: Option<PathBuf>,
    },
}

pub(crate) async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Verb::Rotate { data } = arguments.verb;
    let directory = data.unwrap_or_else(|| settings.record.directory.clone());
    if !directory.join("keys").is_dir() {
        bail!(
            "{} holds no keys: it is not the folder of a record",
            directory.display()
        );
    }
    record::rotate_key(&directory)?;
    match House::open(&settings, &directory, Tokens::none()).await {
        // Closing seals, and the seal takes the key up.
        Ok(house) => house.close().await,
        Err(error) if matches!(error.downcast_ref(), Some(RecordError::InUse)) => {
            say("a running service has the record; it takes the new key up with its next seal");
            wait(&directory).await?;
        }
        Err(error) => return Err(error),
    }
    if record::is_rotating(&directory)? {
        bail!("the new key was not taken up; it waits in keys/seal.next for the next seal");
    }
    let public = std::fs::read_to_string(directory.join("keys/seal.pub"))?;
    say(&format!(
        "a new key signs the seals; its public half is {}",
        public.trim()
    ));
    Ok(ExitCode::SUCCESS)
}

async fn wait(directory: &Path) -> anyhow::Result<()> {
    let began = Instant::now();
    while record::is_rotating(directory)? && began.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
