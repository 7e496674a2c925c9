//! The apps that somebody let in with their sign-in: listed to them, and each taken back by itself.

use ::record::Drawer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::client::client;
use super::granted::{Family, end_family, find, keep};
use super::token::digest;
use crate::{ActionError, Actions};

/// The most that are listed.
const MOST: usize = 200;

/// An app that somebody let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetIn {
    /// By which it is taken back; good for its holder alone.
    pub key: String,
    /// What the app is called.
    pub name: String,
    pub since: Timestamp,
    /// Until when it may go on by itself.
    pub until: Option<Timestamp>,
    /// What it was granted, as scopes.
    pub scopes: String,
}

/// That a consent is somebody's.
#[derive(Serialize, Deserialize)]
struct Held {
    family: String,
}

/// The apps that this holder of a sign-in let in, and that may still do something, the latest first.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn let_in(actions: &Actions, holder: &str) -> Result<Vec<LetIn>, ActionError> {
    let prefix = of_holder(holder);
    let cabinet = actions.record.cabinet();
    let mut all = Vec::new();
    for document in cabinet.list(Drawer::Grant, &prefix, None, MOST).await? {
        let Ok(held) = serde_json::from_slice::<Held>(&document.value) else {
            continue;
        };
        let family: Option<(_, Family)> = find(actions, &format!("family/{}", held.family)).await?;
        let Some((kept, family)) = family else { continue };
        if family.has_ended(actions).await? {
            continue;
        }
        // An app that was struck off can do nothing any more.
        let Some(client) = client(actions, &family.client).await? else {
            continue;
        };
        all.push(LetIn {
            key: document.key[prefix.len()..].to_owned(),
            name: client.name,
            since: family.begun,
            until: kept.expires,
            scopes: family.scopes,
        });
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.since));
    Ok(all)
}

/// Takes back what one of the holder's apps was granted, with every token of it; says whether there was one.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn shut_app_out(actions: &Actions, holder: &str, key: &str) -> Result<bool, ActionError> {
    let address = format!("{}{key}", of_holder(holder));
    let found: Option<(_, Held)> = find(actions, &address).await?;
    let Some((_, held)) = found else { return Ok(false) };
    end_family(actions, &held.family).await?;
    let cabinet = actions.record.cabinet();
    cabinet
        .delete(Drawer::Grant, &address, ::record::Expected::Any)
        .await?;
    Ok(true)
}

/// Remembers whose consent a family is.
pub(super) async fn hold(
    actions: &Actions,
    id: &str,
    family: &Family,
    end: Timestamp,
) -> Result<(), ActionError> {
    if family.holder.is_empty() {
        return Ok(());
    }
    let key = format!("{}{}", of_holder(&family.holder), digest(id));
    let held = Held {
        family: id.to_owned(),
    };
    keep(actions, &key, &held, end).await
}

fn of_holder(holder: &str) -> String {
    format!("held/{}/", digest(holder))
}
