//! An offer: one action makes it a Task for the care co-ordinator; then the person accepts or declines, and something comes of it.

use care::risk::memory::Offer;
use codes::risk;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::written::{concept, create, create_once, organisation, put, task, who, words};
use super::{PersonRisk, person_risk};
use crate::{ActionError, Actions, Actor, FieldProblem};

/// Within how many days the care co-ordinator asks the person.
const DUE_DAYS: i32 = 14;

/// What is to be offered.
#[derive(Debug, Clone, Default)]
pub struct MakeOffer {
    /// A code of [`risk::OFFERS`].
    pub what: String,
    /// For the care co-ordinator; may be empty.
    pub note: String,
    /// The identifier of the cohort with which it is sent to work.
    pub work: Option<String>,
}

/// Whether something was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Now,
    /// An offer was open already; nothing was changed.
    Before,
}

impl MakeOffer {
    /// The words of what is offered, and the note.
    ///
    /// # Errors
    /// [`ActionError::Form`] naming the field.
    pub(crate) fn check(&self) -> Result<(&'static str, String), ActionError> {
        let mut problems = Vec::new();
        let what = risk::words(&risk::OFFERS, &self.what);
        if what.is_none() {
            problems.push(FieldProblem {
                field: "what",
                words: "Choose what is offered".to_owned(),
            });
        }
        let note = words("note", &self.note, 0).map_err(|problem| problems.push(problem));
        match (what, note) {
            (Some(what), Ok(note)) => Ok((what, note)),
            _ => Err(ActionError::Form(problems)),
        }
    }
}

/// What becomes of an offer.
#[derive(Debug, Clone, Default)]
pub struct Advance {
    /// The Task, and its version as it was seen.
    pub id: String,
    pub version: u64,
    /// A code of [`risk::DECLINES`] or [`risk::OUTCOMES`], where one is asked for.
    pub why: String,
}

/// Offers help to somebody. Whoever has an open offer is offered nothing more: a form sent twice makes one.
///
/// # Errors
/// [`ActionError::Form`] naming the field; [`ActionError::NotFound`]; [`ActionError::Forbidden`]; [`ActionError::Unavailable`].
pub async fn make_offer(
    actions: &Actions,
    actor: &Actor,
    page: &str,
    offer: &MakeOffer,
) -> Result<Made, ActionError> {
    let (what, note) = offer.check()?;
    let known = person_risk(actions, actor, page).await?;
    if known.offers.iter().any(|offer| offer.state.is_open()) {
        return Ok(Made::Before);
    }
    let now = actions.care_now();
    let due = now.date().saturating_add(DUE_DAYS.days());
    let mut resource = json!({
        "resourceType": "Task",
        "status": Offer::Made.status(),
        "intent": "proposal",
        "priority": "routine",
        "code": concept(risk::OFFER, "Help offered to somebody on a risk list"),
        "for": { "reference": format!("Patient/{}", known.patient) },
        "authoredOn": now.timestamp().to_string(),
        "lastModified": now.timestamp().to_string(),
        "requester": who(actor),
        "performerType": [{ "text": "Care co-ordinator" }],
        "owner": organisation(actor),
        "reasonCode": concept(&offer.what, what),
        "restriction": { "period": { "end": due.to_string() } },
        "input": inputs(&known),
    });
    if !note.is_empty() {
        resource["description"] = json!(note);
    }
    if let Some(work) = &offer.work {
        resource["groupIdentifier"] = json!({ "system": risk::WORK, "value": work });
        let once = format!("work/{work}/{}", known.patient);
        create_once(actions, actor, &resource, once).await?;
    } else {
        create(actions, actor, &resource).await?;
    }
    Ok(Made::Now)
}

/// What the index said when it was offered, so that a rise after it can be told.
fn inputs(known: &PersonRisk) -> Vec<Value> {
    let Some(signs) = known.signs else {
        return vec![
            json!({ "type": concept(risk::BAND, "Band of the electronic Frailty Index"), "valueString": "none" }),
        ];
    };
    vec![
        json!({
            "type": concept(risk::BAND, "Band of the electronic Frailty Index"),
            "valueString": signs.band.name(),
        }),
        json!({
            "type": concept(risk::DEFICITS, "Deficits of 36"),
            "valueInteger": signs.count,
        }),
    ]
}

/// Notes what becomes of an offer: `to` is accepted, declined, done or withdrawn.
///
/// # Errors
/// [`ActionError::Form`] for a reason that is missing; [`ActionError::Conflict`] when it was changed meanwhile;
/// [`ActionError::Rule`] when it cannot become that; as [`make_offer`].
pub async fn advance_offer(
    actions: &Actions,
    actor: &Actor,
    page: &str,
    to: Offer,
    advance: &Advance,
) -> Result<(), ActionError> {
    let known = person_risk(actions, actor, page).await?;
    let (stored, mut resource) = task(actions, actor, &known.patient, &advance.id, risk::OFFER).await?;
    if stored.version != advance.version {
        return Err(ActionError::Conflict {
            target: format!("Task/{}", stored.id),
            words: "somebody changed this offer after you opened the page".to_owned(),
        });
    }
    let from = resource["status"].as_str().and_then(Offer::from_status);
    let from = from.ok_or(ActionError::NotFound)?;
    from.become_(to).map_err(|error| ActionError::Rule {
        about: "offer",
        words: error.to_string(),
    })?;
    let asked_for = |list: &[(&'static str, &'static str)], missing: &str| {
        risk::words(list, &advance.why).ok_or_else(|| {
            ActionError::Form(vec![FieldProblem {
                field: "why",
                words: missing.to_owned(),
            }])
        })
    };
    match to {
        Offer::Declined => {
            let why = asked_for(&risk::DECLINES, "Choose why they declined")?;
            resource["statusReason"] = concept(&advance.why, why);
        }
        Offer::Done => {
            let what = asked_for(&risk::OUTCOMES, "Choose what came of it")?;
            resource["output"] = json!([{
                "type": concept(risk::OUTCOME, "What came of it"),
                "valueString": what,
            }]);
        }
        Offer::Accepted | Offer::Withdrawn | Offer::Made => {}
    }
    resource["status"] = json!(to.status());
    resource["lastModified"] = json!(actions.care_now().timestamp().to_string());
    put(actions, actor, &stored, &resource).await
}
