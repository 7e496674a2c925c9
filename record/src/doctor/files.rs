//! The data directory: is it there, who may read it, and who has it open.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use crate::audit::segment;
use crate::doctor::Finding;

/// Looks at the folder; false when there is no record to look at.
pub(super) fn look(directory: &Path, on_server: bool, found: &mut Vec<Finding>) -> bool {
    // A server's folder holds no database, but keys.
    let database = directory.join(if on_server { "keys" } else { "record.sqlite" });
    match std::fs::metadata(&database) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let beside = directory.with_file_name(format!(
                "{}.restoring",
                directory.file_name().unwrap_or_default().to_string_lossy()
            ));
            let next = if beside.exists() {
                "a restore into it was not finished: run `sarsen restore` again"
            } else {
                "name the record's folder (--data, or record.directory in the settings); `sarsen serve` makes a new one"
            };
            found.push(Finding::fault(
                "folder",
                "there is no record in this folder",
                next,
            ));
            return false;
        }
        Err(error) => {
            found.push(Finding::fault(
                "folder",
                format!("the folder's content cannot be looked at: {error}"),
                "run this as the user that Sarsen runs as, or give that user the folder",
            ));
            return false;
        }
    }
    rights(directory, found);
    holder(directory, found);
    set_aside(directory, found);
    true
}

/// People's data and keys are their owner's alone; and the owner has to be able to write.
fn rights(directory: &Path, found: &mut Vec<Finding>) {
    let mut open_to_others = Vec::new();
    let mut read_only = Vec::new();
    let mut owners = std::collections::BTreeSet::new();
    let mut names = vec![
        ".".to_owned(),
        "record.sqlite".to_owned(),
        "reads".to_owned(),
        "keys".to_owned(),
    ];
    if let Ok(keys) = std::fs::read_dir(directory.join("keys")) {
        let keys = keys.filter_map(|key| key.ok()?.file_name().into_string().ok());
        names.extend(
            keys.filter(|key| key.ends_with(".key"))
                .map(|key| format!("keys/{key}")),
        );
    }
    for name in names {
        let Ok(file) = std::fs::metadata(directory.join(&name)) else {
            continue;
        };
        let mode = file.permissions().mode();
        let secret = name.starts_with("keys");
        if mode & 0o002 != 0 || (secret && mode & 0o077 != 0) {
            open_to_others.push(format!("{name} ({:o})", mode & 0o777));
        }
        if mode & 0o200 == 0 {
            read_only.push(name);
        }
        owners.insert(file.uid());
    }
    if !open_to_others.is_empty() {
        found.push(Finding::fault(
            "rights",
            format!("others than the owner may get at {}", open_to_others.join(", ")),
            "chmod 700 for the folder and keys/, 600 for the files in keys/; if others were on this machine, rotate the keys",
        ));
    }
    if !read_only.is_empty() {
        found.push(Finding::fault(
            "rights",
            format!("not even the owner may write to {}", read_only.join(", ")),
            "chmod u+w them: until then every commit is refused",
        ));
    }
    if owners.len() > 1 {
        found.push(Finding::warning(
            "rights",
            "the files belong to more than one user: somebody ran Sarsen as another",
            "chown -R the folder to the user that Sarsen runs as",
        ));
    }
}

/// Who holds the folder's lock.
fn holder(directory: &Path, found: &mut Vec<Finding>) {
    let lock = directory.join("lock");
    let Ok(file) = std::fs::File::open(&lock) else {
        return;
    };
    match file.try_lock_shared() {
        Ok(()) => found.push(Finding::note("process", "no process has the record open")),
        Err(std::fs::TryLockError::WouldBlock) => {
            let inode = file.metadata().map_or(0, |file| file.ino());
            let who = process_of(inode).map_or_else(
                || "another process, which this user may not see".to_owned(),
                |(process, name)| format!("process {process} ({name})"),
            );
            found.push(Finding::note("process", format!("{who} has the record open")));
        }
        Err(std::fs::TryLockError::Error(error)) => found.push(Finding::warning(
            "process",
            format!("the lock cannot be looked at: {error}"),
            "is the folder on a network file system? its locks cannot be relied on",
        )),
    }
}

/// The process that holds a lock on the file with this inode, and its program's name, as Linux tells.
fn process_of(inode: u64) -> Option<(u32, String)> {
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let process = locks.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (process, file) = (words.get(4)?, words.get(5)?);
        let same = words.get(1) == Some(&"FLOCK") && file.rsplit(':').next()?.parse() == Ok(inode);
        same.then(|| process.parse::<u32>().ok())?
    })?;
    let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    Some((process, name.trim().to_owned()))
}

fn set_aside(directory: &Path, found: &mut Vec<Finding>) {
    match segment::set_aside(directory) {
        Ok(names) if names.is_empty() => {}
        Ok(names) => found.push(Finding::warning(
            "read audit",
            format!(
                "{} pieces of the read audit were set aside when the record was opened: {}",
                names.len(),
                names.join(", ")
            ),
            "mostly torn off by a power cut and never acknowledged; `sarsen verify` says whether a seal covers more",
        )),
        Err(error) => found.push(Finding::fault(
            "read audit",
            format!("the folder of the read audit cannot be read: {error}"),
            "restore it from the newest backup: without it nothing can be read out",
        )),
    }
}
