//! Why a resource could not be read. Nothing of the person stands in the words: they may be logged.

/// Why a resource could not be read into `care`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The bytes are not JSON.
    #[error("the entry is not valid JSON")]
    NotJson,
    /// The JSON is not a resource.
    #[error("the entry is not a FHIR resource")]
    NotAResource,
    /// Another type than the one asked for.
    #[error("expected a {expected}, found a {found}")]
    WrongType {
        /// The type asked for.
        expected: &'static str,
        /// The type found.
        found: String,
    },
    /// A date that is none, or does not exist.
    #[error("{element} is not a date that exists")]
    BadDate {
        /// The element's name.
        element: &'static str,
    },
    /// A code outside a required value set.
    #[error("{element} has a code that is not allowed there")]
    UnknownCode {
        /// The element's name.
        element: &'static str,
    },
    /// Something that must be there is not.
    #[error("{element} is missing")]
    Missing {
        /// The element's name.
        element: &'static str,
    },
    /// The resource or a part of it carries a modifier extension; what it says may be turned round by it.
    #[error("it carries a modifier that Sarsen does not know")]
    UnknownModifier,
}
