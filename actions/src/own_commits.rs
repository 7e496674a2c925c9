//! What each actor has just changed: the feed positions of their own commits that a view may not have seen yet.
//!
//! A page that answers from a view waits a moment for these, or says "updating". Kept in memory by this process alone: a
//! commit made through another process is waited for by nobody.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::record::Bucket;

/// The most actors that are remembered; beyond, all are forgotten at once, which costs them one wait.
const ACTORS: usize = 10_000;

/// Positions by actor.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnCommits {
    by_actor: Arc<Mutex<HashMap<String, BTreeMap<Bucket, u64>>>>,
}

impl OwnCommits {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, BTreeMap<Bucket, u64>>> {
        self.by_actor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a commit of an actor.
    pub(crate) fn note(&self, actor: &str, positions: &[(Bucket, u64)]) {
        let mut by_actor = self.lock();
        if by_actor.len() >= ACTORS && !by_actor.contains_key(actor) {
            by_actor.clear();
        }
        let known = by_actor.entry(actor.to_owned()).or_default();
        for &(bucket, position) in positions {
            let known = known.entry(bucket).or_default();
            *known = (*known).max(position);
        }
    }

    /// What an actor's pages have to wait for.
    pub(crate) fn of(&self, actor: &str) -> Vec<(Bucket, u64)> {
        let by_actor = self.lock();
        let known = by_actor.get(actor);
        known.map_or_else(Vec::new, |known| {
            known
                .iter()
                .map(|(bucket, position)| (*bucket, *position))
                .collect()
        })
    }

    /// Forgets what has been seen; what came meanwhile stays.
    pub(crate) fn seen(&self, actor: &str, positions: &[(Bucket, u64)]) {
        let mut by_actor = self.lock();
        let Some(known) = by_actor.get_mut(actor) else {
            return;
        };
        for (bucket, position) in positions {
            if known.get(bucket) == Some(position) {
                known.remove(bucket);
            }
        }
        if known.is_empty() {
            by_actor.remove(actor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(number: u16) -> Bucket {
        Bucket::new(number).expect("in range")
    }

    #[test]
    fn an_actor_waits_for_their_own_last_commit_in_each_bucket_and_for_nobody_elses() {
        let commits = OwnCommits::default();
        commits.note("one", &[(bucket(1), 5), (bucket(2), 1)]);
        commits.note("one", &[(bucket(1), 4)]);
        commits.note("two", &[(bucket(3), 9)]);
        let waits = commits.of("one");
        assert_eq!(waits, [(bucket(1), 5), (bucket(2), 1)]);
        commits.note("one", &[(bucket(2), 2)]);
        commits.seen("one", &waits);
        assert_eq!(commits.of("one"), [(bucket(2), 2)]);
        assert_eq!(commits.of("nobody"), []);
    }
}
