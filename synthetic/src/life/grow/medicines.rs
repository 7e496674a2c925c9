//! Medicines: in steps, from diagnosis on, with stops and changes; short courses for what passes; allergies.

use super::Growing;
use crate::life::{Allergy, Course, Life};
use crate::random::Stream;

/// Every course, and the allergies.
pub(super) fn courses(growing: &Growing<'_>, life: &mut Life) {
    let parameters = &growing.region.parameters;
    let mut random = growing.random(Stream::Medicine);
    for (place, kind) in parameters.allergies.iter().enumerate() {
        if random.chance(kind.share) {
            let age = growing.age(growing.last);
            life.allergies.push(Allergy {
                allergy: place as u8,
                recorded: growing.bones.birth.plus_years(age * random.unit()),
                severe: random.chance(0.12),
            });
        }
    }
    let mut courses = Vec::new();
    for (at, problem) in life.problems.iter().enumerate() {
        let chronic = usize::from(problem.condition) < parameters.chronic;
        let mut given = 0;
        for (place, medicine) in parameters.medicines.iter().enumerate() {
            if !medicine.indications.contains(&problem.condition) {
                continue;
            }
            let [taken, when, course, unit] = std::array::from_fn(|_| random.unit());
            if !chronic {
                // One course, of the first medicine that is chosen.
                if given == 0 && taken < medicine.share.max(0.3) && problem.onset >= growing.since {
                    given += 1;
                    let start = problem.recorded.min(growing.last);
                    courses.push(Course {
                        medicine: place as u8,
                        start,
                        stop: Some(start.plus(5 + (9.0 * course) as i32)),
                        problem: Some(at as u32),
                        regular: false,
                        not_tolerated: false,
                        stated: false,
                    });
                }
                continue;
            }
            let wanted = medicine.share * (0.6 + 0.8 * f64::from(problem.severity));
            if taken >= wanted {
                continue;
            }
            let years = f64::from(medicine.step.saturating_sub(1)) * (1.0 + 5.0 * when) + 0.15 * when;
            // Prescriptions are on record since practices write them with computers.
            let start = problem
                .recorded
                .plus_years(years)
                .max(crate::day::Day::ymd(2004, 1, 1).plus((2500.0 * when) as i32));
            if start >= growing.last {
                continue;
            }
            let not_tolerated = course < 0.05;
            let goes_on = problem.ended.is_none() && !not_tolerated && course < 0.8;
            let stop = if goes_on {
                None
            } else {
                let stop = if not_tolerated {
                    start.plus(14 + (60.0 * unit) as i32)
                } else {
                    start.plus_years(0.4 + 5.0 * unit)
                };
                Some(stop).filter(|stop| *stop < growing.last)
            };
            given += 1;
            courses.push(Course {
                medicine: place as u8,
                start,
                stop,
                problem: Some(at as u32),
                regular: true,
                not_tolerated,
                stated: unit < 0.04,
            });
        }
    }
    // The same medicine for two conditions is one course: the longer one.
    courses.sort_by_key(|course| (course.start, course.medicine));
    let mut going: Vec<(u8, crate::day::Day)> = Vec::new();
    courses.retain(|course| {
        let until = course.stop.unwrap_or(growing.last);
        match going
            .iter_mut()
            .find(|(medicine, _)| *medicine == course.medicine)
        {
            Some((_, end)) if course.start <= *end => false,
            Some((_, end)) => {
                *end = until;
                true
            }
            None => {
                going.push((course.medicine, until));
                true
            }
        }
    });
    life.courses = courses;
}
