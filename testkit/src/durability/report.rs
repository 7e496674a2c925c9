//! The proof in words, as Markdown.

use std::fmt::Write;

use crate::durability::parent::Outcome;
use crate::durability::work::{Death, Removed};

/// One series with its name.
pub struct Series {
    /// How the children died.
    pub death: Death,
    /// Which guarantee was removed.
    pub removed: Removed,
    /// What was found.
    pub outcome: Outcome,
}

impl Series {
    /// Whether the series came out as it must: no failure, or, with a guarantee removed, at least one.
    #[must_use]
    pub fn is_as_it_must_be(&self) -> bool {
        self.outcome.failures.is_empty() == (self.removed == Removed::Nothing)
    }
}

/// The report.
#[must_use]
pub fn markdown(date: &str, commit: &str, series: &[Series]) -> String {
    let mut out = format!(
        "# Durability proof\n\nDate: {date}. Commit: `{commit}`.\n\nA child process commits (1 to 6 resources at once, six tasks, both lanes), updates and reads; it tells each \
         acknowledgement through a pipe and dies at a random moment. *kill*: SIGKILL. *power*: of what was written and not yet \
         made durable, a random part of the 512-byte sectors reaches the files and the rest is lost. After each death the \
         record is opened again: every acknowledged commit must be there whole, none half, every acknowledged read in the \
         audit, and feed, audit and seals must verify. Ten deaths follow each other on one data directory.\n\n\
         | death | guarantee removed | runs | with commits | commits acknowledged | reads acknowledged | kept unheard | failures | as it must be |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---|\n"
    );
    for one in series {
        let found = &one.outcome;
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            one.death.word(),
            one.removed.word(),
            found.runs,
            found.runs_with_commits,
            found.commits,
            found.reads,
            found.unheard,
            found.failures.len(),
            if one.is_as_it_must_be() { "yes" } else { "**no**" }
        );
    }
    for one in series.iter().filter(|one| !one.outcome.failures.is_empty()) {
        let _ = writeln!(
            out,
            "\n## What failed: {}, {} removed\n",
            one.death.word(),
            one.removed.word()
        );
        for failure in one.outcome.failures.iter().take(8) {
            let _ = writeln!(out, "- {failure}");
        }
    }
    out
}
