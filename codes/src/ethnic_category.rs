//! Ethnic category 2001 (A to S, Z, 99), as the person states it.
//!
//! Source: UK Core code system EthnicCategoryEngland, `data/ethnic_category_2001.csv`. In some data sets a second,
//! local character follows the national one.

use std::sync::LazyLock;

use crate::table::Table;

/// The code system's URI.
pub const SYSTEM: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland";

/// Code and display of each category.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../data/ethnic_category_2001.csv")));

/// The words for a code.
///
/// ```
/// assert_eq!(codes::ethnic_category::label("M"), Some("Black or Black British - Caribbean"));
/// assert_eq!(codes::ethnic_category::label("I"), None);
/// ```
pub fn label(code: &str) -> Option<&'static str> {
    TABLE.find("code", code, "display")
}
