//! Where the new record is made: a folder beside its target, and on a server an empty database that is marked. What a
//! killed restore leaves of either is nobody's record, and is cleared away by the next.

use std::fs::{File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::backup::error::{BackupError, folder_error};
use crate::dialect::{self, Connection, NotFilled, engine_error};
use crate::error::RecordError;
use crate::options::Options;

/// Held while a restore is at work beside its target. On a server it stays in the folder until the database's mark is
/// gone: a folder that has it belongs to a restore that did not end.
const MARK: &str = ".restoring";

/// The place of the new record.
pub(super) struct Place {
    target: PathBuf,
    pub(super) beside: PathBuf,
    finished: bool,
    lock: File,
}

impl Place {
    pub(super) fn begin(target: &Path) -> Result<Place, BackupError> {
        let fault = |error: std::io::Error| folder_error(target.display(), &error);
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".restoring");
        let beside = target.with_file_name(name);
        if beside.exists() {
            if is_held(&beside) {
                return Err(BackupError::Restoring);
            }
            std::fs::remove_dir_all(&beside).map_err(fault)?;
        }
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(beside.join("reads"))
            .map_err(fault)?;
        let lock = File::create(beside.join(MARK)).map_err(fault)?;
        lock.try_lock().map_err(|_| BackupError::Restoring)?;
        let place = Place {
            target: target.to_owned(),
            beside,
            finished: false,
            lock,
        };
        place.is_free()?;
        Ok(place)
    }

    /// Whether the target holds nothing.
    fn is_free(&self) -> Result<(), BackupError> {
        let fault = |error: std::io::Error| folder_error(self.target.display(), &error);
        match std::fs::read_dir(&self.target) {
            Ok(mut entries) => match entries.next() {
                // Checked against the database before it is cleared: see `take_over`.
                Some(_) if self.is_unfinished() => Ok(()),
                Some(_) => Err(BackupError::NotEmpty(self.target.display().to_string())),
                None => Ok(()),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(fault(error)),
        }
    }

    /// Whether the folder at the target is of a restore whose database was not finished.
    fn is_unfinished(&self) -> bool {
        self.target.join(MARK).is_file() && !is_held(&self.target)
    }

    /// Opens the empty store that is filled.
    pub(super) fn fill(&self, options: &Options) -> Result<Filled, BackupError> {
        let connection = dialect::fill(options).map_err(|refused| match refused {
            NotFilled::NotEmpty => {
                BackupError::NotEmpty("the database that record.postgres names".to_owned())
            }
            NotFilled::Busy => BackupError::Restoring,
            NotFilled::Record(error) => error.into(),
        })?;
        let filled = Filled {
            connection: Some(connection),
        };
        if self.is_unfinished() {
            // The database was empty, or marked as half: the folder that belongs to it goes with it.
            std::fs::remove_dir_all(&self.target)
                .map_err(|error| folder_error(self.target.display(), &error))?;
        }
        Ok(filled)
    }

    /// Makes everything durable and puts it into its place; on a server the database becomes a record then.
    pub(super) fn finish(mut self, filled: Filled) -> Result<(), BackupError> {
        let fault = |error: std::io::Error| folder_error(self.target.display(), &error);
        let database = filled.connection.as_ref();
        if database.is_none() {
            std::fs::remove_file(self.beside.join(MARK)).map_err(fault)?;
        }
        let place = || -> std::io::Result<()> {
            sync(&self.beside)?;
            std::fs::rename(&self.beside, &self.target)?;
            let parent = self
                .target
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
        };
        place().map_err(fault)?;
        self.finished = true;
        if let Some(database) = database {
            dialect::whole(database).map_err(|error| engine_error(&error))?;
            std::fs::remove_file(self.target.join(MARK)).map_err(fault)?;
        }
        filled.keep();
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
        if !self.finished {
            let _ = std::fs::remove_dir_all(&self.beside);
        }
    }
}

/// A store that is being filled; on a server it is cleared again unless it is finished.
pub(super) struct Filled {
    connection: Option<Connection>,
}

impl Filled {
    pub(super) fn connection(&self) -> Result<&Connection, RecordError> {
        self.connection.as_ref().ok_or(RecordError::Closed)
    }

    /// Everything is written. A file is closed, so that it is opened next as it will be; a server's session holds the place.
    pub(super) fn written(mut self) -> Filled {
        self.connection = self.connection.take().filter(|open| !open.is_of_one_process());
        self
    }

    fn keep(mut self) {
        self.connection = None;
    }
}

impl Drop for Filled {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            // When that fails, the mark stays, and says that this is no record.
            let _ = dialect::clear(connection);
        }
    }
}

fn is_held(folder: &Path) -> bool {
    File::open(folder.join(MARK)).is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

fn sync(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sync(&path)?;
        } else {
            File::open(&path)?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}
