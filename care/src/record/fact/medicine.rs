//! Medicines: prescribed (a request) or reported (a statement).

use super::super::mention::Mention;
use crate::coded::coded;
use crate::concept::Concept;
use crate::quantity::Quantity;
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
        let words: Vec<String> = self
            .doses
            .iter()
            .map(Dose::words)
            .filter(|words| !words.is_empty())
            .collect();
        if words.is_empty() {
            "Dose not recorded".to_owned()
        } else {
            words.join("; ")
        }
    }

    /// Whether it counts as current: not ended by status or by date. An unknown status counts as current, and so does
    /// one on hold: each is shown with its status.
    pub fn is_current(&self, now: jiff::Timestamp) -> bool {
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

/// When needed, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsNeeded {
    /// Said or denied without a reason.
    Said(bool),
    /// For this.
    For(Concept),
}

/// How often.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Timing {
    /// How many times in each stretch.
    pub frequency: Option<u32>,
    /// The length of the stretch.
    pub period: Option<f64>,
    /// Its unit: s, min, h, d, wk, mo or a.
    pub period_unit: Option<String>,
    /// Parts of the day or meals, as coded.
    pub when: Vec<String>,
    /// A coded or worded schedule.
    pub schedule: Option<Concept>,
}

/// One dosage instruction.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Dose {
    /// The instruction as written.
    pub text: Option<String>,
    /// Words for the person.
    pub for_person: Option<String>,
    /// Whether only when needed.
    pub as_needed: Option<AsNeeded>,
    /// How often.
    pub timing: Option<Timing>,
    /// By which route.
    pub route: Option<Concept>,
    /// How much at a time.
    pub quantity: Option<Quantity>,
    /// How much at a time at most, when a range was given.
    pub up_to: Option<Quantity>,
}

impl Dose {
    /// The instruction: as written, else put together from its parts. Empty when nothing was said.
    pub fn words(&self) -> String {
        if let Some(text) = self
            .text
            .as_deref()
            .or(self.for_person.as_deref())
            .filter(|text| !text.trim().is_empty())
        {
            return text.to_owned();
        }
        let mut parts: Vec<String> = Vec::new();
        match (&self.quantity, &self.up_to) {
            (Some(low), Some(high)) => parts.push(format!("{} to {}", low.dose_words(), high.dose_words())),
            (Some(only), None) => parts.push(only.dose_words()),
            (None, Some(high)) => parts.push(format!("up to {}", high.dose_words())),
            (None, None) => {}
        }
        parts.extend(self.route.as_ref().map(|route| route.words().to_owned()));
        parts.extend(
            self.timing
                .as_ref()
                .map(Timing::words)
                .filter(|words| !words.is_empty()),
        );
        match &self.as_needed {
            Some(AsNeeded::Said(true)) => parts.push("when needed".to_owned()),
            Some(AsNeeded::For(reason)) => parts.push(format!("when needed for {}", reason.words())),
            Some(AsNeeded::Said(false)) | None => {}
        }
        parts.join(", ")
    }
}

impl Timing {
    /// "twice a day", "3 times a week", "every 8 hours"; empty when nothing was said.
    pub fn words(&self) -> String {
        if let Some(schedule) = &self.schedule {
            return schedule.words().to_owned();
        }
        let unit = match self.period_unit.as_deref() {
            Some("s") => "second",
            Some("min") => "minute",
            Some("h") => "hour",
            Some("d") => "day",
            Some("wk") => "week",
            Some("mo") => "month",
            Some("a") => "year",
            _ => "",
        };
        let times = match self.frequency {
            Some(1) => Some("once".to_owned()),
            Some(2) => Some("twice".to_owned()),
            Some(times) => Some(format!("{times} times")),
            None => None,
        };
        let mut words = match (times, self.period, unit) {
            (_, _, "") | (None, None, _) => String::new(),
            (Some(times), None, unit) => format!("{times} a {unit}"),
            (Some(times), Some(length), unit) if is_one(length) => {
                format!("{times} {} {unit}", if unit == "hour" { "an" } else { "a" })
            }
            (Some(times), Some(length), unit) => {
                let every = format!("every {} {unit}s", crate::quantity::number_words(length));
                if times == "once" {
                    every
                } else {
                    format!("{times} {every}")
                }
            }
            (None, Some(length), unit) if is_one(length) => format!("every {unit}"),
            (None, Some(length), unit) => format!("every {} {unit}s", crate::quantity::number_words(length)),
        };
        for part in self.when.iter().map(|code| part_of_day(code)) {
            if !words.is_empty() {
                words.push_str(", ");
            }
            words.push_str(part);
        }
        words
    }
}

fn is_one(value: f64) -> bool {
    (value - 1.0).abs() < f64::EPSILON
}

/// FHIR event-timing codes in words.
fn part_of_day(code: &str) -> &str {
    match code {
        "MORN" => "in the morning",
        "AFT" => "in the afternoon",
        "EVE" => "in the evening",
        "NIGHT" | "HS" => "at night",
        "AC" => "before food",
        "PC" => "after food",
        "C" => "with food",
        "ACM" => "before breakfast",
        "CM" => "with breakfast",
        "CD" => "with lunch",
        "CV" => "with dinner",
        other => other,
    }
}
