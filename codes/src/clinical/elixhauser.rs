//! Elixhauser's comorbidities: ICD-10 prefixes of Quan and weights of van Walraven.
//!
//! Sources: Quan 2005, Med Care 43:1130; van Walraven 2009, Med Care 47:626. Not the AHRQ's refined version, which is made for
//! the United States' own modification of ICD-10.

use std::sync::LazyLock;

use crate::clinical::charlson::in_order;
use crate::clinical::icd10::Prefixes;
use crate::table::Table;

/// How many conditions there are.
pub const CONDITIONS: usize = 31;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::read(include_str!(
        "../../data/clinical/elixhauser_van_walraven_weights.csv"
    ))
});

/// Prefixes of each condition, in the order of the weights.
pub static QUAN: LazyLock<Prefixes> = LazyLock::new(|| {
    let table = Table::read(include_str!("../../data/clinical/elixhauser_quan2005_icd10.csv"));
    in_order(&table, "category", "icd10_prefix")
});

/// The weights in order, -7 to 12.
pub static WEIGHTS: LazyLock<[i32; CONDITIONS]> = LazyLock::new(|| {
    let mut weights = [0; CONDITIONS];
    for (weight, [cell]) in weights.iter_mut().zip(TABLE.rows(["van_walraven2009"])) {
        *weight = cell.parse().unwrap_or(0);
    }
    weights
});

/// The conditions' names, in order.
pub fn names() -> Vec<&'static str> {
    TABLE.rows(["category"]).into_iter().map(|[name]| name).collect()
}
