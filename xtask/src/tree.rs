//! The files of the repository as the checks see them: what git tracks, and what it would track if added.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// A folder and the paths of its files, relative to it, with `/` between the parts, sorted.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    root: PathBuf,
    files: Vec<String>,
}

impl Tree {
    /// The repository at `root`: tracked files and new ones that no ignore rule covers.
    ///
    /// # Errors
    /// When git is missing or `root` is not a repository.
    pub(crate) fn of_repository(root: &Path) -> anyhow::Result<Tree> {
        let listed = git(
            root,
            &["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        )
        .context("git ls-files")?;
        let mut files: Vec<String> = listed
            .split('\0')
            .filter(|path| !path.is_empty() && root.join(path).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(Tree {
            root: root.to_path_buf(),
            files,
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Every file's path.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// The paths that end in one of `endings`, such as `.rs`.
    pub(crate) fn files_ending(&self, endings: &'static [&'static str]) -> impl Iterator<Item = &str> {
        self.files()
            .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
    }

    /// The text of a file; `None` for a binary or unreadable one.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let bytes = std::fs::read(self.root.join(path)).ok()?;
        if bytes.contains(&0) {
            return None;
        }
        String::from_utf8(bytes).ok()
    }

    /// Whether `path` names a listed file or a folder that holds one.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        if path.is_empty() || path == "." {
            return true;
        }
        let at = self.files.partition_point(|file| file.as_str() < path);
        let folder = format!("{path}/");
        self.files.get(at).is_some_and(|file| file == path)
            || self.files[at..].iter().any(|file| file.starts_with(&folder))
    }
}

/// What a git command prints, run in `root`.
///
/// # Errors
/// When git cannot be started, ends with a failure, or prints no UTF-8.
pub(crate) fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output()?;
    anyhow::ensure!(
        output.status.success(),
        "git {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// Sample repositories for the checks' tests.
#[cfg(test)]
pub(crate) mod sample {
    use super::{Tree, git};

    /// A temporary repository and its tree; the folder goes when this does.
    pub(crate) struct Sample {
        pub(crate) folder: tempfile::TempDir,
    }

    impl Sample {
        /// A repository with these files, not yet committed.
        pub(crate) fn new(files: &[(&str, &str)]) -> Sample {
            let folder = tempfile::tempdir().unwrap();
            git(folder.path(), &["init", "--quiet"]).unwrap();
            let sample = Sample { folder };
            sample.write(files);
            sample
        }

        pub(crate) fn write(&self, files: &[(&str, &str)]) {
            for (path, text) in files {
                let path = self.folder.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }

        /// Commits everything as it stands.
        pub(crate) fn commit(&self) {
            let name = ["-c", "user.name=Sample", "-c", "user.email=sample@example.org"];
            git(self.folder.path(), &["add", "--all"]).unwrap();
            let mut words = name.to_vec();
            words.extend(["commit", "--quiet", "--message", "Sample"]);
            git(self.folder.path(), &words).unwrap();
        }

        pub(crate) fn tree(&self) -> Tree {
            Tree::of_repository(self.folder.path()).unwrap()
        }
    }

    #[test]
    fn a_tree_holds_files_and_their_folders_and_no_half_names() {
        let tree = Sample::new(&[("care/src/age.rs", ""), ("care-home.md", "")]).tree();
        assert!(tree.holds("care"));
        assert!(tree.holds("care/src/"));
        assert!(tree.holds("care/src/age.rs"));
        assert!(!tree.holds("care/src/ag"));
        assert!(!tree.holds("care/tests"));
    }

    #[test]
    fn a_tree_leaves_out_what_is_ignored() {
        let tree = Sample::new(&[(".gitignore", "/target\n"), ("target/x.rs", ""), ("a.rs", "")]).tree();
        assert_eq!(tree.files().collect::<Vec<_>>(), [".gitignore", "a.rs"]);
    }
}
