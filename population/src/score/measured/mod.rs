//! Scores of what was measured, and totals that somebody recorded: from one person's observations with their times, which the columns do not keep.
//!
//! - `reading`: observations as cells of a row
//! - `early_warning`: NEWS2 of the newest set of measurements
//! - `diabetes`: the Leicester score
//! - `elsewhere`: totals that somebody recorded

mod diabetes;
mod early_warning;
mod elsewhere;
pub(crate) mod reading;

use care::record::PersonRecord;
use care::score::named;
use codes::clinical::segmentation::PREGNANCY;
use codes::system::SNOMED_CT;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

pub use elsewhere::Recorded;

use super::ages::Ages;
use super::one::{Computed, Tables};
use crate::day::Day;
use crate::people::PersonSlice;
use crate::segment::PREGNANT_DAYS;

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
    let who = early_warning::Who {
        age,
        pregnant: is_pregnant(person, today),
    };
    let news2 = named("news2").and_then(|score| early_warning::newest(score, &readings, who, now));
    let leicester = named("leicester-diabetes")
        .and_then(|score| diabetes::of(score, person, &tables.deficits, record, &readings, today));
    news2.into_iter().chain(leicester).collect()
}

/// Whether a pregnancy was recorded of late, and what was last said of it is not that it is over.
pub(crate) fn is_pregnant(person: &PersonSlice<'_>, today: Date) -> bool {
    let from = today.checked_sub(PREGNANT_DAYS.days()).ok().and_then(Day::of);
    let (Some(from), Some(today)) = (from, Day::of(today)) else {
        return false;
    };
    let names = person.names();
    let is_it = |number: u32| {
        let name = names.get(number as usize);
        name.is_some_and(|name| *name.system == *SNOMED_CT && *name.code == *PREGNANCY)
    };
    let facts = person
        .coded()
        .filter(|fact| fact.mark.is_sound() && (from..=today).contains(&fact.day) && is_it(fact.code));
    // Of one day, that it is over comes last.
    facts
        .max_by_key(|fact| (fact.day, fact.over))
        .is_some_and(|fact| !fact.over)
}

/// The last total of each score of which totals are met, by a moment.
#[must_use]
pub fn recorded_totals(record: &PersonRecord, now: Timestamp) -> Vec<Recorded> {
    elsewhere::recorded(&reading::readings(record, now))
}
