//! Which practice: near, and in proportion to the real lists.

use super::{Skeleton, apportion};
use crate::parameters::Parameters;
use crate::place::{Place, kilometres};
use crate::random::{Random, Stream};
use crate::{Options, SynthError};

/// How fast the wish to register falls with distance: to a third every so many kilometres (assumption).
const REACH: f64 = 2.2;

/// Gives each household a practice.
pub(super) fn register(
    place: &Place,
    parameters: &Parameters,
    options: &Options,
    people: &mut [Skeleton],
) -> Result<(), SynthError> {
    let unknown = parameters.number("registered_not_known")?;
    let mut apart = Random::new(options.seed, Stream::Household, u64::MAX - 1);
    let registered: Vec<bool> = people.iter().map(|_| !apart.chance(unknown)).collect();
    let mut living = vec![0.0; place.areas.len()];
    for (one, registered) in people.iter().zip(&registered) {
        living[usize::from(one.area)] += f64::from(u8::from(*registered));
    }
    let total = living.iter().sum::<f64>() as usize;
    let lists = apportion(
        &place
            .practices
            .iter()
            .map(|practice| practice.list)
            .collect::<Vec<_>>(),
        total,
    );
    let shares = balanced(place, &living, &lists);
    // What each practice is still owed grows area by area; each household goes where most is owed.
    let mut owed = vec![0.0; place.practices.len()];
    let mut at = 0;
    while at < people.len() {
        let area = usize::from(people[at].area);
        for (owed, share) in owed.iter_mut().zip(&shares[area]) {
            *owed += share;
        }
        while at < people.len() && usize::from(people[at].area) == area {
            let household = people[at].household;
            let end = at
                + people[at..]
                    .iter()
                    .take_while(|one| one.household == household)
                    .count();
            let most = (0..owed.len())
                .filter(|practice| shares[area][*practice] > 1e-6)
                .max_by(|one, other| owed[*one].total_cmp(&owed[*other]));
            for one in at..end {
                if registered[one] {
                    people[one].practice = most.map_or(u16::MAX, |most| most as u16);
                    if let Some(most) = most {
                        owed[most] -= 1.0;
                    }
                }
            }
            at = end;
        }
    }
    Ok(())
}

/// The practice that somebody who comes to an area registers with: a large one near by more often than others.
pub(crate) fn nearest(place: &Place, area: u16, random: &mut Random) -> u16 {
    let here = place.areas[usize::from(area)].position;
    let pull: Vec<f64> = place
        .practices
        .iter()
        .map(|practice| practice.list * (-kilometres(here, practice.position) / REACH).exp())
        .collect();
    random.weighted(&pull) as u16
}

/// People of each area by practice: gravity, brought to the areas' people and the practices' lists in turn.
fn balanced(place: &Place, living: &[f64], lists: &[usize]) -> Vec<Vec<f64>> {
    let mut shares: Vec<Vec<f64>> = place
        .areas
        .iter()
        .map(|area| {
            let pull = |practice: &crate::place::Practice| {
                let away = kilometres(area.position, practice.position);
                practice.list * (-away / REACH).exp()
            };
            place.practices.iter().map(pull).collect()
        })
        .collect();
    for _ in 0..60 {
        for (area, row) in shares.iter_mut().enumerate() {
            let sum: f64 = row.iter().sum();
            if sum > 0.0 {
                row.iter_mut().for_each(|share| *share *= living[area] / sum);
            }
        }
        for (practice, list) in lists.iter().enumerate() {
            let sum: f64 = shares.iter().map(|row| row[practice]).sum();
            if sum > 0.0 {
                shares
                    .iter_mut()
                    .for_each(|row| row[practice] *= *list as f64 / sum);
            }
        }
    }
    shares
}
