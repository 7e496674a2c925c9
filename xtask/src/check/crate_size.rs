//! A crate past 30,000 lines is a decision: it needs a page `docs/adr/NNNN-size-of-<crate>.md`.

use std::collections::BTreeMap;

use super::Finding;
use super::file_size::is_generated;
use crate::tree::Tree;

const LIMIT: usize = 30_000;

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for path in tree.files_ending(&[".rs"]).filter(|path| !is_generated(path)) {
        if let Some((folder, _)) = path.split_once('/') {
            *lines.entry(folder).or_default() += tree.text(path).map_or(0, |text| text.lines().count());
        }
    }
    let decided = |name: &str| {
        let ending = format!("-size-of-{name}.md");
        tree.files()
            .any(|path| path.starts_with("docs/adr/") && path.ends_with(&ending))
    };
    Ok(lines
        .into_iter()
        .filter(|(name, lines)| *lines > LIMIT && !decided(name))
        .map(|(name, lines)| {
            let message = format!(
                "{lines} lines of Rust; past {LIMIT} a crate is split, or docs/adr/NNNN-size-of-{name}.md says why not"
            );
            Finding::failure(&format!("{name}/Cargo.toml"), None, message)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    #[test]
    fn a_crate_past_thirty_thousand_lines_fails_until_a_decision_says_why() {
        let half = "//\n".repeat(15_000);
        let more = "//\n".repeat(15_001);
        let sample = Sample::new(&[("care/src/a.rs", &half), ("care/src/b.rs", &half)]);
        assert!(look(&sample.tree()).unwrap().is_empty());
        sample.write(&[("care/src/b.rs", &more)]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
        sample.write(&[("docs/adr/0042-size-of-care.md", "# The size of care\n")]);
        assert!(look(&sample.tree()).unwrap().is_empty());
    }
}
