//! Setting an account up, with a code that an operator gives once: a password, then the second factor, then recovery codes.

use ::record::{Drawer, Expected};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::keep;
use super::manage::drop_invitation;
use super::second_factor;
use super::{enter, password};
use crate::access::{digest_of, random};
use crate::{ActionError, Actions, FieldProblem};

/// For how long a set-up code is good.
const INVITED: SignedDuration = SignedDuration::from_hours(72);

/// What is kept of an invitation.
#[derive(Serialize, Deserialize)]
struct Invitation {
    account: String,
    /// The secret of the second factor that is being set up, sealed.
    secret: Option<String>,
    /// A password was chosen with this code.
    password: bool,
}

/// How far an account has been set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    /// The name to sign in with.
    pub name: String,
    /// The password is still to be chosen.
    pub needs_password: bool,
    /// The secret for the telephone, as it is typed there; none before there is a password.
    pub secret: Option<String>,
}

fn key(code: &str) -> String {
    let bare: String = code
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    digest_of(&["invitation", &bare])
}

/// A code with which an account can be set up once, within three days.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn invite(actions: &Actions, account: &str) -> Result<String, ActionError> {
    keep::account(actions, account)
        .await?
        .ok_or(ActionError::NotFound)?;
    let letters = second_factor::spelt(&random::<15>()?).to_lowercase();
    let groups: Vec<&str> = letters
        .as_bytes()
        .chunks(4)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    let code = groups.join("-");
    let invitation = Invitation {
        account: account.to_owned(),
        secret: None,
        password: false,
    };
    put(actions, &code, &invitation).await?;
    Ok(code)
}

async fn put(actions: &Actions, code: &str, invitation: &Invitation) -> Result<(), ActionError> {
    let value = serde_json::to_vec(invitation).unwrap_or_default();
    let end = actions.system_now().saturating_add(INVITED).ok();
    let cabinet = actions.record.cabinet();
    cabinet
        .put(Drawer::Invitation, &key(code), Expected::Any, value, end)
        .await?;
    Ok(())
}

async fn read(actions: &Actions, code: &str) -> Result<Option<Invitation>, ActionError> {
    let found = actions
        .record
        .cabinet()
        .get(Drawer::Invitation, &key(code))
        .await?;
    Ok(found.and_then(|found| serde_json::from_slice(&found.value).ok()))
}

/// How far the account of this code has been set up; none when the code is not good.
///
/// # Errors
/// When the record cannot be read.
pub async fn show_set_up(actions: &Actions, code: &str) -> Result<Option<SetUp>, ActionError> {
    let Some(invitation) = read(actions, code).await? else {
        return Ok(None);
    };
    let Some(kept) = keep::account(actions, &invitation.account).await? else {
        return Ok(None);
    };
    let secret = open(actions, code, &invitation).map(|secret| second_factor::spelt(&secret));
    Ok(Some(SetUp {
        name: kept.account.name,
        needs_password: !invitation.password,
        secret,
    }))
}

fn open(actions: &Actions, code: &str, invitation: &Invitation) -> Option<Vec<u8>> {
    let sealed = STANDARD_NO_PAD.decode(invitation.secret.as_ref()?).ok()?;
    actions
        .record
        .cabinet()
        .open(Drawer::Invitation, &key(code), &sealed)
}

fn refused(field: &'static str, words: &str) -> ActionError {
    ActionError::Form(vec![FieldProblem {
        field,
        words: words.to_owned(),
    }])
}

/// Chooses the password, and makes the secret of the second factor.
///
/// # Errors
/// [`ActionError::NotFound`] when the code is not good; [`ActionError::Form`]; when the record cannot be written.
pub async fn set_password(actions: &Actions, code: &str, chosen: &str) -> Result<(), ActionError> {
    let mut invitation = read(actions, code).await?.ok_or(ActionError::NotFound)?;
    let kept = keep::account(actions, &invitation.account)
        .await?
        .ok_or(ActionError::NotFound)?;
    password::check_new_password(chosen, &kept.account.name).map_err(|words| refused("password", words))?;
    let hash = enter::work_on(actions, chosen, password::hash).await?;
    keep::change(actions, &invitation.account, |account| {
        account.password = Some(hash.clone());
        Ok(())
    })
    .await?;
    let secret = second_factor::new_secret()?;
    let cabinet = actions.record.cabinet();
    let sealed = cabinet.seal(Drawer::Invitation, &key(code), &secret)?;
    invitation.secret = Some(STANDARD_NO_PAD.encode(sealed));
    invitation.password = true;
    put(actions, code, &invitation).await
}

/// Takes the first code of the telephone, and gives the recovery codes, once. The set-up code is used up.
///
/// # Errors
/// [`ActionError::NotFound`] when the set-up code is not good; [`ActionError::Form`] when the telephone's is wrong.
pub async fn confirm_set_up(actions: &Actions, code: &str, given: &str) -> Result<Vec<String>, ActionError> {
    let invitation = read(actions, code).await?.ok_or(ActionError::NotFound)?;
    let secret = open(actions, code, &invitation).ok_or(ActionError::NotFound)?;
    let Some(step) = second_factor::step_of(&secret, given, actions.system_now())? else {
        return Err(refused(
            "code",
            "The code is not right: enter the one that the app shows now",
        ));
    };
    let (shown, kept) = second_factor::recovery_codes()?;
    keep::change(actions, &invitation.account, |account| {
        second_factor::set(actions, account, &secret, step)?;
        account.recovery.clone_from(&kept);
        Ok(())
    })
    .await?;
    drop_invitation(actions, &key(code)).await?;
    Ok(shown)
}
