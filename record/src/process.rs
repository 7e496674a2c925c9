//! Who this process is: an id of its own that lives in the data directory, beside the read audit that it names in every
//! seal. Several processes may share one PostgreSQL; each has its own directory and so its own id.

use std::path::Path;

use crate::dialect::{self, Connection, params};
use crate::error::RecordError;
use crate::keys::{self, unusable};
use crate::sql;

/// How long a process counts as running after it was last heard of, in microseconds: three times the minute in which each
/// says that it lives.
const ALIVE: i64 = 180_000_000;

/// The id of a process's data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProcessId(pub(crate) [u8; 16]);

impl std::fmt::Display for ProcessId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl ProcessId {
    /// The id behind its stored form; `None` when it is none.
    pub(crate) fn load(stored: &[u8]) -> Option<ProcessId> {
        stored.try_into().ok().map(ProcessId)
    }
}

/// The id of a data directory, made when it has none.
pub(crate) fn own(directory: &Path) -> Result<ProcessId, RecordError> {
    if let Some(known) = of(directory)? {
        return Ok(known);
    }
    let id = ProcessId(keys::random()?);
    keys::write_whole(directory, "process", id.to_string().as_bytes())
        .map_err(|error| unusable("process", &error))?;
    Ok(id)
}

/// The id of a data directory, when it has one.
pub(crate) fn of(directory: &Path) -> Result<Option<ProcessId>, RecordError> {
    match std::fs::read_to_string(directory.join("process")) {
        Ok(text) => keys::unhex(text.trim())
            .map(|id| Some(ProcessId(id)))
            .ok_or(RecordError::Corrupt {
                detail: "process".to_owned(),
            }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable("process", &error)),
    }
}

/// Says that this process lives, and up to which generation of search parameters it packs.
pub(crate) fn say_alive(
    connection: &Connection,
    id: ProcessId,
    generation: u16,
    now: i64,
) -> dialect::Result<()> {
    connection
        .statement(sql::PUT_PROCESS)?
        .put(params![id.0, env!("CARGO_PKG_VERSION"), generation, now])?;
    Ok(())
}

/// How many other processes that pack less than this generation were heard of lately.
pub(crate) fn older_alive(
    connection: &Connection,
    own: ProcessId,
    generation: u16,
    now: i64,
) -> dialect::Result<u64> {
    connection
        .statement(sql::OLDER_PROCESSES)?
        .query_row(params![generation, now - ALIVE, own.0], |row| row.get(0))
}
