//! `sarsen verify`: is what is stored what was committed?

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use record::{Proof, PublicKey, VerifyReport};

use crate::config::Settings;
use crate::house::{options, say};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// An anchor file (audit.anchor_file) that the seals are compared with; may be given several times.
    #[arg(long, value_name = "FILE")]
    anchor: Vec<PathBuf>,
    /// The public key that is trusted, as it stood in keys/seal.pub; a key that a later one was introduced by also serves.
    #[arg(long, value_name = "KEY")]
    public_key: Option<PublicKey>,
    /// The folder of another process on the same store, whose read audit is checked too; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    process: Vec<PathBuf>,
}

pub(crate) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    // A name that was mistyped is no sign that the record was tampered with.
    for anchor in &arguments.anchor {
        File::open(anchor).with_context(|| {
            format!(
                "--anchor: {} cannot be read; nothing was checked",
                anchor.display()
            )
        })?;
    }
    let proof = Proof {
        anchors: arguments.anchor,
        public_key: arguments.public_key,
        processes: arguments.process,
    };
    let report = record::verify_against(&options(settings, &directory), &proof)?;
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
        "checked: {} versions, {} commits in the feed, {} entries of the read audit, {} seals by {} keys",
        report.versions, report.feed_entries, report.read_entries, report.seals, report.signers
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
    lines.extend(report.reads_elsewhere.iter().map(|(process, seals)| {
        format!("NOT CHECKED: the read audit of process {process}, which {seals} seals name; give its folder with --process")
    }));
    lines.extend(anchored(report));
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

/// What the anchor files prove, and what lies after them.
fn anchored(report: &VerifyReport) -> Vec<String> {
    let Some(anchors) = &report.anchors else {
        return vec![
            "no anchor was given: whoever owns the database and holds the signing key could have recomputed all this"
                .to_owned(),
        ];
    };
    let mut lines = Vec::new();
    match anchors.last {
        Some((number, at)) => lines.push(format!(
            "proven by the anchor up to seal {number} of {at}; unproven after it: {} commits, {} reads",
            anchors.feed_after, anchors.reads_after
        )),
        None => lines.push("the anchor proves nothing of this record".to_owned()),
    }
    lines.extend(anchors.left_behind.iter().map(|left| {
        let moment = left.until.map_or(String::new(), |until| format!(" to the moment {until}"));
        format!(
            "{} anchored seals were left behind when line {} began at {} ({}{moment}): no tampering, if somebody restored then",
            left.seals, left.line, left.at, left.run
        )
    }));
    if anchors.torn_lines > 0 {
        lines.push(format!(
            "{} lines of the anchor file are not whole (torn off when the machine stopped)",
            anchors.torn_lines
        ));
    }
    lines
}
