//! Conditions: when those that last began, and those that pass.

use super::Growing;
use crate::day::Day;
use crate::life::{Life, Problem, Sex};
use crate::parameters::Register;
use crate::random::{Random, Stream};

/// The long-term conditions of the person, each with its onset.
pub(super) fn long_term(growing: &Growing<'_>, life: &mut Life) {
    let parameters = &growing.region.parameters;
    // Conditions are those of today: what the days to come bring is not counted yet.
    let age = growing.age(growing.last.min(growing.today));
    let mut random = growing.random(Stream::Onset);
    let mut replaced = 0u64;
    for (place, condition) in parameters.conditions.iter().take(parameters.chronic).enumerate() {
        if let Register::Instead { other, .. } = condition.register
            && growing.bones.has(place as u8)
        {
            replaced |= 1 << other;
        }
    }
    for (place, condition) in parameters.conditions.iter().take(parameters.chronic).enumerate() {
        let [when, severity, lag, late, code, lifted] = std::array::from_fn(|_| random.unit());
        if !growing.bones.has(place as u8) || replaced >> place & 1 == 1 {
            continue;
        }
        let began = condition.onset(age, when.max(0.02));
        let onset = growing
            .bones
            .birth
            .plus_years(began)
            .min(growing.last)
            .max(growing.bones.birth);
        let [.., late_entry, missing, _] = growing.rates.faults;
        let wait = if late < late_entry {
            400.0 + 1200.0 * lag
        } else {
            30.0 * lag * lag
        };
        // Practices keep their records in computers since about 1990; what was before was entered then.
        let computers = Day::ymd(1990, 1, 1).plus((3000.0 * lag) as i32);
        let recorded = onset
            .plus(wait as i32)
            .max(computers)
            .min(growing.last.min(growing.today))
            .max(onset);
        let passes = matches!(condition.key.as_str(), "anaemia_iron" | "constipation");
        let ended = (passes && lifted < 0.45)
            .then(|| onset.plus(200 + (900.0 * lifted) as i32))
            .filter(|day| *day < growing.last);
        life.problems.push(Problem {
            condition: place as u8,
            onset,
            recorded,
            ended,
            severity: severity as f32,
            uncoded: code < missing,
        });
    }
    beginning(growing, life);
    life.problems
        .sort_by_key(|problem| (problem.onset, problem.condition));
}

/// Those that begin in the days to come.
fn beginning(growing: &Growing<'_>, life: &mut Life) {
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Onset,
        1 << 40 | u64::from(growing.index),
    );
    for place in 0..growing.region.parameters.chronic {
        if growing.bones.coming >> place & 1 == 0 {
            continue;
        }
        let [when, severity, lag, code, which] = std::array::from_fn(|_| random.unit());
        let onset = growing
            .today
            .plus(1 + (f64::from(crate::AHEAD - 1) * when) as i32);
        let recorded = onset.plus((30.0 * lag * lag) as i32);
        if recorded <= growing.last {
            life.problems.push(Problem {
                condition: told_apart(growing, place, onset, which),
                onset,
                recorded,
                ended: None,
                severity: severity as f32,
                uncoded: code < growing.rates.faults[5],
            });
        }
    }
}

/// Which of the conditions that stand in another's place a new one is (type 1 of all diabetes), by their shares.
fn told_apart(growing: &Growing<'_>, place: usize, onset: Day, which: f64) -> u8 {
    let mut reached = 0.0;
    for (at, kind) in growing.region.parameters.conditions.iter().enumerate() {
        let Register::Instead { other, share } = kind.register else {
            continue;
        };
        let able = match growing.bones.sex {
            Sex::Female => kind.female >= 0.01,
            Sex::Male => kind.female <= 50.0,
        };
        if usize::from(other) != place || !able || kind.at(growing.age(onset)) <= 0.0 {
            continue;
        }
        reached += share;
        if which < reached {
            return at as u8;
        }
    }
    place as u8
}

/// Infections, injuries and complaints, since contacts are told in detail.
pub(super) fn passing(growing: &Growing<'_>, life: &mut Life) {
    let parameters = &growing.region.parameters;
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Condition,
        1 << 40 | u64::from(growing.index),
    );
    let span = growing.last.0 - growing.since.0;
    if span <= 0 {
        return;
    }
    let frail = life
        .problems
        .iter()
        .filter(|problem| problem.onset <= growing.today)
        .count() as f64;
    for (place, condition) in parameters.conditions.iter().enumerate().skip(parameters.chronic) {
        let high = condition.female.max(1.0);
        let sex = match growing.bones.sex {
            Sex::Female => 2.0 * condition.female / (1.0 + high),
            Sex::Male => 2.0 / (1.0 + high),
        };
        let deprived = condition.deprived.powf((5.5 - growing.decile) / 9.0);
        // Years in steps of three: the curve is smooth.
        let mut day = growing.since;
        while day < growing.last {
            let end = day.plus(1096).min(growing.last);
            let years = end.age_since(day);
            let middle = growing.age(day) + years / 2.0;
            let rate = condition.rate * condition.at(middle) * sex * deprived * (1.0 + 0.06 * frail);
            for _ in 0..random.poisson(rate * years) {
                let onset = day.plus(random.below((end.0 - day.0).max(1) as usize) as i32);
                let lasted = (condition.days * (0.6 + 0.8 * random.unit())).max(1.0) as i32;
                let ended = onset.plus(lasted);
                life.problems.push(Problem {
                    condition: place as u8,
                    onset,
                    recorded: onset.plus(random.between(0, 3)).min(growing.last),
                    ended: (ended < growing.last).then_some(ended),
                    severity: random.unit() as f32,
                    uncoded: random.chance(growing.rates.faults[5]),
                });
            }
            day = end;
        }
    }
    life.problems
        .sort_by_key(|problem| (problem.onset, problem.condition));
}
