//! Somebody is not asked for a time: a Task on hold with a reason and a review date, on which the person comes back to the
//! list by themself.

use care::risk::memory::check_pause;
use codes::risk;
use jiff::civil::Date;
use serde_json::json;

use super::person_risk;
use super::written::{concept, create, organisation, put, task, who, words};
use crate::{ActionError, Actions, Actor, FieldProblem};

/// Takes somebody off the list until a day. A pause that stands already is changed.
///
/// # Errors
/// [`ActionError::Form`] naming the fields; [`ActionError::Conflict`]; [`ActionError::NotFound`]; [`ActionError::Forbidden`];
/// [`ActionError::Unavailable`].
pub async fn pause(
    actions: &Actions,
    actor: &Actor,
    page: &str,
    why: &str,
    until: Option<Date>,
    note: &str,
) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut problem = |field, words: &str| {
        problems.push(FieldProblem {
            field,
            words: words.to_owned(),
        });
    };
    let reason = risk::words(&risk::PAUSES, why);
    if reason.is_none() {
        problem("why", "Choose why they are not asked");
    }
    match until {
        None => problem("day", "Enter the day on which this is looked at again"),
        Some(until) => {
            if let Err(words) = check_pause(actions.today(), until) {
                problem("day", words);
            }
        }
    }
    let note = words("note", note, 0).map_err(|wrong| problems.push(wrong));
    let (Some(reason), Some(until), Ok(note), true) = (reason, until, note, problems.is_empty()) else {
        return Err(ActionError::Form(problems));
    };
    let known = person_risk(actions, actor, page).await?;
    let now = actions.care_now();
    let mut resource = json!({
        "resourceType": "Task",
        "status": "on-hold",
        "intent": "order",
        "code": concept(risk::PAUSE, "Not asked from a risk list before the end of the restriction"),
        "for": { "reference": format!("Patient/{}", known.patient) },
        "authoredOn": now.timestamp().to_string(),
        "lastModified": now.timestamp().to_string(),
        "requester": who(actor),
        "owner": organisation(actor),
        "reasonCode": concept(why, reason),
        "restriction": { "period": { "start": now.date().to_string(), "end": until.to_string() } },
    });
    if !note.is_empty() {
        resource["description"] = json!(note);
    }
    match known.pause {
        None => create(actions, actor, &resource).await,
        Some(stands) => {
            let (stored, _) = task(actions, actor, &known.patient, &stands.id, risk::PAUSE).await?;
            resource["id"] = json!(stands.id);
            put(actions, actor, &stored, &resource).await
        }
    }
}

/// Ends a pause before its day.
///
/// # Errors
/// As [`pause`].
pub async fn end_pause(actions: &Actions, actor: &Actor, page: &str) -> Result<(), ActionError> {
    let known = person_risk(actions, actor, page).await?;
    let Some(stands) = known.pause else { return Ok(()) };
    let (stored, mut resource) = task(actions, actor, &known.patient, &stands.id, risk::PAUSE).await?;
    resource["status"] = json!("completed");
    resource["lastModified"] = json!(actions.care_now().timestamp().to_string());
    put(actions, actor, &stored, &resource).await
}
