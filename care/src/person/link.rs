//! Links between entries for the same person.

use crate::coded::coded;
use crate::record::mention::Mention;

coded! {
    /// How two entries belong together (FHIR link-type).
    LinkKind {
        ReplacedBy = "replaced-by", "Replaced by";
        Replaces = "replaces", "Replaces";
        Refer = "refer", "See";
        SeeAlso = "seealso", "See also";
    }
}

/// Another entry for the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How it belongs to this one.
    pub kind: LinkKind,
    /// The other entry.
    pub other: Mention,
}
