//! Hospital Frailty Risk Score: 109 categories of ICD-10 with their weights.
//!
//! Source: Gilbert 2018, Lancet 391:1775, doi 10.1016/S0140-6736(18)30668-8.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::clinical::icd10::Icd10;
use crate::table::Table;

/// How many categories there are.
pub const CATEGORIES: usize = 109;

/// Category, its place in the table and its weight in tenths of a point.
static BY_CATEGORY: LazyLock<HashMap<&'static str, (u32, u32)>> = LazyLock::new(|| {
    let table = Table::read(include_str!("../../data/clinical/hfrs_gilbert2018_icd10.csv"));
    (0..)
        .zip(table.rows(["icd10_3char", "weight"]))
        .filter_map(|(place, [category, weight])| Some((category, (place, tenths(weight)?))))
        .collect()
});

static BY_PLACE: LazyLock<[u32; CATEGORIES]> = LazyLock::new(|| {
    let mut weights = [0; CATEGORIES];
    for (place, weight) in BY_CATEGORY.values() {
        if let Some(kept) = weights.get_mut(*place as usize) {
            *kept = *weight;
        }
    }
    weights
});

/// The place of a recorded code's category among the 109, if it is one of them.
pub fn place(code: &Icd10) -> Option<u32> {
    BY_CATEGORY.get(code.category()).map(|(place, _)| *place)
}

/// The weights in tenths of a point, by place: whole numbers, so that a sum is exact.
pub fn weights() -> &'static [u32; CATEGORIES] {
    &BY_PLACE
}

fn tenths(weight: &str) -> Option<u32> {
    let (points, tenth) = weight.split_once('.')?;
    let tenth = tenth.parse::<u32>().ok().filter(|tenth| *tenth < 10)?;
    Some(points.parse::<u32>().ok()? * 10 + tenth)
}
