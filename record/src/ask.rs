//! The reads of one request: each hands out something [`Held`], which opens when the request's audit entry is
//! durable.

use fhir::ResourceType;

use crate::actor::{Actor, Purpose};
use crate::error::ReadError;
use crate::held::{Disclosed, EntryView, Held, Page, PersonRead, SearchPage, Stored};
use crate::ids::RequestId;
use crate::lens::Lens;
use crate::store::Record;

/// The reads of one request by one actor for one purpose, through one lens.
pub struct Ask {
    record: Record,
    lens: Lens,
    actor: Actor,
    purpose: Purpose,
    request: RequestId,
}

/// Which current resources of a person a read wants the bodies of.
pub type Select<'a> = dyn Fn(&EntryView<'_>) -> bool + Send + Sync + 'a;

impl Ask {
    pub(crate) fn new(record: Record, lens: Lens, actor: Actor, purpose: Purpose, request: RequestId) -> Ask {
        Ask {
            record,
            lens,
            actor,
            purpose,
            request,
        }
    }

    /// The current version of a resource.
    ///
    /// # Errors
    /// [`ReadError::NotFound`], [`ReadError::Gone`] or a failing store.
    pub async fn read(&mut self, _resource_type: ResourceType, _id: &str) -> Result<Held<Stored>, ReadError> {
        Err(ReadError::NotFound)
    }

    /// One version of a resource.
    ///
    /// # Errors
    /// [`ReadError::NotFound`], [`ReadError::Gone`] when that version is a deletion, or a failing store.
    pub async fn vread(
        &mut self,
        _resource_type: ResourceType,
        _id: &str,
        _version: u64,
    ) -> Result<Held<Stored>, ReadError> {
        Err(ReadError::NotFound)
    }

    /// Every version of a resource, newest first; a deletion has empty `json`.
    ///
    /// # Errors
    /// [`ReadError::NotFound`], [`ReadError::BadPage`] or a failing store.
    pub async fn history(
        &mut self,
        _resource_type: ResourceType,
        _id: &str,
        _page: Option<&str>,
        _count: usize,
    ) -> Result<Held<Page<Stored>>, ReadError> {
        Err(ReadError::NotFound)
    }

    /// The current resources that match a query.
    ///
    /// # Errors
    /// [`ReadError::TooCostly`], [`ReadError::BadPage`] or a failing store.
    pub async fn search(
        &mut self,
        _query: &fhir::search::Query,
        _page: Option<&str>,
    ) -> Result<Held<SearchPage>, ReadError> {
        Err(ReadError::NotFound)
    }

    /// Every current resource of a person (own and through membership): all are listed to `select`, and the bodies
    /// of those it wants are read.
    ///
    /// # Errors
    /// [`ReadError::NotFound`] when no such Patient is on record, [`ReadError::Gone`], or a failing store.
    pub async fn person(
        &mut self,
        _patient_id: &str,
        _select: &Select<'_>,
    ) -> Result<Held<PersonRead>, ReadError> {
        Err(ReadError::NotFound)
    }

    /// Every current resource of a person, by page.
    ///
    /// # Errors
    /// As [`Ask::person`], and [`ReadError::BadPage`].
    pub async fn everything(
        &mut self,
        _patient_id: &str,
        _page: Option<&str>,
        _count: usize,
    ) -> Result<Held<SearchPage>, ReadError> {
        Err(ReadError::NotFound)
    }

    /// Writes the audit entry of everything this ask has read, and returns once it is durable.
    ///
    /// # Errors
    /// When the audit cannot be written: then nothing may be shown.
    pub async fn disclose(self) -> Result<Disclosed, ReadError> {
        let _ = (&self.record, &self.lens, &self.actor, self.purpose, self.request);
        Err(ReadError::NotFound)
    }
}
