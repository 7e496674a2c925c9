//! Source files stay readable: a warning past 400 lines, a failure past 800, generated tables aside.

use super::Finding;
use crate::tree::Tree;

const WARN_PAST: usize = 400;
const FAIL_PAST: usize = 800;
const SOURCES: &[&str] = &[".rs", ".ts", ".js", ".mjs", ".html", ".css", ".sql", ".sh", ".py"];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files_ending(SOURCES).filter(|path| !is_generated(path)) {
        let lines = tree.text(path).map_or(0, |text| text.lines().count());
        if lines > FAIL_PAST {
            findings.push(Finding::failure(
                path,
                None,
                format!("{lines} lines; a file has at most {FAIL_PAST}: give each idea a file of its own"),
            ));
        } else if lines > WARN_PAST {
            findings.push(Finding::warning(
                path,
                None,
                format!("{lines} lines; aim for under {WARN_PAST}"),
            ));
        }
    }
    Ok(findings)
}

/// Whether a file was made by a program (or is another project's, kept as it came).
pub(super) fn is_generated(path: &str) -> bool {
    path.split('/')
        .any(|part| matches!(part, "generated" | "vendor" | "node_modules"))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn findings(path: &str, lines: usize) -> Vec<String> {
        let text = "// A line.\n".repeat(lines);
        let sample = Sample::new(&[(path, &text)]);
        look(&sample.tree())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_file_of_eight_hundred_lines_passes_and_one_more_fails() {
        assert!(findings("care/src/plan.rs", 800)[0].contains("warning"));
        let failed = &findings("care/src/plan.rs", 801)[0];
        assert!(failed.contains("801 lines") && !failed.contains("warning"));
    }

    #[test]
    fn a_file_of_four_hundred_lines_is_not_mentioned() {
        assert!(findings("care/src/plan.rs", 400).is_empty());
        assert_eq!(findings("care/src/plan.rs", 401).len(), 1);
    }

    #[test]
    fn a_generated_table_may_be_long() {
        assert!(findings("fhir/src/generated/types.rs", 5_000).is_empty());
    }
}
