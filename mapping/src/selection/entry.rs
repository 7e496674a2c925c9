//! One packed index entry, as far as the choice needs it.

use fhir::index::{ValueRef, unpack};
use fhir::{ParamId, ResourceType, SearchParam, search_parameters};

/// Types within a record that lend their names to what refers to them.
const NAMING: [&str; 4] = ["Condition", "Encounter", "Goal", "Observation"];

/// Statuses, dates, codes and encounters of one resource.
pub(super) struct Entry {
    tokens: Vec<(&'static str, String)>,
    dates: Vec<(&'static str, i64, i64)>,
    /// System and code of the `code` parameter; the system is empty when none was given.
    pub(super) codes: Vec<(String, String)>,
    /// Resources of the record whose names it shows, as (type, id).
    pub(super) refers_to: Vec<(String, String)>,
}

impl Entry {
    pub(super) fn read(type_name: &str, packed: &[u8]) -> Entry {
        let mut entry = Entry {
            tokens: Vec::new(),
            dates: Vec::new(),
            codes: Vec::new(),
            refers_to: Vec::new(),
        };
        let Some(resource_type) = ResourceType::from_name(type_name) else {
            return entry;
        };
        let parameters = search_parameters(resource_type);
        for (id, value) in unpack(packed) {
            let Some(name) = name_of(parameters, id) else {
                continue;
            };
            match value {
                ValueRef::Token { system, code, .. } if name == "code" => {
                    entry.codes.push((system.to_owned(), code.to_owned()));
                }
                ValueRef::Token { code, .. } if name.ends_with("status") => {
                    entry.tokens.push((name, code.to_owned()));
                }
                ValueRef::Date { low, high } => entry.dates.push((name, low, high)),
                ValueRef::Reference { resource_type, id } if NAMING.contains(&resource_type.name()) => {
                    entry
                        .refers_to
                        .push((resource_type.name().to_owned(), id.into_owned()));
                }
                _ => {}
            }
        }
        entry
    }

    /// Whether a token of the parameter is one of the codes.
    pub(super) fn has(&self, parameter: &str, codes: &[&str]) -> bool {
        self.tokens
            .iter()
            .any(|(name, code)| *name == parameter && codes.contains(&code.as_str()))
    }

    /// The earliest instant of the parameter's dates, in milliseconds; nothing without one.
    pub(super) fn earliest(&self, parameter: &str) -> Option<i64> {
        self.dates
            .iter()
            .filter(|(name, ..)| *name == parameter)
            .map(|(_, low, _)| *low)
            .min()
    }

    /// The latest instant of the parameter's dates, in milliseconds; nothing without one.
    pub(super) fn latest(&self, parameter: &str) -> Option<i64> {
        self.dates
            .iter()
            .filter(|(name, ..)| *name == parameter)
            .map(|(.., high)| *high)
            .max()
    }
}

fn name_of(parameters: &'static [SearchParam], id: ParamId) -> Option<&'static str> {
    parameters
        .iter()
        .find(|parameter| parameter.id == id)
        .map(|parameter| parameter.code)
}
