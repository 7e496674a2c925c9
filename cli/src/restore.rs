//! `sarsen restore`: a record from a backup, into a place that holds nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jiff::Timestamp;
use record::Options;
use record::clock::Wall;
use record::restore::Restore;

use crate::backup::identities;
use crate::house::say;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the backup.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// The file with the identity (AGE-SECRET-KEY-1…).
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    /// The record's new folder: it must not exist, or be empty.
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
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let until = arguments
        .until
        .as_deref()
        .map(|text| {
            text.parse::<Timestamp>()
                .with_context(|| format!("--until: {text} is no moment; give date, time and zone"))
        })
        .transpose()?;
    let restore = Restore {
        from: arguments.from,
        identities: identities(&arguments.identity)?,
        run: arguments.run,
        until,
        send_waiting: arguments.send_waiting,
    };
    let restored = restore.run(&Options::new(&arguments.to), &Wall)?;
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
    if restored.held_letters > 0 {
        say(&format!(
            "{} letters waited to be sent and may have been sent since: they are held until you release or drop them",
            restored.held_letters
        ));
    }
    if restored.unread > 0 {
        say(&format!(
            "{} versions were kept by a release with other rules: they are there, but no search finds them",
            restored.unread
        ));
    }
    for fault in &restored.report.faults {
        say(&format!("FAULT in {}: {}", fault.place, fault.words));
    }
    if restored.report.is_sound() {
        say("the restored record is sound");
        return Ok(ExitCode::SUCCESS);
    }
    say("the restored record is NOT sound: try the run before, and keep both for whoever looks into it");
    Ok(ExitCode::FAILURE)
}
