//! Accounts in the cabinet: found by id or by name, changed on the version they were read at.

use ::record::{Drawer, Expected, Put};

use super::account::Account;
use crate::access::digest_of;
use crate::{ActionError, Actions};

/// An account, and the version it was read at.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub account: Account,
    pub(super) version: u64,
}

/// A sign-in name as it is compared: 3 to 64 of a–z, digits, `.`, `-`, `_` and `@`; capitals are the same as small letters.
///
/// # Errors
/// Words for whoever typed it.
pub fn sign_in_name(name: &str) -> Result<String, &'static str> {
    let name = name.trim().to_lowercase();
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_@".contains(&byte);
    if (3..=64).contains(&name.len()) && name.bytes().all(letters) {
        Ok(name)
    } else {
        Err("A sign-in name is 3 to 64 letters, digits, full stops, hyphens, underscores or @")
    }
}

/// Under which key a name is found: no name stands in a key.
pub(super) fn name_key(name: &str) -> String {
    digest_of(&["account-name", name])
}

/// The account with this id; none when it is no id.
///
/// # Errors
/// When the record cannot be read.
pub async fn account(actions: &Actions, id: &str) -> Result<Option<Kept>, ActionError> {
    if !::record::ids::is_id(id) {
        return Ok(None);
    }
    let found = actions.record.cabinet().get(Drawer::Account, id).await?;
    found.map(|found| parse(&found.value, found.version)).transpose()
}

/// The account with this sign-in name.
///
/// # Errors
/// When the record cannot be read.
pub async fn account_named(actions: &Actions, name: &str) -> Result<Option<Kept>, ActionError> {
    let Ok(name) = sign_in_name(name) else {
        return Ok(None);
    };
    let cabinet = actions.record.cabinet();
    let Some(found) = cabinet.get(Drawer::AccountName, &name_key(&name)).await? else {
        return Ok(None);
    };
    account(actions, &String::from_utf8_lossy(&found.value)).await
}

/// Accounts by id, a page of at most 1,000 after `after`.
///
/// # Errors
/// When the record cannot be read.
pub async fn list(actions: &Actions, after: Option<&str>) -> Result<Vec<Kept>, ActionError> {
    let cabinet = actions.record.cabinet();
    let page = cabinet.list(Drawer::Account, "", after, 1000).await?;
    page.iter()
        .map(|found| parse(&found.value, found.version))
        .collect()
}

fn parse(value: &[u8], version: u64) -> Result<Kept, ActionError> {
    serde_json::from_slice(value)
        .map(|account| Kept { account, version })
        .map_err(|_| ActionError::Unavailable("an account is kept in a form that cannot be read".to_owned()))
}

pub(super) fn json(account: &Account) -> Result<Vec<u8>, ActionError> {
    serde_json::to_vec(account)
        .map_err(|_| ActionError::Unavailable("the account could not be written down".to_owned()))
}

/// Keeps a changed account; false when somebody changed it since it was read.
pub(super) async fn save(actions: &Actions, kept: &mut Kept) -> Result<bool, ActionError> {
    let value = json(&kept.account)?;
    let expected = Expected::Version(kept.version);
    let cabinet = actions.record.cabinet();
    match cabinet
        .put(Drawer::Account, &kept.account.id, expected, value, None)
        .await?
    {
        Some(version) => {
            kept.version = version;
            actions.sights.colleagues.note(&kept.account);
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Changes an account, on its newest version; tries again when somebody else was first.
///
/// # Errors
/// [`ActionError::NotFound`], what `change` refuses with, or when the record cannot be written.
pub(super) async fn change<T>(
    actions: &Actions,
    id: &str,
    mut change: impl FnMut(&mut Account) -> Result<T, ActionError>,
) -> Result<T, ActionError> {
    for _ in 0..8 {
        let mut kept = account(actions, id).await?.ok_or(ActionError::NotFound)?;
        let made = change(&mut kept.account)?;
        if save(actions, &mut kept).await? {
            return Ok(made);
        }
    }
    Err(ActionError::Busy)
}

/// Keeps a new account under its name; false when the name is another's.
pub(super) async fn make(actions: &Actions, account: &Account) -> Result<bool, ActionError> {
    let put = |drawer, key: String, value| Put {
        drawer,
        key,
        expected: Expected::Absent,
        value: Some(value),
        expires: None,
    };
    let made = actions
        .record
        .cabinet()
        .change(vec![
            put(
                Drawer::AccountName,
                name_key(&account.name),
                account.id.clone().into_bytes(),
            ),
            put(Drawer::Account, account.id.clone(), json(account)?),
        ])
        .await?;
    if made.is_made() {
        actions.sights.colleagues.note(account);
    }
    Ok(made.is_made())
}
