//! How somebody stands to one person, for the pages: what is shown, why, and what can be done where little is.

use ::record::access::mutants::is_removed;
use ::record::access::{Judge, TieKind, Whose};
use fhir::{LocalReference, ResourceType};
use jiff::Timestamp;

use crate::access::Way;
use crate::person::patient_id;
use crate::{ActionError, Actions, Actor, Purpose};

/// How an actor stands to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingTo {
    /// The Patient's id.
    pub patient: String,
    /// Who it is may be known.
    pub knows: bool,
    /// Something about the person's health is shown; without it a page must not say that there is nothing.
    pub sees_health: bool,
    /// Everything of the care record is shown, but for items that are labelled.
    pub sees_detail: bool,
    /// It is the actor's own record.
    pub own: bool,
    /// The person is of the actor's family or household.
    pub family: bool,
    /// The person works for the actor's organisation.
    pub colleague: bool,
    /// The person does not want the actor to see the record.
    pub refused: bool,
    /// In which ways the actor has to do with the person, as policies name them.
    pub ties: Vec<&'static str>,
    /// Until when the record is open because the actor opened it, and how.
    pub opened: Option<(Way, Timestamp)>,
    /// Which ways of opening it there are.
    pub ways: Vec<Way>,
}

/// How `actor` stands to the person whose pages go by this id.
///
/// # Errors
/// [`ActionError::NotFound`] when there is nobody, or nobody whom the actor may know of or open; [`ActionError::Unavailable`].
pub async fn standing_to(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    person_id: &str,
) -> Result<StandingTo, ActionError> {
    let patient = patient_id(actions, actor, purpose, person_id).ok_or(ActionError::NotFound)?;
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let reference = LocalReference {
        resource_type: kind,
        id: patient.clone(),
    };
    let facts = actions.record.facts_of(&reference).await?;
    if facts.whose != Whose::Person {
        return Err(ActionError::NotFound);
    }
    let judge = actions.judge(actor, purpose);
    let situation = judge.situation(&facts);
    let lens = judge.lens(&facts);
    let reads = |name: &str| {
        !lens.mask.all_but_identity
            && ResourceType::from_name(name).is_some_and(|kind| lens.read.contains(kind))
    };
    if !may_know(&lens, &situation) && !is_removed("closed-page") {
        return Err(ActionError::NotFound);
    }
    let ways = [Way::BreakGlass, Way::Claim]
        .into_iter()
        .filter(|way| judge.may(way.action(), &situation))
        .collect();
    let opened = facts
        .ties
        .iter()
        .filter(|tie| judge.counts(tie))
        .filter_map(|tie| {
            let way = match tie.kind {
                TieKind::BreakGlass => Way::BreakGlass,
                TieKind::Claimed => Way::Claim,
                _ => return None,
            };
            Some((way, Timestamp::from_millisecond(tie.until?).ok()?))
        })
        .max_by_key(|(_, until)| *until);
    Ok(StandingTo {
        patient,
        knows: lens.knows_person(),
        sees_health: reads("AllergyIntolerance") && reads("Condition"),
        sees_detail: reads("Observation"),
        own: situation.own,
        family: situation.kin || situation.household,
        colleague: situation.colleague,
        refused: situation.refused,
        ties: situation.ties.iter().copied().collect(),
        opened,
        ways,
    })
}

/// Whether pages may say to an actor that a person is there: they see who it is, or it is closed to them for what they know already,
/// being of the family, a colleague, or refused.
pub(super) fn may_know(lens: &::record::Lens, situation: &care::access::Situation) -> bool {
    let close =
        situation.own || situation.kin || situation.household || situation.colleague || situation.refused;
    lens.knows_person() || (situation.is_involved() && close)
}

/// Whether an actor may know of a person, through the lens that they would look through: for whoever measures it.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn looks_through(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    person: &LocalReference,
) -> Result<bool, ActionError> {
    let facts = actions.record.facts_of(person).await?;
    Ok(actions.judge(actor, purpose).knows(&facts))
}
