//! The turns of the one process that writes to a store: what was read in one turn is as it was until the turn ends.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often the store was committed to, and whether it is being committed to now.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// Even between two commits, odd from before a commit can be seen until after it is.
    count: AtomicU64,
}

/// Ends a commit's turn, however the commit ends.
struct Ending<'a>(&'a Turn);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_add(1, Ordering::SeqCst);
    }
}

impl Turn {
    /// The turn that it is; `None` while a commit is under way. What was read between two equal answers is as it stands in that turn.
    pub(crate) fn now(&self) -> Option<u64> {
        let count = self.count.load(Ordering::SeqCst);
        count.is_multiple_of(2).then_some(count)
    }

    /// Commits. One thread does so at a time.
    pub(crate) fn end<T>(&self, commit: impl FnOnce() -> T) -> T {
        self.count.fetch_add(1, Ordering::SeqCst);
        let _ending = Ending(self);
        commit()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use super::*;

    #[test]
    fn no_turn_is_told_while_a_commit_is_under_way_and_another_one_after_it() {
        let turn = Turn::default();
        let before = turn.now().expect("nobody commits");
        assert_eq!(turn.end(|| turn.now()), None);
        assert_ne!(turn.now().expect("it ended"), before);
    }

    #[test]
    fn a_commit_that_fails_ends_its_turn() {
        let turn = Turn::default();
        let failed = std::panic::catch_unwind(AssertUnwindSafe(|| turn.end(|| panic!("the disk is full"))));
        assert!(failed.is_err());
        assert!(turn.now().is_some());
    }
}
