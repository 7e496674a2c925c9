//! What a clinician thinks of what the index says, and why: a RiskAssessment beside it, never over it.

use care::risk::VERSION;
use care::risk::memory::View;
use codes::risk;
use serde_json::json;

use super::person_risk;
use super::written::{concept, create, who, words};
use crate::{ActionError, Actions, Actor, FieldProblem};

/// The fewest characters of a reason.
const FEWEST: usize = 10;

/// Keeps a clinician's view, with its reason.
///
/// # Errors
/// [`ActionError::Form`] naming the fields; [`ActionError::NotFound`]; [`ActionError::Forbidden`]; [`ActionError::Unavailable`].
pub async fn say_view(
    actions: &Actions,
    actor: &Actor,
    page: &str,
    view: Option<View>,
    why: &str,
) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    if view.is_none() {
        problems.push(FieldProblem {
            field: "view",
            words: "Choose what you think of it".to_owned(),
        });
    }
    let why = words("reason", why, FEWEST).map_err(|problem| problems.push(problem));
    let (Some(view), Ok(why)) = (view, why) else {
        return Err(ActionError::Form(problems));
    };
    let known = person_risk(actions, actor, page).await?;
    // The same view, sent twice by a double press, is one.
    let today = actions.today();
    let said = known
        .views
        .first()
        .is_some_and(|last| last.view == view && last.words == why && last.day == Some(today));
    if said {
        return Ok(());
    }
    let index = known.signs.map_or_else(
        || "No frailty index at this age".to_owned(),
        |signs| {
            format!(
                "Electronic Frailty Index: {} of 36 deficits, {}; order version {VERSION}",
                signs.count,
                signs.band.name()
            )
        },
    );
    let resource = json!({
        "resourceType": "RiskAssessment",
        "status": "final",
        "method": concept(risk::VIEW, "A clinician's view of what an index says"),
        "subject": { "reference": format!("Patient/{}", known.patient) },
        "occurrenceDateTime": actions.care_now().timestamp().to_string(),
        "performer": who(actor),
        "prediction": [{
            "outcome": { "text": "Frailty" },
            "qualitativeRisk": concept(view.code(), view.words()),
            "rationale": why,
        }],
        "note": [{ "text": index }],
    });
    create(actions, actor, &resource).await
}
