//! What others wrote: it loads through the door and comes back equal but for what `house.md` lists (id, meta.versionId,
//! meta.lastUpdated, and references that we resolved). (That a strict reader which is not ours
//! accepts what we send is tested in the crate `fhir`.)

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use axum::body::Body;
use http::Method;
use serde_json::Value;

use super::door::Door;

/// The files of a folder of the test data beside the project; none, with a note, when it is not there.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let root = Path::new("../../shared/testdata/fhir").join(folder);
    let Ok(entries) = std::fs::read_dir(&root) else {
        println!("note: no test data at ../shared/testdata/fhir/{folder}; nothing was tried");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

/// The demo's bundles, which are part of the project.
fn demo() -> Vec<PathBuf> {
    let root = Path::new("../data/demo");
    let entries = std::fs::read_dir(root).expect("the demo's people");
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "gz"))
        .collect()
}

fn unpack(path: &Path) -> Vec<u8> {
    let file = std::fs::File::open(path).expect("a file");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .expect("gzip");
    bytes
}

/// Takes off what may differ, and returns what stood there.
fn without_ours(mut resource: Value) -> Value {
    if let Some(object) = resource.as_object_mut() {
        object.remove("id");
        if let Some(meta) = object.get_mut("meta").and_then(Value::as_object_mut) {
            meta.remove("versionId");
            meta.remove("lastUpdated");
        }
        if object
            .get("meta")
            .is_some_and(|meta| meta.as_object().is_some_and(serde_json::Map::is_empty))
        {
            object.remove("meta");
        }
    }
    resource
}

/// Replaces every `urn:uuid:` reference by what it became.
fn resolve(value: &mut Value, places: &HashMap<String, String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object.iter_mut() {
                match inner {
                    Value::String(text) if key == "reference" => {
                        if let Some(place) = places.get(text) {
                            text.clone_from(place);
                        }
                    }
                    _ => resolve(inner, places),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, places)),
        _ => {}
    }
}

/// `$everything`, page by page, by `Type/id`.
async fn whole_person(door: &Door, patient: &str) -> HashMap<String, Value> {
    let mut path = format!("/{patient}/$everything?_count=400");
    let mut found = HashMap::new();
    loop {
        let page = door.get(&path).await.expect(200).json();
        for entry in page["entry"].as_array().expect("entries") {
            let resource = entry["resource"].clone();
            let kind = resource["resourceType"].as_str().expect("a type");
            let place = format!("{kind}/{}", resource["id"].as_str().expect("an id"));
            assert!(
                found.insert(place.clone(), resource).is_none(),
                "{place} came twice"
            );
        }
        let links = page["link"].as_array().expect("links");
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
            return found;
        };
        path = next["url"]
            .as_str()
            .expect("a url")
            .replace("https://sarsen.example/fhir", "");
    }
}

#[tokio::test]
async fn whole_life_bundles_load_and_come_back_equal() {
    let door = Door::open().await;
    let mut files = files("synthea", ".json.gz");
    files.extend(demo());
    let mut resources = 0;
    for file in files {
        let bytes = unpack(&file);
        let sent: Value = serde_json::from_slice(&bytes).expect("JSON");
        let headers = [("content-type", "application/fhir+json")];
        let reply = door
            .call(Method::POST, "", &headers, Body::from(bytes))
            .await
            .expect(200)
            .json();
        let entries = sent["entry"].as_array().expect("entries");
        let answers = reply["entry"].as_array().expect("answers");
        assert_eq!(entries.len(), answers.len());
        let place = |answer: &Value| {
            let location = answer["response"]["location"].as_str().expect("a location");
            location.split("/_history").next().expect("a place").to_owned()
        };
        let places: HashMap<String, String> = entries
            .iter()
            .zip(answers)
            .map(|(entry, answer)| {
                (
                    entry["fullUrl"].as_str().expect("a fullUrl").to_owned(),
                    place(answer),
                )
            })
            .collect();
        let patient = answers
            .iter()
            .map(place)
            .find(|place| place.starts_with("Patient/"))
            .expect("a Patient");
        let mut back = whole_person(&door, &patient).await;
        let own = back.len();
        for (entry, answer) in entries.iter().zip(answers) {
            let place = place(answer);
            let kept = match back.remove(&place) {
                Some(kept) => kept,
                None => {
                    let directory = place.starts_with("Organization/") || place.starts_with("Practitioner/");
                    assert!(directory, "{place} belongs to {patient}");
                    door.get(&format!("/{place}")).await.expect(200).json()
                }
            };
            let mut sent = entry["resource"].clone();
            resolve(&mut sent, &places);
            assert_eq!(
                without_ours(kept),
                without_ours(sent),
                "{} {place}",
                file.display()
            );
            resources += 1;
        }
        assert!(back.is_empty(), "{patient}: only their own: {:?}", back.keys());
        assert!(own > 1);
    }
    assert!(resources > 3000, "{resources} resources were compared");
    let report = door.record.verify().await.expect("a report");
    assert!(report.is_sound(), "{report:?}");
}

#[tokio::test]
async fn single_examples_load_and_come_back_equal() {
    let door = Door::open().await;
    for file in files("r4-examples", ".json") {
        let bytes = std::fs::read(&file).expect("a file");
        let sent: Value = serde_json::from_slice(&bytes).expect("JSON");
        let kind = sent["resourceType"].as_str().expect("a type").to_owned();
        let headers = [("content-type", "application/fhir+json")];
        let reply = door
            .call(Method::POST, &format!("/{kind}"), &headers, Body::from(bytes))
            .await;
        assert_eq!(
            reply.status,
            201,
            "{}: {}",
            file.display(),
            String::from_utf8_lossy(&reply.bytes)
        );
        let id = reply.json()["id"].as_str().expect("an id").to_owned();
        let back = door.get(&format!("/{kind}/{id}")).await.expect(200);
        assert_eq!(
            without_ours(back.json()),
            without_ours(sent),
            "{}",
            file.display()
        );
    }
}

/// Bodies for other interfaces (a PDS create without a resourceType, JSON patches) are refused in words, never 5xx.
#[tokio::test]
async fn what_is_not_a_resource_is_refused_in_words() {
    let door = Door::open().await;
    let mut tried = files("nhs-pds/requests/PatientCreate", ".json");
    tried.extend(files("nhs-pds/requests/PatientPatch", ".json"));
    for file in tried {
        let bytes = std::fs::read(&file).expect("a file");
        let resource =
            serde_json::from_slice::<Value>(&bytes).is_ok_and(|json| json["resourceType"] == "Patient");
        let headers = [("content-type", "application/fhir+json")];
        let reply = door
            .call(Method::POST, "/Patient", &headers, Body::from(bytes))
            .await;
        if !resource {
            assert_eq!(
                reply.status,
                400,
                "{}: {}",
                file.display(),
                String::from_utf8_lossy(&reply.bytes)
            );
            assert!(!reply.issues().is_empty());
        }
    }
}
