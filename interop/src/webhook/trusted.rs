//! Whom a receiver's certificate has to be vouched for by: read at the start, and again when the file was changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use record::trust;
use rustls::ClientConfig;

/// What tells that a file was changed; none where it cannot be looked at.
type Stamp = Option<(SystemTime, u64)>;

/// The authorities of one file, or of the operating system.
pub(super) struct Trusted {
    /// The file, where a receiver has its own.
    file: Option<PathBuf>,
    /// What the file is called where it is set.
    setting: String,
    kept: Mutex<(Stamp, Arc<ClientConfig>)>,
}

impl Trusted {
    /// Reads the authorities of this file, or those of the operating system.
    ///
    /// # Errors
    /// Words that name the setting.
    pub(super) fn read(file: Option<&Path>, setting: String) -> Result<Trusted, String> {
        // Before the file is read: what changes meanwhile is read again.
        let stamp = stamp(file);
        let client = trust::client(file, &setting).map_err(|error| error.to_string())?;
        Ok(Trusted {
            file: file.map(Path::to_owned),
            setting,
            kept: Mutex::new((stamp, Arc::new(client))),
        })
    }

    /// The authorities as they are now. A changed file that cannot be used changes nothing; that is said once.
    pub(super) fn now(&self) -> Arc<ClientConfig> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(self.file.as_deref());
        if kept.0 != now {
            kept.0 = now;
            match trust::client(self.file.as_deref(), &self.setting) {
                Ok(client) => {
                    kept.1 = Arc::new(client);
                    tracing::info!(setting = %self.setting, "the authorities were read again");
                }
                Err(error) => {
                    tracing::warn!(%error, "the authorities cannot be read again; those read before stay");
                }
            }
        }
        Arc::clone(&kept.1)
    }
}

fn stamp(file: Option<&Path>) -> Stamp {
    let about = std::fs::metadata(file?).ok()?;
    Some((about.modified().ok()?, about.len()))
}
