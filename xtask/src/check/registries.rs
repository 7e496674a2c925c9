//! Numbers that are stored on disk come from append-only registries: what a number means never changes.
//!
//! A registry is a CSV file named `*.registry.csv`, or one of [`NUMBERED`], whose first column is the number
//! (or, in the table of homes, the resource type). Against the last tagged release — before the first one,
//! the commit before — a row may be added, and none may be changed, moved or taken away.

use std::collections::BTreeMap;
use std::path::Path;

use super::Finding;
use crate::tree::{Tree, git};

/// Tables that are registries without the ending.
const NUMBERED: &[&str] = &["fhir/data/cross-person.csv", "fhir/data/home.csv"];
/// Columns whose words may be mended: they explain and are not stored.
const FREE: &[&str] = &["note", "why", "description"];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let Some(base) = base_commit(tree.root()) else {
        return judge_all(tree, |_| None);
    };
    let mut findings = judge_all(tree, |path| {
        git(tree.root(), &["show", &format!("{base}:{path}")]).ok()
    })?;
    let listed = git(tree.root(), &["ls-tree", "-r", "--name-only", &base])?;
    for path in listed
        .lines()
        .filter(|path| is_registry(path) && !tree.holds(path))
    {
        findings.push(Finding::failure(
            path,
            None,
            "a registry was taken away; its numbers are stored".into(),
        ));
    }
    Ok(findings)
}

fn is_registry(path: &str) -> bool {
    path.ends_with(".registry.csv") || NUMBERED.contains(&path)
}

/// The commit to compare with: the last release, else where this branch left the main one, else the one before.
fn base_commit(root: &Path) -> Option<String> {
    let say = |words: &[&str]| git(root, words).ok().map(|text| text.trim().to_owned());
    let head = say(&["rev-parse", "HEAD"])?;
    say(&["describe", "--tags", "--abbrev=0"])
        .or_else(|| say(&["merge-base", "HEAD", "origin/main"]).filter(|base| *base != head))
        .or_else(|| say(&["rev-parse", "--verify", "--quiet", "HEAD~1"]))
        .or(Some(head))
}

fn judge_all(tree: &Tree, before: impl Fn(&str) -> Option<String>) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| is_registry(path)) {
        let now = tree.text(path).unwrap_or_default();
        findings.extend(repeated(path, &now));
        if let Some(before) = before(path) {
            findings.extend(changed(path, &before, &now));
        }
    }
    Ok(findings)
}

/// The rows of a registry by their first column, with their line; the head and remarks left out.
fn rows(text: &str) -> impl Iterator<Item = (&str, usize, String)> {
    let mut lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    let head: Vec<&str> = lines
        .next()
        .map_or_else(Vec::new, |(_, line)| line.split(',').collect());
    lines.map(move |(at, line)| {
        let cells = line.split(',').enumerate();
        let kept = cells.filter(|(column, _)| !head.get(*column).is_some_and(|name| FREE.contains(name)));
        let kept: Vec<&str> = kept.map(|(_, cell)| cell).collect();
        (line.split(',').next().unwrap_or(line), at, kept.join(","))
    })
}

/// Numbers given twice.
fn repeated(path: &str, now: &str) -> Vec<Finding> {
    let mut seen = BTreeMap::new();
    let mut findings = Vec::new();
    for (number, line, _) in rows(now) {
        if let Some(first) = seen.insert(number, line) {
            let message = format!("`{number}` is given twice, first on line {first}");
            findings.push(Finding::failure(path, Some(line), message));
        }
    }
    findings
}

/// Rows that changed their meaning or went away.
fn changed(path: &str, before: &str, now: &str) -> Vec<Finding> {
    let now: BTreeMap<&str, (usize, String)> = rows(now)
        .map(|(number, line, row)| (number, (line, row)))
        .collect();
    rows(before)
        .filter_map(|(number, _, was)| match now.get(number) {
            None => Some(Finding::failure(
                path,
                None,
                format!("`{was}` was taken away; `{number}` is stored"),
            )),
            Some((line, is)) if *is != was => Some(Finding::failure(
                path,
                Some(*line),
                format!(
                    "`{number}` was `{was}`; what is stored under it keeps that meaning: add a new number"
                ),
            )),
            Some(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::git;
    use crate::tree::sample::Sample;

    const PATH: &str = "fhir/data/types.registry.csv";
    const FIRST: &str = "number,type,note\n1,Account,a\n2,Patient,b\n";

    /// The findings when a registry goes from one text to the next in one commit.
    fn findings(before: &str, now: &str) -> Vec<String> {
        let sample = Sample::new(&[(PATH, before)]);
        sample.commit();
        sample.write(&[(PATH, now), ("README.md", "x")]);
        sample.commit();
        look(&sample.tree())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_row_added_and_a_remark_mended_pass() {
        assert!(
            findings(
                FIRST,
                "number,type,note\n1,Account,a\n2,Patient,better\n3,Task,c\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_number_with_a_new_meaning_fails() {
        let found = findings(FIRST, "number,type,note\n1,Account,a\n2,Task,b\n3,Patient,b\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("fhir/data/types.registry.csv:3: `2` was `2,Patient`"));
    }

    #[test]
    fn a_number_taken_away_fails() {
        assert_eq!(findings(FIRST, "number,type,note\n1,Account,a\n").len(), 1);
    }

    #[test]
    fn a_number_given_twice_fails() {
        assert_eq!(
            findings(FIRST, "number,type,note\n1,Account,a\n2,Patient,b\n2,Patient,b\n").len(),
            1
        );
    }

    #[test]
    fn a_registry_taken_away_fails() {
        let sample = Sample::new(&[(PATH, FIRST)]);
        sample.commit();
        std::fs::remove_file(sample.folder.path().join(PATH)).unwrap();
        sample.write(&[("README.md", "x")]);
        sample.commit();
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
    }

    #[test]
    fn after_a_release_every_commit_since_it_is_compared_with_it() {
        let sample = Sample::new(&[(PATH, FIRST)]);
        sample.commit();
        git(sample.folder.path(), &["tag", "v0.1.0"]).unwrap();
        sample.write(&[(PATH, "number,type,note\n1,Account,a\n2,Task,b\n")]);
        sample.commit();
        sample.write(&[("README.md", "x")]);
        sample.commit();
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
    }
}
