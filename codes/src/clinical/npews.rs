//! National PEWS of England: points by age band, and what a total calls for.
//!
//! Source: NHS England, National Paediatric Early Warning System, inpatient charts and SPOT configuration document.

use std::sync::LazyLock;

use crate::clinical::bands::Bands;
use crate::table::Table;

/// Points by `age_band` (or `all`) and parameter.
pub static BANDS: LazyLock<Bands> = LazyLock::new(|| {
    Bands::of(
        &Table::read(include_str!("../../data/clinical/npews_bands.csv")),
        "age_band",
    )
});

/// Level, least and greatest total.
pub static ESCALATION: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../data/clinical/npews_escalation.csv")));
