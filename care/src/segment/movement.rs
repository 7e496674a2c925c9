//! Movement between segments from one day to a later one: how many went from each to each, who came and who left.

/// Counts from which a figure is shown; smaller ones could point to people.
const SHOWN_FROM: u64 = 10;

/// How many people moved from each segment to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    segments: usize,
    counts: Vec<u64>,
}

impl Movement {
    /// Of nobody yet, between so many segments.
    pub fn between(segments: usize) -> Movement {
        let sides = segments + 1;
        Movement {
            segments,
            counts: vec![0; sides * sides],
        }
    }

    /// Counts one person: the segment before and after, nothing when they were not there (born, moved in, moved out,
    /// died). Places beyond the model, and who was in neither, are not counted.
    pub fn count(&mut self, before: Option<usize>, after: Option<usize>) {
        self.add(before, after, 1);
    }

    /// As [`Movement::count`], of so many people who went the same way.
    pub fn add(&mut self, before: Option<usize>, after: Option<usize>, people: u64) {
        if before.is_none() && after.is_none() {
            return;
        }
        if let Some(kept) = self
            .cell(before, after)
            .and_then(|place| self.counts.get_mut(place))
        {
            *kept += people;
        }
    }

    /// How many went from one to another; nothing means that they came or left.
    pub fn exact(&self, before: Option<usize>, after: Option<usize>) -> u64 {
        let place = self.cell(before, after);
        place
            .and_then(|place| self.counts.get(place))
            .copied()
            .unwrap_or(0)
    }

    /// As [`Movement::exact`], to be shown: nothing for 1 to 9. Whoever shows totals beside it must see that the hidden figure
    /// cannot be had by subtraction.
    pub fn shown(&self, before: Option<usize>, after: Option<usize>) -> Option<u64> {
        match self.exact(before, after) {
            0 => Some(0),
            count => (count >= SHOWN_FROM).then_some(count),
        }
    }

    /// How many were in a segment before.
    pub fn before(&self, segment: usize) -> u64 {
        let left = self.exact(Some(segment), None);
        (0..self.segments).fold(left, |sum, after| sum + self.exact(Some(segment), Some(after)))
    }

    /// How many are in a segment after.
    pub fn after(&self, segment: usize) -> u64 {
        let came = self.exact(None, Some(segment));
        (0..self.segments).fold(came, |sum, before| sum + self.exact(Some(before), Some(segment)))
    }

    fn cell(&self, before: Option<usize>, after: Option<usize>) -> Option<usize> {
        let side = |segment: Option<usize>| match segment {
            Some(segment) => (segment < self.segments).then_some(segment),
            None => Some(self.segments),
        };
        Some(side(before)? * (self.segments + 1) + side(after)?)
    }
}
