//! Ids before the commit: each new resource gets one in the bucket of its person, so that entries can point at each
//! other.

use std::collections::HashMap;

use fhir::{Bundle, HomeRule, Issue, IssueCode, ResourceType};

use super::plan::{Ask, form_pairs};
use crate::record::search::matching_ids;
use crate::{ActionError, Actions, Actor, Purpose};

/// Where each entry's resource will stand, and what its `fullUrl` becomes.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    /// By entry: the id a create will have.
    pub(super) ids: Vec<Option<String>>,
    /// By entry: the resource that a condition found instead.
    pub(super) found: Vec<Option<String>>,
    /// From an entry's `fullUrl` to `Type/id`.
    addresses: HashMap<String, String>,
}

impl Assigned {
    /// The replacement of a reference that names another entry.
    pub(super) fn rewrite(&self, reference: &str) -> Option<String> {
        self.addresses.get(reference).cloned()
    }
}

pub(super) async fn assign(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    bundle: &Bundle<'_>,
    asks: &[Ask],
) -> Result<Assigned, ActionError> {
    let mut assigned = Assigned {
        ids: vec![None; asks.len()],
        found: vec![None; asks.len()],
        ..Assigned::default()
    };
    let mut waiting = Vec::new();
    for (position, (entry, ask)) in bundle.entries.iter().zip(asks).enumerate() {
        match ask {
            Ask::Create {
                resource_type,
                condition,
            } => {
                if let Some(query) = condition {
                    match matching_ids(actions, actor, purpose, query).await?.as_slice() {
                        [] => {}
                        [one] => {
                            if let Some(address) = &entry.full_url {
                                let target = format!("{}/{one}", resource_type.name());
                                assigned.addresses.insert(address.clone(), target);
                            }
                            assigned.found[position] = Some(one.clone());
                            continue;
                        }
                        _ => {
                            return Err(ActionError::Precondition(format!(
                                "Bundle.entry[{position}].request.ifNoneExist finds more than one resource"
                            )));
                        }
                    }
                }
                waiting.push(position);
            }
            Ask::Put {
                resource_type, id, ..
            } => {
                if let Some(address) = &entry.full_url {
                    assigned
                        .addresses
                        .insert(address.clone(), format!("{}/{id}", resource_type.name()));
                }
            }
            Ask::Delete { .. } | Ask::Read { .. } | Ask::Search { .. } => {}
        }
    }
    conditional_references(actions, actor, purpose, bundle, &mut assigned).await?;
    // People and units first: what hangs on them then knows its bucket.
    let mut dependent = Vec::new();
    for position in waiting {
        let Some(resource) = bundle.entries[position].resource else {
            continue;
        };
        match resource.home(&|_| None) {
            home @ (HomeRule::Itself | HomeRule::Unit(None)) => {
                let bucket = actions.record.bucket_for(&home).await;
                give(
                    actions,
                    bundle,
                    &mut assigned,
                    position,
                    resource.resource_type(),
                    bucket,
                );
            }
            HomeRule::Person(_) | HomeRule::Unit(Some(_)) => dependent.push(position),
        }
    }
    for position in dependent {
        let Some(resource) = bundle.entries[position].resource else {
            continue;
        };
        let home = resource.home(&|reference| assigned.rewrite(reference));
        let bucket = actions.record.bucket_for(&home).await;
        give(
            actions,
            bundle,
            &mut assigned,
            position,
            resource.resource_type(),
            bucket,
        );
    }
    unresolved(bundle, &assigned)?;
    Ok(assigned)
}

fn give(
    actions: &Actions,
    bundle: &Bundle<'_>,
    assigned: &mut Assigned,
    position: usize,
    resource_type: ResourceType,
    bucket: ::record::ids::Bucket,
) {
    let id = actions.record.new_id(bucket);
    if let Some(address) = &bundle.entries[position].full_url {
        assigned
            .addresses
            .insert(address.clone(), format!("{}/{id}", resource_type.name()));
    }
    assigned.ids[position] = Some(id);
}

/// References by search (`Practitioner?identifier=…`) are held to name exactly one resource of the record.
async fn conditional_references(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    bundle: &Bundle<'_>,
    assigned: &mut Assigned,
) -> Result<(), ActionError> {
    for (position, entry) in bundle.entries.iter().enumerate() {
        let Some(resource) = entry.resource else { continue };
        for reference in resource.references() {
            let Some((name, condition)) = reference.split_once('?') else {
                continue;
            };
            if name.contains("://") || assigned.addresses.contains_key(reference) {
                continue;
            }
            let expression = format!("Bundle.entry[{position}].resource");
            let resource_type = ResourceType::from_name(name).ok_or_else(|| {
                let words = "a reference by search begins with a resource type".to_owned();
                ActionError::Invalid(vec![Issue::error(
                    IssueCode::Value,
                    Some(expression.clone()),
                    words,
                )])
            })?;
            let query =
                fhir::search::parse(resource_type, &form_pairs(condition)).map_err(ActionError::Invalid)?;
            let found = matching_ids(actions, actor, purpose, &query).await?;
            let [one] = found.as_slice() else {
                let count = if found.is_empty() { "no" } else { "more than one" };
                return Err(ActionError::Precondition(format!(
                    "{expression}: a reference by search to {name} finds {count} resource"
                )));
            };
            assigned
                .addresses
                .insert(reference.to_owned(), format!("{name}/{one}"));
        }
    }
    Ok(())
}

/// A `urn:uuid:` or `urn:oid:` reference can only mean another entry; one that means none is refused.
fn unresolved(bundle: &Bundle<'_>, assigned: &Assigned) -> Result<(), ActionError> {
    let mut issues = Vec::new();
    for (position, entry) in bundle.entries.iter().enumerate() {
        let Some(resource) = entry.resource else { continue };
        for reference in resource.references() {
            let urn = reference.starts_with("urn:uuid:") || reference.starts_with("urn:oid:");
            if urn && !assigned.addresses.contains_key(reference) && issues.len() < 20 {
                issues.push(Issue::error(
                    IssueCode::NotFound,
                    Some(format!("Bundle.entry[{position}].resource")),
                    "a reference names no entry of this Bundle; give the entry that fullUrl or send Type/id"
                        .to_owned(),
                ));
            }
        }
    }
    if issues.is_empty() {
        Ok(())
    } else {
        Err(ActionError::Invalid(issues))
    }
}
