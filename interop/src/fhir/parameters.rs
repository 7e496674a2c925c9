//! A `Parameters` resource as an operation takes it: each value by its name, with refusals that point at it.

use fhir::{Document, Issue, IssueCode};
use jiff::Timestamp;
use serde_json::Value;

use super::Door;
use super::refusal::Refusal;

/// What came in, by name, in order.
pub(super) struct Parameters(Vec<(String, Value)>);

fn refused(name: &str, words: impl Into<String>) -> Refusal {
    let place = format!("Parameters.parameter.where(name='{name}')");
    Refusal::of(
        400,
        vec![Issue::error(IssueCode::Value, Some(place), words.into())],
    )
}

impl Parameters {
    /// Reads the body; an empty one holds no parameters.
    pub(super) fn read(bytes: &[u8], door: &Door) -> Result<Parameters, Refusal> {
        if bytes.is_empty() {
            return Ok(Parameters(Vec::new()));
        }
        let document =
            Document::scan(bytes, door.actions.limits()).map_err(|issues| Refusal::of(400, issues))?;
        let words = "the body of an operation is a Parameters resource";
        let wrong = || {
            let place = Some("resourceType".to_owned());
            Refusal::of(
                400,
                vec![Issue::error(IssueCode::Invalid, place, words.to_owned())],
            )
        };
        if document.root().resource_type().name() != "Parameters" {
            return Err(wrong());
        }
        let json: Value = serde_json::from_slice(bytes).map_err(|_| wrong())?;
        let parts = json.get("parameter").and_then(Value::as_array);
        let named = parts.into_iter().flatten().filter_map(|part| {
            let name = part.get("name")?.as_str()?;
            Some((name.to_owned(), part.clone()))
        });
        Ok(Parameters(named.collect()))
    }

    /// Refuses what the operation does not take: a misspelt parameter must not go unheard.
    pub(super) fn takes(&self, names: &[&str]) -> Result<(), Refusal> {
        match self.0.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some(_) => Err(refused(
                "?",
                format!("the operation takes {}, and nothing else", names.join(", ")),
            )),
        }
    }

    fn of<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Value> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, part)| part)
    }

    fn one<'p>(&'p self, name: &'p str) -> Result<Option<&'p Value>, Refusal> {
        let mut all = self.of(name);
        let first = all.next();
        if all.next().is_some() {
            return Err(refused(name, "it is given twice"));
        }
        Ok(first)
    }

    /// A code, as `valueCode` or `valueString`.
    pub(super) fn code(&self, name: &str) -> Result<String, Refusal> {
        let words = "a valueCode is expected";
        self.one(name)?
            .and_then(|part| {
                part.get("valueCode")
                    .or_else(|| part.get("valueString"))?
                    .as_str()
            })
            .map(str::to_owned)
            .ok_or_else(|| refused(name, words))
    }

    /// A text, as `valueString`; `None` when it is not given.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(part) = self.one(name)? else {
            return Ok(None);
        };
        let text = part.get("valueString").and_then(Value::as_str);
        let text = text.ok_or_else(|| refused(name, "a valueString is expected"))?;
        Ok(Some(text.to_owned()))
    }

    /// An instant, as `valueInstant` or `valueDateTime`.
    pub(super) fn instant(&self, name: &str) -> Result<Timestamp, Refusal> {
        self.one(name)?
            .and_then(|part| {
                part.get("valueInstant")
                    .or_else(|| part.get("valueDateTime"))?
                    .as_str()
            })
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| refused(name, "a valueInstant is expected, such as 2026-11-22T09:00:00Z"))
    }

    /// The id of a Patient, as `valueReference`.
    pub(super) fn patient(&self, name: &str) -> Result<String, Refusal> {
        let part = self.one(name)?;
        part.and_then(patient_id).ok_or_else(|| patient_expected(name))
    }

    /// The ids of any number of Patients.
    pub(super) fn patients(&self, name: &str) -> Result<Vec<String>, Refusal> {
        self.of(name)
            .map(|part| patient_id(part).ok_or_else(|| patient_expected(name)))
            .collect()
    }
}

fn patient_expected(name: &str) -> Refusal {
    refused(
        name,
        "a valueReference is expected, such as {\"reference\": \"Patient/id\"}",
    )
}

fn patient_id(part: &Value) -> Option<String> {
    let reference = part.get("valueReference")?.get("reference")?.as_str()?;
    let id = reference.strip_prefix("Patient/")?;
    ::record::ids::is_id(id).then(|| id.to_owned())
}
