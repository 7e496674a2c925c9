//! What the server must promise before anything is entrusted to it: that a commit which it acknowledged is on its disk.

use crate::dialect::connection::Connection;
use crate::dialect::error::{Result, engine_error};
use crate::dialect::value::params;
use crate::error::RecordError;

/// The oldest server that the record runs on.
const OLDEST: i64 = 150_000;

/// Refuses a server that is too old or may forget what it acknowledged, in words that name the setting.
pub(in crate::dialect) fn check(connection: &Connection) -> std::result::Result<(), RecordError> {
    let found = Found::read(connection).map_err(|error| engine_error(&error))?;
    if let Some(fault) = found.fault() {
        return Err(fault);
    }
    if let Connection::Postgres(session) = connection {
        // It stays so for this session, whatever the server's files say later.
        session
            .batch(&format!(
                "SET synchronous_commit = '{}'",
                found.synchronous_commit
            ))
            .map_err(|error| engine_error(&error))?;
    }
    Ok(())
}

/// The server as it is set up.
struct Found {
    version: i64,
    fsync: String,
    full_page_writes: String,
    synchronous_commit: String,
    standbys: String,
    read_only: String,
    encoding: String,
}

impl Found {
    fn read(connection: &Connection) -> Result<Found> {
        connection.query_row(
            "SELECT CAST(current_setting('server_version_num') AS bigint), current_setting('fsync'),
             current_setting('full_page_writes'), current_setting('synchronous_commit'),
             current_setting('synchronous_standby_names'), current_setting('transaction_read_only'),
             current_setting('server_encoding')",
            params![],
            |row| {
                Ok(Found {
                    version: row.get(0)?,
                    fsync: row.get(1)?,
                    full_page_writes: row.get(2)?,
                    synchronous_commit: row.get(3)?,
                    standbys: row.get(4)?,
                    read_only: row.get(5)?,
                    encoding: row.get(6)?,
                })
            },
        )
    }

    fn fault(&self) -> Option<RecordError> {
        let setting = |setting: &str, found: &str, needed: &str| {
            Some(RecordError::UnsafeSetting {
                setting: setting.to_owned(),
                found: found.to_owned(),
                needed: needed.to_owned(),
            })
        };
        if self.version < OLDEST {
            return setting(
                "server_version",
                &(self.version / 10_000).to_string(),
                "15 or later",
            );
        }
        if self.fsync != "on" {
            return setting("fsync", &self.fsync, "on");
        }
        if self.full_page_writes != "on" {
            return setting("full_page_writes", &self.full_page_writes, "on");
        }
        if self.synchronous_commit == "off" {
            return setting("synchronous_commit", &self.synchronous_commit, "on");
        }
        if self.synchronous_commit == "local" && !self.standbys.is_empty() {
            return setting(
                "synchronous_commit",
                "local, though synchronous_standby_names names standbys",
                "on",
            );
        }
        if self.encoding != "UTF8" {
            return setting("server_encoding", &self.encoding, "UTF8");
        }
        (self.read_only != "off").then_some(RecordError::ReadOnly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Found {
        Found {
            version: 150_004,
            fsync: "on".to_owned(),
            full_page_writes: "on".to_owned(),
            synchronous_commit: "on".to_owned(),
            standbys: String::new(),
            read_only: "off".to_owned(),
            encoding: "UTF8".to_owned(),
        }
    }

    #[test]
    fn every_setting_that_could_lose_a_commit_is_named() {
        assert!(sound().fault().is_none());
        let local = Found {
            synchronous_commit: "local".to_owned(),
            ..sound()
        };
        assert!(local.fault().is_none(), "without standbys it is as good as on");
        let off = || "off".to_owned();
        for (found, setting) in [
            (
                Found {
                    version: 140_012,
                    ..sound()
                },
                "server_version",
            ),
            (
                Found {
                    fsync: off(),
                    ..sound()
                },
                "fsync",
            ),
            (
                Found {
                    full_page_writes: off(),
                    ..sound()
                },
                "full_page_writes",
            ),
            (
                Found {
                    synchronous_commit: off(),
                    ..sound()
                },
                "synchronous_commit",
            ),
            (
                Found {
                    standbys: "*".to_owned(),
                    ..local
                },
                "synchronous_commit",
            ),
            (
                Found {
                    encoding: "LATIN1".to_owned(),
                    ..sound()
                },
                "server_encoding",
            ),
        ] {
            let words = found.fault().expect("refused").to_string();
            assert!(words.contains(setting), "{words}");
        }
    }
}
