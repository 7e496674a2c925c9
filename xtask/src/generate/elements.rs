//! `types.tsv` and `elements.tsv`: what a resource may hold.

use super::source::Definitions;
use super::value_sets::Enumerated;
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const DEFINITION: &str = "http://hl7.org/fhir/StructureDefinition/";

/// One line a type: name, kind (resource or complex), base, `abstract` or nothing.
pub(crate) fn types(definitions: &Definitions) -> anyhow::Result<String> {
    let mut out = String::from("#type\tkind\tbase\tabstract\n");
    for (name, structure) in &definitions.structures {
        let kind = if structure["kind"] == "resource" {
            "resource"
        } else {
            "complex"
        };
        let base = structure["baseDefinition"].as_str().unwrap_or_default();
        let base = base.strip_prefix(DEFINITION).unwrap_or(base);
        let is_abstract = if structure["abstract"] == true {
            "abstract"
        } else {
            ""
        };
        writeln!(out, "{name}\t{kind}\t{base}\t{is_abstract}")?;
    }
    Ok(out)
}

/// One line an element that a type itself defines, sorted by path.
pub(crate) fn elements(definitions: &Definitions, bindings: &Enumerated) -> anyhow::Result<String> {
    let mut lines = BTreeMap::new();
    for (name, structure) in &definitions.structures {
        let elements = structure["snapshot"]["element"]
            .as_array()
            .context("a type has no snapshot")?;
        for element in elements {
            let path = element["path"].as_str().context("an element has no path")?;
            let own = element["base"]["path"].as_str().is_none_or(|base| base == path);
            if path != name && own {
                lines.insert(path.to_owned(), line(definitions, bindings, element)?);
            }
        }
    }
    let mut out = String::from("#path\ttypes\tmin\tmax\tcontent of\trequired value set\treference targets\n");
    for (path, line) in lines {
        writeln!(out, "{path}\t{line}")?;
    }
    Ok(out)
}

fn line(definitions: &Definitions, bindings: &Enumerated, element: &Value) -> anyhow::Result<String> {
    let mut types = Vec::new();
    let mut targets = Vec::new();
    for entry in element["type"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let code = entry["code"].as_str().context("a type has no code")?;
        types.push(match code.strip_prefix("http://hl7.org/fhirpath/System.") {
            Some(_) => entry["extension"][0]["valueUrl"].as_str().unwrap_or("string"),
            None => code,
        });
        if code == "Reference" {
            targets = reference_targets(definitions, entry);
        }
    }
    let content = element["contentReference"]
        .as_str()
        .unwrap_or_default()
        .trim_start_matches('#');
    ensure!(
        types.is_empty() != content.is_empty(),
        "an element needs a type or a content reference"
    );
    let binding = &element["binding"];
    let set = match binding["strength"].as_str() {
        Some("required") => binding["valueSet"]
            .as_str()
            .map(super::value_sets::without_version),
        _ => None,
    };
    let set = set.filter(|url| bindings.contains_key(*url)).unwrap_or_default();
    Ok(format!(
        "{}\t{}\t{}\t{content}\t{set}\t{}",
        types.join(" "),
        element["min"],
        element["max"].as_str().unwrap_or("1"),
        targets.join(" ")
    ))
}

/// The resource types a reference may point at; empty for any.
fn reference_targets(definitions: &Definitions, entry: &Value) -> Vec<String> {
    let mut targets = Vec::new();
    for profile in entry["targetProfile"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
    {
        let name = profile
            .as_str()
            .and_then(|url| url.strip_prefix(DEFINITION))
            .unwrap_or_default();
        match definitions.structures.get(name) {
            Some(structure) if structure["abstract"] != true => targets.push(name.to_owned()),
            _ => return Vec::new(),
        }
    }
    targets.sort();
    targets
}
