//! Who asks and why: arguments of every read and write. Numbers are stored, from append-only registries
//! (`record/data/roles.registry.csv`, `record/data/purposes.registry.csv`).

use std::collections::BTreeSet;
use std::sync::Arc;

use fhir::LocalReference;

/// A person or system that acts, by internal id; never a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Sarsen's own id of the actor (at most 64 characters); never a name or a national number.
    pub id: String,
    /// In which role the actor acts.
    pub role: Role,
    /// The ODS code of the organisation acted for.
    pub organisation: Option<String>,
    /// What else the rules of access go by. Nothing of it is stored.
    pub standing: Arc<Standing>,
}

impl Actor {
    /// Somebody of whom nothing more is known: no activity, no place in any record, no assurance.
    #[must_use]
    pub fn new(id: impl Into<String>, role: Role, organisation: Option<String>) -> Actor {
        Actor {
            id: id.into(),
            role,
            organisation,
            standing: Arc::default(),
        }
    }

    /// Sarsen itself, at work for nobody in particular.
    #[must_use]
    pub fn house(id: impl Into<String>) -> Actor {
        Actor::new(id, Role::System, None).with_standing(Standing {
            house: true,
            ..Standing::default()
        })
    }

    /// The same actor with this standing.
    #[must_use]
    pub fn with_standing(self, standing: Standing) -> Actor {
        Actor {
            standing: Arc::new(standing),
            ..self
        }
    }
}

/// What is known of an actor besides the role, from the way they signed in and from the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Standing {
    /// The national job role, such as `S8000:G8000:R8000`, when one was asserted.
    pub job_role: Option<String>,
    /// National activity codes (`B0360`: view detailed health records), by which the policies permit.
    pub activities: BTreeSet<String>,
    /// Who the actor is in records, as references there name them: the organisation, the Practitioner and their roles, the
    /// teams; for a citizen the Patient, and the RelatedPersons that a citizen is to others.
    pub parties: BTreeSet<LocalReference>,
    /// Digests of the addresses where the actor lives, as [`crate::access::Facts`] has them.
    pub homes: BTreeSet<u64>,
    /// Digests of the NHS numbers by which the actor's own record names somebody as related to them.
    pub kin: BTreeSet<u64>,
    /// The Patient that the actor is themself, member of staff or citizen.
    pub own_record: Option<String>,
    /// How surely the identity was proved, 0 to 3 (NHS CIS2), or 0, 5 or 9 (NHS login).
    pub identity_assurance: u8,
    /// How surely the actor signed in just now, 0 to 3.
    pub authentication_assurance: u8,
    /// What a system or app was granted, as SMART scopes; none for people at Sarsen's own pages, whom no scope limits.
    pub scopes: Option<String>,
    /// The purpose for which a system or app was registered, where that is not the care of those whom it asks of.
    pub purpose: Option<Purpose>,
    /// The one person an app was launched for, as a Patient id.
    pub launched_for: Option<String>,
    /// Sarsen itself: an import by the operator, a reactor. Nobody who comes in by a door is this.
    pub house: bool,
}

/// The role in which somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The development token of a demo: admitted to everything, on synthetic data only.
    Development,
    /// A clinician.
    Clinician,
    /// A care co-ordinator.
    Coordinator,
    /// An operator of the hub.
    Operator,
    /// An administrator of a service.
    Administrator,
    /// A privacy officer or Caldicott guardian.
    PrivacyOfficer,
    /// The person herself or a proxy.
    Citizen,
    /// Another system.
    System,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] = [
        Role::Development,
        Role::Clinician,
        Role::Coordinator,
        Role::Operator,
        Role::Administrator,
        Role::PrivacyOfficer,
        Role::Citizen,
        Role::System,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Role::Development => 1,
            Role::Clinician => 2,
            Role::Coordinator => 3,
            Role::Operator => 4,
            Role::Administrator => 5,
            Role::PrivacyOfficer => 6,
            Role::Citizen => 7,
            Role::System => 8,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Role::Development => "development",
            Role::Clinician => "clinician",
            Role::Coordinator => "coordinator",
            Role::Operator => "operator",
            Role::Administrator => "administrator",
            Role::PrivacyOfficer => "privacy-officer",
            Role::Citizen => "citizen",
            Role::System => "system",
        }
    }

    /// The role behind a stored number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.number() == number)
    }
}

/// Why a person's data are read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Care of this person.
    DirectCare,
    /// Running the service.
    ServiceManagement,
    /// Population health, pseudonymised.
    PopulationHealth,
    /// Risk stratification for case-finding.
    RiskStratification,
    /// Research.
    Research,
    /// Commissioning.
    Commissioning,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 6] = [
        Purpose::DirectCare,
        Purpose::ServiceManagement,
        Purpose::PopulationHealth,
        Purpose::RiskStratification,
        Purpose::Research,
        Purpose::Commissioning,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Purpose::DirectCare => 1,
            Purpose::ServiceManagement => 2,
            Purpose::PopulationHealth => 3,
            Purpose::RiskStratification => 4,
            Purpose::Research => 5,
            Purpose::Commissioning => 6,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Purpose::DirectCare => "direct-care",
            Purpose::ServiceManagement => "service-management",
            Purpose::PopulationHealth => "population-health",
            Purpose::RiskStratification => "risk-stratification",
            Purpose::Research => "research",
            Purpose::Commissioning => "commissioning",
        }
    }

    /// The purpose behind a stored number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Purpose> {
        Purpose::ALL
            .into_iter()
            .find(|purpose| purpose.number() == number)
    }
}
