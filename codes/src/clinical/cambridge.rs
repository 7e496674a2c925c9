//! Conditions and weights of the Cambridge Multimorbidity Score, as published and as modified for SNOMED CT.
//!
//! Sources: Payne 2020, CMAJ 192:E107 (20 conditions); Tsang 2023, BJGP 73:e435, doi 10.3399/BJGP.2022.0235 (21 conditions).

use std::sync::LazyLock;

use crate::clinical::code_sets::{CodeSets, Member};
use crate::table::Table;

/// Every condition of either version, by the name its tables use: 27.
pub const NAMES: [&str; 27] = [
    "alcohol_problems",
    "anxiety_or_depression",
    "asthma",
    "atrial_fibrillation",
    "cancer_last_5y",
    "chronic_kidney_disease",
    "chronic_liver_disease_and_viral_hepatitis",
    "connective_tissue_disorder",
    "constipation",
    "copd",
    "coronary_heart_disease",
    "dementia",
    "diabetes",
    "disorder_of_prostate",
    "epilepsy",
    "hearing_loss",
    "heart_failure",
    "hypertension",
    "irritable_bowel_syndrome",
    "learning_disability",
    "multiple_sclerosis",
    "painful_condition",
    "parkinsonism",
    "peripheral_vascular_disease_leg",
    "psychoactive_substance_misuse",
    "schizophrenia_or_bipolar",
    "stroke_or_tia",
];

/// Weights in the order of [`NAMES`]; nothing where a version does not know the condition.
pub type Weights = [Option<f64>; 27];

/// Payne's weights for the general outcome.
pub static GENERAL: LazyLock<Weights> = LazyLock::new(|| payne("general_outcome_weight"));
/// Payne's weights for mortality.
pub static MORTALITY: LazyLock<Weights> = LazyLock::new(|| payne("mortality_weight"));
/// Tsang's log hazards of dying within a year.
pub static MODIFIED: LazyLock<Weights> = LazyLock::new(|| {
    let table = Table::read(include_str!(
        "../../data/clinical/cambridge_multimorbidity_modified_tsang2023.csv"
    ));
    weights(&table, "log_hazard_weight")
});

fn payne(column: &str) -> Weights {
    let table = Table::read(include_str!(
        "../../data/clinical/cambridge_multimorbidity_payne2020.csv"
    ));
    weights(&table, column)
}

fn weights(table: &Table, column: &str) -> Weights {
    NAMES.map(|name| table.find("condition", name, column)?.parse().ok())
}

/// A condition by its place in [`NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition(pub usize);

impl Member for Condition {
    const WHAT: &'static str = "condition";

    fn named(name: &str) -> Option<Condition> {
        NAMES.iter().position(|known| *known == name).map(Condition)
    }
}

/// Our own short sets of codes: they find less than the authors' lists. Three conditions have none or need more than a code:
/// a painful condition and constipation are known by prescriptions (four or more in twelve months), and cancer counts only
/// when first recorded in the last five years, which is the caller's to see.
pub static OURS: LazyLock<CodeSets<Condition>> = LazyLock::new(|| {
    CodeSets::read(include_str!("../../data/clinical/cambridge_codes.csv")).unwrap_or_default()
});

/// The condition that a recorded code stands for by our own sets.
///
/// ```
/// use codes::clinical::cambridge::{NAMES, condition};
/// let found = condition("http://snomed.info/sct", "13645005").unwrap();
/// assert_eq!(NAMES[found.0], "copd");
/// ```
pub fn condition(system: &str, code: &str) -> Option<Condition> {
    OURS.find(system, code)
}
