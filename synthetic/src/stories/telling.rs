//! One telling of a story: which run, which step, when; and the ids, moments and references that follow from it.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use serde_json::{Map, Value, json};

use super::Story;
use crate::day::Day;
use crate::fhir::{SYNTHETIC, TAG_SYSTEM, id, organisation_id};
use crate::life::Organisation;
use crate::place::{Place, ServiceKind};

/// The system of the identifiers by which the academy finds where a story stands.
pub const IDENTIFIER_SYSTEM: &str = "https://sarsen.example/Id/academy-story";

/// The seed of the stories' ids; the run is added, so that each run has ids of its own. Regions are grown from small
/// seeds, whose ids are others.
const SEED: u64 = 0x5A25_E4AC_0000_0000;
/// The day in the ids, 1 January 2000: they tell nothing.
const DAY: Day = Day(10_957);
/// The kind in a marker's id, above those of all steps.
const MARKER: u16 = 63;
/// The most resources that a step tells of.
const MOST: u32 = 32;

/// Types for which UK Core has a profile that we follow.
const PROFILED: [&str; 18] = [
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "Communication",
    "Condition",
    "Consent",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Flag",
    "ImagingStudy",
    "Observation",
    "Patient",
    "Procedure",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
];

/// The id of the resource that keeps where a story stands: one a story, whatever the run.
#[must_use]
pub fn marker_id(story: &Story) -> String {
    id(SEED, u32::from(story.number), MARKER, 0, DAY)
}

/// The directory that the story's teams are looked up in, when the record has one.
#[derive(Debug, Clone)]
pub struct Directory {
    /// The place.
    pub place: Place,
    /// The seed that the directory was made from.
    pub seed: u64,
}

/// One step of one run of a story, at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The story.
    pub story: &'static Story,
    /// Which run it is, from 1.
    pub run: u32,
    /// The place of the step, from 0.
    pub step: u16,
    /// The moments of the steps before, from the first on.
    pub before: &'a [Timestamp],
    /// The moment of the step.
    pub at: Timestamp,
    /// Where teams are looked up; without one they are names alone.
    pub directory: Option<&'a Directory>,
}

impl Telling<'_> {
    /// What the step writes in the record.
    #[must_use]
    pub fn resources(&self) -> Vec<Value> {
        let step = self.story.steps.get(usize::from(self.step));
        step.map(|step| (step.resources)(self)).unwrap_or_default()
    }

    /// The id of the run's Patient.
    #[must_use]
    pub fn person_id(&self) -> String {
        self.id(0, 0)
    }

    /// The id of the run's RelatedPerson: who is closest to the person.
    #[must_use]
    pub fn next_of_kin_id(&self) -> String {
        self.id(0, 1)
    }

    /// Whether a resource is this step's own, and not one of an earlier step that is told anew.
    #[must_use]
    pub fn is_new(&self, resource: &str) -> bool {
        (0..MOST).any(|ordinal| self.id(self.step, ordinal) == resource)
    }

    /// The id of a resource of this run.
    pub(super) fn id(&self, step: u16, ordinal: u32) -> String {
        debug_assert!(ordinal < MOST);
        let owner = u32::from(self.story.number);
        id(SEED + u64::from(self.run), owner, step + 1, ordinal, DAY)
    }

    /// One of the step's resources, with its tag; `members` follow.
    pub(super) fn resource(&self, kind: &'static str, ordinal: u32, members: Value) -> Value {
        self.resource_of(self.step, kind, ordinal, members)
    }

    /// A resource of an earlier step, as it is from now on.
    pub(super) fn resource_of(&self, step: u16, kind: &'static str, ordinal: u32, members: Value) -> Value {
        let mut meta = Map::new();
        if PROFILED.contains(&kind) {
            let profile = format!("https://fhir.hl7.org.uk/StructureDefinition/UKCore-{kind}");
            meta.insert("profile".to_owned(), json!([profile]));
        }
        meta.insert(
            "tag".to_owned(),
            json!([{ "system": TAG_SYSTEM, "code": SYNTHETIC }]),
        );
        let mut body = Map::new();
        body.insert("resourceType".to_owned(), json!(kind));
        body.insert("id".to_owned(), json!(self.id(step, ordinal)));
        body.insert("meta".to_owned(), Value::Object(meta));
        if let Value::Object(members) = members {
            body.extend(members);
        }
        Value::Object(body)
    }

    /// A reference to the person.
    pub(super) fn person(&self) -> Value {
        self.of(0, "Patient", 0)
    }

    /// A reference to a resource of this run.
    pub(super) fn of(&self, step: u16, kind: &str, ordinal: u32) -> Value {
        json!({ "reference": format!("{kind}/{}", self.id(step, ordinal)) })
    }

    /// A reference to one of the region's invented services: the first of the kind in the directory, else its name alone.
    pub(super) fn team(&self, kind: ServiceKind, name: &str) -> Value {
        let found = self.directory.and_then(|directory| {
            let services = &directory.place.services;
            let at = services.iter().position(|service| service.kind == kind)?;
            let service = services.get(at)?;
            let organisation = Organisation::Service(u8::try_from(at).ok()?);
            let id = organisation_id(&directory.place, directory.seed, organisation);
            Some(json!({ "reference": format!("Organization/{id}"), "display": service.name }))
        });
        found.unwrap_or_else(|| named(name))
    }

    /// The hub.
    pub(super) fn hub(&self) -> Value {
        self.team(ServiceKind::Hub, "Sarsen Hub (invented)")
    }

    /// The moment so many minutes from the step's (before it when negative).
    pub(super) fn moment(&self, minutes: i64) -> String {
        written(&london(later(self.at, minutes)))
    }

    /// The date so many days from the step's.
    pub(super) fn date(&self, days: i64) -> String {
        self.day(days).to_string()
    }

    /// The moment so many minutes from an earlier step's, or this one's.
    pub(super) fn moment_of(&self, step: u16, minutes: i64) -> String {
        written(&london(later(self.told(step), minutes)))
    }

    /// The date so many days from an earlier step's, or this one's.
    pub(super) fn date_of(&self, step: u16, days: i64) -> String {
        london(later(self.told(step), days * 1440)).date().to_string()
    }

    /// An hour of the first working day that is at least so many days after the step's.
    pub(super) fn booked(&self, days: i64, hour: i8) -> String {
        let mut day = self.day(days);
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            day = day.tomorrow().unwrap_or(day);
        }
        let zone = london(self.at).time_zone().clone();
        let at = day.at(hour, 0, 0, 0).to_zoned(zone);
        at.map_or_else(|_| self.moment(days * 1440), |at| written(&at))
    }

    /// The day of birth of somebody who is so many years old when the run begins, and was born in spring.
    pub(super) fn born(&self, years: u8) -> String {
        let begun = london(self.told(0)).date();
        let year = begun.year() - i16::from(years);
        let spring = Date::new(year, 4, 17).unwrap_or(begun);
        let turned = (begun.month(), begun.day()) >= (4, 17);
        let born = if turned {
            Some(spring)
        } else {
            spring.checked_sub(1.year()).ok()
        };
        born.unwrap_or(spring).to_string()
    }

    /// When a step was told; this one, and any that is to come, now.
    fn told(&self, step: u16) -> Timestamp {
        self.before.get(usize::from(step)).copied().unwrap_or(self.at)
    }

    fn day(&self, days: i64) -> Date {
        london(later(self.at, days * 1440)).date()
    }
}

/// A reference that is a name alone.
pub(super) fn named(name: &str) -> Value {
    json!({ "display": name })
}

/// A concept in words.
pub(super) fn words(text: &str) -> Value {
    json!({ "text": text })
}

/// A concept of one of FHIR's own code systems.
pub(super) fn code(system: &str, code: &str, display: &str) -> Value {
    let system = format!("http://terminology.hl7.org/CodeSystem/{system}");
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(at)
}

fn london(at: Timestamp) -> Zoned {
    at.in_tz("Europe/London")
        .unwrap_or_else(|_| at.to_zoned(TimeZone::UTC))
}

fn written(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
