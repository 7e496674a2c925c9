//! The checks that keep the house in shape; one file each, each tested on a good and on a bad sample.
//!
//! A check reads the tree and returns findings; it writes nothing, and none needs the network.

mod crate_size;
mod crate_table;
mod doc_links;
mod doors;
mod drawers;
mod evidence;
mod file_size;
mod floors;
pub(crate) mod generated;
mod held_out;
mod lockfiles;
mod machine_paths;
pub(crate) mod markdown;
mod migrations;
mod registries;
mod released;
mod unfinished;

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use crate::tree::Tree;

/// What a check says about one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    /// The line, counted from 1; `None` when it is about the file as a whole.
    line: Option<usize>,
    weight: Weight,
    message: String,
}

/// Whether a finding fails the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Warning,
    Failure,
}

impl Finding {
    fn failure(path: &str, line: Option<usize>, message: String) -> Finding {
        Finding {
            path: path.to_owned(),
            line,
            weight: Weight::Failure,
            message,
        }
    }

    fn warning(path: &str, line: Option<usize>, message: String) -> Finding {
        Finding {
            path: path.to_owned(),
            line,
            weight: Weight::Warning,
            message,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        let word = match self.weight {
            Weight::Warning => "warning: ",
            Weight::Failure => "",
        };
        write!(out, ": {word}{}", self.message)
    }
}

/// One check: its name on the command line, the rule it keeps, and the function that looks.
struct Check {
    name: &'static str,
    rule: &'static str,
    look: fn(&Tree) -> anyhow::Result<Vec<Finding>>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "floors",
        rule: "a crate uses only the floors below it",
        look: floors::look,
    },
    Check {
        name: "doors",
        rule: "what leads past the lens stands in its rooms alone",
        look: doors::look,
    },
    Check {
        name: "file-size",
        rule: "no source file over 800 lines",
        look: file_size::look,
    },
    Check {
        name: "crate-size",
        rule: "a crate past 30,000 lines has a decision that says why",
        look: crate_size::look,
    },
    Check {
        name: "drawers",
        rule: "no file or module named after nothing",
        look: drawers::look,
    },
    Check {
        name: "doc-links",
        rule: "every link and every `path` in a page leads somewhere",
        look: doc_links::look,
    },
    Check {
        name: "evidence",
        rule: "every control of the hazard log and the threat model names tests that exist",
        look: evidence::look,
    },
    Check {
        name: "crate-table",
        rule: "ARCHITECTURE.md names the workspace's crates",
        look: crate_table::look,
    },
    Check {
        name: "generated",
        rule: "generated files are as their generator left them",
        look: generated::look,
    },
    Check {
        name: "registries",
        rule: "numbers that are stored never change",
        look: registries::look,
    },
    Check {
        name: "migrations",
        rule: "migrations come in pairs, one for each engine",
        look: migrations::look,
    },
    Check {
        name: "released",
        rule: "what is kept of past releases is never edited",
        look: released::look,
    },
    Check {
        name: "machine-paths",
        rule: "no path of one machine",
        look: machine_paths::look,
    },
    Check {
        name: "unfinished",
        rule: "nothing unfinished stands in the product",
        look: unfinished::look,
    },
    Check {
        name: "held-out",
        rule: "the synthetic region is compared with what it was not made from",
        look: held_out::look,
    },
    Check {
        name: "lockfiles",
        rule: "no download address stands in the tree",
        look: lockfiles::look,
    },
];

/// Runs the checks named in `arguments`, or all; `false` when one of them failed.
///
/// # Errors
/// When a check could not look at all (git or cargo missing), or a name is unknown.
pub(crate) fn run(root: &Path, arguments: &[String]) -> anyhow::Result<bool> {
    let mut out = std::io::stdout().lock();
    if arguments.iter().any(|word| word == "--list") {
        for check in CHECKS {
            writeln!(out, "{:<14} {}", check.name, check.rule)?;
        }
        return Ok(true);
    }
    for word in arguments {
        anyhow::ensure!(
            CHECKS.iter().any(|check| check.name == word),
            "no check is called `{word}`; `cargo xtask check --list` names them"
        );
    }
    let tree = Tree::of_repository(root)?;
    let wanted = |check: &&Check| arguments.is_empty() || arguments.iter().any(|word| word == check.name);
    let (mut ran, mut failed, mut warnings) = (0, 0, 0);
    for check in CHECKS.iter().filter(wanted) {
        let findings = (check.look)(&tree)?;
        let failures = findings
            .iter()
            .filter(|finding| finding.weight == Weight::Failure)
            .count();
        ran += 1;
        failed += usize::from(failures > 0);
        warnings += findings.len() - failures;
        for finding in &findings {
            writeln!(out, "{finding}  [{}]", check.name)?;
        }
        if failures > 0 {
            writeln!(out, "failed: {}: {}", check.name, check.rule)?;
        }
    }
    writeln!(out, "{ran} checks, {failed} failed, {warnings} warnings")?;
    Ok(failed == 0)
}

#[cfg(test)]
mod tests {
    use super::{CHECKS, Finding};

    #[test]
    fn a_finding_is_printed_with_its_place() {
        let finding = Finding::failure("care/src/age.rs", Some(3), "the rule".to_owned());
        assert_eq!(finding.to_string(), "care/src/age.rs:3: the rule");
        let finding = Finding::warning("care/src/age.rs", None, "the rule".to_owned());
        assert_eq!(finding.to_string(), "care/src/age.rs: warning: the rule");
    }

    #[test]
    fn no_two_checks_share_a_name() {
        let mut names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
    }
}
