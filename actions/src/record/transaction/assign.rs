//! Ids before the commit: each new resource gets one in the bucket of its person, so that entries can point at each
//! other.

use std::collections::{BTreeMap, HashMap};

use fhir::{Bundle, HomeRule, Issue, IssueCode, ResourceType};

use super::found::Found;
use super::plan::{Ask, form_pairs};
use crate::record::condition::matching;
use crate::{ActionError, Actions, Actor, Purpose};

/// Where each entry's resource will stand, and what its `fullUrl` becomes.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    /// By entry: the id a create will have.
    pub(super) ids: Vec<Option<String>>,
    /// The resources that conditions found instead, by entry.
    pub(super) found: BTreeMap<usize, Found>,
    /// From an entry's `fullUrl` to `Type/id`.
    addresses: HashMap<String, String>,
}

impl Assigned {
    /// The replacement of a reference that names another entry. A relative one (`Type/id`) in an entry whose own
    /// `fullUrl` is RESTful is first taken from the same base (FHIR R4, bundle.html#references).
    pub(super) fn rewrite(&self, full_url: Option<&str>, reference: &str) -> Option<String> {
        let beside = full_url
            .and_then(base)
            .filter(|_| is_relative(reference))
            .and_then(|base| self.addresses.get(&format!("{base}/{reference}")));
        beside.or_else(|| self.addresses.get(reference)).cloned()
    }
}

/// The base of a RESTful address, `http(s)://base/Type/id`.
fn base(full_url: &str) -> Option<&str> {
    if !full_url.starts_with("http://") && !full_url.starts_with("https://") {
        return None;
    }
    let (place, id) = full_url.rsplit_once('/')?;
    let (base, name) = place.rsplit_once('/')?;
    (::record::ids::is_id(id) && ResourceType::from_name(name).is_some()).then_some(base)
}

/// Whether a reference is `Type/id`.
fn is_relative(reference: &str) -> bool {
    reference
        .split_once('/')
        .is_some_and(|(name, id)| ResourceType::from_name(name).is_some() && ::record::ids::is_id(id))
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
                    match matching(actions, actor, purpose, query).await?.as_slice() {
                        [] => {}
                        [one] => {
                            if let Some(address) = &entry.full_url {
                                let target = format!("{}/{}", resource_type.name(), one.id);
                                assigned.addresses.insert(address.clone(), target);
                            }
                            assigned.found.insert(position, Found::of(one));
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
        let full_url = bundle.entries[position].full_url.as_deref();
        let home = resource.home(&|reference| assigned.rewrite(full_url, reference));
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
            let found = matching(actions, actor, purpose, &query).await?;
            let [one] = found.as_slice() else {
                let count = if found.is_empty() { "no" } else { "more than one" };
                return Err(ActionError::Precondition(format!(
                    "{expression}: a reference by search to {name} finds {count} resource"
                )));
            };
            assigned
                .addresses
                .insert(reference.to_owned(), format!("{name}/{}", one.id));
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

#[cfg(test)]
mod tests {
    use super::{Assigned, base};

    #[test]
    fn only_a_restful_address_has_a_base() {
        assert_eq!(
            base("https://gp.example/fhir/Patient/1"),
            Some("https://gp.example/fhir")
        );
        for other in [
            "urn:uuid:1",
            "https://gp.example/fhir/People/1",
            "Patient/1",
            "https://x",
        ] {
            assert_eq!(base(other), None, "{other}");
        }
    }

    #[test]
    fn a_relative_reference_means_the_entry_under_the_same_base_before_our_own() {
        let mut assigned = Assigned::default();
        let place = |address: &str, target: &str| (address.to_owned(), target.to_owned());
        assigned.addresses.extend([
            place("https://a.example/Patient/1", "Patient/a"),
            place("https://b.example/Patient/1", "Patient/b"),
        ]);
        let of = |full_url, reference| assigned.rewrite(full_url, reference);
        assert_eq!(
            of(Some("https://b.example/Observation/9"), "Patient/1").as_deref(),
            Some("Patient/b")
        );
        assert_eq!(
            of(
                Some("https://b.example/Observation/9"),
                "https://a.example/Patient/1"
            )
            .as_deref(),
            Some("Patient/a")
        );
        assert_eq!(of(Some("https://c.example/Observation/9"), "Patient/1"), None);
        assert_eq!(of(Some("urn:uuid:1"), "Patient/1"), None);
    }
}
