//! What the person shares with whom: their own record, and the records of those for whom they act.
//!
//! - `acting` one's own record, and for whom somebody acts, within what they were given
//! - `organisations` names of organisations, for whoever reads "who looked"

mod acting;
mod organisations;

pub use acting::{ActingFor, Part, acting_for, acts_for, own};
pub use organisations::organisation_names;
