//! The records that lives make: how large, how varied, and with addresses that no place has.

use std::collections::{HashMap, HashSet};

use super::grown;
use synthetic::AHEAD;
use synthetic::fhir::resources;

#[test]
fn records_are_as_large_and_as_varied_as_is_asked_for() {
    let region = grown(400);
    let today = region.options.today;
    let mut counts: Vec<usize> = Vec::new();
    let mut old: Vec<usize> = Vec::new();
    let mut types: HashMap<&str, usize> = HashMap::new();
    for index in 0..400 {
        let rendered = resources(
            &region.place,
            &region.parameters,
            7,
            today,
            &region.life_on(index, today),
        );
        counts.push(rendered.len());
        if region.people[index].age(today) > 65 {
            old.push(rendered.len());
        }
        for one in &rendered {
            *types.entry(one.resource_type).or_default() += 1;
        }
    }
    counts.sort_unstable();
    old.sort_unstable();
    let all: usize = counts.iter().sum();
    let (p10, median, p90) = (counts[40], counts[200], counts[360]);
    println!(
        "p10 {p10} median {median} p90 {p90}; over 65: {}; {} types",
        old[old.len() / 2],
        types.len()
    );
    assert!(median >= 120 && p90 >= 3 * p10, "{p10} {median} {p90}");
    assert!(old[old.len() / 2] >= 300, "{}", old[old.len() / 2]);
    assert!(types.len() >= 25, "{types:?}");
    let most = types.iter().max_by_key(|(_, count)| **count).expect("types");
    assert!(2 * most.1 <= all, "{most:?} of {all}");
}

#[test]
fn no_address_is_one_that_exists() {
    let file = std::fs::read_to_string("../data/bsw/postcodes_bsw_2014.csv").expect("the postcodes");
    let real: HashSet<&str> = file
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert!(real.len() > 20_000);
    let region = grown(3_000);
    let mut with = 0;
    for index in 0..region.lives() {
        let person = region.life(index).person;
        let earlier = person
            .earlier_address
            .as_ref()
            .map(|(_, _, postcode, _)| postcode.as_str());
        for postcode in [Some(person.postcode.as_str()), earlier].into_iter().flatten() {
            assert!(!real.contains(postcode), "{postcode}");
            with += usize::from(!postcode.is_empty());
        }
    }
    assert!(with >= 3_000);
}

#[test]
fn each_day_only_adds_and_changes_and_the_last_day_is_the_whole_life() {
    let region = grown(120);
    let today = region.options.today;
    let render = |index, on| {
        resources(
            &region.place,
            &region.parameters,
            7,
            on,
            &region.life_on(index, on),
        )
    };
    let mut grew = 0;
    for index in (0..120).step_by(3) {
        let mut before: HashMap<String, &'static str> = HashMap::new();
        for day in [0, 1, 30, 200, AHEAD] {
            let on = today.plus(day);
            let now: HashMap<String, &'static str> = render(index, on)
                .into_iter()
                .map(|one| (one.id, one.resource_type))
                .collect();
            // What is to be done gets done, a cue ceases, a reminder is kept for a while; whatever else was known stays known.
            for (id, resource_type) in &before {
                let may_cease = matches!(
                    *resource_type,
                    "Task" | "Flag" | "Communication" | "List" | "CareTeam"
                );
                assert!(
                    now.contains_key(id) || may_cease,
                    "{index} on day {day}: {resource_type} {id} is gone"
                );
            }
            if region.people[index].death.is_none() {
                grew += usize::from(now.len() > before.len());
            }
            before = now;
        }
        let whole = region.life(index);
        let last = region.life_on(index, today.plus(AHEAD));
        assert_eq!(whole.contacts.len(), last.contacts.len());
        assert_eq!(whole.measurements, last.measurements);
    }
    assert!(grew > 60, "{grew}");
}

#[test]
fn a_day_without_changes_renders_as_the_day_before() {
    let region = grown(120);
    let mut quiet = 0;
    for index in 0..120 {
        let life = region.life(index);
        for day in 1..40 {
            let on = region.options.today.plus(day);
            if life.changes_on(on) || life.changes_on(on.plus(60)) {
                continue;
            }
            quiet += 1;
            let lists = |day| {
                let life = life.clone().as_of(day);
                (
                    life.contacts.len(),
                    life.letters.len(),
                    life.measurements.len(),
                    life.problems.len(),
                    life.appointments.len(),
                )
            };
            assert_eq!(lists(on), lists(on.plus(-1)), "{index} on {}", on.date());
            // What is told of the day before is told of this one, word for word: a day without news has none. The list of
            // medicines and its review bear the day on which they are asked for; reminders are kept for a while.
            let told = |day| -> HashMap<String, Vec<u8>> {
                resources(
                    &region.place,
                    &region.parameters,
                    7,
                    day,
                    &life.clone().as_of(day),
                )
                .into_iter()
                .filter(|one| !matches!(one.resource_type, "List" | "Communication"))
                .filter(|one| !String::from_utf8_lossy(&one.body).contains("Medication review"))
                .map(|one| (one.id, one.body))
                .collect()
            };
            let (before, now) = (told(on.plus(-1)), told(on));
            for (id, body) in &now {
                assert_eq!(
                    before.get(id).map(|body| String::from_utf8_lossy(body)),
                    Some(String::from_utf8_lossy(body)),
                    "{index} on {}",
                    on.date()
                );
            }
        }
    }
    assert!(quiet > 500, "{quiet}");
}

#[test]
fn somebody_registered_twice_has_part_of_the_history_in_the_second_record() {
    let region = grown(3_000);
    let today = region.options.today;
    let (mut second, mut types) = (0, HashSet::new());
    for index in 0..3_000 {
        let life = region.life_on(index, today);
        let rendered = resources(&region.place, &region.parameters, 7, today, &life);
        let patients = rendered.iter().filter(|one| one.resource_type == "Patient");
        let twice = patients
            .map(|one| (one.id.clone(), String::from_utf8_lossy(&one.body).into_owned()))
            .find(|(_, body)| body.contains("NHSNumberUnavailableReason"));
        let Some((id, _)) = twice else { continue };
        second += 1;
        let to = format!("{{\"reference\":\"Patient/{id}\"");
        let own: Vec<&str> = rendered
            .iter()
            .filter(|one| String::from_utf8_lossy(&one.body).contains(&to))
            .map(|one| one.resource_type)
            .collect();
        assert!(own.contains(&"Encounter"), "life {index}: {own:?}");
        assert!(
            own.len() < rendered.len() / 2 || rendered.len() < 30,
            "a part of it"
        );
        types.extend(own);
    }
    assert!(second >= 4, "{second}");
    for wanted in ["Condition", "Observation", "MedicationStatement"] {
        assert!(types.contains(wanted), "{types:?}");
    }
}
