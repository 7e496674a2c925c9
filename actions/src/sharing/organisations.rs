//! Names of organisations by their codes, from the directory.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceType;
use serde_json::Value;

use crate::record::{SearchAsk, search};
use crate::{ActionError, Actions, Actor, Purpose};

/// The names of the organisations with these ODS codes, as far as the directory knows them.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn organisation_names(
    actions: &Actions,
    actor: &Actor,
    asked_for: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, ActionError> {
    let mut names = BTreeMap::new();
    let Some(kind) = ResourceType::from_name("Organization") else {
        return Ok(names);
    };
    for code in asked_for {
        let value = format!("{}|{code}", codes::system::ODS_ORGANISATION);
        let asked = SearchAsk::Query(vec![("identifier".to_owned(), value)]);
        let found = search(actions, actor, Purpose::DirectCare, kind, asked).await?;
        let name = found.hits.iter().find_map(|hit| {
            let json: Value = serde_json::from_slice(&hit.json).ok()?;
            Some(json.get("name")?.as_str()?.to_owned())
        });
        if let Some(name) = name {
            names.insert(code.clone(), name);
        }
    }
    Ok(names)
}
