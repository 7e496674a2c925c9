//! The privacy office's inbox: records that were opened with a reason, each until somebody has looked at it. What is unusual in who
//! looked waits there too (`audit/sightings.rs`), and is closed in the same way.

use ::record::{Change, Commit, Expected, Role, Stored};
use fhir::ResourceType;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::access::Way;
use crate::access::open_up::PRIVACY_OFFICE;
use crate::audit::{facts_of, is_own, sighting};
use crate::error::is_writable;
use crate::record::read;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// The most that are listed.
const MOST: &str = "200";
/// The most times as many that are gone through for the reasons of the last days.
const MOST_PAGES: usize = 20;
/// Whoever oversees access cares for nobody thereby.
const PURPOSE: Purpose = Purpose::ServiceManagement;

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
    let code = openings();
    let waiting = [
        ("status", "in-progress"),
        ("code", &code),
        ("_sort", "authored-on"),
    ];
    let mut waiting = tasks(actions, actor, &waiting).await?;
    waiting.retain(|review| review.actor != actor.id);
    Ok(waiting)
}

/// The codes of what opens a record, as a condition of a search.
fn openings() -> String {
    [codes::access::BREAK_GLASS, codes::access::CLAIMED]
        .map(|code| format!("{}|{code}", codes::access::SYSTEM))
        .join(",")
}

/// The records that were opened in the privacy office's tasks that meet these conditions of a search.
pub(super) async fn tasks(
    actions: &Actions,
    actor: &Actor,
    conditions: &[(&str, &str)],
) -> Result<Vec<Review>, ActionError> {
    let stored = office_tasks(actions, actor, conditions).await?;
    Ok(stored.iter().filter_map(review).collect())
}

/// The privacy office's tasks that meet these conditions of a search: as many as are listed.
pub(crate) async fn office_tasks(
    actions: &Actions,
    actor: &Actor,
    conditions: &[(&str, &str)],
) -> Result<Vec<Stored>, ActionError> {
    pages_of_tasks(actions, actor, conditions, 1).await
}

async fn pages_of_tasks(
    actions: &Actions,
    actor: &Actor,
    conditions: &[(&str, &str)],
    pages: usize,
) -> Result<Vec<Stored>, ActionError> {
    refuse(actor)?;
    let kind = ResourceType::from_name("Task").ok_or(ActionError::NotFound)?;
    let office = format!("Organization/{PRIVACY_OFFICE}");
    let params: Vec<(String, String)> = [("owner", office.as_str()), ("_count", MOST)]
        .iter()
        .chain(conditions)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    let sight = actions.sight(actor, PURPOSE);
    let mut found = Vec::new();
    let mut place: Option<String> = None;
    for _ in 0..pages {
        let mut ask = actions
            .record
            .ask(&sight, actor, PURPOSE, actions.record.new_request());
        let held = ask.search(&query, place.as_deref()).await;
        let disclosed = ask.disclose().await?;
        let page = held?.open(&disclosed);
        found.extend(page.hits);
        place = page.next;
        if place.is_none() {
            break;
        }
    }
    Ok(found)
}

/// Who opened whose record with a reason in the last days.
pub(crate) struct Reasons(Vec<(String, Vec<String>)>);

impl Reasons {
    /// Whether this reader gave a reason for this person.
    pub(crate) fn cover(&self, reader: &str, patient: &str) -> bool {
        let mut all = self.0.iter();
        all.any(|(actor, people)| actor == reader && people.iter().any(|id| id == patient))
    }
}

/// The reasons of the last two days, reviewed or not. Each covers the person under every id that was joined to theirs.
pub(crate) async fn reasons_lately(actions: &Actions, actor: &Actor) -> Result<Reasons, ActionError> {
    let since = actions.system_now() - SignedDuration::from_hours(48);
    let (code, since) = (openings(), format!("ge{since:.0}"));
    let conditions = [
        ("code", code.as_str()),
        ("authored-on", &since),
        ("_sort", "-authored-on"),
    ];
    let mut reasons = Vec::new();
    for stored in pages_of_tasks(actions, actor, &conditions, MOST_PAGES).await? {
        let Some(review) = review(&stored) else { continue };
        let people = match facts_of(actions, &review.patient).await? {
            Some(facts) => facts.people.clone(),
            None => vec![review.patient],
        };
        reasons.push((review.actor, people));
    }
    Ok(Reasons(reasons))
}

/// One of the office's tasks, as it stands and as JSON, for somebody who may decide on it: nobody does on what they did themself, nor on
/// looks at their own record.
pub(super) async fn task(actions: &Actions, actor: &Actor, id: &str) -> Result<(Stored, Value), ActionError> {
    refuse(actor)?;
    let kind = ResourceType::from_name("Task").ok_or(ActionError::NotFound)?;
    let stored = read(actions, actor, PURPOSE, kind, id).await?;
    let (by, person) = match (review(&stored), sighting(&stored)) {
        (Some(review), _) => (Some(review.actor), None),
        (None, Some((sighting, person))) => (sighting.actor, person),
        (None, None) => return Err(ActionError::NotFound),
    };
    let of = match person {
        Some(key) => actions.record.patient_of(key).await?,
        None => None,
    };
    if by.as_deref() == Some(&actor.id) || is_own(actions, actor, of.as_deref()).await? {
        return Err(ActionError::NotFound);
    }
    let task = serde_json::from_slice(&stored.json)
        .map_err(|_| ActionError::Unavailable("the task cannot be read".to_owned()))?;
    Ok((stored, task))
}

/// Puts a task in the place of the version that was read.
pub(super) async fn put(
    actions: &Actions,
    actor: &Actor,
    stored: &Stored,
    task: &Value,
) -> Result<(), ActionError> {
    let change = Change::Put {
        id: stored.id.clone(),
        prepared: actions.prepared(task.to_string().as_bytes())?,
        expected: Expected::Version(stored.version),
    };
    // Policies let the office write nothing into anybody's record: the house does it in their name.
    let commit = Commit::new("review", vec![change]);
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(())
}

/// Closes a review, or what was asked about who looked, with a finding and a note; a record that was opened closes with it, if it was
/// still open.
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
    let (stored, mut task) = task(actions, actor, id).await?;
    if task["status"] != "in-progress" {
        return Err(ActionError::NotFound);
    }
    task["status"] = json!("completed");
    task["businessStatus"] =
        json!({ "coding": [{ "system": codes::access::SYSTEM, "code": finding.code() }] });
    if !note.is_empty() {
        task["note"] = json!([{ "time": actions.system_now().to_string(), "text": note }]);
    }
    put(actions, actor, &stored, &task).await
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
