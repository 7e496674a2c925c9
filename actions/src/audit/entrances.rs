//! What happens at the doors: who came in, who was turned away, who left. The entry is durable before anybody is in.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use ::record::Role;
use ::record::audit::{Entrance, ReadEntry, ReadKind, ReadResult};
use jiff::{SignedDuration, Timestamp};

use crate::access::may_review;
use crate::{ActionError, Actions, Actor};

/// How far back the list goes.
const DAYS: i64 = 7;
/// The most that are listed.
const MOST: usize = 300;
/// Stands for an account that does not exist.
pub(crate) const NOBODY: &str = "nobody";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtTheDoor {
    /// Somebody came in, in a role.
    CameIn,
    /// Somebody could not prove who they are, or may not come in.
    TurnedAway,
    /// Somebody left, or their session was ended.
    Left,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntranceLine {
    pub at: Timestamp,
    /// The account's or the actor's internal id; "nobody" where there is no such account.
    pub actor: String,
    /// None of somebody turned away before they took a role.
    pub role: Option<Role>,
    pub organisation: Option<String>,
    pub what: AtTheDoor,
}

/// Somebody comes in.
///
/// # Errors
/// When it cannot be kept: then they may not come in.
pub(crate) async fn came_in(actions: &Actions, actor: &Actor) -> Result<(), ActionError> {
    note(actions, actor, false).await
}

/// Somebody leaves.
///
/// # Errors
/// When it cannot be kept.
pub(crate) async fn left(actions: &Actions, actor: &Actor) -> Result<(), ActionError> {
    note(actions, actor, true).await
}

async fn note(actions: &Actions, actor: &Actor, leaves: bool) -> Result<(), ActionError> {
    let entrance = Entrance {
        actor: &actor.id,
        role: Some(actor.role),
        organisation: actor.organisation.as_deref(),
        leaves,
        admitted: true,
    };
    Ok(actions.record.note_entrance(&entrance).await?)
}

/// Somebody is turned away who would be the account or client with this id, or who says a name that nobody has.
///
/// # Errors
/// When it cannot be kept.
pub async fn turned_away(actions: &Actions, id: Option<&str>) -> Result<(), ActionError> {
    let entrance = Entrance {
        actor: id.unwrap_or(NOBODY),
        role: None,
        organisation: None,
        leaves: false,
        admitted: false,
    };
    Ok(actions.record.note_entrance(&entrance).await?)
}

/// Who came in, was turned away and left in the last week at this server, newest first, and whether there is more; of one
/// account, when it is named.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn entrances(
    actions: &Actions,
    actor: &Actor,
    account: Option<&str>,
) -> Result<(Vec<EntranceLine>, bool), ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let from: Timestamp = actions.system_now() - SignedDuration::from_hours(24 * DAYS);
    // Segments come newest first, and entries within one oldest first: all are gone through, the newest are kept.
    let lines = Arc::new(Mutex::new((VecDeque::new(), 0usize)));
    let taking = Arc::clone(&lines);
    let account = account.map(str::to_owned);
    actions
        .record
        .reads_since(from, move |entry| {
            let wanted = account.as_deref().is_none_or(|account| account == entry.actor);
            if let Some(line) = line(entry).filter(|_| wanted) {
                let mut lines = taking.lock().unwrap_or_else(PoisonError::into_inner);
                keep_newest(&mut lines.0, line);
                lines.1 += 1;
            }
        })
        .await?;
    let (kept, count) = std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((kept.into(), count > MOST))
}

/// Puts a line in its place, newest first, and lets the oldest go.
fn keep_newest(lines: &mut VecDeque<EntranceLine>, line: EntranceLine) {
    let place = lines.partition_point(|known| known.at > line.at);
    if place < MOST {
        lines.insert(place, line);
        lines.truncate(MOST);
    }
}

fn line(entry: &ReadEntry) -> Option<EntranceLine> {
    let told = entry
        .reads
        .iter()
        .find_map(|read| match (read.kind, read.result) {
            (ReadKind::SignOut, _) => Some(AtTheDoor::Left),
            (ReadKind::SignIn, ReadResult::Disclosed) => Some(AtTheDoor::CameIn),
            (ReadKind::SignIn, _) => Some(AtTheDoor::TurnedAway),
            _ => None,
        })?;
    Some(EntranceLine {
        at: Timestamp::from_microsecond(entry.at).ok()?,
        actor: entry.actor.clone(),
        role: Role::from_number(entry.role),
        organisation: (!entry.organisation.is_empty()).then(|| entry.organisation.clone()),
        what: told,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_whatever_order_they_come_in() {
        let mut lines = VecDeque::new();
        // Two segments: the newer first, each in order of time.
        for second in (500..1000).chain(0..500) {
            let line = EntranceLine {
                at: Timestamp::from_second(second).expect("a time"),
                actor: "a".to_owned(),
                role: None,
                organisation: None,
                what: AtTheDoor::CameIn,
            };
            keep_newest(&mut lines, line);
        }
        let times: Vec<i64> = lines.iter().map(|line| line.at.as_second()).collect();
        assert_eq!(times, (700..1000).rev().collect::<Vec<_>>());
    }
}
