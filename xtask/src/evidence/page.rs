//! The hazard log as a page, printed from its data.

use std::fmt::Write as _;

use super::hazards::{Hazard, HazardLog, Risk};
use super::matrix::Matrix;

const HEAD: &str = "\
# Hazard log

What could hurt somebody, what guards against it today, and the tests that show the guards. The columns are those of DCB0129's hazard
log. Severity, likelihood and rating are the makers' proposal by the [matrix](risk-matrix.csv) (1 and 2 acceptable, 3 to be reduced
as far as practicable, 4 and 5 unacceptable); a clinical safety officer confirms both the matrix and the scores before any live use.
*Owner* is the makers until there is one. What is *to come* lowers no rating.

This page is printed from [hazards.toml](hazards.toml): change that, then `cargo xtask generate hazards`. Every control that
stands names a test. The check `evidence` makes sure that each exists, and `make test` ends with making sure that each ran and passed.
";

/// The whole page.
pub(crate) fn print(log: &HazardLog, matrix: &Matrix) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| id | hazard | before | after | status |\n|---|---|---|---|---|\n");
    for hazard in &log.hazards {
        let heading = heading(hazard);
        let _ = writeln!(
            page,
            "| {} | [{}](#{}) | {} | {} | {} |",
            hazard.id,
            hazard.name,
            anchor(&heading),
            rating(matrix, &hazard.initial),
            rating(matrix, &hazard.residual),
            hazard.status.split([';', ':']).next().unwrap_or_default(),
        );
    }
    for hazard in &log.hazards {
        section(&mut page, hazard, matrix);
    }
    page
}

fn section(page: &mut String, hazard: &Hazard, matrix: &Matrix) {
    let _ = write!(page, "\n## {}\n\n| | |\n|---|---|\n", heading(hazard));
    let mut row = |name: &str, words: &str| {
        let _ = writeln!(page, "| {name} | {words} |");
    };
    row("Description", &hazard.description);
    row("Causes", &hazard.causes);
    row("Effect", &hazard.effect);
    row("Hazard type", &hazard.kind);
    row("Harm and clinical impact", &hazard.harm);
    row("Initial risk", &risk(matrix, &hazard.initial));
    row("Residual risk", &risk(matrix, &hazard.residual));
    row("Owner, status", &format!("{}; {}", hazard.owner, hazard.status));
    if !hazard.existing.is_empty() {
        page.push_str("\nExisting controls, each with its evidence:\n\n");
        for existing in &hazard.existing {
            let _ = writeln!(page, "- {}", existing.control);
            tests(page, &existing.tests);
        }
    }
    if !hazard.new.is_empty() {
        page.push_str("\nNew controls:\n\n");
        for new in &hazard.new {
            let to_come = if new.to_come { " (to come)" } else { "" };
            let _ = writeln!(page, "- {}{to_come}: {}", new.by.words(), new.control);
            tests(page, &new.tests);
        }
    }
}

fn tests(page: &mut String, tests: &[String]) {
    for test in tests {
        let _ = writeln!(page, "  - `{test}`");
    }
}

fn heading(hazard: &Hazard) -> String {
    format!("{} {}", hazard.id, hazard.name)
}

/// A heading's anchor, as pages of this kind make it.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}

fn rating(matrix: &Matrix, risk: &Risk) -> String {
    matrix
        .rating(&risk.severity, &risk.likelihood)
        .map_or("?".to_owned(), |rating| rating.to_string())
}

fn risk(matrix: &Matrix, risk: &Risk) -> String {
    format!(
        "{} severity, {} likelihood: {}",
        risk.severity,
        risk.likelihood,
        rating(matrix, risk)
    )
}
