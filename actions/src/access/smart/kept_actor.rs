//! An actor as a grant keeps it.

use std::collections::BTreeSet;

use ::record::{Actor, Role, Standing};
use fhir::{LocalReference, ResourceType};
use serde::{Deserialize, Serialize};

/// Everything of an actor that the rules of access go by. Only Sarsen itself is never kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeptActor {
    id: String,
    role: u16,
    organisation: Option<String>,
    job_role: Option<String>,
    activities: BTreeSet<String>,
    parties: Vec<(String, String)>,
    own_record: Option<String>,
    #[serde(default)]
    homes: BTreeSet<u64>,
    #[serde(default)]
    kin: BTreeSet<u64>,
    identity_assurance: u8,
    authentication_assurance: u8,
}

impl KeptActor {
    pub(super) fn of(actor: &Actor) -> KeptActor {
        let standing = &actor.standing;
        let party = |party: &LocalReference| (party.resource_type.name().to_owned(), party.id.clone());
        KeptActor {
            id: actor.id.clone(),
            role: actor.role.number(),
            organisation: actor.organisation.clone(),
            job_role: standing.job_role.clone(),
            activities: standing.activities.clone(),
            parties: standing.parties.iter().map(party).collect(),
            own_record: standing.own_record.clone(),
            homes: standing.homes.clone(),
            kin: standing.kin.clone(),
            identity_assurance: standing.identity_assurance,
            authentication_assurance: standing.authentication_assurance,
        }
    }

    /// The number of the role.
    pub(super) fn role(&self) -> u16 {
        self.role
    }

    /// The actor, limited to what was granted.
    pub(super) fn limited(self, scopes: &str, launched_for: Option<String>) -> Option<Actor> {
        let parties = self.parties.into_iter().filter_map(|(kind, id)| {
            let resource_type = ResourceType::from_name(&kind)?;
            Some(LocalReference { resource_type, id })
        });
        let standing = Standing {
            job_role: self.job_role,
            activities: self.activities,
            parties: parties.collect(),
            own_record: self.own_record,
            homes: self.homes,
            kin: self.kin,
            identity_assurance: self.identity_assurance,
            authentication_assurance: self.authentication_assurance,
            scopes: Some(scopes.to_owned()),
            launched_for,
            ..Standing::default()
        };
        let role = Role::from_number(self.role)?;
        Some(Actor::new(self.id, role, self.organisation).with_standing(standing))
    }
}
