//! Every relative link of a page, and every path that a page names in backticks, leads somewhere.
//!
//! A path that is still to come is written in *italics*, one with a part to fill in as `<name>`. What follows two
//! colons, as in `care/src/age.rs::a_test_of_it`, stands in that file.

use std::collections::BTreeSet;

use super::Finding;
use super::file_size::is_generated;
use super::markdown::{anchors, code_spans, link_targets, prose};
use crate::tree::Tree;

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let top: BTreeSet<&str> = tree
        .files()
        .filter_map(|path| path.split_once('/'))
        .map(|(top, _)| top)
        .collect();
    let mut findings = Vec::new();
    for page in tree.files_ending(&[".md"]).filter(|path| !is_generated(path)) {
        let Some(text) = tree.text(page) else { continue };
        for (line, words) in prose(&text) {
            let links = link_targets(words)
                .into_iter()
                .filter_map(|target| broken_link(tree, page, target));
            let paths = code_spans(words).filter_map(|span| missing_path(tree, &top, page, span));
            findings.extend(
                links
                    .chain(paths)
                    .map(|message| Finding::failure(page, Some(line), message)),
            );
        }
    }
    Ok(findings)
}

/// What is wrong with a link, in words; `None` for a good one or one that leaves the repository.
fn broken_link(tree: &Tree, page: &str, target: &str) -> Option<String> {
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() {
        page.to_owned()
    } else {
        beside(page, path)?
    };
    if !tree.holds(&file) {
        return Some(format!("link to `{target}`: there is no `{file}`"));
    }
    let known = anchor.is_empty()
        || !file.ends_with(".md")
        || anchors(&tree.text(&file)?)
            .iter()
            .any(|heading| heading == anchor);
    (!known).then(|| format!("link to `{target}`: `{file}` has no heading `#{anchor}`"))
}

/// What is wrong with a code span that names a path of this repository.
fn missing_path(tree: &Tree, top: &BTreeSet<&str>, page: &str, span: &str) -> Option<String> {
    let (path, inside) = span.split_once("::").unwrap_or((span, ""));
    let path = path.split(':').next().unwrap_or(path);
    let names_a_path = path.chars().all(|c| c.is_alphanumeric() || "._/-".contains(c))
        && !path.contains("..")
        && path.split_once('/').is_some_and(|(first, _)| top.contains(first));
    if !names_a_path {
        return None;
    }
    let file = [Some(path.to_owned()), beside(page, path)]
        .into_iter()
        .flatten()
        .find(|file| tree.holds(file));
    let Some(file) = file else {
        return Some(format!(
            "`{path}` does not exist (write a path that is to come in *italics*)"
        ));
    };
    let stands = inside.is_empty() || tree.text(&file).is_some_and(|text| text.contains(inside));
    (!stands).then(|| format!("`{inside}` does not stand in `{file}`"))
}

/// The path `target` as seen from the folder of `page`; `None` when it leaves the repository.
fn beside(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    if let Some(from_root) = target.strip_prefix('/') {
        return Some(from_root.to_owned());
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn findings(line: &str) -> Vec<String> {
        let page = format!("# Guide\n\n{line}\n");
        let sample = Sample::new(&[
            ("docs/guide.md", &page),
            ("docs/other.md", "# Other\n\n## Who reads it\n"),
            ("care/src/age.rs", ""),
        ]);
        look(&sample.tree())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn links_and_paths_that_lead_somewhere_pass() {
        assert!(findings("[a](other.md#who-reads-it), [b](../care/src/), [c](#guide)").is_empty());
        assert!(findings("`care/src/age.rs`, `care/src/`, `and/or`, `care/src/<name>.rs`").is_empty());
        assert!(findings("[out](https://example.org/x), *care/src/to_come.rs*").is_empty());
    }

    #[test]
    fn a_link_to_nothing_fails_with_its_line() {
        assert!(findings("[a](gone.md)")[0].starts_with("docs/guide.md:3: link to `gone.md`"));
        assert_eq!(findings("[a](other.md#gone)").len(), 1);
    }

    #[test]
    fn a_name_that_does_not_stand_in_its_file_fails() {
        assert!(findings("`docs/other.md::Who reads it`").is_empty());
        assert_eq!(findings("`docs/other.md::nobody`").len(), 1);
    }

    #[test]
    fn a_path_that_does_not_exist_fails() {
        assert_eq!(findings("The rule is in `care/src/plan.rs`.").len(), 1);
    }
}
