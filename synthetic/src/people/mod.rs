//! Who lives where: people of the Census, one by one, in households, with a practice each, and who died of late.

mod births;
mod deaths;
mod households;
mod practices;

pub(crate) use births::{born_on, coming};
pub use deaths::{Mortality, life_expectancy, mortality};
pub(crate) use practices::nearest;

use crate::day::Day;
use crate::life::Sex;
use crate::parameters::Parameters;
use crate::place::{Files, Place};
use crate::random::{Random, Stream};
use crate::{Options, SynthError};

/// What is kept of everybody while the region is grown: as little as every other part needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skeleton {
    /// Day of birth.
    pub birth: Day,
    /// Day of death.
    pub death: Option<Day>,
    /// Day of death of somebody who is alive today, in the days to come.
    pub dies: Option<Day>,
    /// Place of the area.
    pub area: u16,
    /// Place of the practice; `u16::MAX` for none.
    pub practice: u16,
    /// Household; who share it stand side by side.
    pub household: u32,
    /// Ethnic group, 0–4.
    pub ethnic: u8,
    /// Sex.
    pub sex: Sex,
    /// Lives in a care home.
    pub care_home: bool,
    /// A child, or a young adult with a parent, in a household of others.
    pub dependant: bool,
    /// One bit for each long-term condition.
    pub conditions: u64,
    /// One bit for each long-term condition that begins in the days to come.
    pub coming: u64,
    /// Visits to emergency and urgent care without a stay, in the years that are counted by month.
    pub visits: u8,
    /// Emergency stays in those years.
    pub stays: u8,
    /// How many visits stand before this person's.
    pub first_visit: u32,
    /// How many stays stand before this person's.
    pub first_stay: u32,
}

impl Skeleton {
    /// The last day that is told of: today, or the day of death.
    #[must_use]
    pub fn last(&self, today: Day) -> Day {
        self.death.unwrap_or(today)
    }

    /// The last day that is told of when the days to come are: the day of death, or the last of them.
    #[must_use]
    pub fn ends(&self, today: Day) -> Day {
        self.death.or(self.dies).unwrap_or(today.plus(crate::AHEAD))
    }

    /// Age in completed years on the last day.
    #[must_use]
    pub fn age(&self, today: Day) -> u8 {
        self.last(today).years_since(self.birth)
    }

    /// Whether a long-term condition is among those of the person.
    #[must_use]
    pub fn has(&self, condition: u8) -> bool {
        self.conditions >> condition & 1 == 1
    }
}

/// The fraction of the n-th multiple of the golden ratio, moved by a start.
pub(crate) fn even(n: u64, start: f64) -> f64 {
    // In whole numbers, so that it stays exact for every n.
    let turned = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((turned >> 11) as f64 / (1u64 << 53) as f64 + start).fract()
}

/// Fewest people of areas whose households are made together.
const FEWEST_TOGETHER: usize = 30;

/// People alive, those who live together side by side, then those who died.
///
/// # Errors
/// When a table of the place or a number is missing.
pub fn grow(
    files: &Files,
    place: &Place,
    parameters: &Parameters,
    options: &Options,
) -> Result<Vec<Skeleton>, SynthError> {
    let counts = apportion(
        &place.areas.iter().map(|area| area.residents).collect::<Vec<_>>(),
        options.people as usize,
    );
    let mut people = Vec::with_capacity(options.people as usize + options.people as usize / 16);
    let mut household = 0;
    // What each council's bands of age are still owed of females: carried from area to area.
    let mut owed = vec![[0.0; 4]; place.councils.len()];
    let mut area = 0;
    while area < counts.len() {
        // An area of a small region has too few people for households: then neighbours are settled together.
        let mut group = vec![(area as u16, counts[area])];
        let mut people_of_group = counts[area];
        while people_of_group < FEWEST_TOGETHER
            && let Some(next) = counts.get(area + group.len())
            && place.areas[area].council == place.areas[area + group.len()].council
        {
            group.push(((area + group.len()) as u16, *next));
            people_of_group += next;
        }
        let mut random = Random::new(options.seed, Stream::Area, area as u64);
        let mut drawn = Vec::with_capacity(people_of_group);
        for (at, count) in &group {
            drawn.extend(ages_and_sexes(
                place,
                usize::from(*at),
                *count,
                options,
                &mut owed,
                &mut random,
            ));
        }
        households::settle(
            place,
            parameters,
            &group,
            drawn,
            options,
            &mut household,
            &mut random,
            &mut people,
        )?;
        area += group.len();
    }
    practices::register(place, parameters, options, &mut people)?;
    let mortality = mortality(files)?;
    deaths::add(
        place,
        &mortality,
        parameters.number("dead_years")?,
        options,
        &mut people,
    );
    deaths::coming(place, &mortality, options, &mut people);
    Ok(people)
}

/// Whole numbers that sum to `total`, as near to the weights as can be (largest remainders).
pub(crate) fn apportion(weights: &[f64], total: usize) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|weight| weight / sum * total as f64).collect();
    let mut counts: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|one, other| {
        exact[*other]
            .fract()
            .total_cmp(&exact[*one].fract())
            .then(one.cmp(other))
    });
    let short = total.saturating_sub(counts.iter().sum());
    for place in order.into_iter().take(short) {
        counts[place] += 1;
    }
    counts
}

/// Ages (90 stands for more) and sexes of an area's people: a systematic sample of its ages. The starts of the areas
/// fill the step evenly, so that what one rounds up another rounds down.
fn ages_and_sexes(
    place: &Place,
    area: usize,
    count: usize,
    options: &Options,
    owed: &mut [[f64; 4]],
    random: &mut Random,
) -> Vec<(u8, Sex)> {
    let of = &place.areas[area];
    let sum: f64 = of.ages.iter().sum();
    if count == 0 || sum <= 0.0 {
        return Vec::new();
    }
    let step = sum / count as f64;
    let start = Random::new(options.seed, Stream::Area, u64::MAX).unit();
    let mut next = even(area as u64, start) * step;
    let mut reached = 0.0;
    let mut drawn = Vec::with_capacity(count);
    let owed = &mut owed[usize::from(of.council)];
    for (age, people) in of.ages.iter().enumerate() {
        reached += people;
        while next < reached && drawn.len() < count {
            let band = match age {
                0..16 => 0,
                16..65 => 1,
                65..75 => 2,
                _ => 3,
            };
            owed[band] += of.female[age];
            // A limit that moves a little, so that the sexes do not alternate.
            let female = owed[band] > 0.1 + 0.8 * random.unit();
            owed[band] -= f64::from(u8::from(female));
            drawn.push((age as u8, if female { Sex::Female } else { Sex::Male }));
            next += step;
        }
    }
    while drawn.len() < count {
        drawn.push((90, Sex::Female));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apportioned_numbers_sum_to_the_total_and_are_near_their_weights() {
        assert_eq!(apportion(&[1.0, 1.0, 1.0], 10), vec![4, 3, 3]);
        assert_eq!(apportion(&[0.0, 2.0], 5), vec![0, 5]);
        assert_eq!(apportion(&[0.0], 5), vec![0]);
    }

    #[test]
    fn even_numbers_fill_the_interval() {
        let mut tenths = [0; 10];
        for n in 0..1000 {
            tenths[(even(n, 0.3) * 10.0) as usize] += 1;
        }
        assert!(
            tenths.iter().all(|count| (98..=102).contains(count)),
            "{tenths:?}"
        );
    }
}
