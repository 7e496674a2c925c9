//! Moves in the days to come: a household goes together, to an area near by more often than to one far away, and registers with
//! another practice when its own is far from there.

use super::Growing;
use super::person::address;
use crate::life::{Life, Move, Organisation};
use crate::people::nearest;
use crate::place::kilometres;
use crate::random::{Random, Stream};

/// Kilometres to the practice from which on people look for another (assumption).
const FAR: f64 = 5.0;

/// The move of the person's household in the days to come, if it moves.
pub(super) fn moving(growing: &Growing<'_>) -> Option<Move> {
    let (region, bones) = (growing.region, growing.bones);
    if bones.death.is_some() || bones.care_home {
        return None;
    }
    let subject = u64::from(bones.household);
    let mut random = Random::new(region.options.seed, Stream::Moving, subject);
    if !random.chance(growing.rates.moves) {
        return None;
    }
    let day = growing.today.plus(random.between(1, crate::AHEAD - 45));
    let here = region.place.areas[usize::from(bones.area)].position;
    // Two thirds stay within the town or the next villages (assumption); who goes further is drawn by where people live.
    let near = random.chance(0.65);
    let pull: Vec<f64> = region
        .place
        .areas
        .iter()
        .map(|area| {
            let away = kilometres(here, area.position);
            area.residents * if near { (-away / 2.5).exp() } else { 1.0 }
        })
        .collect();
    let area = random.weighted(&pull) as u16;
    let there = region.place.areas[usize::from(area)].position;
    let practice = region
        .place
        .practices
        .get(usize::from(bones.practice))
        .and_then(|practice| {
            let other = nearest(&region.place, area, &mut random);
            let far = kilometres(there, practice.position) > FAR && other != bones.practice;
            far.then(|| (other, day.plus(random.between(3, 40))))
        });
    let of_home = Random::new(region.options.seed, Stream::Moving, 1 << 40 | subject);
    let (lines, town, postcode) = address(region, bones, area, of_home);
    // Who is born or dies before does not move.
    (day > bones.birth && day < growing.last).then_some(Move {
        day,
        area,
        lines,
        town,
        postcode,
        practice: practice.filter(|(_, day)| *day < growing.last),
    })
}

/// After a move contacts with the practice are with the new one.
pub(super) fn registered_elsewhere(life: &mut Life) {
    let Some((practice, since)) = life.person.moving.as_ref().and_then(|moving| moving.practice) else {
        return;
    };
    let (Some(before), after) = (
        life.person.practice.map(Organisation::Practice),
        Organisation::Practice(practice),
    ) else {
        return;
    };
    let contacts = life
        .contacts
        .iter_mut()
        .map(|one| (one.start.day, &mut one.organisation));
    let appointments = life
        .appointments
        .iter_mut()
        .map(|one| (one.at.day, &mut one.organisation));
    for (day, organisation) in contacts.chain(appointments) {
        if day >= since && *organisation == before {
            *organisation = after;
        }
    }
}
