//! What every proof's program does: read its options and write its report.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

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

/// The path behind an option; `None` when it is not given.
#[must_use]
pub fn path(arguments: &[String], name: &str) -> Option<PathBuf> {
    let at = arguments.iter().position(|word| word == name)?;
    arguments.get(at + 1).map(PathBuf::from)
}

/// How a program ends whose proof came to this; what is wrong is said.
#[must_use]
#[expect(clippy::print_stderr, reason = "a proof's program says why it failed")]
pub fn ended(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("{words}");
            ExitCode::FAILURE
        }
    }
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
