//! The privacy office's inbox: records that were opened with a reason, each until somebody has looked at it.

use ::record::{Change, Commit, Expected, Role, Stored};
use fhir::{Document, ResourceType};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::access::Way;
use crate::access::open_up::PRIVACY_OFFICE;
use crate::error::is_writable;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// The most that are listed.
const MOST: &str = "200";

/// A record that was opened with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The Task's id.
    pub id: String,
    pub version: u64,
    /// Whose record: the Patient's id.
    pub patient: String,
    pub way: Way,
    /// Who opened it: the actor's internal id.
    pub actor: String,
    pub at: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// The chosen reason, in words.
    pub reason: String,
    /// What they said.
    pub words: String,
}

/// What the office finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It was right to open it.
    Justified,
    /// It was not: what follows is done outside Sarsen, and the finding is kept.
    NotJustified,
}

impl Finding {
    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Finding::Justified => "justified",
            Finding::NotJustified => "not-justified",
        }
    }
}

/// Whether somebody does the privacy office's work.
#[must_use]
pub fn may_review(actor: &Actor) -> bool {
    matches!(actor.role, Role::PrivacyOfficer | Role::Development)
}

fn refuse(actor: &Actor) -> Result<(), ActionError> {
    if may_review(actor) {
        return Ok(());
    }
    Err(ActionError::NotFound)
}

/// What waits, oldest first. Nobody reviews what they opened themself.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn reviews(actions: &Actions, actor: &Actor) -> Result<Vec<Review>, ActionError> {
    refuse(actor)?;
    let kind = ResourceType::from_name("Task").ok_or(ActionError::NotFound)?;
    let params = [
        ("owner".to_owned(), format!("Organization/{PRIVACY_OFFICE}")),
        ("status".to_owned(), "in-progress".to_owned()),
        ("_sort".to_owned(), "authored-on".to_owned()),
        ("_count".to_owned(), MOST.to_owned()),
    ];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    let found = held?.open(&disclosed);
    Ok(found
        .hits
        .iter()
        .filter_map(review)
        .filter(|review| review.actor != actor.id)
        .collect())
}

/// Closes a review with a finding and a note; the record closes with it, if it was still open.
///
/// # Errors
/// [`ActionError::Form`] naming the field; [`ActionError::Conflict`] when somebody else closed it meanwhile;
/// [`ActionError::NotFound`]; [`ActionError::Unavailable`].
pub async fn close_review(
    actions: &Actions,
    actor: &Actor,
    id: &str,
    finding: Finding,
    note: &str,
) -> Result<(), ActionError> {
    refuse(actor)?;
    let note = note.trim();
    if finding == Finding::NotJustified && note.chars().count() < 10
        || note.chars().count() > 500
        || !is_writable(note)
    {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "note",
            words: "Say in 10 to 500 characters what follows from it, without control characters".to_owned(),
        }]));
    }
    let kind = ResourceType::from_name("Task").ok_or(ActionError::NotFound)?;
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.read(kind, id).await;
    let disclosed = ask.disclose().await?;
    let stored = held?.open(&disclosed);
    let waits = review(&stored).filter(|review| review.actor != actor.id);
    let mut task: Value = serde_json::from_slice(&stored.json)
        .map_err(|_| ActionError::Unavailable("the task cannot be read".to_owned()))?;
    if waits.is_none() || task["status"] != "in-progress" {
        return Err(ActionError::NotFound);
    }
    task["status"] = json!("completed");
    task["businessStatus"] =
        json!({ "coding": [{ "system": codes::access::SYSTEM, "code": finding.code() }] });
    if !note.is_empty() {
        task["note"] = json!([{ "time": actions.system_now().to_string(), "text": note }]);
    }
    let bytes = task.to_string().into_bytes();
    let prepared = Document::scan(&bytes, &actions.limits)
        .map_err(ActionError::Invalid)?
        .root()
        .prepare(&|_| None);
    let change = Change::Put {
        id: id.to_owned(),
        prepared,
        expected: Expected::Version(stored.version),
    };
    actions
        .commit(actor, purpose, Commit::new("review", vec![change]))
        .await?;
    Ok(())
}

/// The review that a Task is, when it is one.
pub(super) fn review(stored: &Stored) -> Option<Review> {
    let task: Value = serde_json::from_slice(&stored.json).ok()?;
    let text = |path: &str| task.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let codings = task.pointer("/code/coding")?.as_array()?;
    let code = codings
        .iter()
        .find(|coding| coding["system"] == codes::access::SYSTEM)?["code"]
        .as_str()?;
    let way = match code {
        codes::access::BREAK_GLASS => Way::BreakGlass,
        codes::access::CLAIMED => Way::Claim,
        _ => return None,
    };
    let moment = |path: &str| text(path).and_then(|text| text.parse().ok());
    Some(Review {
        id: stored.id.clone(),
        version: stored.version,
        patient: text("/for/reference")?.strip_prefix("Patient/")?.to_owned(),
        way,
        actor: text("/requester/identifier/value").unwrap_or_default(),
        at: moment("/authoredOn"),
        until: moment("/executionPeriod/end"),
        reason: text("/reasonCode/coding/0/display").unwrap_or_default(),
        words: text("/reasonCode/text").unwrap_or_default(),
    })
}
