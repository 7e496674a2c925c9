//! How to reach a person and how to talk with them, as they say it themself: telephone, email, language and interpreter, how and when
//! it is safe to contact them, and the four parts of the Accessible Information Standard (DAPB1605) with reasonable adjustments
//! (DAPB4019) as flags.

use std::collections::{BTreeMap, BTreeSet};

use ::record::{Change, Commit, Expected, Role, Stored};
use codes::flag::REASONABLE_ADJUSTMENT_CATEGORY;
use fhir::ResourceType;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::edited::{edited, part, set_extension, set_telecom};
use crate::record::read;
use crate::sharing::own_resources;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;
const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
const PREFERENCE: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference";
const METHOD_SYSTEM: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredContactMethod";
const FORMAT_SYSTEM: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredWrittenCommunicationFormat";
const BCP_47: &str = "urn:ietf:bcp:47";

/// How somebody can ask to be contacted: our word for it, words, and the national code where one is kept here.
pub const METHODS: [(&str, &str, Option<&str>); 4] = [
    ("letter", "Letter", Some("1")),
    ("telephone", "Telephone call", None),
    ("sms", "Text message", Some("9")),
    ("email", "Email", None),
];

/// Formats of what is written: national code and words.
pub const FORMATS: [(&str, &str); 3] = [("11", "Large print"), ("12", "Braille"), ("13", "Audio")];

/// Languages offered first: BCP 47 code and words; any other is given by its name.
pub const LANGUAGES: [(&str, &str); 10] = [
    ("en", "English"),
    ("bfi", "British Sign Language"),
    ("ar", "Arabic"),
    ("bn", "Bengali"),
    ("ne", "Nepali"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("ro", "Romanian"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
];

/// What a person says of how to reach them and talk with them. Empty means that nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnDetails {
    /// The version of the Patient that was read.
    pub version: u64,
    pub telephone: String,
    pub email: String,
    /// A code of [`LANGUAGES`], or the name of another language.
    pub language: String,
    pub interpreter: Option<bool>,
    /// A word of [`METHODS`].
    pub method: String,
    /// A code of [`FORMATS`].
    pub format: String,
    /// When it is safe and good to contact them, in their words.
    pub times: String,
    /// Codes of reasonable adjustments and communication needs ([`codes::flag`]).
    pub needs: BTreeSet<String>,
}

/// The needs that can be said: code and words of the national list.
#[must_use]
pub fn needs() -> Vec<(&'static str, &'static str)> {
    let systems = codes::flag::TABLE.pairs("system", "code");
    let words = codes::flag::TABLE.pairs("code", "display");
    let both = systems.into_iter().zip(words);
    both.filter(|((system, _), _)| *system == REASONABLE_ADJUSTMENT_CATEGORY)
        .map(|(_, pair)| pair)
        .collect()
}

/// The citizen's own details.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn own_details(actions: &Actions, actor: &Actor) -> Result<OwnDetails, ActionError> {
    let (stored, flags) = kept(actions, actor).await?;
    let patient: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
    let telecom = |system: &str| {
        let all = patient["telecom"].as_array().into_iter().flatten();
        let one = all
            .filter(|one| one["system"] == system && one["use"] != "old")
            .find_map(|one| one["value"].as_str());
        one.unwrap_or_default().to_owned()
    };
    let spoken = patient["communication"].as_array().into_iter().flatten();
    let mut spoken: Vec<&Value> = spoken.collect();
    spoken.sort_by_key(|one| one["preferred"] != true);
    let language = spoken.first().map(|one| &one["language"]);
    let extension = |url: &str| {
        let all = patient["extension"].as_array().into_iter().flatten();
        all.into_iter().find(|one| one["url"] == url)
    };
    let preference = extension(PREFERENCE);
    let method = preference.and_then(|one| part(one, "PreferredContactMethod"));
    let format = preference.and_then(|one| part(one, "PreferredWrittenCommunicationFormat"));
    let times = preference.and_then(|one| part(one, "PreferredContactTimes"));
    Ok(OwnDetails {
        version: stored.version,
        telephone: telecom("phone"),
        email: telecom("email"),
        language: language.map(language_of).unwrap_or_default(),
        interpreter: extension(INTERPRETER).and_then(|one| one["valueBoolean"].as_bool()),
        method: method.map(method_of).unwrap_or_default(),
        format: format
            .and_then(|one| one["valueCodeableConcept"]["coding"][0]["code"].as_str())
            .unwrap_or_default()
            .to_owned(),
        times: times
            .and_then(|one| one["valueString"].as_str())
            .unwrap_or_default()
            .to_owned(),
        needs: flags.into_iter().map(|(code, _)| code).collect(),
    })
}

/// Keeps them, as decided on the version that was read. Everything else of the person's entry stays byte for byte.
///
/// # Errors
/// [`ActionError::Form`] naming the fields; [`ActionError::Conflict`] when the entry was changed meanwhile; as [`own_details`].
pub async fn change_own_details(
    actions: &Actions,
    actor: &Actor,
    details: &OwnDetails,
) -> Result<(), ActionError> {
    check(details)?;
    let (stored, flags) = kept(actions, actor).await?;
    let bytes = edited(&stored.json, |parts| apply(parts, details)).ok_or_else(|| {
        ActionError::Unavailable("the entry cannot be read; nothing was changed".to_owned())
    })?;
    let mut changes = vec![Change::Put {
        id: stored.id.clone(),
        prepared: actions.prepared(&bytes)?,
        expected: Expected::Version(details.version),
    }];
    let said: BTreeSet<&str> = flags.iter().map(|(code, _)| code.as_str()).collect();
    for code in details.needs.iter().filter(|code| !said.contains(code.as_str())) {
        let flag = flag(code, &stored.id, &actions.care_now().timestamp().to_string());
        changes.push(Change::Create {
            id: None,
            prepared: actions.prepared(flag.to_string().as_bytes())?,
        });
    }
    for (_, held) in flags.iter().filter(|(code, _)| !details.needs.contains(code)) {
        let inactive = edited(&held.json, |parts| {
            parts.insert(
                "status".to_owned(),
                serde_json::value::to_raw_value("inactive").ok()?,
            );
            Some(())
        });
        let Some(bytes) = inactive else { continue };
        changes.push(Change::Put {
            id: held.id.clone(),
            prepared: actions.prepared(&bytes)?,
            expected: Expected::Version(held.version),
        });
    }
    // Flags are the health service's to write; what stands here is the person's own word, so the house writes it in their name.
    let commit = Commit::new("own-details", changes);
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(())
}

/// The person's own entry, and the flags of needs that stand in it, by code.
async fn kept(actions: &Actions, actor: &Actor) -> Result<(Stored, Vec<(String, Stored)>), ActionError> {
    let own = match (actor.role, &actor.standing.own_record) {
        (Role::Citizen, Some(own)) => own.as_str(),
        _ => return Err(ActionError::NotFound),
    };
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let stored = read(actions, actor, PURPOSE, kind, own).await?;
    let found = own_resources(actions, actor, |kind| kind.name() == "Flag").await?;
    let flags = found.into_iter().filter_map(|stored| {
        let flag: Value = serde_json::from_slice(&stored.json).ok()?;
        let codings = flag["code"]["coding"].as_array().cloned().unwrap_or_default();
        let coding = codings
            .into_iter()
            .find(|coding| coding["system"] == REASONABLE_ADJUSTMENT_CATEGORY)?;
        let code = coding["code"].as_str()?.to_owned();
        (flag["status"] == "active").then_some((code, stored))
    });
    Ok((stored, flags.collect()))
}

fn apply(parts: &mut BTreeMap<String, Box<RawValue>>, details: &OwnDetails) -> Option<()> {
    set_telecom(parts, "phone", details.telephone.trim())?;
    set_telecom(parts, "email", details.email.trim())?;
    let language = details.language.trim();
    if language.is_empty() {
        parts.remove("communication");
    } else {
        let known = LANGUAGES.iter().find(|(code, _)| *code == language);
        let concept = match known {
            Some((code, words)) => {
                json!({ "coding": [{ "system": BCP_47, "code": code, "display": words }] })
            }
            None => json!({ "text": language }),
        };
        let spoken = json!([{ "language": concept, "preferred": true }]);
        parts.insert(
            "communication".to_owned(),
            serde_json::value::to_raw_value(&spoken).ok()?,
        );
    }
    let interpreter = details
        .interpreter
        .map(|needed| json!({ "url": INTERPRETER, "valueBoolean": needed }));
    set_extension(parts, INTERPRETER, interpreter)?;
    let mut preferred = Vec::new();
    if let Some((_, words, code)) = METHODS.iter().find(|(word, _, _)| *word == details.method) {
        let concept = match code {
            Some(code) => {
                json!({ "coding": [{ "system": METHOD_SYSTEM, "code": code, "display": words }], "text": words })
            }
            None => json!({ "text": words }),
        };
        preferred.push(json!({ "url": "PreferredContactMethod", "valueCodeableConcept": concept }));
    }
    if !details.times.trim().is_empty() {
        preferred.push(json!({ "url": "PreferredContactTimes", "valueString": details.times.trim() }));
    }
    if let Some((code, words)) = FORMATS.iter().find(|(code, _)| *code == details.format) {
        preferred.push(
            json!({ "url": "PreferredWrittenCommunicationFormat", "valueCodeableConcept":
            { "coding": [{ "system": FORMAT_SYSTEM, "code": code, "display": words }] } }),
        );
    }
    let preference = (!preferred.is_empty()).then(|| json!({ "url": PREFERENCE, "extension": preferred }));
    set_extension(parts, PREFERENCE, preference)
}

fn flag(code: &str, patient: &str, now: &str) -> Value {
    let words = codes::flag::label(REASONABLE_ADJUSTMENT_CATEGORY, code).unwrap_or(code);
    let concept =
        json!({ "coding": [{ "system": REASONABLE_ADJUSTMENT_CATEGORY, "code": code, "display": words }] });
    json!({
        "resourceType": "Flag",
        "status": "active",
        "category": [concept],
        "code": concept,
        "subject": { "reference": format!("Patient/{patient}") },
        "period": { "start": now },
        "author": { "reference": format!("Patient/{patient}") },
    })
}

fn language_of(concept: &Value) -> String {
    let code = concept["coding"][0]["code"].as_str().unwrap_or_default();
    if LANGUAGES.iter().any(|(known, _)| *known == code) {
        return code.to_owned();
    }
    let words = [&concept["text"], &concept["coding"][0]["display"]];
    let words = words.into_iter().find_map(Value::as_str).unwrap_or(code);
    words.to_owned()
}

fn method_of(method: &Value) -> String {
    let concept = &method["valueCodeableConcept"];
    let fits = |(_, words, code): &&(&str, &str, Option<&str>)| {
        concept["text"] == *words || code.is_some_and(|code| concept["coding"][0]["code"] == code)
    };
    METHODS
        .iter()
        .find(fits)
        .map(|(word, _, _)| *word)
        .unwrap_or_default()
        .to_owned()
}

fn check(details: &OwnDetails) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut problem = |field, words: &str| {
        problems.push(FieldProblem {
            field,
            words: words.to_owned(),
        });
    };
    let telephone = details.telephone.trim();
    let digits = telephone.chars().filter(char::is_ascii_digit).count();
    let fits = telephone
        .chars()
        .all(|one| one.is_ascii_digit() || "+ ()-".contains(one));
    if !telephone.is_empty() && (!fits || !(7..=15).contains(&digits)) {
        problem(
            "telephone",
            "Enter a telephone number with 7 to 15 digits, such as 01225 496 0000",
        );
    }
    let email = details.email.trim();
    let is_address = email.split_once('@').is_some_and(|(who, at)| {
        !who.is_empty() && at.contains('.') && !at.starts_with('.') && !at.ends_with('.')
    });
    let is_plain = !email.chars().any(|one| one.is_whitespace() || one.is_control());
    let fits = email.is_empty() || (is_address && is_plain && email.len() <= 254);
    if !fits {
        problem(
            "email",
            "Enter an email address in the right form, such as name@example.com",
        );
    }
    for (field, text, most, words) in [
        (
            "language",
            &details.language,
            50,
            "The language must be 50 characters or fewer",
        ),
        (
            "times",
            &details.times,
            200,
            "When to contact you must be 200 characters or fewer",
        ),
    ] {
        if text.trim().chars().count() > most || text.chars().any(char::is_control) {
            problem(field, words);
        }
    }
    if !details.method.is_empty() && !METHODS.iter().any(|(word, _, _)| *word == details.method) {
        problem("method", "Choose how to contact you from the list");
    }
    if !details.format.is_empty() && !FORMATS.iter().any(|(code, _)| *code == details.format) {
        problem("format", "Choose the format from the list");
    }
    let known = needs();
    if !details
        .needs
        .iter()
        .all(|need| known.iter().any(|(code, _)| code == need))
    {
        problem("needs", "Choose what you need from the list");
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ActionError::Form(problems))
    }
}
