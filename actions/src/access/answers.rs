//! What the policies said, by who asks as they see them. Whoever is the same to the policies is answered the same, so that the
//! second nurse of a service, in a record of a sort that was met before, waits for no policy.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use ::record::{Lens, Role};
use care::access::Situation;

use crate::access::rules::{Attribute, Principal, principal};
use crate::{Actor, Purpose};

/// Situations kept for each; a full memory is emptied.
const MOST: usize = 4096;

/// An actor and a purpose as far as policies see them: all that an answer can depend on besides the situation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SeenAs {
    role: Role,
    activities: BTreeSet<String>,
    job_role: Option<String>,
    organisation: Option<String>,
    identity: u8,
    authentication: u8,
    house: bool,
    purpose: Purpose,
}

impl SeenAs {
    pub(crate) fn of(actor: &Actor, purpose: Purpose) -> SeenAs {
        let standing = &actor.standing;
        SeenAs {
            role: actor.role,
            activities: standing.activities.clone(),
            job_role: standing.job_role.clone(),
            organisation: actor.organisation.clone(),
            identity: standing.identity_assurance,
            authentication: standing.authentication_assurance,
            house: standing.house,
            purpose,
        }
    }

    /// The purpose, which policies find in the situation.
    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The entity that policies call the principal.
    pub(crate) fn principal(&self) -> Option<Principal> {
        let text = |text: &Option<String>| Attribute::Text(text.clone().unwrap_or_default());
        principal(vec![
            ("role", Attribute::Text(self.role.code().to_owned())),
            (
                "activities",
                Attribute::Set(self.activities.iter().cloned().collect()),
            ),
            ("jobRole", text(&self.job_role)),
            ("organisation", text(&self.organisation)),
            ("identity", Attribute::Number(i64::from(self.identity))),
            (
                "authentication",
                Attribute::Number(i64::from(self.authentication)),
            ),
            ("house", Attribute::Is(self.house)),
        ])
    }
}

/// What was answered to those who are seen so.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) principal: Option<Principal>,
    pub(crate) chooses_ids: bool,
    pub(crate) keeps_access: bool,
    pub(crate) changes_others: bool,
    pub(crate) hears_of_destruction: bool,
    lenses: Mutex<HashMap<Situation, Lens>>,
}

impl Answers {
    pub(crate) fn to(principal: Option<Principal>) -> Answers {
        Answers {
            principal,
            ..Answers::default()
        }
    }

    /// The lens of a situation, without the seals that are the actor's own; asked for when it occurs for the first time.
    pub(crate) fn lens(&self, situation: &Situation, ask: impl FnOnce() -> Lens) -> Lens {
        let known = |lenses: &Mutex<HashMap<Situation, Lens>>| {
            let lenses = lenses.lock().unwrap_or_else(PoisonError::into_inner);
            lenses.get(situation).cloned()
        };
        if let Some(lens) = known(&self.lenses) {
            return lens;
        }
        // Not under the lock: two that ask at once are told the same.
        let lens = ask();
        let mut lenses = self.lenses.lock().unwrap_or_else(PoisonError::into_inner);
        if lenses.len() >= MOST {
            lenses.clear();
        }
        lenses.insert(situation.clone(), lens.clone());
        lens
    }
}

/// The answers of one set of policies.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<HashMap<SeenAs, Arc<Answers>>>);

impl Remembered {
    pub(crate) fn of(&self, seen: &SeenAs, begin: impl FnOnce() -> Answers) -> Arc<Answers> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answers) = all.get(seen) {
            return Arc::clone(answers);
        }
        if all.len() >= MOST {
            all.clear();
        }
        let answers = Arc::new(begin());
        all.insert(seen.clone(), Arc::clone(&answers));
        answers
    }
}
