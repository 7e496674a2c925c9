//! The proof in words, as Markdown.

use std::fmt::Write;

use crate::outage::runs::Outcome;
use crate::outage::trouble::{Removed, Trouble};

/// One series with its name.
pub struct Reported {
    /// What failed.
    pub trouble: Trouble,
    /// Which guarantee was taken away.
    pub removed: Removed,
    /// What was found.
    pub outcome: Outcome,
}

impl Reported {
    /// Whether it came out as it must: no failure, or, with a guarantee removed, at least one.
    #[must_use]
    pub fn is_as_it_must_be(&self) -> bool {
        self.outcome.failures.is_empty() == (self.removed == Removed::Nothing)
    }
}

/// The report.
#[must_use]
pub fn markdown(date: &str, commit: &str, series: &[Reported]) -> String {
    let mut out = format!(
        "# Outage proof\n\nDate: {date}. Commit: `{commit}`.\n\nSix tasks commit (1 to 6 resources at once, in several \
         buckets), two update one resource each, through one process with three writers. *network*: a proxy cuts the way to \
         PostgreSQL at a random moment, at once or after a random number of bytes, so that a COMMIT or its answer is lost on \
         the way; some cuts follow a slow network. *server kill*: all processes of PostgreSQL get SIGKILL at once, and it is \
         started again. Half of the tasks repeat a commit under its idempotency key until they are told what became of it; \
         the others repeat nothing. Afterwards, by another way: what was said to be kept is there, whole and in one version; \
         what was said not to be kept is not there; of what was said to be unknown, all or nothing is there; feed, seals and \
         indexes verify. Ten runs follow each other on one database.\n\n\
         | what fails | guarantee removed | runs | said kept | said not kept | said unknown | failures | as it must be |\n\
         |---|---|---:|---:|---:|---:|---:|---|\n"
    );
    for one in series {
        let found = &one.outcome;
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            one.trouble.word(),
            one.removed.word(),
            found.runs,
            found.kept,
            found.not_kept,
            found.unknown,
            found.failures.len(),
            if one.is_as_it_must_be() { "yes" } else { "**no**" }
        );
    }
    for one in series.iter().filter(|one| !one.outcome.failures.is_empty()) {
        let _ = writeln!(
            out,
            "\n## What failed: {}, without {}\n",
            one.trouble.word(),
            one.removed.word()
        );
        for failure in one.outcome.failures.iter().take(8) {
            let _ = writeln!(out, "- {failure}");
        }
    }
    out
}
