//! What is rendered of a life is FHIR that Sarsen and a strict reader accept, and holds together.

use std::collections::{HashMap, HashSet};

use fhir::{Document, HomeRule, Limits};
use serde_json::Value;
use synthetic::day::Day;
use synthetic::fhir::{Rendered, SYNTHETIC, TAG_SYSTEM, directory, patient_id, resources};
use synthetic::life::{Dwelling, Fault, FaultKind, Life};
use synthetic::parameters::Parameters;
use synthetic::place::{Files, Place};
use uuid::Uuid;

use super::rich_life::{SEED, TODAY, life};

/// The place and the tables.
pub(super) fn world() -> (Place, Parameters) {
    let place = Place::read(&Files::Bsw).expect("the place");
    (place, Parameters::built_in().expect("the tables"))
}

fn rendered() -> Vec<Rendered> {
    let (place, parameters) = world();
    let life = life(&place, &parameters);
    resources(&place, &parameters, SEED, TODAY, &life)
}

/// The body as JSON.
pub(crate) fn json(rendered: &Rendered) -> Value {
    serde_json::from_slice(&rendered.body).expect("JSON")
}

/// Fails with all that Sarsen's scanner and a strict reader say against a resource.
pub(crate) fn assert_valid(rendered: &Rendered) {
    let text = std::str::from_utf8(&rendered.body).expect("UTF-8");
    let issues = Document::scan(&rendered.body, &Limits::default()).err();
    assert!(issues.is_none(), "{text}: {issues:#?}");
    let error = fhirkit::from_json_strict::<fhirkit::r4::Resource>(text).err();
    assert!(error.is_none(), "{text}: {error:?}");
}

/// All references of a resource.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "reference" => found.push(text.clone()),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Fails when a reference points neither to what came before nor to the directory.
pub(super) fn assert_all_resolve(rendered: &[Rendered], directory: &[Rendered]) {
    let mut known: HashSet<String> = HashSet::new();
    for one in directory {
        known.insert(format!("{}/{}", one.resource_type, one.id));
    }
    for one in rendered {
        let own = format!("{}/{}", one.resource_type, one.id);
        let mut to = Vec::new();
        references(&json(one), &mut to);
        for target in to.iter().filter(|target| !target.starts_with('#')) {
            assert!(
                known.contains(target),
                "{own} refers to {target}, which is not there yet"
            );
        }
        assert!(known.insert(own.clone()), "{own} came twice");
    }
}

fn of_type<'a>(rendered: &'a [Rendered], resource_type: &str) -> Vec<&'a Rendered> {
    rendered
        .iter()
        .filter(|one| one.resource_type == resource_type)
        .collect()
}

#[test]
fn every_resource_is_accepted_by_the_scanner_and_by_a_strict_reader() {
    for one in rendered() {
        assert_valid(&one);
        let json = json(&one);
        assert_eq!(json["resourceType"], one.resource_type);
        assert_eq!(json["id"], one.id);
        assert_eq!(json["meta"]["tag"][0]["system"], TAG_SYSTEM);
        assert_eq!(json["meta"]["tag"][0]["code"], SYNTHETIC);
    }
}

#[test]
fn every_reference_points_to_what_came_before_or_to_the_directory() {
    let (place, parameters) = world();
    let directory = directory(&place, &parameters, SEED);
    assert_all_resolve(&rendered(), &directory);
}

#[test]
fn the_person_comes_first_and_is_the_home_of_all_but_what_a_second_record_has() {
    let rendered = rendered();
    let patient = patient_id(SEED, 4711);
    let mut patients = rendered.iter().filter(|one| one.resource_type == "Patient");
    let second = patients.find(|one| {
        json(one)["extension"]
            .to_string()
            .contains("NHSNumberUnavailableReason")
    });
    let second = second.expect("registered twice").id.as_str();
    let mut in_second = 0;
    assert_eq!(rendered[0].resource_type, "Patient");
    assert_eq!(rendered[0].id, patient);
    for one in rendered.iter().filter(|one| one.resource_type != "Patient") {
        let document = Document::scan(&one.body, &Limits::default()).expect("valid");
        let HomeRule::Person(people) = document.root().prepare(&|_| None).home else {
            panic!("{} lives with nobody", one.resource_type);
        };
        let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
        if ids == [second] {
            in_second += 1;
        } else {
            assert_eq!(ids, [patient.as_str()], "{}", one.resource_type);
        }
    }
    assert!((2..=12).contains(&in_second), "{in_second}");
}

#[test]
fn ids_are_unique_version_7_and_in_one_bucket() {
    let rendered = rendered();
    let uuids: Vec<Uuid> = rendered
        .iter()
        .map(|one| Uuid::parse_str(&one.id).expect("a UUID"))
        .collect();
    let unique: HashSet<&Uuid> = uuids.iter().collect();
    assert_eq!(unique.len(), rendered.len());
    let buckets: HashSet<u128> = uuids.iter().map(|uuid| uuid.as_u128() & 1023).collect();
    assert_eq!(buckets.len(), 1);
    assert!(uuids.iter().all(|uuid| uuid.get_version_num() == 7));
}

#[test]
fn a_rich_life_has_at_least_thirty_types_and_the_same_bytes_each_time() {
    let first = rendered();
    let types: HashSet<&str> = first.iter().map(|one| one.resource_type).collect();
    assert!(types.len() >= 30, "{} types: {types:?}", types.len());
    assert_eq!(first, rendered());
}

#[test]
fn an_empty_life_is_accepted_too() {
    let (place, parameters) = world();
    let rendered = resources(&place, &parameters, SEED, TODAY, &Life::default());
    assert!(!rendered.is_empty());
    rendered.iter().for_each(assert_valid);
    assert_all_resolve(&rendered, &directory(&place, &parameters, SEED));
}

#[test]
fn a_restricted_person_has_a_label_and_nothing_of_where_they_are() {
    let (place, parameters) = world();
    let mut life = life(&place, &parameters);
    life.person.restricted = true;
    let rendered = resources(&place, &parameters, SEED, TODAY, &life);
    for patient in of_type(&rendered, "Patient") {
        let json = json(patient);
        for key in [
            "address",
            "telecom",
            "generalPractitioner",
            "managingOrganization",
        ] {
            assert!(json.get(key).is_none(), "{key}");
        }
    }
    assert_eq!(json(&rendered[0])["meta"]["security"][0]["code"], "R");
    for close in of_type(&rendered, "RelatedPerson") {
        assert!(json(close).get("telecom").is_none());
    }
    let all: Vec<u8> = rendered.iter().flat_map(|one| one.body.clone()).collect();
    let all = String::from_utf8_lossy(&all);
    assert!(!all.contains("Sarsen Court") && !all.contains("SN10 9ZZ") && !all.contains("960001"));
}

#[test]
fn somebody_without_a_home_has_the_postcode_of_no_fixed_abode() {
    let (place, parameters) = world();
    let mut life = life(&place, &parameters);
    life.person.dwelling = Dwelling::NoFixedAddress;
    life.person.lines.clear();
    let rendered = resources(&place, &parameters, SEED, TODAY, &life);
    assert_eq!(json(&rendered[0])["address"][0]["postalCode"], "ZZ99 3VZ");
    rendered.iter().for_each(assert_valid);
}

#[test]
fn nothing_of_a_practice_comes_after_its_system_went_silent() {
    let (place, parameters) = world();
    let mut life = life(&place, &parameters);
    life.faults = vec![Fault {
        kind: FaultKind::SilentSource,
        day: Day(20_100),
    }];
    let rendered = resources(&place, &parameters, SEED, TODAY, &life);
    assert_all_resolve(&rendered, &directory(&place, &parameters, SEED));
    // All measurements were taken by the practice after that day.
    let measured = of_type(&rendered, "Observation");
    assert!(measured.iter().all(|one| {
        json(one)
            .get("valueQuantity")
            .is_none_or(|value| value["code"] != "kg")
    }));
    assert!(
        !of_type(&rendered, "Encounter").is_empty(),
        "the hospital was not silent"
    );
    assert!(of_type(&rendered, "DiagnosticReport").is_empty());
}

#[test]
fn the_dead_have_a_formal_notice_and_nothing_left_to_do() {
    let (place, parameters) = world();
    let mut life = life(&place, &parameters);
    life.person.death = Some(TODAY.plus(-30));
    let rendered = resources(&place, &parameters, SEED, TODAY, &life);
    rendered.iter().for_each(assert_valid);
    let patient = json(&rendered[0]);
    assert_eq!(patient["deceasedDateTime"], "2026-04-27");
    assert!(
        String::from_utf8_lossy(&rendered[0].body)
            .contains("UKCore-DeathNotificationStatus\",\"code\":\"2\"")
    );
    assert!(of_type(&rendered, "Task").is_empty());
    assert!(
        of_type(&rendered, "Flag")
            .iter()
            .all(|one| json(one)["status"] == "inactive")
    );
}

#[test]
fn facts_stand_where_readers_look_for_them() {
    let rendered = rendered();
    let patient = json(&rendered[0]);
    assert_eq!(patient["identifier"][0]["value"], "9990548609");
    let status = &patient["identifier"][0]["extension"][0]["valueCodeableConcept"]["coding"][0];
    assert_eq!(status["code"], "01");
    assert_eq!(patient["birthDate"], "1942-03-09");
    let names: Vec<&str> = patient["name"]
        .as_array()
        .expect("names")
        .iter()
        .filter_map(|name| name["use"].as_str())
        .collect();
    assert_eq!(names, ["official", "nickname", "old", "temp"]);
    let patients: Vec<Value> = of_type(&rendered, "Patient").into_iter().map(json).collect();
    assert_eq!(
        patients.len(),
        3,
        "the person, a superseded number, a second registration"
    );
    assert_eq!(patients[1]["link"][0]["type"], "replaced-by");
    assert_ne!(patients[2]["name"][0]["family"], "Phillips");
    let observations: HashMap<String, Value> = of_type(&rendered, "Observation")
        .into_iter()
        .map(json)
        .map(|json| (json["code"]["text"].as_str().unwrap_or_default().to_owned(), json))
        .collect();
    let pressure = &observations["Blood pressure"];
    assert_eq!(pressure["component"][1]["valueQuantity"]["value"], 82);
    let sodium = &observations["Serum sodium level"];
    assert_eq!(sodium["interpretation"][0]["coding"][0]["code"], "L");
    assert_eq!(sodium["referenceRange"][0]["low"]["value"], 133);
    assert!(sodium["specimen"]["reference"].is_string());
    let smoking = &observations["Tobacco smoking behaviour - finding"];
    assert_eq!(smoking["valueCodeableConcept"]["text"], "Ex-smoker");
    assert_eq!(
        observations["Body weight"]["effectiveDateTime"],
        "2025-04-22T09:25:00+01:00"
    );
    let stay = of_type(&rendered, "Encounter")
        .into_iter()
        .map(json)
        .find(|stay| stay["class"]["code"] == "IMP");
    let stay = stay.expect("a stay");
    let method = &stay["hospitalization"]["extension"][0]["valueCodeableConcept"]["coding"][0];
    assert_eq!(method["code"], "21");
    assert!(stay["partOf"]["reference"].is_string());
}
