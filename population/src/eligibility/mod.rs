//! What one person is due of prevention, by the rules of `care::eligibility`. The rule stands in `care` alone; here is only how its
//! inputs are found in a record, as a row of words.
//!
//! For want of an entry nobody is called "not eligible", and no earlier time is taken never to have been: both are "not known". What
//! excludes counts when it is recorded.
//!
//! - `evidence`: what of the record counts, and what is odd
//! - `rows`: the cells of each programme
//! - `vaccines`: the immunisations

mod evidence;
mod rows;
mod vaccines;

pub use evidence::Evidence;
pub use rows::{Found, programmes};
pub use vaccines::{Vaccines, vaccines};
