//! Which organisations take part in the person's care, as far as the person sees: listed, shut out, and let in again.
//!
//! They are taken from what the person may see of their own record and from nothing else: a referral that is withheld from them leaves
//! no organisation here (safety rule 13). An organisation that is shut out sees nothing from the next commit on, but in an emergency,
//! with a reason, of which the person and a privacy officer hear (policy `refused`).

use std::collections::{BTreeMap, BTreeSet};

use ::record::Stored;
use fhir::ResourceType;
use serde_json::{Value, json};

use super::acting::{own_patient, own_resources};
use super::consent::{keep_for, made, put};
use super::named::{behind, entry, is_naming, named};
use super::organisations::organisation_names;
use super::proxies::codes_of;
use crate::person::{page_id, patient_id};
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingPart {
    /// Its id for addresses, sealed for the person.
    pub page: String,
    pub name: String,
    /// In which ways it takes part, in words; empty of one that the person shut out and that does not.
    pub ways: Vec<&'static str>,
    /// The person shut it out.
    pub shut_out: bool,
    key: Key,
    /// Its ODS code, where it is known.
    ods: Option<String>,
}

/// Which organisation: by its entry in the directory, or by its ODS code alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Entry(String),
    Ods(String),
}

impl Key {
    /// The organisation that a reference names, if it names one.
    fn of(reference: &Value) -> Option<Key> {
        if let Some(id) = reference["reference"]
            .as_str()
            .and_then(|text| text.strip_prefix("Organization/"))
        {
            return Some(Key::Entry(id.to_owned()));
        }
        let identifier = &reference["identifier"];
        let is_ods = identifier["system"] == codes::system::ODS_ORGANISATION;
        identifier["value"]
            .as_str()
            .filter(|_| is_ods)
            .map(|code| Key::Ods(code.to_owned()))
    }

    fn text(&self) -> String {
        match self {
            Key::Entry(id) => format!("entry {id}"),
            Key::Ods(code) => format!("ods {code}"),
        }
    }
}

/// What the directory says of an organisation.
struct Known {
    key: Key,
    name: String,
    ods: Option<String>,
}

/// The organisations that take part now, or are shut out, by name.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn taking_part(actions: &Actions, actor: &Actor) -> Result<Vec<TakingPart>, ActionError> {
    super::own(actions, actor).await?;
    let wanted = |kind: ResourceType| kind.name() == "Consent" || is_naming(kind);
    let resources = own_resources(actions, actor, wanted).await?;
    let mut found: BTreeMap<Key, BTreeSet<&'static str>> = BTreeMap::new();
    let mut workers: BTreeMap<String, (Value, BTreeSet<&'static str>)> = BTreeMap::new();
    let mut shut_out: BTreeSet<Key> = BTreeSet::new();
    let today = actions.care_now().date();
    for stored in &resources {
        let json: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
        if let Some(refusal) = refusal(stored, &json) {
            shut_out.extend(refusal.iter().filter_map(|actor| Key::of(&actor["reference"])));
        }
        for (reference, words) in named(stored.resource_type, &json, today) {
            match (Key::of(reference), reference["reference"].as_str()) {
                (Some(key), _) => {
                    found.entry(key).or_default().insert(words);
                }
                (None, Some(text)) => {
                    let worker = workers.entry(text.to_owned());
                    let (_, ways) = worker.or_insert_with(|| (reference.clone(), BTreeSet::new()));
                    ways.insert(words);
                }
                (None, None) => {}
            }
        }
    }
    // A worker, a service or a place that is named alone takes part for its organisation.
    for (reference, ways) in workers.values() {
        for organisation in behind(actions, actor, reference).await? {
            if let Some(key) = Key::of(&organisation) {
                found.entry(key).or_default().extend(ways);
            }
        }
    }
    let mut all: BTreeMap<Key, TakingPart> = BTreeMap::new();
    let keys: BTreeSet<Key> = found.keys().chain(&shut_out).cloned().collect();
    for key in keys {
        let known = known(actions, actor, &key).await?;
        let ways = found.remove(&key).unwrap_or_default();
        let is_out = shut_out.contains(&key)
            || known
                .ods
                .clone()
                .is_some_and(|code| shut_out.contains(&Key::Ods(code)));
        let line = match all.entry(known.key.clone()) {
            std::collections::btree_map::Entry::Occupied(line) => line.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(TakingPart {
                page: page_id(actions, actor, PURPOSE, &known.key.text())?,
                name: known.name,
                ways: Vec::new(),
                shut_out: false,
                key: known.key,
                ods: known.ods,
            }),
        };
        line.ways.extend(ways);
        line.ways.sort_unstable();
        line.ways.dedup();
        line.shut_out |= is_out;
    }
    let mut all: Vec<TakingPart> = all.into_values().collect();
    all.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
    Ok(all)
}

/// One of [`taking_part`].
///
/// # Errors
/// [`ActionError::NotFound`] when it is none of them; [`ActionError::Unavailable`].
pub async fn one_taking_part(
    actions: &Actions,
    actor: &Actor,
    page: &str,
) -> Result<TakingPart, ActionError> {
    let key = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
    let mut all = taking_part(actions, actor).await?.into_iter();
    all.find(|one| one.key.text() == key).ok_or(ActionError::NotFound)
}

/// Shuts an organisation out, from this commit on. One that is shut out already stays so.
///
/// # Errors
/// As [`one_taking_part`].
pub async fn shut_out(actions: &Actions, actor: &Actor, page: &str) -> Result<(), ActionError> {
    let one = one_taking_part(actions, actor, page).await?;
    if one.shut_out {
        return Ok(());
    }
    let patient = own_patient(actor).ok_or(ActionError::NotFound)?;
    let role = json!({ "text": "Is not to see the record" });
    let mut actors = Vec::new();
    if let Key::Entry(id) = &one.key {
        actors.push(json!({ "role": role, "reference": { "reference": format!("Organization/{id}"), "display": one.name } }));
    }
    // Its workers are known by its code too, whether their directory has an entry for it or not.
    if let Some(code) = &one.ods {
        let identifier = json!({ "system": codes::system::ODS_ORGANISATION, "value": code });
        actors.push(json!({ "role": role, "reference": { "identifier": identifier, "display": one.name } }));
    }
    let person = json!({ "reference": format!("Patient/{patient}") });
    let consent = json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": codes::access::SYSTEM, "code": codes::access::REFUSAL }] }],
        "patient": person,
        "dateTime": actions.care_now().timestamp().to_string(),
        "performer": [person],
        "policyRule": { "text": "The organisation does not see the record, but in an emergency" },
        "provision": { "type": "deny", "actor": actors },
    });
    keep_for(actions, actor, vec![made(actions, &consent)?]).await
}

/// Lets an organisation in again.
///
/// # Errors
/// As [`one_taking_part`]; [`ActionError::Conflict`] when somebody changed it meanwhile.
pub async fn let_in_again(actions: &Actions, actor: &Actor, page: &str) -> Result<(), ActionError> {
    let one = one_taking_part(actions, actor, page).await?;
    let names_it = |actor: &Value| match Key::of(&actor["reference"]) {
        Some(Key::Ods(code)) if one.ods.as_ref() == Some(&code) => true,
        key => key.is_some_and(|key| key == one.key),
    };
    let consents = own_resources(actions, actor, |kind| kind.name() == "Consent").await?;
    let mut changes = Vec::new();
    for stored in &consents {
        let mut json: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
        let Some(actors) = refusal(stored, &json) else {
            continue;
        };
        let rest: Vec<Value> = actors.iter().filter(|actor| !names_it(actor)).cloned().collect();
        if rest.len() == actors.len() {
            continue;
        }
        // A refusal of several stays as to the others.
        if rest.is_empty() {
            json["status"] = json!("inactive");
        } else {
            json["provision"]["actor"] = json!(rest);
        }
        changes.push(put(actions, stored, &json)?);
    }
    keep_for(actions, actor, changes).await
}

/// Whom a Consent shuts out, when it does.
fn refusal<'j>(stored: &Stored, json: &'j Value) -> Option<&'j Vec<Value>> {
    let is_one = stored.resource_type.name() == "Consent"
        && json["status"] == "active"
        && codes_of(&json["category"]).any(|code| code == codes::access::REFUSAL);
    json["provision"]["actor"].as_array().filter(|_| is_one)
}

/// What the directory knows of an organisation: its entry where there is one, and its code.
async fn known(actions: &Actions, actor: &Actor, key: &Key) -> Result<Known, ActionError> {
    let nameless = || "An organisation without a name here".to_owned();
    match key {
        Key::Entry(id) => {
            let json = entry(actions, actor, "Organization", id).await?;
            let mut identifiers = json["identifier"].as_array().into_iter().flatten();
            let ods = identifiers
                .find(|one| one["system"] == codes::system::ODS_ORGANISATION)
                .and_then(|one| one["value"].as_str());
            Ok(Known {
                key: key.clone(),
                name: json["name"].as_str().map_or_else(nameless, str::to_owned),
                ods: ods.map(str::to_owned),
            })
        }
        Key::Ods(code) => {
            let entry =
                crate::access::one_with(actions, "Organization", codes::system::ODS_ORGANISATION, code)
                    .await?;
            let mut names = organisation_names(actions, actor, &BTreeSet::from([code.clone()])).await?;
            Ok(Known {
                key: entry.map_or_else(|| key.clone(), Key::Entry),
                name: names
                    .remove(code)
                    .unwrap_or_else(|| format!("Organisation {code}")),
                ods: Some(code.clone()),
            })
        }
    }
}
