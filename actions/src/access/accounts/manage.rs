//! What operators do to accounts, and people to their own.

use std::collections::BTreeSet;

use ::record::{Drawer, Expected};

use super::account::{Account, AccountKind, AccountRole, role_of};
use super::keep::{self, name_key};
use super::{device, enter, password, second_factor};
use crate::access::sessions;
use crate::{ActionError, Actions, FieldProblem, Role};

/// An account that is to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub name: String,
    pub kind: AccountKind,
    pub roles: Vec<AccountRole>,
    pub person: Option<String>,
    pub practitioner: Option<String>,
    pub identity: u8,
    pub demo: bool,
}

pub(super) fn problem(field: &'static str, words: impl Into<String>) -> ActionError {
    ActionError::Form(vec![FieldProblem {
        field,
        words: words.into(),
    }])
}

/// Whether nobody has this sign-in name.
///
/// # Errors
/// When the record cannot be read.
pub async fn is_name_free(actions: &Actions, name: &str) -> Result<bool, ActionError> {
    let name = keep::sign_in_name(name).map_err(|words| problem("name", words))?;
    let found = actions
        .record
        .cabinet()
        .get(Drawer::AccountName, &name_key(&name))
        .await?;
    Ok(found.is_none())
}

/// Makes an account; nobody can sign in to it before it is set up.
///
/// # Errors
/// [`ActionError::Form`] naming the field; when the record cannot be written.
pub async fn add(actions: &Actions, new: NewAccount) -> Result<Account, ActionError> {
    let name = keep::sign_in_name(&new.name).map_err(|words| problem("name", words))?;
    for role in &new.roles {
        check_role(new.kind, &role.role)?;
    }
    let account = Account {
        id: actions.record.new_id(actions.record.fresh_bucket()),
        name,
        kind: new.kind,
        roles: new.roles,
        person: new.person,
        practitioner: new.practitioner,
        identity: new.identity,
        disabled: false,
        demo: new.demo,
        made: actions.system_now(),
        password: None,
        second: None,
        recovery: Vec::new(),
        passkeys: Vec::new(),
        links: Vec::new(),
    };
    if keep::make(actions, &account).await? {
        Ok(account)
    } else {
        Err(problem(
            "name",
            "This sign-in name is another account's: choose another",
        ))
    }
}

fn check_role(kind: AccountKind, role: &str) -> Result<(), ActionError> {
    let fits = role_of(role).is_some_and(|role| (role == Role::Citizen) == (kind == AccountKind::Citizen));
    if fits {
        return Ok(());
    }
    let codes: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| role_of(role.code()).is_some())
        .map(Role::code)
        .collect();
    Err(problem(
        "role",
        format!(
            "{role} is no role of such an account: there are {} (citizen for citizens alone)",
            codes.join(", ")
        ),
    ))
}

/// Gives an account one more role, with the next number.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Form`], or when the record cannot be written.
pub async fn add_role(actions: &Actions, id: &str, role: AccountRole) -> Result<String, ActionError> {
    keep::change(actions, id, |account| {
        check_role(account.kind, &role.role)?;
        let taken: BTreeSet<u32> = account
            .roles
            .iter()
            .filter_map(|role| role.id.parse().ok())
            .collect();
        let number = taken.last().map_or(1, |last| last + 1).to_string();
        account.roles.push(AccountRole {
            id: number.clone(),
            ..role.clone()
        });
        Ok(number)
    })
    .await
}

/// Takes a role from an account, and ends its sessions.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn drop_role(actions: &Actions, id: &str, role: &str) -> Result<(), ActionError> {
    keep::change(actions, id, |account| {
        let before = account.roles.len();
        account.roles.retain(|kept| kept.id != role);
        if account.roles.len() == before {
            return Err(ActionError::NotFound);
        }
        Ok(())
    })
    .await?;
    sign_out_everywhere(actions, id, None).await.map(|_| ())
}

/// Closes an account: nobody signs in with it any more, and whoever is signed in is not.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn disable(actions: &Actions, id: &str) -> Result<(), ActionError> {
    keep::change(actions, id, |account| {
        account.disabled = true;
        Ok(())
    })
    .await?;
    sign_out_everywhere(actions, id, None).await.map(|_| ())
}

/// Opens an account again.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn enable(actions: &Actions, id: &str) -> Result<(), ActionError> {
    keep::change(actions, id, |account| {
        account.disabled = false;
        Ok(())
    })
    .await
}

/// Takes from an account what somebody proves themself with: all of it, or the second factor alone. Its sessions end, and
/// no browser is remembered.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn reset(actions: &Actions, id: &str, with_password: bool) -> Result<(), ActionError> {
    keep::change(actions, id, |account| {
        if with_password {
            account.password = None;
        }
        account.second = None;
        account.recovery.clear();
        account.passkeys.clear();
        Ok(())
    })
    .await?;
    device::forget_all(&actions.record.cabinet(), id).await?;
    sign_out_everywhere(actions, id, None).await.map(|_| ())
}

/// Ends the sessions of an account, but for one; gives how many.
///
/// # Errors
/// When the record cannot be written.
pub async fn sign_out_everywhere(
    actions: &Actions,
    id: &str,
    but: Option<&str>,
) -> Result<usize, ActionError> {
    sessions::end_all(actions, id, but).await
}

/// Changes one's own password; the other sessions end.
///
/// # Errors
/// [`ActionError::Form`] naming the field; when the record cannot be written.
pub async fn change_password(
    actions: &Actions,
    id: &str,
    old: &str,
    new: &str,
    but: &str,
) -> Result<(), ActionError> {
    let kept = keep::account(actions, id).await?.ok_or(ActionError::NotFound)?;
    let hash = kept.account.password.clone();
    let checked = enter::work_on(actions, old, move |old| password::check(old, hash.as_deref())).await?;
    if !checked.right {
        return Err(problem("old", "This is not your password now"));
    }
    password::check_new_password(new, &kept.account.name).map_err(|words| problem("new", words))?;
    let hash = enter::work_on(actions, new, password::hash).await?;
    keep::change(actions, id, |account| {
        account.password = Some(hash.clone());
        Ok(())
    })
    .await?;
    device::forget_all(&actions.record.cabinet(), id).await?;
    sign_out_everywhere(actions, id, Some(but)).await.map(|_| ())
}

/// Makes ten new recovery codes, to be shown once; those before are void.
///
/// # Errors
/// [`ActionError::NotFound`], or when the record cannot be written.
pub async fn new_recovery_codes(actions: &Actions, id: &str) -> Result<Vec<String>, ActionError> {
    let (shown, kept) = second_factor::recovery_codes()?;
    keep::change(actions, id, |account| {
        account.recovery.clone_from(&kept);
        Ok(())
    })
    .await?;
    Ok(shown)
}

/// Takes an invitation back.
pub(super) async fn drop_invitation(actions: &Actions, key: &str) -> Result<(), ActionError> {
    let cabinet = actions.record.cabinet();
    cabinet.delete(Drawer::Invitation, key, Expected::Any).await?;
    Ok(())
}
