//! The stories: each step is FHIR that Sarsen and a strict reader accept, refers to what was told, and is told of nobody
//! real.

use std::collections::{HashMap, HashSet};

use codes::nhs_number::NhsNumber;
use fhir::{Document, HomeRule, Limits};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use synthetic::fhir::{SYNTHETIC, TAG_SYSTEM};
use synthetic::nhs_number::{Numbers, RESERVED};
use synthetic::place::{Files, Place};
use synthetic::stories::{Directory, STORIES, Story, Telling, marker_id, story};
use uuid::Uuid;

fn begun() -> Timestamp {
    "2026-11-02T09:30:00Z".parse().expect("a moment")
}

/// When the steps are told: each when it is due.
fn moments(story: &Story) -> Vec<Timestamp> {
    let due = |after: u32| begun() + SignedDuration::from_mins(i64::from(after));
    story.steps.iter().map(|step| due(step.after)).collect()
}

/// Each step's resources, in order.
fn told(story: &'static Story, run: u32, directory: Option<&Directory>) -> Vec<(Timestamp, Vec<Value>)> {
    let moments = moments(story);
    let tell = |step: usize| {
        let telling = Telling {
            story,
            run,
            step: u16::try_from(step).expect("few"),
            before: &moments[..step],
            at: moments[step],
            directory,
        };
        let resources = telling.resources();
        for one in &resources {
            let new = telling.is_new(one["id"].as_str().expect("an id"));
            let earlier = one["resourceType"] == "Task" || one["resourceType"] == "CarePlan";
            assert!(
                new || earlier
                    || ["Encounter", "ServiceRequest"]
                        .contains(&one["resourceType"].as_str().expect("a type"))
            );
        }
        (moments[step], resources)
    };
    (0..story.steps.len()).map(tell).collect()
}

fn values<'a>(value: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) => found.push((key, text)),
                    _ => values(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, found)),
        _ => {}
    }
}

#[test]
fn every_resource_of_every_step_is_accepted_by_the_scanner_and_by_a_strict_reader() {
    for story in STORIES {
        for (_, resources) in told(story, 1, None) {
            assert!(!resources.is_empty());
            for one in resources {
                let text = one.to_string();
                let issues = Document::scan(text.as_bytes(), &Limits::default()).err();
                assert!(issues.is_none(), "{text}: {issues:#?}");
                let error = fhirkit::from_json_strict::<fhirkit::r4::Resource>(&text).err();
                assert!(error.is_none(), "{text}: {error:?}");
                assert_eq!(one["meta"]["tag"][0]["system"], TAG_SYSTEM);
                assert_eq!(one["meta"]["tag"][0]["code"], SYNTHETIC);
            }
        }
    }
}

#[test]
fn every_reference_points_to_what_was_told_before_or_in_the_same_step_and_all_live_with_the_person() {
    for story in STORIES {
        let mut known: HashMap<String, String> = HashMap::new();
        let mut buckets = HashSet::new();
        let mut patient = String::new();
        for (step, (_, resources)) in told(story, 3, None).into_iter().enumerate() {
            if step == 0 {
                assert_eq!(resources[0]["resourceType"], "Patient");
                patient = resources[0]["id"].as_str().expect("an id").to_owned();
            }
            let mut in_step = HashSet::new();
            for one in &resources {
                let (kind, id) = (
                    one["resourceType"].as_str().expect("a type"),
                    one["id"].as_str().expect("an id"),
                );
                assert!(
                    in_step.insert(id.to_owned()),
                    "{kind}/{id} comes twice in step {step}"
                );
                let before = known.insert(id.to_owned(), kind.to_owned());
                assert!(
                    before.is_none_or(|before| before == kind),
                    "{id} was another type"
                );
                let uuid = Uuid::parse_str(id).expect("a UUID");
                assert_eq!(uuid.get_version_num(), 7);
                buckets.insert(uuid.as_u128() & 1023);
            }
            for one in &resources {
                let mut found = Vec::new();
                values(one, &mut found);
                for (_, to) in found.into_iter().filter(|(key, _)| *key == "reference") {
                    let (kind, id) = to.split_once('/').expect("a type and an id");
                    assert_eq!(known.get(id).map(String::as_str), Some(kind), "{one}");
                }
                if one["resourceType"] != "Patient" {
                    let text = one.to_string();
                    let document = Document::scan(text.as_bytes(), &Limits::default()).expect("valid");
                    let HomeRule::Person(people) = document.root().prepare(&|_| None).home else {
                        panic!("lives with nobody: {text}");
                    };
                    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
                    assert_eq!(ids, [patient.as_str()], "{text}");
                }
            }
        }
        assert_eq!(buckets.len(), 1);
    }
}

#[test]
fn nothing_is_told_that_has_not_happened_yet_but_what_is_booked_or_due() {
    let happened = [
        "sent",
        "received",
        "authoredOn",
        "authored",
        "effectiveDateTime",
        "recordedDate",
        "issued",
        "created",
        "lastModified",
    ];
    for story in STORIES {
        for (at, resources) in told(story, 1, None) {
            for one in resources {
                let mut found = Vec::new();
                values(&one, &mut found);
                for (key, text) in found.into_iter().filter(|(key, _)| happened.contains(key)) {
                    let past = text
                        .parse::<Timestamp>()
                        .map_or_else(|_| *text <= *at.to_string(), |when| when <= at);
                    assert!(past, "{key} {text} after {at}: {one}");
                }
            }
        }
    }
}

#[test]
fn a_run_has_ids_of_its_own_and_the_same_run_always_the_same_ones() {
    let ids = |run| -> HashSet<String> {
        let told = told(STORIES[0], run, None);
        let all = told.iter().flat_map(|(_, resources)| resources);
        all.map(|one| one["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(ids(1), ids(1));
    assert!(ids(1).is_disjoint(&ids(2)));
    assert!(!ids(1).contains(&marker_id(STORIES[0])));
    assert_ne!(marker_id(STORIES[0]), marker_id(STORIES[1]));
}

#[test]
fn the_people_are_of_the_right_age_and_bear_numbers_and_postcodes_that_are_nobodys() {
    let numbers = Numbers::new();
    let reserved: Vec<String> = (0..RESERVED).filter_map(|n| numbers.reserved(n)).collect();
    for (story, born) in STORIES.into_iter().zip(["1941-04-17", "1978-04-17"]) {
        let told = told(story, 1, None);
        let patient = &told[0].1[0];
        assert_eq!(patient["birthDate"], born);
        let number = patient["identifier"][0]["value"].as_str().expect("a number");
        assert!(NhsNumber::parse(number).is_ok());
        assert!(reserved.iter().any(|one| one == number), "{number}");
        let postcode = patient["address"][0]["postalCode"].as_str().expect("a postcode");
        let unused = |letter: char| "CIKMOV".contains(letter);
        assert!(postcode.chars().rev().take(2).all(unused), "{postcode}");
        assert!(
            story
                .name
                .starts_with(patient["name"][0]["given"][0].as_str().expect("a name"))
        );
        assert!(
            story
                .name
                .ends_with(patient["name"][0]["family"].as_str().expect("a name"))
        );
    }
}

#[test]
fn steps_follow_one_another_in_time_and_have_names_of_their_own() {
    for one in STORIES {
        assert!(story(one.key).is_some_and(|found| found.number == one.number));
        assert!(one.steps.len() > 10);
        assert_eq!(one.steps[0].after, 0);
        assert!(one.steps.windows(2).all(|pair| pair[0].after < pair[1].after));
        let keys: HashSet<&str> = one.steps.iter().map(|step| step.key).collect();
        assert_eq!(keys.len(), one.steps.len());
    }
    assert!(story("nobody").is_none());
}

#[test]
fn with_a_directory_teams_are_the_directorys_own() {
    let directory = Directory {
        place: Place::read(&Files::Bsw).expect("the place"),
        seed: 7,
    };
    let told = told(STORIES[0], 1, Some(&directory));
    let text: String = told
        .iter()
        .flat_map(|(_, resources)| resources)
        .map(Value::to_string)
        .collect();
    let hub = directory
        .place
        .services
        .iter()
        .position(|service| service.key == "hub")
        .expect("a hub");
    let organisation = synthetic::life::Organisation::Service(u8::try_from(hub).expect("few"));
    let id = synthetic::fhir::organisation_id(&directory.place, directory.seed, organisation);
    assert!(text.contains(&format!("Organization/{id}")));
}
