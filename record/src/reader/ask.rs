//! The reads of one request: each hands out something [`Held`], which opens when the request's audit entry is
//! durable.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use fhir::ResourceType;

use crate::access::Sight;
use crate::actor::{Actor, Purpose};
use crate::audit::{ReadEntry, ReadFact, ReadKind, ReadResult, Reading, Run};
use crate::error::{ReadError, RecordError};
use crate::held::{Disclosed, EntryView, Held, Page, PersonRead, SearchPage, Stored};
use crate::ids::{PersonKey, RequestId};
use crate::reader::paging;
use crate::store::Record;

/// The reads of one request by one actor for one purpose, through the lens of each record that it meets.
///
/// Every read, also one that found or gave nothing, is named in the audit entry that [`Ask::disclose`] writes; call
/// it after a refusal too. An ask that is dropped has shown nothing.
pub struct Ask {
    pub(super) record: Record,
    pub(super) sight: Sight,
    pub(super) actor: Actor,
    entry: ReadEntry,
    reading: Reading,
    number: u64,
}

/// Which current resources of a person a read wants the bodies of.
pub type Select<'a> = dyn Fn(&EntryView<'_>) -> bool + Send + Sync + 'a;

static NUMBERS: AtomicU64 = AtomicU64::new(1);

impl Ask {
    pub(crate) fn new(
        record: Record,
        sight: Sight,
        actor: Actor,
        purpose: Purpose,
        request: RequestId,
    ) -> Ask {
        let entry = ReadEntry::new(record.now_microseconds(), request, &actor, purpose.number());
        let reading = record.audit().begin();
        Ask {
            record,
            sight,
            actor,
            entry,
            reading,
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// The current version of a resource.
    ///
    /// # Errors
    /// [`ReadError::NotFound`], [`ReadError::Gone`] or a failing store.
    pub async fn read(&mut self, resource_type: ResourceType, id: &str) -> Result<Held<Stored>, ReadError> {
        let result = self.read_current(resource_type, id).await;
        let result = self.or_destroyed(resource_type, id, result).await;
        self.note_one(ReadKind::Read, resource_type, result)
    }

    /// One version of a resource.
    ///
    /// # Errors
    /// [`ReadError::NotFound`], [`ReadError::Gone`] when that version is a deletion, or a failing store.
    pub async fn vread(
        &mut self,
        resource_type: ResourceType,
        id: &str,
        version: u64,
    ) -> Result<Held<Stored>, ReadError> {
        let result = self.read_version(resource_type, id, version).await;
        let result = self.or_destroyed(resource_type, id, result).await;
        self.note_one(ReadKind::Vread, resource_type, result)
    }

    /// Every version of a resource, newest first; a deletion has empty `json`. A page holds `count`, 1–1,000.
    ///
    /// # Errors
    /// [`ReadError::NotFound`], [`ReadError::BadPage`] or a failing store.
    pub async fn history(
        &mut self,
        resource_type: ResourceType,
        id: &str,
        page: Option<&str>,
        count: usize,
    ) -> Result<Held<Page<Stored>>, ReadError> {
        let result = self
            .read_history(resource_type, id, page, count.clamp(1, 1000))
            .await;
        let result = self.or_destroyed(resource_type, id, result).await;
        let people = result
            .iter()
            .flat_map(|page| page.items.iter().map(|item| item.person))
            .collect();
        let read = result.as_ref().map_or(0, |page| page.items.len());
        self.note(ReadKind::History, resource_type, people, read, result)
    }

    /// The current resources that match a query.
    ///
    /// # Errors
    /// [`ReadError::TooCostly`], [`ReadError::BadPage`] or a failing store.
    pub async fn search(
        &mut self,
        query: &fhir::search::Query,
        page: Option<&str>,
    ) -> Result<Held<SearchPage>, ReadError> {
        let mut people = BTreeSet::new();
        let result = self.find(query, page, &mut people).await;
        self.note_page(ReadKind::Search, query.resource_type, people, result)
    }

    /// Every current resource of a person (own and through membership) and of everyone who is read as one with them,
    /// whichever of them is asked for: all are listed to `select`, and the bodies
    /// of those it wants are read.
    ///
    /// # Errors
    /// [`ReadError::NotFound`] when no such Patient is on record, [`ReadError::Gone`], or a failing store.
    pub async fn person(
        &mut self,
        patient_id: &str,
        select: &Select<'_>,
    ) -> Result<Held<PersonRead>, ReadError> {
        let result = self.read_person(patient_id, select).await;
        let result = self.or_destroyed(Ask::patient()?, patient_id, result).await;
        let mut people = BTreeSet::new();
        if let Ok(read) = &result {
            people.extend(read.identity.people());
            people.extend(read.resources.iter().map(|resource| resource.person));
        }
        let read = result.as_ref().map_or(0, |read| read.resources.len());
        self.note(ReadKind::Person, Ask::patient()?, people, read, result)
    }

    /// Every current resource of a person, by page of `count`, 1–1,000.
    ///
    /// # Errors
    /// As [`Ask::person`], and [`ReadError::BadPage`].
    pub async fn everything(
        &mut self,
        patient_id: &str,
        page: Option<&str>,
        count: usize,
    ) -> Result<Held<SearchPage>, ReadError> {
        let mut people = BTreeSet::new();
        let result = self
            .read_everything(patient_id, page, count.clamp(1, 1000), &mut people)
            .await;
        let result = self.or_destroyed(Ask::patient()?, patient_id, result).await;
        self.note_page(ReadKind::Everything, Ask::patient()?, people, result)
    }

    /// Notes that this ask answers a question to everybody's columns, or refuses to: the entry says on what grounds. Whoever
    /// is named in the answer is read by this ask too, and so stands in the same entry.
    ///
    /// # Errors
    /// Never in a release: there is a type Patient.
    pub fn population(&mut self, run: Run, refused: bool) -> Result<(), ReadError> {
        let result = if refused {
            ReadResult::Refused
        } else {
            ReadResult::Disclosed
        };
        self.entry.reads.push(ReadFact {
            kind: ReadKind::Population,
            resource_type: Ask::patient()?,
            count: 0,
            result,
        });
        self.entry.run = Some(run);
        Ok(())
    }

    /// Writes the audit entry of everything this ask has read, and returns once it is durable.
    ///
    /// # Errors
    /// When the audit cannot be written: then nothing may be shown.
    pub async fn disclose(self) -> Result<Disclosed, ReadError> {
        self.record
            .audit()
            .append(self.reading, self.entry.store())
            .await?;
        Ok(Disclosed::new(self.number))
    }

    pub(super) fn patient() -> Result<ResourceType, ReadError> {
        ResourceType::from_name("Patient").ok_or_else(|| {
            RecordError::Engine {
                detail: "no type Patient".to_owned(),
            }
            .into()
        })
    }

    pub(super) fn bound(&self, question: &[u8]) -> [u8; 32] {
        paging::bound(&self.actor, &self.sight, question)
    }

    fn note_one(
        &mut self,
        kind: ReadKind,
        resource_type: ResourceType,
        result: Result<Stored, ReadError>,
    ) -> Result<Held<Stored>, ReadError> {
        let people = result.iter().map(|stored| stored.person).collect();
        self.note(kind, resource_type, people, 1, result)
    }

    fn note_page(
        &mut self,
        kind: ReadKind,
        resource_type: ResourceType,
        mut people: BTreeSet<PersonKey>,
        result: Result<SearchPage, ReadError>,
    ) -> Result<Held<SearchPage>, ReadError> {
        let hits = result.iter().flat_map(|page| &page.hits);
        people.extend(hits.map(|hit| hit.person));
        let read = result.as_ref().map_or(0, |page| page.hits.len());
        self.note(kind, resource_type, people, read, result)
    }

    pub(super) fn note<T>(
        &mut self,
        kind: ReadKind,
        resource_type: ResourceType,
        people: BTreeSet<PersonKey>,
        read: usize,
        result: Result<T, ReadError>,
    ) -> Result<Held<T>, ReadError> {
        let came_of_it = match &result {
            Ok(_) => ReadResult::Disclosed,
            Err(ReadError::NotFound) => ReadResult::NotFound,
            Err(ReadError::Gone { .. } | ReadError::Destroyed) => ReadResult::Gone,
            Err(ReadError::TooCostly(_) | ReadError::BeingPrepared(_) | ReadError::BadPage) => {
                ReadResult::Refused
            }
            Err(ReadError::Storage(_)) => ReadResult::Failed,
        };
        let count = if result.is_ok() { read as u64 } else { 0 };
        self.entry.people.extend(people);
        self.entry.reads.push(ReadFact {
            kind,
            resource_type,
            count,
            result: came_of_it,
        });
        result.map(|value| Held::new(value, self.number))
    }
}
