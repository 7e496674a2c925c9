//! A view with the positions it has reached.

use std::collections::BTreeSet;

use super::read::{Read, Step};
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
}

impl<V: View> Copy<V> {
    pub(super) fn new() -> Copy<V> {
        Copy {
            view: V::default(),
            positions: Bucket::all().map(|_| 0).collect(),
            left_out: BTreeSet::new(),
            skipped: 0,
            reason: None,
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
        for (person, kept) in people {
            match kept {
                Ok(kept) => {
                    self.view.put(person, kept);
                    self.left_out.remove(&person);
                }
                // What was kept is older than the record, and might be what must no longer be found.
                Err(reason) => {
                    self.view.put(person, None);
                    self.left_out.insert(person);
                    self.reason = Some(reason);
                }
            }
        }
    }

    /// Takes in a step; true when an older snapshot must go.
    pub(super) fn apply(&mut self, step: Step<V>) -> bool {
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
