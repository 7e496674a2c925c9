//! Whose records are those of colleagues (safety rule 19): members of staff who are known to be patients too, by the organisations
//! for which they work. From accounts: a provider of identities does not say whose record somebody's own is, but the account that an
//! identity is linked to does.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use crate::access::accounts::{Account, AccountKind, list};
use crate::{ActionError, Actions};

/// The organisations (ODS codes) for which a Patient works, by the Patient's id and then by the account that says so.
type ByPerson = HashMap<String, HashMap<String, BTreeSet<String>>>;

/// Who works where.
#[derive(Debug, Default)]
pub(crate) struct Colleagues(RwLock<ByPerson>);

impl Colleagues {
    /// Takes an account as it is now: one that is disabled is nobody's colleague.
    pub(crate) fn note(&self, account: &Account) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        take(&mut all, account);
    }

    /// Whether one of these Patients works for the organisation.
    pub(crate) fn any_at(&self, people: &[String], organisation: &str) -> bool {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        people
            .iter()
            .filter_map(|person| all.get(person))
            .flat_map(HashMap::values)
            .any(|organisations| organisations.contains(organisation))
    }
}

fn take(all: &mut ByPerson, account: &Account) {
    let Some(person) = account
        .person
        .as_ref()
        .filter(|_| account.kind == AccountKind::Staff)
    else {
        return;
    };
    let accounts = all.entry(person.clone()).or_default();
    if account.disabled {
        accounts.remove(&account.id);
    } else {
        accounts.insert(account.id.clone(), account.works_for());
    }
}

/// Learns from every account who works where. To be called at the start and now and then: what another process changes is known
/// from the next call on, what this one changes at once.
///
/// # Errors
/// When the record cannot be read.
pub async fn learn_colleagues(actions: &Actions) -> Result<(), ActionError> {
    let mut all = ByPerson::new();
    let mut after: Option<String> = None;
    loop {
        let page = list(actions, after.as_deref()).await?;
        for kept in &page {
            take(&mut all, &kept.account);
        }
        match page.last() {
            Some(last) => after = Some(last.account.id.clone()),
            None => break,
        }
    }
    let colleagues = &actions.sights.colleagues.0;
    *colleagues.write().unwrap_or_else(PoisonError::into_inner) = all;
    Ok(())
}
