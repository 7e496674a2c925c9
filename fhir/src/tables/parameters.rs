//! Search parameters by type, with their stored numbers.

use super::Tables;
use super::registries::{HomeKind, lines, resource_number};
use crate::registry::{ParamId, ResourceType, SearchKind, SearchParam};
use std::collections::HashMap;

/// A search parameter as defined; `id` is `None` when it is not served.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParamDef {
    pub(crate) id: Option<ParamId>,
    pub(crate) code: &'static str,
    pub(crate) kind: Option<SearchKind>,
    pub(crate) definition: &'static str,
    pub(crate) expression: &'static str,
    /// Why it is not served; empty when it is.
    pub(crate) unsupported: &'static str,
    /// In the patient compartment's definition.
    pub(crate) compartment: bool,
}

/// Parameters by resource number. Those of `Resource` and `DomainResource` stand under every type, with one
/// number each.
pub(super) fn load(resources: &[&'static str]) -> Vec<Vec<ParamDef>> {
    let mut numbers = HashMap::new();
    for line in lines(include_str!("../../data/parameters.registry.csv")) {
        let mut fields = line.split(',');
        if let (Some(number), Some(name), Some(code)) = (fields.next(), fields.next(), fields.next())
            && let Ok(number) = number.parse()
        {
            numbers.insert((name, code), ParamId(number));
        }
    }
    let mut compartment = HashMap::new();
    for line in lines(include_str!("../generated/compartment.tsv")) {
        if let Some((name, codes)) = line.split_once('\t') {
            compartment.insert(name, codes);
        }
    }
    let mut all: Vec<Vec<ParamDef>> = resources.iter().map(|_| Vec::new()).collect();
    let mut general = Vec::new();
    let mut last = ("", None);
    let standard = lines(include_str!("../generated/parameters.tsv"));
    for line in standard.chain(lines(include_str!("../generated/parameters.local.tsv"))) {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or("");
        let (name, code, kind, definition, expression, unsupported) =
            (field(), field(), field(), field(), field(), field());
        let kind = match kind {
            "string" => Some(SearchKind::String),
            "token" => Some(SearchKind::Token),
            "date" => Some(SearchKind::Date),
            "reference" => Some(SearchKind::Reference),
            "uri" => Some(SearchKind::Uri),
            _ => None,
        };
        let param = ParamDef {
            id: if unsupported.is_empty() {
                numbers.get(&(name, code)).copied()
            } else {
                None
            },
            code,
            kind,
            definition,
            expression,
            unsupported,
            compartment: kind == Some(SearchKind::Reference)
                && compartment
                    .get(name)
                    .is_some_and(|codes| codes.split(' ').any(|own| own == code)),
        };
        if name == "Resource" || name == "DomainResource" {
            general.push(param);
        } else {
            if last.0 != name {
                last = (name, resource_number(resources, name));
            }
            if let Some(resource) = last.1 {
                all[usize::from(resource.0)].push(param);
            }
        }
    }
    for params in all.iter_mut().skip(1) {
        params.extend_from_slice(&general);
        params.sort_unstable_by_key(|param| param.code);
    }
    all
}

/// What is served of a type.
pub(super) fn served(tables: &Tables, resource: ResourceType) -> Vec<SearchParam> {
    let params = tables.params(resource).iter();
    params
        .filter_map(|param| {
            Some(SearchParam {
                id: param.id?,
                generation: tables.generation(param.id?),
                resource_type: resource,
                code: param.code,
                kind: param.kind?,
                definition: param.definition,
                cross_person: tables.is_cross_person(resource, param.code),
                names_person: names_person(tables, resource, param),
            })
        })
        .collect()
}

/// Whether a reference to a Patient in this parameter means that the resource lives in, or is a member of, that
/// person's record.
pub(crate) fn names_person(tables: &Tables, resource: ResourceType, param: &ParamDef) -> bool {
    let home = &tables.homes[usize::from(resource.0)];
    if home.kind != HomeKind::Person || param.kind != Some(SearchKind::Reference) {
        return false;
    }
    let name = tables.resource_name(resource);
    let covered = |part: &str| {
        let path = part
            .trim()
            .strip_suffix(".where(resolve() is Patient)")
            .unwrap_or(part.trim());
        let path = path
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(path);
        home.paths.contains(&path)
    };
    param.compartment || param.expression.split(" | ").all(covered)
}
