//! The sorts of facts, and a fact of any sort.

use super::allergy::{AllergyCertainty, AllergyStatus};
use super::consent::ConsentStatus;
use super::document::{DRAFT, DocumentStatus};
use super::encounter::EncounterStatus;
use super::flag::FlagStatus;
use super::goal::GoalStatus;
use super::immunisation::ImmunisationStatus;
use super::medicine::MedicineStatus;
use super::plan::PlanStatus;
use super::problem::{Certainty, ProblemStatus};
use super::procedure::ProcedureStatus;
use super::report::ReportStatus;
use super::result::ResultStatus;
use super::{
    Allergy, Consent, Document, Encounter, Fact, Flag, Goal, Immunisation, Medicine, Observed, Other, Plan,
    Problem, Procedure, Report, Unmapped,
};
use crate::coded::coded;
use crate::concept::Concept;
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

    /// More of it on one line: first how it stands, whenever that is not plainly active, confirmed or final, then the
    /// value, dose or reason ("Stopped: 3mg once a day"); empty when there is no more to say.
    pub fn detail(self) -> String {
        let standing = self.standing().join(", ");
        let more = self.more();
        match (standing.is_empty(), more.is_empty()) {
            (true, _) => more,
            (false, true) => standing,
            (false, false) => format!("{standing}: {more}"),
        }
    }

    /// Certainty and status, where a reader must know them before the rest.
    fn standing(self) -> Vec<&'r str> {
        let mut words: Vec<&'r str> = Vec::new();
        match self {
            FactRef::Problem(fact) => {
                words.extend(match fact.what.certainty {
                    None | Some(Certainty::Confirmed) => None,
                    Some(Certainty::Refuted) => Some("Ruled out"),
                    Some(doubt) => Some(doubt.words()),
                });
                words.extend(match fact.what.status {
                    Some(ProblemStatus::Active) => None,
                    Some(status) => Some(status.words()),
                    None => Some("Status not recorded"),
                });
            }
            FactRef::Medicine(fact) => {
                words.extend(fact.what.forbidden.then_some("Do not give"));
                words.extend(fact.what.is_no_order().then(|| fact.what.source_words()));
                words.extend(match fact.what.status {
                    Some(MedicineStatus::Active) => None,
                    Some(status) => Some(status.words()),
                    None => Some("Status not recorded"),
                });
            }
            FactRef::Allergy(fact) => {
                words.extend(match fact.what.certainty {
                    None | Some(AllergyCertainty::Confirmed) => None,
                    Some(AllergyCertainty::Refuted) => Some("Ruled out"),
                    Some(doubt) => Some(doubt.words()),
                });
                let status = fact.what.status.filter(|status| *status != AllergyStatus::Active);
                words.extend(status.map(AllergyStatus::words));
            }
            FactRef::Result(fact) => {
                let status = fact.what.status.filter(|status| *status != ResultStatus::Final);
                words.extend(status.map(ResultStatus::words));
            }
            FactRef::Report(fact) => {
                let status = fact.what.status.filter(|status| *status != ReportStatus::Final);
                words.extend(status.map(ReportStatus::words));
            }
            FactRef::Encounter(fact) => {
                let status = fact
                    .what
                    .status
                    .filter(|status| *status != EncounterStatus::Finished);
                words.extend(status.map(EncounterStatus::words));
            }
            FactRef::Procedure(fact) => words.extend(fact.what.status.map(ProcedureStatus::words)),
            FactRef::Immunisation(fact) => words.extend(fact.what.status.map(ImmunisationStatus::words)),
            FactRef::Document(fact) => {
                words.extend(fact.what.is_draft().then_some(DRAFT));
                let superseded = fact.what.status == Some(DocumentStatus::Superseded);
                words.extend(superseded.then_some("Superseded"));
            }
            FactRef::Plan(fact) => {
                words.extend(fact.what.intent_words());
                words.extend(fact.what.status.map(PlanStatus::words));
            }
            FactRef::Goal(fact) => words.extend(fact.what.status.map(GoalStatus::words)),
            FactRef::Flag(fact) => words.extend(fact.what.status.map(FlagStatus::words)),
            FactRef::Consent(fact) => {
                let status = fact.what.status.filter(|status| *status != ConsentStatus::Active);
                words.extend(status.map(ConsentStatus::words));
            }
            FactRef::Contact(_) | FactRef::Other(_) | FactRef::Unmapped(_) => {}
        }
        words
    }

    /// The value, dose, reaction, reason or sort.
    fn more(self) -> String {
        let listed = |concepts: &[Concept]| {
            let words: Vec<&str> = concepts.iter().map(Concept::words).collect();
            words.join(", ")
        };
        let reason = |reason: &Option<Concept>| {
            reason
                .as_ref()
                .map_or_else(String::new, |reason| reason.words().to_owned())
        };
        match self {
            FactRef::Problem(fact) => match (fact.what.body_sites.is_empty(), fact.what.status) {
                (true, Some(ProblemStatus::Active)) if self.standing().is_empty() => "Active".to_owned(),
                _ => listed(&fact.what.body_sites),
            },
            FactRef::Medicine(fact) => fact.what.dose_words(),
            FactRef::Allergy(fact) if fact.what.says_none_known() || fact.what.says_none_of_a_sort() => {
                String::new()
            }
            FactRef::Allergy(fact) => fact.what.reaction_words(),
            FactRef::Result(fact) => {
                let mut parts = vec![fact.what.value_words()];
                parts.extend(fact.what.marks());
                parts.join(", ")
            }
            FactRef::Report(fact) => match &fact.what.conclusion {
                Some(conclusion) => conclusion.clone(),
                None => listed(&fact.what.conclusion_codes),
            },
            FactRef::Encounter(fact) => fact
                .what
                .reasons
                .first()
                .map_or_else(String::new, |r| r.words().to_owned()),
            FactRef::Procedure(fact) => reason(&fact.what.status_reason),
            FactRef::Immunisation(fact) => reason(&fact.what.status_reason),
            FactRef::Document(fact) => fact.what.kind_words().to_owned(),
            FactRef::Plan(_) | FactRef::Flag(_) => String::new(),
            FactRef::Goal(fact) => fact.what.target_words().unwrap_or_default(),
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
