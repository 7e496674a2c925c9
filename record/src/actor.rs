//! Who asks and why: arguments of every read and write. Numbers are stored, from append-only registries
//! (`record/data/roles.registry.csv`, `record/data/purposes.registry.csv`).

/// A person or system that acts, by internal id; never a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Sarsen's own id of the actor (at most 64 characters); never a name or a national number.
    pub id: String,
    /// In which role the actor acts.
    pub role: Role,
    /// The ODS code of the organisation acted for.
    pub organisation: Option<String>,
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
