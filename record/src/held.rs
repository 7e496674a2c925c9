//! What a read hands out: closed until the audit entry that names it is durable.

use fhir::ResourceType;
use jiff::Timestamp;

use crate::deed::Identity;
use crate::ids::{Bucket, PersonKey};

/// Something read that may be looked at only once its reading is on record. Opened with the [`Disclosed`] of the
/// same `Ask`.
#[derive(Debug)]
#[must_use = "what is held is closed until the ask is disclosed"]
pub struct Held<T> {
    value: T,
    ask: u64,
}

impl<T> Held<T> {
    pub(crate) fn new(value: T, ask: u64) -> Held<T> {
        Held { value, ask }
    }

    /// Opens it.
    ///
    /// # Panics
    /// When `disclosed` belongs to another ask: that would show what no audit entry names.
    pub fn open(self, disclosed: &Disclosed) -> T {
        assert_eq!(
            self.ask, disclosed.ask,
            "a held read is opened with the disclosure of its own ask"
        );
        self.value
    }

    /// Makes something else of it, still closed.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Held<U> {
        Held {
            value: make(self.value),
            ask: self.ask,
        }
    }
}

/// Proof that an ask's audit entry is durable.
#[derive(Debug)]
pub struct Disclosed {
    ask: u64,
}

impl Disclosed {
    pub(crate) fn new(ask: u64) -> Disclosed {
        Disclosed { ask }
    }
}

/// One version of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The type.
    pub resource_type: ResourceType,
    /// The id.
    pub id: String,
    /// The version, from 1.
    pub version: u64,
    /// `meta.lastUpdated`.
    pub updated: Timestamp,
    /// The resource as R4 JSON; empty for a deletion.
    pub json: Vec<u8>,
    /// Whose it is.
    pub person: PersonKey,
    /// Whether this version is a deletion.
    pub deleted: bool,
}

/// A page of something, with the token of the next.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// What the page holds.
    pub items: Vec<T>,
    /// How many there are on all pages, where counted.
    pub total: Option<u64>,
    /// The token of the next page; bound to the actor, the lens and the question.
    pub next: Option<String>,
}

/// A page of search hits.
#[derive(Debug, Clone)]
pub struct SearchPage {
    /// The hits of this page.
    pub hits: Vec<Stored>,
    /// How many hits there are on all pages, when asked for.
    pub total: Option<u64>,
    /// The token of the next page.
    pub next: Option<String>,
    /// Whoever is read as one in these hits: of the person asked for, or of people whose hits are shown.
    pub identities: Vec<Identity>,
}

/// A current resource as its packed index entry shows it, without its body.
pub struct EntryView<'a> {
    /// The type.
    pub resource_type: ResourceType,
    /// The id.
    pub id: String,
    /// The version.
    pub version: u64,
    /// `meta.lastUpdated`.
    pub updated: Timestamp,
    /// The packed index entry, for `fhir::index::unpack`.
    pub entry: &'a [u8],
}

/// Every current resource of one person, and of everyone who is read as one with them: bodies of those selected, counts of the others.
#[derive(Debug, Clone)]
pub struct PersonRead {
    /// Whose record: the survivor's.
    pub person: PersonKey,
    /// Who is read as one here; a screen that shows it says so.
    pub identity: Identity,
    /// The resources that were selected; the survivor's come first.
    pub resources: Vec<Stored>,
    /// How many of each type were not.
    pub not_selected: Vec<(ResourceType, u64)>,
    /// The position of the survivor's bucket that this read has seen at least.
    pub position: (Bucket, u64),
}
