//! `[[access.providers]]`: whom people may sign in with.

use std::path::PathBuf;
use std::sync::Arc;

use actions::access;
use anyhow::{Context, bail};
use interop::oidc::{Credential, OpenId, Preset, ProviderSettings};
use record::clock::SystemClock;
use serde::{Deserialize, Serialize};

/// A provider of sign-in by OpenID Connect.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// Its name in addresses: `a-z`, `0-9`, hyphen.
    pub(crate) name: String,
    /// What the sign-in page calls it; empty: its name.
    #[serde(default)]
    pub(crate) label: String,
    /// Its issuer, exactly as its tokens name it.
    pub(crate) issuer: String,
    /// Who Sarsen is there.
    pub(crate) client_id: String,
    /// A shared secret, or none.
    #[serde(default)]
    pub(crate) client_secret: String,
    /// A private key in PEM, for signed assertions instead of a secret.
    #[serde(default)]
    pub(crate) key_file: PathBuf,
    /// The key's id.
    #[serde(default)]
    pub(crate) key_id: String,
    /// `nhs-cis2`, `nhs-login` or `plain`.
    pub(crate) preset: String,
    /// Scopes beyond the preset's.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// `nhs-login`: vectors of trust to ask for; none: P9 with a second factor.
    #[serde(default)]
    pub(crate) vectors: Vec<String>,
    /// `plain`: the national role code in which everybody from there acts.
    #[serde(default)]
    pub(crate) role: String,
    /// `plain`: the ODS code of their organisation.
    #[serde(default)]
    pub(crate) organisation: String,
    /// `plain`: their national activity codes.
    #[serde(default)]
    pub(crate) activities: Vec<String>,
    /// Classes of authentication (`acr`) to ask for, any of which will do; none: whatever the provider does.
    #[serde(default)]
    pub(crate) acr_values: Vec<String>,
    /// `nhs-cis2`, `plain`: staff who are not linked to an account (`sarsen user link`) are refused.
    #[serde(default)]
    pub(crate) linked_only: bool,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What NHS login is asked for when nothing else is set: the identity proved, and a second factor.
const PROVED: [&str; 3] = ["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"];

/// The providers of these settings, for a server that is known as `public`.
///
/// # Errors
/// The setting that cannot be used, without a secret value.
pub(crate) fn providers(
    configured: &[Provider],
    public: &str,
    clock: &Arc<dyn SystemClock>,
) -> anyhow::Result<access::Providers> {
    let mut known: Vec<Arc<dyn access::Provider>> = Vec::new();
    for one in configured {
        let open = OpenId::new(one.settings(public)?, Arc::clone(clock)).map_err(anyhow::Error::msg)?;
        known.push(Arc::new(open));
    }
    access::Providers::new(known).map_err(anyhow::Error::msg)
}

impl Provider {
    fn settings(&self, public: &str) -> anyhow::Result<ProviderSettings> {
        let name = &self.name;
        let has_key = !self.key_file.as_os_str().is_empty();
        let credential = match (self.client_secret.as_str(), has_key) {
            ("", false) => Credential::Public,
            ("", true) => {
                let file = self.key_file.display();
                let pem = std::fs::read_to_string(&self.key_file).with_context(|| {
                    format!("access.providers: key_file of {name}: {file} cannot be read")
                })?;
                let id = self.key_id.clone();
                Credential::Key { id, pem }
            }
            (_, true) => bail!("access.providers: {name} has client_secret or key_file, not both"),
            (secret, false) => Credential::Secret(secret.to_owned()),
        };
        let preset = match self.preset.as_str() {
            "nhs-cis2" => Preset::NhsCis2,
            "nhs-login" if self.vectors.is_empty() => Preset::NhsLogin {
                vectors: PROVED.map(str::to_owned).to_vec(),
            },
            "nhs-login" => Preset::NhsLogin {
                vectors: self.vectors.clone(),
            },
            "plain" => Preset::Plain {
                role: self.role.clone(),
                organisation: self.organisation.clone(),
                activities: self.activities.clone(),
            },
            _ => bail!("access.providers: preset of {name}: nhs-cis2, nhs-login or plain"),
        };
        Ok(ProviderSettings {
            name: name.clone(),
            label: self.label.clone(),
            issuer: self.issuer.clone(),
            back: format!("{public}/sign-in/back/{name}"),
            client_id: self.client_id.clone(),
            credential,
            preset,
            scopes: self.scopes.clone(),
            acr_values: self.acr_values.clone(),
            linked_only: self.linked_only,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use record::clock::{SystemClock, Wall};

    use super::{Provider, providers};

    fn configured(more: &str) -> Provider {
        let text = format!(
            "name = \"staff\"\nissuer = \"https://sign-in.example\"\nclient_id = \"sarsen\"\n\
             client_secret = \"a-secret-of-ours\"\n{more}"
        );
        toml::from_str(&text).expect("a provider")
    }

    fn refused(more: &str) -> String {
        let clock: Arc<dyn SystemClock> = Arc::new(Wall);
        let refused = providers(&[configured(more)], "https://care.example", &clock);
        format!("{:#}", refused.err().expect("refused"))
    }

    #[test]
    fn a_provider_that_cannot_be_used_is_refused_by_name_without_its_secret() {
        for (more, setting) in [
            ("preset = \"nhs\"", "preset of staff"),
            ("preset = \"plain\"", "role of staff"),
            (
                "preset = \"plain\"\nrole = \"S8000:G8000:R9999\"",
                "role of staff",
            ),
            ("preset = \"nhs-login\"\nvectors = [\"P7\"]", "vectors of staff"),
            (
                "preset = \"nhs-login\"\nlinked_only = true",
                "linked_only of staff",
            ),
            (
                "preset = \"nhs-cis2\"\nacr_values = [\"a b\"]",
                "acr_values of staff",
            ),
            (
                "preset = \"nhs-cis2\"\nkey_file = \"key.pem\"",
                "client_secret or key_file",
            ),
        ] {
            let words = refused(more);
            assert!(words.contains(setting) && !words.contains("a-secret"), "{words}");
        }
        let clock: Arc<dyn SystemClock> = Arc::new(Wall);
        let neighbour = configured("preset = \"plain\"\nrole = \"S8000:G8000:R8001\"");
        assert!(!format!("{neighbour:?}").contains("a-secret"));
        assert!(providers(std::slice::from_ref(&neighbour), "https://care.example", &clock).is_ok());
        let twice = providers(&[neighbour.clone(), neighbour], "https://care.example", &clock);
        assert!(twice.is_err(), "two of one name");
    }
}
