//! What is known of a person, and the views of it that a clinician reads.
//!
//! [`PersonRecord`] holds the facts of one person, sorted by kind, each with its source, author, and recorded,
//! effective and received dates. The views are pure functions of it: [`first_two_minutes`] is the defined emergency set,
//! the others are the full story. Facts entered in error stand in no view, but every view says how many there were;
//! facts that could not be read are shown as such. Headings follow the PRSB Core Information Standard v2.0.

pub mod allergies;
pub mod documents;
pub mod encounters;
pub mod fact;
pub mod first_two_minutes;
pub mod medicines;
pub mod mention;
pub mod plans;
pub mod problems;
pub mod provenance;
pub mod restricted;
pub mod results;
pub mod timeline;
pub mod trend;

pub use allergies::{AllergyList, AllergyStanding, allergies};
pub use documents::{DocumentList, documents};
pub use encounters::{EncounterList, encounters};
pub use fact::{Fact, FactRef, Kind};
pub use first_two_minutes::{FirstTwoMinutes, first_two_minutes};
pub use medicines::{MedicineLine, MedicineList, medicines};
pub use mention::Mention;
pub use plans::{PlanList, plans};
pub use problems::{ProblemLine, ProblemList, problems};
pub use provenance::Provenance;
pub use results::{ResultList, Series, results};
pub use timeline::{Timeline, TimelineFilter, timeline};

use crate::person::{ContactPerson, Person};
use fact::{
    Allergy, Consent, Document, Encounter, Flag, Goal, Immunisation, Medicine, Observed, Other, Plan,
    Problem, Procedure, Report, Unmapped,
};

/// Everything read of one person. Facts stand in the order they were read; views sort.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PersonRecord {
    /// Who it is; nothing when no demographic entry has arrived yet.
    pub person: Option<Person>,
    /// Problems and diagnoses.
    pub problems: Vec<Fact<Problem>>,
    /// Medicines, prescribed and reported.
    pub medicines: Vec<Fact<Medicine>>,
    /// Allergies, and statements that there are none.
    pub allergies: Vec<Fact<Allergy>>,
    /// Results, vital signs and findings.
    pub results: Vec<Fact<Observed>>,
    /// Diagnostic reports.
    pub reports: Vec<Fact<Report>>,
    /// Encounters.
    pub encounters: Vec<Fact<Encounter>>,
    /// Procedures.
    pub procedures: Vec<Fact<Procedure>>,
    /// Immunisations.
    pub immunisations: Vec<Fact<Immunisation>>,
    /// Documents.
    pub documents: Vec<Fact<Document>>,
    /// Care plans.
    pub plans: Vec<Fact<Plan>>,
    /// Goals.
    pub goals: Vec<Fact<Goal>>,
    /// Alerts and adjustments.
    pub flags: Vec<Fact<Flag>>,
    /// People around the person who have entries of their own.
    pub contacts: Vec<Fact<ContactPerson>>,
    /// Consents.
    pub consents: Vec<Fact<Consent>>,
    /// Resources of other types.
    pub others: Vec<Fact<Other>>,
    /// Resources that could not be read.
    pub unmapped: Vec<Fact<Unmapped>>,
    /// Further entries of the same person whose records are read with this one: every page says so.
    pub also_known_as: Vec<AlsoKnownAs>,
    /// Resources in the record that this read left out, by FHIR type: a page must not call a list complete then.
    pub not_read: Vec<(String, u64)>,
}

/// An entry of the same person under another number, whose record is read with the present one.
#[derive(Debug, Clone, PartialEq)]
pub struct AlsoKnownAs {
    /// The entry as it stands.
    pub person: Person,
    /// When the two were joined, and why, in words; `None` when that is not known.
    pub joined: Option<(jiff::Timestamp, String)>,
}

impl PersonRecord {
    /// Every fact, kind by kind, those entered in error included.
    pub fn facts(&self) -> impl Iterator<Item = FactRef<'_>> {
        let first = self.problems.iter().map(FactRef::Problem);
        first
            .chain(self.medicines.iter().map(FactRef::Medicine))
            .chain(self.allergies.iter().map(FactRef::Allergy))
            .chain(self.results.iter().map(FactRef::Result))
            .chain(self.reports.iter().map(FactRef::Report))
            .chain(self.encounters.iter().map(FactRef::Encounter))
            .chain(self.procedures.iter().map(FactRef::Procedure))
            .chain(self.immunisations.iter().map(FactRef::Immunisation))
            .chain(self.documents.iter().map(FactRef::Document))
            .chain(self.plans.iter().map(FactRef::Plan))
            .chain(self.goals.iter().map(FactRef::Goal))
            .chain(self.flags.iter().map(FactRef::Flag))
            .chain(self.contacts.iter().map(FactRef::Contact))
            .chain(self.consents.iter().map(FactRef::Consent))
            .chain(self.others.iter().map(FactRef::Other))
            .chain(self.unmapped.iter().map(FactRef::Unmapped))
    }

    /// How many facts were withdrawn as entered in error.
    pub fn entered_in_error(&self) -> usize {
        self.facts().filter(|fact| fact.is_entered_in_error()).count()
    }

    /// Reasonable adjustments and communication needs in force (DAPB4019: on every page of the record), newest first.
    pub fn reasonable_adjustments(&self, now: jiff::Timestamp) -> Vec<&Fact<Flag>> {
        self.flags_in_force(now, true)
    }

    /// Alerts in force that are not reasonable adjustments, newest first.
    pub fn alerts(&self, now: jiff::Timestamp) -> Vec<&Fact<Flag>> {
        self.flags_in_force(now, false)
    }

    fn flags_in_force(&self, now: jiff::Timestamp, adjustments: bool) -> Vec<&Fact<Flag>> {
        let mut flags: Vec<&Fact<Flag>> = live(&self.flags)
            .filter(|flag| flag.what.is_in_force(now) && flag.what.is_reasonable_adjustment() == adjustments)
            .collect();
        flags.sort_by(|a, b| newest_first(a, b));
        flags
    }
}

/// The facts that were not withdrawn.
pub(crate) fn live<T>(facts: &[Fact<T>]) -> impl Iterator<Item = &Fact<T>> {
    facts.iter().filter(|fact| !fact.entered_in_error)
}

/// How many were withdrawn.
pub(crate) fn withdrawn<T>(facts: &[Fact<T>]) -> usize {
    facts.iter().filter(|fact| fact.entered_in_error).count()
}

/// Newest first by [`Provenance::sort_date`]; undated last; then by id, so that the order never depends on the read.
pub(crate) fn newest_first<T>(a: &Fact<T>, b: &Fact<T>) -> std::cmp::Ordering {
    crate::partial_date::newest_first(a.provenance.sort_date(), b.provenance.sort_date())
        .then_with(|| a.id.cmp(&b.id))
}

/// How many facts a view left out as entered in error, in words; empty for none.
pub fn entered_in_error_words(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "1 entry was entered in error and is not shown".to_owned(),
        many => format!("{many} entries were entered in error and are not shown"),
    }
}
