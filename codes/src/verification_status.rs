//! How far an NHS number was verified (01 to 08).
//!
//! Source: UK Core code system NHSNumberVerificationStatusEngland, `data/nhs_number_verification_status.csv`.

use std::sync::LazyLock;

use crate::table::Table;

/// Number present and verified: the only status in which the number identifies the person.
pub const VERIFIED: &str = "01";

/// Code, display and definition of each status.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../data/nhs_number_verification_status.csv")));

/// Whether the code is one of 01 to 08.
pub fn is_known(code: &str) -> bool {
    label(code).is_some()
}

/// The meaning of the code in words.
///
/// ```
/// use codes::verification_status::label;
/// assert_eq!(label("01"), Some("Number present and verified"));
/// assert_eq!(label("1"), None);
/// ```
pub fn label(code: &str) -> Option<&'static str> {
    TABLE.find("code", code, "display")
}
