//! The synthetic region as the pages see it, shared with whoever grows it: its boundaries, its latest figures, and how
//! far it has come. Whoever grows it replaces the figures while the pages are served; a page reads one moment of it.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use synthetic::summary::Summary;

/// How far the region's people have been poured into the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Growth {
    /// Nobody pours: the figures are of everybody.
    #[default]
    Whole,
    /// So many people are in the record, of so many.
    Pouring {
        /// People poured so far.
        poured: u32,
        /// People the region is to have.
        of: u32,
    },
    /// It stopped before the end; the words say why, as a lowercase fragment. What was poured stays.
    Stopped {
        /// People poured before it stopped.
        poured: u32,
        /// People the region was to have.
        of: u32,
        /// Why.
        why: String,
    },
}

/// One moment of the region.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moment {
    /// None until the first figures are there.
    pub(crate) summary: Option<Arc<Summary>>,
    pub(crate) growth: Growth,
}

/// The region behind the pages. Copies share it.
#[derive(Debug, Clone)]
pub struct ShownRegion {
    boundaries: Bytes,
    moment: Arc<RwLock<Moment>>,
}

impl ShownRegion {
    /// A region without figures yet. `boundaries` is GeoJSON (WGS 84): one polygon or multipolygon an area, with the
    /// properties `lsoa21_code` and `lsoa21_name`. It is served as it is.
    pub fn new(boundaries: impl Into<Bytes>) -> ShownRegion {
        ShownRegion {
            boundaries: boundaries.into(),
            moment: Arc::default(),
        }
    }

    /// Shows these figures from now on.
    pub fn show(&self, summary: Summary) {
        let summary = Some(Arc::new(summary));
        self.change(|moment| moment.summary = summary);
    }

    /// Says how far it has grown.
    pub fn set_growth(&self, growth: Growth) {
        self.change(|moment| moment.growth = growth);
    }

    fn change(&self, change: impl FnOnce(&mut Moment)) {
        // A panic while the lock was held leaves a moment that is still one.
        change(&mut self.moment.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn now(&self) -> Moment {
        self.moment.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn boundaries(&self) -> Bytes {
        self.boundaries.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{Growth, ShownRegion};
    use synthetic::summary::Summary;

    #[test]
    fn a_copy_sees_what_the_other_shows_and_a_moment_stays_as_it_was_read() {
        let region = ShownRegion::new("{}");
        let (copy, before) = (region.clone(), region.now());
        region.show(Summary {
            people: 7,
            ..Summary::default()
        });
        region.set_growth(Growth::Pouring { poured: 7, of: 9 });
        let after = copy.now();
        assert_eq!(after.summary.expect("figures").people, 7);
        assert_eq!(after.growth, Growth::Pouring { poured: 7, of: 9 });
        assert!(before.summary.is_none() && before.growth == Growth::Whole);
    }
}
