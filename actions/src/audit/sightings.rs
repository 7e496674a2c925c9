//! What the privacy office is asked about within the hour (safety rule 19): every pattern that is seen becomes a Task of the office, once
//! for each pattern, reader, person and day.
//!
//! The Task is in nobody's record. It names the person by their key among its inputs, as the audit does, and not by a reference, so that
//! nothing of it, no version and no count, is ever met on the pages of the person, of a proxy, or of the reader who may be of the
//! person's care team; and that it leads nowhere once their record was destroyed. It opens nothing. That it is made once is the record's
//! doing: the commit bears a key of what it is about, so two servers, or one that was started anew, make one Task.

use ::record::{Change, Commit, Idempotency, PersonKey, Role, Stored};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::patterns::{self, Pattern, Seen};
use super::relations::{People, is_own};
use crate::access::{PRIVACY_OFFICE, digest_of, may_review, office_tasks, reasons_lately};
use crate::{ActionError, Actions, Actor, Purpose};

/// Whoever oversees access cares for nobody thereby.
const PURPOSE: Purpose = Purpose::ServiceManagement;
/// Whose keys these are, among those that make a repeated commit answer as the first did. No actor is called so.
const KEYS_OF: &str = "house/sightings";

/// A pattern that waits for the privacy office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The Task's id.
    pub id: String,
    pub pattern: Pattern,
    /// The reader's internal id; for a crowd, none.
    pub actor: Option<String>,
    pub role: Option<Role>,
    pub organisation: Option<String>,
    /// The person's Patient id, where it is about one whose record is still there; of records that were joined, the survivor's.
    pub patient: Option<String>,
    /// How many people, readers or looks there were when it was noticed.
    pub count: u64,
    /// When it was noticed.
    pub at: Option<Timestamp>,
    /// The reader opened this record with a reason in these days: that is in the inbox itself.
    pub with_reason: bool,
}

/// Puts what is unusual in this server's audit of the last day into the privacy office's inbox, and says how much of it is new. To be
/// done every quarter of an hour. What cannot be kept now is met again the next time.
///
/// # Errors
/// When the audit or the record cannot be read or written.
pub async fn note_patterns(actions: &Actions) -> Result<usize, ActionError> {
    let mut made = 0;
    for seen in patterns::look_through(actions).await? {
        let key = key(&seen);
        let idempotency = Idempotency {
            client: KEYS_OF.to_owned(),
            digest: Sha256::digest(key.as_bytes()).into(),
            key: key.clone(),
            note: Vec::new(),
        };
        if actions.record.kept_answer(&idempotency).await?.is_some() {
            continue;
        }
        let task = task(&seen, &key, actions.system_now());
        let prepared = actions.prepared(task.to_string().as_bytes())?;
        let commit = Commit {
            idempotency: Some(idempotency),
            ..Commit::new(
                codes::access::PATTERN_SEEN,
                vec![Change::Create { id: None, prepared }],
            )
        };
        let house = Actor::house("sarsen");
        let committed = actions.commit_in_name(&house, PURPOSE, commit).await?;
        made += usize::from(!committed.replayed);
    }
    Ok(made)
}

/// The same now, because an officer asks for it.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; as [`note_patterns`].
pub async fn note_patterns_now(actions: &Actions, actor: &Actor) -> Result<(), ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    note_patterns(actions).await?;
    Ok(())
}

/// What it is about, as a word that tells nothing.
fn key(seen: &Seen) -> String {
    digest_of(&[
        codes::access::PATTERN_SEEN,
        seen.pattern.code(),
        seen.actor.as_deref().unwrap_or_default(),
        &person(seen).unwrap_or_default(),
        &care::london::date_of(seen.last).to_string(),
    ])
}

/// The person as a word: the number of their key.
fn person(seen: &Seen) -> Option<String> {
    Some(seen.person?.value().to_string())
}

fn task(seen: &Seen, key: &str, now: Timestamp) -> Value {
    let mut inputs = vec![input(
        "count",
        (
            "valueInteger",
            i32::try_from(seen.count).unwrap_or(i32::MAX).into(),
        ),
    )];
    let person = person(seen);
    let words = [
        ("reader", seen.actor.as_deref()),
        ("role", seen.role.map(Role::code)),
        ("organisation", seen.organisation.as_deref()),
        ("person", person.as_deref()),
    ];
    inputs.extend(
        words
            .into_iter()
            .filter_map(|(name, value)| Some(input(name, ("valueString", value?.into())))),
    );
    json!({
        "resourceType": "Task",
        "identifier": [{ "system": codes::access::SIGHTING, "value": key }],
        "status": "in-progress",
        "intent": "order",
        "priority": "routine",
        "code": coded(codes::access::PATTERN_SEEN),
        "reasonCode": coded(seen.pattern.code()),
        "owner": { "reference": format!("Organization/{PRIVACY_OFFICE}") },
        "authoredOn": now.to_string(),
        "input": inputs,
    })
}

fn coded(code: &str) -> Value {
    json!({ "coding": [{ "system": codes::access::SYSTEM, "code": code }] })
}

fn input(name: &str, (member, value): (&str, Value)) -> Value {
    let mut input = json!({ "type": coded(name) });
    input[member] = value;
    input
}

/// What waits, oldest first. Nobody is asked about what they did themself.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn sightings(actions: &Actions, actor: &Actor) -> Result<Vec<Sighting>, ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let code = format!("{}|{}", codes::access::SYSTEM, codes::access::PATTERN_SEEN);
    let waiting = [
        ("status", "in-progress"),
        ("code", &code),
        ("_sort", "authored-on"),
    ];
    let stored = office_tasks(actions, actor, &waiting).await?;
    let reasons = reasons_lately(actions, actor).await?;
    let mut waiting = Vec::new();
    let mut people = People::default();
    for (mut one, person) in stored.iter().filter_map(sighting) {
        if one.actor.as_deref() == Some(&actor.id) {
            continue;
        }
        if let Some(key) = person {
            one.patient = people.known(actions, key).await?.map(|known| known.patient);
        }
        // Nor of their own record.
        if is_own(actions, actor, one.patient.as_deref()).await? {
            continue;
        }
        one.with_reason = match (&one.actor, &one.patient) {
            (Some(reader), Some(patient)) => reasons.cover(reader, patient),
            _ => false,
        };
        waiting.push(one);
    }
    Ok(waiting)
}

/// The sighting that a Task is, when it is one, and the key of the person.
pub(crate) fn sighting(stored: &Stored) -> Option<(Sighting, Option<PersonKey>)> {
    let task: Value = serde_json::from_slice(&stored.json).ok()?;
    let own = |coded: &Value| -> Option<String> {
        let mut codings = coded["coding"].as_array()?.iter();
        let coding = codings.find(|coding| coding["system"] == codes::access::SYSTEM)?;
        Some(coding["code"].as_str()?.to_owned())
    };
    if own(&task["code"])? != codes::access::PATTERN_SEEN {
        return None;
    }
    let code = own(&task["reasonCode"])?;
    let inputs = task["input"].as_array()?;
    let named = |name: &str| {
        let mut inputs = inputs.iter();
        inputs.find(|input| own(&input["type"]).as_deref() == Some(name))
    };
    let text = |name: &str| Some(named(name)?["valueString"].as_str()?.to_owned());
    let role = text("role");
    let person = text("person").and_then(|key| key.parse().ok());
    let sighting = Sighting {
        id: stored.id.clone(),
        pattern: Pattern::ALL.into_iter().find(|pattern| pattern.code() == code)?,
        actor: text("reader"),
        role: Role::ALL
            .into_iter()
            .find(|known| Some(known.code()) == role.as_deref()),
        organisation: text("organisation"),
        patient: None,
        count: named("count")?["valueInteger"].as_u64()?,
        at: task["authoredOn"].as_str().and_then(|at| at.parse().ok()),
        with_reason: false,
    };
    Some((sighting, person.map(PersonKey::from_value)))
}
