//! How far somebody has come between the steps of signing in: a ticket in the cabinet, found by the cookie of the form, good for
//! ten minutes and for one session.

use ::record::{Drawer, Expected};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::enter::How;
use super::keep;
use crate::access::digest_of;
use crate::{ActionError, Actions};

/// How long somebody may take between the steps.
const TICKET: SignedDuration = SignedDuration::from_mins(10);

/// How far somebody has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub(super) account: String,
    /// Everything is proved, and how; none while a code is still to come.
    pub proved: Option<How>,
    /// How many codes were tried.
    pub(super) wrong: u32,
}

fn ticket_key(secret: &str) -> String {
    digest_of(&["ticket", secret])
}

/// The ticket of this form's cookie, and its version.
pub(super) async fn read_ticket(
    actions: &Actions,
    secret: &str,
) -> Result<Option<(Ticket, u64)>, ActionError> {
    let cabinet = actions.record.cabinet();
    let found = cabinet.get(Drawer::Authorization, &ticket_key(secret)).await?;
    Ok(found.and_then(|found| {
        let ticket = serde_json::from_slice(&found.value).ok()?;
        Some((ticket, found.version))
    }))
}

/// How far somebody has come.
///
/// # Errors
/// When the record cannot be read.
pub async fn ticket(actions: &Actions, secret: &str) -> Result<Option<Ticket>, ActionError> {
    Ok(read_ticket(actions, secret).await?.map(|(ticket, _)| ticket))
}

/// The account of a ticket that proves everything.
///
/// # Errors
/// When the record cannot be read.
pub async fn ticket_account(actions: &Actions, secret: &str) -> Result<Option<Account>, ActionError> {
    let Some((ticket, _)) = read_ticket(actions, secret).await? else {
        return Ok(None);
    };
    if ticket.proved.is_none() {
        return Ok(None);
    }
    let found = keep::account(actions, &ticket.account).await?;
    Ok(found.map(|kept| kept.account).filter(|account| !account.disabled))
}

pub(super) async fn give_ticket(
    actions: &Actions,
    secret: &str,
    account: &str,
    proved: Option<How>,
) -> Result<(), ActionError> {
    let ticket = Ticket {
        account: account.to_owned(),
        proved,
        wrong: 0,
    };
    put_ticket(actions, secret, Expected::Any, &ticket).await?;
    Ok(())
}

pub(super) async fn put_ticket(
    actions: &Actions,
    secret: &str,
    expected: Expected,
    ticket: &Ticket,
) -> Result<bool, ActionError> {
    let value = serde_json::to_vec(ticket).unwrap_or_default();
    let end = actions.system_now().saturating_add(TICKET).ok();
    let cabinet = actions.record.cabinet();
    let put = cabinet
        .put(Drawer::Authorization, &ticket_key(secret), expected, value, end)
        .await?;
    Ok(put.is_some())
}

/// Uses the ticket up, at the version it was read at; false when somebody else did.
pub(super) async fn use_ticket(actions: &Actions, secret: &str, version: u64) -> Result<bool, ActionError> {
    let cabinet = actions.record.cabinet();
    let expected = Expected::Version(version);
    Ok(cabinet
        .delete(Drawer::Authorization, &ticket_key(secret), expected)
        .await?)
}
