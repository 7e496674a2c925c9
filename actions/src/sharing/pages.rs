//! Which pages about a person's sharing open to somebody: a link to another would lead to "not found". Each is asked as the page
//! itself asks, and nothing of the record is read.

use super::decide::{PROXIES, may_decide};
use super::objection::OBJECTIONS;
use super::who_decides::{TYPES, is_clinician};
use crate::{ActionError, Actions, Actor};

/// The pages of one person that open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenPages {
    /// Who acts for the person.
    pub proxies: bool,
    /// Who decides.
    pub who_decides: bool,
    /// Whether the person objects to risk stratification.
    pub objection: bool,
    /// Published scores.
    pub scores: bool,
    /// What the person is due.
    pub eligibility: bool,
}

/// Which of them open to this actor, of the person whose pages go by this id.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn open_pages(actions: &Actions, actor: &Actor, person: &str) -> Result<OpenPages, ActionError> {
    let may = |types: &'static [&'static str]| async move {
        match may_decide(actions, actor, person, types).await {
            Ok(_) => Ok(true),
            Err(ActionError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    };
    // Both are worked out of the same record for the same readers.
    let scores = crate::score::opens(actions, actor, person).await?;
    Ok(OpenPages {
        proxies: may(&PROXIES).await?,
        who_decides: is_clinician(actor) && may(&TYPES).await?,
        objection: may(&OBJECTIONS).await?,
        scores,
        eligibility: scores,
    })
}
