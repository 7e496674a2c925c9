//! Which records have been kept as long as they must be. Nothing is destroyed here: the list says whose turn it is to be
//! reviewed, and [`review`] begins what two privacy officers finish ([`super::ask_to_destroy`]).

use std::collections::BTreeSet;

use ::record::{Reason, SearchPage};
use care::retention::{Due, Facts, Kept, Retention, retention};
use fhir::ResourceType;
use jiff::civil::Date;

use super::allowed::may_keep_records;
use super::destroy::ask_to_destroy;
use super::{page_id, patient_id};
use crate::record::{Part, open};
use crate::{ActionError, Actions, Actor, Purpose};

/// A record whose time is over.
#[derive(Debug, Clone)]
pub struct DueRecord {
    /// The id that the person's pages go by.
    pub id: String,
    /// By which rule, since when and why.
    pub due: Due,
    /// On what ground it is held, and so may not be destroyed.
    pub held: Option<Reason>,
}

/// Who is due, and how many were looked at.
#[derive(Debug, Clone, Default)]
pub struct DueRecords {
    /// Longest due first.
    pub due: Vec<DueRecord>,
    /// People whose records were read for it.
    pub looked_at: usize,
    /// Of those, how many are kept because no day can be told.
    pub kept: usize,
}

/// A review that has begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The Patients that the word is about: one, or all who are read as one.
    pub patients: Vec<String>,
    /// What another officer hands in to destroy them.
    pub word: String,
}

/// How many people one search lists.
const AT_ONCE: usize = 200;

/// Everyone whose record may be destroyed on `on`, of those whose date of birth is on record; `kept` says which kinds of
/// record this house keeps. Each record that is read for it is audited as any other read.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Unavailable`].
pub async fn due_records(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    kept: &[Kept],
    on: Date,
) -> Result<DueRecords, ActionError> {
    may_keep_records(actions, actor, &[]).await?;
    let mut answer = DueRecords::default();
    let mut seen = BTreeSet::new();
    let mut next = None;
    loop {
        let page = everybody(actions, actor, purpose, next.as_deref()).await?;
        for hit in &page.hits {
            let survivor = actions.record.survivor_of(&hit.id).await?;
            if !seen.insert(survivor.clone()) {
                continue;
            }
            answer.looked_at += 1;
            match time_of(actions, actor, purpose, kept, &survivor).await {
                Ok(Retention::Kept(_)) => answer.kept += 1,
                Ok(Retention::Until(due)) if due.on <= on => answer.due.push(DueRecord {
                    id: page_id(actions, actor, purpose, &survivor)?,
                    due,
                    held: held(actions, &survivor).await?,
                }),
                Ok(Retention::Until(_)) => {}
                // Gone since the list was made.
                Err(ActionError::NotFound | ActionError::Gone { .. } | ActionError::Destroyed) => {
                    answer.looked_at -= 1;
                }
                Err(error) => return Err(error),
            }
        }
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    answer
        .due
        .sort_by(|one, other| (one.due.on, &one.id).cmp(&(other.due.on, &other.id)));
    Ok(answer)
}

/// The first of two officers asks for a record to be destroyed because its time is over. Nothing is changed.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::NotFound`]; [`ActionError::Rule`] when it is not due, or held;
/// [`ActionError::Unavailable`].
pub async fn review(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    kept: &[Kept],
    on: Date,
    person: &str,
) -> Result<Begun, ActionError> {
    may_keep_records(actions, actor, &[]).await?;
    let patient = patient_id(actions, actor, purpose, person).ok_or(ActionError::NotFound)?;
    may_keep_records(actions, actor, &[&patient]).await?;
    let refused = |words: String| ActionError::Rule {
        about: "person",
        words,
    };
    match time_of(actions, actor, purpose, kept, &patient).await? {
        Retention::Until(due) if due.on <= on => {}
        Retention::Until(due) => {
            return Err(refused(format!(
                "the record is kept until {}: {} ({}); nothing was asked for",
                due.on,
                due.why,
                due.rule.code()
            )));
        }
        Retention::Kept(why) => {
            return Err(refused(format!(
                "the record is kept: {why}; nothing was asked for"
            )));
        }
    }
    let identity = actions.record.identity(&patient).await?;
    let identity = identity.ok_or(ActionError::NotFound)?;
    let patients: Vec<String> = identity.ids().map(ToString::to_string).collect();
    let word = ask_to_destroy(actions, actor, &patients, "retention").await?;
    Ok(Begun { patients, word })
}

/// Everybody with a date of birth, a page at a time: the one list of people that the record answers at any size.
async fn everybody(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    next: Option<&str>,
) -> Result<SearchPage, ActionError> {
    let patient = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let params = [
        ("birthdate", "ge1800-01-01".to_owned()),
        ("_count", AT_ONCE.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let query = fhir::search::parse(patient, &params).map_err(ActionError::Invalid)?;
    // How long something is kept goes by the whole record, whatever of it the officer may see.
    let sight = actions.house_sight(purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.search(&query, next).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

async fn time_of(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    kept: &[Kept],
    patient: &str,
) -> Result<Retention, ActionError> {
    // The officer is told a date and a rule, and nothing of what the house read for it.
    let house = Actor::house(format!("retention/{}", actor.id));
    let record = open(actions, &house, purpose, patient, Part::FullStory).await?;
    if !record.unmapped.is_empty() {
        return Ok(Retention::Kept("a part of the record cannot be read"));
    }
    Ok(retention(&Facts::of(&record, kept)))
}

async fn held(actions: &Actions, patient: &str) -> Result<Option<Reason>, ActionError> {
    let Some(identity) = actions.record.identity(patient).await? else {
        return Ok(None);
    };
    for person in identity.people() {
        if let Some(reason) = actions.record.held(person).await? {
            return Ok(Some(reason));
        }
    }
    Ok(None)
}
