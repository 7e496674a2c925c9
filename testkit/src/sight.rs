//! The eyes of whoever sees everything: for tests of the floors below the rules.

use std::sync::Arc;

use record::Lens;
use record::access::{Facts, Judge, Sight};

struct Everything;

impl Judge for Everything {
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
        [1; 32]
    }
}

/// Sees everything, and may change it.
#[must_use]
pub fn everything() -> Sight {
    Sight::of(Arc::new(Everything))
}
