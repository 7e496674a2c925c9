//! How somebody came to stay in hospital: ADMISSION METHOD of the NHS Data Dictionary, as UK Core sends it.
//!
//! Source: UK Core code system AdmissionMethodEngland: 11 to 13 elective, 21 to 28 and 2A to 2D emergency, 31 and 32 maternity, 81 to
//! 83 other, 98 not applicable, 99 not known.

/// The code system's URI.
pub const SYSTEM: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-AdmissionMethodEngland";

const EMERGENCY: [&str; 10] = ["21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"];

/// Whether a code says that the stay was an emergency.
///
/// ```
/// use codes::admission_method::is_emergency;
/// assert!(is_emergency("21") && is_emergency("2A"));
/// assert!(!is_emergency("11") && !is_emergency("31") && !is_emergency("2E"));
/// ```
#[must_use]
pub fn is_emergency(code: &str) -> bool {
    EMERGENCY.contains(&code)
}
