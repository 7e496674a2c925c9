//! Trains a zstd dictionary for stored bodies: `train_dictionary <folder of Synthea bundles> <file to write>`.
//!
//! The dictionaries under `record/data/` are numbered and append-only: a new one gets the next number, the old ones
//! stay, since stored bodies name the dictionary they were compressed with.

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Map, Value, json};
use testkit::seed::Seed;
use testkit::{shapes, synthea};

/// Bytes of the dictionary.
const SIZE: usize = 64 << 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, out] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    match train(Path::new(folder)) {
        Ok(dictionary) if std::fs::write(out, &dictionary).is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn train(folder: &Path) -> std::io::Result<Vec<u8>> {
    let mut samples = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    // Every third bundle: the others stay unseen, so that the ratio measured on them is honest.
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "gz"))
        .step_by(3)
    {
        bodies_of(&synthea::read(file)?, &mut samples);
    }
    let mut seed = Seed::new(1);
    for number in 0..400 {
        let id = seed.uuid();
        for text in [
            shapes::patient(&mut seed, number),
            shapes::observation(&mut seed, &id),
            shapes::observation(&mut seed, &id),
            shapes::condition(&mut seed, &id),
            shapes::task(&mut seed, &id),
            shapes::medication_request(&mut seed, &id),
        ] {
            samples.push(as_kept(&serde_json::from_str(&text)?, &HashMap::new()));
        }
    }
    zstd::dict::from_samples(&samples, SIZE)
}

fn bodies_of(bundle: &Value, samples: &mut Vec<Vec<u8>>) {
    let names = synthea::names(bundle);
    let entries = bundle["entry"].as_array().map_or(&[][..], Vec::as_slice);
    samples.extend(entries.iter().map(|entry| as_kept(&entry["resource"], &names)));
}

/// The resource as the record keeps it, but for the three offsets in front.
fn as_kept(resource: &Value, names: &HashMap<String, String>) -> Vec<u8> {
    let mut kept = Map::new();
    let fields = resource.as_object().cloned().unwrap_or_default();
    kept.insert(
        "resourceType".to_owned(),
        fields.get("resourceType").cloned().unwrap_or_default(),
    );
    kept.insert("id".to_owned(), json!(""));
    let mut meta = fields
        .get("meta")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    meta.insert("versionId".to_owned(), json!(""));
    meta.insert("lastUpdated".to_owned(), json!(""));
    kept.insert("meta".to_owned(), Value::Object(meta));
    for (name, mut value) in fields {
        if !kept.contains_key(&name) {
            synthea::resolve(&mut value, names);
            kept.insert(name, value);
        }
    }
    serde_json::to_vec(&Value::Object(kept)).unwrap_or_default()
}
