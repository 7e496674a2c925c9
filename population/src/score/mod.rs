//! The functions of `care::score` over everybody's slices. The rule stands in `care` alone; here is only how its inputs
//! are found in the columns, and how the work is shared among threads.
//!
//! - `frailty`: the electronic Frailty Index
//! - `deficits`: which of its deficits each code of the dictionary stands for
//! - `comorbidity`: Charlson's and Elixhauser's conditions, from diagnoses in ICD-10
//! - `everybody`: who has a score and who has none, and the work shared among threads
//! - `ages`: ages on a day
//! - `whole`: a person with all records that are read as theirs

mod ages;
mod comorbidity;
mod deficits;
mod everybody;
mod frailty;
mod whole;

pub use ages::Ages;
pub use comorbidity::{Comorbid, DiagnosisTable, comorbidity};
pub use deficits::DeficitTable;
pub(crate) use everybody::everybody;
pub use everybody::{LeftOut, Scores};
pub use frailty::{Frailties, FrailtyOn, Scored, Since, frailty, frailty_of};
pub(crate) use whole::Whole;
