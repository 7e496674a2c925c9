//! Encounters: contacts and stays.

use care::record::Fact;
use care::record::fact::Encounter;
use care::record::fact::encounter::EncounterStatus;

use super::dated;
use super::mark::Mark;
use super::person::Lived;
use crate::day::Day;

/// What sort of contact, by HL7's encounter classes. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Class {
    /// Not said, or a class that is not known here.
    #[default]
    Unknown = 0,
    /// A clinic, a practice, outpatients.
    Ambulatory = 1,
    /// An emergency department.
    Emergency = 2,
    /// A stay in hospital.
    Inpatient = 3,
    /// At home.
    Home = 4,
    /// By telephone or video.
    Virtual = 5,
    /// In the field: an ambulance crew and the like.
    Field = 6,
    /// A stay for observation, or a short stay.
    Observation = 7,
    /// Before an admission.
    BeforeAdmission = 8,
    /// A stay in hospital to which somebody was admitted as an emergency, by the national admission method.
    EmergencyInpatient = 9,
}

impl Class {
    /// Every class, by number.
    pub const ALL: [Class; 10] = [
        Class::Unknown,
        Class::Ambulatory,
        Class::Emergency,
        Class::Inpatient,
        Class::Home,
        Class::Virtual,
        Class::Field,
        Class::Observation,
        Class::BeforeAdmission,
        Class::EmergencyInpatient,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Class::Unknown => "unknown",
            Class::Ambulatory => "ambulatory",
            Class::Emergency => "emergency",
            Class::Inpatient => "inpatient",
            Class::Home => "home",
            Class::Virtual => "virtual",
            Class::Field => "field",
            Class::Observation => "observation",
            Class::BeforeAdmission => "before-admission",
            Class::EmergencyInpatient => "emergency-inpatient",
        }
    }

    /// The class with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Class> {
        Class::ALL.get(usize::from(number)).copied()
    }

    /// Whether it is a stay in hospital, however it came about.
    #[must_use]
    pub const fn is_stay(self) -> bool {
        matches!(
            self,
            Class::Inpatient | Class::Observation | Class::EmergencyInpatient
        )
    }

    /// Of an encounter.
    pub(super) fn of(what: &Encounter) -> Class {
        match what.class.as_ref().and_then(|class| class.code.as_deref()) {
            Some("AMB") => Class::Ambulatory,
            Some("EMER") => Class::Emergency,
            Some("IMP" | "ACUTE" | "NONAC") if what.is_emergency_stay() => Class::EmergencyInpatient,
            Some("IMP" | "ACUTE" | "NONAC") => Class::Inpatient,
            Some("HH") => Class::Home,
            Some("VR") => Class::Virtual,
            Some("FLD") => Class::Field,
            Some("OBSENC" | "SS") => Class::Observation,
            Some("PRENC") => Class::BeforeAdmission,
            _ => Class::Unknown,
        }
    }
}

/// One contact or stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Contact {
    /// First day.
    pub start: Day,
    /// Last day; not known while it goes on, or when it was not recorded. Of a stay that is finished without a written end it is the
    /// first day: less than it may have been, never more.
    pub end: Day,
    /// What sort.
    pub class: Class,
    /// What is odd about it.
    pub mark: Mark,
}

pub(super) fn read(fact: &Fact<Encounter>, lived: Lived) -> Contact {
    let what = &fact.what;
    let happened = match what.status {
        Some(EncounterStatus::Planned | EncounterStatus::Cancelled) => Mark::NotDone,
        Some(
            EncounterStatus::Arrived
            | EncounterStatus::Triaged
            | EncounterStatus::InProgress
            | EncounterStatus::OnLeave
            | EncounterStatus::Finished
            | EncounterStatus::Unknown,
        )
        | None => Mark::Sound,
    };
    let period = what.period.as_ref();
    let start = dated::on(period.and_then(|period| period.start.as_ref()), lived);
    let end = dated::on(period.and_then(|period| period.end.as_ref()), lived);
    let turned = start.day.is_known() && end.day.is_known() && end.day < start.day && !end.partial;
    let class = Class::of(what);
    let mark = happened
        .or(start.mark)
        // A stay may be closed on paper after a death: only one that ends before it begins is odd.
        .or(if turned { Mark::EndBeforeStart } else { Mark::Sound })
        .or(match end.mark {
            Mark::AfterDeath => Mark::Sound,
            other => other,
        })
        .or(if class == Class::Unknown {
            Mark::UnknownClass
        } else {
            Mark::Sound
        });
    let finished = what.status == Some(EncounterStatus::Finished) && class.is_stay();
    let is_written = period.is_some_and(|period| period.end.is_some());
    Contact {
        start: start.day,
        end: if finished && !is_written {
            start.day
        } else {
            end.day
        },
        class,
        mark,
    }
}
