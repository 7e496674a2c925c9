//! Token buckets: an allowance that is used up by requests and fills up again with time.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Instant;

/// The most buckets that are kept.
const MOST: usize = 100_000;

/// So many a second, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Allowance {
    rate: f64,
    burst: f64,
}

impl Allowance {
    /// `None` when there is no limit. At least one request may always come at once.
    pub(super) fn new(rate: u32, burst: u32) -> Option<Allowance> {
        (rate > 0).then(|| Allowance {
            rate: f64::from(rate),
            burst: f64::from(burst.max(1)),
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn filled(self, allowance: Allowance, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + passed * allowance.rate).min(allowance.burst)
    }
}

/// The buckets of many; whoever has none has a full one.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    all: HashMap<K, Bucket>,
    most: usize,
}

impl<K> Default for Buckets<K> {
    fn default() -> Buckets<K> {
        Buckets {
            all: HashMap::new(),
            most: MOST,
        }
    }
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    /// Takes one; otherwise the whole seconds until there is one, at least 1.
    pub(super) fn take(&mut self, who: &K, allowance: Allowance, now: Instant) -> Result<(), u64> {
        let left = match self.all.get(who) {
            Some(bucket) => bucket.filled(allowance, now),
            None => {
                self.make_room(now);
                allowance.burst
            }
        };
        let after = if left >= 1.0 { left - 1.0 } else { left };
        let bucket = Bucket { left: after, at: now };
        self.all.insert(who.clone(), bucket);
        if left >= 1.0 {
            return Ok(());
        }
        let seconds = ((1.0 - left) / allowance.rate).ceil();
        Err((1_u32..=3600)
            .find(|whole| f64::from(*whole) >= seconds)
            .map_or(3600, u64::from))
    }

    /// At the limit, the half that was used longest ago is forgotten: those are full again or soon will be, and a flood of
    /// new addresses cannot fill the memory.
    fn make_room(&mut self, now: Instant) {
        if self.all.len() < self.most {
            return;
        }
        let mut ages: Vec<_> = self
            .all
            .values()
            .map(|bucket| now.saturating_duration_since(bucket.at))
            .collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        self.all
            .retain(|_, bucket| now.saturating_duration_since(bucket.at) < median);
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, Buckets};
    use std::time::{Duration, Instant};

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let allowance = Allowance::new(2, 3).expect("a limit");
        let mut buckets = Buckets::default();
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(buckets.take(&"one", allowance, start), Ok(()));
        }
        assert_eq!(buckets.take(&"one", allowance, start), Err(1));
        assert_eq!(
            buckets.take(&"other", allowance, start),
            Ok(()),
            "each has its own"
        );
        let later = start + Duration::from_millis(500);
        assert_eq!(buckets.take(&"one", allowance, later), Ok(()));
        assert_eq!(buckets.take(&"one", allowance, later), Err(1));
        // However long nobody asks, no more than the burst is there.
        let much_later = start + Duration::from_secs(3600);
        for _ in 0..3 {
            assert_eq!(buckets.take(&"one", allowance, much_later), Ok(()));
        }
        assert_eq!(buckets.take(&"one", allowance, much_later), Err(1));
    }

    #[test]
    fn asking_on_while_refused_does_not_put_the_next_one_off() {
        let allowance = Allowance::new(1, 1).expect("a limit");
        let mut buckets = Buckets::default();
        let start = Instant::now();
        assert_eq!(buckets.take(&1, allowance, start), Ok(()));
        for tenth in 1..10 {
            let now = start + Duration::from_millis(100 * tenth);
            assert_eq!(buckets.take(&1, allowance, now), Err(1));
        }
        let now = start + Duration::from_millis(1001);
        assert_eq!(buckets.take(&1, allowance, now), Ok(()));
    }

    #[test]
    fn a_rate_of_nought_is_no_limit_and_a_burst_of_nought_lets_one_through() {
        assert_eq!(Allowance::new(0, 100), None);
        let allowance = Allowance::new(1, 0).expect("a limit");
        assert_eq!(Buckets::default().take(&1, allowance, Instant::now()), Ok(()));
    }

    #[test]
    fn a_flood_of_new_addresses_is_forgotten_before_it_fills_the_memory() {
        let allowance = Allowance::new(1, 1).expect("a limit");
        let mut buckets = Buckets {
            most: 100,
            ..Buckets::default()
        };
        let start = Instant::now();
        for each in 0..10_000_u64 {
            let _ = buckets.take(&each, allowance, start + Duration::from_millis(each));
        }
        assert!(buckets.all.len() <= 100, "{}", buckets.all.len());
    }
}
