//! Households: children with parents, couples, sharers, people alone, care homes.

use super::{Skeleton, even};
use crate::day::Day;
use crate::life::Sex;
use crate::parameters::Parameters;
use crate::place::Place;
use crate::random::{Random, Stream};
use crate::{Options, SynthError};

/// Somebody who has no household yet.
#[derive(Clone, Copy)]
struct Free {
    age: u8,
    sex: Sex,
    taken: bool,
}

/// Makes the people of an area, or of a few neighbours, and puts them into households, one after the other.
#[expect(
    clippy::too_many_arguments,
    reason = "one call: the place, what is known of its people, and where they go"
)]
pub(super) fn settle(
    place: &Place,
    parameters: &Parameters,
    group: &[(u16, usize)],
    drawn: Vec<(u8, Sex)>,
    options: &Options,
    next: &mut u32,
    random: &mut Random,
    people: &mut Vec<Skeleton>,
) -> Result<(), SynthError> {
    let in_homes = [
        parameters.number("care_home_65")?,
        parameters.number("care_home_75")?,
        parameters.number("care_home_85")?,
    ];
    let mut free: Vec<Free> = drawn
        .into_iter()
        .map(|(age, sex)| Free {
            age,
            sex,
            taken: false,
        })
        .collect();
    let mut groups: Vec<(Vec<usize>, bool)> = Vec::new();
    let home: Vec<usize> = (0..free.len())
        .filter(|at| {
            let share = match free[*at].age {
                0..65 => 0.0,
                65..75 => in_homes[0],
                75..85 => in_homes[1],
                _ => in_homes[2],
            };
            random.chance(share)
        })
        .collect();
    for at in &home {
        free[*at].taken = true;
        groups.push((vec![*at], true));
    }
    families(&mut free, &mut groups, random);
    couples(&mut free, &mut groups, random);
    sharers(&mut free, &mut groups, random);
    for (at, one) in free.iter_mut().enumerate() {
        if !one.taken {
            one.taken = true;
            groups.push((vec![at], false));
        }
    }
    let start = Random::new(options.seed, Stream::Household, u64::MAX).unit();
    for (area, (members, care_home)) in to_areas(group, &free, groups) {
        let household = *next;
        *next += 1;
        let of = &place.areas[usize::from(area)];
        let ethnic = ethnic_group(of.ethnic, &members, &free, even(u64::from(household), start));
        for at in members {
            let one = free[at];
            people.push(Skeleton {
                birth: birth(one.age, options.today, random),
                death: None,
                dies: None,
                area,
                practice: u16::MAX,
                household,
                ethnic: if random.chance(0.04) {
                    mixed(ethnic, random)
                } else {
                    ethnic
                },
                sex: one.sex,
                care_home,
                dependant: !care_home && one.age < 18,
                conditions: 0,
                coming: 0,
                visits: 0,
                stays: 0,
                first_visit: 0,
                first_stay: 0,
            });
        }
    }
    Ok(())
}

/// Which area each household lives in: the large ones first, each where most people are wanted, so that those who live alone
/// fill every area to its number.
fn to_areas(
    group: &[(u16, usize)],
    free: &[Free],
    mut households: Vec<(Vec<usize>, bool)>,
) -> Vec<(u16, (Vec<usize>, bool))> {
    if let [(area, _)] = group {
        return households
            .into_iter()
            .map(|household| (*area, household))
            .collect();
    }
    households.sort_by_key(|(members, _)| std::cmp::Reverse(members.len()));
    let mut wanted: Vec<(u16, i64)> = group.iter().map(|(area, count)| (*area, *count as i64)).collect();
    let mut settled: Vec<(u16, (Vec<usize>, bool))> = Vec::with_capacity(households.len());
    for household in households {
        let size = household.0.len() as i64;
        if let Some(most) = wanted
            .iter_mut()
            .max_by_key(|(area, left)| (*left, std::cmp::Reverse(*area)))
        {
            most.1 -= size;
            settled.push((most.0, household));
        }
    }
    // Where nobody who lives alone was left to fill an area up, a grown member of a full one moves there.
    while let (Some(short), Some(over)) = (
        wanted.iter().position(|(_, left)| *left > 0),
        wanted.iter().position(|(_, left)| *left < 0),
    ) {
        let from = wanted[over].0;
        let moving = settled
            .iter_mut()
            .filter(|(area, (members, _))| {
                *area == from && members.iter().filter(|member| free[**member].age >= 18).count() > 1
            })
            .find_map(|(_, (members, _))| {
                let at = members.iter().rposition(|member| free[*member].age >= 18)?;
                Some(members.remove(at))
            });
        let Some(moving) = moving else { break };
        settled.push((wanted[short].0, (vec![moving], false)));
        wanted[short].1 -= 1;
        wanted[over].1 += 1;
    }
    settled.sort_by_key(|(area, _)| *area);
    settled
}

/// Partners of another group than the household's.
fn mixed(ethnic: u8, random: &mut Random) -> u8 {
    if ethnic == 3 { random.below(3) as u8 } else { 3 }
}

/// The household's group: by the area's shares, the older the household the less diverse (Census 2021: the age profile of
/// the groups; the factors are assumptions that keep an area's share).
fn ethnic_group(shares: [f64; 5], members: &[usize], free: &[Free], at: f64) -> u8 {
    let oldest = members.iter().map(|member| free[*member].age).max().unwrap_or(40);
    let factor = match oldest {
        0..25 => 1.15,
        25..50 => 1.45,
        50..65 => 0.75,
        65..75 => 0.4,
        _ => 0.25,
    };
    let sum: f64 = shares.iter().sum();
    let mut left = at;
    for group in [0u8, 1, 2, 4] {
        left -= shares[usize::from(group)] / sum.max(1.0) * factor;
        if left < 0.0 {
            return group;
        }
    }
    3
}

fn birth(age: u8, today: Day, random: &mut Random) -> Day {
    let mut age = i32::from(age);
    if age >= 90 {
        age = (90.0 + random.exponential(2.7)).min(106.0) as i32;
    }
    let years = f64::from(age) * 365.25;
    today.plus(-(years.ceil() as i32) - random.between(0, 364))
}

/// The free person of an age nearest to `age`, from `low` on, of a sex if one is asked for.
fn nearest(free: &[Free], age: i32, low: i32, sex: Option<Sex>) -> Option<usize> {
    (0..free.len())
        .filter(|at| !free[*at].taken && i32::from(free[*at].age) >= low.max(18))
        .filter(|at| sex.is_none_or(|sex| free[*at].sex == sex))
        .min_by_key(|at| (i32::from(free[*at].age) - age).abs())
        .filter(|at| (i32::from(free[*at].age) - age).abs() <= 14)
}

/// Children in sets of siblings, with a mother or a father or both.
fn families(free: &mut [Free], groups: &mut Vec<(Vec<usize>, bool)>, random: &mut Random) {
    let children: Vec<usize> = (0..free.len())
        .filter(|at| !free[*at].taken && free[*at].age < 18)
        .collect();
    let mut next = 0;
    while next < children.len() {
        // Census 2021: of families with dependent children 44% have one, 41% two, 15% three or more.
        let size = 1 + random.weighted(&[0.44, 0.41, 0.12, 0.03]);
        // Ages rise along the list; siblings stand a few places apart.
        let mut set = Vec::new();
        for at in children[next..].iter().take(size) {
            set.push(*at);
        }
        next += size;
        for at in &set {
            free[*at].taken = true;
        }
        let oldest = set.iter().map(|at| i32::from(free[*at].age)).max().unwrap_or(0);
        let wanted = oldest + 24 + random.between(0, 11);
        let low = oldest + 16;
        let mother = nearest(free, wanted, low, Some(Sex::Female));
        if let Some(mother) = mother {
            free[mother].taken = true;
            set.push(mother);
            if random.chance(0.77)
                && let Some(father) = nearest(free, i32::from(free[mother].age) + 2, low, Some(Sex::Male))
            {
                free[father].taken = true;
                set.push(father);
            }
        } else if let Some(father) = nearest(free, wanted + 2, low, None) {
            free[father].taken = true;
            set.push(father);
        } else if let Some((members, _)) = groups
            .iter_mut()
            .rev()
            .find(|(members, home)| !home && members.iter().any(|at| i32::from(free[*at].age) >= low.max(18)))
        {
            members.extend(set);
            continue;
        }
        groups.push((set, false));
    }
}

/// Two grown people who live together, and now and then a grown child with them.
fn couples(free: &mut [Free], groups: &mut Vec<(Vec<usize>, bool)>, random: &mut Random) {
    for at in (0..free.len()).rev() {
        if free[at].taken || free[at].age < 20 {
            continue;
        }
        let share = match free[at].age {
            20..25 => 0.18,
            25..35 => 0.5,
            35..65 => 0.56,
            65..75 => 0.66,
            75..85 => 0.54,
            _ => 0.3,
        };
        if !random.chance(share) {
            continue;
        }
        let same = random.chance(0.015);
        let other = match (free[at].sex, same) {
            (sex, true) => sex,
            (Sex::Female, false) => Sex::Male,
            (Sex::Male, false) => Sex::Female,
        };
        free[at].taken = true;
        let mut set = vec![at];
        if let Some(partner) = nearest(free, i32::from(free[at].age) - 1, 18, Some(other)) {
            free[partner].taken = true;
            set.push(partner);
        }
        if (45..66).contains(&free[at].age)
            && random.chance(0.3)
            && let Some(child) = nearest(free, 21, 18, None)
        {
            free[child].taken = true;
            set.push(child);
        }
        groups.push((set, false));
    }
}

/// Young people who share.
fn sharers(free: &mut [Free], groups: &mut Vec<(Vec<usize>, bool)>, random: &mut Random) {
    let young: Vec<usize> = (0..free.len())
        .filter(|at| !free[*at].taken && (18..30).contains(&free[*at].age))
        .collect();
    let mut next = 0;
    while next < young.len() {
        let size = 1 + random.weighted(&[0.35, 0.25, 0.2, 0.2]);
        let set: Vec<usize> = young[next..].iter().take(size).copied().collect();
        next += size;
        for at in &set {
            free[*at].taken = true;
        }
        groups.push((set, false));
    }
}
