//! Searches about a person who is read as one with others: a fact may name any of them.

use crate::index::entry::uuid_bytes;
use crate::{LocalReference, ResourceType};

use super::Query;
use super::values::Want;

impl Query {
    /// Every Patient that a condition names, each once.
    #[must_use]
    pub fn patients(&self) -> Vec<LocalReference> {
        let Some(patient) = ResourceType::from_name("Patient") else {
            return Vec::new();
        };
        let mut named: Vec<LocalReference> = Vec::new();
        for want in self.predicates.iter().flat_map(|predicate| &predicate.wants) {
            if let Want::Reference {
                resource_type: Some(kind),
                id,
                ..
            } = want
                && *kind == patient
                && !named.iter().any(|known| known.id == *id)
            {
                named.push(LocalReference {
                    resource_type: patient,
                    id: id.clone(),
                });
            }
        }
        named
    }

    /// The same search, in which the first Patient may as well be any of the others: wherever a condition names it, they
    /// are alternatives.
    pub fn read_as_one(&mut self, named: &LocalReference, others: &[LocalReference]) {
        for predicate in &mut self.predicates {
            let names_it = predicate.wants.iter().any(|want| {
                matches!(want, Want::Reference { resource_type: Some(kind), id, .. }
                    if *kind == named.resource_type && *id == named.id)
            });
            if names_it {
                predicate.wants.extend(others.iter().map(|other| Want::Reference {
                    resource_type: Some(other.resource_type),
                    id: other.id.clone(),
                    uuid: uuid_bytes(&other.id),
                }));
            }
        }
        if let Some(people) = &mut self.person
            && people.contains(named)
        {
            people.extend_from_slice(others);
            people.sort();
            people.dedup();
        }
    }
}
