//! Prevention: smoking, immunisation, screening and checks, with those that were missed.

use super::Growing;
use crate::day::Day;
use crate::life::{Contact, ContactKind, Immunisation, Life, Measurement, Organisation, Procedure, Sex};
use crate::place::ServiceKind;
use crate::random::Stream;

/// Smoking status at a few times in a grown life: 0 never, 1 ex, 2 current.
pub(super) fn smoking(growing: &Growing<'_>, life: &mut Life) {
    let age = growing.age(growing.last);
    let Some(test) = growing.region.parameters.test("smoking_status") else {
        return;
    };
    let mut random = growing.random(Stream::Prevention);
    if age < 16.0 || growing.bones.practice == u16::MAX {
        return;
    }
    let lungs = if growing.has("copd") { 2.6 } else { 1.0 };
    let mind = if growing.has("schizophrenia") { 2.2 } else { 1.0 };
    let old = if age >= 65.0 {
        0.55
    } else if age < 25.0 {
        0.78
    } else {
        1.0
    };
    let smokes = random.chance((growing.between(growing.rates.smoking) * lungs * mind * old).min(0.8));
    let stopped = !smokes
        && random.chance(if growing.has("copd") {
            0.8
        } else {
            0.12 + 0.3 * (age / 90.0)
        });
    let first = growing.since.max(growing.bones.birth.plus_years(16.0));
    let span = (growing.last.0 - first.0).max(1);
    let quit = first.plus((f64::from(span) * random.unit()) as i32);
    for part in 0..(1 + span / 900).min(5) {
        let day = first.plus(part * 900 + random.between(0, 300)).working();
        if day > growing.last {
            break;
        }
        let value = if smokes || (stopped && day < quit && growing.has("copd")) {
            2.0
        } else if stopped {
            1.0
        } else {
            0.0
        };
        life.measurements.push(Measurement {
            test,
            at: day.at(9 * 60 + 30),
            value,
            second: None,
            contact: None,
        });
    }
}

/// The vaccines of each age, given or declined; flu and others each autumn.
pub(super) fn immunise(growing: &Growing<'_>, life: &mut Life) {
    if growing.bones.practice == u16::MAX {
        return;
    }
    let mut random = growing.random(Stream::Prevention);
    // A family that declines one mostly declines the next: one leaning for the whole life.
    let leaning = random.unit();
    let uptake = growing.between(growing.rates.child_uptake);
    let (birth, last) = (growing.bones.birth, growing.last);
    for (place, vaccine) in growing.region.parameters.vaccines.iter().enumerate() {
        let [when, own] = std::array::from_fn(|_| random.unit());
        let first_year = Day::ymd(vaccine.first_year.max(1950), 9, 1);
        let mut push = |day: Day, declined: bool| {
            if day <= last && day >= birth {
                life.immunisations.push(Immunisation {
                    vaccine: place as u8,
                    dose: vaccine.dose,
                    day,
                    declined,
                });
            }
        };
        let key = vaccine.key.as_str();
        if key.ends_with("pregnancy")
            || (key.starts_with("mmrv") || key == "six_in_one_4") && last < first_year
        {
            continue;
        }
        let autumns = matches!(key, "flu_child" | "flu_65" | "flu_at_risk" | "covid_booster");
        if autumns {
            let from = growing.since.max(first_year).date().year();
            for year in from..=last.date().year() {
                let day = Day::ymd(year, 10, 1).plus((60.0 * own) as i32 + random.between(0, 12));
                let age = growing.age(day);
                let eligible = match key {
                    "flu_child" => (2.0..11.0).contains(&age),
                    "flu_65" => age >= 65.0,
                    "covid_booster" => age >= 75.0,
                    _ => {
                        (11.0..65.0).contains(&age)
                            && life
                                .problems
                                .iter()
                                .any(|problem| problem.condition < 24 && problem.onset < day)
                    }
                };
                let share = match key {
                    "flu_65" => growing.rates.flu_65 - 0.09 * (5.5 - growing.decile) / 9.0,
                    "flu_child" => 0.5,
                    "covid_booster" => 0.62,
                    _ => 0.42,
                };
                if eligible {
                    let taken = 0.7 * leaning + 0.3 * random.unit() < share;
                    if taken || random.chance(0.25) {
                        push(day, !taken);
                    }
                }
            }
            continue;
        }
        let (due, share) = match key {
            "covid_1" => (
                Day::ymd(2021, 2, 1).plus((100.0 * when) as i32),
                if growing.age(Day::ymd(2021, 2, 1)) >= 16.0 {
                    0.9
                } else {
                    0.0
                },
            ),
            "covid_2" => (
                Day::ymd(2021, 4, 20).plus((100.0 * when) as i32),
                if growing.age(Day::ymd(2021, 2, 1)) >= 16.0 {
                    0.88
                } else {
                    0.0
                },
            ),
            "hpv" if growing.bones.sex == Sex::Male && birth < Day::ymd(2006, 9, 1) => continue,
            _ if vaccine.age < 0.0 => continue,
            _ => (
                birth
                    .plus_years(vaccine.age)
                    .plus(3 + (40.0 * when * when) as i32),
                if vaccine.age >= 60.0 { 0.68 } else { uptake },
            ),
        };
        if due < first_year || due > last {
            continue;
        }
        if 0.85 * leaning + 0.15 * own < share {
            push(due.working(), false);
        } else if share > 0.0 && own < 0.5 {
            push(due.working(), true);
        }
    }
}

/// Screening rounds and health checks, taken up or missed, and the health visitor's contacts with the youngest.
pub(super) fn screen(growing: &Growing<'_>, life: &mut Life) {
    let mut random = growing.random(Stream::Prevention);
    let parameters = &growing.region.parameters;
    let uptake = growing.between(growing.rates.screen);
    // Rounds: procedure, sex, ages, years between, factor of the uptake.
    let rounds = [
        ("cervical_screening", Some(Sex::Female), 25.0, 64.0, 4.0, 1.04),
        ("breast_screening", Some(Sex::Female), 50.0, 71.0, 3.0, 1.0),
        ("bowel_screening", None, 54.0, 75.0, 2.0, 1.0),
        ("aaa_screening", Some(Sex::Male), 65.0, 66.0, 99.0, 1.15),
        ("nhs_health_check", None, 40.0, 75.0, 5.0, 0.62),
    ];
    let leaning = random.unit();
    for (key, sex, from, to, between, factor) in rounds {
        let own = random.unit();
        let Some(procedure) = parameters.procedure(key) else {
            continue;
        };
        if sex.is_some_and(|sex| sex != growing.bones.sex) || growing.bones.practice == u16::MAX {
            continue;
        }
        let mut age = from + f64::min(between, 3.0) * own;
        while age < to {
            let day = growing.bones.birth.plus_years(age).working();
            age += between;
            if day < growing.since || day > growing.last {
                continue;
            }
            let taken = 0.75 * leaning + 0.25 * random.unit() < uptake * factor;
            life.procedures.push(Procedure {
                procedure,
                at: day.at((9 * 60 + 15 * random.below(28)) as u16),
                contact: None,
                problem: None,
                not_done: !taken,
            });
        }
    }
    let service = growing
        .region
        .place
        .services
        .iter()
        .position(|service| service.kind == ServiceKind::Maternity);
    for age in [0.03, 0.12, 1.0, 2.3] {
        let day = growing.bones.birth.plus_years(age).working();
        if day >= growing.since && day <= growing.last && random.chance(0.92) {
            let start = day.at((9 * 60 + 15 * random.below(28)) as u16);
            life.contacts.push(Contact {
                kind: ContactKind::Maternity,
                start,
                end: Some(start.plus(40)),
                organisation: Organisation::Service(service.unwrap_or(0) as u8),
                ..Contact::default()
            });
        }
    }
}
