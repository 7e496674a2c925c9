//! The proof in words, as Markdown.

use std::fmt::Write;

use crate::releases::Outcome;

/// One course with its name.
pub struct Course {
    /// What was run beside or after what.
    pub name: String,
    /// Whether it must hold.
    pub holds: bool,
    /// What was found.
    pub outcome: Outcome,
}

impl Course {
    /// Whether it came out as it must.
    #[must_use]
    pub fn is_as_it_must_be(&self) -> bool {
        self.outcome.heard.faults.is_empty() == self.holds
    }
}

/// The report.
#[must_use]
pub fn markdown(date: &str, commit: &str, courses: &[Course]) -> String {
    let mut out = format!(
        "# Proof: releases side by side\n\nDate: {date}. Commit: `{commit}`.\n\nThe binaries of an earlier commit \
         (`programs.csv` in the newest folder of `record/tests/released`) and of this one, as an operator runs them, spoken to by FHIR over HTTP \
         alone. Workers create, change, read and search all the time; every request must be answered as if there were \
         one program. *Taken away*: after the migration a column is added that older statements do not name and that has \
         no default.\n\n\
         | course | writes acknowledged | reads and searches | failures | as it must be |\n|---|---:|---:|---:|---|\n"
    );
    for course in courses {
        let heard = &course.outcome.heard;
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            course.name,
            heard.writes,
            heard.reads,
            heard.faults.len(),
            if course.is_as_it_must_be() {
                "yes"
            } else {
                "**no**"
            }
        );
    }
    for course in courses {
        let _ = writeln!(out, "\n## {}\n", course.name);
        for step in course.outcome.steps.iter().filter(|_| course.holds) {
            let _ = writeln!(out, "- {step}");
        }
        for fault in course.outcome.heard.faults.iter().take(6) {
            let _ = writeln!(out, "- failed: {fault}");
        }
    }
    out
}
