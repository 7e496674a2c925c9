//! The days to come: people die, are born, fall ill and move as often as the region's own figures say, and each is told of
//! from its day on.

use super::grown;
use crate::rendering::resources::{assert_valid, json};
use synthetic::AHEAD;
use synthetic::fhir::resources;

/// Whether two counts are the same but for a share and for chance.
fn near(one: f64, other: f64, share: f64) -> bool {
    (one - other).abs() <= share * other + 2.0 * other.sqrt()
}

#[test]
fn a_year_to_come_brings_as_many_deaths_births_and_conditions_as_a_year_gone() {
    let region = grown(20_000);
    let today = region.options.today;
    let years = f64::from(AHEAD) / 365.25;
    let alive = || region.people.iter().filter(|one| one.death.is_none());
    let died = region.people.iter().filter(|one| one.death.is_some()).count() as f64 / 5.0;
    let dying = alive().filter(|one| one.dies.is_some()).count() as f64 / years;
    let infants = alive().filter(|one| one.age(today) == 0).count() as f64;
    let born = region.coming.len() as f64 / years;
    let (mut gone, mut to_come, mut moved, mut households) = (0.0, 0.0, 0, 0);
    let mut begun = [0u32; 2];
    for index in 0..20_000 {
        let life = region.life(index);
        for problem in &life.problems {
            if usize::from(problem.condition) < region.parameters.chronic {
                let since = today.0 - problem.onset.0;
                gone += f64::from(u8::from((0..365).contains(&since)));
                to_come += f64::from(u8::from((-365..0).contains(&since)));
            }
        }
        for course in life.courses.iter().filter(|course| course.regular) {
            let since = today.0 - course.start.0;
            begun[0] += u32::from((0..365).contains(&since));
            begun[1] += u32::from((-365..0).contains(&since));
        }
        households += usize::from(!region.people[index].care_home);
        moved += usize::from(life.person.moving.is_some());
    }
    println!(
        "deaths {died} {dying}; births {infants} {born}; conditions {gone} {to_come}; medicines {begun:?}; moves {moved} of {households}"
    );
    assert!(
        near(dying, died, 0.08),
        "deaths a year: {died} gone, {dying} to come"
    );
    assert!(
        near(born, infants, 0.2),
        "births a year: {infants} gone, {born} to come"
    );
    assert!(
        near(to_come, gone, 0.15),
        "new conditions a year: {gone} gone, {to_come} to come"
    );
    assert!(
        near(f64::from(begun[1]), f64::from(begun[0]), 0.25),
        "medicines begun a year: {begun:?}"
    );
    let share = moved as f64 / households as f64;
    assert!((0.05..0.1).contains(&share), "{share} move");
}

#[test]
fn nothing_of_the_days_to_come_is_known_before_its_day() {
    let region = grown(2_000);
    let today = region.options.today;
    let (mut deaths, mut moves, mut practices) = (0, 0, 0);
    for index in 0..2_000 {
        let life = region.life(index);
        let now = life.clone().as_of(today).person;
        assert_eq!(now.death, None);
        assert!(now.registered <= today && now.earlier_address.is_none_or(|(.., moved)| moved <= today));
        if let Some(death) = life.person.death {
            deaths += 1;
            assert!(death > today && life.contacts.iter().all(|one| one.start.day <= death));
            let before = life.clone().as_of(death.plus(-1)).person.death;
            assert_eq!(
                (before, life.clone().as_of(death).person.death),
                (None, Some(death))
            );
            let after = resources(
                &region.place,
                &region.parameters,
                7,
                death.plus(6),
                &life.clone().as_of(death.plus(6)),
            );
            let patient = json(&after[0]);
            assert_eq!(patient["deceasedDateTime"], death.date().to_string());
            for one in &after {
                let open = matches!(
                    one.resource_type,
                    "MedicationRequest" | "EpisodeOfCare" | "CarePlan"
                );
                assert!(
                    !open || json(one)["status"] != "active",
                    "{}",
                    String::from_utf8_lossy(&one.body)
                );
                if one.resource_type == "Appointment" {
                    assert_ne!(json(one)["status"], "booked");
                }
            }
        }
        if let Some(moving) = life.person.moving.clone() {
            moves += 1;
            let before = life.clone().as_of(moving.day.plus(-1)).person;
            let after = life.clone().as_of(moving.day).person;
            assert_ne!(before.lines, after.lines);
            assert_eq!(after.area, moving.area);
            assert_eq!(after.earlier_address.expect("a former address").0, before.lines);
            if let Some((practice, since)) = moving.practice {
                practices += 1;
                assert_ne!(before.practice, Some(practice));
                assert_eq!(life.as_of(since).person.practice, Some(practice));
            }
        }
    }
    assert!(
        deaths > 5 && moves > 50 && practices > 10,
        "{deaths} {moves} {practices}"
    );
}

#[test]
fn children_who_are_born_have_a_mother_a_number_and_a_record_that_is_valid() {
    let region = grown(3_000);
    assert!(region.coming.len() > 15, "{}", region.coming.len());
    let mut numbers = std::collections::HashSet::new();
    for index in 0..region.lives() {
        let person = region.life(index).person;
        numbers.extend([Some(person.nhs_number), person.superseded].into_iter().flatten());
    }
    for (place, (child, mother)) in region.coming.iter().enumerate() {
        let index = region.lives() + place;
        let life = region.life(index);
        assert!(numbers.insert(life.person.nhs_number.clone()), "a number twice");
        assert!(!life.person.name.family.is_empty());
        assert!(
            life.person
                .relations
                .iter()
                .any(|one| one.index == Some(*mother) && one.role == "MTH")
        );
        let birth = region.life(*mother as usize).contacts.into_iter().any(|one| {
            one.kind == synthetic::life::ContactKind::MaternityAdmission && one.start.day == child.birth
        });
        assert!(birth, "the mother's record has the birth");
        let day = child.birth.plus(90);
        for one in resources(&region.place, &region.parameters, 7, day, &life.as_of(day)) {
            assert_valid(&one);
        }
    }
}
