//! The two clocks. [`SystemClock`] stamps ids, `lastUpdated`, audit, sessions and tokens and is never set;
//! [`CareClock`] answers "what is today's date for care" (age, due, overdue) and may be set in demos and tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// The clock that care rules are computed by: the system clock, unless it was set, paused or made to run faster. Cheap to
/// clone; clones share one setting.
#[derive(Clone)]
pub struct CareClock {
    system: Arc<dyn SystemClock>,
    setting: Arc<Mutex<Setting>>,
}

/// How fast the care clock runs beside the system clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It stands.
    Paused,
    /// This many seconds of care in each second; 1 is the pace of the system clock.
    Times(u32),
}

/// How a care clock stood at a moment, so that another one goes on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// How fast it ran.
    pub pace: Pace,
    /// What it showed.
    pub care: Timestamp,
    /// What the system clock showed.
    pub system: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum Setting {
    Running(SignedDuration),
    Fast(Fast),
    Paused(Timestamp),
}

/// A clock that left `care` when the system clock showed `system`, and runs `factor` times as fast since.
#[derive(Debug, Clone, Copy)]
struct Fast {
    system: Timestamp,
    care: Timestamp,
    factor: u32,
}

impl Fast {
    /// What it shows when the system clock shows `now`; never less than it showed before. A system clock that is put back
    /// by a second would else put care back by a whole day.
    fn at(&mut self, now: Timestamp) -> Timestamp {
        let factor = i32::try_from(self.factor).unwrap_or(i32::MAX);
        let elapsed = now.duration_since(self.system);
        if elapsed.is_negative() {
            self.system = now;
            return self.care;
        }
        let shown = elapsed
            .checked_mul(factor)
            .and_then(|elapsed| self.care.checked_add(elapsed).ok());
        let shown = shown.unwrap_or(Timestamp::MAX);
        (self.system, self.care) = (now, shown);
        shown
    }
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
        let mut setting = self.setting();
        self.shown(&mut setting)
    }

    /// Makes it `at` now; the clock keeps its pace from there (or stays paused there).
    pub fn set(&self, at: Timestamp) {
        let mut setting = self.setting();
        let system = self.system.now();
        *setting = match *setting {
            Setting::Running(_) => Setting::Running(at.duration_since(system)),
            Setting::Fast(fast) => Setting::Fast(Fast {
                system,
                care: at,
                factor: fast.factor,
            }),
            Setting::Paused(_) => Setting::Paused(at),
        };
    }

    /// Stops the clock where it stands.
    pub fn pause(&self) {
        let mut setting = self.setting();
        *setting = Setting::Paused(self.shown(&mut setting));
    }

    /// Lets the clock run on from where it stands, at the pace of the system clock.
    pub fn resume(&self) {
        self.run_at(1);
    }

    /// Lets the clock run on from where it stands, `factor` times as fast as the system clock; 0 stops it.
    ///
    /// At 60 a minute passes each second, at 1,440 a day each minute. Whatever the pace, the clock does not jump when it
    /// changes; past the pace of the system clock it never goes back either.
    pub fn run_at(&self, factor: u32) {
        let mut setting = self.setting();
        if factor == 1 && matches!(*setting, Setting::Running(_)) {
            return;
        }
        let care = self.shown(&mut setting);
        let system = self.system.now();
        *setting = match factor {
            0 => Setting::Paused(care),
            1 => Setting::Running(care.duration_since(system)),
            _ => Setting::Fast(Fast { system, care, factor }),
        };
    }

    /// Returns to the system clock.
    pub fn reset(&self) {
        *self.setting() = Setting::Running(SignedDuration::ZERO);
    }

    /// How fast it runs.
    #[must_use]
    pub fn pace(&self) -> Pace {
        match *self.setting() {
            Setting::Running(_) => Pace::Times(1),
            Setting::Fast(fast) => Pace::Times(fast.factor),
            Setting::Paused(_) => Pace::Paused,
        }
    }

    /// How it stands; none while it shows what the system clock shows.
    #[must_use]
    pub fn stand(&self) -> Option<Stand> {
        let mut setting = self.setting();
        let pace = match *setting {
            Setting::Running(SignedDuration::ZERO) => return None,
            Setting::Running(_) => Pace::Times(1),
            Setting::Fast(fast) => Pace::Times(fast.factor),
            Setting::Paused(_) => Pace::Paused,
        };
        let care = self.shown(&mut setting);
        let system = self.system.now();
        Some(Stand { pace, care, system })
    }

    /// Goes on from where a clock stood. One at the pace of the day is as far from the system clock as it was; one that ran
    /// faster goes on from what it showed: the time in which nothing ran is not lived in leaps.
    pub fn go_on(&self, from: Stand) {
        let mut setting = self.setting();
        *setting = match from.pace {
            Pace::Paused | Pace::Times(0) => Setting::Paused(from.care),
            Pace::Times(1) => Setting::Running(from.care.duration_since(from.system)),
            Pace::Times(factor) => Setting::Fast(Fast {
                system: self.system.now(),
                care: from.care,
                factor,
            }),
        };
    }

    /// Whether it shows what the system clock shows: it was never set, or was put back since.
    #[must_use]
    pub fn is_system(&self) -> bool {
        matches!(*self.setting(), Setting::Running(SignedDuration::ZERO))
    }

    fn shown(&self, setting: &mut Setting) -> Timestamp {
        match setting {
            Setting::Running(offset) => {
                let now = self.system.now();
                now.saturating_add(*offset).unwrap_or(now)
            }
            Setting::Fast(fast) => fast.at(self.system.now()),
            Setting::Paused(at) => *at,
        }
    }

    fn setting(&self) -> MutexGuard<'_, Setting> {
        self.setting.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn a_fast_care_clock_passes_a_day_in_each_minute_and_leaves_the_system_clock_alone() {
        let began = at("2026-01-01T00:00:00Z");
        let system = FixedClock::new(began);
        let care = CareClock::new(Arc::new(system.clone()));
        assert_eq!(care.pace(), Pace::Times(1));
        care.run_at(1440);
        assert_eq!(care.pace(), Pace::Times(1440));
        assert_eq!(care.now(), began);
        system.advance(SignedDuration::from_mins(3));
        assert_eq!(care.now(), at("2026-01-04T00:00:00Z"));
        assert_eq!(system.now(), at("2026-01-01T00:03:00Z"));
        // A change of pace, a pause and going on do not make it jump.
        care.run_at(60);
        assert_eq!(care.now(), at("2026-01-04T00:00:00Z"));
        system.advance(SignedDuration::from_secs(2));
        assert_eq!(care.now(), at("2026-01-04T00:02:00Z"));
        care.run_at(0);
        system.advance(SignedDuration::from_secs(2));
        assert_eq!(
            (care.now(), care.pace()),
            (at("2026-01-04T00:02:00Z"), Pace::Paused)
        );
        care.resume();
        system.advance(SignedDuration::from_secs(2));
        assert_eq!(care.now(), at("2026-01-04T00:02:02Z"));
        assert!(!care.is_system());
        care.reset();
        assert!(care.is_system());
        care.resume();
        assert!(care.is_system(), "it runs at this pace already");
        assert_eq!(care.now(), system.now());
    }

    #[test]
    fn a_fast_care_clock_never_goes_back_even_when_the_system_clock_is_put_back() {
        let system = FixedClock::new(at("2026-01-01T00:00:00Z"));
        let care = CareClock::new(Arc::new(system.clone()));
        care.run_at(1440);
        let mut last = care.now();
        for seconds in [1, 0, 5, -3, 2, -60, 1, 1] {
            system.advance(SignedDuration::from_secs(seconds));
            let now = care.now();
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
        // Put back or not, it goes on from where it stood.
        system.advance(SignedDuration::from_secs(60));
        assert_eq!(care.now().duration_since(last), SignedDuration::from_hours(24));
        // And it stops at the end of time rather than fail.
        care.set(Timestamp::MAX);
        system.advance(SignedDuration::from_secs(60));
        assert_eq!(care.now(), Timestamp::MAX);
    }
}
