//! A life: one invented person, what befell them, and what was done for them, from birth to today or to death.
//!
//! Everything is small and by number: conditions, medicines, tests, vaccines and procedures are places in the tables of
//! [`crate::parameters::Parameters`], organisations are places in [`crate::place::Place`]. [`crate::fhir`] makes
//! FHIR R4 resources of it.

pub(crate) mod as_of;
mod care;
pub(crate) mod grow;
mod health;
mod monitoring;
mod person;

pub use care::{
    Admission, Appointment, Attendance, Contact, ContactKind, Fall, Fault, FaultKind, Form, FormKind, Letter,
    LetterKind, Organisation, Package, PackageKind, Pathway, Plan, PlanKind, Referral, ReferralState,
};
pub use health::{Allergy, Course, Immunisation, Measurement, Panel, Problem, Procedure};
pub use monitoring::{Programme, Reading};
pub use person::{
    Adjustment, Carer, Dwelling, Ethnicity, Move, Name, NumberStatus, Person, Preferences, Relation, Sex,
    Tenure,
};

/// One whole life.
#[derive(Debug, Clone, Default)]
pub struct Life {
    /// Who it is.
    pub person: Person,
    /// Conditions, by the day they were recorded.
    pub problems: Vec<Problem>,
    /// Measurements and answers, by moment.
    pub measurements: Vec<Measurement>,
    /// Panels of measurements that a laboratory or a clinic reported together.
    pub panels: Vec<Panel>,
    /// Medicines, by start.
    pub courses: Vec<Course>,
    /// Allergies and intolerances.
    pub allergies: Vec<Allergy>,
    /// Immunisations given, and those that were declined.
    pub immunisations: Vec<Immunisation>,
    /// Operations, investigations, screening, checks and reviews.
    pub procedures: Vec<Procedure>,
    /// Meetings with services, from a call to a hospital stay, by start.
    pub contacts: Vec<Contact>,
    /// Referrals, with what became of them.
    pub referrals: Vec<Referral>,
    /// Appointments, kept and not kept, past and to come.
    pub appointments: Vec<Appointment>,
    /// Letters and summaries.
    pub letters: Vec<Letter>,
    /// Falls, with or without a call for help.
    pub falls: Vec<Fall>,
    /// Plans of care.
    pub plans: Vec<Plan>,
    /// Community and social care that goes on for a time.
    pub packages: Vec<Package>,
    /// Questionnaires that were filled in.
    pub forms: Vec<Form>,
    /// What is wrong with the data, on purpose.
    pub faults: Vec<Fault>,
}
