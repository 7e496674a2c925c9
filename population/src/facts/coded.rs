//! Coded facts: problems, procedures, allergies, immunisations, findings.

use care::record::Fact;
use care::record::fact::immunisation::ImmunisationStatus;
use care::record::fact::problem::Certainty;
use care::record::fact::procedure::ProcedureStatus;
use care::record::fact::{Allergy, Encounter, Immunisation, Problem, Procedure};

use super::code::{self, CodeName};
use super::contact;
use super::dated::{self, Dated};
use super::mark::Mark;
use super::person::Lived;
use crate::day::Day;

/// What sort of coded fact it is. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A problem or diagnosis.
    Problem = 0,
    /// A procedure or therapy.
    Procedure = 1,
    /// An allergy or intolerance.
    Allergy = 2,
    /// An immunisation.
    Immunisation = 3,
    /// A finding: an observation that is so, or the coded answer to a question.
    Finding = 4,
    /// A question that was asked; its answer, when coded, is a finding of its own.
    Asked = 5,
    /// A diagnosis of a visit or stay, on the day it was written down, and the reason of a stay, on its first day.
    Diagnosis = 6,
}

impl Kind {
    /// Every kind, by number.
    pub const ALL: [Kind; 7] = [
        Kind::Problem,
        Kind::Procedure,
        Kind::Allergy,
        Kind::Immunisation,
        Kind::Finding,
        Kind::Asked,
        Kind::Diagnosis,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Problem => "problem",
            Kind::Procedure => "procedure",
            Kind::Allergy => "allergy",
            Kind::Immunisation => "immunisation",
            Kind::Finding => "finding",
            Kind::Asked => "asked",
            Kind::Diagnosis => "diagnosis",
        }
    }

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(number)).copied()
    }
}

/// One coded fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coded<C> {
    /// When it was so, else when it was written down.
    pub day: Day,
    /// What sort.
    pub kind: Kind,
    /// Which code.
    pub code: C,
    /// What is odd about it.
    pub mark: Mark,
    /// A further code of a fact that is kept under a better one: not another fact.
    pub also: bool,
    /// Only year or month of the day are known; it is the first it could be.
    pub partial: bool,
    /// It is over, as far as is recorded: resolved, inactive or in remission.
    pub over: bool,
}

impl<C> Coded<C> {
    pub(super) fn map<D>(self, turn: &mut impl FnMut(C) -> D) -> Coded<D> {
        Coded {
            day: self.day,
            kind: self.kind,
            code: turn(self.code),
            mark: self.mark,
            also: self.also,
            partial: self.partial,
            over: self.over,
        }
    }
}

/// What a fact says beside its codes.
#[derive(Clone, Copy)]
pub(super) struct Said {
    pub(super) kind: Kind,
    pub(super) mark: Mark,
    pub(super) over: bool,
}

/// One entry for each code of the concept.
pub(super) fn add<T>(
    out: &mut Vec<Coded<CodeName>>,
    fact: &Fact<T>,
    concept: Option<&care::concept::Concept>,
    said: Said,
    lived: Lived,
) {
    add_on(out, dated::of(fact, lived), concept, said);
}

/// As [`add`], on a day of its own.
fn add_on(
    out: &mut Vec<Coded<CodeName>>,
    dated: Dated,
    concept: Option<&care::concept::Concept>,
    said: Said,
) {
    for (at, (name, mark)) in code::of(concept).into_iter().enumerate() {
        out.push(Coded {
            day: dated.day,
            kind: said.kind,
            code: name,
            mark: said.mark.or(dated.mark).or(mark),
            also: at > 0,
            partial: dated.partial,
            over: said.over,
        });
    }
}

pub(super) fn problem(out: &mut Vec<Coded<CodeName>>, fact: &Fact<Problem>, lived: Lived) {
    let mark = match fact.what.certainty {
        Some(Certainty::Refuted) => Mark::Refuted,
        Some(Certainty::Unconfirmed | Certainty::Provisional | Certainty::Differential) => Mark::Unsure,
        Some(Certainty::Confirmed) | None => Mark::Sound,
    };
    let ended = fact.what.ended.as_ref().and_then(|when| when.sort_date());
    let began = fact.provenance.sort_date();
    let turned = match (began, ended) {
        (Some(began), Some(ended)) => ended.last_day() < began.first_day(),
        _ => false,
    };
    let mark = mark.or(if turned { Mark::EndBeforeStart } else { Mark::Sound });
    let said = Said {
        kind: Kind::Problem,
        mark,
        over: !fact.what.is_active(),
    };
    add(out, fact, fact.what.condition.as_ref(), said, lived);
    // What a hospital wrote down of a stay is dated by when it began: whether it is of the stay is told by when it was written.
    let recorded = fact.provenance.recorded.as_ref();
    if fact.what.is_encounter_diagnosis() && recorded.is_some() && recorded != began {
        let diagnosis = Said {
            kind: Kind::Diagnosis,
            over: false,
            ..said
        };
        add_on(
            out,
            dated::on(recorded, lived),
            fact.what.condition.as_ref(),
            diagnosis,
        );
    }
}

/// The reasons of a stay in hospital that happened.
pub(super) fn reasons(out: &mut Vec<Coded<CodeName>>, fact: &Fact<Encounter>, lived: Lived) {
    let stay = contact::read(fact, lived);
    if !stay.class.is_stay() {
        return;
    }
    let said = Said {
        kind: Kind::Diagnosis,
        mark: stay.mark,
        over: false,
    };
    for reason in &fact.what.reasons {
        add(out, fact, Some(reason), said, lived);
    }
}

pub(super) fn procedure(out: &mut Vec<Coded<CodeName>>, fact: &Fact<Procedure>, lived: Lived) {
    let mark = match fact.what.status {
        Some(ProcedureStatus::Preparation | ProcedureStatus::NotDone) => Mark::NotDone,
        Some(
            ProcedureStatus::InProgress
            | ProcedureStatus::OnHold
            | ProcedureStatus::Stopped
            | ProcedureStatus::Completed
            | ProcedureStatus::Unknown,
        )
        | None => Mark::Sound,
    };
    let said = Said {
        kind: Kind::Procedure,
        mark,
        over: false,
    };
    add(out, fact, fact.what.code.as_ref(), said, lived);
}

pub(super) fn allergy(out: &mut Vec<Coded<CodeName>>, fact: &Fact<Allergy>, lived: Lived) {
    let mark = if fact.what.is_refuted() {
        Mark::Refuted
    } else {
        Mark::Sound
    };
    let said = Said {
        kind: Kind::Allergy,
        mark,
        over: !fact.what.is_active(),
    };
    add(out, fact, fact.what.substance.as_ref(), said, lived);
}

pub(super) fn immunisation(out: &mut Vec<Coded<CodeName>>, fact: &Fact<Immunisation>, lived: Lived) {
    let mark = match fact.what.status {
        Some(ImmunisationStatus::NotDone) => Mark::NotDone,
        Some(ImmunisationStatus::Completed) | None => Mark::Sound,
    };
    let said = Said {
        kind: Kind::Immunisation,
        mark,
        over: false,
    };
    add(out, fact, Some(&fact.what.vaccine), said, lived);
}
