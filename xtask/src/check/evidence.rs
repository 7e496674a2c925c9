//! The hazard log and the threat model name tests that exist, the log is whole, and its page is as it would be printed.

use super::Finding;
use crate::evidence::hazards::HazardLog;
use crate::evidence::matrix::Matrix;
use crate::evidence::{HAZARD_PAGE, HAZARDS, THREATS, named, page};
use crate::tree::Tree;

/// A log shorter than this has lost rows.
const FEWEST_HAZARDS: usize = 30;
/// A threat model that names fewer tests shows nothing.
const FEWEST_THREATS: usize = 20;

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    look_for(tree, FEWEST_HAZARDS, FEWEST_THREATS)
}

fn look_for(tree: &Tree, hazards: usize, threats: usize) -> anyhow::Result<Vec<Finding>> {
    let log = HazardLog::of(tree)?;
    let matrix = Matrix::of(tree)?;
    let mut findings: Vec<Finding> = log
        .faults(&matrix)
        .into_iter()
        .map(|fault| Finding::failure(HAZARDS, None, fault))
        .collect();
    if log.hazards.len() < hazards {
        let message = format!("{} hazards; there were at least {hazards}", log.hazards.len());
        findings.push(Finding::failure(HAZARDS, None, message));
    }
    let named = named(tree)?;
    let of_threats = named.iter().filter(|one| one.page == THREATS).count();
    if of_threats < threats {
        let message = format!("it names {of_threats} tests; there were at least {threats}");
        findings.push(Finding::failure(THREATS, None, message));
    }
    for one in &named {
        if let Some(missing) = one.test.missing(tree) {
            let of = if one.of.is_empty() {
                String::new()
            } else {
                format!("{}: ", one.of)
            };
            findings.push(Finding::failure(one.page, one.line, format!("{of}{missing}")));
        }
    }
    if tree.text(HAZARD_PAGE).as_deref() != Some(page::print(&log, &matrix).as_str()) {
        let message = format!("it is not what {HAZARDS} says: run `cargo xtask generate hazards`");
        findings.push(Finding::failure(HAZARD_PAGE, None, message));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::look_for;
    use crate::evidence::{HAZARDS, MATRIX, THREATS, generate, hazards, matrix};
    use crate::tree::sample::Sample;

    const TEST: &str = "#[test]\nfn said() {}\n";

    fn sample() -> Sample {
        let sample = Sample::new(&[
            (HAZARDS, hazards::SAMPLE),
            (MATRIX, matrix::SAMPLE),
            (THREATS, "# Security\n\n| S | `care/tests/allergies.rs::said` |\n"),
            ("care/tests/allergies.rs", TEST),
        ]);
        generate(sample.folder.path(), false).unwrap();
        sample
    }

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let sample = sample();
        sample.write(files);
        look_for(&sample.tree(), 1, 1)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_log_whose_tests_exist_and_whose_page_is_current_passes() {
        assert_eq!(findings(&[]), Vec::<String>::new());
    }

    #[test]
    fn a_planted_test_that_is_missing_is_found_in_the_log_and_in_the_threat_model() {
        let found = findings(&[("care/tests/allergies.rs", "#[test]\nfn said_otherwise() {}\n")]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("docs/safety/hazards.toml: H01: `care/tests/allergies.rs::said`"));
        assert!(found[1].starts_with("docs/security.md:3: `care/tests/allergies.rs::said`"));
    }

    #[test]
    fn a_page_that_was_changed_by_hand_and_one_that_lags_behind_are_found() {
        let found = findings(&[("docs/safety/hazard-log.md", "# Hazard log\n")]);
        assert!(found[0].contains("cargo xtask generate hazards"), "{found:?}");
        let renamed = hazards::SAMPLE.replace("A blank.", "A gap.");
        assert_eq!(findings(&[(HAZARDS, &renamed)]).len(), 1);
    }

    #[test]
    fn a_log_or_a_model_that_lost_its_rows_is_found() {
        let found = look_for(&sample().tree(), 2, 2).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
