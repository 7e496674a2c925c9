//! Browsers that somebody signed in from before. Such a browser is not shut out by others who guess at the account.

use ::record::{Cabinet, Drawer, Expected};
use jiff::{SignedDuration, Timestamp};

use crate::ActionError;
use crate::access::{digest_of, random};

/// For how long a browser is remembered after it was used last.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 180);

/// A new secret for a browser: 64 hexadecimal digits.
///
/// # Errors
/// When the system has no random bytes.
pub fn new_device() -> Result<String, ActionError> {
    Ok(crate::access::hex(&random::<32>()?))
}

fn key(account: &str, device: &str) -> String {
    format!("{account}/{}", digest_of(&["device", device]))
}

/// Whether somebody signed in to this account from this browser.
pub(super) async fn is_known(
    cabinet: &Cabinet,
    account: &str,
    device: Option<&str>,
) -> Result<bool, ActionError> {
    let Some(device) = device else { return Ok(false) };
    let found = cabinet.get(Drawer::Device, &key(account, device)).await?;
    Ok(found.is_some())
}

/// Remembers that somebody did.
pub(super) async fn remember(
    cabinet: &Cabinet,
    account: &str,
    device: &str,
    now: Timestamp,
) -> Result<(), ActionError> {
    let end = now.saturating_add(REMEMBERED).ok();
    cabinet
        .put(
            Drawer::Device,
            &key(account, device),
            Expected::Any,
            Vec::new(),
            end,
        )
        .await?;
    Ok(())
}

/// Forgets it: too much was wrong there.
pub(super) async fn forget(cabinet: &Cabinet, account: &str, device: &str) -> Result<(), ActionError> {
    cabinet
        .delete(Drawer::Device, &key(account, device), Expected::Any)
        .await?;
    Ok(())
}

/// Forgets every browser of an account.
pub(super) async fn forget_all(cabinet: &Cabinet, account: &str) -> Result<(), ActionError> {
    let prefix = format!("{account}/");
    for found in cabinet.list(Drawer::Device, &prefix, None, 1000).await? {
        cabinet.delete(Drawer::Device, &found.key, Expected::Any).await?;
    }
    Ok(())
}
