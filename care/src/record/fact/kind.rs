//! The sorts of facts, and a fact of any sort.

use super::{
    Allergy, Consent, Document, Encounter, Fact, Flag, Goal, Immunisation, Medicine, Observed, Other, Plan,
    Problem, Procedure, Report, Unmapped,
};
use crate::coded::coded;
use crate::partial_date::PartialDate;
use crate::person::ContactPerson;
use crate::record::provenance::Provenance;

coded! {
    /// The sorts of facts; the codes serve as filter values on pages.
    Kind {
        Problem = "problem", "Problem";
        Medicine = "medicine", "Medicine";
        Allergy = "allergy", "Allergy";
        Result = "result", "Result";
        Report = "report", "Report";
        Encounter = "encounter", "Encounter";
        Procedure = "procedure", "Procedure";
        Immunisation = "immunisation", "Immunisation";
        Document = "document", "Document";
        Plan = "plan", "Plan";
        Goal = "goal", "Goal";
        Flag = "flag", "Alert";
        Contact = "contact", "Contact";
        Consent = "consent", "Consent";
        Other = "other", "Other record";
        Unmapped = "unmapped", "Could not be shown";
    }
}

/// A fact of any sort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FactRef<'r> {
    /// A problem.
    Problem(&'r Fact<Problem>),
    /// A medicine.
    Medicine(&'r Fact<Medicine>),
    /// An allergy.
    Allergy(&'r Fact<Allergy>),
    /// A result.
    Result(&'r Fact<Observed>),
    /// A report.
    Report(&'r Fact<Report>),
    /// An encounter.
    Encounter(&'r Fact<Encounter>),
    /// A procedure.
    Procedure(&'r Fact<Procedure>),
    /// An immunisation.
    Immunisation(&'r Fact<Immunisation>),
    /// A document.
    Document(&'r Fact<Document>),
    /// A plan.
    Plan(&'r Fact<Plan>),
    /// A goal.
    Goal(&'r Fact<Goal>),
    /// An alert.
    Flag(&'r Fact<Flag>),
    /// A contact.
    Contact(&'r Fact<ContactPerson>),
    /// A consent.
    Consent(&'r Fact<Consent>),
    /// A resource without a page of its own.
    Other(&'r Fact<Other>),
    /// A resource that could not be read.
    Unmapped(&'r Fact<Unmapped>),
}

/// Does the same with the fact within, whatever its sort.
macro_rules! each {
    ($fact:expr, $inner:ident => $result:expr) => {
        match $fact {
            FactRef::Problem($inner) => $result,
            FactRef::Medicine($inner) => $result,
            FactRef::Allergy($inner) => $result,
            FactRef::Result($inner) => $result,
            FactRef::Report($inner) => $result,
            FactRef::Encounter($inner) => $result,
            FactRef::Procedure($inner) => $result,
            FactRef::Immunisation($inner) => $result,
            FactRef::Document($inner) => $result,
            FactRef::Plan($inner) => $result,
            FactRef::Goal($inner) => $result,
            FactRef::Flag($inner) => $result,
            FactRef::Contact($inner) => $result,
            FactRef::Consent($inner) => $result,
            FactRef::Other($inner) => $result,
            FactRef::Unmapped($inner) => $result,
        }
    };
}

impl<'r> FactRef<'r> {
    /// Its sort.
    pub fn kind(self) -> Kind {
        match self {
            FactRef::Problem(_) => Kind::Problem,
            FactRef::Medicine(_) => Kind::Medicine,
            FactRef::Allergy(_) => Kind::Allergy,
            FactRef::Result(_) => Kind::Result,
            FactRef::Report(_) => Kind::Report,
            FactRef::Encounter(_) => Kind::Encounter,
            FactRef::Procedure(_) => Kind::Procedure,
            FactRef::Immunisation(_) => Kind::Immunisation,
            FactRef::Document(_) => Kind::Document,
            FactRef::Plan(_) => Kind::Plan,
            FactRef::Goal(_) => Kind::Goal,
            FactRef::Flag(_) => Kind::Flag,
            FactRef::Contact(_) => Kind::Contact,
            FactRef::Consent(_) => Kind::Consent,
            FactRef::Other(_) => Kind::Other,
            FactRef::Unmapped(_) => Kind::Unmapped,
        }
    }

    /// The resource's id.
    pub fn id(self) -> &'r str {
        each!(self, fact => fact.id.as_str())
    }

    /// Its origin.
    pub fn provenance(self) -> &'r Provenance {
        each!(self, fact => &fact.provenance)
    }

    /// Whether it was withdrawn as entered in error.
    pub fn is_entered_in_error(self) -> bool {
        each!(self, fact => fact.entered_in_error)
    }

    /// The date lists sort by.
    pub fn sort_date(self) -> Option<&'r PartialDate> {
        self.provenance().sort_date()
    }

    /// What it is, in words.
    pub fn title(self) -> String {
        match self {
            FactRef::Problem(fact) => fact.what.words().to_owned(),
            FactRef::Medicine(fact) => fact.what.words().to_owned(),
            FactRef::Allergy(fact) => fact.what.words().to_owned(),
            FactRef::Result(fact) => fact.what.code.words().to_owned(),
            FactRef::Report(fact) => fact.what.code.words().to_owned(),
            FactRef::Encounter(fact) => fact.what.words().to_owned(),
            FactRef::Procedure(fact) => fact.what.words().to_owned(),
            FactRef::Immunisation(fact) => fact.what.vaccine.words().to_owned(),
            FactRef::Document(fact) => fact.what.words().to_owned(),
            FactRef::Plan(fact) => fact.what.words().to_owned(),
            FactRef::Goal(fact) => fact.what.description.words().to_owned(),
            FactRef::Flag(fact) => fact.what.code.words().to_owned(),
            FactRef::Contact(fact) => fact.what.name_words(),
            FactRef::Consent(fact) => fact.what.words().to_owned(),
            FactRef::Other(fact) => fact
                .what
                .words
                .clone()
                .unwrap_or_else(|| fact.what.type_name.clone()),
            FactRef::Unmapped(fact) => format!("{} could not be shown", fact.what.type_name),
        }
    }

    /// More of it on one line: the value, dose, status or reason; empty when there is no more to say.
    pub fn detail(self) -> String {
        match self {
            FactRef::Problem(fact) => fact
                .what
                .status
                .map_or_else(String::new, |status| status.words().to_owned()),
            FactRef::Medicine(fact) => fact.what.dose_words(),
            FactRef::Allergy(fact) => fact.what.reaction_words(),
            FactRef::Result(fact) => fact.what.value_words(),
            FactRef::Report(fact) => fact.what.conclusion.clone().unwrap_or_default(),
            FactRef::Encounter(fact) => fact
                .what
                .reasons
                .first()
                .map_or_else(String::new, |r| r.words().to_owned()),
            FactRef::Procedure(fact) => fact
                .what
                .status
                .map_or_else(String::new, |status| status.words().to_owned()),
            FactRef::Immunisation(fact) => fact
                .what
                .status
                .map_or_else(String::new, |status| status.words().to_owned()),
            FactRef::Document(fact) => fact.what.kind_words().to_owned(),
            FactRef::Plan(fact) => fact
                .what
                .status
                .map_or_else(String::new, |status| status.words().to_owned()),
            FactRef::Goal(fact) => fact
                .what
                .status
                .map_or_else(String::new, |status| status.words().to_owned()),
            FactRef::Flag(fact) => fact
                .what
                .status
                .map_or_else(String::new, |status| status.words().to_owned()),
            FactRef::Contact(fact) => fact.what.relationship_words(),
            FactRef::Consent(fact) => fact
                .what
                .decision
                .map_or_else(String::new, |d| d.words().to_owned()),
            FactRef::Other(fact) => fact.what.type_name.clone(),
            FactRef::Unmapped(fact) => fact.what.why.clone(),
        }
    }
}
