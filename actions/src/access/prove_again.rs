//! Proving again, with the provider that somebody came from, that it is still them: before what a session alone does not do.
//!
//! The provider has to sign them in anew (`interop` checks that it did, since they were sent), and to vouch for whoever is signed in
//! here. What comes of it is kept for the browser that was away, and is told to the session that sent it and to no other.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::provider::{Ask, Provider, Vouched};
use super::sessions::OpenSession;
use super::sign_in_with::{NotLetIn, send};
use super::{begun, hex, random};
use crate::{ActionError, Actions};

/// The kind of what waits for the session.
const PROVED: &str = "proved";

/// Who proves again who they are.
#[derive(Serialize, Deserialize)]
pub(super) struct Proving {
    /// The key of their session.
    session: String,
    pub(super) holder: String,
    identity: Identity,
    /// Where they go on, an address of the pages.
    pub(super) next: String,
}

/// Somebody who was to prove again who they are, and did not.
#[derive(Debug)]
pub struct NotProved {
    pub(super) holder: String,
    /// Where they wanted to go on.
    pub next: String,
    /// Why it is not taken.
    pub why: NotLetIn,
}

/// Somebody proved again who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    session: String,
    /// When the provider said so.
    pub at: Timestamp,
    /// Where they go on.
    pub next: String,
}

/// Where the browser that holds `secret` goes to prove, in this session, that it is still them; then on to `next`.
///
/// # Errors
/// [`NotLetIn`]: they did not come from a provider, it is not there any more, or it does not answer.
pub async fn prove_again(
    actions: &Actions,
    session: &OpenSession,
    secret: &str,
    next: &str,
) -> Result<String, NotLetIn> {
    let from = session.from.as_ref().ok_or(NotLetIn::NoSuchProvider)?;
    let ask = Ask {
        again: true,
        ..Ask::default()
    };
    let proving = Proving {
        session: session.key.clone(),
        holder: session.holder.clone(),
        identity: from.identity.clone(),
        next: next.to_owned(),
    };
    send(actions, &from.provider, secret, &ask, None, Some(proving)).await
}

/// Keeps for the session that it was proved, when it was by the same person and as surely as at sign-in; gives the word for it.
///
/// # Errors
/// [`NotLetIn`].
pub(super) async fn proved(
    actions: &Actions,
    provider: &dyn Provider,
    secret: &str,
    proving: Proving,
    vouched: &Vouched,
) -> Result<String, NotLetIn> {
    if Identity::new(provider.issuer(), &vouched.subject) != proving.identity {
        return Err(NotLetIn::SomebodyElse);
    }
    if !vouched.who.is_sure_enough() {
        return Err(NotLetIn::Assurance { step_up: false });
    }
    let word = hex(&random::<32>()?);
    let proved = Proved {
        session: proving.session,
        at: actions.system_now(),
        next: proving.next,
    };
    begun::keep(actions, PROVED, &word, secret, &proved).await?;
    Ok(word)
}

/// What was proved in this session, by the browser that holds `secret` and was away for it. The word serves once; none when it is
/// another session's.
///
/// # Errors
/// When the record cannot be used.
pub async fn proved_again(
    actions: &Actions,
    session: &OpenSession,
    secret: &str,
    word: &str,
) -> Result<Option<Proved>, ActionError> {
    let taken: Option<Proved> = begun::take(actions, PROVED, word, secret).await?;
    Ok(taken.filter(|proved| proved.session == session.key))
}
