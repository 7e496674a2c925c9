//! Who comes in, and what they may see and do.
//!
//! - `rules` the policies (`policies/*.cedar`), checked and asked; `policies` which of them are in force
//! - `judge` facts about a person become a situation, and what the policies say of it a lens; `sights` keeps judges
//! - `open_up` a record opened in an emergency, or by saying that one has to do with the person
//! - `placed` who an actor is in records
//! - `reviews` the privacy office's inbox
//! - `standing_to` how somebody stands to one person, for the pages
//! - `sign_in` tokens of actors

mod judge;
mod open_up;
mod placed;
mod policies;
mod reviews;
mod rules;
mod sights;
mod standing_to;
mod caller;
mod sign_in;
#[cfg(test)]
mod table;

pub(crate) use judge::ActorJudge;
pub use open_up::{Opened, Way, Whom, may_open_up, open_up};
pub use policies::Policies;
pub use reviews::{Finding, Review, close_review, may_review, reviews};
pub use rules::Rules;
pub(crate) use sights::Sights;
pub use caller::Caller;
pub use sign_in::{Tokens, sign_in};
pub use standing_to::{StandingTo, standing_to};
