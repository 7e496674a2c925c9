//! People of FHIR bundles: each Patient with the resources that name them as subject.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use codes::nhs_number::NhsNumber;
use record::{Bucket, PersonKey};
use serde_json::Value;

use crate::columns::Columns;
use crate::facts::Facts;
use crate::left_out::{Checked, NationalAnswer};

/// Why a file could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is not JSON.
    #[error("it is not JSON")]
    NotJson,
    /// It is JSON, and no Bundle.
    #[error("it is no FHIR Bundle")]
    NotABundle,
}

/// Bundles that are being gathered. A Patient and what refers to them stand in the same bundle; of a Patient who stands in several,
/// as the pages of one answer have it, everything is one person's.
#[derive(Debug, Default)]
pub struct Bundles {
    columns: Columns,
    /// Who was taken, by NHS number or, without one, by the whole Patient; and the resources that were.
    known: HashMap<Known, (PersonKey, HashSet<u64>)>,
    national: Option<(NationalAnswer, Checked)>,
    people: u64,
    /// Resources that name no Patient of their bundle, the directory's among them.
    pub of_nobody: u64,
}

/// What tells that two Patients are the same person.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Known {
    Numbered(NhsNumber),
    Same(u64),
}

impl Known {
    fn of(patient: &[u8], in_use: &[NhsNumber]) -> Known {
        match in_use.first() {
            Some(number) => Known::Numbered(*number),
            None => Known::Same(digest(patient)),
        }
    }
}

fn digest(body: &[u8]) -> u64 {
    let mut digest = DefaultHasher::new();
    body.hash(&mut digest);
    digest.finish()
}

impl Bundles {
    /// Bundles whose people are held against the answer of the national check service.
    #[must_use]
    pub fn checked_by(answer: NationalAnswer) -> Bundles {
        Bundles {
            national: Some((answer, Checked::default())),
            ..Bundles::default()
        }
    }

    /// Takes the people of one bundle; those of earlier ones stay.
    ///
    /// # Errors
    /// When it is no bundle; nothing of it is taken then.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        let bundle: Value = serde_json::from_slice(bytes).map_err(|_| BundleError::NotJson)?;
        let entries = bundle.get("entry").and_then(Value::as_array);
        let entries = match (bundle.get("resourceType").and_then(Value::as_str), entries) {
            (Some("Bundle"), Some(entries)) => entries,
            (Some("Bundle"), None) if bundle.get("entry").is_none() => return Ok(()),
            _ => return Err(BundleError::NotABundle),
        };
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut people: Vec<Vec<Vec<u8>>> = Vec::new();
        for (entry, resource) in resources(entries).filter(|(_, resource)| is_patient(resource)) {
            let full = entry.get("fullUrl").and_then(Value::as_str).map(str::to_owned);
            let id = resource
                .get("id")
                .and_then(Value::as_str)
                .map(|id| format!("Patient/{id}"));
            let names: Vec<String> = [full, id].into_iter().flatten().collect();
            let body = resource.to_string().into_bytes();
            // A later version of the same Patient stands in its place.
            let again = names.iter().find_map(|name| places.get(name).copied());
            let at = again.unwrap_or(people.len());
            match people.get_mut(at).and_then(|held| held.first_mut()) {
                Some(before) => *before = body,
                None => people.push(vec![body]),
            }
            for name in names {
                places.entry(name).or_insert(at);
            }
        }
        for (_, resource) in resources(entries).filter(|(_, resource)| !is_patient(resource)) {
            let whose = subject(resource).and_then(|reference| place(&places, reference));
            match whose.and_then(|place| people.get_mut(place)) {
                Some(held) => held.push(resource.to_string().into_bytes()),
                None => self.of_nobody += 1,
            }
        }
        for held in people {
            self.put(&held);
        }
        Ok(())
    }

    /// Takes a Patient, who stands first, with their facts.
    fn put(&mut self, held: &[Vec<u8>]) {
        let Some((patient, facts)) = held.split_first() else {
            return;
        };
        let (in_use, former) = numbers(held.iter().map(Vec::as_slice));
        let known = Known::of(patient, &in_use);
        if let Some((person, taken)) = self.known.get_mut(&known) {
            let new = facts.iter().filter(|body| taken.insert(digest(body)));
            let more = Facts::for_columns(std::iter::once(patient).chain(new).map(Vec::as_slice));
            if let Some(mut whole) = self.columns.numbered(*person) {
                let dictionary = self.columns.dictionary_mut();
                let more = more.map(|name| dictionary.number(name));
                whole.take_in(more, |number| dictionary.name(number));
                self.columns.put_numbered(*person, Some(&whole));
            }
            return;
        }
        self.people += 1;
        let bucket = Bucket::of_hash(&self.people.to_be_bytes());
        let person = PersonKey::new(bucket, self.people);
        if let Some((answer, checked)) = &mut self.national {
            checked.add(person, &in_use, &former, answer);
        }
        let read = Facts::for_columns(held.iter().map(Vec::as_slice));
        self.columns.put(person, Some(read));
        let taken = facts.iter().map(|body| digest(body)).collect();
        self.known.insert(known, (person, taken));
    }

    /// Everybody in columns; and the answer with those who were held against it.
    #[must_use]
    pub fn columns(self) -> (Columns, Option<(NationalAnswer, Checked)>) {
        (self.columns, self.national)
    }
}

/// The NHS numbers that a person bears, and those that are no longer in use.
fn numbers<'b>(resources: impl Iterator<Item = &'b [u8]>) -> (Vec<NhsNumber>, Vec<NhsNumber>) {
    let Some(person) = mapping::person_record(resources).person else {
        return (Vec::new(), Vec::new());
    };
    let others = person.identifiers.iter();
    let former = others
        .filter(|one| one.system.as_deref() == Some(codes::system::NHS_NUMBER))
        .filter_map(|one| NhsNumber::parse(one.value.as_deref()?).ok());
    (
        person.nhs_number.iter().map(|held| held.number).collect(),
        former.collect(),
    )
}

fn resources(entries: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    entries
        .iter()
        .filter_map(|entry| Some((entry, entry.get("resource")?)))
}

fn is_patient(resource: &Value) -> bool {
    resource.get("resourceType").and_then(Value::as_str) == Some("Patient")
}

fn subject(resource: &Value) -> Option<&str> {
    let named = ["subject", "patient"]
        .into_iter()
        .find_map(|key| resource.get(key));
    named?.get("reference")?.as_str()
}

/// By the reference as it stands, else by its last two parts: an absolute address of the same Patient.
fn place(places: &HashMap<String, usize>, reference: &str) -> Option<usize> {
    let whole = reference.split("/_history/").next().unwrap_or(reference);
    let last_two = || {
        let mut parts = whole.rsplitn(3, '/');
        let (id, kind) = (parts.next()?, parts.next()?);
        places.get(&format!("{kind}/{id}"))
    };
    places.get(whole).or_else(last_two).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// How many coded facts each has, the fewest first.
    fn coded_facts(bundles: Bundles) -> Vec<usize> {
        let (columns, _) = bundles.columns();
        let mut counts: Vec<usize> = columns
            .everybody()
            .filter_map(|person| Some(columns.get(person)?.coded.len()))
            .collect();
        counts.sort_unstable();
        counts
    }

    #[test]
    fn facts_go_to_whom_they_name_and_those_of_nobody_are_counted() {
        let condition = |reference: &str| {
            json!({ "resource": { "resourceType": "Condition", "subject": { "reference": reference },
                "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "38341003" }] } } })
        };
        let bundle = json!({ "resourceType": "Bundle", "entry": [
            condition("urn:uuid:1"), condition("Patient/b/_history/2"), condition("https://x.example/Patient/b"),
            condition("Patient/c"), { "resource": { "resourceType": "Organization" } }, {},
            { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Patient" } },
            { "resource": { "resourceType": "Patient", "id": "b" } } ] });
        let mut bundles = Bundles::default();
        bundles.take(bundle.to_string().as_bytes()).expect("a bundle");
        assert_eq!(bundles.of_nobody, 2);
        assert_eq!(coded_facts(bundles), [1, 2]);
    }

    #[test]
    fn a_patient_who_stands_in_several_bundles_is_one_person_with_the_facts_of_all() {
        let page = |number: &str, codes: &[&str]| {
            let patient = json!({ "resource": { "resourceType": "Patient", "id": "p1",
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": number }] } });
            let facts = codes.iter().map(|code| {
                json!({ "resource": { "resourceType": "Condition", "id": code, "subject": { "reference": "Patient/p1" },
                    "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code }] } } })
            });
            let entries: Vec<Value> = std::iter::once(patient.clone())
                .chain(facts)
                .chain([patient])
                .collect();
            json!({ "resourceType": "Bundle", "entry": entries }).to_string()
        };
        let mut bundles = Bundles::default();
        for bundle in [
            page("9990000018", &["38341003"]),
            page("9990000018", &["38341003", "13645005"]),
            // Another sender's p1.
            page("9990000026", &["73211009"]),
        ] {
            bundles.take(bundle.as_bytes()).expect("a bundle");
        }
        assert_eq!(coded_facts(bundles), [1, 2]);
    }

    #[test]
    fn what_is_no_bundle_is_refused() {
        let mut bundles = Bundles::default();
        assert_eq!(bundles.take(b"{"), Err(BundleError::NotJson));
        for other in [
            "[]",
            r#"{"resourceType":"Patient"}"#,
            r#"{"resourceType":"Bundle","entry":{}}"#,
        ] {
            assert_eq!(
                bundles.take(other.as_bytes()),
                Err(BundleError::NotABundle),
                "{other}"
            );
        }
        assert_eq!(bundles.take(br#"{"resourceType":"Bundle"}"#), Ok(()));
    }
}
