//! Published documents: the shared test data scans cleanly, comes back equal, and pleases a strict reader.

use fhir::{Document, Limits, Resource, index};
use serde_json::Value;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The shared test data beside the workspace; a clone has none, and the tests say so and pass.
fn shared() -> Option<PathBuf> {
    let folder = Path::new("../../shared/testdata/fhir").to_owned();
    if folder.is_dir() {
        return Some(folder);
    }
    println!("note: ../shared/testdata/fhir is absent, so published documents were not tried");
    None
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    found
}

fn unzip(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

fn rendered(resource: Resource<'_>) -> Vec<u8> {
    let body = resource.prepare(&|_| None).body;
    let mut encoded = Vec::new();
    body.encode(&mut encoded);
    let body = fhir::Body::decode(&encoded).unwrap();
    let mut out = Vec::new();
    body.render("given-id", 3, "2026-11-22T09:00:00.000Z", &mut out);
    out
}

/// What must come back equal: all but id, version and time of last update.
fn without_ours(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
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
    value
}

fn comes_back_equal(resource: Resource<'_>, name: &str) {
    let out = rendered(resource);
    let before: Value = serde_json::from_slice(resource.source()).unwrap();
    let after: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(after["id"], "given-id", "{name}");
    assert_eq!(after["meta"]["versionId"], "3", "{name}");
    assert_eq!(after["meta"]["lastUpdated"], "2026-11-22T09:00:00.000Z", "{name}");
    assert_eq!(without_ours(before), without_ours(after), "{name}");
    let again =
        Document::scan(&out, &Limits::default()).unwrap_or_else(|issues| panic!("{name}: {issues:?}"));
    let (first, second) = (resource.prepare(&|_| None), again.root().prepare(&|_| None));
    assert_eq!(first.index, second.index, "{name}");
    assert_eq!(first.home, second.home, "{name}");
    assert_eq!(
        index::unpack(&index::pack(&first.index)).count(),
        first.index.len(),
        "{name}"
    );
}

/// A strict reader has no complaint about what we emit that it had not about what we were given.
fn pleases_a_strict_reader(resource: Resource<'_>, name: &str) {
    let strict = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap();
        fhirkit::from_json_strict::<fhirkit::r4::Resource>(text)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    if strict(resource.source()).is_ok() {
        assert_eq!(strict(&rendered(resource)), Ok(()), "{name}");
    } else {
        println!("note: {name} does not please the strict reader as published");
    }
}

#[test]
fn every_published_example_scans_and_comes_back_equal() {
    let Some(shared) = shared() else { return };
    let mut count = 0;
    let mut paths = files(&shared.join("r4-examples"), ".json");
    paths.extend(files(&shared.join("nhs-pds"), ".json"));
    paths.extend(files(&shared.join("nhs-pds/requests/PatientCreate"), ".json"));
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let document =
            Document::scan(&bytes, &Limits::default()).unwrap_or_else(|issues| panic!("{name}: {issues:#?}"));
        comes_back_equal(document.root(), &name);
        pleases_a_strict_reader(document.root(), &name);
        count += 1;
    }
    assert!(count >= 20, "only {count} examples were found");
}

#[test]
fn every_synthea_bundle_scans_and_each_resource_comes_back_equal() {
    let Some(shared) = shared() else { return };
    let bundles = files(&shared.join("synthea"), ".json.gz");
    assert!(bundles.len() >= 12, "only {} bundles were found", bundles.len());
    let mut count = 0;
    let mut entries = Vec::new();
    for path in bundles {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = unzip(&path);
        let document =
            Document::scan(&bytes, &Limits::default()).unwrap_or_else(|issues| panic!("{name}: {issues:#?}"));
        pleases_a_strict_reader(document.root(), &name);
        for entry in document.root().bundle().unwrap().entries {
            let resource = entry.resource.unwrap();
            comes_back_equal(resource, &name);
            count += 1;
            if resource.resource_type().name() == "Observation" {
                let resolved = |text: &str| text.strip_prefix("urn:uuid:").map(|id| format!("Patient/{id}"));
                entries.push(index::pack(&resource.prepare(&resolved).index).len());
            }
        }
    }
    entries.sort_unstable();
    let (median, largest) = (entries[entries.len() / 2], entries[entries.len() - 1]);
    println!(
        "{count} resources came back equal; Observation entries: median {median}, largest {largest} bytes"
    );
    assert!(median <= 120, "the median Observation's entry has {median} bytes");
}
