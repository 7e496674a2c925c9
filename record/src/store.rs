//! The one concrete [`Record`]: opening, closing, and the doors to the writer and the readers.

use std::path::Path;
use std::sync::Arc;

use fhir::HomeRule;

use crate::actor::{Actor, Purpose};
use crate::ask::Ask;
use crate::clock::SystemClock;
use crate::commit::{Commit, Committed};
use crate::error::{CommitError, ReadError, RecordError};
use crate::feed::FeedEntry;
use crate::ids::{Bucket, RequestId};
use crate::lens::Lens;
use crate::options::Options;
use crate::stats::Stats;
use crate::verify::VerifyReport;

/// An opened record. Cheap to clone; the clones share one store.
#[derive(Clone)]
pub struct Record {
    inner: Arc<Inner>,
}

struct Inner {}

impl Record {
    /// Opens the record in a data directory, making it when it is not there.
    ///
    /// # Errors
    /// When another process has it open, it cannot be read or written, it is damaged or newer than this release.
    pub async fn open(_options: Options, _system: Arc<dyn SystemClock>) -> Result<Record, RecordError> {
        Err(RecordError::Closed)
    }

    /// Seals and closes the record; waits for commits under way.
    pub async fn close(self) {}

    /// The bucket where a new resource with this home will live, so that its id can be made before the commit.
    pub async fn bucket_for(&self, _home: &HomeRule) -> Bucket {
        Bucket::wrapping(0)
    }

    /// A new id in a bucket.
    #[must_use]
    pub fn new_id(&self, _bucket: Bucket) -> String {
        String::new()
    }

    /// A new id of a request.
    #[must_use]
    pub fn new_request(&self) -> RequestId {
        RequestId(0)
    }

    /// Keeps all changes of a commit, or none.
    ///
    /// # Errors
    /// As [`CommitError`] says; after an error nothing was kept.
    pub async fn commit(
        &self,
        _lens: &Lens,
        _actor: &Actor,
        _purpose: Purpose,
        _commit: Commit,
    ) -> Result<Committed, CommitError> {
        Err(CommitError::Empty)
    }

    /// Begins the reads of one request.
    #[must_use]
    pub fn ask(&self, lens: &Lens, actor: &Actor, purpose: Purpose, request: RequestId) -> Ask {
        Ask::new(self.clone(), lens.clone(), actor.clone(), purpose, request)
    }

    /// The feed of a bucket after a position, at most `limit` entries.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn feed(
        &self,
        _bucket: Bucket,
        _after: u64,
        _limit: usize,
    ) -> Result<Vec<FeedEntry>, ReadError> {
        Ok(Vec::new())
    }

    /// Writes a seal over all heads now, if anything was written since the last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn seal(&self) -> Result<(), RecordError> {
        Ok(())
    }

    /// Checks everything that is stored; see [`verify`].
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub async fn verify(&self) -> Result<VerifyReport, RecordError> {
        Err(RecordError::Closed)
    }

    /// Counts of what is stored.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stats(&self) -> Result<Stats, RecordError> {
        Err(RecordError::Closed)
    }

    /// A digest of all stored content (not of seals and read audit), for tests that a refusal changed nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn digest(&self) -> Result<[u8; 32], RecordError> {
        Err(RecordError::Closed)
    }
}

/// Checks the record in a data directory that no process has open.
///
/// # Errors
/// When it cannot be read at all.
pub fn verify(_directory: &Path) -> Result<VerifyReport, RecordError> {
    Err(RecordError::Closed)
}
