//! Latencies by size, so that a quantile of millions costs 30 kB and no sorting.

/// Buckets for each doubling: a quantile is read to within 1 part in 64.
const STEPS: u64 = 64;
/// Bits of [`STEPS`].
const STEP_BITS: u32 = 6;
/// Enough for every 64-bit value.
const BUCKETS: usize = (64 - STEP_BITS as usize + 1) * STEPS as usize;

/// Counts of values (here microseconds) in buckets that grow with the value.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(super) fn new() -> Histogram {
        Histogram {
            counts: vec![0; BUCKETS],
            total: 0,
        }
    }

    pub(super) fn add(&mut self, value: u64) {
        self.counts[bucket(value)] += 1;
        self.total += 1;
    }

    pub(super) fn merge(&mut self, other: &Histogram) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    /// The value that `share` (0 to 1) of all values do not exceed, by nearest rank; the top of its bucket, so that it
    /// is never told too small. 0 when there is no value.
    pub(super) fn quantile(&self, share: f64) -> u64 {
        let rank = ((share.clamp(0.0, 1.0) * self.total as f64).ceil() as u64).max(1);
        let mut seen = 0;
        for (at, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return top(at as u64);
            }
        }
        0
    }
}

fn bucket(value: u64) -> usize {
    if value < STEPS {
        return value as usize;
    }
    let shift = u64::BITS - 1 - value.leading_zeros() - STEP_BITS;
    (u64::from(shift) * STEPS + (value >> shift)) as usize
}

/// The largest value of a bucket.
fn top(bucket: u64) -> u64 {
    if bucket < 2 * STEPS {
        return bucket;
    }
    let shift = bucket / STEPS - 1;
    let first = (bucket % STEPS + STEPS) << shift;
    first + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, Histogram, bucket, top};
    use crate::bench::generate::Seed;

    #[test]
    fn quantiles_agree_with_the_sorted_values_to_within_a_sixty_fourth() {
        let mut seed = Seed::new(7);
        let mut histogram = Histogram::new();
        let mut values: Vec<u64> = (0..10_000)
            .map(|_| seed.below(1 << (1 + seed.clone().below(30))))
            .collect();
        for value in &values {
            histogram.add(*value);
        }
        values.sort_unstable();
        for (share, rank) in [
            (0.01, 100),
            (0.5, 5_000),
            (0.95, 9_500),
            (0.99, 9_900),
            (1.0, 10_000),
        ] {
            let exact = values[rank - 1];
            let told = histogram.quantile(share);
            assert!(
                told >= exact && told <= exact + exact / 64 + 1,
                "{share}: {told} for {exact}"
            );
        }
    }

    #[test]
    fn every_value_lies_in_the_bucket_whose_top_bounds_it() {
        for value in (0..200)
            .chain((7..64).flat_map(|bit| [(1u64 << bit) - 1, 1 << bit, (1 << bit) + 1]))
            .chain([u64::MAX])
        {
            let at = bucket(value);
            assert!(at < BUCKETS, "{value}");
            assert!(top(at as u64) >= value, "{value}");
            assert!(at == 0 || top(at as u64 - 1) < value, "{value}");
        }
    }

    #[test]
    fn merged_histograms_count_what_both_counted() {
        let (mut one, mut other) = (Histogram::new(), Histogram::new());
        (0..50).for_each(|_| one.add(10));
        (0..50).for_each(|_| other.add(1_000_000));
        one.merge(&other);
        assert_eq!(one.quantile(0.5), 10);
        assert!(one.quantile(0.51) >= 1_000_000);
    }

    #[test]
    fn no_value_has_a_quantile_of_nought() {
        assert_eq!(Histogram::new().quantile(0.99), 0);
    }
}
