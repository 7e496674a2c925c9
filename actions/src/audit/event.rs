//! An entry of the audit as an R4 AuditEvent: ids, codes and numbers alone, as the entry has them.
//!
//! Types are DICOM's (110110 Patient Record, 110112 Query), actions R4's letters, people stand as `entity` with the role
//! Patient, what was changed or looked for as `entity` with the role Domain Resource.

use std::collections::BTreeSet;

use ::record::audit::{Audited, Fact, ReadEntry, ReadFact, ReadKind, ReadResult};
use ::record::{FeedChange, FeedEntry, Kind, PersonKey, Purpose, Role, Stored, instant};
use fhir::ResourceType;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ActionError;

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const RESOURCE_TYPE: &str = "http://hl7.org/fhir/resource-types";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// The AuditEvent of an entry, as a resource of this type (AuditEvent).
///
/// # Errors
/// When an entry's time is none.
pub(super) fn rendered(resource_type: ResourceType, audited: &Audited) -> Result<Stored, ActionError> {
    let id = audited.place.id();
    let (at, json) = match &audited.fact {
        Fact::Change(entry) => (entry.at, change(&id, audited, entry)),
        Fact::Read(entry) => {
            let at = Timestamp::from_microsecond(entry.at)
                .map_err(|_| ActionError::Unavailable("an entry of the audit has no time".to_owned()))?;
            (at, read(&id, audited, entry, at))
        }
    };
    let person = audited.people.keys().next().copied();
    Ok(Stored {
        resource_type,
        id,
        version: 1,
        updated: at,
        json: json.to_string().into_bytes(),
        person: person.unwrap_or(PersonKey::from_value(0)),
        deleted: false,
    })
}

fn change(id: &str, audited: &Audited, entry: &FeedEntry) -> Value {
    let kinds: BTreeSet<&str> = entry.changes.iter().map(|change| change.kind.code()).collect();
    let mut letters: Vec<&str> = entry.changes.iter().map(|change| letter(change.kind)).collect();
    letters.dedup();
    let action = match letters.as_slice() {
        [one] => one,
        _ => "E",
    };
    let mut subtypes: Vec<Value> = Vec::new();
    for kind in kinds {
        subtypes.push(match interaction_of(kind) {
            Some(code) => json!({ "system": INTERACTION, "code": code }),
            None => json!({ "code": kind, "display": kind.replace('-', " ") }),
        });
    }
    let mut details = vec![
        ("commit", entry.commit.to_string()),
        ("door", entry.source.clone()),
    ];
    let reasons = entry.changes.iter().filter(|change| !change.kind.is_version());
    details.extend(reasons.filter_map(|change| Some(("reason", change.reason?.code().to_owned()))));
    let mut entities = people(audited, &details);
    entities.extend(
        entry
            .changes
            .iter()
            .filter(|change| change.kind.is_version())
            .map(changed),
    );
    event(
        id,
        entry.at,
        &Told {
            kind: ("110110", "Patient Record"),
            subtypes,
            action,
            outcome: "0",
            purpose: Some(entry.purpose),
            actor: &entry.actor,
            role: Some(entry.role),
            organisation: "",
        },
        entities,
    )
}

fn read(id: &str, audited: &Audited, entry: &ReadEntry, at: Timestamp) -> Value {
    let looked = |result| entry.reads.iter().any(|read| read.result == result);
    let outcome = if looked(ReadResult::Failed) {
        "8"
    } else if looked(ReadResult::Disclosed) || entry.reads.is_empty() {
        "0"
    } else {
        "4"
    };
    if let Some(door) = entry.reads.iter().find_map(|read| at_the_door(read.kind)) {
        return entrance(id, audited, entry, at, door);
    }
    let asks = [ReadKind::Search, ReadKind::Population];
    let searched = entry.reads.iter().all(|read| asks.contains(&read.kind)) && !entry.reads.is_empty();
    let kinds: BTreeSet<&str> = entry.reads.iter().map(|read| asked_by(read.kind)).collect();
    let mut details = vec![("request", entry.request.to_string())];
    if let Some(run) = &entry.run {
        details.extend([
            ("question", run.question.clone()),
            ("scope", run.scope.clone()),
            ("legal-basis", run.basis.clone()),
            ("controller", run.controller.clone()),
            ("people", run.people.to_string()),
            ("objected", run.objected.to_string()),
            (
                "objected-to-risk-stratification",
                run.to_stratification.to_string(),
            ),
            ("opted-out-nationally", run.nationally.to_string()),
        ]);
    }
    let mut entities = people(audited, &details);
    entities.extend(entry.reads.iter().map(looked_for));
    event(
        id,
        at,
        &Told {
            kind: if searched {
                ("110112", "Query")
            } else {
                ("110110", "Patient Record")
            },
            subtypes: kinds
                .into_iter()
                .map(|code| json!({ "system": INTERACTION, "code": code }))
                .collect(),
            action: if searched { "E" } else { "R" },
            outcome,
            purpose: Purpose::from_number(entry.purpose),
            actor: &entry.actor,
            role: Role::from_number(entry.role),
            organisation: &entry.organisation,
        },
        entities,
    )
}

/// DICOM's type of what happens at a door.
fn at_the_door(kind: ReadKind) -> Option<(&'static str, &'static str)> {
    match kind {
        ReadKind::SignIn => Some(("110122", "Login")),
        ReadKind::SignOut => Some(("110123", "Logout")),
        _ => None,
    }
}

fn entrance(
    id: &str,
    audited: &Audited,
    entry: &ReadEntry,
    at: Timestamp,
    (code, display): (&str, &str),
) -> Value {
    let refused = entry
        .reads
        .iter()
        .any(|read| read.result != ReadResult::Disclosed);
    event(
        id,
        at,
        &Told {
            kind: ("110114", "User Authentication"),
            subtypes: vec![json!({ "system": DICOM, "code": code, "display": display })],
            action: "E",
            outcome: if refused { "4" } else { "0" },
            purpose: None,
            actor: &entry.actor,
            role: Role::from_number(entry.role),
            organisation: &entry.organisation,
        },
        people(audited, &[("request", entry.request.to_string())]),
    )
}

/// What both kinds of entry tell.
struct Told<'t> {
    kind: (&'static str, &'static str),
    subtypes: Vec<Value>,
    action: &'t str,
    outcome: &'static str,
    purpose: Option<Purpose>,
    actor: &'t str,
    role: Option<Role>,
    organisation: &'t str,
}

fn event(id: &str, at: Timestamp, told: &Told<'_>, entities: Vec<Value>) -> Value {
    let (code, display) = told.kind;
    let mut agent = json!({
        "who": { "identifier": { "value": told.actor } },
        "requestor": true,
    });
    if let Some(role) = told.role {
        agent["role"] = json!([{ "text": role.code() }]);
    }
    let mut agents = vec![agent];
    if !told.organisation.is_empty() {
        let organisation = json!({ "system": codes::system::ODS_ORGANISATION, "value": told.organisation });
        agents.push(json!({ "who": { "identifier": organisation }, "requestor": false }));
    }
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": id,
        "type": { "system": DICOM, "code": code, "display": display },
        "action": told.action,
        "recorded": instant(at),
        "outcome": told.outcome,
        "agent": agents,
        "source": { "observer": { "display": "Sarsen" } },
    });
    if !told.subtypes.is_empty() {
        event["subtype"] = Value::from(told.subtypes.clone());
    }
    if let Some(purpose) = told.purpose {
        let coding = json!({ "system": REASON, "code": reason(purpose) });
        event["purposeOfEvent"] = json!([{ "coding": [coding], "text": purpose.code() }]);
    }
    if !entities.is_empty() {
        event["entity"] = Value::from(entities);
    }
    event
}

/// Everyone whom the entry names; the first carries what belongs to the whole of it.
fn people(audited: &Audited, details: &[(&str, String)]) -> Vec<Value> {
    let mut entities: Vec<Value> = audited
        .people
        .values()
        .map(|named| {
            let (what, role) = match named {
                Some((kind, id)) => (
                    json!({ "reference": format!("{}/{id}", kind.name()) }),
                    if kind.name() == "Patient" {
                        ("1", "Patient")
                    } else {
                        ("4", "Domain Resource")
                    },
                ),
                None => (
                    json!({ "display": "somebody whom this store does not know" }),
                    ("1", "Patient"),
                ),
            };
            let (kind, display) = match role.0 {
                "1" => ("1", "Person"),
                _ => ("2", "System Object"),
            };
            json!({
                "what": what,
                "type": { "system": ENTITY_TYPE, "code": kind, "display": display },
                "role": { "system": OBJECT_ROLE, "code": role.0, "display": role.1 },
            })
        })
        .collect();
    let details: Vec<Value> = details
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| json!({ "type": name, "valueString": value }))
        .collect();
    if entities.is_empty() {
        entities.push(json!({ "type": { "system": ENTITY_TYPE, "code": "4", "display": "Other" } }));
    }
    if !details.is_empty() {
        entities[0]["detail"] = Value::from(details);
    }
    entities
}

/// One version that was written or ended.
fn changed(change: &FeedChange) -> Value {
    let name = change.resource_type.name();
    let mut entity = domain_resource(name);
    entity["what"] = json!({ "reference": format!("{name}/{}/_history/{}", change.id, change.version) });
    let mut details = vec![json!({ "type": "kind", "valueString": change.kind.code() })];
    if let Some(reason) = change.reason {
        details.push(json!({ "type": "reason", "valueString": reason.code() }));
    }
    entity["detail"] = Value::from(details);
    entity
}

/// What was looked for, and what came of it.
fn looked_for(read: &ReadFact) -> Value {
    let mut entity = domain_resource(read.resource_type.name());
    entity["detail"] = json!([
        { "type": "kind", "valueString": read.kind.code() },
        { "type": "result", "valueString": read.result.code() },
        { "type": "count", "valueString": read.count.to_string() },
    ]);
    entity
}

fn domain_resource(name: &str) -> Value {
    json!({
        "type": { "system": RESOURCE_TYPE, "code": name },
        "role": { "system": OBJECT_ROLE, "code": "4", "display": "Domain Resource" },
    })
}

/// R4's letter for a change.
fn letter(kind: Kind) -> &'static str {
    match kind {
        Kind::Created | Kind::MovedHere => "C",
        Kind::Updated => "U",
        Kind::Deleted | Kind::MovedAway | Kind::Destroyed => "D",
        Kind::Joined | Kind::Parted | Kind::Held | Kind::Released => "E",
    }
}

/// R4's interaction of a change, by the change's code; `None` for what is done to whole records.
fn interaction_of(kind: &str) -> Option<&'static str> {
    match kind {
        "created" => Some("create"),
        "updated" => Some("update"),
        "deleted" => Some("delete"),
        _ => None,
    }
}

/// R4's interaction of a read.
fn asked_by(kind: ReadKind) -> &'static str {
    match kind {
        ReadKind::Read => "read",
        ReadKind::Vread => "vread",
        ReadKind::History => "history-instance",
        ReadKind::Search => "search-type",
        // An entrance has an event of its own shape.
        ReadKind::Person
        | ReadKind::Everything
        | ReadKind::Population
        | ReadKind::SignIn
        | ReadKind::SignOut => "operation",
    }
}

/// HL7's code for a purpose (v3 PurposeOfUse).
fn reason(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::DirectCare => "TREAT",
        Purpose::ServiceManagement | Purpose::Commissioning => "HOPERAT",
        Purpose::PopulationHealth => "PUBHLTH",
        Purpose::RiskStratification => "CAREMGT",
        Purpose::Research => "HRESCH",
    }
}
