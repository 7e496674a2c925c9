//! FHIR R4 of a life and of the place: UK Core resources, one JSON object each.
//!
//! [`resources`] renders one life, its Patient first and each reference to what came before or to the directory;
//! [`directory`] renders organisations, places, services and workers. Both are a function of the seed: the same life
//! gives the same bytes. Whatever is invented is tagged as such ([`TAG_SYSTEM`]).
//!
//! - `id.rs`, `instant.rs`, `datatype.rs`  ids, time and data types
//! - `rendering.rs`                        what all resources of a life need
//! - `organisation.rs`, `worker.rs`, `directory.rs`  the directory
//! - the others                            one FHIR resource type, or few that belong together, a file

mod allergy;
mod appointment;
mod communication;
mod condition;
mod consent;
mod datatype;
mod directory;
mod discharge;
mod duplicate;
mod encounter;
mod family;
mod flag;
mod form;
mod id;
mod immunisation;
mod instant;
mod letter;
mod letter_text;
mod medicine;
mod medicine_list;
mod observation;
mod organisation;
mod package;
mod panel;
mod patient;
mod plan;
mod procedure;
mod provenance;
mod reading;
mod referral;
mod related_person;
mod rendering;
mod shift;
mod social;
mod task;
mod triage;
mod worker;

pub(crate) use datatype::base64;
pub use datatype::{INVENTED, REAL_ORGANISATION, SYNTHETIC, TAG_SYSTEM};
pub use directory::directory;
pub use discharge::DISCHARGE;
pub use id::{id, patient_id};
pub use organisation::{location_id, organisation_id};
pub use patient::SMALL_AREA;
pub(crate) use reading::monitor;
pub use reading::{MONITOR, reading};
pub use related_person::PERSON;
pub use worker::worker_ids;

use crate::day::Day;
use crate::life::Life;
use crate::parameters::Parameters;
use crate::place::Place;
use rendering::Rendering;

/// One resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its type: "Patient".
    pub resource_type: &'static str,
    /// Its id.
    pub id: String,
    /// Its JSON, without white space.
    pub body: Vec<u8>,
}

/// The resources of one life, its Patient first; references point at what came before, or at the directory.
#[must_use]
pub fn resources(
    place: &Place,
    parameters: &Parameters,
    seed: u64,
    today: Day,
    life: &Life,
) -> Vec<Rendered> {
    let mut rendering = Rendering::new(place, parameters, seed, today, life);
    for render in IN_ORDER {
        render(&mut rendering);
    }
    rendering.finish()
}

/// What is rendered, each after what it refers to.
const IN_ORDER: [fn(&mut Rendering<'_>); 25] = [
    patient::render,
    related_person::render,
    flag::render,
    condition::render,
    allergy::render,
    encounter::render,
    triage::render,
    social::render,
    panel::specimens,
    observation::render,
    panel::reports,
    medicine::render,
    medicine_list::render,
    immunisation::render,
    procedure::render,
    package::render,
    plan::render,
    consent::render,
    form::render,
    letter::render,
    task::render,
    communication::render,
    family::render,
    provenance::render,
    duplicate::render,
];
