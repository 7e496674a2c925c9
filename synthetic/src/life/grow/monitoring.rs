//! Who is monitored at home, and what the monitors show. A day's readings are a function of the person, the programme and
//! the day: they do not depend on which days are asked for.

use super::Growing;
use super::measure::Body;
use crate::day::Day;
use crate::life::{ContactKind, Life, Measurement, Package, PackageKind, Programme, Reading, Sex};
use crate::place::ServiceKind;
use crate::random::{Random, Stream};
use crate::region::Region;

/// Readings of one programme on one day, at most: a block of ordinals.
const A_DAY: u32 = 32;
/// Days before a stay in which the monitors show that it comes.
const BEFORE: i32 = 6;

/// The programmes of the person.
pub(super) fn programmes(growing: &Growing<'_>, life: &mut Life) {
    let mut random = growing.random(Stream::Monitoring);
    let [heart, lungs, pressure, type_1, type_2, ward] = growing.rates.monitored;
    let adult = growing.age(growing.last) >= 18.0;
    let lasting = [
        ("heart_failure", heart, Programme::Heart, true),
        ("copd", lungs, Programme::Lungs, true),
        ("diabetes_type_1", type_1, Programme::Glucose, false),
        ("diabetes_type_2", type_2, Programme::Glucose, true),
    ];
    let mut found: Vec<(Programme, Day, Option<Day>)> = Vec::new();
    for (condition, share, programme, grown) in lasting {
        let [hit, when, how_long] = std::array::from_fn(|_| random.unit());
        if growing.has(condition) && hit < share && (adult || !grown) {
            let start = growing.last.plus(-((1096.0 * when) as i32) - 1);
            found.push((
                programme,
                start,
                Some(start.plus(120 + (500.0 * how_long) as i32)),
            ));
        }
    }
    let [hit, when] = std::array::from_fn(|_| random.unit());
    if growing.has("hypertension") && hit < pressure && adult {
        for year in 0..3 {
            let start = growing.last.plus(-365 * year - (360.0 * when) as i32 - 8);
            found.push((Programme::Pressure, start, Some(start.plus(6))));
        }
    }
    // A draw for each stay, in the order in which stays were made.
    for contact in &life.contacts {
        let Some(stay) = contact.admission else { continue };
        if contact.kind != ContactKind::EmergencyAdmission {
            continue;
        }
        let [hit, how_long] = std::array::from_fn(|_| random.unit());
        let Some(home) = contact
            .end
            .filter(|_| !stay.died && stay.nights.is_some_and(|nights| nights >= 2))
        else {
            continue;
        };
        if hit < ward && growing.age(home.day) >= 18.0 {
            found.push((
                Programme::VirtualWard,
                home.day,
                Some(home.day.plus(5 + (10.0 * how_long) as i32)),
            ));
        }
    }
    for (programme, start, end) in found {
        if start > growing.bones.birth && start < growing.last {
            life.packages.push(Package {
                kind: PackageKind::Monitoring,
                start,
                end: end.filter(|end| *end < growing.last),
                weekly: 0,
                organisation: growing.service(ServiceKind::Hub),
                item: Programme::ALL
                    .iter()
                    .position(|one| *one == programme)
                    .unwrap_or(0) as u8,
            });
        }
    }
}

/// The readings from one day to another, both among them, by moment.
pub(crate) fn readings(region: &Region, life: &Life, from: Day, to: Day) -> Vec<Reading> {
    let growing = Growing::of(region, life.person.index);
    let to = to.min(growing.last);
    let going: Vec<(usize, &Package, Programme)> = life
        .packages
        .iter()
        .enumerate()
        .filter(|(_, one)| one.kind == PackageKind::Monitoring && one.start <= to)
        .filter(|(_, one)| one.end.is_none_or(|end| end >= from))
        .filter_map(|(at, one)| Some((at, one, Programme::of(one.item)?)))
        .collect();
    if going.is_empty() {
        return Vec::new();
    }
    let body = Body::of(&growing, life);
    let mut found = Vec::new();
    for (at, package, programme) in going {
        let (first, last) = (package.start.max(from), package.end.unwrap_or(to).min(to));
        for day in first.0..=last.0 {
            if !in_hospital(life, Day(day)) {
                of_a_day(
                    &growing,
                    life,
                    &body,
                    at,
                    package,
                    programme,
                    Day(day),
                    &mut found,
                );
            }
        }
    }
    found.sort_by_key(|one: &Reading| (one.measurement.at, one.ordinal));
    found
}

#[expect(
    clippy::too_many_arguments,
    reason = "one day of one programme: whose, and where it goes"
)]
fn of_a_day(
    growing: &Growing<'_>,
    life: &Life,
    body: &Body,
    at: usize,
    package: &Package,
    programme: Programme,
    day: Day,
    found: &mut Vec<Reading>,
) {
    let subject =
        u64::from(growing.index) | u64::from(day.0.max(0) as u32 & 0xffff) << 24 | (at as u64 & 0x7f) << 40;
    let mut random = Random::new(growing.region.options.seed, Stream::Monitoring, 1 << 47 | subject);
    let unwell = unwell(life, package, programme, day);
    let age = growing.age(day);
    let male = growing.bones.sex == Sex::Male;
    let mut ordinal = at as u32 * A_DAY;
    for hour in programme.hours() {
        // One reading in twelve is forgotten (assumption).
        let forgotten = random.chance(1.0 / 12.0);
        let moment = day.at(hour * 60 + random.below(50) as u16);
        for key in programme.tests() {
            let place = ordinal;
            ordinal += 1;
            let Some(test) = growing.region.parameters.test(key) else {
                continue;
            };
            let (value, second) = body.value(key, day, age, male, &mut random);
            let digits = 10f64.powi(i32::from(
                growing.region.parameters.tests[usize::from(test)].decimals,
            ));
            let round = |value: f64| ((value * digits).round() / digits) as f32;
            if !forgotten {
                found.push(Reading {
                    programme,
                    ordinal: place,
                    measurement: Measurement {
                        test,
                        at: moment,
                        value: round(shifted(key, value, unwell)),
                        second: second.map(round),
                        contact: None,
                    },
                });
            }
        }
    }
}

/// How unwell a person is, 0 to 1: on the way to an emergency stay, or still recovering on a virtual ward.
fn unwell(life: &Life, package: &Package, programme: Programme, day: Day) -> f64 {
    let coming = life
        .contacts
        .iter()
        .filter(|contact| contact.kind == ContactKind::EmergencyAdmission)
        .map(|contact| contact.start.day.0 - day.0)
        .filter(|days| (0..BEFORE).contains(days))
        .map(|days| f64::from(BEFORE - days) / f64::from(BEFORE))
        .fold(0.0, f64::max);
    let recovering = if programme == Programme::VirtualWard {
        0.7 * (-f64::from(day.0 - package.start.0) / 4.0).exp()
    } else {
        0.0
    };
    f64::max(coming, recovering)
}

/// What being unwell does to a value (assumptions: the directions are those of NEWS2's scores).
fn shifted(key: &str, value: f64, unwell: f64) -> f64 {
    match key {
        "oxygen_saturation" => (value - 4.5 * unwell).max(80.0),
        "pulse" => value + 18.0 * unwell,
        "respiratory_rate" => value + 6.0 * unwell,
        "temperature" => value + 1.1 * unwell,
        "weight" => value + 2.6 * unwell,
        "glucose" => value + 3.0 * unwell,
        _ => value,
    }
}

/// Whether the person spends the whole day in a hospital, where no monitor of theirs is.
fn in_hospital(life: &Life, day: Day) -> bool {
    life.contacts.iter().any(|contact| {
        contact.admission.is_some() && contact.start.day < day && contact.end.is_none_or(|end| end.day > day)
    })
}
