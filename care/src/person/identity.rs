//! What identifies a person: NHS number, other identifiers, administrative gender.

use codes::nhs_number::NhsNumber;
use codes::verification_status;

use crate::coded::coded;
use crate::concept::Concept;
use crate::when::Period;

coded! {
    /// Administrative gender (FHIR administrative-gender).
    Gender {
        Male = "male", "Male";
        Female = "female", "Female";
        Other = "other", "Other";
        Unknown = "unknown", "Not known";
    }
}

/// The NHS number with how far it was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldNhsNumber {
    /// A number with a valid check digit.
    pub number: NhsNumber,
    /// Verification status 01 to 08, or as sent; nothing when not said.
    pub status: Option<String>,
}

impl HeldNhsNumber {
    /// Whether the number was verified (status 01).
    pub fn is_verified(&self) -> bool {
        self.status.as_deref() == Some(verification_status::VERIFIED)
    }

    /// The status in words: "Number present and verified", or "Verification not recorded".
    pub fn status_words(&self) -> &str {
        let status = self.status.as_deref();
        status
            .and_then(verification_status::label)
            .or(status)
            .unwrap_or("Verification not recorded")
    }
}

/// Another identifier.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Identifier {
    /// What it is used for, as sent.
    pub kind: Option<String>,
    /// What sort of identifier it is.
    pub sort: Option<Concept>,
    /// The system it belongs to.
    pub system: Option<String>,
    /// The identifier.
    pub value: Option<String>,
    /// Who gave it.
    pub assigner: Option<String>,
    /// When it was in use.
    pub period: Option<Period>,
}
