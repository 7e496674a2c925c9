//! One person's published scores, as their record says them to this reader.
//!
//! Every fact comes through the lens: what is withheld from the reader counts for nothing, and nothing says that it is there. Of a score that counts
//! types which the reader's role does not see there is no value: a count of what a role happens to see would be too low, and so be wrong.
//!
//! - `opened`: who opens a record for this, and for what somebody is due
//! - `one`: all of it, for one person
//! - `sample`: invented scores, for samples of pages

mod one;
mod opened;
mod sample;

pub use ::population::score::{Change, Computed, Recorded};
pub use one::{Needs, PersonScores, Told, What, scores_of};
pub(crate) use opened::{Opened, opens};
