//! Encounters: visits, admissions, calls.

use super::super::mention::Mention;
use crate::coded::coded;
use crate::concept::{Coding, Concept};
use crate::when::Period;

coded! {
    /// Where an encounter stands (FHIR encounter-status).
    EncounterStatus {
        Planned = "planned", "Planned";
        Arrived = "arrived", "Arrived";
        Triaged = "triaged", "Triaged";
        InProgress = "in-progress", "In progress";
        OnLeave = "onleave", "On leave";
        Finished = "finished", "Finished";
        Cancelled = "cancelled", "Cancelled";
        Unknown = "unknown", "Status not known";
    }
}

/// A visit, admission or call.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Encounter {
    /// Where it stands.
    pub status: Option<EncounterStatus>,
    /// Inpatient, ambulatory, emergency, home, virtual (HL7 v3 ActCode).
    pub class: Option<Coding>,
    /// What sort of encounter.
    pub types: Vec<Concept>,
    /// Why.
    pub reasons: Vec<Concept>,
    /// From when until when.
    pub period: Option<Period>,
    /// Who took part.
    pub participants: Vec<Mention>,
    /// Who provided it.
    pub provider: Option<Mention>,
    /// Where.
    pub locations: Vec<Mention>,
    /// How the person came to stay (national admission method).
    pub admission_method: Option<Concept>,
    /// Where the person went on discharge.
    pub discharged_to: Option<Concept>,
}

impl Encounter {
    /// What sort of encounter: its first type, else its class in words.
    pub fn words(&self) -> &str {
        self.types
            .first()
            .map_or_else(|| self.class_words(), Concept::words)
    }

    /// Whether the person came to stay as an emergency, by the national admission method.
    pub fn is_emergency_stay(&self) -> bool {
        let codings = self.admission_method.iter().flat_map(|method| &method.codings);
        codings
            .filter(|coding| coding.system.as_deref() == Some(codes::admission_method::SYSTEM))
            .filter_map(|coding| coding.code.as_deref())
            .any(codes::admission_method::is_emergency)
    }

    /// The class in plain words.
    pub fn class_words(&self) -> &str {
        let Some(class) = &self.class else {
            return "Encounter";
        };
        match class.code.as_deref() {
            Some("AMB") => "Outpatient or clinic",
            Some("EMER") => "Emergency",
            Some("IMP" | "ACUTE" | "NONAC") => "Inpatient stay",
            Some("HH") => "At home",
            Some("VR") => "Telephone or video",
            Some("FLD") => "In the field",
            Some("OBSENC") => "Observation stay",
            Some("PRENC") => "Before admission",
            Some("SS") => "Short stay",
            _ => class
                .display
                .as_deref()
                .or(class.code.as_deref())
                .unwrap_or("Encounter"),
        }
    }

    /// Whether it is still to come: planned, and not known to have begun before now.
    pub fn is_to_come(&self, now: jiff::Timestamp) -> bool {
        let open = matches!(
            self.status,
            None | Some(EncounterStatus::Planned | EncounterStatus::Unknown)
        );
        let start = self.period.as_ref().and_then(|period| period.start.as_ref());
        match start {
            Some(start) => open && !start.is_past(now),
            None => self.status == Some(EncounterStatus::Planned),
        }
    }

    /// Whether it took place or is taking place: begun, not cancelled, not merely planned.
    pub fn has_happened(&self, now: jiff::Timestamp) -> bool {
        let to_come = self.period.as_ref().is_some_and(|period| period.is_to_come(now));
        !to_come
            && !matches!(
                self.status,
                Some(EncounterStatus::Planned | EncounterStatus::Cancelled)
            )
    }

    /// Whether the person is in it now: in progress and not ended.
    pub fn is_under_way(&self, now: jiff::Timestamp) -> bool {
        let status = matches!(
            self.status,
            Some(
                EncounterStatus::Arrived
                    | EncounterStatus::Triaged
                    | EncounterStatus::InProgress
                    | EncounterStatus::OnLeave
            )
        );
        status && !self.period.as_ref().is_some_and(|period| period.has_ended(now))
    }
}
