//! What an operator sets about a provider.

use openidconnect::IssuerUrl;
use url::Url;

use crate::jose::SigningKey;
use crate::outward::may_ask;

/// A provider as it is configured.
pub struct ProviderSettings {
    /// Its name in addresses: 1 to 40 of `a-z 0-9 -`.
    pub name: String,
    /// What the sign-in page calls it.
    pub label: String,
    /// Its issuer, exactly as its tokens name it.
    pub issuer: String,
    /// Where it sends browsers back to: `https://care.example/sign-in/back/{name}`.
    pub back: String,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it.
    pub credential: Credential,
    /// What it vouches for, and how it says so.
    pub preset: Preset,
    /// Scopes beyond the preset's.
    pub scopes: Vec<String>,
    /// Classes of authentication (`acr`) that are asked for; any of them will do, and none of them is no sign-in.
    pub acr_values: Vec<String>,
    /// Staff are let in when their identity there is linked to an account, and not otherwise.
    pub linked_only: bool,
}

/// How we prove to a provider who we are.
pub enum Credential {
    /// A shared secret.
    Secret(String),
    /// A signature with a private key (`private_key_jwt`): the key in PEM and its id.
    Key {
        /// The key's id in the set that the provider knows.
        id: String,
        /// The private key.
        pem: String,
    },
    /// Nothing: the proof key alone.
    Public,
}

/// What a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preset {
    /// NHS CIS2: staff, with national roles.
    NhsCis2,
    /// NHS login: citizens; the vectors of trust that are asked for, any of which will do.
    NhsLogin {
        /// Such as `P9.Cp.Cd`.
        vectors: Vec<String>,
    },
    /// An organisation's own directory, which asserts no national roles: everybody it lets in acts in this one.
    Plain {
        /// The national role code.
        role: String,
        /// The ODS code of the organisation.
        organisation: String,
        /// The national activity codes.
        activities: Vec<String>,
    },
}

/// Settings that were looked through.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) issuer: IssuerUrl,
    pub(super) back: Url,
    pub(super) client_id: String,
    pub(super) credential: Proof,
    pub(super) preset: Preset,
    pub(super) scopes: Vec<String>,
    pub(super) acr_values: Vec<String>,
    pub(super) linked_only: bool,
}

pub(super) enum Proof {
    Secret(String),
    Key(Box<SigningKey>),
    Public,
}

impl ProviderSettings {
    /// # Errors
    /// The setting that cannot be used and the rule it breaks, without a value that is secret.
    pub(super) fn check(self) -> Result<Checked, String> {
        let name = self.name;
        let broken = |setting: &str, rule: &str| format!("access.providers: {setting} of {name}: {rule}");
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        if name.is_empty() || name.len() > 40 || !name.bytes().all(plain) {
            return Err("access.providers: name: 1 to 40 of a-z, 0-9 and hyphen".to_owned());
        }
        let issuer = IssuerUrl::new(self.issuer).map_err(|_| broken("issuer", "an address"))?;
        if !may_ask(issuer.url()) {
            return Err(broken("issuer", "an https address (http on this machine alone)"));
        }
        let back = Url::parse(&self.back).map_err(|_| broken("server.public_url", "an address"))?;
        if self.client_id.is_empty() {
            return Err(broken("client_id", "say who Sarsen is there"));
        }
        let credential = match self.credential {
            Credential::Secret(secret) => Proof::Secret(secret),
            Credential::Public => Proof::Public,
            Credential::Key { id, pem } => Proof::Key(Box::new(
                SigningKey::from_pem(&id, &pem).map_err(|rule| broken("key_file", rule))?,
            )),
        };
        let is_class = |one: &String| !one.is_empty() && one.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.acr_values.iter().all(is_class) {
            return Err(broken(
                "acr_values",
                "classes of authentication, each without a space",
            ));
        }
        match &self.preset {
            Preset::NhsLogin { .. } if self.linked_only => {
                return Err(broken(
                    "linked_only",
                    "for providers of staff: citizens are not linked",
                ));
            }
            Preset::NhsLogin { vectors } => {
                if vectors.is_empty()
                    || vectors
                        .iter()
                        .any(|one| super::preset::Vector::parse(one).is_none())
                {
                    return Err(broken("vectors", "vectors of trust, such as P9.Cp.Cd"));
                }
                let both = |scope: &str| self.scopes.iter().any(|one| one == scope);
                if both("profile") && both("basic_demographics") {
                    return Err(broken("scopes", "profile or basic_demographics, not both"));
                }
            }
            Preset::Plain { role, activities, .. } => {
                if codes::job_role::role(role).is_none() {
                    return Err(broken(
                        "role",
                        "a national role code that stands in codes/data/job_roles.csv",
                    ));
                }
                if activities.iter().any(|code| !codes::job_role::is_activity(code)) {
                    return Err(broken("activities", "national activity codes, such as B0360"));
                }
            }
            Preset::NhsCis2 => {}
        }
        Ok(Checked {
            label: if self.label.is_empty() {
                name.clone()
            } else {
                self.label
            },
            issuer,
            back,
            client_id: self.client_id,
            credential,
            preset: self.preset,
            scopes: self.scopes,
            acr_values: self.acr_values,
            linked_only: self.linked_only,
            name,
        })
    }
}
