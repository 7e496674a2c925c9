//! Looks that the person is not told of yet: a record that was opened for a reason of safeguarding, of somebody's serious harm or of the
//! public interest (several agencies, the police), until a privacy officer releases it (safety rule 12). The Task that opened it says so
//! by a code and by labels; what its reader did in that time, and at the closed record just before, is left out of the person's list.

use ::record::{FeedEntry, Stored};
use fhir::{Label, LocalReference};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::reviews::{Review, put, review, task, tasks};
use crate::{ActionError, Actions, Actor, Purpose};

/// Whom it is kept from, as labels.
pub(super) const KEPT_FROM: [&str; 2] = ["not-for-person", "not-for-proxies"];

/// What a Task bears that opens a record for such a reason: labels, and a code beside its own.
pub(super) fn mark(task: &mut Value) {
    let labels: Vec<Value> = KEPT_FROM
        .iter()
        .filter_map(|name| Label::named(name))
        .map(|label| json!({ "system": label.system, "code": label.code }))
        .collect();
    task["meta"]["security"] = labels.into();
    if let Some(codings) = task["code"]["coding"].as_array_mut() {
        codings.push(json!({ "system": codes::access::SYSTEM, "code": codes::access::WITHHELD }));
    }
}

/// How long before an opening the same reader's looks are withheld with it: they stood at the closed record and wrote the reason.
const BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// What opened a record, with its reason and for which organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opening {
    task: String,
    actor: String,
    from: Timestamp,
    until: Timestamp,
    withheld: bool,
    /// The chosen reason, in the words of its code.
    pub(crate) reason: String,
    /// By its ODS code; none in what an older release kept.
    pub(crate) organisation: Option<String>,
}

/// All that opened one record.
#[derive(Debug, Clone)]
pub(crate) struct Openings(Vec<Opening>);

impl Openings {
    /// Whether what this actor did then is not told to the person yet.
    pub(crate) fn keep_quiet(&self, actor: &str, at: Timestamp) -> bool {
        let mut all = self.0.iter();
        all.any(|one| one.withheld && one.actor == actor && (one.from - BEFORE..=one.until).contains(&at))
    }

    /// The opening that was made by this commit.
    pub(crate) fn among(&self, entry: &FeedEntry) -> Option<&Opening> {
        let is_in = |opening: &&Opening| entry.changes.iter().any(|change| change.id == opening.task);
        self.0.iter().find(is_in)
    }
}

/// What opened this person's record.
pub(crate) async fn openings_of(
    actions: &Actions,
    patient: &LocalReference,
) -> Result<Openings, ActionError> {
    let purpose = Purpose::ServiceManagement;
    let (sight, house) = (actions.house_sight(purpose), Actor::house("sarsen"));
    let mut ask = actions
        .record
        .ask(&sight, &house, purpose, actions.record.new_request());
    let held = ask
        .person(&patient.id, &|entry| entry.resource_type.name() == "Task")
        .await;
    let disclosed = ask.disclose().await?;
    let tasks = held?.open(&disclosed).resources;
    Ok(Openings(tasks.iter().filter_map(opening).collect()))
}

fn opening(stored: &Stored) -> Option<Opening> {
    let task: Value = serde_json::from_slice(&stored.json).ok()?;
    let review = review(stored)?;
    let organisation = task.pointer("/requester/identifier/assigner/identifier/value");
    Some(Opening {
        task: review.id,
        actor: review.actor,
        from: review.at?,
        until: review.until?,
        withheld: is_withheld(&task),
        reason: review.reason,
        organisation: organisation.and_then(Value::as_str).map(str::to_owned),
    })
}

fn is_withheld(task: &Value) -> bool {
    let codings = task["code"]["coding"].as_array();
    codings.is_some_and(|codings| codings.iter().any(is_mark))
}

fn is_mark(coding: &Value) -> bool {
    coding["system"] == codes::access::SYSTEM && coding["code"] == codes::access::WITHHELD
}

/// What was opened and is not told to the person yet, newest first.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn withheld(actions: &Actions, actor: &Actor) -> Result<Vec<Review>, ActionError> {
    let mark = format!("{}|{}", codes::access::SYSTEM, codes::access::WITHHELD);
    tasks(actions, actor, &[("code", &mark), ("_sort", "-authored-on")]).await
}

/// From now on the person is told of it.
///
/// # Errors
/// [`ActionError::NotFound`] when it is none, or the actor may not; nobody releases what they opened themself.
/// [`ActionError::Conflict`] when it was changed meanwhile; [`ActionError::Unavailable`].
pub async fn release(actions: &Actions, actor: &Actor, id: &str) -> Result<(), ActionError> {
    let (stored, mut task) = task(actions, actor, id).await?;
    if !is_withheld(&task) {
        return Err(ActionError::NotFound);
    }
    if let Some(codings) = task["code"]["coding"].as_array_mut() {
        codings.retain(|coding| !is_mark(coding));
    }
    if let Some(labels) = task.pointer_mut("/meta/security").and_then(Value::as_array_mut) {
        labels.retain(|coding| {
            let kept = KEPT_FROM.iter().filter_map(|name| Label::named(name));
            !kept
                .into_iter()
                .any(|label| coding["system"] == label.system && coding["code"] == label.code)
        });
        if labels.is_empty()
            && let Some(meta) = task["meta"].as_object_mut()
        {
            meta.remove("security");
        }
    }
    put(actions, actor, &stored, &task).await
}
