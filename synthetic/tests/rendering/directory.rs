//! The directory is FHIR that others accept, tells real from invented, and holds together.

use std::collections::{HashMap, HashSet};

use synthetic::fhir::{INVENTED, REAL_ORGANISATION, directory, organisation_id};
use synthetic::life::Organisation;

use super::resources::{assert_valid, json, world};
use super::rich_life::SEED;

#[test]
fn every_resource_of_the_directory_is_accepted_and_says_whether_it_is_real() {
    let (place, parameters) = world();
    let rendered = directory(&place, &parameters, SEED);
    let mut ids = HashSet::new();
    let mut counts: HashMap<(&str, String), usize> = HashMap::new();
    for one in &rendered {
        assert_valid(one);
        assert!(ids.insert(one.id.clone()), "an id came twice");
        let json = json(one);
        let tag = json["meta"]["tag"][0]["code"].as_str().expect("a tag").to_owned();
        let has_ods = String::from_utf8_lossy(&one.body).contains("\"https://fhir.nhs.uk/Id/ods-");
        assert!(
            tag == REAL_ORGANISATION || !has_ods,
            "what is invented has no ODS code"
        );
        *counts.entry((one.resource_type, tag)).or_default() += 1;
    }
    let count = |kind, tag: &str| counts.get(&(kind, tag.to_owned())).copied().unwrap_or(0);
    assert!(count("Organization", REAL_ORGANISATION) > place.practices.len());
    assert_eq!(count("Organization", INVENTED), place.services.len());
    assert_eq!(
        count("Location", REAL_ORGANISATION),
        place.practices.len() + place.sites.len()
    );
    assert_eq!(
        count("Practitioner", INVENTED),
        count("PractitionerRole", INVENTED)
    );
    assert_eq!(
        count("Practitioner", REAL_ORGANISATION),
        0,
        "workers are invented"
    );
}

#[test]
fn references_stay_within_the_directory_and_organisations_are_found_by_their_place() {
    let (place, parameters) = world();
    let rendered = directory(&place, &parameters, SEED);
    let known: HashSet<String> = rendered
        .iter()
        .map(|one| format!("{}/{}", one.resource_type, one.id))
        .collect();
    for one in &rendered {
        let text = String::from_utf8_lossy(&one.body).into_owned();
        for after in text.split("\"reference\":\"").skip(1) {
            let target = after.split('"').next().expect("a reference");
            assert!(known.contains(target), "{} refers to {target}", one.resource_type);
        }
    }
    for organisation in [
        Organisation::Practice(0),
        Organisation::Site(0),
        Organisation::Council(1),
        Organisation::Service(4),
    ] {
        let id = organisation_id(&place, SEED, organisation);
        assert!(known.contains(&format!("Organization/{id}")));
    }
}
