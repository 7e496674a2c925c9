//! Generated files are as their generator left them.
//!
//! A folder `generated/` with a file `VERSION` lists in it `sha256 <hash> <file>` for each file beside it. This
//! check needs neither the network nor the sources; `cargo xtask generate --check` makes the files anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::Finding;
use crate::tree::Tree;

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for list in tree.files().filter(|path| path.ends_with("generated/VERSION")) {
        let folder = list.trim_end_matches("VERSION");
        let text = tree.text(list).unwrap_or_default();
        let listed = hashes(&text);
        for (name, (line, hash)) in &listed {
            let path = format!("{folder}{name}");
            if !tree.holds(&path) {
                findings.push(Finding::failure(
                    list,
                    Some(*line),
                    format!("`{name}` is listed and missing"),
                ));
            } else if hash_of(tree, &path)? != **hash {
                findings.push(Finding::failure(&path, None, changed_by_hand()));
            }
        }
        let beside = tree.files().filter_map(|path| path.strip_prefix(folder));
        for name in beside.filter(|name| *name != "VERSION" && !listed.contains_key(name)) {
            let message = "it stands among generated files and its generator did not list it".to_owned();
            findings.push(Finding::failure(&format!("{folder}{name}"), None, message));
        }
    }
    Ok(findings)
}

fn changed_by_hand() -> String {
    "it is not what its generator wrote: change the generator, then `cargo xtask generate`".to_owned()
}

/// The files that a list names, with their line in it and their hash.
fn hashes(text: &str) -> BTreeMap<&str, (usize, &str)> {
    (1..)
        .zip(text.lines())
        .filter_map(|(at, line)| {
            let mut words = line.strip_prefix("sha256 ")?.split_whitespace();
            let hash = words.next()?;
            Some((words.next()?, (at, hash)))
        })
        .collect()
}

/// A file's SHA-256 in hexadecimal.
fn hash_of(tree: &Tree, path: &str) -> anyhow::Result<String> {
    let bytes = std::fs::read(tree.root().join(path)).with_context(|| path.to_owned())?;
    Ok(Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    /// SHA-256 of the three letters "abc" (FIPS 180-4, appendix B.1).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn findings(table: &str) -> Vec<String> {
        let list = format!("source definitions 4.0.1\nsha256 {ABC} table.tsv\n");
        let sample = Sample::new(&[
            ("fhir/src/generated/VERSION", &list),
            ("fhir/src/generated/table.tsv", table),
        ]);
        look(&sample.tree())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_file_as_its_generator_left_it_passes() {
        assert!(findings("abc").is_empty());
    }

    #[test]
    fn a_file_changed_by_hand_fails() {
        assert!(findings("abd")[0].starts_with("fhir/src/generated/table.tsv: it is not what"));
    }

    #[test]
    fn a_file_missing_or_not_listed_fails() {
        let list = format!("sha256 {ABC} gone.tsv\n");
        let sample = Sample::new(&[("a/generated/VERSION", &list), ("a/generated/new.tsv", "abc")]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 2);
    }
}
