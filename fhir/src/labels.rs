//! Labels: what a resource says of who may see it (`meta.security`), as bits (`fhir/data/labels.registry.csv`, append-only). One is borne for
//! what a resource is: a Consent that keeps what a clinician found of somebody's capacity is no consent like others.

use std::sync::LazyLock;

use crate::index::{IndexValue, Value, ValueRef, unpack};
use crate::registry::ParamId;
use crate::{ResourceType, search_parameters, tables};

/// A label that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Its place among the bits, 0 to 61.
    pub number: u8,
    /// The code system of the coding that gives it.
    pub system: &'static str,
    /// The code in that system.
    pub code: &'static str,
    /// What policies call it.
    pub name: &'static str,
}

impl Label {
    /// Every label, by number.
    #[must_use]
    pub fn all() -> &'static [Label] {
        &LABELS
    }

    /// The label that policies call so.
    #[must_use]
    pub fn named(name: &str) -> Option<Label> {
        LABELS.iter().copied().find(|label| label.name == name)
    }

    /// Its bit.
    #[must_use]
    pub fn bit(self) -> u64 {
        1 << self.number
    }
}

static LABELS: LazyLock<Vec<Label>> = LazyLock::new(|| {
    tables::lines(include_str!("../data/labels.registry.csv"))
        .filter_map(|line| {
            let mut fields = line.split(',');
            Some(Label {
                number: fields.next()?.parse().ok()?,
                system: fields.next()?,
                code: fields.next()?,
                name: fields.next()?,
            })
        })
        .collect()
});

/// The parameter `_security`, the same of every type.
static SECURITY: LazyLock<Option<ParamId>> = LazyLock::new(|| {
    let any = ResourceType::from_name("Patient")?;
    let param = search_parameters(any)
        .iter()
        .find(|param| param.code == "_security")?;
    Some(param.id)
});

/// The parameter `category` of a Consent.
static CONSENT_CATEGORY: LazyLock<Option<ParamId>> = LazyLock::new(|| {
    let consent = ResourceType::from_name("Consent")?;
    let param = search_parameters(consent)
        .iter()
        .find(|param| param.code == "category")?;
    Some(param.id)
});

/// The label of what a clinician found of somebody's capacity.
static CAPACITY: LazyLock<u64> = LazyLock::new(|| Label::named("capacity").map_or(0, Label::bit));

/// The labels that a coded value of a parameter gives.
fn given(param: ParamId, system: &str, code: &str) -> u64 {
    if Some(param) == *SECURITY {
        return bit_of(system, code);
    }
    let finds = [codes::access::COMPETENT, codes::access::LACKS_CAPACITY];
    if Some(param) == *CONSENT_CATEGORY && system == codes::access::SYSTEM && finds.contains(&code) {
        return *CAPACITY;
    }
    0
}

/// Labels that a resource of this type may bear for what it is, without saying so. What an older release kept beside it does not say them.
#[must_use]
pub fn unsaid_labels(resource_type: ResourceType) -> u64 {
    match resource_type.name() {
        "Consent" => *CAPACITY,
        _ => 0,
    }
}

/// The labels among a resource's index values.
#[must_use]
pub fn labels(values: &[IndexValue]) -> u64 {
    values.iter().fold(0, |bits, value| match &value.value {
        Value::Token { system, code } => bits | given(value.param, system, code),
        _ => bits,
    })
}

/// The labels in a packed entry.
#[must_use]
pub fn labels_of_entry(entry: &[u8]) -> u64 {
    unpack(entry).fold(0, |bits, (param, value)| match value {
        ValueRef::Token { system, code } => bits | given(param, system, code),
        _ => bits,
    })
}

fn bit_of(system: &str, code: &str) -> u64 {
    LABELS
        .iter()
        .find(|label| label.code == code && label.system == system)
        .map_or(0, |label| label.bit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Limits, index::pack};

    fn of(json: &str) -> (u64, u64) {
        let document = Document::scan(json.as_bytes(), &Limits::default()).expect("it is FHIR");
        let prepared = document.root().prepare(&|_| None);
        (labels(&prepared.index), labels_of_entry(&pack(&prepared.index)))
    }

    #[test]
    fn labels_are_read_from_values_and_from_the_packed_entry_alike() {
        let json = r#"{"resourceType":"Flag","meta":{"security":[
            {"system":"https://sarsen.example/fhir/CodeSystem/label","code":"sealed"},
            {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"},
            {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"sealed"}]},
            "status":"active","code":{"text":"x"},"subject":{"reference":"Patient/a"}}"#;
        let both = Label::named("sealed").expect("known").bit()
            | Label::named("mental-health").expect("known").bit();
        assert_eq!(of(json), (both, both));
    }

    #[test]
    fn a_finding_of_capacity_bears_its_label_without_saying_so_and_no_other_consent_does() {
        let consent = |system: &str, code: &str| {
            of(&format!(
                r#"{{"resourceType":"Consent","status":"active","scope":{{"text":"x"}},"patient":{{"reference":"Patient/a"}},
                "category":[{{"coding":[{{"system":"{system}","code":"{code}"}}]}}]}}"#
            ))
        };
        let bit = Label::named("capacity").expect("known").bit();
        let ours = codes::access::SYSTEM;
        for code in [codes::access::COMPETENT, codes::access::LACKS_CAPACITY] {
            assert_eq!(consent(ours, code), (bit, bit), "{code}");
            assert_eq!(consent("urn:else", code), (0, 0), "{code} of another system");
        }
        for code in [
            codes::access::ATTORNEY,
            codes::access::PROXY,
            codes::access::REFUSAL,
        ] {
            assert_eq!(consent(ours, code), (0, 0), "{code}");
        }
    }

    #[test]
    fn what_bears_no_label_has_none() {
        let json = r#"{"resourceType":"Flag","status":"active","code":{"text":"x"},"subject":{"reference":"Patient/a"}}"#;
        assert_eq!(of(json), (0, 0));
    }

    #[test]
    fn every_label_has_a_bit_of_its_own() {
        let mut bits = 0;
        for label in Label::all() {
            assert!(label.number < 62 && bits & label.bit() == 0, "{label:?}");
            bits |= label.bit();
        }
        assert_eq!(Label::all().len(), 19);
    }
}
