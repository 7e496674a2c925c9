//! How long a record is kept: from what is known of a person, the first day on which it may be destroyed, and why.
//!
//! The rules are those of the *Records Management Code of Practice* as `data/retention/retention.csv` has them. They only say
//! from when somebody may look at a record with the question whether it is still needed: nothing here destroys, two
//! privacy officers do, and a legal hold stops them. Where a fact is missing or two rules meet, the later day holds; where
//! no day can be told, the record is kept.

mod dates;
mod due;
mod facts;
mod rule;

pub use due::{Due, Retention, retention};
pub use facts::Facts;
pub use rule::{Kept, Rule};
