//! Looks that the person is not told of yet: a record that was opened to look into a safeguarding concern, until a privacy officer
//! releases it (safety rule 12). The Task that opened it says so by a code and by labels; what it opened in that time is left out
//! of the person's list.

use ::record::Stored;
use fhir::{Label, LocalReference};
use jiff::Timestamp;
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

/// A time in which an actor's looks are not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quiet {
    actor: String,
    from: Timestamp,
    until: Timestamp,
}

impl Quiet {
    pub(crate) fn covers(&self, actor: &str, at: Timestamp) -> bool {
        self.actor == actor && (self.from..=self.until).contains(&at)
    }
}

/// The times in which looks at this person's record are not told to them.
pub(crate) async fn quiet_times(
    actions: &Actions,
    patient: &LocalReference,
) -> Result<Vec<Quiet>, ActionError> {
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
    Ok(tasks.iter().filter_map(quiet).collect())
}

fn quiet(stored: &Stored) -> Option<Quiet> {
    let task: Value = serde_json::from_slice(&stored.json).ok()?;
    let review = review(stored).filter(|_| is_withheld(&task))?;
    Some(Quiet {
        actor: review.actor,
        from: review.at?,
        until: review.until?,
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
