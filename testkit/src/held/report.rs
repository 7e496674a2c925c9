//! The proof in words, as Markdown.

use std::fmt::Write;

use record::Order;

use crate::held::runs::Outcome;

/// One series with its name.
pub struct Reported {
    /// Whether positions were taken under a lock.
    pub order: Order,
    /// Seconds that a commit was held.
    pub hold: u64,
    /// What was found.
    pub outcome: Outcome,
}

impl Reported {
    /// Whether it came out as it must: no failure, or, with the guarantee removed, at least one.
    #[must_use]
    pub fn is_as_it_must_be(&self) -> bool {
        self.outcome.failures.is_empty() == (self.order == Order::Locked)
    }
}

/// The report.
#[must_use]
pub fn markdown(date: &str, commit: &str, series: &[Reported]) -> String {
    let mut out = format!(
        "# Held writer proof\n\nDate: {date}. Commit: `{commit}`.\n\nOne process holds commits between taking their positions \
         in the feed and COMMIT, twenty at a time, each in a bucket of its own. Another process goes on committing, to the \
         same people (it waits for the held commit) and to others (it does not). A follower in each process reads every \
         bucket's feed from where it stands, all the while. Each commit that was acknowledged must have been read by each \
         follower, once. A run is one commit that was held. *removed*: positions come from a counter and no lock is held \
         until COMMIT.\n\n\
         | guarantee removed | held for | runs | commits | failures | as it must be |\n\
         |---|---:|---:|---:|---:|---|\n"
    );
    for one in series {
        let removed = match one.order {
            Order::Locked => "nothing",
            Order::Unlocked => "positions under a lock until COMMIT",
        };
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "| {removed} | {} s | {} | {} | {} | {} |",
            one.hold,
            one.outcome.runs,
            one.outcome.commits,
            one.outcome.failures.len(),
            if one.is_as_it_must_be() { "yes" } else { "**no**" }
        );
    }
    for failure in series.iter().flat_map(|one| &one.outcome.failures) {
        let _ = writeln!(out, "\n- {failure}");
    }
    out
}
