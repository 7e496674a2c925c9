//! The functions of `care::score` over everybody's slices. The rule stands in `care` alone; here is only how its inputs
//! are found in the columns, and how the work is shared among threads.
//!
//! - `frailty`: the electronic Frailty Index
//! - `deficits`: which of its deficits each code of the dictionary stands for
//! - `diagnoses`: what each code says as a diagnosis in ICD-10
//! - `comorbidity`: Charlson's and Elixhauser's conditions, from diagnoses in ICD-10
//! - `hospital`: the Hospital Frailty Risk Score, from diagnoses written down in stays
//! - `stays`: somebody's stays, and whether a day lies within one
//! - `multimorbidity`: the conditions of the Cambridge Multimorbidity Score
//! - `everybody`: who has a score and who has none, and the work shared among threads
//! - `ages`: ages on a day
//! - `measured`: one person's scores of measurements, and recorded totals
//! - `one`: one person's scores, with their inputs and what changed
//! - `whole`: a person with all records that are read as theirs

mod ages;
mod comorbidity;
mod deficits;
mod diagnoses;
mod everybody;
mod frailty;
mod hospital;
pub(crate) mod measured;
mod multimorbidity;
mod one;
mod stays;
mod whole;

pub use ages::Ages;
pub use comorbidity::{Comorbid, comorbidity};
pub use deficits::DeficitTable;
pub use diagnoses::DiagnosisTable;
pub(crate) use everybody::everybody;
pub use everybody::{LeftOut, Scores};
pub use frailty::{Frailties, FrailtyOn, MEASUREMENTS_NOT_COUNTED, Scored, Since, frailty, frailty_of};
pub use hospital::{Stayed, hospital_frailty};
pub(crate) use measured::is_pregnant;
pub use measured::{ADULT, Recorded, of_measurements, recorded_totals};
pub use multimorbidity::{ConditionTable, Multimorbid, NOT_LOOKED_AT, multimorbidity};
pub use one::{Change, Computed, Item, NotCounted, Tables, of_cells, of_one};
pub(crate) use stays::stays_by;
pub use stays::{Stay, stays};
pub(crate) use whole::Whole;
