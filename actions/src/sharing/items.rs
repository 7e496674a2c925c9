//! The items of one's own record that can be kept from some: listed, and labelled by the person.
//!
//! A label is written by the house in the person's name, since nobody else's words in the record are theirs to change; it is theirs
//! to say who sees them. Only what the person sees themself can be labelled.

use std::collections::BTreeMap;

use ::record::{Change, Commit, Expected, Stored};
use codes::access::SHARING_LABELS;
use fhir::{Label, ResourceType};
use mapping::Reading;
use serde_json::Value;
use serde_json::value::RawValue;

use super::acting::own_resources;
use crate::person::{page_id, patient_id};
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// Types whose items can be labelled, with their words.
const SHAREABLE: [(&str, &str); 13] = [
    ("AllergyIntolerance", "Allergy"),
    ("Condition", "Health condition"),
    ("MedicationRequest", "Medicine"),
    ("MedicationStatement", "Medicine"),
    ("Appointment", "Appointment"),
    ("CarePlan", "Care plan"),
    ("Goal", "Goal"),
    ("Encounter", "Visit or stay"),
    ("Procedure", "Procedure"),
    ("Immunization", "Vaccination"),
    ("Observation", "Result or finding"),
    ("DiagnosticReport", "Report"),
    ("DocumentReference", "Letter or document"),
];

/// From whom an item is kept by its person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptFrom {
    /// Those who act for the person.
    pub proxies: bool,
    /// Charities.
    pub charities: bool,
    /// Social care.
    pub social_care: bool,
}

impl KeptFrom {
    /// Each label by the name that policies give it, and whether it is wanted.
    fn labels(self) -> [(&'static str, bool); 3] {
        let wanted = [self.proxies, self.charities, self.social_care];
        let mut wanted = wanted.into_iter();
        SHARING_LABELS.map(|name| (name, wanted.next().unwrap_or(false)))
    }

    fn of(labels: u64) -> KeptFrom {
        let has = |name| Label::named(name).is_some_and(|label| labels & label.bit() != 0);
        let [proxies, charities, social_care] = SHARING_LABELS.map(has);
        KeptFrom {
            proxies,
            charities,
            social_care,
        }
    }
}

/// One item of one's own record.
#[derive(Debug, Clone)]
pub struct OwnItem {
    /// The FHIR type.
    pub resource_type: ResourceType,
    /// The id for addresses.
    pub page: String,
    /// The version that was read.
    pub version: u64,
    /// What sort of item.
    pub sort: &'static str,
    pub words: String,
    /// Its date in words; empty without one.
    pub when: String,
    pub kept_from: KeptFrom,
    pub(super) labels: u64,
    id: String,
}

/// Every item of one's own record that can be labelled, by sort.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn own_items(actions: &Actions, actor: &Actor) -> Result<Vec<OwnItem>, ActionError> {
    let shareable = |kind: ResourceType| SHAREABLE.iter().any(|(name, _)| *name == kind.name());
    let resources = own_resources(actions, actor, shareable).await?;
    let mut items = Vec::new();
    for stored in &resources {
        items.extend(item(actions, actor, stored)?);
    }
    let order = |item: &OwnItem| {
        SHAREABLE
            .iter()
            .position(|(name, _)| *name == item.resource_type.name())
    };
    items.sort_by_key(|item| (order(item), item.words.clone(), item.id.clone()));
    Ok(items)
}

/// One of [`own_items`].
///
/// # Errors
/// [`ActionError::NotFound`] when it is none of theirs, or none that they see; [`ActionError::Unavailable`].
pub async fn own_item(
    actions: &Actions,
    actor: &Actor,
    kind: &str,
    page: &str,
) -> Result<OwnItem, ActionError> {
    // The id behind an address is sealed as those of people are.
    let id = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
    let items = own_items(actions, actor).await?;
    let found = items
        .into_iter()
        .find(|item| item.resource_type.name() == kind && item.id == id);
    found.ok_or(ActionError::NotFound)
}

/// Keeps an item of one's own from some, as decided on `version` of it; the labels of others stay.
///
/// # Errors
/// As [`own_item`]; [`ActionError::Conflict`] when it was changed meanwhile.
pub async fn keep_from(
    actions: &Actions,
    actor: &Actor,
    (kind, page): (&str, &str),
    version: u64,
    kept_from: KeptFrom,
) -> Result<(), ActionError> {
    let item = own_item(actions, actor, kind, page).await?;
    if item.kept_from == kept_from {
        return Ok(());
    }
    let house = actions.house_sight(PURPOSE);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&house, actor, PURPOSE, request);
    let held = ask.read(item.resource_type, &item.id).await;
    let disclosed = ask.disclose().await?;
    let stored = held?.open(&disclosed);
    let bytes = relabelled(&stored.json, kept_from)
        .ok_or_else(|| ActionError::Unavailable("the item cannot be read; nothing was changed".to_owned()))?;
    let prepared = actions.prepared(&bytes)?;
    let change = Change::Put {
        id: item.id,
        prepared,
        expected: Expected::Version(version),
    };
    let commit = Commit::new("sharing", vec![change]);
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(())
}

fn item(actions: &Actions, actor: &Actor, stored: &Stored) -> Result<Option<OwnItem>, ActionError> {
    let name = stored.resource_type.name();
    let Some((_, sort)) = SHAREABLE.iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    let record = Reading::of(std::iter::once(stored.json.as_slice())).record(std::iter::empty());
    let Some(fact) = record.facts().next().filter(|fact| !fact.is_entered_in_error()) else {
        return Ok(None);
    };
    let labels = labels_of(&stored.json);
    Ok(Some(OwnItem {
        resource_type: stored.resource_type,
        page: page_id(actions, actor, PURPOSE, &stored.id)?,
        version: stored.version,
        sort,
        words: fact.title(),
        when: fact
            .sort_date()
            .map(care::partial_date::PartialDate::date_words)
            .unwrap_or_default(),
        kept_from: KeptFrom::of(labels),
        labels,
        id: stored.id.clone(),
    }))
}

/// The labels that a resource bears.
fn labels_of(json: &[u8]) -> u64 {
    let json: Value = serde_json::from_slice(json).unwrap_or_default();
    let codings = json.pointer("/meta/security").and_then(Value::as_array);
    let codings = codings.into_iter().flatten();
    codings
        .filter_map(label_of)
        .fold(0, |bits, label| bits | label.bit())
}

fn label_of(coding: &Value) -> Option<Label> {
    let is = |label: &&Label| coding["system"] == label.system && coding["code"] == label.code;
    Label::all().iter().find(is).copied()
}

/// The same resource with other labels of the person's; every other part byte for byte as it was.
fn relabelled(json: &[u8], kept_from: KeptFrom) -> Option<Vec<u8>> {
    let mut parts: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(json).ok()?;
    let mut meta: Value = match parts.get("meta") {
        Some(meta) => serde_json::from_str(meta.get()).ok()?,
        None => Value::Object(serde_json::Map::new()),
    };
    let mut codings = meta["security"].as_array().cloned().unwrap_or_default();
    for (name, wanted) in kept_from.labels() {
        let label = Label::named(name)?;
        codings.retain(|coding| label_of(coding) != Some(label));
        if wanted {
            codings.push(serde_json::json!({ "system": label.system, "code": label.code }));
        }
    }
    let all = meta.as_object_mut()?;
    if codings.is_empty() {
        all.remove("security");
    } else {
        all.insert("security".to_owned(), Value::Array(codings));
    }
    if all.is_empty() {
        parts.remove("meta");
    } else {
        parts.insert("meta".to_owned(), serde_json::value::to_raw_value(&meta).ok()?);
    }
    serde_json::to_vec(&parts).ok()
}

#[cfg(test)]
mod tests {
    use super::{KeptFrom, labels_of, relabelled};

    #[test]
    fn labels_come_and_go_and_nothing_else_changes() {
        let before = br#"{"resourceType":"Observation","id":"k","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"valueQuantity":{"value":4.40}}"#;
        let kept = KeptFrom {
            proxies: true,
            ..KeptFrom::default()
        };
        let after = relabelled(before, kept).expect("labelled");
        let text = String::from_utf8(after.clone()).expect("text");
        assert!(text.contains("4.40") && text.contains("HIV") && text.contains("not-for-proxies"));
        assert_eq!(KeptFrom::of(labels_of(&after)), kept);
        let again = relabelled(&after, KeptFrom::default()).expect("labelled");
        assert_eq!(labels_of(&again), labels_of(before));
        assert!(relabelled(b"[]", kept).is_none());
    }
}
