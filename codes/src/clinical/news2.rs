//! NEWS2: points of each measurement, for both oxygen saturation scales.
//!
//! Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, December 2017.

use std::sync::LazyLock;

use crate::clinical::bands::Bands;
use crate::table::Table;

/// `parameter` with its bands, as the college prints them.
pub static BANDS: LazyLock<Bands> = LazyLock::new(|| {
    Bands::of(
        &Table::read(include_str!("../../data/clinical/news2_bands.csv")),
        "",
    )
});

/// Trigger, clinical risk and least monitoring.
pub static RESPONSE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../data/clinical/news2_response.csv")));
