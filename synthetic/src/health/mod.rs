//! Which long-term conditions people have: as many as the registers say, in those whom age, sex, place and liability make
//! likely, and together as often as shared liabilities make them.

use std::collections::HashMap;

use crate::life::Sex;
use crate::parameters::{Condition, Parameters, Register};
use crate::people::Skeleton;
use crate::place::{Files, Place, table};
use crate::random::{Random, Stream};
use crate::{Options, SynthError};

/// The five liabilities of a person: general, heart and metabolism, mind, ageing, lungs and allergy. Mean 0, deviation 1.
#[must_use]
pub fn liabilities(seed: u64, person: u32) -> [f64; 5] {
    let mut random = Random::new(seed, Stream::Liability, u64::from(person));
    std::array::from_fn(|_| random.normal())
}

/// Shares by register, council and decile (1–10), from the two tables of the registers.
struct Registers(HashMap<String, Vec<[f64; 10]>>);

impl Registers {
    /// The published shares of the councils, with the gradient of England over their deciles.
    fn read(files: &Files, place: &Place) -> Result<Registers, SynthError> {
        let mut england: HashMap<String, [f64; 10]> = HashMap::new();
        for row in table(files, "qof_prevalence_2019_20_by_imd_england.csv")?.rows() {
            let decile = row.number("imd2019_decile_1_most_deprived")? as usize;
            if let Some(slot) = england
                .entry(row.text("group_code")?.to_owned())
                .or_default()
                .get_mut(decile.wrapping_sub(1))
            {
                *slot = row.number("prevalence")?;
            }
        }
        let mut mix = vec![[0.0; 10]; place.councils.len()];
        for area in &place.areas {
            mix[usize::from(area.council)][usize::from(area.decile - 1)] += area.residents;
        }
        let mut councils: HashMap<String, Vec<f64>> = HashMap::new();
        for row in table(files, "qof_prevalence_2019_20_by_la.csv")?.rows() {
            let code = row.text("lad_code")?;
            let Some(council) = place.councils.iter().position(|council| council.code == code) else {
                continue;
            };
            let register = row.text("group_code")?;
            if !england.contains_key(register) {
                return Err(row.broken("group_code", "no such register by decile"));
            }
            let shares = councils
                .entry(register.to_owned())
                .or_insert_with(|| vec![0.0; place.councils.len()]);
            shares[council] = row.number("prevalence")?;
        }
        let registers = councils
            .into_iter()
            .map(|(register, shares)| {
                let cells = raked(&mix, &shares, &england[&register]);
                (register, cells)
            })
            .collect();
        Ok(Registers(registers))
    }
}

/// Shares by council and decile whose council totals are the councils' and whose deciles stand to each other as England's
/// do: iterative proportional fitting, begun from England's gradient.
fn raked(mix: &[[f64; 10]], councils: &[f64], gradient: &[f64; 10]) -> Vec<[f64; 10]> {
    let mut cells: Vec<[f64; 10]> = vec![*gradient; mix.len()];
    let wanted: f64 = mix
        .iter()
        .zip(councils)
        .map(|(people, share)| people.iter().sum::<f64>() * share)
        .sum();
    let by_gradient: f64 = mix
        .iter()
        .flat_map(|people| people.iter().zip(gradient).map(|(people, share)| people * share))
        .sum();
    for _ in 0..40 {
        for decile in 0..10 {
            let people: f64 = mix.iter().map(|people| people[decile]).sum();
            let now: f64 = mix
                .iter()
                .zip(&cells)
                .map(|(people, cell)| people[decile] * cell[decile])
                .sum();
            if now > 0.0 {
                let ratio = people * gradient[decile] * wanted / by_gradient / now;
                cells.iter_mut().for_each(|cell| cell[decile] *= ratio);
            }
        }
        for ((people, cell), share) in mix.iter().zip(&mut cells).zip(councils) {
            let now: f64 = people
                .iter()
                .zip(cell.iter())
                .map(|(people, share)| people * share)
                .sum();
            let ratio = people.iter().sum::<f64>() * share / now.max(1e-12);
            cell.iter_mut().for_each(|cell| *cell = (*cell * ratio).min(0.98));
        }
    }
    cells
}

/// How likely a person is to have a condition, before the level is set: age, sex, group, deprivation and liabilities.
fn weight(condition: &Condition, place: &Place, one: &Skeleton, age: f64, liabilities: &[f64; 5]) -> f64 {
    let curve = condition.at(age);
    if curve <= 0.0 {
        return 0.0;
    }
    let high = condition.female.max(1.0);
    let sex = match one.sex {
        Sex::Female => condition.female / high,
        Sex::Male => 1.0 / high,
    };
    let group = match one.ethnic {
        0 => condition.asian,
        1 => condition.black,
        _ => 1.0,
    };
    let decile = f64::from(place.areas[usize::from(one.area)].decile);
    let deprived = condition.deprived.powf((5.5 - decile) / 9.0);
    let mut bound = 0.0;
    let mut spread = 0.0;
    for (weight, liability) in condition.liabilities.iter().zip(liabilities) {
        bound += weight * liability;
        spread += weight * weight;
    }
    curve * sex * group * deprived * (bound - spread / 2.0).exp()
}

/// A share that grows with the weight and never passes 1.
fn share(level: f64, weight: f64) -> f64 {
    1.0 - (-level * weight).exp()
}

/// How many of those who have a condition a year on got it in that year: by the same curve that onsets are drawn by.
fn fresh(condition: &Condition, age: f64) -> f64 {
    let reached = |until: f64| {
        let steps = (until * 2.0).floor() as usize;
        (0..=steps)
            .map(|step| condition.at(step as f64 / 2.0))
            .fold(condition.at(until), f64::max)
    };
    let (now, next) = (reached(age), reached(age + 1.0));
    if next > 0.0 { (next - now) / next } else { 0.0 }
}

/// Sets the conditions of everybody, and those that begin in the days to come.
///
/// # Errors
/// When a table of the registers is missing or cannot be used.
pub fn assign(
    files: &Files,
    place: &Place,
    parameters: &Parameters,
    options: &Options,
    people: &mut [Skeleton],
) -> Result<(), SynthError> {
    let registers = Registers::read(files, place)?;
    let all: Vec<([f64; 5], f64)> = (0..people.len())
        .map(|at| {
            let last = people[at].last(options.today);
            let mut drawn = liabilities(options.seed, at as u32);
            // Who died was frailer, and so was who lives in a care home (assumption: by 0.6).
            let frailer =
                f64::from(u8::from(people[at].death.is_some())) + f64::from(u8::from(people[at].care_home));
            drawn[0] += 0.3 * frailer;
            drawn[3] += 0.6 * frailer;
            (drawn, last.age_since(people[at].birth))
        })
        .collect();
    // In the order of place, deprivation and age, so that the sample is even over all of them.
    let mut order: Vec<u32> = (0..people.len() as u32).collect();
    order.sort_by_key(|at| {
        let one = &people[*at as usize];
        let area = &place.areas[usize::from(one.area)];
        (one.death.is_some(), area.council, area.decile, one.birth, *at)
    });
    let chosen =
        |at: usize, chronic: &mut [Skeleton], condition: usize| chronic[at].conditions |= 1 << condition;
    for (number, condition) in parameters.conditions.iter().take(parameters.chronic).enumerate() {
        let weights: Vec<f64> = (0..people.len())
            .map(|at| weight(condition, place, &people[at], all[at].1, &all[at].0))
            .collect();
        let mut random = Random::new(options.seed, Stream::Condition, number as u64);
        let mut reached = random.unit();
        let ages = match condition.register {
            Register::Qof { from, to, .. } | Register::Share { from, to, .. } => (from, to),
            _ => (0, u8::MAX),
        };
        let cells = match &condition.register {
            Register::Qof { code, from, to } => {
                let by_cell = registers.0.get(code).ok_or_else(|| SynthError::Value {
                    file: "conditions.csv".to_owned(),
                    row: number + 1,
                    column: "register".to_owned(),
                    rule: format!("there is no register {code}"),
                })?;
                levels(
                    place,
                    people,
                    &all,
                    &weights,
                    *from,
                    *to,
                    |council, decile| by_cell[council][decile],
                    true,
                )
            }
            Register::Share { share, from, to } => {
                levels(place, people, &all, &weights, *from, *to, |_, _| *share, false)
            }
            Register::Among { other, share } | Register::Instead { other, share } => {
                let level = among(
                    parameters,
                    condition,
                    *other,
                    *share,
                    &weights,
                    &order,
                    people,
                    number,
                    &mut reached,
                );
                if matches!(condition.register, Register::Among { .. }) {
                    let other = *other;
                    beginning(condition, number, options, &all, &order, people, |at, one| {
                        if one.has(other) {
                            (level * weights[at]).min(1.0)
                        } else {
                            0.0
                        }
                    });
                }
                continue;
            }
            Register::Passing => continue,
        };
        // Those whom a register counts by age are a sample of their own: it is theirs that has to be exact.
        let counted = |at: &&u32| {
            let age = all[**at as usize].1;
            age >= f64::from(ages.0) && age < f64::from(ages.1) + 1.0
        };
        for at in order
            .iter()
            .filter(counted)
            .chain(order.iter().filter(|at| !counted(at)))
        {
            let at = *at as usize;
            let area = &place.areas[usize::from(people[at].area)];
            let level = cells[usize::from(area.council) * 10 + usize::from(area.decile - 1)];
            reached += share(level, weights[at]);
            if reached >= 1.0 {
                reached -= 1.0;
                chosen(at, people, number);
            }
        }
        beginning(condition, number, options, &all, &order, people, |at, one| {
            let area = &place.areas[usize::from(one.area)];
            let level = cells[usize::from(area.council) * 10 + usize::from(area.decile - 1)];
            share(level, weights[at])
        });
    }
    Ok(())
}

/// Who gets a condition in the days to come: of those who do not have it, as many as have had it for less than a year.
fn beginning(
    condition: &Condition,
    number: usize,
    options: &Options,
    all: &[([f64; 5], f64)],
    order: &[u32],
    people: &mut [Skeleton],
    share: impl Fn(usize, &Skeleton) -> f64,
) {
    let years = f64::from(crate::AHEAD) / 365.25;
    let mut random = Random::new(options.seed, Stream::Condition, 1 << 20 | number as u64);
    let mut reached = random.unit();
    // Weights come in few ages: the curve's part is worked out once for each half year.
    let by_age: Vec<f64> = (0..260)
        .map(|half| fresh(condition, f64::from(half) / 2.0))
        .collect();
    for at in order {
        let at = *at as usize;
        let one = &people[at];
        if one.death.is_some() || one.has(number as u8) {
            continue;
        }
        let share = share(at, one);
        let fresh = by_age[((all[at].1 * 2.0) as usize).min(by_age.len() - 1)];
        // Those who have it already are not asked: the others make up for them.
        reached += (share * fresh * years / (1.0 - share).max(0.05)).min(1.0);
        if reached >= 1.0 {
            reached -= 1.0;
            people[at].coming |= 1 << number;
        }
    }
}

/// The level of each council and decile at which the expected number of people of the ages is the share of them.
#[expect(
    clippy::too_many_arguments,
    reason = "the people, what is known of them, and the share that is wanted"
)]
fn levels(
    place: &Place,
    people: &[Skeleton],
    all: &[([f64; 5], f64)],
    weights: &[f64],
    from: u8,
    to: u8,
    wanted: impl Fn(usize, usize) -> f64,
    by_cell: bool,
) -> Vec<f64> {
    let cells = place.councils.len() * 10;
    let cell = |one: &Skeleton| {
        let area = &place.areas[usize::from(one.area)];
        usize::from(area.council) * 10 + usize::from(area.decile - 1)
    };
    let mut level = vec![1.0; cells];
    for _ in 0..7 {
        let mut expected = vec![1e-12; cells];
        let mut counted = vec![0.0; cells];
        for (at, one) in people.iter().enumerate() {
            let age = all[at].1;
            if one.death.is_some() || age < f64::from(from) || age >= f64::from(to) + 1.0 {
                continue;
            }
            let cell = cell(one);
            expected[cell] += share(level[cell], weights[at]);
            counted[cell] += wanted(cell / 10, cell % 10);
        }
        if by_cell {
            for cell in 0..cells {
                if counted[cell] > 0.0 {
                    level[cell] *= counted[cell] / expected[cell];
                }
            }
        } else {
            let ratio = counted.iter().sum::<f64>() / expected.iter().sum::<f64>();
            level.iter_mut().for_each(|level| *level *= ratio);
        }
        level.iter_mut().for_each(|level| *level = level.min(1e6));
    }
    level
}

/// A condition among the people of another; `Instead` leaves out those in whom the other was already told apart.
#[expect(
    clippy::too_many_arguments,
    reason = "one condition among the people of another"
)]
fn among(
    parameters: &Parameters,
    condition: &Condition,
    other: u8,
    wanted: f64,
    weights: &[f64],
    order: &[u32],
    people: &mut [Skeleton],
    number: usize,
    reached: &mut f64,
) -> f64 {
    let instead = matches!(condition.register, Register::Instead { .. });
    let mut told_apart = 0u64;
    if instead {
        for (place, one) in parameters.conditions.iter().take(number).enumerate() {
            if matches!(one.register, Register::Instead { other: same, .. } if same == other) {
                told_apart |= 1 << place;
            }
        }
    }
    let may = |one: &Skeleton| one.has(other) && one.conditions & told_apart == 0;
    // Weights are relative among those who may: the age curve says who of them, the share says how many.
    let (mut sum, mut count) = (0.0, 0.0);
    for (at, one) in people.iter().enumerate() {
        if one.has(other) {
            count += 1.0;
            if may(one) {
                sum += weights[at];
            }
        }
    }
    // A sex that never has it is not counted: the share is of those who can.
    let able = if condition.female > 50.0 || condition.female < 0.01 {
        0.5
    } else {
        1.0
    };
    let level = if sum > 0.0 {
        wanted * count * able / sum
    } else {
        0.0
    };
    for at in order {
        let at = *at as usize;
        if may(&people[at]) {
            *reached += (level * weights[at]).min(1.0);
            if *reached >= 1.0 {
                *reached -= 1.0;
                people[at].conditions |= 1 << number;
            }
        }
    }
    level
}
