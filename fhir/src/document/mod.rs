//! Walking a scanned document.

use crate::{Body, IndexValue, Issue, Limits, ResourceType};
use std::borrow::Cow;
use std::marker::PhantomData;

/// One validated JSON document: a token tape over the bytes.
pub struct Document<'a> {
    bytes: &'a [u8],
}

impl<'a> Document<'a> {
    /// Reads and validates a whole resource.
    ///
    /// # Errors
    /// Every rule that is broken, up to `limits.max_issues`, each with where and what would be accepted.
    pub fn scan(bytes: &'a [u8], _limits: &Limits) -> Result<Document<'a>, Vec<Issue>> {
        Ok(Document { bytes })
    }

    /// The outermost resource.
    #[must_use]
    pub fn root(&self) -> Resource<'_> {
        Resource {
            bytes: self.bytes,
            node: PhantomData,
        }
    }
}

/// A resource inside a document: the root, or `Bundle.entry.resource`.
#[derive(Clone, Copy)]
pub struct Resource<'d> {
    bytes: &'d [u8],
    node: PhantomData<&'d ()>,
}

impl<'d> Resource<'d> {
    #[must_use]
    pub fn resource_type(&self) -> ResourceType {
        ResourceType(0)
    }
    #[must_use]
    pub fn id(&self) -> Option<&'d str> {
        None
    }
    #[must_use]
    pub fn references(&self) -> Vec<&'d str> {
        Vec::new()
    }
    #[must_use]
    pub fn text_at(&self, _path: &[&str]) -> Option<Cow<'d, str>> {
        None
    }
    #[must_use]
    pub fn bundle(&self) -> Option<Bundle<'d>> {
        None
    }
    #[must_use]
    pub fn prepare(&self, _rewrite: &dyn Fn(&str) -> Option<String>) -> Prepared {
        Prepared {
            resource_type: ResourceType(0),
            id: None,
            body: Body {
                text: Vec::new(),
                id_at: 0,
                version_at: 0,
                updated_at: 0,
            },
            index: Vec::new(),
            home: HomeRule::Itself,
        }
    }
    #[must_use]
    pub fn source(&self) -> &'d [u8] {
        self.bytes
    }
}

/// A Bundle's parts, as an action needs them.
pub struct Bundle<'d> {
    /// `Bundle.type`.
    pub kind: String,
    pub entries: Vec<BundleEntry<'d>>,
}

/// One `Bundle.entry`.
pub struct BundleEntry<'d> {
    pub full_url: Option<String>,
    pub resource: Option<Resource<'d>>,
    pub method: Option<String>,
    pub url: Option<String>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
    pub if_none_exist: Option<String>,
}

/// A reference to a resource of this record: `Type/id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalReference {
    pub resource_type: ResourceType,
    pub id: String,
}

/// A resource ready to be committed.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub resource_type: ResourceType,
    /// The id the document came with.
    pub id: Option<String>,
    pub body: Body,
    pub index: Vec<IndexValue>,
    pub home: HomeRule,
}

/// Where a resource lives (`fhir/data/home.csv`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeRule {
    /// In the record of the first person; the others get membership.
    Person(Vec<LocalReference>),
    /// In a unit of the directory; `None` when it is its own unit.
    Unit(Option<LocalReference>),
    /// A Patient: its own person.
    Itself,
}
