//! How many people a team can see in a week: a HealthcareService of the directory, which whoever runs the team changes.

use codes::risk;
use fhir::ResourceType;
use serde_json::{Value, json};

use ::record::{Change, Commit, Expected};

use super::written::organisation;
use crate::population::Scope;
use crate::record::read;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// What is taken for a team that has not said.
const UNSAID: u32 = 10;
/// The most that can be said: a list that nobody can see the end of is none.
const MOST: u32 = 200;
const PURPOSE: Purpose = Purpose::ServiceManagement;

/// How many people a team can see in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    pub people: u32,
    /// Somebody has said so; else it is a number to begin with.
    pub said: bool,
    /// The version on which a change is decided; 0 when nobody has said.
    pub version: u64,
    /// Whether this actor may change it.
    pub may_change: bool,
}

/// The capacity of the team of a scope.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn capacity(actions: &Actions, actor: &Actor, scope: &Scope) -> Result<Capacity, ActionError> {
    let may_change = scope.may_set_capacity(actions, actor);
    let kept = kept(actions, actor, scope).await?;
    let people = kept.as_ref().and_then(|(_, _, service)| people_of(service));
    Ok(Capacity {
        people: people.unwrap_or(UNSAID),
        said: people.is_some(),
        version: kept.map_or(0, |(_, version, _)| version),
        may_change,
    })
}

/// Says how many people the team of a scope can see in a week, 0 to 200, as decided on the version that was seen.
///
/// # Errors
/// [`ActionError::Form`] naming the field; [`ActionError::Forbidden`]; [`ActionError::Conflict`]; [`ActionError::Unavailable`].
pub async fn set_capacity(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    typed: &str,
    version: u64,
) -> Result<(), ActionError> {
    if !scope.may_set_capacity(actions, actor) {
        return Err(ActionError::Forbidden(
            "the capacity is for whoever runs this team to say".to_owned(),
        ));
    }
    let people = typed.trim().parse::<u32>().ok().filter(|people| *people <= MOST);
    let Some(people) = people else {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "people",
            words: format!("Enter how many people the team can see in a week, 0 to {MOST}"),
        }]));
    };
    let kept = kept(actions, actor, scope).await?;
    let current = kept.as_ref().map_or(0, |(_, version, _)| *version);
    if current != version {
        return Err(ActionError::Conflict {
            target: format!("the capacity of {}", scope.name()),
            words: "somebody changed it after you opened the page".to_owned(),
        });
    }
    let mut service = match &kept {
        Some((_, _, service)) => service.clone(),
        None => json!({
            "resourceType": "HealthcareService",
            "identifier": [{ "system": risk::CAPACITY_OF, "value": scope.key() }],
            "active": true,
            "providedBy": organisation(actor),
            "name": format!("Proactive care, {}", scope.name()),
        }),
    };
    let said = json!({ "url": risk::CAPACITY, "valueInteger": people });
    match service["extension"].as_array_mut() {
        Some(all) => {
            all.retain(|one| one["url"] != risk::CAPACITY);
            all.push(said);
        }
        None => service["extension"] = json!([said]),
    }
    let prepared = actions.prepared(service.to_string().as_bytes())?;
    let change = match kept {
        Some((id, version, _)) => Change::Put {
            id,
            prepared,
            expected: Expected::Version(version),
        },
        None => Change::Create { id: None, prepared },
    };
    // The directory is its keeper's; the policies have said that this one number is this actor's.
    let commit = Commit::new("risk-capacity", vec![change]);
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(())
}

/// The service with its id and version.
async fn kept(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
) -> Result<Option<(String, u64, Value)>, ActionError> {
    let kind = ResourceType::from_name("HealthcareService").ok_or(ActionError::NotFound)?;
    let named = format!("{}|{}", risk::CAPACITY_OF, scope.key());
    let query =
        fhir::search::parse(kind, &[("identifier".to_owned(), named)]).map_err(ActionError::Invalid)?;
    let found = actions.record.units_of_directory(&query).await?;
    let Some(reference) = found.first() else {
        return Ok(None);
    };
    let stored = read(actions, actor, PURPOSE, kind, &reference.id).await?;
    let service = serde_json::from_slice(&stored.json)
        .map_err(|_| ActionError::Unavailable("the team's capacity cannot be read".to_owned()))?;
    Ok(Some((stored.id, stored.version, service)))
}

fn people_of(service: &Value) -> Option<u32> {
    let all = service["extension"].as_array()?;
    let said = all.iter().find(|one| one["url"] == risk::CAPACITY)?;
    u32::try_from(said["valueInteger"].as_u64()?)
        .ok()
        .filter(|people| *people <= MOST)
}
