//! Who died: national life tables, bent for each tenth of deprivation until its life expectancy is the published one.

use super::{Skeleton, even};
use crate::day::Day;
use crate::life::Sex;
use crate::place::{Files, Place, table};
use crate::random::{Random, Stream};
use crate::table::Table;
use crate::{Options, SynthError};

/// Deaths a person-year by decile (0 most deprived), sex (0 female) and age 0–100.
#[derive(Debug, Clone, PartialEq)]
pub struct Mortality(Vec<[Vec<f64>; 2]>);

impl Mortality {
    /// Deaths a person-year.
    #[must_use]
    pub fn rate(&self, decile: u8, sex: Sex, age: u8) -> f64 {
        let tenth = usize::from(decile.clamp(1, 10) - 1);
        let by_age = &self.0[tenth][usize::from(sex == Sex::Male)];
        by_age[usize::from(age).min(by_age.len() - 1)]
    }
}

/// The period life expectancy at birth of a table of death rates by single year.
#[must_use]
pub fn life_expectancy(rates: &[f64]) -> f64 {
    let (mut alive, mut years) = (1.0, 0.0);
    for (age, rate) in rates.iter().enumerate() {
        if age + 1 == rates.len() {
            return years + alive / rate.max(1e-6);
        }
        let dying = alive * (1.0 - (-rate).exp());
        years += alive - dying / 2.0;
        alive -= dying;
    }
    years
}

/// How much of the difference between the tenths shows at an age: all up to 55, a tenth of it from 95 (assumption).
fn weight(age: usize) -> f64 {
    (1.0 - (age as f64 - 55.0).max(0.0) * 0.9 / 40.0).max(0.1)
}

/// The rates of every tenth.
///
/// # Errors
/// When a table is missing or cannot be used.
pub fn mortality(files: &Files) -> Result<Mortality, SynthError> {
    let mut base = [vec![0.0; 101], vec![0.0; 101]];
    for row in table(files, "life_table_uk.csv")?.rows() {
        if row.text("period")? == "2020-2022" {
            let sex = usize::from(row.text("sex")? == "male");
            let age = (row.number("age")? as usize).min(100);
            base[sex][age] = row.number("mx")?;
        }
    }
    let wanted = Table::read(
        "life_expectancy.csv",
        include_bytes!("../../../data/synthetic/life_expectancy.csv"),
    )?;
    let mut tenths = vec![[Vec::new(), Vec::new()]; 10];
    for row in wanted.rows() {
        let decile = row.number("decile")? as usize;
        let sex = usize::from(row.text("sex")? == "male");
        let years = row.number("years")?;
        if !(1..=10).contains(&decile) {
            return Err(row.broken("decile", "a decile is from 1 to 10"));
        }
        let bent = |by: f64| -> Vec<f64> {
            let rates = base[sex].iter().enumerate();
            rates.map(|(age, rate)| rate * (by * weight(age)).exp()).collect()
        };
        let (mut low, mut high) = (-3.0f64, 3.0f64);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if life_expectancy(&bent(middle)) > years {
                low = middle;
            } else {
                high = middle;
            }
        }
        tenths[decile - 1][sex] = bent(low);
    }
    Ok(Mortality(tenths))
}

/// Adds those who died in the last `years` years: for each tenth, sex and age as many as the rates give.
pub(super) fn add(
    place: &Place,
    mortality: &Mortality,
    years: f64,
    options: &Options,
    people: &mut Vec<Skeleton>,
) {
    let decile = |one: &Skeleton| place.areas[usize::from(one.area)].decile;
    let mut order: Vec<u32> = (0..people.len() as u32).collect();
    order.sort_by_key(|at| {
        let one = &people[*at as usize];
        (decile(one), one.sex == Sex::Male, one.birth, *at)
    });
    let mut random = Random::new(options.seed, Stream::Death, u64::MAX);
    let mut reached = random.unit();
    let start = random.unit();
    let mut dead = Vec::new();
    for at in order {
        let one = people[at as usize];
        let age = one.age(options.today);
        let in_home = if one.care_home { 1.6 } else { 0.95 };
        reached += mortality.rate(decile(&one), one.sex, age) * years * in_home;
        while reached >= 1.0 {
            reached -= 1.0;
            let when = even(dead.len() as u64, start);
            let day = winter(options.today, when, years);
            // As old at death as the one who stands for the cell is now, give or take days.
            let lived = options.today.0
                - one.birth.0
                - random
                    .between(0, 120)
                    .min(options.today.0 - one.birth.0 - 1)
                    .max(0);
            dead.push(Skeleton {
                birth: Day(day.0 - lived),
                death: Some(day),
                household: u32::MAX - dead.len() as u32,
                dependant: false,
                ..one
            });
        }
    }
    people.extend(dead);
}

/// Who of the living dies in the days to come: for each tenth, sex and age as many as the rates give.
pub(super) fn coming(place: &Place, mortality: &Mortality, options: &Options, people: &mut [Skeleton]) {
    let years = f64::from(crate::AHEAD) / 365.25;
    let decile = |one: &Skeleton| place.areas[usize::from(one.area)].decile;
    let mut order: Vec<u32> = (0..options.people.min(people.len() as u64) as u32).collect();
    order.sort_by_key(|at| {
        let one = &people[*at as usize];
        (decile(one), one.sex == Sex::Male, one.birth, *at)
    });
    let mut random = Random::new(options.seed, Stream::Death, u64::MAX - 1);
    let mut reached = random.unit();
    let start = random.unit();
    let mut count = 0;
    for at in order {
        let one = &mut people[at as usize];
        let in_home = if one.care_home { 1.6 } else { 0.95 };
        let tenth = place.areas[usize::from(one.area)].decile;
        reached += mortality.rate(tenth, one.sex, one.age(options.today)) * years * in_home;
        // A person dies once, however high the rate.
        if reached >= 1.0 {
            reached -= 1.0;
            let end = options.today.plus(crate::AHEAD);
            let day = winter(end, even(count, start), years);
            one.dies = Some(Day(day.0.clamp(options.today.0 + 1, end.0)));
            count += 1;
        }
    }
}

/// A day in the last `years` years: more in winter (assumption: 12% more in January, 12% fewer in July).
fn winter(today: Day, part: f64, years: f64) -> Day {
    let span = years * 365.25;
    let day = today.plus(-((1.0 - part) * span) as i32 - 1);
    let first = Day::ymd(day.date().year(), 1, 1);
    let angle = std::f64::consts::TAU * f64::from(day.0 - first.0) / 365.25;
    // The derivative of this shift is the seasonal excess.
    let shifted = day.plus((-0.12 * angle.sin() * 365.25 / std::f64::consts::TAU) as i32);
    shifted.min(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn life_expectancy_is_that_of_the_national_table() {
        // The table's own e0 for 2020-2022 (ONS): males 78.6, females 82.6.
        let base = table(&Files::Bsw, "life_table_uk.csv").unwrap();
        for (sex, wanted) in [("male", 78.6), ("female", 82.6)] {
            let rates: Vec<f64> = base
                .rows()
                .filter(|row| row.text("period").unwrap() == "2020-2022" && row.text("sex").unwrap() == sex)
                .map(|row| row.number("mx").unwrap())
                .collect();
            assert!(
                (life_expectancy(&rates) - wanted).abs() < 0.25,
                "{sex}: {}",
                life_expectancy(&rates)
            );
        }
    }

    #[test]
    fn each_tenth_has_its_published_life_expectancy() {
        let mortality = mortality(&Files::Bsw).unwrap();
        let rates = |decile: u8, sex| {
            (0..=100)
                .map(|age| mortality.rate(decile, sex, age))
                .collect::<Vec<_>>()
        };
        let gap = life_expectancy(&rates(10, Sex::Male)) - life_expectancy(&rates(1, Sex::Male));
        assert!((gap - 9.7).abs() < 0.4, "{gap}");
    }
}
