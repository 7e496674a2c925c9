//! Signing in with a provider: sent there, come back, taken in as exactly one actor in one role.
//!
//! What a provider vouches for is checked by `interop`; here it is decided what it is good for. Nothing is ever shown or
//! logged of what it said but our own words.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::record::{Actor, Purpose, Role, Standing};
use codes::nhs_number::NhsNumber;
use codes::system;
use fhir::{LocalReference, ResourceType};

use serde::{Deserialize, Serialize};

use super::begun;
use super::identity::{Identity, own_id};
use super::prove_again::{NotProved, Proving, proved};
use super::provider::{Ask, Fault, Provider, StepUp, Vouched, Waiting, Who};
use super::sessions::{CameFrom, OpenSession, desk_of};
use super::staff_with::staff;
use crate::audit::{came_in, turned_away};
use crate::{ActionError, Actions};

/// How surely a member of staff must have been identified (NHS CIS2).
const STAFF_IDENTITY: u8 = 3;
/// How surely a member of staff must have signed in.
const STAFF_AUTHENTICATION: u8 = 2;
/// How surely a citizen must have been identified before a record opens (NHS login: P9).
const CITIZEN_IDENTITY: u8 = 9;

/// The providers by which people may sign in.
#[derive(Default)]
pub struct Providers {
    known: Vec<Arc<dyn Provider>>,
}

/// The kinds of what waits.
const AWAY: &str = "away";
const FURTHER: &str = "further";

impl Providers {
    /// These providers.
    ///
    /// # Errors
    /// Words for the operator when two have one name.
    pub fn new(known: Vec<Arc<dyn Provider>>) -> Result<Providers, String> {
        let mut names = BTreeSet::new();
        if let Some(twice) = known.iter().find(|one| !names.insert(one.name().to_owned())) {
            return Err(format!(
                "access.providers: the name {} stands twice",
                twice.name()
            ));
        }
        Ok(Providers { known })
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.known.iter().find(|one| one.name() == name).map(Arc::clone)
    }

    /// What they are called in addresses.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|one| one.name())
    }
}

/// Somebody whom a provider vouches for, before they have a session.
#[derive(Debug)]
pub struct Came {
    /// Who acts, in one role.
    pub actor: Actor,
    /// By which provider they came.
    pub from: CameFrom,
    /// At which desk they are: the digest of the browser's own cookie.
    pub desk: Option<String>,
}

/// The browser that came back.
pub(super) struct Browser<'a> {
    pub(super) secret: &'a str,
    pub(super) desk: Option<String>,
}

/// What waits while a browser is away.
#[derive(Serialize, Deserialize)]
pub(super) struct Away {
    provider: String,
    waiting: Waiting,
    /// At which desk the browser is.
    desk: Option<String>,
    /// The session in which somebody proves again who they are; none when they sign in.
    proving: Option<Proving>,
}

/// What came of coming back.
#[derive(Debug)]
pub enum Arrival {
    /// In.
    In(Came),
    /// They proved again who they are; by this word the session that they did it in is told.
    Proved(String),
    /// They hold several roles and choose the one they act in, with the word that their choice has to bring.
    Choose(String, Vec<RoleChoice>),
}

/// A role to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChoice {
    /// What the choice is sent as.
    pub id: String,
    /// The job role in words.
    pub label: String,
    /// The ODS code of the organisation.
    pub organisation: Option<String>,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum NotLetIn {
    /// There is no such provider.
    #[error("no such provider")]
    NoSuchProvider,
    /// This browser did not begin here, or has come back already, or was away too long.
    #[error("the sign-in was not begun here, was used before, or took too long")]
    NotBegun,
    /// They, or the provider, said no.
    #[error("the provider did not sign them in")]
    Declined,
    /// The provider's word is not taken.
    #[error("the provider's word is not taken")]
    Fault(#[from] Fault),
    /// Who they are was not proved as surely as the record needs.
    #[error("who they are was not proved as surely as the record needs")]
    Assurance {
        /// The address under which they can prove more.
        step_up: bool,
    },
    /// Somebody who was to prove again who they are did not.
    #[error("it was not proved again: {}", .0.why)]
    NotProved(Box<NotProved>),
    /// The provider vouches for somebody else than who is signed in.
    #[error("the provider vouches for somebody else")]
    SomebodyElse,
    /// Their account here is closed; its id, for the audit.
    #[error("the account is closed")]
    Closed(String),
    /// The provider lets in those alone who are linked to an account, and they are not.
    #[error("not linked to an account")]
    NotLinked,
    /// They hold no role that Sarsen knows; the national codes that were asserted, to tell whoever looks after roles.
    #[error("no role that is let in")]
    NoRole(Vec<String>),
    /// A citizen who has no record here.
    #[error("no record here")]
    NoRecord,
    /// The record cannot be read.
    #[error("the record cannot be read")]
    Record(#[from] ActionError),
    /// The server has no randomness to give.
    #[error("no randomness")]
    Randomness,
}

/// The providers to choose from, by name and label.
#[must_use]
pub fn providers(actions: &Actions) -> Vec<(String, String)> {
    let known = actions.providers.known.iter();
    known
        .map(|one| (one.name().to_owned(), one.label().to_owned()))
        .collect()
}

/// Where the browser that holds `secret` goes to sign in with a provider; `device` is the secret of its own cookie. At a desk that
/// somebody left to others, whoever comes signs in anew there: a provider that still knows who left would let the next in as them.
///
/// # Errors
/// [`NotLetIn`]: no such provider, or it does not answer.
pub async fn go(
    actions: &Actions,
    name: &str,
    secret: &str,
    device: Option<&str>,
    ask: &Ask,
) -> Result<String, NotLetIn> {
    let desk = device.map(desk_of);
    let mut ask = ask.clone();
    if let Some(desk) = &desk {
        ask.again |= actions.sessions.was_left(desk).await?;
    }
    send(actions, name, secret, &ask, desk, None).await
}

/// Where the browser that holds `secret` goes, to sign in or to prove it again.
///
/// # Errors
/// [`NotLetIn`]: no such provider, or it does not answer.
pub(super) async fn send(
    actions: &Actions,
    name: &str,
    secret: &str,
    ask: &Ask,
    desk: Option<String>,
    proving: Option<Proving>,
) -> Result<String, NotLetIn> {
    let provider = actions.providers.find(name).ok_or(NotLetIn::NoSuchProvider)?;
    let begun = provider.begin(ask).await?;
    let state = begun.waiting.state.clone();
    let away = Away {
        provider: name.to_owned(),
        waiting: begun.waiting,
        desk,
        proving,
    };
    begun::keep(actions, AWAY, &state, secret, &away).await?;
    Ok(begun.address)
}

/// What stands in the address by which a browser came back.
#[derive(Debug, Clone, Default)]
pub struct CameBack {
    /// The state it was sent with.
    pub state: String,
    /// The code, when they signed in.
    pub code: Option<String>,
    /// The issuer, when the provider says who it is (RFC 9207).
    pub issuer: Option<String>,
}

/// Takes in whoever came back, in the browser that holds `secret`. A state serves once, whatever comes of it. Who is turned
/// away is in the audit, without a name.
///
/// # Errors
/// [`NotLetIn`].
pub async fn come_back(
    actions: &Actions,
    name: &str,
    secret: &str,
    came: &CameBack,
) -> Result<Arrival, NotLetIn> {
    let arrival = take_in(actions, name, secret, came).await;
    match &arrival {
        // Nobody was away: an address that was typed in, or a page that was shown twice.
        Ok(_) | Err(NotLetIn::NotBegun | NotLetIn::NoSuchProvider) => {}
        Err(NotLetIn::NotProved(not)) if matches!(not.why, NotLetIn::NotBegun) => {}
        Err(NotLetIn::NotProved(not)) => turned_away(actions, Some(&not.holder)).await?,
        Err(NotLetIn::Closed(account)) => turned_away(actions, Some(account)).await?,
        Err(_) => turned_away(actions, None).await?,
    }
    arrival
}

async fn take_in(actions: &Actions, name: &str, secret: &str, came: &CameBack) -> Result<Arrival, NotLetIn> {
    let provider = actions.providers.find(name).ok_or(NotLetIn::NoSuchProvider)?;
    let taken: Option<Away> = begun::take(actions, AWAY, &came.state, secret).await?;
    let mut away = taken.ok_or(NotLetIn::NotBegun)?;
    if away.provider != name {
        return Err(NotLetIn::NotBegun);
    }
    let Some(proving) = away.proving.take() else {
        let vouched = vouched(provider.as_ref(), &away.waiting, came).await?;
        let browser = Browser {
            secret,
            desk: away.desk,
        };
        return come_in(actions, provider.as_ref(), browser, vouched).await;
    };
    let (holder, next) = (proving.holder.clone(), proving.next.clone());
    let not = |why| NotLetIn::NotProved(Box::new(NotProved { holder, next, why }));
    let vouched = vouched(provider.as_ref(), &away.waiting, came).await;
    let told = match vouched {
        Ok(vouched) => proved(actions, provider.as_ref(), secret, proving, &vouched).await,
        Err(why) => Err(why),
    };
    told.map(Arrival::Proved).map_err(not)
}

/// Whom the provider vouches for, by what the browser brought back.
async fn vouched(provider: &dyn Provider, waiting: &Waiting, came: &CameBack) -> Result<Vouched, NotLetIn> {
    if came
        .issuer
        .as_deref()
        .is_some_and(|issuer| issuer != provider.issuer())
    {
        return Err(Fault::Issuer.into());
    }
    let code = came.code.as_deref().ok_or(NotLetIn::Declined)?;
    Ok(provider.finish(waiting, code).await?)
}

impl Who {
    /// Whether they were identified, and signed in, as surely as the record needs.
    pub(super) fn is_sure_enough(&self) -> bool {
        match self {
            Who::Staff {
                identity,
                authentication,
                ..
            } => *identity >= STAFF_IDENTITY && *authentication >= STAFF_AUTHENTICATION,
            Who::Citizen { identity, .. } => *identity >= CITIZEN_IDENTITY,
        }
    }
}

async fn come_in(
    actions: &Actions,
    provider: &dyn Provider,
    browser: Browser<'_>,
    vouched: Vouched,
) -> Result<Arrival, NotLetIn> {
    let sure = vouched.who.is_sure_enough();
    let who_there = Identity::new(provider.issuer(), &vouched.subject);
    match vouched.who {
        Who::Staff { .. } if !sure => Err(NotLetIn::Assurance { step_up: false }),
        Who::Staff {
            roles,
            identity,
            authentication,
        } => {
            let assurance = (identity, authentication);
            let directory_id = vouched.directory_id.as_ref();
            staff(
                actions,
                browser,
                provider,
                who_there,
                roles,
                assurance,
                directory_id,
            )
            .await
        }
        Who::Citizen { .. } if !sure => {
            let step_up = provider.can_step_up();
            if step_up {
                let further = StepUp {
                    token_id: vouched.token_id,
                };
                begun::keep(actions, FURTHER, provider.name(), browser.secret, &further).await?;
            }
            Err(NotLetIn::Assurance { step_up })
        }
        Who::Citizen {
            nhs_number,
            identity,
            authentication,
        } => {
            let person = match nhs_number {
                Some(number) => person_of(actions, &number).await?,
                None => None,
            };
            let person = person.ok_or(NotLetIn::NoRecord)?;
            let id = own_id(actions, provider, &who_there).await?;
            let actor = citizen(id, person, identity, authentication);
            Ok(Arrival::In(Came {
                actor: actions.placed(&actor).await.map_err(ActionError::from)?,
                from: CameFrom {
                    provider: provider.name().to_owned(),
                    identity: who_there,
                },
                desk: browser.desk,
            }))
        }
    }
}

/// Where the browser that holds `secret`, and came back with less than the record needs, goes to prove more.
///
/// # Errors
/// [`NotLetIn`].
pub async fn step_up(
    actions: &Actions,
    name: &str,
    secret: &str,
    device: Option<&str>,
) -> Result<String, NotLetIn> {
    let further: Option<StepUp> = begun::take(actions, FURTHER, name, secret).await?;
    // Whoever comes by another way is asked for the whole proof from the start.
    let ask = Ask {
        step_up: Some(further.unwrap_or_default()),
        ..Ask::default()
    };
    go(actions, name, secret, device, &ask).await
}

/// Goes on, under a new secret, with the session that whoever came left at this desk: when they came to it by the same provider, and
/// come in the same role now. Gives the key that it had; none when there is no such session.
///
/// # Errors
/// When the record cannot be used.
pub async fn take_up(actions: &Actions, came: &Came, secret: &str) -> Result<Option<String>, ActionError> {
    let Some(desk) = &came.desk else {
        return Ok(None);
    };
    let same = |left: &OpenSession| {
        let (before, now) = (&left.actor, &came.actor);
        left.from.as_ref() == Some(&came.from)
            && (before.role, &before.organisation) == (now.role, &now.organisation)
            && before.standing.job_role == now.standing.job_role
            && before.standing.activities == now.standing.activities
    };
    let taken = actions
        .sessions
        .resume(&came.actor.id, desk, secret, same)
        .await?;
    if taken.is_some() {
        came_in(actions, &came.actor).await?;
    }
    Ok(taken)
}

fn citizen(id: String, person: String, identity: u8, authentication: u8) -> Actor {
    let parties = ResourceType::from_name("Patient").map(|resource_type| LocalReference {
        resource_type,
        id: person.clone(),
    });
    Actor::new(id, Role::Citizen, None).with_standing(Standing {
        parties: parties.into_iter().collect(),
        own_record: Some(person),
        identity_assurance: identity,
        authentication_assurance: authentication,
        ..Standing::default()
    })
}

async fn person_of(actions: &Actions, number: &NhsNumber) -> Result<Option<String>, ActionError> {
    one_with(actions, "Patient", system::NHS_NUMBER, number.digits()).await
}

/// The id of the one resource with this identifier. Two are no answer: nobody is let into one of two records by chance.
pub(crate) async fn one_with(
    actions: &Actions,
    kind: &str,
    system: &str,
    value: &str,
) -> Result<Option<String>, ActionError> {
    let Some(kind) = ResourceType::from_name(kind) else {
        return Ok(None);
    };
    let params = [("identifier".to_owned(), format!("{system}|{value}"))];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    let house = Actor::house("sign-in");
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(&house, purpose);
    let mut reader = actions
        .record
        .ask(&sight, &house, purpose, actions.record.new_request());
    let held = reader.search(&query, None).await;
    let disclosed = reader.disclose().await?;
    let hits = held?.open(&disclosed).hits;
    match hits.as_slice() {
        [one] => Ok(Some(one.id.clone())),
        _ => Ok(None),
    }
}
