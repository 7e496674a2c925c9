//! What somebody else would see of one's own record: the rules are asked for a made-up reader, and what they say is laid over what the
//! person sees. So a preview never tells of what is withheld from the person.

use std::collections::BTreeSet;

use ::record::{Role, Standing};
use care::access::ProxyScope;
use fhir::{LocalReference, ResourceType};

use super::acting::own_patient;
use super::items::{OwnItem, own_items};
use super::proxies::proxies;
use super::taking_part::TakingPart;
use crate::person::patient_id;
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// Whose eyes a preview is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who acts for the person, by the id for addresses of what gives it to them.
    Proxy(String),
    /// Whoever treats the person at their practice.
    Practice,
    /// Somebody of social care who takes part in the person's care.
    SocialCare,
    /// Somebody of a charity who takes part in the person's care.
    Charity,
    /// Somebody who works for an organisation that takes part: the most that anybody there would see.
    Organisation(TakingPart),
}

/// What of one's own record a viewer would see.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person, and for a proxy that is none of theirs; [`ActionError::Unavailable`].
pub async fn seen_by(actions: &Actions, actor: &Actor, viewer: &Viewer) -> Result<Vec<OwnItem>, ActionError> {
    let patient = own_patient(actor).ok_or(ActionError::NotFound)?;
    let resource_type = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let facts = actions
        .record
        .facts_of(&LocalReference {
            resource_type,
            id: patient.to_owned(),
        })
        .await?;
    let reader = reader(viewer);
    let judge = actions.judge(&reader, PURPOSE);
    let mut situation = judge.situation(&facts);
    match viewer {
        Viewer::Proxy(page) => {
            let id = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
            let all = proxies(actions, actor).await?;
            let proxy = all.iter().find(|proxy| proxy.id == id);
            let proxy = proxy.ok_or(ActionError::NotFound)?;
            let given = proxy.scopes.iter();
            situation.proxy = given.filter_map(|code| ProxyScope::from_code(code)).collect();
        }
        Viewer::Practice => {
            situation.ties.insert("practice");
        }
        Viewer::SocialCare | Viewer::Charity => {
            situation.ties.insert("care-team");
        }
        Viewer::Organisation(one) => {
            situation.refused = one.shut_out;
            if !one.ways.is_empty() {
                situation.ties.insert("care-team");
            }
        }
    }
    let lens = judge.ask(&situation);
    let mut items = own_items(actions, actor).await?;
    items.retain(|item| lens.read.contains(item.resource_type) && item.labels & lens.hidden_labels == 0);
    Ok(items)
}

/// Somebody made up, as such a viewer signs in.
fn reader(viewer: &Viewer) -> Actor {
    let (role, activities): (Role, &[&str]) = match viewer {
        Viewer::Proxy(_) => (Role::Citizen, &[]),
        Viewer::Practice | Viewer::Organisation(_) => (Role::Clinician, &["B0360", "B0370", "B1611"]),
        Viewer::SocialCare => (Role::Coordinator, &["B0360", "social-care"]),
        Viewer::Charity => (Role::Coordinator, &["B0370", "charity"]),
    };
    let activities: BTreeSet<String> = activities.iter().map(|code| (*code).to_owned()).collect();
    let standing = Standing {
        activities,
        identity_assurance: 9,
        authentication_assurance: 2,
        ..Standing::default()
    };
    Actor::new(format!("preview-{}", role.code()), role, None).with_standing(standing)
}
