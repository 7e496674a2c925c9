//! Finishing destructions. When the commit that destroys a record is durable nothing of it can be read through the
//! record any more, but bytes may still stand in freed space, in the write-ahead log, in snapshots of views and in other
//! files: what is left is written over before the destruction counts as finished. What stopped in between, is done at
//! the next start; so is a destruction that the ledger knows and the database, put back from a backup, does not.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::oneshot;

use crate::access::Sight;
use crate::actor::{Purpose, Role};
use crate::commit::Lane;
use crate::deed::{Destruction, WholeRecord};
use crate::dialect::{self, Connection, engine_error, params};
use crate::error::RecordError;
use crate::ids::{CommitId, PersonKey};
use crate::keys;
use crate::ledger;
use crate::reader::candidate::person_key;
use crate::reason::Reason;
use crate::writer::group::Writing;
use crate::writer::job::Job;
use crate::writer::write::timestamp;

const DESTRUCTIONS: &str =
    "SELECT bucket, person, mark, at, ground, first_actor, second_actor, commit_id, versions,
    finished FROM destruction ORDER BY at, bucket, person";
const FINISH: &str = "UPDATE destruction SET finished = 1 WHERE bucket = ?1 AND person = ?2 AND at = ?3";

/// Every destruction, in order of time.
pub(crate) fn destructions(connection: &Connection) -> Result<Vec<Destruction>, RecordError> {
    let mut found = Vec::new();
    let mut read = || -> dialect::Result<()> {
        let mut statement = connection.statement(DESTRUCTIONS)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let ground: u16 = row.get(4)?;
            let mark: Vec<u8> = row.get(2)?;
            let one = (row.get::<_, u16>(0)?, row.get::<_, u64>(1)?);
            found.push((
                one,
                Destruction {
                    person: PersonKey::from_value(0),
                    mark: mark.try_into().unwrap_or_default(),
                    at: timestamp(row.get(3)?),
                    ground: Reason::from_number(ground).unwrap_or(Reason::CourtOrder),
                    first: row.get(5)?,
                    second: row.get(6)?,
                    commit: CommitId(row.get(7)?),
                    versions: row.get(8)?,
                    finished: row.get(9)?,
                },
            ));
        }
        Ok(())
    };
    read().map_err(|error| engine_error(&error))?;
    found
        .into_iter()
        .map(|((bucket, person), destruction)| {
            Ok(Destruction {
                person: person_key(bucket, person)?,
                ..destruction
            })
        })
        .collect()
}

/// Writes over and removes what views kept in files; they are copies and are made again.
fn remove_snapshots(directory: &Path) -> Result<(), RecordError> {
    let folder = directory.join("views");
    let files = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        files => files.map_err(|error| keys::unusable("views", &error))?,
    };
    for file in files {
        file.and_then(|file| std::fs::remove_file(file.path()))
            .map_err(|error| keys::unusable("views", &error))?;
    }
    Ok(())
}

impl Writing {
    /// Does again what the ledger knows and the database does not, and finishes what is not finished.
    pub(super) fn catch_up(&mut self) {
        if let Err(error) = self.destroy_again() {
            tracing::error!(%error, "a destruction in destructions.log was not done again");
        }
        self.finish_now();
    }

    fn destroy_again(&mut self) -> Result<(), RecordError> {
        let known: HashSet<_> = destructions(&self.connection)?
            .iter()
            .map(|each| (each.person, each.mark))
            .collect();
        for destruction in ledger::read(&self.directory)? {
            if known.contains(&(destruction.person, destruction.mark)) {
                continue;
            }
            let mut job = self.again(destruction)?;
            let done = if self.connection.is_of_one_process() {
                self.begin()?;
                self.one(&job).and_then(|answer| self.end().map(|()| answer))
            } else {
                let answer = self.settle(std::slice::from_mut(&mut job)).pop();
                answer.ok_or(RecordError::Closed)
            };
            match done {
                Ok(Ok(committed)) if committed.positions.is_empty() => {}
                Ok(Ok(_)) => tracing::warn!("a destruction was done again in a store put back from a backup"),
                Ok(Err(error)) => tracing::error!(%error, "a destruction was not done again"),
                Err(error) => {
                    self.roll_back();
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn again(&self, destruction: Destruction) -> Result<Job, RecordError> {
        let (reply, _) = oneshot::channel();
        Ok(Job {
            lane: Lane::Care,
            id: CommitId(keys::random()?),
            actor: "sarsen".to_owned(),
            role: Role::System.number(),
            purpose: Purpose::ServiceManagement.number(),
            source: "restore".to_owned(),
            as_sent: false,
            many: true,
            idempotency: None,
            changes: Vec::new(),
            deed: Some(WholeRecord::DestroyAgain(destruction)),
            step: None,
            dead: None,
            marker: self.marker,
            sight: Sight::own(),
            known: Arc::default(),
            reply,
        })
    }

    /// Finishes what this or another writer could not.
    pub(super) fn finish(&mut self) {
        if self.unfinished.swap(false, Ordering::AcqRel) {
            self.finish_now();
        }
    }

    /// Finishes what was destroyed, if anything was; when it fails, it is tried again at the next seal.
    pub(super) fn finish_now(&mut self) {
        if let Err(error) = self.finish_all() {
            self.unfinished.store(true, Ordering::Release);
            tracing::error!(%error, "freed space was not written over yet after a destruction; it is tried again");
        }
    }

    fn finish_all(&mut self) -> Result<(), RecordError> {
        let all = destructions(&self.connection)?;
        ledger::append(&self.directory, &all)?;
        let open: Vec<Destruction> = all.into_iter().filter(|each| !each.finished).collect();
        if open.is_empty() {
            return Ok(());
        }
        remove_snapshots(&self.directory)?;
        dialect::write_over(&self.connection, &self.options)?;
        self.begin()?;
        let finished = open
            .iter()
            .try_for_each(|each| {
                self.connection.statement(FINISH)?.put(params![
                    each.person.bucket().number(),
                    each.person.number(),
                    each.at.as_microsecond()
                ])
            })
            .map_err(|error| engine_error(&error))
            .and_then(|()| self.end());
        if finished.is_err() {
            self.roll_back();
        }
        finished
    }
}

/// Whether a deed leaves something to be written over.
pub(crate) fn destroys(deed: Option<&WholeRecord>) -> bool {
    matches!(
        deed,
        Some(WholeRecord::Destroy { .. } | WholeRecord::DestroyAgain(_))
    )
}
