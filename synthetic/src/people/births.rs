//! When women give birth, and the children who are born in the days to come.

use super::Skeleton;
use crate::day::Day;
use crate::life::Sex;
use crate::random::{Random, Stream};

/// The days, from one to another, on which somebody gives birth: a function of the seed and her place in the region.
pub(crate) fn born_on(seed: u64, index: u32, births: f64, one: &Skeleton, from: Day, to: Day) -> Vec<Day> {
    let mut found = Vec::new();
    if one.sex != Sex::Female || one.care_home {
        return found;
    }
    let mut random = Random::new(seed, Stream::Planned, 1 << 40 | u64::from(index));
    // Years of her life, so that the days do not hang on where the span begins.
    for age in 17..45 {
        let begin = one.birth.plus_years(f64::from(age));
        let [hit, when] = std::array::from_fn(|_| random.unit());
        let middle = f64::from(age) + 0.5;
        let shape = (1.0 - ((middle - 31.0) / 12.0).powi(2)).max(0.02) * 1.65;
        let day = begin.plus((365.0 * when) as i32);
        // Between two births lie nine months at least.
        let apart = found.last().is_none_or(|last: &Day| day.0 - last.0 > 280);
        if hit < births * shape && apart {
            found.push(day);
        }
    }
    found.retain(|day| (from..=to).contains(day));
    found
}

/// Children who are born in the days to come, each with the place of the mother, by day.
pub(crate) fn coming(seed: u64, births: f64, today: Day, people: &[Skeleton]) -> Vec<(Skeleton, u32)> {
    let mut found = Vec::new();
    for (index, mother) in people.iter().enumerate().filter(|(_, one)| one.death.is_none()) {
        let end = mother.dies.unwrap_or(today.plus(crate::AHEAD));
        for day in born_on(seed, index as u32, births, mother, today.plus(1), end) {
            let mut random = Random::new(seed, Stream::Birth, index as u64);
            let child = Skeleton {
                birth: day,
                death: None,
                dies: None,
                // 105 boys to 100 girls.
                sex: if random.chance(105.0 / 205.0) {
                    Sex::Male
                } else {
                    Sex::Female
                },
                care_home: false,
                dependant: true,
                conditions: 0,
                coming: 0,
                visits: 0,
                stays: 0,
                first_visit: 0,
                first_stay: 0,
                ..*mother
            };
            found.push((child, index as u32));
        }
    }
    found.sort_by_key(|(child, mother)| (child.birth, *mother));
    found
}
