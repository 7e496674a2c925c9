//! Identities at a provider that come in as an account of the house's own: so a member of staff whom a provider vouches for has a
//! record of their own, colleagues and places in records, and can be shut out here.
//!
//! An identity is linked to one account, and an account with one identity at each provider. What the provider calls somebody is
//! kept as a digest alone.

use std::collections::BTreeSet;

use ::record::{Drawer, Expected, Put};

use super::account::{AccountKind, Link};
use super::keep::{self, Kept};
use super::manage::{problem, sign_out_everywhere};
use crate::access::identity::{Identity, known_id};
use crate::access::sessions;
use crate::{ActionError, Actions};

/// The longest name that a provider may have for somebody (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Under which key the account of an identity is found.
fn link_key(identity: &Identity) -> String {
    format!("link/{}", identity.digest())
}

/// The account that this identity comes in as, open or closed.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn linked_to(actions: &Actions, identity: &Identity) -> Result<Option<Kept>, ActionError> {
    let cabinet = actions.record.cabinet();
    let Some(found) = cabinet.get(Drawer::AccountName, &link_key(identity)).await? else {
        return Ok(None);
    };
    let kept = keep::account(actions, &String::from_utf8_lossy(&found.value)).await?;
    let holds = |kept: &Kept| {
        let mut links = kept.account.links.iter();
        links.any(|link| link.identity == identity.digest())
    };
    Ok(kept.filter(holds))
}

/// Links an account of a member of staff with whoever the provider of this name calls `subject`. Where that identity is signed in
/// already, it is signed out: it comes in anew, as the account.
///
/// # Errors
/// [`ActionError::Form`] naming the field, [`ActionError::NotFound`] when there is no such account, or when the record
/// cannot be written.
pub async fn link(actions: &Actions, id: &str, provider: &str, subject: &str) -> Result<(), ActionError> {
    let known = actions.providers.find(provider).ok_or_else(|| {
        let names: Vec<&str> = actions.providers.names().collect();
        problem(
            "provider",
            format!(
                "There is no provider {provider} in the settings: there are {}",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            ),
        )
    })?;
    if known.vouches_for() != AccountKind::Staff {
        let words =
            format!("{provider} vouches for citizens, who are known by their NHS number and need no link");
        return Err(problem("provider", words));
    }
    let subject = subject.trim();
    let fits = subject.len() <= LONGEST_SUBJECT && subject.bytes().all(|byte| byte.is_ascii_graphic());
    if subject.is_empty() || !fits {
        let words = "The provider's name for somebody is 1 to 255 letters, digits and signs without a space";
        return Err(problem("subject", words));
    }
    let identity = Identity::new(known.issuer(), subject);
    let cabinet = actions.record.cabinet();
    for _ in 0..8 {
        let mut kept = keep::account(actions, id).await?.ok_or(ActionError::NotFound)?;
        if kept.account.kind != AccountKind::Staff {
            let words = "This is a citizen's account: accounts of staff alone are linked";
            return Err(problem("name", words));
        }
        // A key whose account does not hold the link any more, an older release having changed it, gives way. It is read first:
        // whoever links the same identity meanwhile has changed it.
        let found = cabinet.get(Drawer::AccountName, &link_key(&identity)).await?;
        let expected = found.map_or(Expected::Absent, |found| Expected::Version(found.version));
        if let Some(other) = linked_to(actions, &identity).await? {
            if other.account.id == kept.account.id {
                return Ok(());
            }
            let words = format!(
                "This identity is linked to {} already: unlink it first",
                other.account.name
            );
            return Err(problem("subject", words));
        }
        if kept.account.links.iter().any(|link| link.provider == provider) {
            let words =
                format!("This account is linked with another identity at {provider}: unlink it first");
            return Err(problem("name", words));
        }
        kept.account.links.push(Link {
            provider: provider.to_owned(),
            identity: identity.digest().to_owned(),
            since: actions.system_now(),
            works_for: BTreeSet::new(),
        });
        let key = Put {
            drawer: Drawer::AccountName,
            key: link_key(&identity),
            expected,
            value: Some(kept.account.id.clone().into_bytes()),
            expires: None,
        };
        if put_both(actions, &kept, key).await? {
            if let Some(before) = known_id(actions, &identity).await? {
                sessions::end_all(actions, &before, None).await?;
            }
            return Ok(());
        }
    }
    Err(ActionError::Busy)
}

/// Takes the link with a provider from an account, and signs it out everywhere.
///
/// # Errors
/// [`ActionError::NotFound`] when there is no such account, [`ActionError::Form`] when it is not linked with it, or when the
/// record cannot be written.
pub async fn unlink(actions: &Actions, id: &str, provider: &str) -> Result<(), ActionError> {
    for _ in 0..8 {
        let mut kept = keep::account(actions, id).await?.ok_or(ActionError::NotFound)?;
        let links = &mut kept.account.links;
        let Some(at) = links.iter().position(|link| link.provider == provider) else {
            let words = format!("This account is not linked with {provider}");
            return Err(problem("provider", words));
        };
        let identity = Identity::of_digest(links.remove(at).identity);
        let key = Put {
            drawer: Drawer::AccountName,
            key: link_key(&identity),
            expected: Expected::Any,
            value: None,
            expires: None,
        };
        if put_both(actions, &kept, key).await? {
            return sign_out_everywhere(actions, id, None).await.map(|_| ());
        }
    }
    Err(ActionError::Busy)
}

/// Keeps a changed account and what its key says, both or neither.
async fn put_both(actions: &Actions, kept: &Kept, key: Put) -> Result<bool, ActionError> {
    let account = Put {
        drawer: Drawer::Account,
        key: kept.account.id.clone(),
        expected: Expected::Version(kept.version),
        value: Some(keep::json(&kept.account)?),
        expires: None,
    };
    let made = actions
        .record
        .cabinet()
        .change(vec![account, key])
        .await?
        .is_made();
    if made {
        actions.sights.colleagues.note(&kept.account);
    }
    Ok(made)
}

/// Notes for which organisations a provider says that whoever comes in as this account works: whose colleague they are.
///
/// # Errors
/// When the record cannot be written.
pub(crate) async fn note_organisations(
    actions: &Actions,
    kept: &Kept,
    identity: &Identity,
    organisations: &BTreeSet<String>,
) -> Result<(), ActionError> {
    let of_identity = |link: &&Link| link.identity == identity.digest();
    let known = kept.account.links.iter().find(of_identity);
    if known.is_none_or(|link| link.works_for == *organisations) {
        return Ok(());
    }
    keep::change(actions, &kept.account.id, |account| {
        for link in &mut account.links {
            if link.identity == identity.digest() {
                link.works_for.clone_from(organisations);
            }
        }
        Ok(())
    })
    .await
}
