//! Flags on a person's record: reasonable adjustments and national alerts.
//!
//! Source: NHS England draft code systems for the Reasonable Adjustment Digital Flag (DAPB4019), `data/patient_flag_codes.csv`.

use std::sync::LazyLock;

use crate::table::Table;

/// System, code and display of each flag category and impairment.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../data/patient_flag_codes.csv")));

/// Categories of reasonable adjustment.
pub const REASONABLE_ADJUSTMENT_CATEGORY: &str =
    "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryRA";
/// Categories of national flags on a person.
pub const PATIENT_CATEGORY: &str = "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryPatient";
/// Impairments behind an adjustment.
pub const IMPAIRMENT: &str = "https://fhir.nhs.uk/England/CodeSystem/England-ConditionCodeRA";
/// The national flag that says that adjustments are needed.
pub const NATIONAL_REASONABLE_ADJUSTMENT: &str = "national-reasonable-adjustment-flag";

/// The words for a code of one of the three systems.
pub fn label(system: &str, code: &str) -> Option<&'static str> {
    let known = TABLE
        .pairs("system", "code")
        .iter()
        .position(|pair| *pair == (system, code))?;
    TABLE
        .pairs("code", "display")
        .get(known)
        .map(|(_, display)| *display)
}

/// Whether the code marks a reasonable adjustment or a communication need.
///
/// ```
/// use codes::flag::{PATIENT_CATEGORY, REASONABLE_ADJUSTMENT_CATEGORY, is_reasonable_adjustment};
/// assert!(is_reasonable_adjustment(REASONABLE_ADJUSTMENT_CATEGORY, "communication-support"));
/// assert!(!is_reasonable_adjustment(PATIENT_CATEGORY, "female-genital-mutilation-flag"));
/// ```
pub fn is_reasonable_adjustment(system: &str, code: &str) -> bool {
    match system {
        REASONABLE_ADJUSTMENT_CATEGORY | IMPAIRMENT => true,
        PATIENT_CATEGORY => code == NATIONAL_REASONABLE_ADJUSTMENT,
        _ => false,
    }
}
