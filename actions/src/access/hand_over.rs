//! A colleague is asked to take over (safety rule 19): whoever meets the record of somebody of their family, of their household or of
//! a colleague need not open it to see that the person is cared for.
//!
//! The Task that asks stands in the person's record and opens it to nobody: whoever takes over has to do with the person already, or
//! says how. It is withheld from the person and from proxies, since it tells who of the staff is close to them.

use ::record::{Change, Commit, Expected, Idempotency, Role, Stored};
use fhir::{Label, ResourceType};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::access::withheld::KEPT_FROM;
use crate::access::{StandingTo, digest_of, standing_to};
use crate::person::page_id;
use crate::risk::organisation;
use crate::{ActionError, Actions, Actor, Purpose};

/// For the person's care.
const PURPOSE: Purpose = Purpose::DirectCare;
/// How long it is listed.
const DAYS: i64 = 7;
/// The most that are gone through.
const MOST: &str = "200";

/// Somebody whom a colleague cannot care for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// The Task's id.
    pub id: String,
    /// By which the person's pages go, for this reader.
    pub page: String,
    /// Since when.
    pub at: Option<Timestamp>,
}

/// Whether somebody's work is with people, so that colleagues may hand over to them.
fn is_of_a_team(actor: &Actor) -> bool {
    matches!(
        actor.role,
        Role::Clinician | Role::Coordinator | Role::Operator | Role::Administrator | Role::Development
    )
}

/// Whether somebody who stands so to a person may hand them over.
#[must_use]
pub fn may_hand_over(actor: &Actor, standing: &StandingTo) -> bool {
    let close = (standing.family || standing.colleague) && !standing.own;
    close && is_of_a_team(actor) && actor.organisation.is_some()
}

/// Asks the actor's organisation that somebody else takes over the person whose pages go by this id. Asked again on the same day,
/// it is one task.
///
/// # Errors
/// [`ActionError::NotFound`] when there is nobody, nobody whom the actor may know of, or nobody who is close to them;
/// [`ActionError::Unavailable`].
pub async fn hand_over(actions: &Actions, actor: &Actor, person: &str) -> Result<(), ActionError> {
    let standing = standing_to(actions, actor, PURPOSE, person).await?;
    if !may_hand_over(actor, &standing) {
        return Err(ActionError::NotFound);
    }
    let now = actions.system_now();
    let labels: Vec<Value> = KEPT_FROM
        .iter()
        .filter_map(|name| Label::named(name))
        .map(|label| json!({ "system": label.system, "code": label.code }))
        .collect();
    let task = json!({
        "resourceType": "Task",
        "meta": { "security": labels },
        "identifier": [{ "system": codes::access::HANDED_TO, "value": actor.organisation }],
        "status": "requested",
        "intent": "order",
        "priority": "urgent",
        "code": {
            "coding": [{ "system": codes::access::SYSTEM, "code": codes::access::HAND_OVER }],
            "text": "Somebody else is asked to take over: whoever was asked is close to the person",
        },
        "for": { "reference": format!("Patient/{}", standing.patient) },
        "requester": { "identifier": { "system": codes::access::ACTOR, "value": actor.id } },
        "owner": organisation(actor),
        "authoredOn": now.to_string(),
    });
    let day = care::london::date_of(now).to_string();
    let key = digest_of(&[codes::access::HAND_OVER, &standing.patient, &day]);
    let commit = Commit {
        idempotency: Some(Idempotency {
            client: actor.id.clone(),
            digest: Sha256::digest(key.as_bytes()).into(),
            key,
            note: Vec::new(),
        }),
        ..Commit::new(
            codes::access::HAND_OVER,
            vec![Change::Create {
                id: None,
                prepared: actions.prepared(task.to_string().as_bytes())?,
            }],
        )
    };
    // The actor may not write into this record: the house does it in their name.
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(())
}

/// Whom colleagues of the actor's organisation have handed over in the last week and nobody has taken yet, oldest first: of those of
/// whom the actor may know, and who are not close to the actor too.
///
/// # Errors
/// [`ActionError::NotFound`] for those whose work is not with people; [`ActionError::Unavailable`].
pub async fn handed_over(actions: &Actions, actor: &Actor) -> Result<Vec<HandedOver>, ActionError> {
    let mut all = Vec::new();
    for stored in open_tasks(actions, actor).await? {
        if let Some((id, page)) = for_actor(actions, actor, &stored).await? {
            let task: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
            all.push(HandedOver {
                id,
                page,
                at: task["authoredOn"].as_str().and_then(|at| at.parse().ok()),
            });
        }
    }
    Ok(all)
}

/// Takes over: the task ends with whoever does. It opens nothing to them.
///
/// # Errors
/// [`ActionError::NotFound`] when it is none of those that [`handed_over`] lists; [`ActionError::Conflict`] when somebody was first;
/// [`ActionError::Unavailable`].
pub async fn take_over(actions: &Actions, actor: &Actor, id: &str) -> Result<String, ActionError> {
    let open = open_tasks(actions, actor).await?;
    let stored = open
        .into_iter()
        .find(|stored| stored.id == id)
        .ok_or(ActionError::NotFound)?;
    let (id, page) = for_actor(actions, actor, &stored)
        .await?
        .ok_or(ActionError::NotFound)?;
    let mut task: Value = serde_json::from_slice(&stored.json)
        .map_err(|_| ActionError::Unavailable("the task cannot be read".to_owned()))?;
    task["status"] = json!("completed");
    task["owner"] = json!({ "identifier": { "system": codes::access::ACTOR, "value": actor.id } });
    task["lastModified"] = json!(actions.system_now().to_string());
    let change = Change::Put {
        id,
        prepared: actions.prepared(task.to_string().as_bytes())?,
        expected: Expected::Version(stored.version),
    };
    let commit = Commit::new(codes::access::HAND_OVER, vec![change]);
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(page)
}

/// What waits at the actor's organisation, found by the house; what of it the actor may know is decided for each.
async fn open_tasks(actions: &Actions, actor: &Actor) -> Result<Vec<Stored>, ActionError> {
    if !is_of_a_team(actor) {
        return Err(ActionError::NotFound);
    }
    let Some(organisation) = &actor.organisation else {
        return Ok(Vec::new());
    };
    let kind = ResourceType::from_name("Task").ok_or(ActionError::NotFound)?;
    let since = actions.system_now() - SignedDuration::from_hours(24 * DAYS);
    let params = [
        (
            "identifier".to_owned(),
            format!("{}|{organisation}", codes::access::HANDED_TO),
        ),
        ("status".to_owned(), "requested".to_owned()),
        (
            "code".to_owned(),
            format!("{}|{}", codes::access::SYSTEM, codes::access::HAND_OVER),
        ),
        ("authored-on".to_owned(), format!("ge{since:.0}")),
        ("_sort".to_owned(), "authored-on".to_owned()),
        ("_count".to_owned(), MOST.to_owned()),
    ];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    // Those who know no more of the person than who it is, in the hub, do not see tasks: the house finds them.
    let house = Actor::house("sarsen");
    let sight = actions.house_sight(PURPOSE);
    let mut ask = actions
        .record
        .ask(&sight, &house, PURPOSE, actions.record.new_request());
    let held = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed).hits)
}

/// The id of a task and the page of its person, where the actor may know of them and is not close to them.
async fn for_actor(
    actions: &Actions,
    actor: &Actor,
    stored: &Stored,
) -> Result<Option<(String, String)>, ActionError> {
    let task: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
    if task["requester"]["identifier"]["value"] == actor.id.as_str() {
        return Ok(None);
    }
    let reference = task["for"]["reference"].as_str().unwrap_or_default();
    let Some(patient) = reference.strip_prefix("Patient/") else {
        return Ok(None);
    };
    let page = page_id(actions, actor, PURPOSE, patient)?;
    match standing_to(actions, actor, PURPOSE, &page).await {
        Ok(standing) if !standing.family && !standing.colleague && !standing.own && !standing.refused => {
            Ok(Some((stored.id.clone(), page)))
        }
        Ok(_) | Err(ActionError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
