//! Appends each seal to the anchor file, in a thread of its own: the file is meant for another volume or another machine,
//! and neither its slowness nor its absence may hold up care. What could not be appended is appended after the next seal.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::audit::appender::io_error;
use crate::dialect::{self, Access, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::options::Options;
use crate::seal::anchor::{Anchor, Anchored};
use crate::seal::line;
use crate::seal::signers::{self, SignerRow};
use crate::seal::status::Shared;
use crate::sql;
use crate::writer::write::timestamp;
use jiff::Timestamp;

/// The most seals that are appended at once.
const AT_ONCE: usize = 1000;
/// How long a closing record waits for the last line.
const PATIENCE: Duration = Duration::from_secs(10);

/// The way to the thread.
pub(crate) struct Anchorer {
    sealed: Option<Sender<()>>,
    ended: Receiver<()>,
}

impl Anchorer {
    /// Starts the thread, which first appends what is missing.
    pub(crate) fn start(options: &Options, path: PathBuf, status: Shared) -> Result<Anchorer, RecordError> {
        let (sealed, arrived) = channel();
        let (end, ended) = channel();
        let options = options.clone();
        status.change_anchor(|_| ());
        std::thread::Builder::new()
            .name("record-anchor".to_owned())
            .spawn(move || {
                let mut anchoring = Anchoring {
                    options,
                    path,
                    status,
                    open: None,
                };
                anchoring.try_append();
                while arrived.recv().is_ok() {
                    // Several seals may have come meanwhile; one look appends them all.
                    while arrived.try_recv().is_ok() {}
                    anchoring.try_append();
                }
                let _ = end.send(());
            })
            .map_err(|error| io_error(&error))?;
        Ok(Anchorer {
            sealed: Some(sealed),
            ended,
        })
    }

    /// A seal was committed.
    pub(crate) fn after_seal(&self) {
        if let Some(sealed) = &self.sealed {
            let _ = sealed.send(());
        }
    }

    /// Waits a while for what is under way.
    pub(crate) fn close(&mut self) {
        self.sealed = None;
        if self.ended.recv_timeout(PATIENCE).is_err() {
            tracing::error!(
                "the anchor file did not take the last seals in time; they are appended at the next start"
            );
        }
    }
}

struct Anchoring {
    options: Options,
    path: PathBuf,
    status: Shared,
    open: Option<(Connection, Anchor, u64)>,
}

impl Anchoring {
    fn try_append(&mut self) {
        match self.append() {
            Ok(last) => self.status.change_anchor(|status| {
                status.last = last;
                status.error = None;
            }),
            Err(error) => {
                tracing::error!(%error, "the anchor file did not take a seal; care goes on, and the next seal tries again");
                self.open = None;
                self.status.change_anchor(|status| {
                    status.failures += 1;
                    status.error = Some(error.to_string());
                });
            }
        }
    }

    /// Appends every seal after the last line; gives number and time of the last line then.
    fn append(&mut self) -> Result<Option<(u64, Timestamp)>, RecordError> {
        if self.open.is_none() {
            let connection = dialect::connect(&self.options, Access::Read)?;
            let anchor = Anchor::open(&self.path).map_err(|error| io_error(&error))?;
            let mut after = anchor.last.as_ref().map_or(0, |last| last.number);
            if let Some(last) = &anchor.last
                && !is_kept(&connection, last).map_err(|error| engine_error(&error))?
            {
                if let Some(kept) = left_behind(&connection, last)? {
                    // The seals of the line that began then are told anew.
                    after = kept;
                } else {
                    tracing::error!(
                        seal = last.number,
                        "the anchor file names a seal that the store does not have so: run `sarsen verify --anchor`"
                    );
                    self.status.change_anchor(|status| status.disagrees = true);
                }
            }
            self.open = Some((connection, anchor, after));
        }
        let Some((connection, anchor, after)) = &mut self.open else {
            return Ok(None);
        };
        loop {
            let seals = seals_after(connection, *after).map_err(|error| engine_error(&error))?;
            let Some(last) = seals.last() else {
                return Ok(anchor.last.as_ref().map(|last| (last.number, last.at)));
            };
            anchor.append(&seals).map_err(|error| io_error(&error))?;
            *after = last.number;
        }
    }
}

fn is_kept(connection: &Connection, last: &Anchored) -> dialect::Result<bool> {
    let hash: Option<[u8; 32]> = connection
        .statement(sql::SEAL_HASH)?
        .query_row(params![last.number], |row| row.get(0))
        .optional()?;
    Ok(hash == Some(last.hash))
}

/// The last seal that a restore kept, when it left this one behind.
fn left_behind(connection: &Connection, last: &Anchored) -> Result<Option<u64>, RecordError> {
    let signers = signers::all(connection).map_err(|error| engine_error(&error))?;
    let keys: Vec<_> = signers.iter().filter_map(SignerRow::key).collect();
    let mut lines = line::all(connection)?.into_iter().skip(1);
    let left = lines.rfind(|line| line.left(last) && keys.iter().any(|key| line.is_signed(key)));
    Ok(left.map(|line| line.seal))
}

fn seals_after(connection: &Connection, after: u64) -> dialect::Result<Vec<Anchored>> {
    connection
        .statement(sql::SEALS_AFTER)?
        .query_map(params![after, AT_ONCE as i64], |row| {
            Ok(Anchored {
                number: row.get(0)?,
                at: timestamp(row.get(1)?),
                hash: row.get(2)?,
                public: row.get(3)?,
            })
        })?
        .collect()
}
