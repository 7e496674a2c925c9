//! Synthea's transaction bundles as lists of resources, their `urn:uuid:` references resolved: for measuring and for
//! training, read from a folder at run time.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;

/// The resources of each gzipped bundle of a folder, in the order of the file names: id and JSON.
///
/// # Errors
/// When a file cannot be read or is not a bundle.
pub fn bundles(folder: &Path) -> io::Result<Vec<Vec<(String, String)>>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "gz"));
    files.iter().map(|file| resources(&read(file)?)).collect()
}

/// One gzipped JSON file.
///
/// # Errors
/// When it cannot be read or is not JSON.
pub fn read(file: &Path) -> io::Result<Value> {
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file)?).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}

/// What the bundle's `urn:uuid:` addresses stand for.
#[must_use]
pub fn names(bundle: &Value) -> HashMap<String, String> {
    let entries = bundle["entry"].as_array().map_or(&[][..], Vec::as_slice);
    let named = entries.iter().filter_map(|entry| {
        let url = entry["fullUrl"].as_str()?;
        let kind = entry["resource"]["resourceType"].as_str()?;
        Some((
            url.to_owned(),
            format!("{kind}/{}", url.strip_prefix("urn:uuid:")?),
        ))
    });
    named.collect()
}

/// Replaces every string that is an address of the bundle.
pub fn resolve<S: std::hash::BuildHasher>(value: &mut Value, names: &HashMap<String, String, S>) {
    match value {
        Value::String(text) => {
            if let Some(name) = names.get(text.as_str()) {
                text.clone_from(name);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, names)),
        Value::Object(fields) => fields.values_mut().for_each(|field| resolve(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn resources(bundle: &Value) -> io::Result<Vec<(String, String)>> {
    let names = names(bundle);
    let entries = bundle["entry"]
        .as_array()
        .ok_or_else(|| io::Error::other("not a bundle"))?;
    let mut resources = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut resource = entry["resource"].clone();
        resolve(&mut resource, &names);
        let name = entry["fullUrl"].as_str().and_then(|url| names.get(url));
        let id = name
            .and_then(|name| name.split_once('/'))
            .map(|(_, id)| id.to_owned());
        resources.push((
            id.ok_or_else(|| io::Error::other("an entry without an address"))?,
            resource.to_string(),
        ));
    }
    Ok(resources)
}
