//! Passkeys (WebAuthn): a key in the browser's keeping that signs for this site alone, after a finger, a face or a PIN. It
//! proves both factors at once and cannot be guessed or passed on to another site.
//!
//! A challenge is kept in the cabinet for five minutes under the cookie that it was made for, and used once.

use std::sync::Arc;

use ::record::{Drawer, Expected};
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnBuilder,
};

use super::account::{Account, KeptPasskey};
use super::enter::{Answer, How, Knock, forgive};
use super::keep::{self, Kept};
use super::ticket::give_ticket;
use crate::access::{digest_of, hex, random};
use crate::audit::turned_away;
use crate::{ActionError, Actions, FieldProblem};

/// How long somebody may take.
const CHALLENGE: SignedDuration = SignedDuration::from_mins(5);
/// The most passkeys of an account.
const MOST: usize = 10;

/// The site that passkeys are for.
#[derive(Clone)]
pub struct Passkeys {
    site: Arc<Webauthn>,
}

impl Passkeys {
    /// For the site at this address (`https://host`, or `http://localhost:port` on one machine).
    ///
    /// # Errors
    /// Words for the operator when browsers have no passkeys for such an address: its host is a number, or it is none.
    pub fn new(public_url: &str, name: &str) -> Result<Passkeys, String> {
        let origin = Url::parse(public_url).map_err(|_| "the address cannot be read".to_owned())?;
        let host = origin
            .domain()
            .ok_or("browsers have passkeys for a named host only, not for a number")?
            .to_owned();
        let site = WebauthnBuilder::new(&host, &origin)
            .and_then(|builder| builder.rp_name(name).build())
            .map_err(|error| error.to_string())?;
        Ok(Passkeys { site: Arc::new(site) })
    }
}

impl std::fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passkeys").finish_non_exhaustive()
    }
}

fn refused(words: &str) -> ActionError {
    ActionError::Form(vec![FieldProblem {
        field: "passkey",
        words: words.to_owned(),
    }])
}

fn again() -> ActionError {
    refused("The passkey was not accepted: begin again")
}

fn key(cookie: &str) -> String {
    digest_of(&["challenge", cookie])
}

async fn keep_state(actions: &Actions, cookie: &str, state: &impl Serialize) -> Result<(), ActionError> {
    let value = serde_json::to_vec(state).map_err(|_| again())?;
    let end = actions.system_now().saturating_add(CHALLENGE).ok();
    let cabinet = actions.record.cabinet();
    cabinet
        .put(Drawer::Authorization, &key(cookie), Expected::Any, value, end)
        .await?;
    Ok(())
}

/// Takes a challenge out: it is good once.
async fn take_state<T: DeserializeOwned>(actions: &Actions, cookie: &str) -> Result<T, ActionError> {
    let cabinet = actions.record.cabinet();
    let found = cabinet
        .get(Drawer::Authorization, &key(cookie))
        .await?
        .ok_or_else(again)?;
    let used = cabinet
        .delete(
            Drawer::Authorization,
            &key(cookie),
            Expected::Version(found.version),
        )
        .await?;
    if !used {
        return Err(again());
    }
    serde_json::from_slice(&found.value).map_err(|_| again())
}

/// What the browser is asked so that it makes a passkey for an account, as JSON.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn start_adding(
    actions: &Actions,
    passkeys: &Passkeys,
    cookie: &str,
    id: &str,
) -> Result<String, ActionError> {
    let Kept { account, .. } = keep::account(actions, id).await?.ok_or(ActionError::NotFound)?;
    if account.passkeys.len() >= MOST {
        return Err(refused("You have ten passkeys: remove one first"));
    }
    let known = account
        .passkeys
        .iter()
        .filter_map(|kept| serde_json::from_value::<Passkey>(kept.credential.clone()).ok())
        .map(|passkey| passkey.cred_id().clone())
        .collect();
    let own = Uuid::parse_str(&account.id).map_err(|_| again())?;
    let (challenge, state) = passkeys
        .site
        .start_passkey_registration(own, &account.name, &account.name, Some(known))
        .map_err(|_| again())?;
    keep_state(actions, cookie, &state).await?;
    let mut asked = serde_json::to_value(challenge).map_err(|_| again())?;
    // It has to be found without a name: whoever comes back says only that they have one.
    if let Some(selection) = asked.pointer_mut("/publicKey/authenticatorSelection") {
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
    }
    serde_json::to_string(&asked).map_err(|_| again())
}

/// Takes the passkey that the browser made.
///
/// # Errors
/// [`ActionError::Form`] when it does not answer the challenge.
pub async fn finish_adding(
    actions: &Actions,
    passkeys: &Passkeys,
    cookie: &str,
    id: &str,
    words: &str,
    answer: &str,
) -> Result<(), ActionError> {
    let state: PasskeyRegistration = take_state(actions, cookie).await?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| again())?;
    let passkey = passkeys
        .site
        .finish_passkey_registration(&answer, &state)
        .map_err(|error| {
            tracing::info!(%error, "a passkey was refused");
            again()
        })?;
    let words: String = words.trim().chars().take(60).collect();
    let kept = KeptPasskey {
        id: hex(&random::<8>()?),
        words: if words.is_empty() {
            "Passkey".to_owned()
        } else {
            words
        },
        added: actions.system_now(),
        credential: serde_json::to_value(&passkey).map_err(|_| again())?,
    };
    keep::change(actions, id, |account| {
        account.passkeys.push(kept.clone());
        Ok(())
    })
    .await
}

/// Removes one of an account's passkeys.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn remove_passkey(actions: &Actions, id: &str, passkey: &str) -> Result<(), ActionError> {
    keep::change(actions, id, |account| {
        account.passkeys.retain(|kept| kept.id != passkey);
        Ok(())
    })
    .await
}

/// What the browser is asked so that somebody comes in by a passkey, as JSON. It names nobody.
///
/// # Errors
/// When the record cannot be written.
pub async fn start_entering(
    actions: &Actions,
    passkeys: &Passkeys,
    cookie: &str,
) -> Result<String, ActionError> {
    let (challenge, state) = passkeys
        .site
        .start_discoverable_authentication()
        .map_err(|_| again())?;
    keep_state(actions, cookie, &state).await?;
    let mut asked = serde_json::to_value(challenge).map_err(|_| again())?;
    // A button asks, not a field that fills itself in.
    if let Some(asked) = asked.as_object_mut() {
        asked.remove("mediation");
    }
    serde_json::to_string(&asked).map_err(|_| again())
}

/// The account whose passkey answered the challenge.
async fn who(
    actions: &Actions,
    passkeys: &Passkeys,
    cookie: &str,
    answer: &str,
) -> Result<Option<Account>, ActionError> {
    let state: DiscoverableAuthentication = match take_state(actions, cookie).await {
        Ok(state) => state,
        Err(ActionError::Form(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else {
        return Ok(None);
    };
    let Ok((own, credential)) = passkeys.site.identify_discoverable_authentication(&answer) else {
        return Ok(None);
    };
    let Some(Kept { account, .. }) = keep::account(actions, &own.to_string()).await? else {
        return Ok(None);
    };
    let known = account
        .passkeys
        .iter()
        .filter_map(|kept| serde_json::from_value::<Passkey>(kept.credential.clone()).ok())
        .find(|passkey| passkey.cred_id().as_slice() == credential);
    let Some(known) = known else {
        return Ok(None);
    };
    let result = match passkeys
        .site
        .finish_discoverable_authentication_v2(&answer, state, &known)
    {
        Ok(result) => result,
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            return Ok(None);
        }
    };
    // The counter goes on: a copy of the key shows itself by an old one.
    keep::change(actions, &account.id, |account| {
        for kept in &mut account.passkeys {
            if let Ok(mut passkey) = serde_json::from_value::<Passkey>(kept.credential.clone())
                && passkey.update_credential(&result) == Some(true)
                && let Ok(changed) = serde_json::to_value(&passkey)
            {
                kept.credential = changed;
            }
        }
        Ok(())
    })
    .await?;
    Ok((!account.disabled).then_some(account))
}

/// Somebody comes in by a passkey: the challenge was made for `cookie`, and under the secret `ticket` everything is proved.
///
/// # Errors
/// When the record cannot be used.
pub async fn finish_entering(
    actions: &Actions,
    passkeys: &Passkeys,
    cookie: &str,
    ticket: &str,
    answer: &str,
    knock: Knock<'_>,
) -> Result<Answer, ActionError> {
    let Some(account) = who(actions, passkeys, cookie, answer).await? else {
        turned_away(actions, None).await?;
        return Ok(Answer::Wrong);
    };
    forgive(actions, &account, knock).await?;
    give_ticket(actions, ticket, &account.id, Some(How::Passkey)).await?;
    Ok(Answer::Right)
}

/// Whoever is signed in proves it again, by a passkey of their own account.
///
/// # Errors
/// When the record cannot be used.
pub async fn finish_confirming(
    actions: &Actions,
    passkeys: &Passkeys,
    cookie: &str,
    holder: &str,
    answer: &str,
) -> Result<Answer, ActionError> {
    let found = who(actions, passkeys, cookie, answer).await?;
    Ok(match found {
        Some(account) if account.id == holder => Answer::Right,
        _ => Answer::Wrong,
    })
}
