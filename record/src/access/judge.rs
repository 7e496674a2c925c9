//! Who makes a lens of what is known: the rules, which live above this floor.

use std::sync::Arc;

use crate::access::{Facts, Tie};
use crate::lens::Lens;

/// Says what one actor, for one purpose, may see and change. It is asked once for each record that a request meets.
pub trait Judge: Send + Sync {
    /// The lens for the record of which these are the facts, now.
    fn lens(&self, facts: &Facts) -> Arc<Lens>;

    /// Whether the actor may write something new under an id of their own choice; whoever may learns which ids are taken.
    fn chooses_ids(&self) -> bool;

    /// Whether the actor may write by hand what says by our own codes who may open a record, and drop labels by which a person shares.
    fn keeps_access(&self) -> bool;

    /// Whether the actor may change or delete, as a document, what somebody else wrote.
    fn changes_others(&self) -> bool;

    /// Whether these ties would make lasting what the actor has for a time alone: they have to do with the person only because they opened
    /// the record, said so, or hold a case, and one of the ties is theirs. Of judges that know no ties none would.
    fn would_stay(&self, _facts: &Facts, _made: &[Tie]) -> bool {
        false
    }

    /// Whether the actor may hear that something was destroyed here; for others it never was.
    fn hears_of_destruction(&self) -> bool;

    /// Bytes that differ when the actor's rights or the rules differ: tokens of pages are bound to them.
    fn fingerprint(&self) -> [u8; 32];
}

/// The eyes of one actor for one purpose: an argument of every read and write.
#[derive(Clone)]
pub struct Sight {
    judge: Arc<dyn Judge>,
}

impl Sight {
    /// Through the lenses of this judge.
    #[must_use]
    pub fn of(judge: Arc<dyn Judge>) -> Sight {
        Sight { judge }
    }

    pub(crate) fn judge(&self) -> &dyn Judge {
        &*self.judge
    }
}

/// The record's own work, which no rule narrows.
struct Own;

impl Judge for Own {
    fn lens(&self, _facts: &Facts) -> Arc<Lens> {
        Arc::new(Lens::everything())
    }

    fn chooses_ids(&self) -> bool {
        true
    }

    fn keeps_access(&self) -> bool {
        true
    }

    fn changes_others(&self) -> bool {
        true
    }

    fn hears_of_destruction(&self) -> bool {
        true
    }

    fn fingerprint(&self) -> [u8; 32] {
        [0; 32]
    }
}

impl Sight {
    pub(crate) fn own() -> Sight {
        Sight::of(Arc::new(Own))
    }
}
