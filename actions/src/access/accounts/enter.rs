//! The steps of signing in: a name and a password, then a code, then one role. Between the steps a
//! [ticket](super::ticket) says how far somebody has come.

use std::time::Duration;

use ::record::Expected;
use serde::{Deserialize, Serialize};

use super::account::{Account, AccountKind};
use super::attempts::{self, Of};
use super::keep::{self, Kept};
use super::ticket::{give_ticket, put_ticket, read_ticket, use_ticket};
use super::{device, password, second_factor, standing};
use crate::access::sessions::desk_of;
use crate::access::sessions::{self, NewSession};
use crate::audit::{came_in, turned_away};
use crate::{ActionError, Actions, Actor};

/// How many wrong codes end the ticket.
const MOST_CODES: u32 = 5;

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// A password and a code.
    Code,
    /// A password and a recovery code.
    RecoveryCode,
    /// A passkey.
    Passkey,
    /// A provider of identities.
    Provider,
    /// A token from the settings.
    Token,
    /// The button of an invented person.
    Demo,
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Knock<'a> {
    /// The address of the network, as text.
    pub source: &'a str,
    /// The secret of the browser's own cookie, when it has one.
    pub device: Option<&'a str>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on to the next step.
    Right,
    /// Something is not right; what is not said.
    Wrong,
    /// Too much was wrong: so many minutes to wait.
    Wait(u32),
    /// Begin again: too much time has passed, or too many codes were wrong.
    Again,
    /// The password is right, but nothing is set up that could go with it.
    NotSetUp,
}

/// Whether whoever comes so has to wait.
async fn must_wait(
    actions: &Actions,
    name: &str,
    known: bool,
    knock: Knock<'_>,
) -> Result<Option<u32>, ActionError> {
    if known {
        return Ok(None);
    }
    let (cabinet, now) = (actions.record.cabinet(), actions.system_now());
    let name = attempts::wait(&cabinet, Of::Name(name), now).await?;
    let source = attempts::wait(&cabinet, Of::Source(knock.source), now).await?;
    Ok(name.max(source))
}

/// Counts something that was wrong.
async fn count_wrong(
    actions: &Actions,
    name: &str,
    account: &str,
    known: bool,
    knock: Knock<'_>,
) -> Result<(), ActionError> {
    let (cabinet, now) = (actions.record.cabinet(), actions.system_now());
    if let (true, Some(device)) = (known, knock.device) {
        if attempts::wrong(&cabinet, Of::Device(device), now).await? >= attempts::MOST_DEVICE {
            device::forget(&cabinet, account, device).await?;
        }
        return Ok(());
    }
    attempts::wrong(&cabinet, Of::Name(name), now).await?;
    attempts::wrong(&cabinet, Of::Source(knock.source), now).await?;
    Ok(())
}

/// Forgives what was wrong, and remembers the browser.
pub(super) async fn forgive(
    actions: &Actions,
    account: &Account,
    knock: Knock<'_>,
) -> Result<(), ActionError> {
    let cabinet = actions.record.cabinet();
    attempts::right(&cabinet, Of::Name(&account.name)).await?;
    if let Some(device) = knock.device {
        attempts::right(&cabinet, Of::Device(device)).await?;
        device::remember(&cabinet, &account.id, device, actions.system_now()).await?;
    }
    Ok(())
}

/// The first step: a name and a password. `ticket` is the secret of the form's cookie.
///
/// # Errors
/// When the record cannot be used.
pub async fn give_password(
    actions: &Actions,
    ticket: &str,
    name: &str,
    given: &str,
    knock: Knock<'_>,
) -> Result<Answer, ActionError> {
    // What is no name at all is counted under what was typed, and is wrong like any other.
    let typed: String = name.trim().to_lowercase().chars().take(80).collect();
    let found = keep::account_named(actions, &typed).await?;
    let cabinet = actions.record.cabinet();
    // Asked for names that do not exist too, so that both take the same way.
    let id = found
        .as_ref()
        .map_or_else(|| "nobody".to_owned(), |found| found.account.id.clone());
    let known = device::is_known(&cabinet, &id, knock.device).await?;
    // Held until what is wrong is counted: many guesses at once are looked at no more often than as many one by one.
    let permit = actions.sessions.hashing().await?;
    if let Some(minutes) = must_wait(actions, &typed, known, knock).await? {
        return Ok(Answer::Wait(minutes));
    }
    let hash = found.as_ref().and_then(|found| found.account.password.clone());
    let checked = work(given, move |given| password::check(given, hash.as_deref())).await?;
    let account = found.filter(|found| checked.right && !found.account.disabled);
    let Some(Kept { account, .. }) = account else {
        count_wrong(actions, &typed, &id, known, knock).await?;
        turned_away(actions, Some(&id)).await?;
        return Ok(Answer::Wrong);
    };
    drop(permit);
    if checked.outdated {
        let hash = work_on(actions, given, password::hash).await?;
        keep::change(actions, &account.id, |account| {
            account.password = Some(hash.clone());
            Ok(())
        })
        .await?;
    }
    if !account.has_second_factor() && account.recovery.is_empty() && account.passkeys.is_empty() {
        return Ok(Answer::NotSetUp);
    }
    give_ticket(actions, ticket, &account.id, None).await?;
    Ok(Answer::Right)
}

/// Does work on a password where nobody else waits for it, and few at a time.
pub(super) async fn work_on<T: Send + 'static>(
    actions: &Actions,
    password: &str,
    what: impl FnOnce(&str) -> Result<T, ActionError> + Send + 'static,
) -> Result<T, ActionError> {
    let _permit = actions.sessions.hashing().await?;
    work(password, what).await
}

async fn work<T: Send + 'static>(
    password: &str,
    work: impl FnOnce(&str) -> Result<T, ActionError> + Send + 'static,
) -> Result<T, ActionError> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || work(&password))
        .await
        .unwrap_or_else(|_| Err(ActionError::Busy))
}

/// Whether a code is right for an account; one that is, is used up.
async fn take_code(actions: &Actions, id: &str, code: &str) -> Result<Option<How>, ActionError> {
    let now = actions.system_now();
    keep::change(actions, id, |account| {
        if account.disabled {
            return Ok(None);
        }
        if let Some(secret) = second_factor::secret(actions, account)
            && let Some(step) = second_factor::step_of(&secret, code, now)?
            && let Some(second) = &mut account.second
            && step > second.last_step
        {
            second.last_step = step;
            return Ok(Some(How::Code));
        }
        Ok(second_factor::use_recovery(account, code).then_some(How::RecoveryCode))
    })
    .await
}

/// The second step: a code of the telephone, or a recovery code.
///
/// # Errors
/// When the record cannot be used.
pub async fn give_code(
    actions: &Actions,
    secret: &str,
    code: &str,
    knock: Knock<'_>,
) -> Result<Answer, ActionError> {
    let Some((mut ticket, version)) = read_ticket(actions, secret).await? else {
        return Ok(Answer::Again);
    };
    let Some(Kept { account, .. }) = keep::account(actions, &ticket.account).await? else {
        return Ok(Answer::Again);
    };
    if ticket.proved.is_some() || ticket.wrong >= MOST_CODES {
        return Ok(Answer::Again);
    }
    // The try is counted before it is looked at: many at once are as many.
    ticket.wrong += 1;
    if !put_ticket(actions, secret, Expected::Version(version), &ticket).await? {
        return Ok(Answer::Wrong);
    }
    let answer = check_code(actions, &account, code, knock).await?;
    match answer {
        Ok(how) => {
            give_ticket(actions, secret, &account.id, Some(how)).await?;
            Ok(Answer::Right)
        }
        Err(Answer::Wrong) if ticket.wrong >= MOST_CODES => Ok(Answer::Again),
        Err(answer) => Ok(answer),
    }
}

async fn check_code(
    actions: &Actions,
    account: &Account,
    code: &str,
    knock: Knock<'_>,
) -> Result<Result<How, Answer>, ActionError> {
    let known = device::is_known(&actions.record.cabinet(), &account.id, knock.device).await?;
    if let Some(minutes) = must_wait(actions, &account.name, known, knock).await? {
        return Ok(Err(Answer::Wait(minutes)));
    }
    if let Some(how) = take_code(actions, &account.id, code).await? {
        forgive(actions, account, knock).await?;
        return Ok(Ok(how));
    }
    count_wrong(actions, &account.name, &account.id, known, knock).await?;
    turned_away(actions, Some(&account.id)).await?;
    Ok(Err(Answer::Wrong))
}

/// Proves it again in a session that is open: before what is not done by a session alone.
///
/// # Errors
/// When the record cannot be used.
pub async fn confirm_code(
    actions: &Actions,
    holder: &str,
    code: &str,
    knock: Knock<'_>,
) -> Result<Answer, ActionError> {
    let Some(Kept { account, .. }) = keep::account(actions, holder).await? else {
        return Ok(Answer::NotSetUp);
    };
    Ok(match check_code(actions, &account, code, knock).await? {
        Ok(_) => Answer::Right,
        Err(answer) => answer,
    })
}

/// An invented person of a demo comes in by a button. The caller makes sure that the record is synthetic.
///
/// # Errors
/// [`ActionError::NotFound`] for an account of anybody else.
pub async fn enter_demo(actions: &Actions, ticket: &str, account: &str) -> Result<(), ActionError> {
    let found = keep::account(actions, account)
        .await?
        .ok_or(ActionError::NotFound)?;
    if !found.account.demo || found.account.disabled {
        return Err(ActionError::NotFound);
    }
    give_ticket(actions, ticket, account, Some(How::Demo)).await
}

/// The actor that somebody who is signed in is in another of their roles, and its words.
///
/// # Errors
/// [`ActionError::NotFound`] when the account has no such role, or they came from a provider, which says what roles they have; when the record cannot be read.
pub async fn role_actor(
    actions: &Actions,
    holder: &str,
    role: &str,
    how: How,
) -> Result<(Actor, String), ActionError> {
    if how == How::Provider {
        return Err(ActionError::NotFound);
    }
    let kept = keep::account(actions, holder)
        .await?
        .ok_or(ActionError::NotFound)?;
    let role = kept.account.role(role).ok_or(ActionError::NotFound)?;
    let actor = standing::actor(actions, &kept.account, role, how).await?;
    Ok((actor, role.words.clone()))
}

/// Goes on with the session that somebody parked at this desk, when everything is proved. The ticket is used up. Gives the key
/// that the session had, and who acts; none when nothing is parked.
///
/// # Errors
/// When the record cannot be used.
pub async fn resume_session(
    actions: &Actions,
    ticket: &str,
    secret: &str,
    knock: Knock<'_>,
) -> Result<Option<String>, ActionError> {
    let Some((held, version)) = read_ticket(actions, ticket).await? else {
        return Ok(None);
    };
    let (Some(_), Some(device)) = (held.proved, knock.device) else {
        return Ok(None);
    };
    let Some(Kept { account, .. }) = keep::account(actions, &held.account).await? else {
        return Ok(None);
    };
    let desk = desk_of(device);
    if account.disabled || !actions.sessions.is_parked(&account.id, &desk).await? {
        return Ok(None);
    }
    if !use_ticket(actions, ticket, version).await? {
        return Ok(None);
    }
    let resumed = actions
        .sessions
        .resume(&account.id, &desk, secret, |_| true)
        .await?;
    // Nobody can be in it before this is answered: its secret is not given out yet.
    if resumed.is_some()
        && let Some(open) = actions.sessions.find(secret).await?
    {
        came_in(actions, &open.actor).await?;
    }
    Ok(resumed)
}

/// The last step: a session in one role. The ticket is used up. `None`: the ticket is not there, proves nothing, or the
/// account has no such role.
///
/// # Errors
/// When the record cannot be used.
pub async fn begin_session(
    actions: &Actions,
    ticket: &str,
    role: &str,
    secret: &str,
    times: impl Fn(&Actor) -> (Duration, Duration),
    browser: &str,
    knock: Knock<'_>,
) -> Result<Option<Actor>, ActionError> {
    let Some((held, version)) = read_ticket(actions, ticket).await? else {
        return Ok(None);
    };
    let (Some(how), Some(Kept { account, .. })) = (held.proved, keep::account(actions, &held.account).await?)
    else {
        return Ok(None);
    };
    let Some(role) = account.role(role).filter(|_| !account.disabled) else {
        return Ok(None);
    };
    if !use_ticket(actions, ticket, version).await? {
        return Ok(None);
    }
    let actor = standing::actor(actions, &account, role, how).await?;
    let (idle, absolute) = times(&actor);
    let desk = knock.device.map(desk_of);
    let session = NewSession {
        holder: account.id.clone(),
        actor: actor.clone(),
        words: role.words.clone(),
        staff: account.kind == AccountKind::Staff,
        how,
        from: None,
        confirmed: Some(actions.system_now()).filter(|_| how != How::Token),
        idle,
        absolute,
        desk,
        browser: browser.to_owned(),
    };
    sessions::begin(actions, secret, session).await?;
    forgive(actions, &account, knock).await?;
    tracing::info!(account = account.id, ?how, "somebody signed in");
    Ok(Some(actor))
}
