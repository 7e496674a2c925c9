//! What care *is*, as values and pure functions of data and time: no input or output, no async, no SQL, no web.
//!
//! [`access`] is how somebody stands to a person, [`person`] is who somebody is; [`record`] is what is known of them, each
//! fact with its source and dates, and the views a clinician reads; [`retention`] is how long it is kept. [`risk`] is who is offered help first, [`score`] has the
//! published scores, [`eligibility`] who is called for what, [`segment`] the parts of a population, [`waiting_list`] who is
//! looked at sooner. Everything is total: odd data is shown as what it is and never panics.
//! `mapping` fills these types from FHIR; `actions` and `web` read them.

pub mod access;
mod coded;
pub mod concept;
pub mod eligibility;
pub mod london;
pub mod partial_date;
pub mod person;
pub mod quantity;
pub mod record;
pub mod retention;
pub mod risk;
pub mod score;
pub mod segment;
pub mod waiting_list;
pub mod when;
