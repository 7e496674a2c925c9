//! Where every follower and view stands, and what was given up.

use ::record::view::ViewStatus;
use ::record::{Actor, Dead, DeadKind, FollowerStatus};

use crate::followers::{MOST_SHOWN, refuse_others};
use crate::{ActionError, Actions};

/// Everything that follows the record. No data of people stand in it.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Reactors and senders, by name.
    pub followers: Vec<FollowerStatus>,
    /// What they gave up, at most [`MOST_SHOWN`] of each kind.
    pub dead: Vec<Dead>,
    /// The views of this process; other processes on the same database keep their own.
    pub views: Vec<ViewStanding>,
}

/// Where one view of this process stands.
#[derive(Debug, Clone)]
pub struct ViewStanding {
    pub status: ViewStatus,
    /// How many people it holds; `None` while it is built for the first time.
    pub people: Option<u64>,
}

/// Where everything stands.
///
/// # Errors
/// For whoever may not see it, and when the record cannot be read.
pub async fn see(actions: &Actions, actor: &Actor) -> Result<Standing, ActionError> {
    refuse_others(actor)?;
    let mut standing = Standing {
        followers: actions.record.followers().await?,
        dead: actions.record.dead(MOST_SHOWN).await?,
        views: Vec::new(),
    };
    if let Some(lookup) = &actions.lookup {
        standing.views.push(ViewStanding {
            status: lookup.status().await?,
            people: lookup.read(|lookup| lookup.people() as u64),
        });
    }
    if let Some(kept) = &actions.population {
        standing.views.push(ViewStanding {
            status: kept.people.status().await?,
            people: kept.people.read(|view| view.columns().people() as u64),
        });
        standing.views.push(ViewStanding {
            status: kept.caseloads.status().await?,
            people: kept.caseloads.read(|caseloads| caseloads.people() as u64),
        });
        standing.views.push(ViewStanding {
            status: kept.memory.status().await?,
            people: kept.memory.read(|memory| memory.people() as u64),
        });
        standing.views.push(ViewStanding {
            status: kept.organisations.status().await?,
            people: kept.organisations.read(|all| all.len() as u64),
        });
    }
    Ok(standing)
}

/// One thing that was given up.
///
/// # Errors
/// For whoever may not see it, when it is not there any more, and when the record cannot be read.
pub async fn find(
    actions: &Actions,
    actor: &Actor,
    kind: DeadKind,
    follower: &str,
    bucket: u16,
    key: &str,
) -> Result<Dead, ActionError> {
    refuse_others(actor)?;
    let dead = actions.record.dead(MOST_SHOWN).await?;
    let is_it = |one: &Dead| {
        one.kind == kind && one.follower == follower && one.bucket.number() == bucket && one.key == key
    };
    dead.into_iter().find(is_it).ok_or(ActionError::NotFound)
}
