//! What every proof's program does: read its options and write its report.

use std::path::Path;
use std::process::Command;

use record::clock::{SystemClock, Wall};

/// The number behind an option, or another when it is not given.
///
/// # Errors
/// When it is not a number.
pub fn option(arguments: &[String], name: &str, otherwise: u64) -> Result<u64, String> {
    let Some(at) = arguments.iter().position(|word| word == name) else {
        return Ok(otherwise);
    };
    arguments
        .get(at + 1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| format!("{name} wants a number"))
}

/// Writes what `words` makes of today's date and the commit that is checked out.
///
/// # Errors
/// When the file cannot be written.
pub fn write_report(path: &Path, words: impl FnOnce(&str, &str) -> String) -> Result<(), String> {
    let commit = Command::new("git")
        .args(["rev-parse", "--short=12", "HEAD"])
        .output()
        .ok();
    let commit = commit
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default();
    let date = record::instant(Wall.now());
    std::fs::write(path, words(&date[..10], &commit)).map_err(|error| error.to_string())
}
