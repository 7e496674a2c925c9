//! The functions of `care::score` over everybody's slices. The rule stands in `care` alone; here is only how its inputs
//! are found in the columns, and how the work is shared among threads.
//!
//! - `frailty`: the electronic Frailty Index
//! - `deficits`: which of its deficits each code of the dictionary stands for
//! - `ages`: ages on a day
//! - `whole`: a person with all records that are read as theirs

mod ages;
mod deficits;
mod frailty;
mod whole;

pub use ages::Ages;
pub use deficits::DeficitTable;
pub use frailty::{Frailties, FrailtyOn, LeftOut, Scored, Since, frailty, frailty_of};
pub(crate) use whole::Whole;
