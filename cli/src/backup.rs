//! `sarsen backup`: copies the record, encrypted, while it is being used; keys for that, and looking at what is there.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use record::backup::{Backup, Identity, Manifest, Recipient, Runs, check};
use record::clock::Wall;

use crate::config::Settings;
use crate::house::{create_secret, options, say};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    make: Make,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make an identity: the secret that backups for it are restored with. Keep it away from this machine.
    Key {
        /// The file to write; it must not exist.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// List the runs of a backup folder.
    List {
        /// The folder.
        folder: PathBuf,
    },
    /// Compare every file of a backup with its hash; with an identity, read it to the end too.
    Check {
        /// The folder.
        folder: PathBuf,
        /// A file with an identity (AGE-SECRET-KEY-1…).
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Make {
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The folder of the backup; made when it does not exist.
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Who can restore it (age1…); may be given more than once.
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Vec<String>,
    /// A file with recipients, one a line.
    #[arg(long, value_name = "FILE")]
    recipients_file: Option<PathBuf>,
    /// Begin anew, rather than with what is new since the last run.
    #[arg(long)]
    full: bool,
}

pub(crate) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        None => make(settings, arguments.make),
        Some(Command::Key { to }) => key(&to),
        Some(Command::List { folder }) => list(&folder),
        Some(Command::Check { folder, identity }) => look(&folder, identity.as_deref()),
    }
}

fn make(settings: &Settings, arguments: Make) -> anyhow::Result<ExitCode> {
    let to = arguments.to.unwrap_or_else(|| settings.backup.directory.clone());
    if to.as_os_str().is_empty() {
        bail!("say where to: --to FOLDER, or backup.directory in the settings");
    }
    let mut named = arguments.recipient;
    if let Some(file) = arguments.recipients_file {
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let lines = text.lines().map(str::trim);
        named.extend(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    if named.is_empty() {
        named.clone_from(&settings.backup.recipients);
    }
    let recipients = named
        .iter()
        .map(|text| {
            Recipient::parse(text)
                .with_context(|| format!("{text} is no recipient: age1 and 58 more characters"))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    let backup = Backup {
        to,
        recipients,
        full: arguments.full,
    };
    let report = backup.run(&options(settings, &directory), &Wall)?;
    let manifest = &report.manifest;
    let kind = match &manifest.parent {
        None => "full".to_owned(),
        Some(parent) => format!("since {parent}"),
    };
    say(&format!(
        "run {} ({kind}): {} versions in {} commits, {} people and units, {} bytes in {} files",
        manifest.run,
        report.versions,
        report.entries,
        report.people,
        manifest.bytes(),
        manifest.parts.len()
    ));
    say(&format!(
        "the snapshot took {} ms, the longest read after it {} ms",
        report.snapshot.as_millis(),
        report.longest_slice.as_millis()
    ));
    Ok(ExitCode::SUCCESS)
}

fn key(to: &Path) -> anyhow::Result<ExitCode> {
    let identity = Identity::generate();
    create_secret(to, &identity.file())?;
    say(&format!(
        "wrote {}; without it no backup for it can be restored",
        to.display()
    ));
    say(&format!("recipient: {}", identity.recipient()));
    Ok(ExitCode::SUCCESS)
}

fn list(folder: &Path) -> anyhow::Result<ExitCode> {
    let runs = Runs::list(folder)?;
    for manifest in runs.runs.values() {
        say(&line(manifest));
    }
    for (run, why) in &runs.unreadable {
        say(&format!("{run}: NOT USABLE: {why}"));
    }
    for left in &runs.unfinished {
        say(&format!("{left}: never finished; the next backup removes it"));
    }
    Ok(if runs.unreadable.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn line(manifest: &Manifest) -> String {
    let kind = match &manifest.parent {
        None => "full".to_owned(),
        Some(parent) => format!("since {parent}"),
    };
    format!(
        "{}  begun {}  {kind}  {} bytes  line {}",
        manifest.run,
        manifest.begun,
        manifest.bytes(),
        manifest.line
    )
}

fn look(folder: &Path, identity: Option<&Path>) -> anyhow::Result<ExitCode> {
    let identities = identity.map(identities).transpose()?.unwrap_or_default();
    let checked = check(folder, &identities)?;
    for (run, why) in &checked.faults {
        say(&format!("FAULT in {run}: {why}"));
    }
    say(&format!(
        "checked: {} runs, {} files, {} items",
        checked.runs.runs.len(),
        checked.parts,
        checked.items
    ));
    if identities.is_empty() {
        say("without an identity nothing was decrypted: files were compared with their hashes");
    }
    if checked.faults.is_empty() {
        say("the backup is whole");
        return Ok(ExitCode::SUCCESS);
    }
    say("the backup is NOT whole: make a full one now, and keep this one until that is checked");
    Ok(ExitCode::FAILURE)
}

/// The identities of a file.
pub(crate) fn identities(file: &Path) -> anyhow::Result<Vec<Identity>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Identity::parse_file(&text).with_context(|| {
        format!(
            "{} is no identity file: lines of AGE-SECRET-KEY-1…",
            file.display()
        )
    })
}
