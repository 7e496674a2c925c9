//! Person stated gender and gender identity.
//!
//! Source: NHS Data Dictionary, PERSON STATED GENDER CODE and GENDER IDENTITY CODE, `data/gender_codes.csv`.

use std::sync::LazyLock;

use crate::table::Table;

/// Item, code, label and FHIR administrative gender of each code.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/gender_codes.csv")));

/// The FHIR administrative gender of a PERSON STATED GENDER CODE.
///
/// ```
/// assert_eq!(codes::gender::administrative("2"), Some("female"));
/// assert_eq!(codes::gender::administrative("3"), None);
/// ```
pub fn administrative(person_stated: &str) -> Option<&'static str> {
    TABLE.find("code", person_stated, "fhir_administrative_gender")
}

/// The PERSON STATED GENDER CODE of a FHIR administrative gender.
pub fn person_stated(administrative: &str) -> Option<&'static str> {
    TABLE.find("fhir_administrative_gender", administrative, "code")
}
