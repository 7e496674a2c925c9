//! An index entry made again from a stored body, as the release that runs makes it.

use fhir::{Body, Document, IndexValue, Limits, Prepared};

use crate::reader::candidate::id_text;

/// What came of looking at a body again.
pub(crate) enum Derived {
    /// What this release makes of it.
    Prepared(Box<Prepared>),
    /// The body is not one that was ever stored so.
    Malformed,
    /// This release's scanner refuses it: an older one had other rules.
    Refused,
}

/// Looks at an encoded body again.
pub(crate) fn derive(encoded: &[u8], id: &[u8], version: u64) -> Derived {
    let (Some(body), Ok(id)) = (Body::decode(encoded), id_text(id)) else {
        return Derived::Malformed;
    };
    let mut json = Vec::new();
    body.render(&id, version, "2000-01-01T00:00:00Z", &mut json);
    match Document::scan(&json, &Limits::default()) {
        Ok(document) => Derived::Prepared(Box::new(document.root().prepare(&|_| None))),
        Err(_) => Derived::Refused,
    }
}

/// The values that a generation of search parameters knows.
pub(crate) fn up_to(generation: u16, values: &[IndexValue]) -> Vec<IndexValue> {
    values
        .iter()
        .filter(|value| value.generation() <= generation)
        .cloned()
        .collect()
}
