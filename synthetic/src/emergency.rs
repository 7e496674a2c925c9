//! Emergency care, counted by month: who comes how often, so that the months and the ages are as published.

use crate::day::Day;
use crate::life::Sex;
use crate::parameters::Parameters;
use crate::people::{Skeleton, even};
use crate::place::{Files, Place, table};
use crate::random::{Random, Stream};
use crate::{Options, SynthError};

/// The days that the published series counts, and how much emergency care each asks of those who live on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// First day counted.
    pub first: Day,
    /// Day after the last one.
    pub end: Day,
    /// Attendances and emergency stays of the whole place on each day, as published by month.
    wanted: [Vec<f64>; 2],
    /// Visits without a stay, and stays, that a person of rate 1 expects up to each day: running sums.
    measure: [Vec<f64>; 2],
    /// Starts of the even samples.
    start: [f64; 2],
    /// How often each weekday's round finds somebody without criteria to reside, relative to the best day.
    rounds: [f64; 7],
    /// The level of the waits without criteria to reside by day, relative to the mean.
    waits: Vec<f64>,
    seed: u64,
}

/// Bands of age in which the published rates are given: the first age of each.
pub const BANDS: [u8; 7] = [0, 5, 18, 45, 65, 75, 85];

/// The band of an age.
#[must_use]
pub fn band(age: u8) -> usize {
    BANDS.iter().rposition(|first| age >= *first).unwrap_or(0)
}

/// Reads "April 2022".
pub(crate) fn month(text: &str) -> Option<(i16, i8)> {
    let (name, year) = text.split_once(' ')?;
    let month = (1..=12).find(|month| care::london::month_name(*month) == name)?;
    Some((year.parse().ok()?, month))
}

/// Days of a week as emergency departments see them, from Monday (assumption: Mondays 8% above, Saturdays 4% below).
const WEEK: [f64; 7] = [1.08, 1.0, 0.99, 0.99, 0.98, 0.96, 1.0];

impl Calendar {
    /// Reads the months, and goes on with the last year's until `today`.
    ///
    /// # Errors
    /// When the table is missing or cannot be used.
    pub fn read(files: &Files, options: &Options) -> Result<Calendar, SynthError> {
        let mut months: Vec<(i16, i8, f64, f64)> = Vec::new();
        for row in table(files, "activity_icb_accidents_emergency.csv")?.rows() {
            let (year, month) = month(row.text("date")?)
                .ok_or_else(|| row.broken("date", "it is a month in words and a year: \"April 2022\""))?;
            months.push((
                year,
                month,
                row.number("total_attendances")?,
                row.number("total_emergency_admissions")?,
            ));
        }
        months.sort_by_key(|(year, month, ..)| (*year, *month));
        let Some(&(mut year, mut month, ..)) = months.last() else {
            return Err(SynthError::Missing {
                file: "activity_icb_accidents_emergency.csv".to_owned(),
                why: "it has no months".to_owned(),
            });
        };
        // After the last published month each month repeats that of the year before.
        while Day::ymd(year, month, 28) < options.today.plus(crate::AHEAD + 3) {
            (year, month) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            let before = months.iter().rev().find(|(_, same, ..)| *same == month).copied();
            let (.., visits, stays) = before.unwrap_or(months[months.len() - 1]);
            months.push((year, month, visits, stays));
        }
        let first = Day::ymd(months[0].0, months[0].1, 1);
        let end = options.today.plus(crate::AHEAD + 1);
        let (mut visits, mut stays) = (Vec::new(), Vec::new());
        for (year, month, of_visits, of_stays) in months {
            let begin = Day::ymd(year, month, 1);
            let days = begin.date().days_in_month();
            let week: f64 = (0..days)
                .map(|day| WEEK[usize::from(begin.plus(i32::from(day)).weekday())])
                .sum();
            for day in 0..days {
                let day = begin.plus(i32::from(day));
                if day < end {
                    let part = WEEK[usize::from(day.weekday())] / week;
                    visits.push(of_visits * part);
                    stays.push(of_stays * part);
                }
            }
        }
        let mut random = Random::new(options.seed, Stream::Emergency, u64::MAX);
        let (rounds, waits) = criteria_to_reside(files, first, visits.len())?;
        Ok(Calendar {
            first,
            end,
            measure: [Vec::new(), Vec::new()],
            wanted: [visits, stays],
            start: [random.unit(), random.unit()],
            rounds,
            waits,
            seed: options.seed,
        })
    }

    /// The day of the region's n-th visit (`of` 0) or stay (1), which falls to somebody who lives from one day to another.
    #[must_use]
    pub fn day(&self, of: usize, n: u32, from: Day, to: Day) -> Day {
        let sums = &self.measure[of];
        let last = sums.len().saturating_sub(1);
        let place = |day: Day| (day.0 - self.first.0).clamp(0, last as i32) as usize;
        let (low, high) = (sums[place(from)], sums[place(to)]);
        let slot = if of == 1 {
            in_pairs(u64::from(n))
        } else {
            u64::from(n)
        };
        let at = low + (high - low) * even(slot, self.start[of]);
        let found = sums.partition_point(|sum| *sum <= at).saturating_sub(1);
        self.first.plus(found as i32).max(from).min(to)
    }

    /// Whether the ward round of a day found a person without criteria to reside, who waits: rounds at weekends find fewer.
    #[must_use]
    pub fn found(&self, person: u32, day: Day) -> bool {
        let subject = u64::from(person) << 24 ^ (day.0 as u64 & 0xff_ffff);
        let mut random = Random::new(self.seed, Stream::Emergency, subject ^ 1 << 60);
        random.chance(self.rounds[usize::from(day.weekday())])
    }

    /// How long waits are at a time, relative to the mean.
    #[must_use]
    pub fn waits(&self, day: Day) -> f64 {
        let place = (day.0 - self.first.0).clamp(0, self.waits.len() as i32 - 1);
        self.waits.get(place as usize).copied().unwrap_or(1.0)
    }

    /// Years of the span.
    #[must_use]
    pub fn years(&self) -> f64 {
        f64::from(self.end.0 - self.first.0) / 365.25
    }
}

/// How much of each weekday's waiting the rounds find, and the level by day; months in which a hospital was silent (under
/// 60% of the median) take the mean.
fn criteria_to_reside(files: &Files, first: Day, days: usize) -> Result<([f64; 7], Vec<f64>), SynthError> {
    let mut by_month: Vec<((i16, i8), f64, f64)> = Vec::new();
    let mut week = [(0.0, 0.0); 7];
    for row in table(files, "activity_icb_criteria_to_reside.csv")?.rows() {
        let text = row.text("date")?;
        let date: jiff::civil::Date = text
            .parse()
            .map_err(|_| row.broken("date", "it is a date: 2022-04-01"))?;
        let count = row.number_or("do_not_meet_criteria_to_reside", 0.0)?;
        let weekday = usize::from(Day::of(date).weekday());
        week[weekday].0 += count;
        week[weekday].1 += 1.0;
        match by_month
            .iter_mut()
            .find(|(month, ..)| *month == (date.year(), date.month()))
        {
            Some((_, sum, days)) => {
                *sum += count;
                *days += 1.0;
            }
            None => by_month.push(((date.year(), date.month()), count, 1.0)),
        }
    }
    let mut levels: Vec<f64> = by_month.iter().map(|(_, sum, days)| sum / days).collect();
    levels.sort_by(f64::total_cmp);
    let median = levels.get(levels.len() / 2).copied().unwrap_or(1.0);
    let sound: Vec<f64> = levels
        .iter()
        .copied()
        .filter(|level| *level >= 0.6 * median)
        .collect();
    let mean = sound.iter().sum::<f64>() / sound.len().max(1) as f64;
    let last = sound.last().map_or(1.0, |_| {
        by_month.last().map_or(1.0, |(_, sum, days)| sum / days / mean)
    });
    let waits = (0..days)
        .map(|day| {
            let date = first.plus(day as i32).date();
            let found = by_month
                .iter()
                .find(|(month, ..)| *month == (date.year(), date.month()));
            match found {
                Some((_, sum, days)) if sum / days >= 0.6 * median => sum / days / mean,
                Some(_) => 1.0,
                None => last,
            }
        })
        .collect();
    let means = week.map(|(sum, days): (f64, f64)| if days > 0.0 { sum / days } else { 1.0 });
    let best = means.iter().copied().fold(1e-9, f64::max);
    Ok((means.map(|mean| mean / best), waits))
}

/// The slot of the n-th stay: two neighbours take slots whose multiples of the golden ratio lie within weeks
/// of each other (strides of Fibonacci numbers), so that a person's stays come in pairs and the days stay as even as
/// before, since each slot is taken once.
fn in_pairs(n: u64) -> u64 {
    const RUN: u64 = 2;
    const STRIDES: [u64; 3] = [21, 34, 55];
    let round: u64 = STRIDES.iter().map(|stride| RUN * stride).sum();
    let mut rest = n % round;
    let mut base = n - rest;
    for stride in STRIDES {
        if rest < RUN * stride {
            return base + (rest % RUN) * stride + rest / RUN;
        }
        rest -= RUN * stride;
        base += RUN * stride;
    }
    n
}

/// How much a person's conditions raise emergency care: 1 without any.
#[must_use]
pub fn raised(parameters: &Parameters, one: &Skeleton) -> f64 {
    let mut raised = 1.0;
    for (place, condition) in parameters.conditions.iter().take(parameters.chronic).enumerate() {
        if one.has(place as u8) {
            raised += condition.emergency;
        }
    }
    raised
}

/// Gives everybody their numbers of visits and stays in the counted months.
///
/// # Errors
/// When a number is missing.
pub fn assign(
    place: &Place,
    parameters: &Parameters,
    calendar: &mut Calendar,
    options: &Options,
    people: &mut [Skeleton],
) -> Result<(), SynthError> {
    let mut rates = [[0.0; 7]; 2];
    for (band, first) in BANDS.iter().enumerate() {
        rates[0][band] = parameters.number(&format!("attendance_{first}"))? / 1000.0;
        rates[1][band] = parameters.number(&format!("emergency_{first}"))? / 1000.0;
    }
    let via = parameters.number("ed_via")?;
    let today = options.today;
    let days = calendar.wanted[0].len();
    // The days of the months in which a person of the region was alive.
    let present = |one: &Skeleton| {
        let from = (one.birth.0 - calendar.first.0).clamp(0, days as i32) as usize;
        let to = (one.ends(today).0 + 1 - calendar.first.0).clamp(0, days as i32) as usize;
        (from, to.max(from))
    };
    let factor = |one: &Skeleton, at: usize| {
        let decile = f64::from(place.areas[usize::from(one.area)].decile);
        let mut random = Random::new(options.seed, Stream::Emergency, at as u64);
        // Some come again and again: log-normal of mean 1, deviation 1 (assumption).
        let often = (random.normal() - 0.5).exp();
        let dying = if one.death.or(one.dies).is_some() {
            1.35
        } else {
            1.0
        };
        let home = if one.care_home { 1.25 } else { 1.0 };
        let sex = if one.sex == Sex::Male { 1.0 } else { 0.97 };
        raised(parameters, one).powf(1.65) * 1.7f64.powf((5.5 - decile) / 9.0) * often * dying * home * sex
    };
    // Each band of age is brought to its rate; then each day to what the place saw on it.
    let factors: Vec<f64> = people
        .iter()
        .enumerate()
        .map(|(at, one)| factor(one, at))
        .collect();
    let mut sums = [[1e-9; 7]; 2];
    for (one, factor) in people.iter().zip(&factors) {
        let (from, to) = present(one);
        let years = (to - from) as f64 / 365.25;
        let band = band(one.age(today));
        sums[0][band] += years * factor;
        sums[1][band] += years;
    }
    let expected: Vec<[f64; 2]> = people
        .iter()
        .zip(&factors)
        .map(|(one, factor)| {
            let band = band(one.age(today));
            let each = factor * sums[1][band] / sums[0][band];
            let stays = rates[1][band] * each;
            [(rates[0][band] * each - via * stays).max(0.0), stays]
        })
        .collect();
    let residents: f64 = place.areas.iter().map(|area| area.residents).sum();
    let scale = options.people as f64 / residents;
    for of in 0..2 {
        let mut change = vec![0.0; days + 1];
        for (one, rates) in people.iter().zip(&expected) {
            let (from, to) = present(one);
            change[from] += rates[of];
            change[to] -= rates[of];
        }
        let mut alive = 0.0;
        let mut sum = 0.0;
        let mut measure = vec![0.0];
        for (day, change) in change.iter().take(days).enumerate() {
            alive += change;
            let wanted = match of {
                0 => calendar.wanted[0][day] - via * calendar.wanted[1][day],
                _ => calendar.wanted[1][day],
            };
            sum += wanted * scale / f64::max(alive, 1e-9);
            measure.push(sum);
        }
        calendar.measure[of] = measure;
    }
    let mut random = Random::new(options.seed, Stream::Emergency, u64::MAX - 1);
    let mut reached = [random.unit(), random.unit()];
    let mut counted = [0u32, 0u32];
    for (one, rates) in people.iter_mut().zip(&expected) {
        let from = (one.birth.0 - calendar.first.0).clamp(0, days as i32) as usize;
        let to = (one.ends(today).0 + 1 - calendar.first.0).clamp(0, days as i32) as usize;
        one.first_visit = counted[0];
        one.first_stay = counted[1];
        for of in 0..2 {
            let measure = &calendar.measure[of];
            reached[of] += rates[of] * (measure[to.max(from)] - measure[from]);
            let whole = reached[of].floor().min(250.0);
            reached[of] -= reached[of].floor();
            counted[of] += whole as u32;
            if of == 0 {
                one.visits = whole as u8;
            } else {
                one.stays = whole as u8;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_take_each_slot_once_and_lie_within_weeks() {
        let mut slots: Vec<u64> = (0..8800).map(in_pairs).collect();
        let near = (0..8800u64)
            .step_by(2)
            .map(|n| {
                let apart = (even(in_pairs(n), 0.0) - even(in_pairs(n + 1), 0.0)).abs();
                apart.min(1.0 - apart)
            })
            .fold(0.0, f64::max);
        // Of six years, in days.
        assert!(near * 2190.0 < 50.0, "{near}");
        slots.sort_unstable();
        assert!(slots.iter().enumerate().all(|(at, slot)| at as u64 == *slot));
    }

    #[test]
    fn months_are_read_by_name() {
        assert_eq!(month("April 2022"), Some((2022, 4)));
        assert_eq!(month("Apr 2022"), None);
        assert_eq!(month("April"), None);
    }
}
