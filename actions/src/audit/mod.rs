//! The audit as FHIR AuditEvents: who changed and who read a person's record, rendered from the entries that the record keeps.
//!
//! Nothing is stored twice: an AuditEvent of ours has an id that names the place of its entry, and is made when it is asked
//! for. Entries hold internal ids, so AuditEvents do. Only a privacy officer (and on synthetic data the development actor)
//! sees them, and to look at them is a read like any other, audited itself. AuditEvents that other systems sent are resources
//! of the record and none of this module's business.
//!
//! - `entrances.rs`: who came in, was turned away and left
//! - `event.rs`: an entry as an AuditEvent
//! - `read.rs`: one, by its id
//! - `search.rs`: those of a person
//! - `patterns.rs`: what a privacy officer would want to ask about; `relations.rs` how readers stand to whom they looked at
//! - `sightings.rs`: the same in the privacy office's inbox, within the hour
//! - `who_looked.rs`: what the person sees of it

mod entrances;
mod event;
mod looks;
mod patterns;
mod read;
mod relations;
mod search;
mod sightings;
mod who_looked;

pub use entrances::{AtTheDoor, EntranceLine, entrances, turned_away};
pub(crate) use entrances::{came_in, left};
pub use looks::{OfficerLook, Sought, looks_at, looks_by};
pub(crate) use patterns::LastFound;
pub use patterns::{Pattern, Patterns, Seen, patterns};
pub(crate) use read::read;
pub(crate) use relations::{facts_of, is_own};
pub(crate) use search::{Asked, asked, page};
pub(crate) use sightings::sighting;
pub use sightings::{Sighting, note_patterns, note_patterns_now, sightings};
pub use who_looked::{Look, who_looked};

use ::record::Role;
use ::record::access::mutants::is_removed;
use ::record::audit::AuditPlace;
use fhir::ResourceType;

use crate::{ActionError, Actor};

/// Whether somebody sees the audit.
fn may_read_audit(actor: &Actor) -> bool {
    matches!(actor.role, Role::PrivacyOfficer | Role::Development) || is_removed("audit-search")
}

/// Whether an id names an entry of the audit, and so a rendered AuditEvent.
pub(crate) fn is_rendered(resource_type: ResourceType, id: &str) -> bool {
    resource_type.name() == "AuditEvent" && AuditPlace::is_reserved(id)
}

/// What is said to whoever would write under such an id.
pub(crate) const NOT_WRITTEN: &str = "an AuditEvent with this id is rendered from Sarsen's own audit; nobody can write or delete it, and other AuditEvents take \
     other ids";

/// Refuses to write under an id that names an entry of the audit.
pub(crate) fn refuse_write(resource_type: ResourceType, id: &str) -> Result<(), ActionError> {
    if is_rendered(resource_type, id) {
        return Err(ActionError::Forbidden(NOT_WRITTEN.to_owned()));
    }
    Ok(())
}
