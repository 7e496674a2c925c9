//! Opening a record that is not open: in an emergency (break-glass), or by saying that one has to do with the person. Either
//! is a Task in the person's record with a reason, a time box and an owner who reviews it; while it runs it is a tie like any
//! other, and when it ends nothing has to be taken back.

use ::record::access::{Facts, Judge, Whose};
use ::record::{Change, Commit, Role};
use codes::nhs_number::NhsNumber;
use fhir::{LocalReference, ResourceType};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::standing_to::may_know;
use crate::access::withheld;
use crate::error::is_writable;
use crate::person::patient_id;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// Who reviews: the owner of the tasks.
pub(crate) const PRIVACY_OFFICE: &str = "privacy-office";
/// The longest reason in words, in characters.
const MOST_WORDS: usize = 500;
/// The shortest.
const FEWEST_WORDS: usize = 10;

/// How a record is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In an emergency.
    BreakGlass,
    /// Because somebody has to do with the person.
    Claim,
}

impl Way {
    /// The reasons that may be given: code and words.
    #[must_use]
    pub fn reasons(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Way::BreakGlass => &codes::access::EMERGENCY_REASONS,
            Way::Claim => &codes::access::CLAIM_REASONS,
        }
    }

    /// How long it stays open.
    #[must_use]
    pub fn long(self) -> SignedDuration {
        match self {
            Way::BreakGlass => SignedDuration::from_hours(1),
            Way::Claim => SignedDuration::from_hours(12),
        }
    }

    fn code(self) -> &'static str {
        match self {
            Way::BreakGlass => codes::access::BREAK_GLASS,
            Way::Claim => codes::access::CLAIMED,
        }
    }

    /// What policies call it.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Way::BreakGlass => "breakGlass",
            Way::Claim => "claim",
        }
    }
}

/// Of whom: somebody whose page the actor has, or somebody named by two identifiers.
#[derive(Debug, Clone)]
pub enum Whom {
    /// By the id that their pages go by.
    Page(String),
    /// By NHS number and date of birth, both.
    Identified { nhs_number: NhsNumber, born: Date },
}

/// A record that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The Patient's id.
    pub patient: String,
    /// Until when it stays open.
    pub until: Timestamp,
}

/// Opens a record with a reason, of [`Way::reasons`], and words, 10 to 500 characters.
///
/// # Errors
/// [`ActionError::Form`] naming the field; [`ActionError::NotFound`] when there is nobody, or nobody whom the actor may open
/// so: the two look the same; [`ActionError::Unavailable`].
pub async fn open_up(
    actions: &Actions,
    actor: &Actor,
    whom: &Whom,
    way: Way,
    reason: &str,
    words: &str,
) -> Result<Opened, ActionError> {
    let words = words.trim();
    // From before the person is looked up: what is withheld begins with that look.
    let now = actions.system_now();
    let from_page = matches!(whom, Whom::Page(_));
    // Nobody is looked up by two identifiers without a reason. From a page, whoever may not know of the person hears that first.
    if !from_page {
        check(way, reason, words)?;
    }
    let purpose = Purpose::DirectCare;
    let (patient, facts) = find(actions, actor, purpose, whom).await?;
    let judge = actions.judge(actor, purpose);
    let situation = judge.situation(&facts);
    if !judge.may(way.action(), &situation) {
        return Err(ActionError::NotFound);
    }
    // From a page only of those who may be known; by two identifiers whoever is meant is known already.
    if from_page && !may_know(&judge.lens(&facts), &situation) {
        return Err(ActionError::NotFound);
    }
    let told = check(way, reason, words)?;
    let until = now + way.long();
    let mut task = json!({
        "resourceType": "Task",
        "status": "in-progress",
        "intent": "order",
        "priority": if way == Way::BreakGlass { "stat" } else { "routine" },
        "code": { "coding": [{ "system": codes::access::SYSTEM, "code": way.code() }] },
        "for": { "reference": format!("Patient/{patient}") },
        "requester": { "identifier": requester(actor) },
        "owner": { "reference": format!("Organization/{PRIVACY_OFFICE}") },
        "authoredOn": now.to_string(),
        "executionPeriod": { "start": now.to_string(), "end": until.to_string() },
        "reasonCode": { "coding": [{ "system": codes::access::SYSTEM, "code": reason, "display": told }], "text": words },
    });
    if codes::access::WITHHELD_REASONS.contains(&reason) {
        withheld::mark(&mut task);
    }
    let prepared = actions.prepared(task.to_string().as_bytes())?;
    // The actor may not write into this record yet: the house does it in their name.
    let commit = Commit::new(way.code(), vec![Change::Create { id: None, prepared }]);
    actions.commit_in_name(actor, purpose, commit).await?;
    Ok(Opened { patient, until })
}

/// Who opens it, and for which organisation: the person is told that one (safety rule 12).
fn requester(actor: &Actor) -> serde_json::Value {
    let mut requester = json!({ "system": codes::access::ACTOR, "value": actor.id });
    if let Some(code) = &actor.organisation {
        requester["assigner"] =
            json!({ "identifier": { "system": codes::system::ODS_ORGANISATION, "value": code } });
    }
    requester
}

/// The reason in the words of its code.
fn check(way: Way, reason: &str, words: &str) -> Result<&'static str, ActionError> {
    let told = way
        .reasons()
        .iter()
        .find(|(code, _)| *code == reason)
        .map(|(_, words)| *words);
    let length = words.chars().count();
    let mut problems = Vec::new();
    let mut problem = |field, words: String| problems.push(FieldProblem { field, words });
    if told.is_none() {
        problem("reason", "Choose a reason".to_owned());
    }
    if length < FEWEST_WORDS {
        problem("words", format!("Say why in at least {FEWEST_WORDS} characters"));
    } else if length > MOST_WORDS {
        problem("words", format!("Say why in at most {MOST_WORDS} characters"));
    } else if !is_writable(words) {
        problem("words", "Say why without control characters".to_owned());
    }
    match (told, problems.is_empty()) {
        (Some(told), true) => Ok(told),
        _ => Err(ActionError::Form(problems)),
    }
}

/// The person, whoever asks; nothing of it is shown.
async fn find(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    whom: &Whom,
) -> Result<(String, std::sync::Arc<Facts>), ActionError> {
    let patient = match whom {
        Whom::Page(id) => patient_id(actions, actor, purpose, id).ok_or(ActionError::NotFound)?,
        Whom::Identified { nhs_number, born } => identified(actions, actor, nhs_number, *born).await?,
    };
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let reference = LocalReference {
        resource_type: kind,
        id: patient,
    };
    let facts = actions.record.facts_of(&reference).await?;
    match (facts.whose, facts.people.first()) {
        // What was joined to another is opened under the survivor.
        (Whose::Person, Some(survivor)) => Ok((survivor.clone(), facts)),
        _ => Err(ActionError::NotFound),
    }
}

/// The Patient with this NHS number and date of birth. The look is the actor's, and audited as theirs.
async fn identified(
    actions: &Actions,
    actor: &Actor,
    nhs_number: &NhsNumber,
    born: Date,
) -> Result<String, ActionError> {
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let params = [
        (
            "identifier".to_owned(),
            format!("{}|{}", codes::system::NHS_NUMBER, nhs_number.digits()),
        ),
        ("birthdate".to_owned(), born.to_string()),
    ];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    let purpose = Purpose::DirectCare;
    let sight = actions.house_sight(purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    let mut hits = held?.open(&disclosed).hits.into_iter();
    match (hits.next(), hits.next()) {
        (Some(hit), None) => Ok(hit.id),
        _ => Err(ActionError::NotFound),
    }
}

/// Whether the pages offer an actor to open the record of somebody whom they name.
#[must_use]
pub fn may_open_up(actor: &Actor) -> bool {
    matches!(
        actor.role,
        Role::Clinician | Role::Coordinator | Role::Operator | Role::Development
    )
}
