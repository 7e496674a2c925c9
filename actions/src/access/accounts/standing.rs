//! Who an account is in records: the organisation by its ODS code, the practitioner and their roles, the teams; for a
//! citizen themself and whom they are related to. Looked up in the directory when somebody signs in.

use std::collections::BTreeSet;

use codes::system::ODS_ORGANISATION;
use fhir::{LocalReference, ResourceType};

use super::account::{Account, AccountKind, AccountRole};
use super::enter::How;
use crate::record::{SearchAsk, search};
use crate::{ActionError, Actions, Actor, Purpose, Role, Standing};

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
    if let Some(code) = &role.organisation {
        let asked = format!("{ODS_ORGANISATION}|{code}");
        parties.extend(found(actions, "Organization", "identifier", asked).await);
    }
    if let Some(id) = &account.practitioner {
        parties.extend(reference(&format!("Practitioner/{id}")));
        let asked = format!("Practitioner/{id}");
        parties.extend(found(actions, "PractitionerRole", "practitioner", asked).await);
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
        scopes: None,
        launched_for: None,
        house: false,
    };
    let organisation = role.organisation.clone().filter(|_| known != Role::Citizen);
    Ok(Actor::new(account.id.clone(), known, organisation).with_standing(standing))
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

/// Resources of the directory by one parameter. Where it cannot be searched there are none, which permits less.
async fn found(actions: &Actions, kind: &str, parameter: &str, value: String) -> Vec<LocalReference> {
    let Some(resource_type) = ResourceType::from_name(kind) else {
        return Vec::new();
    };
    let house = Actor::house("sign-in");
    let asked = SearchAsk::Query(vec![(parameter.to_owned(), value)]);
    match search(actions, &house, Purpose::DirectCare, resource_type, asked).await {
        Ok(found) => found
            .hits
            .into_iter()
            .map(|hit| LocalReference {
                resource_type,
                id: hit.id,
            })
            .collect(),
        Err(error) => {
            tracing::warn!(%error, kind, "the directory could not be asked at a sign-in");
            Vec::new()
        }
    }
}
