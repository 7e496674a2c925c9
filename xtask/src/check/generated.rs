//! Generated files are as their generator left them.
//!
//! A folder `generated/` holds `SHA256SUMS`, as `sha256sum` writes it, over the files in it. This check needs
//! neither the network nor the sources; `cargo xtask generate --check` makes the files anew and compares.
//! [`seal`] writes the list: `cargo xtask generate` calls it, and `cargo xtask seal` for what others generate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::Finding;
use crate::tree::Tree;

/// The list's name.
const SUMS: &str = "SHA256SUMS";

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for folder in generated_folders(tree) {
        let list = format!("{folder}{SUMS}");
        let Some(text) = tree.text(&list) else {
            let message = format!("the list is missing: `cargo xtask seal {folder}` after generating");
            findings.push(Finding::failure(&list, None, message));
            continue;
        };
        let listed = sums(&text);
        for (name, (line, sum)) in &listed {
            let path = format!("{folder}{name}");
            if !tree.holds(&path) {
                findings.push(Finding::failure(
                    &list,
                    Some(*line),
                    format!("`{name}` is listed and missing"),
                ));
            } else if sum_of(tree, &path)? != **sum {
                let message = "it is not what its generator wrote: change the generator and run it";
                findings.push(Finding::failure(&path, None, message.to_owned()));
            }
        }
        let inside = tree.files().filter_map(|path| path.strip_prefix(&folder));
        for name in inside.filter(|name| *name != SUMS && !listed.contains_key(name)) {
            let message = "it stands among generated files and its generator did not list it".to_owned();
            findings.push(Finding::failure(&format!("{folder}{name}"), None, message));
        }
    }
    Ok(findings)
}

/// Writes the list over the files of a folder.
///
/// # Errors
/// When the folder holds no file, or one cannot be read, or the list cannot be written.
pub(crate) fn seal(tree: &Tree, folder: &str) -> anyhow::Result<()> {
    let folder = format!("{}/", folder.trim_end_matches('/'));
    let inside = tree.files().filter_map(|path| path.strip_prefix(&folder));
    let names: Vec<&str> = inside.filter(|name| *name != SUMS).collect();
    anyhow::ensure!(!names.is_empty(), "there is no file in {folder}");
    let mut list = String::new();
    for name in names {
        writeln!(list, "{}  {name}", sum_of(tree, &format!("{folder}{name}"))?)?;
    }
    let path = tree.root().join(&folder).join(SUMS);
    std::fs::write(&path, list).with_context(|| format!("{folder}{SUMS}"))
}

/// The folders called `generated`, each with a `/` at its end; one inside another counts with the outer.
fn generated_folders(tree: &Tree) -> BTreeSet<String> {
    tree.files()
        .filter_map(|path| path.split_once("/generated/"))
        .map(|(outer, _)| format!("{outer}/generated/"))
        .collect()
}

/// The files that a list names, with their line in it and their sum.
fn sums(text: &str) -> BTreeMap<&str, (usize, &str)> {
    (1..)
        .zip(text.lines())
        .filter_map(|(at, line)| line.split_once("  ").map(|(sum, name)| (name, (at, sum))))
        .collect()
}

/// A file's SHA-256 in hexadecimal.
fn sum_of(tree: &Tree, path: &str) -> anyhow::Result<String> {
    let bytes = std::fs::read(tree.root().join(path)).with_context(|| path.to_owned())?;
    Ok(Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

#[cfg(test)]
mod tests {
    use super::{look, seal};
    use crate::tree::sample::Sample;

    /// SHA-256 of the three letters "abc" (FIPS 180-4, appendix B.1).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let list = format!("{ABC}  table.tsv\n");
        let sample = Sample::new(&[("fhir/src/generated/SHA256SUMS", &list)]);
        sample.write(files);
        look(&sample.tree())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_file_as_its_generator_left_it_passes() {
        assert!(findings(&[("fhir/src/generated/table.tsv", "abc")]).is_empty());
    }

    #[test]
    fn a_file_changed_by_hand_fails() {
        let found = findings(&[("fhir/src/generated/table.tsv", "xyz")]);
        assert!(found[0].starts_with("fhir/src/generated/table.tsv: it is not what"));
    }

    #[test]
    fn a_file_missing_or_not_listed_fails() {
        assert_eq!(findings(&[("fhir/src/generated/new.tsv", "abc")]).len(), 2);
    }

    #[test]
    fn a_generated_folder_without_its_list_fails_until_it_is_sealed() {
        let sample = Sample::new(&[("web/assets/generated/a.css", "abc"), ("web/assets/own.css", "x")]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
        seal(&sample.tree(), "web/assets/generated").unwrap();
        assert_eq!(look(&sample.tree()).unwrap(), []);
        sample.write(&[("web/assets/generated/a.css", "changed")]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
    }

    #[test]
    fn a_folder_without_files_cannot_be_sealed() {
        assert!(seal(&Sample::new(&[("a.rs", "")]).tree(), "generated").is_err());
    }
}
