//! Published scores, exactly as their sources give them: one file a score, each with its citation, its version and the
//! published worked example as a test.
//!
//! A score has a typed function for one person (`efi::Efi::of`), which allocates nothing where it is called for a whole
//! region, and stands in [`all`] so that a file of rows can be put through any of them. What is wrong with an input is
//! said; a score never fills a gap with nought, and shows no total of a part.
//!
//! None is signed for care yet: [`Definition::not_for_clinical_use`] is set on each. What each reads, and what to beware
//! of, stands in `docs/scores.md`.

pub mod audit_c;
pub mod barthel;
pub mod cambridge;
pub mod charlson;
pub mod definition;
pub mod efi;
pub mod elixhauser;
pub mod four_at;
pub mod gad7;
pub mod hfrs;
mod hierarchy;
pub mod lace;
pub mod leicester;
pub mod news2;
pub mod npews;
pub mod outcome;
pub mod phq9;
pub(crate) mod row;

pub use definition::{Allowed, Band, Definition, Input, Missing};
pub use outcome::{Changed, Outcome, Refusal, Used};
pub use row::Row;

/// A score that can be computed of a row.
pub trait Score: Sync {
    /// What it is.
    fn definition(&self) -> &'static Definition;

    /// Its outcome for a row with the columns that its definition names.
    fn of_row(&self, row: &Row<'_>) -> Outcome;
}

/// Every score, in the order of the guide.
pub fn all() -> &'static [&'static dyn Score] {
    ALL
}

static ALL: &[&dyn Score] = &[
    &efi::Rows,
    &cambridge::Rows(cambridge::Version::General),
    &cambridge::Rows(cambridge::Version::Mortality),
    &cambridge::Rows(cambridge::Version::Modified),
    &charlson::Rows(charlson::Weights::Original),
    &charlson::Rows(charlson::Weights::Quan2011),
    &charlson::Rows(charlson::Weights::Shmi),
    &elixhauser::Rows,
    &hfrs::Rows,
    &lace::Rows,
    &leicester::Rows,
    &news2::Rows,
    &npews::Rows,
    &phq9::Rows,
    &gad7::Rows,
    &four_at::Rows,
    &barthel::Rows(barthel::Scale::Twenty),
    &barthel::Rows(barthel::Scale::Hundred),
    &audit_c::Rows,
];

/// The score of that name.
pub fn named(name: &str) -> Option<&'static dyn Score> {
    all()
        .iter()
        .copied()
        .find(|score| score.definition().name == name)
}
