//! Names of what references point at, gathered from the resources that were read together.

use std::collections::HashMap;

use care::record::Mention;
use serde_json::Value;

use crate::datatype::{concept, demographic};
use crate::json::{list, str_at, text};

/// Words for resources by reference: "Type/id" and, for bundles, "urn:uuid:id".
#[derive(Default)]
pub(crate) struct Names(HashMap<String, Mention>);

impl Names {
    /// Gathers the names of all resources; those that take a name from another one in a second round.
    pub(crate) fn of(resources: &[&Value]) -> Names {
        let mut names = Names(HashMap::with_capacity(resources.len() * 2));
        for takes_names in [false, true] {
            for resource in resources {
                let (Some(kind), Some(id)) = (str_at(resource, "resourceType"), str_at(resource, "id"))
                else {
                    continue;
                };
                if takes_names != matches!(kind, "Encounter" | "PractitionerRole") {
                    continue;
                }
                let found = names.describe(resource);
                names.0.insert(format!("urn:uuid:{id}"), found.clone());
                names.0.insert(format!("{kind}/{id}"), found);
            }
        }
        names
    }

    /// The words for a reference; a version at its end is passed over.
    pub(crate) fn get(&self, reference: &str) -> Option<&Mention> {
        let unversioned = reference
            .split_once("/_history/")
            .map_or(reference, |(before, _)| before);
        self.0.get(unversioned)
    }

    /// What a resource is called, and for a role its role and organisation. The reference is the practitioner's.
    pub(crate) fn describe(&self, resource: &Value) -> Mention {
        let referenced = |key: &str| -> Mention {
            let Some(reference) = resource.get(key) else {
                return Mention::default();
            };
            let target = text(reference, "reference");
            let known = target
                .as_deref()
                .and_then(|target| self.get(target))
                .and_then(|found| found.name.clone());
            Mention {
                name: text(reference, "display").or(known),
                reference: target,
                ..Mention::default()
            }
        };
        match str_at(resource, "resourceType").unwrap_or("") {
            "PractitionerRole" => Mention {
                role: list(resource, "code")
                    .next()
                    .map(|code| concept::read(code).words().to_owned()),
                organisation: referenced("organization").name,
                ..referenced("practitioner")
            },
            "Practitioner" | "Patient" | "RelatedPerson" | "Person" => {
                let name = list(resource, "name")
                    .next()
                    .and_then(|name| demographic::read_name(name).ok());
                Mention {
                    name: name.map(|name| name.words()).filter(|words| !words.is_empty()),
                    ..Mention::default()
                }
            }
            "Encounter" => Mention {
                name: list(resource, "type")
                    .next()
                    .map(|code| concept::read(code).words().to_owned()),
                organisation: referenced("serviceProvider").name,
                ..Mention::default()
            },
            _ => Mention {
                name: name_of(resource),
                ..Mention::default()
            },
        }
    }
}

/// A few words for a resource of any type: its name, title, code or description.
pub(crate) fn name_of(resource: &Value) -> Option<String> {
    let named = || text(resource, "name").or_else(|| text(resource, "title"));
    let coded = || {
        let keys = [
            "code",
            "type",
            "vaccineCode",
            "category",
            "serviceType",
            "description",
        ];
        keys.iter().find_map(|key| {
            let found = resource.get(*key)?;
            let one = found.as_array().map_or(Some(found), |list| list.first())?;
            let concept = concept::read(one);
            (!concept.codings.is_empty() || concept.text.is_some()).then(|| concept.words().to_owned())
        })
    };
    named().or_else(coded).or_else(|| text(resource, "description"))
}
