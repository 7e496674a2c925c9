//! What the synthetic region is compared with and was not made from: no code of the generator names the files of it.

use super::Finding;
use crate::tree::Tree;

/// The files that only the report may read.
const HELD_OUT: [&str; 2] = ["held_out.csv", "published.csv"];
/// Where the report stands.
const REPORT: &str = "synthetic/src/report/";

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files_ending(&[".rs"]) {
        if path.starts_with("xtask/") || path.starts_with(REPORT) {
            continue;
        }
        let text = tree.text(path).unwrap_or_default();
        for (at, line) in text.lines().enumerate() {
            if let Some(file) = HELD_OUT.iter().find(|file| line.contains(**file)) {
                let message = format!("{file} is held out: only {REPORT} may read it");
                findings.push(Finding::failure(path, Some(at + 1), message));
            }
        }
    }
    // What is held out must be there, and be enough: twelve figures, five of them joint.
    let held_out = tree.text("data/synthetic/held_out.csv").unwrap_or_default();
    let rows: Vec<&str> = held_out
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("key,"))
        .collect();
    let joint = rows.iter().filter(|row| row.contains(",yes,")).count();
    if tree.text(&format!("{REPORT}mod.rs")).is_some() && (rows.len() < 12 || joint < 5) {
        let message = format!(
            "{} figures are held out, {joint} of them joint; at least 12 and 5 are wanted",
            rows.len()
        );
        findings.push(Finding::failure("data/synthetic/held_out.csv", None, message));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn count(path: &str, line: &str) -> usize {
        look(&Sample::new(&[(path, line)]).tree()).unwrap().len()
    }

    #[test]
    fn a_generator_that_reads_what_is_held_out_fails() {
        assert_eq!(
            count("synthetic/src/health/mod.rs", "include_str!(\"held_out.csv\")"),
            1
        );
        assert_eq!(count("cli/src/synth/mod.rs", "\"published.csv\""), 1);
    }

    #[test]
    fn the_report_may_read_it_and_others_may_read_their_own() {
        assert_eq!(
            count(
                "synthetic/src/report/held_out.rs",
                "include_str!(\"held_out.csv\")"
            ),
            0
        );
        assert_eq!(
            count("synthetic/src/health/mod.rs", "include_str!(\"conditions.csv\")"),
            0
        );
    }

    #[test]
    fn too_few_held_out_figures_fail() {
        let sample = Sample::new(&[
            ("synthetic/src/report/mod.rs", "mod held_out;"),
            ("data/synthetic/held_out.csv", "key,group\na,b,yes,c"),
        ]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
    }
}
