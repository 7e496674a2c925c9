//! Scores of what was measured, and totals that somebody recorded: from one person's observations with their times, which the columns do not keep.
//!
//! - `reading`: observations as cells of a row
//! - `early_warning`: NEWS2 of the newest set of measurements
//! - `diabetes`: the Leicester score
//! - `elsewhere`: totals that somebody recorded

mod diabetes;
mod early_warning;
mod elsewhere;
mod reading;

use care::record::PersonRecord;
use care::score::named;
use jiff::Timestamp;

pub use elsewhere::Recorded;

use super::ages::Ages;
use super::one::{Computed, Tables};
use crate::people::PersonSlice;

/// From this age the adults' scores are theirs; below it the children's.
pub const ADULT: u8 = 16;

/// NEWS2, where anything of it was measured, and the Leicester score; of adults, as far as the age is known.
#[must_use]
pub fn of_measurements(
    record: &PersonRecord,
    person: &PersonSlice<'_>,
    tables: &Tables,
    now: Timestamp,
) -> Vec<Computed> {
    let today = care::london::date_of(now);
    let age = Ages::on(today).of(person.birth());
    if age.is_some_and(|age| age < ADULT) {
        return Vec::new();
    }
    let readings = reading::readings(record, now);
    let news2 = named("news2").and_then(|score| early_warning::newest(score, &readings, age, now));
    let leicester = named("leicester-diabetes")
        .and_then(|score| diabetes::of(score, person, &tables.deficits, record, &readings, today));
    news2.into_iter().chain(leicester).collect()
}

/// The last total of each score of which totals are met, by a moment.
#[must_use]
pub fn recorded_totals(record: &PersonRecord, now: Timestamp) -> Vec<Recorded> {
    elsewhere::recorded(&reading::readings(record, now))
}
