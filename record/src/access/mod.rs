//! What the rules of access go by, and through which lens a record is seen.
//!
//! Who has to do with a person stands in that person's record, as resources: the practice, care teams, caseloads,
//! admissions, referrals, tasks, consents. Their packed index entries, written in the commit that changed them, are the
//! facts; there is no second copy that could be stale. A commit that changes one of them raises the person's
//! `access_version`, so that whatever was kept in memory is not used any more.
//!
//! - `facts` what is known of a person that rules go by
//! - `gather` reads it from the entries of the person and of everyone who is read as one with them
//! - `known` keeps it in memory, by `access_version`
//! - `judge` who makes a lens of it
//! - `mask` takes out of a body what the lens does not show

pub(crate) mod facts;
pub(crate) mod gather;
mod judge;
pub(crate) mod known;
pub(crate) mod mask;
pub mod mutants;

pub use facts::{Facts, Party, Tie, TieKind, Whose, digest_of};
pub use judge::{Judge, Sight};
