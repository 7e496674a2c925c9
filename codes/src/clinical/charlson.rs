//! Charlson's comorbidities: ICD-10 prefixes and weights.
//!
//! Sources: Quan 2005, Med Care 43:1130 (prefixes); Charlson 1987 and Quan 2011, AJE 173:676 (weights); NHS England,
//! SHMI specification 1.60 (its own prefixes and weights). The 17 conditions stand in one order throughout.

use std::sync::LazyLock;

use crate::clinical::icd10::Prefixes;
use crate::table::Table;

/// How many conditions there are.
pub const CONDITIONS: usize = 17;

/// Names of the conditions as files write them, in order.
pub const NAMES: [&str; CONDITIONS] = [
    "myocardial-infarction",
    "congestive-heart-failure",
    "peripheral-vascular-disease",
    "cerebrovascular-disease",
    "dementia",
    "chronic-pulmonary-disease",
    "rheumatic-disease",
    "peptic-ulcer-disease",
    "mild-liver-disease",
    "diabetes-without-complication",
    "diabetes-with-complication",
    "hemiplegia-or-paraplegia",
    "renal-disease",
    "any-malignancy",
    "moderate-or-severe-liver-disease",
    "metastatic-solid-tumour",
    "aids-hiv",
];

static WEIGHTS: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../data/clinical/charlson_weights.csv")));

/// Quan's prefixes of 2005.
pub static QUAN: LazyLock<Prefixes> = LazyLock::new(|| {
    let table = Table::read(include_str!("../../data/clinical/charlson_quan2005_icd10.csv"));
    in_order(&table, "category", "icd10_prefix")
});

/// The prefixes of the Summary Hospital-level Mortality Indicator, version 1.60; its names differ, its order does not.
pub static SHMI: LazyLock<Prefixes> = LazyLock::new(|| {
    let table = Table::read(include_str!("../../data/clinical/charlson_shmi_v1_60_icd10.csv"));
    in_order(&table, "category", "icd10_prefix")
});

/// The weights of a column: `charlson1987`, `quan2011` or `shmi_uk_v1_60`; nought for a condition without one.
pub fn weights(column: &str) -> [i32; CONDITIONS] {
    let mut weights = [0; CONDITIONS];
    for (weight, [cell]) in weights.iter_mut().zip(WEIGHTS.rows([column])) {
        *weight = cell.parse().unwrap_or(0);
    }
    weights
}

/// Prefixes numbered by the first appearance of their category in the table.
pub(crate) fn in_order(table: &Table, category: &str, prefix: &str) -> Prefixes {
    let mut seen: Vec<&str> = Vec::new();
    let mut pairs = Vec::new();
    for [category, prefix] in table.rows([category, prefix]) {
        let place = seen.iter().position(|name| *name == category).unwrap_or_else(|| {
            seen.push(category);
            seen.len() - 1
        });
        pairs.push((prefix, place));
    }
    Prefixes::new(pairs)
}
