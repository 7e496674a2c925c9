//! The two clocks. [`SystemClock`] stamps ids, `lastUpdated`, audit, sessions and tokens and is never set;
//! [`CareClock`] answers "what is today's date for care" (age, due, overdue) and may be set in demos and tests.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Where the present moment comes from: always passed as an argument, never taken from the air.
pub trait SystemClock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock; the one place in Sarsen that reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wall;

impl SystemClock for Wall {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else is given"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands where a test puts it and moves only when told.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<Timestamp>>);

impl FixedClock {
    /// A clock standing at `at`.
    #[must_use]
    pub fn new(at: Timestamp) -> FixedClock {
        FixedClock(Arc::new(Mutex::new(at)))
    }

    /// Puts the clock somewhere else.
    pub fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Moves the clock forward (or back, when negative).
    pub fn advance(&self, by: SignedDuration) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *at = at.saturating_add(by).unwrap_or(*at);
    }
}

impl SystemClock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clock that care rules are computed by: the system clock, unless it was shifted or paused. Cheap to clone;
/// clones share one setting.
#[derive(Clone)]
pub struct CareClock {
    system: Arc<dyn SystemClock>,
    setting: Arc<Mutex<Setting>>,
}

#[derive(Debug, Clone, Copy)]
enum Setting {
    Running(SignedDuration),
    Paused(Timestamp),
}

impl CareClock {
    /// A care clock that follows `system`.
    #[must_use]
    pub fn new(system: Arc<dyn SystemClock>) -> CareClock {
        CareClock {
            system,
            setting: Arc::new(Mutex::new(Setting::Running(SignedDuration::ZERO))),
        }
    }

    /// The present moment as care sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self.setting() {
            Setting::Running(offset) => {
                let now = self.system.now();
                now.saturating_add(offset).unwrap_or(now)
            }
            Setting::Paused(at) => at,
        }
    }

    /// Makes it `at` now; the clock keeps running from there (or stays paused there).
    pub fn set(&self, at: Timestamp) {
        let next = match self.setting() {
            Setting::Running(_) => Setting::Running(at.duration_since(self.system.now())),
            Setting::Paused(_) => Setting::Paused(at),
        };
        self.replace(next);
    }

    /// Stops the clock where it stands.
    pub fn pause(&self) {
        self.replace(Setting::Paused(self.now()));
    }

    /// Lets the clock run on from where it stands.
    pub fn resume(&self) {
        self.replace(Setting::Running(self.now().duration_since(self.system.now())));
    }

    /// Returns to the system clock.
    pub fn reset(&self) {
        self.replace(Setting::Running(SignedDuration::ZERO));
    }

    fn setting(&self) -> Setting {
        *self.setting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, next: Setting) {
        *self.setting.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn a_paused_care_clock_stands_while_the_system_clock_runs() {
        let system = FixedClock::new(at("2026-01-01T00:00:00Z"));
        let care = CareClock::new(Arc::new(system.clone()));
        care.set(at("2030-06-01T12:00:00Z"));
        care.pause();
        system.advance(SignedDuration::from_hours(5));
        assert_eq!(care.now(), at("2030-06-01T12:00:00Z"));
        care.resume();
        system.advance(SignedDuration::from_hours(1));
        assert_eq!(care.now(), at("2030-06-01T13:00:00Z"));
        care.reset();
        assert_eq!(care.now(), at("2026-01-01T06:00:00Z"));
    }
}
