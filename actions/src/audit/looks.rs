//! Who looked at one person's record, and what one reader looked at, for the privacy office: by internal id, also what was refused.

use ::record::Role;
use ::record::audit::{Fact, ReadResult};
use codes::nhs_number::NhsNumber;
use fhir::{LocalReference, ResourceType};
use jiff::{SignedDuration, Timestamp};

use super::relations::{facts_of, reference};
use crate::access::may_review;
use crate::person::patient_id;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// How far back it looks.
const DAYS: i64 = 90;
/// How far back it goes through everybody's looks for those of one reader.
const DAYS_BY: i64 = 7;
/// The most entries.
const MOST: usize = 300;
/// The most people that are named of one entry.
const MOST_PEOPLE: usize = 5;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerLook {
    pub at: Timestamp,
    pub actor: String,
    pub role: Option<Role>,
    pub organisation: Option<String>,
    pub changed: bool,
    /// Nothing was shown.
    pub refused: bool,
    /// By which door a change came.
    pub source: String,
    /// Whose records, as Patient ids, where that was not the question: the first few.
    pub people: Vec<String>,
    /// How many more.
    pub rest: usize,
}

/// Whose looks are sought, and of which reader alone.
#[derive(Debug, Clone)]
pub enum Sought<'s> {
    /// At the person with this NHS number.
    Number(&'s NhsNumber),
    /// At the person whose pages go by this id, by this reader if one is named.
    Page { id: &'s str, reader: Option<&'s str> },
}

/// Who looked at somebody's record in the last 90 days, newest first, and whether there is more. A person whose record was joined to
/// another's is both.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer, and for a page of nobody; [`ActionError::Form`] when nobody has this
/// number; [`ActionError::Unavailable`].
pub async fn looks_at(
    actions: &Actions,
    actor: &Actor,
    sought: &Sought<'_>,
) -> Result<(Vec<OfficerLook>, bool), ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let purpose = Purpose::ServiceManagement;
    let people = match sought {
        Sought::Number(number) => with_number(actions, actor, number).await?,
        Sought::Page { id, .. } => {
            let patient = patient_id(actions, actor, purpose, id).ok_or(ActionError::NotFound)?;
            let facts = facts_of(actions, &patient).await?.ok_or(ActionError::NotFound)?;
            if !actions.judge(actor, purpose).knows(&facts) {
                return Err(ActionError::NotFound);
            }
            let survivor = facts.people.first().ok_or(ActionError::NotFound)?;
            vec![reference(survivor)?]
        }
    };
    let reader = match sought {
        Sought::Page { reader, .. } => *reader,
        Sought::Number(_) => None,
    };
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let from = actions.system_now() - SignedDuration::from_hours(24 * DAYS);
    // One reader's are picked out of everybody's.
    let most = if reader.is_some() { 10 * MOST } else { MOST };
    let trail = ask.audit_of(&people, (Some(from), None), None, most).await;
    let disclosed = ask.disclose().await?;
    let (held, next) = trail?;
    let looks = held
        .open(&disclosed)
        .into_iter()
        .filter_map(|audited| look(audited.fact))
        .filter(|look| reader.is_none_or(|reader| reader == look.actor))
        .collect();
    Ok((looks, next.is_some()))
}

/// What one reader looked at in the last week, as this server's audit has it, newest first, and whether there is more: the entries
/// behind a pattern of one reader.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Unavailable`].
pub async fn looks_by(
    actions: &Actions,
    actor: &Actor,
    reader: &str,
) -> Result<(Vec<OfficerLook>, bool), ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let from = actions.system_now() - SignedDuration::from_hours(24 * DAYS_BY);
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let reads = ask.reads_by(reader, from, MOST).await;
    let disclosed = ask.disclose().await?;
    let (held, more) = reads?;
    let found = held.open(&disclosed);
    let mut looks = Vec::with_capacity(found.len());
    for entry in found {
        let mut people = Vec::new();
        for person in entry.people.iter().take(MOST_PEOPLE) {
            people.extend(actions.record.patient_of(*person).await?);
        }
        let rest = entry.people.len().saturating_sub(MOST_PEOPLE);
        looks.extend(look(Fact::Read(entry)).map(|look| OfficerLook { people, rest, ..look }));
    }
    Ok((looks, more))
}

/// The Patients with an NHS number.
async fn with_number(
    actions: &Actions,
    actor: &Actor,
    number: &NhsNumber,
) -> Result<Vec<LocalReference>, ActionError> {
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let params = [(
        "identifier".to_owned(),
        format!("{}|{}", codes::system::NHS_NUMBER, number.digits()),
    )];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let found = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    let people: Vec<LocalReference> = found?
        .open(&disclosed)
        .hits
        .into_iter()
        .map(|hit| LocalReference {
            resource_type: kind,
            id: hit.id,
        })
        .collect();
    if people.is_empty() {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "nhs-number",
            words: "Nobody on record has this NHS number".to_owned(),
        }]));
    }
    Ok(people)
}

fn look(fact: Fact) -> Option<OfficerLook> {
    Some(match fact {
        Fact::Change(entry) => OfficerLook {
            at: entry.at,
            actor: entry.actor,
            role: Some(entry.role),
            organisation: None,
            changed: true,
            refused: false,
            source: entry.source,
            people: Vec::new(),
            rest: 0,
        },
        Fact::Read(entry) => OfficerLook {
            at: Timestamp::from_microsecond(entry.at).ok()?,
            refused: !entry
                .reads
                .iter()
                .any(|read| read.result == ReadResult::Disclosed),
            actor: entry.actor,
            role: Role::from_number(entry.role),
            organisation: (!entry.organisation.is_empty()).then_some(entry.organisation),
            changed: false,
            source: String::new(),
            people: Vec::new(),
            rest: 0,
        },
    })
}
