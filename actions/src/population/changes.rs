//! When to ask again: whenever one of the views that lists are made of has taken something in.

use std::future::pending;

use tokio::sync::watch;

use super::scope;
use crate::{ActionError, Actions};

/// What a list that is kept up to date waits for.
pub struct Changes {
    people: watch::Receiver<u64>,
    memory: watch::Receiver<u64>,
    caseloads: watch::Receiver<u64>,
}

/// Changes from now on.
///
/// # Errors
/// [`ActionError::Unavailable`] when the columns are not kept.
pub fn changes(actions: &Actions) -> Result<Changes, ActionError> {
    let kept = scope::kept(actions)?;
    Ok(Changes {
        people: kept.people.moves(),
        memory: kept.memory.moves(),
        caseloads: kept.caseloads.moves(),
    })
}

impl Changes {
    /// Returns once something was taken in since the last call. Of views that have ended nothing more comes.
    pub async fn next(&mut self) {
        tokio::select! {
            Ok(()) = self.people.changed() => {}
            Ok(()) = self.memory.changed() => {}
            Ok(()) = self.caseloads.changed() => {}
            else => pending().await,
        }
    }
}
