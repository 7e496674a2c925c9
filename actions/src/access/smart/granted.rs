//! What was granted: tokens that are shown at the FHIR door, refreshed, looked up and taken back.
//!
//! Every token belongs to a family, which is one consent. Taking the family away takes every token of it at once. A refresh
//! token serves once; whoever brings a used one has stolen it, or was stolen from, and the family ends (RFC 9700, 4.14.2).

use std::collections::BTreeSet;

use ::record::{Actor, Document, Drawer, Expected, Role, Standing};
use care::access::scope::{Level, Scopes};
use codes::system;
use fhir::{LocalReference, ResourceType};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::client::{Client, Proof, client, used_key};
use super::kept_actor::KeptActor;
use super::let_in::hold;
use super::token::{digest, fresh};
use crate::access::sign_in_with::one_with;
use crate::audit::came_in;
use crate::{ActionError, Actions};

/// How long a system's token serves (SMART backend services: at most 5 minutes is recommended).
const SYSTEM: SignedDuration = SignedDuration::from_mins(5);
/// How long an app's token serves.
const APP: SignedDuration = SignedDuration::from_mins(15);
/// How long an app may go on refreshing when nobody looks: a citizen's.
const OFFLINE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// That of a member of staff: what a sign-in says of their role, organisation and activities is not known for longer than a shift.
const OFFLINE_STAFF: SignedDuration = SignedDuration::from_hours(12);

/// What a client gets.
#[derive(Clone)]
pub struct Granted {
    /// The access token.
    pub access: String,
    /// The refresh token, when the app may go on while nobody looks.
    pub refresh: Option<String>,
    /// Seconds for which the access token serves.
    pub seconds: i64,
    /// What was granted.
    pub scopes: String,
    /// The Patient of the launch.
    pub patient: Option<String>,
    /// The actor, without the limits.
    pub actor: Option<Actor>,
    /// The number that the app gave to find its identity token again.
    pub nonce: Option<String>,
}

/// Why nothing is granted, with the error code of RFC 6749.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// The client did not prove who it is.
    #[error("invalid_client")]
    Client,
    /// The code or refresh token is none, or was used.
    #[error("invalid_grant")]
    Grant,
    /// Nothing of what was asked for may be granted.
    #[error("invalid_scope")]
    Scope,
    /// This client may not come this way.
    #[error("unauthorized_client")]
    Way,
    /// There is no such way to ask.
    #[error("unsupported_grant_type")]
    Unsupported,
    /// The request cannot be read.
    #[error("invalid_request")]
    Request,
    /// The record cannot be read.
    #[error("temporarily_unavailable")]
    Record(#[from] ActionError),
}

impl From<::record::RecordError> for NotGranted {
    fn from(error: ::record::RecordError) -> NotGranted {
        NotGranted::Record(error.into())
    }
}

/// One consent.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Family {
    pub(super) client: String,
    pub(super) actor: KeptActor,
    pub(super) scopes: String,
    pub(super) patient: Option<String>,
    pub(super) nonce: Option<String>,
    /// Whose sign-in it was given with; empty of a system's.
    #[serde(default)]
    pub(super) holder: String,
    /// When it was given.
    #[serde(default)]
    pub(super) begun: Timestamp,
}

/// Until when consents of a holder are over.
#[derive(Serialize, Deserialize)]
struct Ended {
    until: Timestamp,
}

/// How long an app of somebody in this role may go on refreshing.
pub(super) fn offline_of(role: Role) -> SignedDuration {
    if role == Role::Citizen {
        OFFLINE
    } else {
        OFFLINE_STAFF
    }
}

impl Family {
    /// How long it may be refreshed.
    fn lasts(&self) -> SignedDuration {
        Role::from_number(self.actor.role()).map_or(OFFLINE_STAFF, offline_of)
    }

    /// The consent of somebody as they stand in records now: who is family, whom they act for and where they live may have changed since it
    /// was given.
    async fn placed(mut self, actions: &Actions) -> Result<Family, NotGranted> {
        let actor = self.actor.clone().limited(&self.scopes, self.patient.clone());
        let Some(actor) = actor.filter(|actor| actor.role != Role::System) else {
            return Ok(self);
        };
        let mut standing = Standing::clone(&actor.standing);
        standing.homes.clear();
        standing.kin.clear();
        standing
            .parties
            .retain(|party| party.resource_type.name() != "RelatedPerson");
        let actor = actor.with_standing(standing);
        let placed = actions.placed(&actor).await.map_err(ActionError::from)?;
        self.actor = KeptActor::of(&placed);
        Ok(self)
    }

    /// Whether everything that was granted with this sign-in has ended since.
    pub(super) async fn has_ended(&self, actions: &Actions) -> Result<bool, ActionError> {
        if self.holder.is_empty() {
            return Ok(false);
        }
        let ended: Option<(Document, Ended)> = find(actions, &ended_key(&self.holder)).await?;
        Ok(ended.is_some_and(|(_, ended)| self.begun <= ended.until))
    }
}

fn ended_key(holder: &str) -> String {
    format!("ended/{}", digest(holder))
}

/// Ends what was granted to apps with somebody's sign-in: their tokens are good for nothing from now on, and a code that was not
/// redeemed yet is none.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub(crate) async fn end_grants_of(actions: &Actions, holder: &str) -> Result<(), ActionError> {
    let now = actions.system_now();
    // Longer than anything that was granted until now lasts.
    keep(
        actions,
        &ended_key(holder),
        &Ended { until: now },
        now + OFFLINE + OFFLINE,
    )
    .await
}

/// A token of a family.
#[derive(Serialize, Deserialize)]
struct Kept {
    family: String,
    used: bool,
}

/// The activity by which policies know a system that is a feed.
const FEED: &str = "feed";

/// A token for a system, with nobody signed in: `system/` scopes alone, as far as its registration reaches.
///
/// # Errors
/// [`NotGranted::Way`], [`NotGranted::Scope`], [`NotGranted::Record`].
pub async fn for_system(actions: &Actions, client: &Client, asked: &str) -> Result<Granted, NotGranted> {
    if !client.is_backend() {
        return Err(NotGranted::Way);
    }
    let allowed = Scopes::parse(&client.scopes).at(&[Level::System]);
    let granted = Scopes::parse(asked).at(&[Level::System]).within(&allowed);
    if granted.resources().is_empty() {
        return Err(NotGranted::Scope);
    }
    let mut parties = BTreeSet::new();
    if let Some(code) = &client.organisation
        && let Some(id) = one_with(actions, "Organization", system::ODS_ORGANISATION, code).await?
        && let Some(resource_type) = ResourceType::from_name("Organization")
    {
        parties.insert(LocalReference { resource_type, id });
    }
    let actor = Actor::new(
        format!("client-{}", client.id),
        Role::System,
        client.organisation.clone(),
    );
    let family = Family {
        client: client.id.clone(),
        actor: KeptActor::of(&actor.clone().with_standing(Standing {
            parties,
            activities: client.feed.then(|| FEED.to_owned()).into_iter().collect(),
            ..Standing::default()
        })),
        scopes: granted.to_string(),
        patient: None,
        nonce: None,
        holder: String::new(),
        begun: actions.system_now(),
    };
    came_in(actions, &actor).await?;
    let id = fresh()?;
    let end = actions.system_now() + SYSTEM;
    keep(actions, &format!("family/{id}"), &family, end).await?;
    issue(actions, &id, &family, SYSTEM, None).await
}

/// Tokens for a family that was just consented to.
pub(super) async fn begin(actions: &Actions, id: &str, family: &Family) -> Result<Granted, NotGranted> {
    if family.has_ended(actions).await? {
        return Err(NotGranted::Grant);
    }
    if let Some(actor) = family
        .actor
        .clone()
        .limited(&family.scopes, family.patient.clone())
    {
        came_in(actions, &actor).await?;
    }
    let offline = Scopes::parse(&family.scopes).has("offline_access");
    let end = actions.system_now() + if offline { family.lasts() } else { APP };
    keep(actions, &format!("family/{id}"), family, end).await?;
    hold(actions, id, family, end).await?;
    let refresh = if offline {
        Some(new_refresh(actions, id).await?)
    } else {
        None
    };
    issue(actions, id, family, APP, refresh).await
}

/// New tokens for a refresh token, which serves once. A used one ends the consent.
///
/// # Errors
/// [`NotGranted::Grant`], [`NotGranted::Scope`] when more is asked for than was granted, [`NotGranted::Record`].
pub async fn refresh(
    actions: &Actions,
    client: &Client,
    token: &str,
    asked: Option<&str>,
) -> Result<Granted, NotGranted> {
    let key = format!("refresh/{}", digest(token));
    let (document, kept): (Document, Kept) = find(actions, &key).await?.ok_or(NotGranted::Grant)?;
    let family_key = format!("family/{}", kept.family);
    let (held, mut family): (Document, Family) =
        find(actions, &family_key).await?.ok_or(NotGranted::Grant)?;
    let is_over = actions.system_now() > family.begun + family.lasts();
    if family.client != client.id || is_over || family.has_ended(actions).await? {
        return Err(NotGranted::Grant);
    }
    // Before the token is taken: who could not be looked up may come again with it.
    if !kept.used {
        family = family.placed(actions).await?;
    }
    let used = Kept {
        family: kept.family.clone(),
        used: true,
    };
    let taken = !kept.used && replace(actions, &key, &document, &used).await?;
    if !taken {
        end_family(actions, &kept.family).await?;
        return Err(NotGranted::Grant);
    }
    // Where somebody else changed or ended it meanwhile, theirs stands.
    if !replace(actions, &family_key, &held, &family).await? {
        return Err(NotGranted::Grant);
    }
    let new = new_refresh(actions, &kept.family).await?;
    if let Some(asked) = asked {
        let granted = Scopes::parse(&family.scopes);
        let narrower = Scopes::parse(asked).within(&granted);
        if narrower.resources().is_empty() {
            return Err(NotGranted::Scope);
        }
        family.scopes = narrower.to_string();
    }
    issue(actions, &kept.family, &family, APP, Some(new)).await
}

/// The client that a refresh token was given to, when it is one that cannot prove itself anyway: SMART asks such an app for
/// nothing but the token, and its own JavaScript client sends nothing else.
///
/// # Errors
/// [`NotGranted::Client`] when the token is none, or its client has to prove itself; [`NotGranted::Record`].
pub async fn public_client_of(actions: &Actions, token: &str) -> Result<Client, NotGranted> {
    let key = format!("refresh/{}", digest(token));
    let (_, kept): (Document, Kept) = find(actions, &key).await?.ok_or(NotGranted::Client)?;
    let key = format!("family/{}", kept.family);
    let (_, family): (Document, Family) = find(actions, &key).await?.ok_or(NotGranted::Client)?;
    let client = client(actions, &family.client).await?;
    client
        .filter(|one| one.proof == Proof::Public)
        .ok_or(NotGranted::Client)
}

async fn new_refresh(actions: &Actions, family: &str) -> Result<String, NotGranted> {
    let token = fresh()?;
    let kept = Kept {
        family: family.to_owned(),
        used: false,
    };
    let end = actions.system_now() + OFFLINE;
    keep(actions, &format!("refresh/{}", digest(&token)), &kept, end).await?;
    Ok(token)
}

/// An access token; it remembers the scopes it was given, which may be narrower than the family's.
#[derive(Serialize, Deserialize)]
struct Access {
    family: String,
    scopes: String,
}

async fn issue(
    actions: &Actions,
    id: &str,
    family: &Family,
    serves: SignedDuration,
    refresh: Option<String>,
) -> Result<Granted, NotGranted> {
    let token = fresh()?;
    let access = Access {
        family: id.to_owned(),
        scopes: family.scopes.clone(),
    };
    let end = actions.system_now() + serves;
    keep(actions, &format!("access/{}", digest(&token)), &access, end).await?;
    Ok(Granted {
        access: token,
        refresh,
        seconds: serves.as_secs(),
        scopes: family.scopes.clone(),
        patient: family.patient.clone(),
        actor: family
            .actor
            .clone()
            .limited(&family.scopes, family.patient.clone()),
        nonce: family.nonce.clone(),
    })
}

/// The actor whose access token this is, limited to what was granted; none when it is none, or was taken back.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn with_token(actions: &Actions, token: &str) -> Result<Option<Actor>, ActionError> {
    let Some((_, access, family)) = looked_up(actions, token).await? else {
        return Ok(None);
    };
    // A client that was disabled has no tokens left.
    let Some(client) = client(actions, &family.client).await? else {
        return Ok(None);
    };
    let actor = family.actor.limited(&access.scopes, family.patient);
    Ok(actor.map(|actor| match client.purpose() {
        Some(purpose) => {
            let standing = Standing {
                purpose: Some(purpose),
                ..Standing::clone(&actor.standing)
            };
            actor.with_standing(standing)
        }
        None => actor,
    }))
}

/// What a token is good for, told to the client that holds it (RFC 7662): scopes, patient and end; none when it is no token
/// of theirs.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn introspect(
    actions: &Actions,
    client: &Client,
    token: &str,
) -> Result<Option<(String, Option<String>, Option<Timestamp>)>, ActionError> {
    let found = looked_up(actions, token).await?;
    let theirs = found.filter(|(_, _, family)| family.client == client.id);
    Ok(theirs.map(|(document, access, family)| (access.scopes, family.patient, document.expires)))
}

async fn looked_up(
    actions: &Actions,
    token: &str,
) -> Result<Option<(Document, Access, Family)>, ActionError> {
    let found = find(actions, &format!("access/{}", digest(token))).await?;
    let Some((document, access)): Option<(Document, Access)> = found else {
        return Ok(None);
    };
    let family: Option<(Document, Family)> = find(actions, &format!("family/{}", access.family)).await?;
    match family {
        Some((_, family)) if !family.has_ended(actions).await? => Ok(Some((document, access, family))),
        _ => Ok(None),
    }
}

/// Takes back a token of this client, and with it the whole consent (RFC 7009). A token that is none is no error.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn revoke(actions: &Actions, client: &Client, token: &str) -> Result<(), ActionError> {
    let digest = digest(token);
    let access: Option<(Document, Access)> = find(actions, &format!("access/{digest}")).await?;
    let refresh: Option<(Document, Kept)> = find(actions, &format!("refresh/{digest}")).await?;
    let family = access
        .map(|(_, kept)| kept.family)
        .or(refresh.map(|(_, kept)| kept.family));
    let Some(id) = family else {
        return Ok(());
    };
    let family: Option<(Document, Family)> = find(actions, &format!("family/{id}")).await?;
    if family.is_some_and(|(_, family)| family.client == client.id) {
        end_family(actions, &id).await?;
    }
    Ok(())
}

pub(super) async fn end_family(actions: &Actions, id: &str) -> Result<(), ActionError> {
    let cabinet = actions.record.cabinet();
    cabinet
        .delete(Drawer::Grant, &format!("family/{id}"), Expected::Any)
        .await?;
    Ok(())
}

/// Remembers the one-time id of an assertion until its end; says whether it was new.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn use_assertion(
    actions: &Actions,
    client: &str,
    id: &str,
    end: Timestamp,
) -> Result<bool, ActionError> {
    let cabinet = actions.record.cabinet();
    let key = used_key(client, id);
    let put = cabinet.put(Drawer::UsedToken, &key, Expected::Absent, Vec::new(), Some(end));
    Ok(put.await?.is_some())
}

pub(super) async fn keep<T: Serialize>(
    actions: &Actions,
    key: &str,
    what: &T,
    end: Timestamp,
) -> Result<(), ActionError> {
    let cabinet = actions.record.cabinet();
    cabinet
        .put(Drawer::Grant, key, Expected::Any, bytes(what)?, Some(end))
        .await?;
    Ok(())
}

async fn replace<T: Serialize>(
    actions: &Actions,
    key: &str,
    document: &Document,
    what: &T,
) -> Result<bool, ActionError> {
    let cabinet = actions.record.cabinet();
    let expected = Expected::Version(document.version);
    let put = cabinet.put(Drawer::Grant, key, expected, bytes(what)?, document.expires);
    Ok(put.await?.is_some())
}

fn bytes<T: Serialize>(what: &T) -> Result<Vec<u8>, ActionError> {
    serde_json::to_vec(what).map_err(|_| ActionError::Unavailable("not kept".to_owned()))
}

pub(super) async fn find<T: serde::de::DeserializeOwned>(
    actions: &Actions,
    key: &str,
) -> Result<Option<(Document, T)>, ActionError> {
    let found = actions.record.cabinet().get(Drawer::Grant, key).await?;
    Ok(found.and_then(|document| {
        let value = serde_json::from_slice(&document.value).ok()?;
        Some((document, value))
    }))
}
