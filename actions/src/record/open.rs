//! A nurse opens a record: one read of one person, from which every page of it is made.

use std::sync::{Mutex, PoisonError};

use ::record::{PersonRead, RequestId, Stored};
use care::record::PersonRecord;
use fhir::ResourceType;
use mapping::{Reading, Survey, directory_references};

use crate::person::patient_id;
use crate::{ActionError, Actions, Actor, Purpose};

/// How much of the record the page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What a clinician must know in two minutes; chosen from the packed index entries, so that old bodies stay unread.
    FirstTwoMinutes,
    /// Everything.
    FullStory,
}

/// The record of the person whose pages go by this id ([`crate::person::page_id`]) or whose Patient has it, with the names of the organisations and workers behind its facts.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Unavailable`]. A refusal is audited too.
pub async fn open(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    person_id: &str,
    part: Part,
) -> Result<PersonRecord, ActionError> {
    let patient = patient_id(actions, actor, purpose, person_id).ok_or(ActionError::NotFound)?;
    let request = actions.record.new_request();
    let read = person(actions, actor, purpose, request, &patient, part).await?;
    let reading = Reading::of(read.resources.iter().map(|stored| stored.json.as_slice()));
    let mut lent = directory(actions, actor, purpose, request, reading.directory_references()).await?;
    // The directory names who works where: a role found there names its worker and organisation.
    let mut further = directory_references(lent.iter().map(|stored| stored.json.as_slice()));
    further.retain(|(kind, id)| {
        !lent
            .iter()
            .any(|known| known.id == *id && known.resource_type.name() == kind)
    });
    lent.extend(directory(actions, actor, purpose, request, further).await?);
    let mut record = reading.record(lent.iter().map(|stored| stored.json.as_slice()));
    for also in &mut record.also_known_as {
        let joined = read
            .identity
            .joined
            .iter()
            .find(|joined| joined.id == also.person.id);
        also.joined = joined.map(|joined| (joined.at, joined.reason.words().to_owned()));
    }
    record.not_read = read
        .not_selected
        .iter()
        .map(|(kind, count)| (kind.name().to_owned(), *count))
        .collect();
    Ok(record)
}

async fn person(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: RequestId,
    person_id: &str,
    part: Part,
) -> Result<PersonRead, ActionError> {
    let sight = actions.sight_at("page", actor, purpose);
    let mut ask = actions.record.ask(&sight, actor, purpose, request);
    let held = match part {
        Part::FullStory => ask.person(person_id, &|_| true).await,
        Part::FirstTwoMinutes => {
            let survey = Mutex::new(Survey::new(actions.care_clock.now()));
            let seen = ask
                .person(person_id, &|entry| {
                    let mut survey = survey.lock().unwrap_or_else(PoisonError::into_inner);
                    survey.see(entry.resource_type.name(), &entry.id, entry.entry);
                    false
                })
                .await;
            let needed = survey
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)
                .finish();
            match seen {
                Ok(_) => {
                    ask.person(person_id, &|entry| {
                        needed.wants(entry.resource_type.name(), &entry.id)
                    })
                    .await
                }
                Err(error) => Err(error),
            }
        }
    };
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

/// The resources of the directory that are there; one that is not lends no name.
async fn directory(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: RequestId,
    references: Vec<(String, String)>,
) -> Result<Vec<Stored>, ActionError> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let sight = actions.sight(actor, purpose);
    let mut ask = actions.record.ask(&sight, actor, purpose, request);
    let mut held = Vec::with_capacity(references.len());
    for (kind, id) in references {
        let Some(kind) = ResourceType::from_name(&kind) else {
            continue;
        };
        match ask.read(kind, &id).await {
            Ok(stored) => held.push(stored),
            Err(::record::ReadError::Storage(error)) => return Err(error.into()),
            Err(_) => {}
        }
    }
    let disclosed = ask.disclose().await?;
    Ok(held.into_iter().map(|stored| stored.open(&disclosed)).collect())
}
