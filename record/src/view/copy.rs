//! A view with the positions it has reached.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Now, Read, Since, Step};
use super::shape::View;
use crate::ids::{Bucket, PersonKey};

/// A view, how far it has followed each bucket, and whom it could not take in.
pub(super) struct Copy<V> {
    pub(super) view: V,
    /// Every bucket, ascending; 0 before its first entry.
    pub(super) positions: Vec<u64>,
    /// People of whom something could not be read; each is left out until it can.
    pub(super) left_out: BTreeSet<PersonKey>,
    /// Feed entries that could not be read: whom they were about is not known.
    pub(super) skipped: u64,
    /// The last reason why somebody was left out.
    pub(super) reason: Option<String>,
    /// Of every bucket, up to where the feed may tell of something that is here already: people were read as they are now.
    known_to: Vec<u64>,
    /// The same of single people, where it is further.
    ahead: BTreeMap<PersonKey, u64>,
}

impl<V: View> Copy<V> {
    pub(super) fn new() -> Copy<V> {
        Copy {
            view: V::default(),
            positions: Bucket::all().map(|_| 0).collect(),
            left_out: BTreeSet::new(),
            skipped: 0,
            reason: None,
            known_to: Bucket::all().map(|_| 0).collect(),
            ahead: BTreeMap::new(),
        }
    }

    /// Everybody here may have been read as late as when the buckets stood so.
    pub(super) fn may_know(&mut self, heads: &[(Bucket, u64)]) {
        for &(bucket, head) in heads {
            if let Some(known) = self.known_to.get_mut(usize::from(bucket.number())) {
                *known = (*known).max(head);
            }
        }
    }

    /// These buckets with what a read of what they brought since has to know.
    pub(super) fn since(&self, behind: &[(Bucket, u64)]) -> Since {
        let known = |bucket: Bucket| {
            let known = self.known_to.get(usize::from(bucket.number()));
            known.copied().unwrap_or(u64::MAX)
        };
        Since {
            behind: behind
                .iter()
                .map(|&(bucket, after)| (bucket, after, known(bucket)))
                .collect(),
            ahead: self.ahead.clone(),
            left_out: self.left_out.clone(),
        }
    }

    pub(super) fn position(&self, bucket: Bucket) -> u64 {
        self.positions
            .get(usize::from(bucket.number()))
            .copied()
            .unwrap_or_default()
    }

    /// Moves a bucket on; never back.
    pub(super) fn reach(&mut self, bucket: Bucket, to: u64) {
        if let Some(position) = self.positions.get_mut(usize::from(bucket.number())) {
            *position = (*position).max(to);
        }
        self.ahead
            .retain(|person, ahead| person.bucket() != bucket || *ahead > to);
    }

    /// Whether it has seen all that these positions say.
    pub(super) fn has_reached(&self, positions: &[(Bucket, u64)]) -> bool {
        positions
            .iter()
            .all(|&(bucket, position)| self.position(bucket) >= position)
    }

    /// The buckets that have gone on since, with the position reached here.
    pub(super) fn behind(&self, heads: &[(Bucket, u64)]) -> Vec<(Bucket, u64)> {
        heads
            .iter()
            .map(|&(bucket, head)| (bucket, self.position(bucket), head))
            .filter(|(_, position, head)| position < head)
            .map(|(bucket, position, _)| (bucket, position))
            .collect()
    }

    /// Takes in what people have now.
    pub(super) fn take(&mut self, people: Vec<Read<V>>) {
        for (person, now) in people {
            match now {
                Now::Whole(Ok(kept)) => {
                    self.view.put(person, kept);
                    self.left_out.remove(&person);
                }
                Now::More(more) => self.view.add(person, more),
                // What was kept is older than the record, and might be what must no longer be found.
                Now::Whole(Err(reason)) => {
                    self.view.put(person, None);
                    self.left_out.insert(person);
                    self.reason = Some(reason);
                }
            }
        }
    }

    /// Takes in a step; true when an older snapshot must go.
    pub(super) fn apply(&mut self, step: Step<V>) -> bool {
        if let Some(head) = step.head.filter(|head| *head > step.to) {
            let whole = |(person, now): &Read<V>| matches!(now, Now::Whole(_)).then_some((*person, head));
            self.ahead.extend(step.people.iter().filter_map(whole));
        }
        self.take(step.people);
        self.reach(step.bucket, step.to);
        if step.skipped > 0 {
            self.skipped += step.skipped;
            self.reason = Some("a feed entry could not be read".to_owned());
        }
        step.destroyed
    }

    /// How many people are left out and entries unread: nothing is complete above 0.
    pub(super) fn incomplete(&self) -> u64 {
        self.left_out.len() as u64 + self.skipped
    }
}
