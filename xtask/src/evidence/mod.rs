//! The evidence behind the hazard log and the threat model: every control names tests, each test exists, and after a
//! whole run of the suites each ran and passed.
//!
//! `docs/safety/hazards.toml` is the hazard log as data; `docs/safety/hazard-log.md` is printed from it. The threat model,
//! `docs/security.md`, names its tests in its tables. The check `evidence` looks at the tree alone;
//! `cargo xtask evidence` compares with what the runners wrote down.

pub(crate) mod hazards;
pub(crate) mod matrix;
pub(crate) mod page;
mod ran;
pub(crate) mod reference;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use self::hazards::HazardLog;
use self::ran::Ran;
use self::reference::Reference;
use crate::check::markdown::{code_spans, prose};
use crate::tree::Tree;

/// The hazard log as data.
pub(crate) const HAZARDS: &str = "docs/safety/hazards.toml";
/// The page that is printed from it.
pub(crate) const HAZARD_PAGE: &str = "docs/safety/hazard-log.md";
/// The matrix by which it is rated.
pub(crate) const MATRIX: &str = "docs/safety/risk-matrix.csv";
/// The threat model.
pub(crate) const THREATS: &str = "docs/security.md";

/// A test that a page names as evidence, and where it is named.
pub(crate) struct Named {
    pub(crate) page: &'static str,
    pub(crate) line: Option<usize>,
    /// What is evident by it: a hazard's id, or nothing for the threat model.
    pub(crate) of: String,
    pub(crate) test: Reference,
}

/// Every test that the hazard log and the threat model name.
///
/// # Errors
/// When one of the files is missing or cannot be read.
pub(crate) fn named(tree: &Tree) -> anyhow::Result<Vec<Named>> {
    let log = HazardLog::of(tree)?;
    let mut all: Vec<Named> = log
        .tests()
        .map(|(of, test)| Named {
            page: HAZARDS,
            line: None,
            of: of.to_owned(),
            test: Reference::parse(test),
        })
        .collect();
    let threats = tree
        .text(THREATS)
        .with_context(|| format!("{THREATS} is missing"))?;
    for (line, words) in prose(&threats) {
        let tests = code_spans(words).filter(|span| Reference::is_one(span));
        all.extend(tests.map(|test| Named {
            page: THREATS,
            line: Some(line),
            of: String::new(),
            test: Reference::parse(test),
        }));
    }
    Ok(all)
}

/// Prints the hazard log's page anew; with `--check` only compares. `false` when it is not as it would be printed.
///
/// # Errors
/// When the data cannot be read or the page cannot be written.
pub(crate) fn generate(root: &Path, check: bool) -> anyhow::Result<bool> {
    let tree = Tree::of_repository(root)?;
    let page = page::print(&HazardLog::of(&tree)?, &matrix::Matrix::of(&tree)?);
    let path = root.join(HAZARD_PAGE);
    if check {
        return Ok(std::fs::read_to_string(&path).is_ok_and(|stands| stands == page));
    }
    std::fs::write(&path, page).with_context(|| HAZARD_PAGE.to_owned())?;
    Ok(true)
}

/// `cargo xtask evidence --junit FILE --journeys FILE`: whether every named test ran and passed.
///
/// # Errors
/// When a file is missing: then nothing can be said, and that is a failure too.
pub(crate) fn run(root: &Path, arguments: &[String]) -> anyhow::Result<bool> {
    let (mut junit, mut journeys) = (None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .map(PathBuf::from)
                .context("a file's path is missing")
        };
        match word.as_str() {
            "--junit" => junit = Some(value()?),
            "--journeys" => journeys = Some(value()?),
            other => bail!("unknown argument {other}: evidence --junit FILE --journeys FILE"),
        }
    }
    let read = |path: Option<PathBuf>, what: &str| {
        let path = path.with_context(|| format!("{what} is missing"))?;
        std::fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let ran = Ran::of(&read(junit, "--junit FILE")?, &read(journeys, "--journeys FILE")?);
    let named = named(&Tree::of_repository(root)?)?;
    let faults = faults(&named, &ran);
    let mut out = std::io::stdout().lock();
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    writeln!(
        out,
        "{} tests are named as evidence, {} of these did not run or did not pass",
        named.len(),
        faults.len()
    )?;
    Ok(faults.is_empty())
}

/// What is wrong with the run, one line for each named test that did not run, or ran and failed.
fn faults(named: &[Named], ran: &Ran) -> Vec<String> {
    named
        .iter()
        .filter_map(|one| {
            let wrong = ran.wrong_with(&one.test)?;
            let of = if one.of.is_empty() {
                String::new()
            } else {
                format!(" ({})", one.of)
            };
            Some(format!("{}{of}: `{}` {wrong}", one.page, one.test))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{HAZARD_PAGE, HAZARDS, MATRIX, Named, Reference, THREATS, faults, generate, named};
    use crate::evidence::ran::Ran;
    use crate::tree::sample::Sample;

    fn one(test: &str) -> Vec<Named> {
        vec![Named {
            page: HAZARDS,
            line: None,
            of: "H01".to_owned(),
            test: Reference::parse(test),
        }]
    }

    #[test]
    fn a_named_test_that_was_not_run_is_told_with_its_hazard() {
        let junit = "<testcase name=\"allergies::said\" classname=\"care::main\"/>";
        let ran = Ran::of(junit, "");
        assert!(faults(&one("care/tests/allergies.rs::said"), &ran).is_empty());
        assert_eq!(
            faults(&one("care/tests/allergies.rs::dropped"), &ran),
            ["docs/safety/hazards.toml (H01): `care/tests/allergies.rs::dropped` was not run"]
        );
    }

    #[test]
    fn the_log_and_the_tables_of_the_threat_model_both_name_tests() {
        let sample = Sample::new(&[
            (HAZARDS, super::hazards::SAMPLE),
            (
                THREATS,
                "# Security\n\n| S | `web/tests/a.rs::b`, `web/tests/`, `x::y` |\n",
            ),
        ]);
        let all = named(&sample.tree()).unwrap();
        let tests: Vec<String> = all.iter().map(|one| one.test.to_string()).collect();
        assert_eq!(tests, ["care/tests/allergies.rs::said", "web/tests/a.rs::b"]);
        assert_eq!((all[0].of.as_str(), all[1].line), ("H01", Some(3)));
    }

    #[test]
    fn the_page_is_current_only_after_it_was_printed() {
        let sample = Sample::new(&[(HAZARDS, super::hazards::SAMPLE), (MATRIX, super::matrix::SAMPLE)]);
        let root = sample.folder.path();
        assert!(!generate(root, true).unwrap());
        assert!(generate(root, false).unwrap());
        assert!(generate(root, true).unwrap());
        sample.write(&[(HAZARD_PAGE, "# Another")]);
        assert!(!generate(root, true).unwrap());
    }
}
