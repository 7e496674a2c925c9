//! `value_sets.tsv`: the codes of every value set that is bound as required and can be enumerated.

use super::source::Definitions;
use anyhow::ensure;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// System → codes.
pub(crate) type Codes = BTreeMap<String, BTreeSet<String>>;
/// Value set URL → its codes.
pub(crate) type Enumerated = BTreeMap<String, Codes>;

pub(crate) fn without_version(url: &str) -> &str {
    url.split_once('|').map_or(url, |(url, _)| url)
}

/// Every value set with a required binding that can be written out from the package alone.
pub(crate) fn enumerate(definitions: &Definitions) -> Enumerated {
    let mut wanted = BTreeSet::new();
    for structure in definitions.structures.values() {
        for element in structure["snapshot"]["element"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            let binding = &element["binding"];
            if binding["strength"] == "required"
                && let Some(url) = binding["valueSet"].as_str()
            {
                wanted.insert(without_version(url).to_owned());
            }
        }
    }
    wanted
        .into_iter()
        .filter_map(|url| {
            let codes = value_set(definitions, &url, 0)?;
            (!codes.is_empty()).then_some((url, codes))
        })
        .collect()
}

fn value_set(definitions: &Definitions, url: &str, depth: usize) -> Option<Codes> {
    if depth > 8 {
        return None;
    }
    let compose = &definitions.value_sets.get(without_version(url))?["compose"];
    let mut codes = Codes::new();
    for include in compose["include"].as_array()? {
        for (system, more) in part(definitions, include, depth)? {
            codes.entry(system).or_default().extend(more);
        }
    }
    for exclude in compose["exclude"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
    {
        for (system, fewer) in part(definitions, exclude, depth)? {
            if let Some(held) = codes.get_mut(&system) {
                held.retain(|code| !fewer.contains(code));
            }
        }
    }
    Some(codes)
}

/// One `include` or `exclude`; `None` when it cannot be enumerated.
fn part(definitions: &Definitions, part: &Value, depth: usize) -> Option<Codes> {
    let mut codes = Codes::new();
    if let Some(sets) = part["valueSet"].as_array() {
        if part["system"].is_string() || sets.len() != 1 {
            return None;
        }
        return value_set(definitions, sets[0].as_str()?, depth + 1);
    }
    let system = part["system"].as_str()?;
    let held = codes.entry(system.to_owned()).or_default();
    if let Some(concepts) = part["concept"].as_array() {
        held.extend(
            concepts
                .iter()
                .filter_map(|concept| concept["code"].as_str())
                .map(str::to_owned),
        );
        return Some(codes);
    }
    let code_system = definitions.code_systems.get(system)?;
    if code_system["content"] != "complete" {
        return None;
    }
    match part["filter"].as_array().map(Vec::as_slice).unwrap_or_default() {
        [] => collect(&code_system["concept"], held),
        [filter] if filter["property"] == "concept" && filter["op"] == "is-a" => {
            descendants(code_system, filter["value"].as_str()?, held);
        }
        _ => return None,
    }
    Some(codes)
}

fn collect(concepts: &Value, codes: &mut BTreeSet<String>) {
    for concept in concepts.as_array().map(Vec::as_slice).unwrap_or_default() {
        codes.extend(concept["code"].as_str().map(str::to_owned));
        collect(&concept["concept"], codes);
    }
}

/// A concept and all below it, by nesting and by the `subsumedBy` property.
fn descendants(code_system: &Value, top: &str, codes: &mut BTreeSet<String>) {
    fn walk(concepts: &Value, parent: Option<&str>, below: &mut BTreeMap<String, Vec<String>>) {
        for concept in concepts.as_array().map(Vec::as_slice).unwrap_or_default() {
            let Some(code) = concept["code"].as_str() else {
                continue;
            };
            let properties = concept["property"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let named = properties
                .iter()
                .filter(|property| property["code"] == "subsumedBy");
            for above in named
                .filter_map(|property| property["valueCode"].as_str())
                .chain(parent)
            {
                below.entry(above.to_owned()).or_default().push(code.to_owned());
            }
            walk(&concept["concept"], Some(code), below);
        }
    }
    let mut below = BTreeMap::new();
    walk(&code_system["concept"], None, &mut below);
    let mut queue = vec![top.to_owned()];
    while let Some(code) = queue.pop() {
        if codes.insert(code.clone()) {
            queue.extend(below.get(&code).cloned().unwrap_or_default());
        }
    }
}

/// One line a value set and system: URL, system, codes.
pub(crate) fn table(_definitions: &Definitions, sets: &Enumerated) -> anyhow::Result<String> {
    let mut out = String::from("#value set\tsystem\tcodes\n");
    for (url, systems) in sets {
        for (system, codes) in systems {
            ensure!(
                codes.iter().all(|code| !code.contains([' ', '\t'])),
                "{url} has a code with a space"
            );
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            writeln!(out, "{url}\t{system}\t{}", codes.join(" "))?;
        }
    }
    Ok(out)
}
