//! Who an account is in records: the organisation by its ODS code, the practitioner and their roles, the teams; for a
//! citizen themself and whom they are related to. What the directory says of it is looked up
//! when somebody signs in ([`Actions::placed`]).

use std::collections::BTreeSet;

use fhir::{LocalReference, ResourceType};

use super::account::{Account, AccountKind, AccountRole};
use super::enter::How;
use crate::{ActionError, Actions, Actor, Role, Standing};

/// The actor that an account is in one of its roles.
pub(super) async fn actor(
    actions: &Actions,
    account: &Account,
    role: &AccountRole,
    how: How,
) -> Result<Actor, ActionError> {
    let known = role.known().ok_or(ActionError::NotFound)?;
    let mut parties: BTreeSet<LocalReference> =
        role.parties.iter().filter_map(|text| reference(text)).collect();
    if let Some(id) = &account.practitioner {
        parties.extend(reference(&format!("Practitioner/{id}")));
    }
    if account.kind == AccountKind::Citizen
        && let Some(id) = &account.person
    {
        parties.extend(reference(&format!("Patient/{id}")));
    }
    let standing = Standing {
        job_role: role.job_role.clone(),
        activities: role.activities.clone(),
        parties,
        own_record: account.person.clone(),
        identity_assurance: account.identity,
        authentication_assurance: match how {
            How::Code | How::RecoveryCode | How::Passkey | How::Provider | How::Demo => 2,
            How::Token => 1,
        },
        ..Standing::default()
    };
    let organisation = role.organisation.clone().filter(|_| known != Role::Citizen);
    let actor = Actor::new(account.id.clone(), known, organisation).with_standing(standing);
    Ok(actions.placed(&actor).await?)
}

/// The standing of whoever a provider vouches for in a role, with what their account knows of them besides: whose record is their
/// own, the Practitioner, and who else they are where they act in the same role for the same organisation.
pub(crate) fn lend(
    account: &Account,
    acts_as: Role,
    organisation: Option<&str>,
    standing: Standing,
) -> Standing {
    let same =
        |role: &&AccountRole| role.known() == Some(acts_as) && role.organisation.as_deref() == organisation;
    let mut parties = standing.parties;
    let lent = account
        .roles
        .iter()
        .filter(same)
        .flat_map(|role| role.parties.iter());
    parties.extend(lent.filter_map(|text| reference(text)));
    if let Some(id) = &account.practitioner {
        parties.extend(reference(&format!("Practitioner/{id}")));
    }
    Standing {
        parties,
        own_record: account.person.clone(),
        ..standing
    }
}

/// A reference such as `CareTeam/1`.
pub(crate) fn reference(text: &str) -> Option<LocalReference> {
    let (kind, id) = text.split_once('/')?;
    let resource_type = ResourceType::from_name(kind)?;
    (!id.is_empty() && !id.contains('/')).then(|| LocalReference {
        resource_type,
        id: id.to_owned(),
    })
}
