//! Which policies are in force: the built-in ones or a folder's, read again when a file in it changes. Policies that do not hold
//! leave the last good set in force, and say so.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use crate::access::rules::Rules;

/// The policies in force. Cheap to clone; the clones share them.
#[derive(Clone)]
pub struct Policies {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Option<PathBuf>,
    rules: RwLock<Arc<Rules>>,
    /// The files as they were when they were last read, and what was wrong with them.
    read: Mutex<(Stamp, Option<String>)>,
}

/// Names, sizes and times of the files.
type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl Policies {
    /// The built-in policies.
    ///
    /// # Errors
    /// Never in a release: a test loads them.
    pub fn built_in() -> Result<Policies, String> {
        Ok(Policies::of(None, Rules::built_in()?, Vec::new()))
    }

    /// No policy: nothing is permitted.
    #[must_use]
    pub fn none() -> Policies {
        Policies::of(None, Rules::none(), Vec::new())
    }

    /// The policies of a folder.
    ///
    /// # Errors
    /// The file and what is wrong with it: a server does not start without policies.
    pub fn read(folder: PathBuf) -> Result<Policies, String> {
        let stamp = stamp(&folder);
        let rules = Rules::read(&folder)?;
        Ok(Policies::of(Some(folder), rules, stamp))
    }

    fn of(folder: Option<PathBuf>, rules: Rules, stamp: Stamp) -> Policies {
        Policies {
            shared: Arc::new(Shared {
                folder,
                rules: RwLock::new(Arc::new(rules)),
                read: Mutex::new((stamp, None)),
            }),
        }
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.shared.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is wrong with the files as they are now, when the last good set is in force instead.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let read = self.shared.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.1.clone()
    }

    /// Reads the folder again if a file in it has changed.
    pub fn refresh(&self) {
        let Some(folder) = &self.shared.folder else { return };
        let mut read = self.shared.read.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(folder);
        if now == read.0 {
            return;
        }
        read.0 = now;
        match Rules::read(folder) {
            Ok(rules) => {
                *self.shared.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
                read.1 = None;
                tracing::info!("new policies are in force");
            }
            Err(words) => {
                tracing::error!(problem = %words, "the policies do not hold; the last good set stays in force");
                read.1 = Some(words);
            }
        }
    }
}

fn stamp(folder: &std::path::Path) -> Stamp {
    let mut files: Stamp = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let about = entry.metadata().ok()?;
            Some((entry.path(), about.len(), about.modified().ok()))
        })
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::rules::BUILT_IN;

    const ALL: &str = "@id(\"all\")\npermit (principal, action, resource);\n";

    /// The built-in policies that forbid.
    const LIMITS: [&str; 2] = ["labels.cedar", "limits.cedar"];

    fn put_limits(folder: &std::path::Path) {
        for (name, text) in BUILT_IN.iter().filter(|(name, _)| LIMITS.contains(name)) {
            std::fs::write(folder.join(name), text).expect("written");
        }
    }

    #[test]
    fn half_a_folder_that_lacks_what_forbids_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("mine.cedar"), ALL).expect("written");
        put_limits(folder.path());
        let policies = Policies::read(folder.path().to_owned()).expect("they hold");
        let whole = policies.rules().version();
        std::fs::rename(
            folder.path().join("limits.cedar"),
            folder.path().join("limits.off"),
        )
        .expect("renamed");
        policies.refresh();
        assert_eq!(policies.rules().version(), whole);
        let problem = policies.problem().expect("a problem");
        assert!(
            problem.contains("no-own-record") || problem.contains("forbids"),
            "{problem}"
        );
        // A permit of the same name is no replacement.
        std::fs::write(
            folder.path().join("limits.cedar"),
            "@id(\"no-own-record\")\npermit (principal, action, resource);\n",
        )
        .expect("written");
        policies.refresh();
        assert_eq!(policies.rules().version(), whole);
    }

    #[test]
    fn policies_that_do_not_hold_leave_the_last_good_set_in_force() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mine.cedar");
        std::fs::write(&file, ALL).expect("written");
        put_limits(folder.path());
        let policies = Policies::read(folder.path().to_owned()).expect("they hold");
        let first = policies.rules().version();
        std::fs::write(
            &file,
            "@id(\"all\")\npermit (principal, action, resource) oops;\n",
        )
        .expect("written");
        policies.refresh();
        assert_eq!(policies.rules().version(), first);
        assert!(
            policies
                .problem()
                .is_some_and(|words| words.starts_with("mine.cedar:2:"))
        );
        std::fs::write(&file, format!("{ALL}\n// mended")).expect("written");
        policies.refresh();
        assert_ne!(policies.rules().version(), first);
        assert_eq!(policies.problem(), None);
    }

    #[test]
    fn a_folder_without_policies_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Policies::read(folder.path().to_owned()).is_err());
    }
}
