//! What is kept of past releases is never edited, and the last release is kept.
//!
//! `record/tests/released/<version>/` holds the schema and the statements of a release. Against the last tagged release, or
//! where this branch began, no file there may be changed or taken away; and once there is a tag `v1.2.3`, there is a folder
//! `1.2.3`.

use super::Finding;
use super::registries::base_commit;
use crate::tree::{Tree, git};

const FOLDER: &str = "record/tests/released/";
/// What is kept of every release.
const FILES: [&str; 3] = ["sqlite.sql", "postgres.sql", "statements.sql"];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let root = tree.root();
    if let Ok(tag) = git(root, &["describe", "--tags", "--abbrev=0", "--match", "v*"]) {
        let version = tag.trim().trim_start_matches('v').to_owned();
        for file in FILES {
            let path = format!("{FOLDER}{version}/{file}");
            if !tree.holds(&path) {
                let message = format!("release {version} is not kept: its programs may run beside this one");
                findings.push(Finding::failure(&path, None, message));
            }
        }
    }
    let Some(base) = base_commit(root) else {
        return Ok(findings);
    };
    for path in git(root, &["ls-tree", "-r", "--name-only", &base, FOLDER])?.lines() {
        let was = git(root, &["show", &format!("{base}:{path}")])?;
        if tree.text(path).as_deref() != Some(was.as_str()) {
            let message = "what is kept of a release is never edited: its programs do not change".to_owned();
            findings.push(Finding::failure(path, None, message));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::git;
    use crate::tree::sample::Sample;

    const SCHEMA: &str = "record/tests/released/0.1.0/sqlite.sql";

    #[test]
    fn what_is_kept_may_not_be_edited_or_taken_away() {
        let sample = Sample::new(&[(SCHEMA, "CREATE TABLE log (seq);\n"), ("README.md", "x")]);
        sample.commit();
        assert_eq!(look(&sample.tree()).unwrap(), []);
        sample.write(&[(SCHEMA, "CREATE TABLE log (seq, more);\n")]);
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
        std::fs::remove_file(sample.folder.path().join(SCHEMA)).unwrap();
        assert_eq!(look(&sample.tree()).unwrap().len(), 1);
    }

    #[test]
    fn a_tagged_release_that_is_not_kept_fails() {
        let sample = Sample::new(&[(SCHEMA, "CREATE TABLE log (seq);\n")]);
        sample.commit();
        git(sample.folder.path(), &["tag", "v0.2.0"]).unwrap();
        assert_eq!(look(&sample.tree()).unwrap().len(), 3);
    }
}
