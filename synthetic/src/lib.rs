//! Invented people of a real place, as whole lives.
//!
//! A [`Region`] is grown from a seed: its people in their households, areas and practices, with the conditions that the
//! published figures ask for. [`Region::life`] gives any one of them a whole life, by itself and in any order.
//! [`fhir`] makes FHIR R4 of a life, [`report`] puts the whole beside what was published. [`stories`] has the two people
//! whom the care model tells of, for the academy.

pub mod day;
pub mod emergency;
mod error;
pub mod fhir;
pub mod health;
pub mod hl7v2;
pub mod life;
pub mod mqtt;
pub mod nhs_number;
pub mod parameters;
pub mod people;
pub mod place;
pub mod random;
mod region;
pub mod report;
pub mod stories;
pub mod summary;
mod table;

/// Raised when the same seed, people and day come to give other lives: a folder that was begun with others is not gone on with.
pub const EDITION: u32 = 2;

pub use error::SynthError;
pub use life::grow::AHEAD;
pub use region::{FEWEST, MOST, Options, Region};
