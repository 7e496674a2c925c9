//! What one person is due of prevention, and how the waiting-list rule sees what they wait for, as their record says it to this reader.
//!
//! Every fact comes through the lens, as for the scores: what is withheld counts for nothing, and nothing says that it is there. Of a
//! type that the reader's role does not see it is not said that nothing is recorded: what depends on it is "not known". The national call
//! and recall systems are the record of who is invited.
//!
//! - `one`: all of it, for one person
//! - `waits`: open referrals, by the waiting-list rule
//! - `sample`: an invented person's, for samples of pages

mod one;
mod sample;
mod waits;

pub use ::population::eligibility::{Found, Vaccines};
pub use one::{PersonEligibility, eligibility_of};
pub use waits::Wait;
