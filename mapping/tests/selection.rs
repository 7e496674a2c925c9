//! The choice from packed entries loses nothing that the emergency page shows.

use care::record::{FirstTwoMinutes, first_two_minutes};
use fhir::{Document, Limits};
use serde_json::Value;

use crate::{synthea, uk};

/// The packed entry of a resource, references resolved as on arrival.
fn packed(value: &Value) -> Vec<u8> {
    let bytes = serde_json::to_vec(value).unwrap();
    let document = Document::scan(&bytes, &Limits::default()).unwrap();
    let prepared = document.root().prepare(&|_| None);
    fhir::index::pack(&prepared.index)
}

fn selected(resources: &[Value], now: jiff::Timestamp) -> Vec<Value> {
    let entries: Vec<(String, String, Vec<u8>)> = resources
        .iter()
        .map(|value| {
            let text = |key: &str| value[key].as_str().unwrap_or("").to_owned();
            (text("resourceType"), text("id"), packed(value))
        })
        .collect();
    let listed: Vec<(&str, &str, &[u8])> = entries
        .iter()
        .map(|(kind, id, entry)| (kind.as_str(), id.as_str(), entry.as_slice()))
        .collect();
    let needed = mapping::needed_for_first_two_minutes(&listed, now);
    needed.into_iter().map(|place| resources[place].clone()).collect()
}

/// Everything the page shows but for what is said to depend on the whole record (`previous` and counts).
fn shown(page: &FirstTwoMinutes<'_>) -> String {
    let results = |list: &[care::record::first_two_minutes::LatestResult<'_>]| {
        list.iter()
            .map(|latest| format!("{:?}", latest.fact))
            .collect::<Vec<_>>()
    };
    let medicines: Vec<_> = page
        .medicines
        .iter()
        .map(|line| format!("{:?}", line.members))
        .collect();
    let problems: Vec<_> = page
        .problems
        .iter()
        .map(|line| format!("{:?}", line.members))
        .collect();
    let rest = (
        &page.alerts,
        &page.adjustments,
        &page.allergies,
        &page.emergency_documents,
        &page.advance_decisions,
    );
    let more = (
        &page.plans,
        &page.under_way,
        &page.last_encounter,
        &page.next_encounters,
        &page.recent,
        &page.contacts,
    );
    format!(
        "{medicines:#?}{problems:#?}{:#?}{:#?}{rest:#?}{more:#?}",
        results(&page.vital_signs),
        results(&page.results)
    )
}

/// Bundles refer by urn:uuid; on arrival that becomes Type/id.
fn arrived(resources: &[Value]) -> Vec<Value> {
    let mut text = serde_json::to_string(resources).unwrap();
    for resource in resources {
        let (kind, id) = (
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap(),
        );
        text = text.replace(&format!("urn:uuid:{id}"), &format!("{kind}/{id}"));
    }
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_page_from_the_selected_bodies_is_the_page_from_all_of_them() {
    let mut checked = 0;
    let mut read = (0, 0);
    for resources in synthea::bundles().iter().step_by(4) {
        let resources = arrived(resources);
        let directory = |value: &&Value| {
            matches!(
                value["resourceType"].as_str(),
                Some("Organization" | "Practitioner")
            )
        };
        let lent: Vec<Value> = resources.iter().filter(directory).cloned().collect();
        let own: Vec<Value> = resources
            .iter()
            .filter(|value| !directory(value))
            .cloned()
            .collect();
        for now in [
            "2019-12-01T00:00:00Z",
            "2012-06-15T12:00:00Z",
            "2026-11-22T00:00:00Z",
        ] {
            let now = now.parse().unwrap();
            let part = selected(&own, now);
            read = (read.0 + part.len(), read.1 + own.len());
            let (whole, part) = (with(&own, &lent), with(&part, &lent));
            let (whole, part) = (
                shown(&first_two_minutes(&whole, now)),
                shown(&first_two_minutes(&part, now)),
            );
            assert!(whole == part, "the pages differ: {}", difference(&whole, &part));
            checked += 1;
        }
    }
    println!("{checked} pages; {} of {} bodies read", read.0, read.1);
    assert!(
        read.1 == 0 || read.0 * 3 < read.1,
        "most bodies must stay unread: {} of {}",
        read.0,
        read.1
    );
}

fn with(own: &[Value], lent: &[Value]) -> care::record::PersonRecord {
    let (own, lent) = (uk::bytes(own), uk::bytes(lent));
    mapping::person_record_with(own.iter().map(Vec::as_slice), lent.iter().map(Vec::as_slice))
}

fn difference(whole: &str, part: &str) -> String {
    let differing = whole
        .lines()
        .zip(part.lines())
        .find(|(whole, part)| whole != part);
    format!("{differing:?}")
}

#[test]
fn everything_of_a_uk_record_that_stands_is_selected() {
    let now = "2026-08-03T09:00:00Z".parse().unwrap();
    let mut all = vec![uk::patient()];
    all.extend(uk::resources());
    let part = selected(&all, now);
    let (whole, part) = (uk::record(&all), uk::record(&part));
    assert_eq!(
        shown(&first_two_minutes(&whole, now)),
        shown(&first_two_minutes(&part, now))
    );
}

#[test]
fn an_entry_that_says_nothing_is_read_rather_than_passed_over() {
    let now = "2026-08-03T09:00:00Z".parse().unwrap();
    let entries: Vec<(&str, &str, &[u8])> = vec![
        ("Condition", "c", b""),
        ("MedicationRequest", "m", b""),
        ("Observation", "o", b""),
        ("Encounter", "e", b""),
        ("Claim", "x", b""),
        ("Unheard", "u", b""),
    ];
    let needed = mapping::needed_for_first_two_minutes(&entries, now);
    assert_eq!(needed.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn a_result_dated_in_the_future_leaves_the_last_one_among_the_needed() {
    let now = "2026-08-03T09:00:00Z".parse().unwrap();
    let potassium = |id: &str, system: Option<&str>, words: &str, on: &str| {
        let mut coding = serde_json::json!({ "code": "1", "display": words });
        if let Some(system) = system {
            coding["system"] = serde_json::json!(system);
        }
        serde_json::json!({ "resourceType": "Observation", "id": id, "status": "final", "code": { "coding": [coding] },
            "effectiveDateTime": on, "valueString": id, "subject": { "reference": uk::PATIENT } })
    };
    let all = [
        potassium("future", Some("http://a"), "Potassium", "2027-01-01"),
        potassium("last", Some("http://a"), "Potassium", "2026-07-01"),
        potassium("before", Some("http://a"), "Potassium", "2026-06-01"),
        potassium("other-system", Some("http://b"), "Sodium", "2026-05-01"),
        potassium("no-system", None, "Urea", "2026-04-01"),
        potassium("no-system-either", None, "Albumin", "2026-03-01"),
    ];
    let part = selected(&all, now);
    let ids: Vec<&str> = part.iter().map(|value| value["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        ["future", "last", "other-system", "no-system", "no-system-either"]
    );
    assert_eq!(
        shown(&first_two_minutes(&uk::record(&all), now)),
        shown(&first_two_minutes(&uk::record(&part), now))
    );
}
