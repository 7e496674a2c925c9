//! "Send to work": a cohort becomes a Group and a worklist in one step. The Group says who they are by what they have in common and names
//! nobody, since no resource names people beside each other; who belongs to it stands in each person's own record, as a Task with the Group's
//! identifier.
//!
//! Nothing here is one commit over many people: a commit is one person's. The Group is kept first, then a Task for each person, each once
//! however often it is sent. What stops half-way leaves what was made; the same form sent again makes the rest.

use ::record::{Change, Commit, Idempotency};
use codes::risk;
use fhir::ResourceType;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Cohort, MOST_NAMED, Places, Scope, Told, people};
use crate::risk::{Made, MakeOffer, make_offer};
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// What is done for each of them is their care.
const PURPOSE: Purpose = Purpose::DirectCare;

/// What is sent.
#[derive(Debug, Clone, Default)]
pub struct SendToWork {
    /// A UUID that the form was made with: the cohort's identifier, and what makes a form that is sent twice one.
    pub id: String,
    /// A code of [`risk::OFFERS`].
    pub what: String,
    /// For the care co-ordinator; may be empty.
    pub note: String,
}

impl SendToWork {
    /// An identifier for a form that was not sent yet.
    #[must_use]
    pub fn new_id() -> String {
        uuid::Uuid::new_v4().to_string()
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SentToWork {
    /// A Task was made now.
    pub made: usize,
    /// An offer was open already, of this cohort or another.
    pub open: usize,
    /// The asker may know of them and not write in their record.
    pub not_theirs: usize,
}

/// A cohort that was sent to work, as its Group says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Who they are, in words.
    pub cohort: String,
    /// What was offered to them, in words.
    pub what: String,
}

/// Offers help to everybody of a cohort: a Group, and a Task for each who has no open offer.
///
/// # Errors
/// [`ActionError::Form`] naming the field; [`ActionError::Forbidden`]; [`ActionError::IdempotencyMismatch`] when the form's identifier was used
/// for another cohort; [`ActionError::Unavailable`] with what was kept when it stops half-way.
pub async fn send_to_work(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    cohort: &Cohort,
    places: &Places,
    send: &SendToWork,
) -> Result<SentToWork, ActionError> {
    if !scope.permits(actions, actor, PURPOSE, "sendToWork") {
        return Err(ActionError::Forbidden(
            "only those who treat these people, and may write in their records, send them to work".to_owned(),
        ));
    }
    let problem = |field, words: String| ActionError::Form(vec![FieldProblem { field, words }]);
    let id: uuid::Uuid = send.id.parse().map_err(|_| {
        problem(
            "what",
            "Open the list again: the form had no identifier that can be read".to_owned(),
        )
    })?;
    let what = risk::words(&risk::OFFERS, &send.what)
        .ok_or_else(|| problem("what", "Choose what is offered".to_owned()))?;
    let offer = MakeOffer {
        what: send.what.clone(),
        note: send.note.clone(),
        work: Some(id.to_string()),
    };
    offer.check()?;
    let told = people(actions, actor, scope, cohort.clone(), places.clone()).await?;
    check_size(&told)?;
    let key = format!("work/{id}");
    let group = group(id, scope, cohort, what, actor);
    let commit = Commit {
        idempotency: Some(Idempotency {
            client: actor.id.clone(),
            key: key.clone(),
            digest: digest(&[&scope.key(), &cohort.query(), &send.what, &send.note]),
            note: Vec::new(),
        }),
        ..Commit::new(
            "work",
            vec![Change::Create {
                id: None,
                prepared: actions.prepared(group.to_string().as_bytes())?,
            }],
        )
    };
    // The directory is its keeper's; the policies have said that this cohort is this actor's to send.
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    let mut sent = SentToWork::default();
    let all = told.answer.people.len();
    for one in &told.answer.people {
        match make_offer(actions, actor, &one.id, &offer).await {
            Ok(Made::Now) => sent.made += 1,
            Ok(Made::Before) => sent.open += 1,
            Err(ActionError::Forbidden(_) | ActionError::NotFound | ActionError::Gone { .. }) => {
                sent.not_theirs += 1;
            }
            Err(error) => {
                tracing::warn!(error = %error, "sending a cohort to work stopped half-way");
                let done = sent.made + sent.open + sent.not_theirs;
                return Err(ActionError::Unavailable(format!(
                    "It stopped after {done} of {all} people. What was sent is kept. Send the form again to go on: nobody gets it twice"
                )));
            }
        }
    }
    Ok(sent)
}

fn check_size<T>(told: &Told<super::Found<T>>) -> Result<(), ActionError> {
    let problem = |words: String| Err(ActionError::Form(vec![FieldProblem { field: "what", words }]));
    if told.answer.people.is_empty() {
        return problem("Nobody is on this list. Choose another".to_owned());
    }
    if told.answer.more {
        return problem(format!(
            "This list has more than {MOST_NAMED} people, which is the most that are sent at once. Choose a smaller one"
        ));
    }
    Ok(())
}

fn group(id: uuid::Uuid, scope: &Scope, cohort: &Cohort, what: &str, actor: &Actor) -> Value {
    let traits: Vec<Value> = cohort
        .groups()
        .iter()
        .map(|(by, group)| {
            json!({
                "code": { "coding": [{ "system": risk::COHORT, "code": by.code() }], "text": by.words() },
                "valueCodeableConcept": {
                    "coding": [{ "system": risk::COHORT, "code": format!("{}.{}", by.code(), group.key) }],
                    "text": group.words,
                },
                "exclude": false,
            })
        })
        .collect();
    let mut group = json!({
        "resourceType": "Group",
        "identifier": [{ "system": risk::WORK, "value": id.to_string() }],
        "active": true,
        "type": "person",
        "actual": true,
        "code": { "coding": [{ "system": risk::SYSTEM, "code": risk::OFFER }], "text": what },
        "name": name(scope, cohort),
        "managingEntity": crate::risk::organisation(actor),
    });
    if !traits.is_empty() {
        group["characteristic"] = json!(traits);
    }
    group
}

fn name(scope: &Scope, cohort: &Cohort) -> String {
    match cohort.words() {
        words if words.is_empty() => scope.name().to_owned(),
        words => format!("{}. {words}", scope.name()),
    }
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// What was sent to work under an identifier, for those who may have the people of the scope by name. Policies open a Group to nobody; the
/// house reads it for them, since it names nobody.
///
/// # Errors
/// [`ActionError::NotFound`] when nothing was; [`ActionError::Forbidden`].
pub async fn work(actions: &Actions, actor: &Actor, scope: &Scope, id: &str) -> Result<Work, ActionError> {
    if !scope.permits(actions, actor, Purpose::RiskStratification, "findPeople") {
        return Err(ActionError::Forbidden(
            "what was sent to work is for those who treat these people".to_owned(),
        ));
    }
    let kind = ResourceType::from_name("Group").ok_or(ActionError::NotFound)?;
    let named = format!("{}|{id}", risk::WORK);
    let query =
        fhir::search::parse(kind, &[("identifier".to_owned(), named)]).map_err(ActionError::Invalid)?;
    let found = actions.record.units_of_directory(&query).await?;
    let reference = found.first().ok_or(ActionError::NotFound)?;
    let sight = actions.house_sight(PURPOSE);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&sight, actor, PURPOSE, request);
    let held = ask.read(kind, &reference.id).await;
    let disclosed = ask.disclose().await?;
    let stored = held?.open(&disclosed);
    let group: Value = serde_json::from_slice(&stored.json)
        .map_err(|_| ActionError::Unavailable("what was sent to work cannot be read".to_owned()))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Work {
        cohort: text(&group["name"]),
        what: text(&group["code"]["text"]),
    })
}
