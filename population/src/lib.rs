//! The whole population in columns: everybody's facts, person beside person, small enough for memory and fast enough to
//! ask all of them at once.
//!
//! A view of the feed keeps them ([`Population`]); nothing of it is shown as it stands, for it answers with counts and
//! pseudonyms, and whoever shows a person reads the record through its door first. What could not be understood is kept
//! with the reason ([`facts::Mark`]) and never counted.
//!
//! - `day`: days as the columns hold them
//! - `facts/`: what is kept of one person, read from their resources
//! - `columns/`: everybody, in shards by bucket
//! - `view`: the view that keeps the columns up to date
//! - `people`: everybody as whole people, looked at one by one
//! - `score/`: the functions of `care::score` over everybody's slices
//! - `eligibility/`: what one person is due of prevention, by the rules of `care::eligibility`
//! - `circumstance`: how somebody lives, by codes
//! - `segment/`: the region's segments and long-term conditions over everybody's slices
//! - `model/`: a learned model of unplanned hospital stays, for analysts
//! - `threads`: work in parts, shared among threads
//! - `parquet/`: the columns as files that any engine reads
//! - `bundle`: people of FHIR bundles, without a record
//! - `left_out`: who is left out of a run beyond care, and how many these are
//! - `suppress`: counts small enough to be somebody
//! - `pseudonym`: keys for rows that leave the house

pub mod bundle;
pub mod circumstance;
pub mod columns;
pub mod day;
pub mod eligibility;
pub mod facts;
pub mod left_out;
pub mod model;
pub mod parquet;
mod people;
pub mod pseudonym;
pub mod score;
pub mod segment;
pub mod suppress;
mod threads;
mod view;

pub use columns::Columns;
pub use day::Day;
pub use facts::Facts;
pub use people::{People, PersonSlice};
pub use view::Population;
