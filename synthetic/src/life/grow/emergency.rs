//! Emergency care: calls, visits and stays of the counted months, with waits for a way home.

use super::Growing;
use super::measure::{Body, take};
use crate::day::{Day, Moment};
use crate::life::{
    Admission, Attendance, Contact, ContactKind, Letter, LetterKind, Life, Organisation, Pathway,
};
use crate::place::{ServiceKind, SiteKind, kilometres};
use crate::random::{Random, Stream};

impl Growing<'_> {
    /// The nearest site of a kind, by distance with a little chance among the near ones.
    pub(super) fn site(&self, kinds: &[SiteKind], random: &mut Random) -> Organisation {
        let here = self.region.place.areas[usize::from(self.bones.area)].position;
        let mut best = (f64::MAX, 0);
        for (at, site) in self.region.place.sites.iter().enumerate() {
            if kinds.contains(&site.kind) {
                let away = kilometres(here, site.position) * (0.92 + 0.16 * random.unit());
                if away < best.0 {
                    best = (away, at);
                }
            }
        }
        Organisation::Site(best.1 as u16)
    }

    /// The service of a kind that serves the person's council, or everybody.
    pub(super) fn service(&self, kind: ServiceKind) -> Organisation {
        let council = self.region.place.areas[usize::from(self.bones.area)].council;
        let found = self
            .region
            .place
            .services
            .iter()
            .position(|service| service.kind == kind && service.council.is_none_or(|of| of == council));
        Organisation::Service(found.unwrap_or(0) as u8)
    }

    /// A condition to come for: something that passed near the day, else one of the long-term ones.
    fn reason(&self, life: &Life, day: Day, random: &mut Random) -> Option<u8> {
        let near = life
            .problems
            .iter()
            .filter(|problem| usize::from(problem.condition) >= self.region.parameters.chronic)
            .find(|problem| (problem.onset.0 - day.0).abs() < 15);
        if let Some(problem) = near {
            return Some(problem.condition);
        }
        let weights: Vec<f64> = life
            .problems
            .iter()
            .map(|problem| {
                if problem.onset <= day {
                    self.region.parameters.conditions[usize::from(problem.condition)].emergency
                } else {
                    0.0
                }
            })
            .collect();
        let sum: f64 = weights.iter().sum();
        if sum > 0.0 && random.chance(0.7) {
            return life
                .problems
                .get(random.weighted(&weights))
                .map(|problem| problem.condition);
        }
        let words = [
            "chest_pain",
            "abdominal_pain",
            "head_injury",
            "laceration",
            "sprain_ankle",
            "syncope",
        ];
        self.region.parameters.condition(random.pick::<&str>(&words))
    }
}

/// An hour of arrival: few at night, most from late morning to evening.
fn arrival(random: &mut Random) -> u16 {
    const BY_HOUR: [f64; 24] = [
        2.6, 2.1, 1.8, 1.6, 1.5, 1.6, 1.9, 2.7, 4.1, 5.4, 6.1, 6.3, 6.1, 5.9, 5.7, 5.7, 5.8, 5.9, 5.9, 5.6,
        5.1, 4.5, 3.7, 3.1,
    ];
    (random.weighted(&BY_HOUR) * 60 + random.below(60)) as u16
}

/// Visits to emergency departments and urgent treatment that did not end in a stay, and calls to 111.
pub(super) fn visits(growing: &Growing<'_>, life: &mut Life) {
    let mut random = growing.random(Stream::Emergency);
    let bones = growing.bones;
    for n in 0..u32::from(bones.visits) {
        let day = growing
            .region
            .calendar
            .day(0, bones.first_visit + n, bones.birth, growing.last);
        let age = growing.age(day);
        let minor = random.chance(0.34);
        let kind = if minor {
            ContactKind::UrgentTreatment
        } else {
            ContactKind::Emergency
        };
        let organisation = if minor {
            growing.site(
                &[SiteKind::Urgent, SiteKind::Community, SiteKind::Acute],
                &mut random,
            )
        } else {
            growing.site(&[SiteKind::Acute], &mut random)
        };
        let ambulance = !minor && random.chance(0.09 + 0.85 / (1.0 + ((80.0 - age) / 6.0).exp()));
        let minutes = (60.0 + 130.0 * random.exponential(1.0)).min(900.0) as u16;
        let start = day.at(arrival(&mut random));
        let reason = growing.reason(life, day, &mut random);
        let call = ambulance.then(|| call_999(growing, life, start, reason));
        let place = life.contacts.len() as u32;
        life.contacts.push(Contact {
            kind,
            start,
            end: Some(start.plus(i32::from(minutes))),
            organisation,
            reason,
            attendance: Some(Attendance {
                ambulance,
                minutes,
                admitted: false,
            }),
            admission: None,
            after: call,
        });
        if !minor {
            letter(
                life,
                LetterKind::Emergency,
                start.plus(i32::from(minutes)),
                place,
                &mut random,
            );
        }
    }
    let years = growing
        .last
        .age_since(growing.region.calendar.first.max(bones.birth))
        .max(0.0);
    for _ in 0..random.poisson(growing.rates.call_111 * years) {
        let day = growing
            .last
            .plus(-(random.below((years * 365.0) as usize + 1) as i32));
        let start = day.at(arrival(&mut random));
        let place = life.contacts.len() as u32;
        let reason = growing.reason(life, day, &mut random);
        life.contacts.push(Contact {
            kind: ContactKind::Call111,
            start,
            end: Some(start.plus(14)),
            organisation: growing.service(ServiceKind::Call111),
            reason,
            ..Contact::default()
        });
        letter(life, LetterKind::Report111, start.plus(20), place, &mut random);
    }
}

fn call_999(growing: &Growing<'_>, life: &mut Life, arrived: Moment, reason: Option<u8>) -> u32 {
    let place = life.contacts.len() as u32;
    life.contacts.push(Contact {
        kind: ContactKind::Call999,
        start: arrived.plus(-75),
        end: Some(arrived),
        organisation: growing.service(ServiceKind::Ambulance),
        reason,
        ..Contact::default()
    });
    place
}

fn letter(life: &mut Life, kind: LetterKind, at: Moment, contact: u32, random: &mut Random) {
    life.letters.push(Letter {
        kind,
        at,
        late: if random.chance(0.08) {
            random.between(5, 40) as u16
        } else {
            random.between(0, 2) as u16
        },
        contact: Some(contact),
        misfiled: false,
    });
}

/// Emergency stays.
pub(super) fn stays(growing: &Growing<'_>, life: &mut Life) {
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Emergency,
        1 << 41 | u64::from(growing.index),
    );
    let bones = growing.bones;
    let body = Body::of(growing, life);
    let mut days: Vec<Day> = (0..u32::from(bones.stays))
        .map(|n| {
            growing
                .region
                .calendar
                .day(1, bones.first_stay + n, bones.birth, growing.last)
        })
        .collect();
    days.sort_unstable();
    let dies_there = growing.dies() && random.chance(0.95);
    let count = days.len();
    for (number, mut day) in days.into_iter().enumerate() {
        let age = growing.age(day);
        let zero = random.chance(growing.rates.zero_day);
        // Nights: log-normal, longer with age (assumption, so that the means are those published for 2022).
        let middle = 2.3 + 0.033 * (age - 20.0).max(0.0);
        let mut nights = if zero {
            0
        } else {
            (middle * (0.95 * random.normal()).exp()).ceil().clamp(1.0, 180.0) as i32
        };
        let share = if age >= 70.0 {
            growing.rates.nctr_share
        } else {
            growing.rates.nctr_share_young
        };
        let waits = !zero && age >= 18.0 && random.chance(share);
        let wait = random
            .exponential(growing.rates.nctr_days * growing.region.calendar.waits(day))
            .ceil()
            .clamp(1.0, 160.0) as i32;
        let ready = nights;
        if waits {
            nights += wait;
        }
        let died = dies_there && number + 1 == count;
        if died {
            day = growing.last.plus(-nights).max(bones.birth);
        }
        let via = random.chance(growing.rates.ed_via);
        let arrived = day.at(arrival(&mut random));
        let reason = growing.reason(life, day, &mut random);
        let organisation = growing.site(&[SiteKind::Acute], &mut random);
        let mut after = None;
        let mut start = arrived;
        if via {
            let ambulance = random.chance(0.2 + 0.75 / (1.0 + ((77.0 - age) / 7.0).exp()));
            let call = ambulance.then(|| call_999(growing, life, arrived, reason));
            let minutes = (150.0 + 200.0 * random.exponential(1.0)).min(1430.0) as u16;
            start = arrived.plus(i32::from(minutes));
            after = Some(life.contacts.len() as u32);
            life.contacts.push(Contact {
                kind: ContactKind::Emergency,
                start: arrived,
                end: Some(start),
                organisation,
                reason,
                attendance: Some(Attendance {
                    ambulance,
                    minutes,
                    admitted: true,
                }),
                admission: None,
                after: call,
            });
        }
        let left = if zero {
            start.plus(random.between(120, 500))
        } else {
            day.plus(nights).at((10 * 60 + random.below(500)) as u16)
        };
        let gone = left.day <= growing.last;
        let pathway = match random.unit() {
            at if age < 65.0 => u8::from(at > 0.96),
            at if at < 0.62 => 0,
            at if at < 0.9 => 1,
            at if at < 0.96 => 2,
            _ => 3,
        };
        let place = life.contacts.len() as u32;
        life.contacts.push(Contact {
            kind: ContactKind::EmergencyAdmission,
            start,
            end: gone.then_some(left.max(start)),
            organisation,
            reason,
            attendance: None,
            admission: Some(Admission {
                method: if via { 21 } else { *random.pick(&[22, 22, 28]) },
                nights: gone.then_some(nights.max(0) as u16),
                ready: waits.then(|| day.plus(ready)).filter(|day| *day <= growing.last),
                delay_reason: random.below(20) as u8,
                pathway: Pathway(if waits { pathway.max(1) } else { pathway }),
                died,
                day_case: false,
            }),
            after,
        });
        take(
            growing,
            life,
            &body,
            &[
                "systolic",
                "pulse",
                "respiratory_rate",
                "oxygen_saturation",
                "temperature",
                "haemoglobin",
                "white_cells",
                "platelets",
                "creatinine",
                "egfr",
                "sodium",
                "potassium",
                "urea",
                "crp",
            ],
            start,
            Some(place),
            &mut random,
        );
        if gone && !died {
            letter(life, LetterKind::Discharge, left, place, &mut random);
        }
    }
}
