//! `sarsen verify`: is what is stored what was committed?

use std::path::PathBuf;
use std::process::ExitCode;

use record::VerifyReport;

use crate::config::Settings;
use crate::house::say;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(crate) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    let report = record::verify(&directory)?;
    for line in lines(&report) {
        say(&line);
    }
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The report in words: what was checked, what is wrong, and what is not proven yet.
fn lines(report: &VerifyReport) -> Vec<String> {
    let mut lines = vec![format!(
        "checked: {} versions, {} commits in the feed, {} entries of the read audit, {} seals",
        report.versions, report.feed_entries, report.read_entries, report.seals
    )];
    lines.extend(
        report
            .faults
            .iter()
            .map(|fault| format!("FAULT in {}: {}", fault.place, fault.words)),
    );
    lines.extend(
        report
            .set_aside
            .iter()
            .map(|name| format!("set aside when the record was opened, to be looked into: {name}")),
    );
    if report.more_faults > 0 {
        lines.push(format!("and {} more faults", report.more_faults));
    }
    if report.not_rederived > 0 {
        lines.push(format!(
            "{} resources were kept by a release with other rules; their index entries were not made again",
            report.not_rederived
        ));
    }
    if report.feed_after_seal + report.reads_after_seal > 0 {
        lines.push(format!(
            "after the last seal, consistent but not proven: {} commits, {} reads",
            report.feed_after_seal, report.reads_after_seal
        ));
    }
    let verdict = if report.is_sound() {
        "the record is sound"
    } else {
        "the record is NOT what was kept: restore from a backup, and keep this folder for whoever looks into it"
    };
    lines.push(verdict.to_owned());
    lines
}
