//! The numbers that are stored: resource types and search parameters, from the append-only registries.

use crate::tables;

/// A resource type by its stored number (`fhir/data/types.registry.csv`, append-only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceType(pub(crate) u16);

impl ResourceType {
    /// The type with this name, such as `Patient`; `None` when R4 has no such resource.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        tables::get().resource_type(name)
    }

    pub(crate) fn from_name_in(tables: &tables::Tables, name: &str) -> Option<Self> {
        tables.resource_type(name)
    }

    /// The FHIR name.
    #[must_use]
    pub fn name(self) -> &'static str {
        tables::get().resource_name(self)
    }

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// The type with this stored number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        tables::get().resource_by_number(number)
    }

    /// Every resource type, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        tables::get().resources()
    }
}

impl std::fmt::Display for ResourceType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A search parameter of one resource type, by its stored number (`fhir/data/parameters.registry.csv`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(pub u16);

/// The search parameter types we serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchKind {
    String,
    Token,
    Date,
    Reference,
    Uri,
}

impl SearchKind {
    /// The FHIR code (`SearchParameter.type`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Token => "token",
            Self::Date => "date",
            Self::Reference => "reference",
            Self::Uri => "uri",
        }
    }
}

/// A search parameter that is served.
#[derive(Debug)]
pub struct SearchParam {
    pub id: ParamId,
    pub resource_type: ResourceType,
    pub code: &'static str,
    pub kind: SearchKind,
    /// In which generation it came (`fhir/data/generations.registry.csv`): entries packed before know nothing of it.
    pub generation: u16,
    /// Canonical URL of the definition.
    pub definition: &'static str,
    /// Whether it can be searched outside one person's record.
    pub cross_person: bool,
    /// Whether a value `Patient/x` names a person in whose record every match lies.
    pub names_person: bool,
}

/// The parameters served for a type, sorted by code (for the CapabilityStatement).
#[must_use]
pub fn search_parameters(resource_type: ResourceType) -> &'static [SearchParam] {
    tables::get().search_parameters(resource_type)
}

/// The newest generation of search parameters: up to it this release packs entries.
#[must_use]
pub fn newest_generation() -> u16 {
    tables::get().newest_generation()
}
