//! What is in the record but cannot be shown as a fact of a known sort: said, never dropped.

/// A resource of a type that has no page of its own: a claim, an imaging study, an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// The FHIR type.
    pub type_name: String,
    /// A few words for it, when some were found.
    pub words: Option<String>,
}

/// A resource of a known type that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// The FHIR type, or "Unknown".
    pub type_name: String,
    /// Why, in words without anything of the person.
    pub why: String,
}
