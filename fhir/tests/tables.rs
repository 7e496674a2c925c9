//! The tables and registries: complete, numbered once, quick to load.

use fhir::{ResourceType, SearchKind, definitions_version, search_parameters};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_resource_type_has_a_number_of_its_own_and_keeps_it() {
    assert_eq!(ResourceType::all().count(), 146);
    for resource_type in ResourceType::all() {
        assert_eq!(ResourceType::from_name(resource_type.name()), Some(resource_type));
        assert_eq!(
            ResourceType::from_number(resource_type.number()),
            Some(resource_type)
        );
    }
    // Stored numbers: a change here would misread every record there is.
    let number = |name: &str| ResourceType::from_name(name).unwrap().number();
    assert_eq!(
        (number("Account"), number("Observation"), number("Patient")),
        (1, 96, 103)
    );
    assert_eq!(ResourceType::from_name("Resource"), None);
    assert_eq!(ResourceType::from_number(0), None);
    assert_eq!(ResourceType::from_number(9999), None);
}

#[test]
fn registry_numbers_are_unique_and_without_gaps() {
    for (name, text) in [
        ("types", include_str!("../data/types.registry.csv")),
        ("parameters", include_str!("../data/parameters.registry.csv")),
        ("systems", include_str!("../data/systems.registry.csv")),
        ("generations", include_str!("../data/generations.registry.csv")),
    ] {
        let mut seen = BTreeSet::new();
        for (at, line) in text.lines().skip(1).enumerate() {
            let (number, rest) = line.split_once(',').unwrap();
            assert_eq!(number.parse::<usize>().unwrap(), at + 1, "{name}: {line}");
            assert!(seen.insert(rest), "{name}: {rest} stands twice");
        }
    }
}

#[test]
fn every_parameter_number_came_in_exactly_one_generation() {
    let mut came = BTreeMap::new();
    for line in include_str!("../data/generations.registry.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        for part in fields[1].split(' ') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            for number in from.parse::<u16>().unwrap()..=to.parse::<u16>().unwrap() {
                assert_eq!(came.insert(number, fields[0]), None, "{number} came twice");
            }
        }
    }
    let numbers = include_str!("../data/parameters.registry.csv").lines().skip(1);
    let numbers: BTreeSet<u16> = numbers
        .map(|line| line.split(',').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(came.keys().copied().collect::<BTreeSet<_>>(), numbers);
    assert_eq!(fhir::newest_generation(), 2);
}

#[test]
fn every_parameter_that_is_not_listed_as_unsupported_is_served() {
    let mut served: BTreeMap<&str, usize> = BTreeMap::new();
    for resource_type in ResourceType::all() {
        for param in search_parameters(resource_type) {
            *served.entry(param.kind.code()).or_default() += 1;
            let ours = param.definition.starts_with("https://sarsen.example/fhir/");
            assert!(
                ours || param
                    .definition
                    .starts_with("http://hl7.org/fhir/SearchParameter/"),
                "{param:?}"
            );
            assert_eq!(ours, param.generation > 1, "{param:?}");
        }
    }
    let mut missing = Vec::new();
    for line in include_str!("../src/generated/parameters.tsv").lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let wanted = matches!(fields[2], "string" | "token" | "date" | "reference" | "uri");
        let Some(resource_type) = ResourceType::from_name(fields[0]) else {
            continue;
        };
        let found = search_parameters(resource_type)
            .iter()
            .any(|param| param.code == fields[1]);
        if wanted && fields[5].is_empty() && !found {
            missing.push((fields[0], fields[1]));
        }
    }
    assert_eq!(missing, []);
    assert!(
        served["token"] > 500 && served["reference"] > 400 && served["string"] > 100 && served["date"] > 90,
        "{served:?}"
    );
}

#[test]
fn what_is_searched_across_persons_is_marked() {
    let of = |name: &str, code: &str| {
        let resource_type = ResourceType::from_name(name).unwrap();
        search_parameters(resource_type)
            .iter()
            .find(|param| param.code == code)
            .unwrap()
    };
    assert!(of("Patient", "family").cross_person);
    assert!(of("Patient", "identifier").cross_person);
    assert!(of("Observation", "code").cross_person);
    assert!(!of("Patient", "gender").cross_person);
    assert!(of("Observation", "subject").names_person);
    assert!(of("Task", "patient").names_person);
    assert!(!of("Observation", "encounter").names_person);
    assert_eq!(of("Task", "owner").kind, SearchKind::Reference);
}

#[test]
fn every_line_of_our_tables_names_things_that_exist() {
    for line in include_str!("../data/cross-person.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let Some(resource_type) = ResourceType::from_name(fields[1]) else {
            assert_eq!(fields[1], "*", "{line}");
            continue;
        };
        for code in fields[2].split('+') {
            assert!(
                search_parameters(resource_type)
                    .iter()
                    .any(|param| param.code == code),
                "{line}"
            );
        }
    }
    let mut homes = BTreeSet::new();
    for line in include_str!("../data/home.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        assert!(ResourceType::from_name(fields[0]).is_some(), "{line}");
        assert!(
            matches!(fields[1], "person" | "unit" | "part" | "itself"),
            "{line}"
        );
        homes.insert(fields[0]);
    }
    assert_eq!(homes.len(), 146);
}

#[test]
fn the_definitions_are_named_with_version_and_hash() {
    assert!(
        definitions_version().contains("4.0.1 sha256:"),
        "{}",
        definitions_version()
    );
}
