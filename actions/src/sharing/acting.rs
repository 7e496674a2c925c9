//! A citizen before a record: their own, or that of somebody for whom they act. Which parts of it are there is said by the lens
//! alone, so it does not depend on what the record holds.

use ::record::access::{Judge, Whose};
use ::record::{PersonKey, Role, Stored};
use fhir::{LocalReference, ResourceType};
use serde_json::Value;

use super::unused::used;
use crate::person::{page_id, patient_id};
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// A record that a citizen may read, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingFor {
    /// The id for addresses.
    pub page: String,
    /// It is their own.
    pub own: bool,
    /// The parts that they may see, whether there is anything in them or not.
    pub parts: Vec<Part>,
}

/// A part of a record that somebody was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Medicines, allergies, conditions.
    Summary,
    /// Appointments.
    Appointments,
    /// Care plans.
    Plan,
    /// Results, letters and the rest.
    Detail,
}

impl Part {
    /// The type by which the lens is asked.
    fn asked_by(self) -> &'static str {
        match self {
            Part::Summary => "AllergyIntolerance",
            Part::Appointments => "Appointment",
            Part::Plan => "CarePlan",
            Part::Detail => "Observation",
        }
    }
}

/// The citizen's own record.
///
/// # Errors
/// [`ActionError::NotFound`] when there is none that they may read; [`ActionError::Unavailable`].
pub async fn own(actions: &Actions, actor: &Actor) -> Result<ActingFor, ActionError> {
    let patient = own_patient(actor).ok_or(ActionError::NotFound)?;
    stands(actions, actor, patient, true).await
}

/// The record behind an address's id, of somebody for whom the citizen acts.
///
/// # Errors
/// [`ActionError::NotFound`] when they do not, or there is nobody: the two look the same; [`ActionError::Unavailable`].
pub async fn acts_for(actions: &Actions, actor: &Actor, person_id: &str) -> Result<ActingFor, ActionError> {
    let patient = patient_id(actions, actor, PURPOSE, person_id).ok_or(ActionError::NotFound)?;
    let one = stands(actions, actor, &patient, false).await?;
    let reference = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: patient,
    };
    let facts = actions.record.facts_of(&reference).await?;
    used(actions, &actions.judge(actor, PURPOSE), &facts).await?;
    Ok(one)
}

/// Everybody for whom the citizen acts: those whose records name them as somebody close, and gave them something.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn acting_for(actions: &Actions, actor: &Actor) -> Result<Vec<ActingFor>, ActionError> {
    let mut people: Vec<ActingFor> = Vec::new();
    if actor.role != Role::Citizen {
        return Ok(people);
    }
    let house = actions.house_sight(PURPOSE);
    let own_work = Actor::house("sarsen");
    let close = actor.standing.parties.iter();
    for party in close.filter(|party| party.resource_type.name() == "RelatedPerson") {
        let request = actions.record.new_request();
        let mut ask = actions.record.ask(&house, &own_work, PURPOSE, request);
        let held = ask.read(party.resource_type, &party.id).await;
        let disclosed = ask.disclose().await?;
        let Ok(held) = held else { continue };
        let Some(patient) = patient_of(&held.open(&disclosed).json) else {
            continue;
        };
        match stands(actions, actor, &patient, false).await {
            Ok(one) if !people.contains(&one) => people.push(one),
            Ok(_) | Err(ActionError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(people)
}

/// The Patient of a citizen's own record.
pub(super) fn own_patient(actor: &Actor) -> Option<&str> {
    match actor.role {
        Role::Citizen => actor.standing.own_record.as_deref(),
        _ => None,
    }
}

/// The resources of these types in the citizen's own record, as far as they see them.
pub(crate) async fn own_resources(
    actions: &Actions,
    actor: &Actor,
    wanted: impl Fn(ResourceType) -> bool + Send + Sync,
) -> Result<Vec<Stored>, ActionError> {
    let patient = own_patient(actor).ok_or(ActionError::NotFound)?;
    let sight = actions.sight(actor, PURPOSE);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&sight, actor, PURPOSE, request);
    let held = ask.person(patient, &|entry| wanted(entry.resource_type)).await;
    let disclosed = ask.disclose().await?;
    let read = held?.open(&disclosed);
    let people: Vec<PersonKey> = read.identity.people().collect();
    let mut resources = read.resources;
    // What lives in somebody else's record is not theirs to keep or to give.
    resources.retain(|stored| people.contains(&stored.person));
    Ok(resources)
}

async fn stands(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    own: bool,
) -> Result<ActingFor, ActionError> {
    if actor.role != Role::Citizen {
        return Err(ActionError::NotFound);
    }
    let resource_type = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let reference = LocalReference {
        resource_type,
        id: patient.to_owned(),
    };
    let facts = actions.record.facts_of(&reference).await?;
    if facts.whose != Whose::Person {
        return Err(ActionError::NotFound);
    }
    let judge = actions.judge(actor, PURPOSE);
    let situation = judge.situation(&facts);
    let lens = judge.lens(&facts);
    let acts = situation.parent || !situation.proxy.is_empty();
    if !lens.knows_person() || own != situation.own || !(own || acts) {
        return Err(ActionError::NotFound);
    }
    let parts = [Part::Summary, Part::Appointments, Part::Plan, Part::Detail];
    let is_there =
        |part: &Part| ResourceType::from_name(part.asked_by()).is_some_and(|kind| lens.read.contains(kind));
    Ok(ActingFor {
        page: page_id(actions, actor, PURPOSE, patient)?,
        own,
        parts: parts.into_iter().filter(is_there).collect(),
    })
}

fn patient_of(related: &[u8]) -> Option<String> {
    let related: Value = serde_json::from_slice(related).ok()?;
    let reference = related.pointer("/patient/reference")?.as_str()?;
    let id = reference.strip_prefix("Patient/")?;
    Some(id.to_owned())
}
