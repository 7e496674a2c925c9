//! Medicines: prescribed (a request) or reported (a statement).

use super::super::mention::Mention;
pub use super::dose::{Amount, AsNeeded, Bounds, Dose, Extent, MORE_IN_SOURCE, Rate, Timing, UpTo};
use crate::coded::coded;
use crate::concept::Concept;
use crate::when::Period;

coded! {
    /// Where a medicine stands (FHIR medicationrequest-status and medication-statement-status together).
    MedicineStatus {
        Active = "active", "Active";
        OnHold = "on-hold", "On hold";
        Cancelled = "cancelled", "Cancelled";
        Completed = "completed", "Completed";
        Stopped = "stopped", "Stopped";
        Draft = "draft", "Draft";
        Unknown = "unknown", "Status not known";
        Intended = "intended", "Intended";
        NotTaken = "not-taken", "Not taken";
    }
}

coded! {
    /// Whether the entry is a prescription or a report of what is taken.
    MedicineSource {
        Request = "MedicationRequest", "Prescribed";
        Statement = "MedicationStatement", "Reported";
    }
}

/// A medicine.
#[derive(Clone, Debug, PartialEq)]
pub struct Medicine {
    /// Prescription or report.
    pub source: MedicineSource,
    /// Whether it says that the medicine must not be given (`doNotPerform`).
    pub forbidden: bool,
    /// Which medicine; nothing when it could not be found.
    pub medicine: Option<Concept>,
    /// The resource that describes the medicine, when it is not named here.
    pub product: Option<Mention>,
    /// Where it stands.
    pub status: Option<MedicineStatus>,
    /// Why it stands so.
    pub status_reason: Option<Concept>,
    /// Proposal, plan, order and so on, as sent (prescriptions only).
    pub intent: Option<String>,
    /// Acute, repeat, repeat dispensing (UK Core prescription type) or other course of therapy.
    pub course: Option<Concept>,
    /// How to take it.
    pub doses: Vec<Dose>,
    /// From when until when it may be supplied or was taken.
    pub period: Option<Period>,
    /// Why it is taken.
    pub reasons: Vec<Concept>,
    /// Notes.
    pub notes: Vec<String>,
}

impl Medicine {
    /// The medicine's name.
    pub fn words(&self) -> &str {
        let product = self.product.as_ref().and_then(Mention::words);
        self.medicine
            .as_ref()
            .map(Concept::words)
            .or(product)
            .unwrap_or("Medicine not stated")
    }

    /// The dose text for a page: each instruction in turn, or "Dose not recorded".
    pub fn dose_words(&self) -> String {
        let mut doses: Vec<&Dose> = self.doses.iter().collect();
        doses.sort_by_key(|dose| dose.sequence);
        let mut words = String::new();
        let mut before: Option<&Dose> = None;
        for dose in doses {
            let said = dose.words();
            if said.is_empty() {
                continue;
            }
            if let Some(before) = before {
                let is_later = before.sequence.is_some() && before.sequence < dose.sequence;
                words.push_str(if is_later { "; then " } else { "; " });
            }
            words.push_str(&said);
            before = Some(dose);
        }
        if words.is_empty() {
            "Dose not recorded".to_owned()
        } else {
            words
        }
    }

    /// "Prescribed", "Reported", or for what is no order "Proposed", "Planned", "Option".
    pub fn source_words(&self) -> &str {
        match (self.source, self.intent.as_deref()) {
            (MedicineSource::Statement, _)
            | (_, None | Some("order" | "original-order" | "instance-order")) => self.source.words(),
            (_, Some("proposal")) => "Proposed",
            (_, Some("plan")) => "Planned",
            (_, Some("option")) => "Option",
            (_, Some("reflex-order")) => "Reflex order",
            (_, Some("filler-order")) => "Filler order",
            (_, Some(other)) => other,
        }
    }

    /// Whether it is a proposal, plan or option rather than an order or a report.
    pub fn is_no_order(&self) -> bool {
        self.source_words() != self.source.words()
    }

    /// Whether it counts as current: not forbidden, and not ended by status or by date. An unknown status counts as
    /// current, and so does one on hold: each is shown with its status.
    pub fn is_current(&self, now: jiff::Timestamp) -> bool {
        !self.forbidden && self.stands(now)
    }

    /// Whether it says now that the medicine must not be given.
    pub fn is_not_to_be_given(&self, now: jiff::Timestamp) -> bool {
        self.forbidden && self.stands(now)
    }

    fn stands(&self, now: jiff::Timestamp) -> bool {
        let open = match self.status {
            Some(
                MedicineStatus::Cancelled
                | MedicineStatus::Completed
                | MedicineStatus::Stopped
                | MedicineStatus::Draft
                | MedicineStatus::NotTaken,
            ) => false,
            Some(
                MedicineStatus::Active
                | MedicineStatus::OnHold
                | MedicineStatus::Unknown
                | MedicineStatus::Intended,
            )
            | None => true,
        };
        // A prescription's validity says until when it may be supplied, not until when it is taken.
        let reported_end = self.source == MedicineSource::Statement;
        open && !(reported_end && self.period.as_ref().is_some_and(|period| period.has_ended(now)))
    }
}
