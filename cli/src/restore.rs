//! `sarsen restore`: a record from a backup, into a place that holds nothing: a new folder, and an empty database where
//! the settings name one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Timestamp;
use record::VerifyReport;
use record::clock::Wall;
use record::restore::Restore;

use crate::backup::identities;
use crate::config::Settings;
use crate::house::{options, say};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the backup.
    #[arg(long, value_name = "FOLDER", required_unless_present = "recovered")]
    from: Option<PathBuf>,
    /// The file with the identity (AGE-SECRET-KEY-1…).
    #[arg(long, value_name = "FILE", required_unless_present = "recovered")]
    identity: Option<PathBuf>,
    /// The record's new folder: it must not exist, or be empty. With record.postgres set it holds the keys and the read
    /// audit, and the record goes into that database, which must be empty too.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Leave out every commit after this moment, such as 2026-11-22T13:00:00Z.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// The run to restore; without it, the newest.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Send letters that waited at the time of the backup. Only when it is certain that the record that was backed up has
    /// sent nothing since; else they are held until they are released.
    #[arg(long)]
    send_waiting: bool,
    /// Nothing is restored: PostgreSQL has recovered the database that record.postgres names, to an earlier moment, and it
    /// is to be served from now on. --to is the folder with its keys. Once after each recovery, before `sarsen serve`.
    #[arg(long, conflicts_with_all = ["from", "identity", "until", "run"])]
    recovered: bool,
}

pub(crate) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let (Some(from), Some(identity)) = (arguments.from, arguments.identity) else {
        return recovered(settings, &arguments.to, arguments.send_waiting);
    };
    let until = arguments
        .until
        .as_deref()
        .map(|text| {
            text.parse::<Timestamp>()
                .with_context(|| format!("--until: {text} is no moment; give date, time and zone"))
        })
        .transpose()?;
    let restore = Restore {
        from,
        identities: identities(&identity)?,
        run: arguments.run,
        until,
        send_waiting: arguments.send_waiting,
    };
    let restored = restore.run(&options(settings, &arguments.to), &Wall)?;
    say(&format!(
        "restored run {}: {} versions in {} commits, {} people and units",
        restored.run, restored.versions, restored.entries, restored.people
    ));
    say(&format!("this is line {} of the store's history", restored.line));
    if restored.left_out > 0 {
        say(&format!(
            "left out as later than the moment asked for: {} commits by bucket, {} seals; anchors of those seals belong to \
             the line before",
            restored.left_out, restored.seals_left_out
        ));
    }
    held(restored.held_letters);
    if restored.unread > 0 {
        say(&format!(
            "{} versions were kept by a release with other rules: they are there, but no search finds them",
            restored.unread
        ));
    }
    Ok(verdict(&restored.report))
}

fn recovered(settings: &Settings, folder: &Path, send_waiting: bool) -> anyhow::Result<ExitCode> {
    if !folder.join("keys").is_dir() {
        bail!(
            "{} holds no keys: name the folder that the record had, or one restored with it",
            folder.display()
        );
    }
    let recovered = record::restore::recovered(&options(settings, folder), send_waiting, &Wall)?;
    say(&format!("this is line {} of the store's history", recovered.line));
    held(recovered.held_letters);
    Ok(verdict(&recovered.report))
}

fn held(letters: u64) {
    if letters > 0 {
        say(&format!(
            "{letters} letters waited to be sent and may have been sent since: they are held until you release or drop them"
        ));
    }
}

fn verdict(report: &VerifyReport) -> ExitCode {
    for fault in &report.faults {
        say(&format!("FAULT in {}: {}", fault.place, fault.words));
    }
    if report.is_sound() {
        say("the restored record is sound");
        return ExitCode::SUCCESS;
    }
    say("the restored record is NOT sound: try the run before, and keep both for whoever looks into it");
    ExitCode::FAILURE
}
