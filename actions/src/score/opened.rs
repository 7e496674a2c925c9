//! A record as it is opened for what is worked out of it: published scores, and what somebody is due. The rule who opens them stands here
//! alone.

use std::sync::Arc;

use ::record::access::{Facts, Judge, Whose};
use ::record::{Lens, PersonRead, Purpose};
use fhir::{LocalReference, ResourceType};

use crate::person::{page_id, patient_id};
use crate::risk::read_through;
use crate::{ActionError, Actions, Actor};

/// What is worked out of one person's record is for their care.
const PURPOSE: Purpose = Purpose::DirectCare;
/// Whoever does not see these has none of it: hardly anything could be said.
const NEEDED: &str = "Condition";

/// A record that was opened.
pub(crate) struct Opened {
    /// Who has to do with the person.
    pub(crate) facts: Arc<Facts>,
    /// The record, as the actor is shown it.
    pub(crate) read: PersonRead,
    /// The id that the person's pages go by.
    pub(crate) page: String,
    lens: Arc<Lens>,
}

/// Whether it opens to this actor: a link to another would lead to "not found". Nothing of the record is read.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub(crate) async fn opens(actions: &Actions, actor: &Actor, page: &str) -> Result<bool, ActionError> {
    let Some(patient) = patient_id(actions, actor, PURPOSE, page) else {
        return Ok(false);
    };
    let (_, lens) = eyes(actions, actor, &patient).await?;
    Ok(sees(&lens, NEEDED))
}

impl Opened {
    /// The record of the person whose pages go by this id. To whoever sees no conditions there is none.
    ///
    /// # Errors
    /// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Unavailable`].
    pub(crate) async fn of(actions: &Actions, actor: &Actor, page: &str) -> Result<Opened, ActionError> {
        let patient = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
        let (facts, lens) = eyes(actions, actor, &patient).await?;
        if facts.whose == Whose::Person && !sees(&lens, NEEDED) {
            return Err(ActionError::NotFound);
        }
        let read = read_through(actions, actor, &actions.sight(actor, PURPOSE), &patient).await?;
        let patient = actions.record.survivor_of(&patient).await?;
        Ok(Opened {
            page: page_id(actions, actor, PURPOSE, &patient)?,
            facts,
            read,
            lens,
        })
    }

    /// Its resources.
    pub(crate) fn bodies(&self) -> Vec<&[u8]> {
        let resources = self.read.resources.iter();
        resources.map(|stored| stored.json.as_slice()).collect()
    }

    /// Whether the actor's role sees this type of resource.
    pub(crate) fn sees(&self, name: &str) -> bool {
        sees(&self.lens, name)
    }
}

/// Who has to do with the person, and what the actor therefore sees.
async fn eyes(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
) -> Result<(Arc<Facts>, Arc<Lens>), ActionError> {
    let themself = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: patient.to_owned(),
    };
    let facts = actions.record.facts_of(&themself).await?;
    let lens = actions.judge(actor, PURPOSE).lens(&facts);
    Ok((facts, lens))
}

fn sees(lens: &Lens, name: &str) -> bool {
    ResourceType::from_name(name).is_some_and(|kind| lens.read.contains(kind))
}
