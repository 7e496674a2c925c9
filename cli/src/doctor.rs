//! `sarsen doctor`: what ails the record, in plain words, and what to do next.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use record::clock::Wall;
use record::doctor::{Expectations, Finding, Severity, examine};

use crate::config::Settings;
use crate::house::{options, say};

/// The exit code when something should be looked at, but nothing is broken.
const WARNED: u8 = 3;
/// Below this, commits are about to be refused.
const FULL: u64 = 64 << 20;
/// Below this, somebody should make room.
const LOW: u64 = 1 << 30;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(crate) fn run(settings: &Settings, arguments: Arguments) -> ExitCode {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    let backups = &settings.backup.directory;
    let expected = Expectations {
        backups: (!backups.as_os_str().is_empty()).then(|| backups.clone()),
        backup_age: Duration::from_secs(settings.backup.max_age_hours.saturating_mul(3600)),
        ..Expectations::default()
    };
    let mut found = examine(&options(settings, &directory), &expected, &Wall);
    room(&directory, &mut found);
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in &found {
        let word = match finding.severity {
            Severity::Fault => "FAULT",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        say(&format!("{word} ({}): {}", finding.about, finding.words));
        if !finding.next.is_empty() {
            say(&format!("  next: {}", finding.next));
        }
    }
    match found.iter().map(|finding| finding.severity).max() {
        Some(Severity::Fault) => ExitCode::FAILURE,
        Some(Severity::Warning) => ExitCode::from(WARNED),
        Some(Severity::Note) | None => {
            say("nothing is wrong");
            ExitCode::SUCCESS
        }
    }
}

/// How much room is left where the record lies.
fn room(directory: &Path, found: &mut Vec<Finding>) {
    let Ok(disk) = rustix::fs::statvfs(directory) else {
        return;
    };
    let left = disk.f_bavail.saturating_mul(disk.f_frsize);
    let words = format!("{} MiB are left on the disk of the record", left >> 20);
    if left < FULL {
        found.push(Finding::fault(
            "disk",
            format!("{words}: commits are refused, or soon will be; reading goes on as long as its audit has room"),
            "make room (old backups? other programs' files?) or move the folder to a larger disk while Sarsen is stopped; \
             nothing needs repair afterwards",
        ));
    } else if left < LOW {
        found.push(Finding::warning(
            "disk",
            words,
            "make room soon: at none, commits are refused",
        ));
    } else {
        found.push(Finding::note("disk", words));
    }
}
