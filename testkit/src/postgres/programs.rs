//! PostgreSQL's programs, and the user they run as: the server refuses to run as root.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that Sarsen runs on.
const OLDEST: u32 = 15;

/// The user of the system that root lends its server to.
const LENT_TO: &str = "postgres";

/// The programs of one version of PostgreSQL.
#[derive(Debug, Clone)]
pub struct Programs {
    folder: PathBuf,
    run_as: Option<User>,
}

/// A user of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// Number of the user.
    pub user: u32,
    /// Number of the user's group.
    pub group: u32,
}

impl Programs {
    /// The newest version on this machine, 15 or later.
    ///
    /// # Errors
    /// When there is none, or when this is root and there is no user `postgres` to run it as.
    pub fn find() -> io::Result<Programs> {
        let folder = newest(Path::new("/usr/lib/postgresql"))
            .or_else(on_path)
            .ok_or_else(|| {
                io::Error::other(
                    "PostgreSQL 15 or later is not installed: `scripts/setup.sh test` installs it on Debian and Ubuntu",
                )
            })?;
        let run_as = if rustix::process::geteuid().is_root() {
            let users = std::fs::read_to_string("/etc/passwd")?;
            let user = user(&users, LENT_TO).ok_or_else(|| {
                io::Error::other(format!(
                    "PostgreSQL refuses to run as root, and there is no user '{LENT_TO}'"
                ))
            })?;
            Some(user)
        } else {
            None
        };
        Ok(Programs { folder, run_as })
    }

    /// A command of this version, as the user who may run it and in a process group of its own: what a terminal sends to
    /// the tests does not reach it.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.process_group(0).current_dir("/");
        if let Some(run_as) = self.run_as {
            command.uid(run_as.user).gid(run_as.group);
        }
        command
    }

    /// Gives a folder to the user who runs the programs.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn hand_over(&self, path: &Path) -> io::Result<()> {
        match self.run_as {
            Some(run_as) => std::os::unix::fs::chown(path, Some(run_as.user), Some(run_as.group)),
            None => Ok(()),
        }
    }
}

/// The folder of the newest version among Debian's, `…/15/bin`.
fn newest(versions: &Path) -> Option<PathBuf> {
    std::fs::read_dir(versions)
        .ok()?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let folder = path.join("bin");
            (version >= OLDEST && folder.join("initdb").exists() && folder.join("postgres").exists())
                .then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
}

/// Where the PATH has them, outside Debian.
fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| {
        folder.join("initdb").exists()
            && Command::new(folder.join("postgres"))
                .arg("--version")
                .output()
                .ok()
                .and_then(|output| major(&String::from_utf8_lossy(&output.stdout)))
                .is_some_and(|version| version >= OLDEST)
    })
}

/// The major version in `postgres (PostgreSQL) 15.14 (Debian …)`.
fn major(said: &str) -> Option<u32> {
    let version = said.split_once(") ")?.1;
    version
        .split(|sign: char| !sign.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// A user's numbers in the text of `/etc/passwd`.
fn user(users: &str, name: &str) -> Option<User> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let mut numbers = fields.skip(1).map_while(|field| field.parse().ok());
        Some(User {
            user: numbers.next()?,
            group: numbers.next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_as_every_packager_writes_it() {
        assert_eq!(
            major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres-backup:x:7:8::/:/bin/sh\npostgres:x:105:112:,,,:/var:/bin/sh\n";
        let found = user(users, "postgres");
        assert_eq!(
            found,
            Some(User {
                user: 105,
                group: 112
            })
        );
        assert_eq!(user(users, "post"), None);
    }
}
