//! Sorts of plans and documents that say what to do in an emergency.
//!
//! Source: the National Record Locator's pointer types, `data/nrl_pointer_types.csv` (SNOMED CT concept ids).

use std::sync::LazyLock;

use crate::table::Table;

/// SNOMED CT concept, short label and category of each pointer type.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../data/nrl_pointer_types.csv")));

/// The category of plans among the pointer types (SNOMED CT 734163000 "Care plan").
pub const CARE_PLAN_CATEGORY: &str = "734163000";

/// Personalised care and support plan: a plan, but not an emergency one.
const PERSONALISED_CARE_AND_SUPPORT: &str = "2181441000000107";

/// The short label of the SNOMED CT concept, when it is a pointer type.
///
/// ```
/// assert_eq!(codes::plan_type::label("1382601000000107"), Some("ReSPECT form"));
/// ```
pub fn label(code: &str) -> Option<&'static str> {
    TABLE.find("snomed_type", code, "short_label")
}

/// Whether the SNOMED CT concept is a plan to be found first in an emergency: mental health crisis, emergency health
/// care, end of life, ReSPECT, contingency, advance care, treatment escalation.
pub fn is_emergency_plan(code: &str) -> bool {
    code != PERSONALISED_CARE_AND_SUPPORT
        && TABLE.find("snomed_type", code, "snomed_category") == Some(CARE_PLAN_CATEGORY)
}

/// Mental health crisis plan: of one matter, however it fares otherwise with the person.
const MENTAL_HEALTH_CRISIS: &str = "736253002";

/// Whether the SNOMED CT concept is a plan of the whole person (personalised care and support, emergency, contingency, advance care,
/// treatment escalation, end of life) and not of one matter alone.
///
/// ```
/// use codes::plan_type::is_of_the_whole_person;
/// assert!(is_of_the_whole_person("2181441000000107") && is_of_the_whole_person("735324008"));
/// assert!(!is_of_the_whole_person("736253002") && !is_of_the_whole_person("1363501000000100"));
/// ```
pub fn is_of_the_whole_person(code: &str) -> bool {
    code != MENTAL_HEALTH_CRISIS
        && TABLE.find("snomed_type", code, "snomed_category") == Some(CARE_PLAN_CATEGORY)
}
