//! A member of staff whom a provider vouches for becomes one actor in one role.
//!
//! The role is the provider's. Whose record is their own, whose colleague they are and who they are in records it does not say:
//! that stands in the account that the identity is linked to ([`link`](super::accounts::link)).

use ::record::{Actor, Role, Standing};
use codes::job_role;
use serde::{Deserialize, Serialize};

use super::accounts::{Account, Kept, lend, linked_to, note_organisations};
use super::identity::{Identity, own_id};
use super::provider::{Provider, StaffRole};
use super::sessions::CameFrom;
use super::sign_in_with::{Arrival, Browser, Came, NotLetIn, RoleChoice};
use super::{begun, hex, random};
use crate::audit::turned_away;
use crate::{ActionError, Actions};

/// The kind of what waits while a role is chosen.
const CHOOSING: &str = "choosing";

/// A member of staff whom a provider vouches for.
#[derive(Serialize, Deserialize)]
pub(super) struct Member {
    provider: String,
    identity: Identity,
    /// Such as Sarsen knows.
    roles: Vec<StaffRole>,
    assurance: (u8, u8),
    /// The Practitioner that the directory knows by the provider's id.
    practitioner: Option<String>,
    /// At which desk they are.
    desk: Option<String>,
}

/// Takes in a member of staff, once they were identified surely enough.
///
/// # Errors
/// [`NotLetIn`].
pub(super) async fn staff(
    actions: &Actions,
    browser: Browser<'_>,
    provider: &dyn Provider,
    identity: Identity,
    roles: Vec<StaffRole>,
    assurance: (u8, u8),
    directory_id: Option<&(&'static str, String)>,
) -> Result<Arrival, NotLetIn> {
    if let Some(kept) = admitted(actions, provider, &identity).await? {
        let organisations = roles
            .iter()
            .filter_map(|role| role.organisation.clone())
            .collect();
        note_organisations(actions, &kept, &identity, &organisations).await?;
    }
    let asserted: Vec<String> = roles.iter().map(|role| role.code.clone()).collect();
    let known: Vec<StaffRole> = roles.into_iter().filter(|role| acts_as(role).is_some()).collect();
    let member = Member {
        provider: provider.name().to_owned(),
        identity,
        roles: known,
        assurance,
        practitioner: practitioner(actions, directory_id).await?,
        desk: browser.desk,
    };
    match member.roles.as_slice() {
        [] => Err(NotLetIn::NoRole(asserted)),
        [role] => Ok(Arrival::In(came_as(actions, provider, &member, role).await?)),
        roles => {
            let word = hex(&random::<32>()?);
            let choices = roles.iter().map(choice).collect();
            begun::keep(actions, CHOOSING, &word, browser.secret, &member).await?;
            Ok(Arrival::Choose(word, choices))
        }
    }
}

/// Who came, in the role that was chosen. The word serves once.
///
/// # Errors
/// [`NotLetIn::NotBegun`] when the word is not this browser's, or the role is none of those that were offered.
pub async fn choose(actions: &Actions, secret: &str, word: &str, role: &str) -> Result<Came, NotLetIn> {
    let taken: Option<Member> = begun::take(actions, CHOOSING, word, secret).await?;
    let member = taken.ok_or(NotLetIn::NotBegun)?;
    let provider = actions
        .providers
        .find(&member.provider)
        .ok_or(NotLetIn::NotBegun)?;
    let chosen = member.roles.iter().find(|one| one.id == role);
    let chosen = chosen.ok_or(NotLetIn::NotBegun)?;
    let came = came_as(actions, provider.as_ref(), &member, chosen).await;
    if let Err(NotLetIn::Closed(account)) = &came {
        turned_away(actions, Some(account)).await?;
    }
    came
}

/// The account that an identity comes in as; none when it is linked to none and the provider lets such people in.
async fn admitted(
    actions: &Actions,
    provider: &dyn Provider,
    identity: &Identity,
) -> Result<Option<Kept>, NotLetIn> {
    match linked_to(actions, identity).await? {
        Some(kept) if kept.account.disabled => Err(NotLetIn::Closed(kept.account.id)),
        Some(kept) => Ok(Some(kept)),
        None if provider.linked_only() => Err(NotLetIn::NotLinked),
        None => Ok(None),
    }
}

async fn came_as(
    actions: &Actions,
    provider: &dyn Provider,
    member: &Member,
    role: &StaffRole,
) -> Result<Came, NotLetIn> {
    let acts_as = acts_as(role).ok_or_else(|| NotLetIn::NoRole(vec![role.code.clone()]))?;
    let linked = admitted(actions, provider, &member.identity).await?;
    let account: Option<&Account> = linked.as_ref().map(|kept| &kept.account);
    let id = match account {
        Some(account) => account.id.clone(),
        None => own_id(actions, provider, &member.identity).await?,
    };
    let (identity_assurance, authentication_assurance) = member.assurance;
    let activities = role.activities.iter().map(|code| code.trim().to_owned());
    let mut standing = Standing {
        job_role: Some(role.code.clone()),
        activities: activities.filter(|code| job_role::is_activity(code)).collect(),
        identity_assurance,
        authentication_assurance,
        ..Standing::default()
    };
    if let Some(account) = account {
        standing = lend(account, acts_as, role.organisation.as_deref(), standing);
    }
    // What an operator said of somebody goes before what the directory says.
    if account.is_none_or(|account| account.practitioner.is_none())
        && let Some(id) = &member.practitioner
    {
        standing
            .parties
            .extend(super::reference(&format!("Practitioner/{id}")));
    }
    let actor = Actor::new(id, acts_as, role.organisation.clone()).with_standing(standing);
    Ok(Came {
        actor: actions.placed(&actor).await.map_err(ActionError::from)?,
        from: CameFrom {
            provider: member.provider.clone(),
            identity: member.identity.clone(),
        },
        desk: member.desk.clone(),
    })
}

/// The Practitioner that the directory knows by this identifier. Two are no answer: nobody is somebody else by chance.
async fn practitioner(
    actions: &Actions,
    directory_id: Option<&(&'static str, String)>,
) -> Result<Option<String>, ActionError> {
    let plain =
        |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let Some((system, id)) = directory_id.filter(|(_, id)| plain(id)) else {
        return Ok(None);
    };
    let identifier = format!("{system}|{id}");
    let found = actions
        .directory_units("Practitioner", "identifier", &identifier)
        .await?;
    match found.as_slice() {
        [one] => Ok(Some(one.id.clone())),
        _ => Ok(None),
    }
}

fn acts_as(role: &StaffRole) -> Option<Role> {
    let code = job_role::role(&role.code)?;
    Role::ALL.into_iter().find(|role| role.code() == code)
}

fn choice(role: &StaffRole) -> RoleChoice {
    let label = job_role::label(&role.code).map_or_else(|| role.label.clone(), str::to_owned);
    RoleChoice {
        id: role.id.clone(),
        label,
        organisation: role.organisation.clone(),
    }
}
