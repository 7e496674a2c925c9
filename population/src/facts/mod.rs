//! What is kept of one person, read from their resources through `mapping`.
//!
//! Everything here is one person's and holds no name, no address and no words: codes, days, values. What cannot be
//! understood is kept with a [`Mark`] and never counted. What was entered in error is not kept at all. Whether a day lies
//! in the future is asked when the facts are used, since it changes by itself.
//!
//! - `code`, `mark`: codes as kept, and why a fact is not counted
//! - `person`: who it is
//! - `coded`: problems, procedures, allergies, immunisations, coded findings
//! - `measured`, `measure`: values in one unit for each measure, within limits
//! - `course`: medicines
//! - `contact`: encounters
//! - `access_needs`: what somebody needs to be reached and treated fairly
//! - `objection`: opt-outs and objections that stand in the record
//! - `read`: all of it from a person's resources

mod access_needs;
mod code;
mod coded;
mod contact;
mod course;
mod dated;
mod mark;
mod measure;
mod measured;
mod objection;
mod person;
mod read;

pub use code::{AREA, CodeName, PRACTICE};
pub use coded::{Coded, Kind};
pub use contact::{Class, Contact};
pub use course::Course;
pub use mark::Mark;
pub use measure::{MEASURES, Measure};
pub use measured::Measured;
pub use objection::objects_to_stratification;
pub use person::{ETHNIC_GROUPS, Person, Sex, flag};
pub use read::{READS, is_labelled};

/// Everything that is kept of one person; `C` is a code by name or by its number in a dictionary.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Facts<C> {
    /// Who it is.
    pub person: Person<C>,
    /// Coded facts, by day.
    pub coded: Vec<Coded<C>>,
    /// Values, by day.
    pub measured: Vec<Measured<C>>,
    /// Medicines; those with the same code stand beside each other.
    pub courses: Vec<Course<C>>,
    /// Contacts and stays, by first day.
    pub contacts: Vec<Contact>,
}

impl<C> Facts<C> {
    /// The same with each code turned into another form of it.
    pub fn map<D>(self, mut turn: impl FnMut(C) -> D) -> Facts<D> {
        Facts {
            person: self.person.map(&mut turn),
            coded: self.coded.into_iter().map(|one| one.map(&mut turn)).collect(),
            measured: self.measured.into_iter().map(|one| one.map(&mut turn)).collect(),
            courses: self.courses.into_iter().map(|one| one.map(&mut turn)).collect(),
            contacts: self.contacts,
        }
    }
}
