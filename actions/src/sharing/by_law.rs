//! Who acts for the person by law and not because the person gave it: attorneys for health and welfare, and people with parental
//! responsibility. The person reads who they are and who wrote it down; staff alone change it (`who_decides`).

use std::collections::BTreeSet;

use ::record::access::Facts;
use ::record::{Role, Standing, Stored};
use fhir::{LocalReference, ResourceType};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use super::acting::{own_patient, own_resources};
use super::named::entry;
use super::organisations::organisation_names;
use super::proxies::{codes_of, day, name_of_consent, scopes};
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// By which law somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// A lasting power of attorney for health and welfare (Mental Capacity Act 2005, section 9).
    Attorney,
    /// Parental responsibility (Children Act 1989, section 3), while the person is under 16.
    Parent,
}

/// Somebody who acts by law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActsByLaw {
    pub name: String,
    pub law: Law,
    /// What an attorney may do, by code of [`super::SCOPES`]; what a parent sees is said by the policies alone.
    pub scopes: Vec<String>,
    pub until: Option<Date>,
    /// They act now.
    pub acts: bool,
    /// When it was written down.
    pub recorded: Option<Date>,
    /// The organisation that wrote it down, by name, or by code where the directory has none.
    pub recorded_by: Option<String>,
}

/// Everybody who acts for the person by law, as far as the person sees; what has ended is not listed.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn acts_by_law(actions: &Actions, actor: &Actor) -> Result<Vec<ActsByLaw>, ActionError> {
    let patient = own_patient(actor).ok_or(ActionError::NotFound)?;
    let resources = own_resources(actions, actor, |kind| {
        matches!(kind.name(), "Consent" | "RelatedPerson")
    })
    .await?;
    let reference = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: patient.to_owned(),
    };
    let facts = actions.record.facts_of(&reference).await?;
    let age = actions.judge(actor, PURPOSE).situation(&facts).age;
    let today = actions.care_now().date();
    let consents: Vec<Value> = resources.iter().filter_map(active_consent).collect();
    let is = |consent: &Value, code: &str| codes_of(&consent["category"]).any(|found| found == code);
    let lacks_capacity = consents
        .iter()
        .filter(|consent| is(consent, codes::access::LACKS_CAPACITY))
        .any(|consent| day(consent, "end").is_some_and(|until| today <= until));
    let mut all = Vec::new();
    for consent in &consents {
        let until = day(consent, "end");
        let (law, acts) = if is(consent, codes::access::ATTORNEY) {
            let runs = until.is_some_and(|until| today <= until);
            (Law::Attorney, runs && lacks_capacity)
        } else if is(consent, codes::access::PARENT) {
            (Law::Parent, parent_acts(actions, &facts, consent))
        } else {
            continue;
        };
        let grew_up =
            law == Law::Parent && age.is_some_and(|age| age >= care::access::children::ADULT_CONSENT);
        if grew_up || until.is_some_and(|until| until < today) {
            continue;
        }
        all.push(ActsByLaw {
            name: name_of_consent(consent, &resources),
            law,
            scopes: scopes(consent),
            until,
            acts,
            recorded: recorded(consent),
            recorded_by: recorded_by(actions, actor, consent).await?,
        });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn active_consent(stored: &Stored) -> Option<Value> {
    if stored.resource_type.name() != "Consent" {
        return None;
    }
    let consent: Value = serde_json::from_slice(&stored.json).ok()?;
    (consent["status"] == "active").then_some(consent)
}

/// Whether whom a Consent of parental responsibility names sees the record now: the rules themselves say so, for somebody who is nothing
/// but that.
pub(super) fn parent_acts(actions: &Actions, facts: &Facts, consent: &Value) -> bool {
    let Some(party) = party(consent) else {
        return false;
    };
    let parent = Actor::new("parent", Role::Citizen, None).with_standing(Standing {
        parties: BTreeSet::from([party]),
        ..Standing::default()
    });
    let situation = actions.judge(&parent, PURPOSE).situation(facts);
    situation.parent && !situation.competent
}

/// Whom it names, as somebody related.
pub(super) fn party(consent: &Value) -> Option<LocalReference> {
    let who = &consent["provision"]["actor"][0]["reference"]["reference"];
    let id = who.as_str()?.strip_prefix("RelatedPerson/")?.to_owned();
    let resource_type = ResourceType::from_name("RelatedPerson")?;
    Some(LocalReference { resource_type, id })
}

fn recorded(consent: &Value) -> Option<Date> {
    let text = consent["dateTime"].as_str()?;
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(care::london::date_of(moment)),
        Err(_) => text.parse().ok(),
    }
}

async fn recorded_by(
    actions: &Actions,
    actor: &Actor,
    consent: &Value,
) -> Result<Option<String>, ActionError> {
    let organisation = &consent["organization"][0];
    if let Some(id) = organisation["reference"]
        .as_str()
        .and_then(|text| text.strip_prefix("Organization/"))
    {
        let entry = entry(actions, actor, "Organization", id).await?;
        return Ok(entry["name"].as_str().map(str::to_owned));
    }
    let identifier = &organisation["identifier"];
    let code = match identifier["value"].as_str() {
        Some(code) if identifier["system"] == codes::system::ODS_ORGANISATION => code,
        _ => return Ok(None),
    };
    let mut names = organisation_names(actions, actor, &BTreeSet::from([code.to_owned()])).await?;
    let unnamed = || format!("an organisation with the code {code}");
    Ok(Some(names.remove(code).unwrap_or_else(unnamed)))
}
