//! What an account is. It is kept as JSON; a field that a later release adds has a default.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Role;

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// Somebody who works here.
    Staff,
    /// Somebody who is cared for, or who cares for them.
    Citizen,
}

/// A role that an account may sign in to; a session holds exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRole {
    /// What it is called within the account: a small number, as text.
    pub id: String,
    /// The code of the role.
    pub role: String,
    /// What the list of roles calls it: "GP at Example Surgery".
    pub words: String,
    /// The ODS code of the organisation acted for.
    #[serde(default)]
    pub organisation: Option<String>,
    /// The national job role.
    #[serde(default)]
    pub job_role: Option<String>,
    /// National activity codes.
    #[serde(default)]
    pub activities: BTreeSet<String>,
    /// Who else this is in records, as references: `CareTeam/…`, `PractitionerRole/…`, `RelatedPerson/…`.
    #[serde(default)]
    pub parties: BTreeSet<String>,
}

impl AccountRole {
    /// The role, when this release knows it and people may have it.
    #[must_use]
    pub fn known(&self) -> Option<Role> {
        role_of(&self.role)
    }
}

/// The role behind a code; none for those that no person holds.
pub(super) fn role_of(code: &str) -> Option<Role> {
    Role::ALL
        .into_iter()
        .find(|role| role.code() == code && !matches!(role, Role::Development | Role::System))
}

/// An identity at a provider that comes in as an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Link {
    /// The provider's name in the settings.
    pub(super) provider: String,
    /// The digest of its issuer and of its own name for them.
    pub(super) identity: String,
    /// Since when.
    pub(super) since: Timestamp,
    /// The organisations (ODS codes) for which they work, as the provider said when they last came.
    #[serde(default)]
    pub(super) works_for: BTreeSet<String>,
}

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The internal id, by which the audit names them.
    pub id: String,
    /// The name they sign in with.
    pub name: String,
    /// Whose account it is.
    pub kind: AccountKind,
    /// The roles to choose from.
    pub roles: Vec<AccountRole>,
    /// The Patient that they are themself.
    #[serde(default)]
    pub person: Option<String>,
    /// The Practitioner that they are.
    #[serde(default)]
    pub practitioner: Option<String>,
    /// How surely the identity was proved before the account was given: 0 to 3, of citizens 0, 5 or 9.
    #[serde(default)]
    pub identity: u8,
    /// Nobody can sign in with it.
    #[serde(default)]
    pub disabled: bool,
    /// An invented person of a demo: on a synthetic record, a button is enough.
    #[serde(default)]
    pub demo: bool,
    /// When it was made.
    pub made: Timestamp,
    /// The hash of the password, with its parameters.
    #[serde(default)]
    pub(super) password: Option<String>,
    /// The second factor.
    #[serde(default)]
    pub(super) second: Option<SecondFactor>,
    /// Digests of the recovery codes that were not used.
    #[serde(default)]
    pub(super) recovery: Vec<String>,
    /// Passkeys.
    #[serde(default)]
    pub(super) passkeys: Vec<KeptPasskey>,
    /// Identities at providers that come in as it: one at each provider.
    #[serde(default)]
    pub(super) links: Vec<Link>,
}

/// Codes that change every half minute.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SecondFactor {
    /// The secret, sealed.
    pub(super) sealed: String,
    /// The step of the last code that was taken: none is taken twice.
    pub(super) last_step: u64,
}

/// A passkey and what its holder calls it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptPasskey {
    /// Which one, on pages and in forms.
    pub(super) id: String,
    /// The holder's word for it.
    pub(super) words: String,
    /// When it was added.
    pub(super) added: Timestamp,
    /// The credential, as the library keeps it: a public key and a counter.
    pub(super) credential: serde_json::Value,
}

impl Account {
    /// The role with this id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&AccountRole> {
        self.roles
            .iter()
            .find(|role| role.id == id && role.known().is_some())
    }

    /// Whether a password was set.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Whether codes of a second factor are set up.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.second.is_some()
    }

    /// How many recovery codes are left.
    #[must_use]
    pub fn recovery_codes(&self) -> usize {
        self.recovery.len()
    }

    /// The providers with which it is linked, by name, and since when.
    #[must_use]
    pub fn links(&self) -> Vec<(String, Timestamp)> {
        let told = |link: &Link| (link.provider.clone(), link.since);
        self.links.iter().map(told).collect()
    }

    /// The organisations (ODS codes) for which they work: by the account's roles, and as its providers said.
    #[must_use]
    pub fn works_for(&self) -> BTreeSet<String> {
        let roles = self.roles.iter().filter_map(|role| role.organisation.clone());
        let vouched = self.links.iter().flat_map(|link| link.works_for.iter().cloned());
        roles.chain(vouched).collect()
    }

    /// The passkeys: which, what the holder calls it, since when.
    #[must_use]
    pub fn passkeys(&self) -> Vec<(String, String, Timestamp)> {
        let told = |key: &KeptPasskey| (key.id.clone(), key.words.clone(), key.added);
        self.passkeys.iter().map(told).collect()
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}
