//! Numbers that are stored on disk come from append-only registries: what a number means never changes.
//!
//! A registry is a CSV file named `*.registry.csv`, whose first column is the number and whose other columns are
//! what it means, or one of [`TABLES`], of which the leading columns name a row. Against the last tagged release
//! (before the first one, the commit before) a row may be added, and none may be changed, moved or taken away.

use std::collections::BTreeMap;
use std::path::Path;

use super::Finding;
use crate::tree::{Tree, git};

/// Tables that are registries without the ending, and how many of their columns name a row.
const TABLES: &[(&str, usize)] = &[("fhir/data/cross-person.csv", 3), ("fhir/data/home.csv", 1)];
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
    path.ends_with(".registry.csv") || TABLES.iter().any(|(table, _)| *table == path)
}

/// How many leading columns name a row.
fn naming_columns(path: &str) -> usize {
    TABLES
        .iter()
        .find(|(table, _)| *table == path)
        .map_or(1, |(_, columns)| *columns)
}

/// The commit to compare with: the last release, else where this branch left the main one, else the one before.
pub(super) fn base_commit(root: &Path) -> Option<String> {
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

/// A row of a registry.
struct Row<'a> {
    /// The leading cells that name it.
    name: &'a str,
    /// Counted from 1.
    line: usize,
    /// Every cell that is stored.
    kept: String,
}

/// The rows of a registry; the head, blank lines and remarks left out.
fn rows(text: &str, naming: usize) -> impl Iterator<Item = Row<'_>> {
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
        let end = line
            .match_indices(',')
            .nth(naming - 1)
            .map_or(line.len(), |(end, _)| end);
        Row {
            name: &line[..end],
            line: at,
            kept: kept.join(","),
        }
    })
}

/// Names given twice and, where a row is a number and what it means, meanings given two numbers.
fn repeated(path: &str, now: &str) -> Vec<Finding> {
    let naming = naming_columns(path);
    let (mut names, mut meanings) = (BTreeMap::new(), BTreeMap::new());
    let mut findings = Vec::new();
    for row in rows(now, naming) {
        if let Some(first) = names.insert(row.name, row.line) {
            let message = format!("`{}` is given twice, first on line {first}", row.name);
            findings.push(Finding::failure(path, Some(row.line), message));
        }
        let meaning = row
            .kept
            .split_once(',')
            .map_or("", |(_, meaning)| meaning)
            .to_owned();
        if path.ends_with(".registry.csv")
            && let Some(first) = meanings.insert(meaning, row.line)
        {
            let message = format!("line {first} gives the same meaning another number");
            findings.push(Finding::failure(path, Some(row.line), message));
        }
    }
    findings
}

/// Rows that changed their meaning or went away.
fn changed(path: &str, before: &str, now: &str) -> Vec<Finding> {
    let naming = naming_columns(path);
    let now: BTreeMap<&str, Row<'_>> = rows(now, naming).map(|row| (row.name, row)).collect();
    rows(before, naming)
        .filter_map(|was| match now.get(was.name) {
            None => {
                let message = format!("`{}` was taken away, and is stored", was.kept);
                Some(Finding::failure(path, None, message))
            }
            Some(is) if is.kept != was.kept => {
                let message = format!(
                    "`{}` was `{}`; what is stored keeps its meaning: add a row under a new number",
                    was.name, was.kept
                );
                Some(Finding::failure(path, Some(is.line), message))
            }
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
        assert!(found[0].starts_with("fhir/data/types.registry.csv:3: `2` was `2,Patient`;"));
    }

    #[test]
    fn a_number_taken_away_fails() {
        assert_eq!(findings(FIRST, "number,type,note\n1,Account,a\n").len(), 1);
    }

    #[test]
    fn a_number_given_twice_fails() {
        let found = findings(FIRST, "number,type,note\n1,Account,a\n2,Patient,b\n2,Task,c\n");
        assert!(found[0].starts_with("fhir/data/types.registry.csv:4: `2` is given twice, first on line 3"));
    }

    #[test]
    fn a_meaning_given_two_numbers_fails() {
        assert_eq!(
            findings(FIRST, "number,type,note\n1,Account,a\n2,Patient,b\n3,Patient,b\n").len(),
            1
        );
    }

    #[test]
    fn a_table_whose_rows_share_a_number_is_compared_by_whole_names() {
        let path = "fhir/data/cross-person.csv";
        let sample = Sample::new(&[(
            path,
            "number,type,parameters,form\n2,Patient,name,string\n2,Patient,given,via\n",
        )]);
        sample.commit();
        assert_eq!(look(&sample.tree()).unwrap(), []);
        sample.write(&[(
            path,
            "number,type,parameters,form\n2,Patient,name,token\n2,Patient,given,via\n",
        )]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
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
