//! `[[access.clients]]` and `[[access.issuers]]`: which systems and apps come in.

use std::path::PathBuf;

use actions::access::smart::{Client, ClientKeys, Proof};
use anyhow::{Context, bail};
use interop::smart::{Issuer, IssuerSettings};
use serde::{Deserialize, Serialize};

/// A system or app.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSettings {
    /// Its id.
    pub(crate) id: String,
    /// What people are told it is called.
    pub(crate) name: String,
    /// The most that it may be granted.
    pub(crate) scopes: String,
    /// The ODS code of the organisation that it acts for.
    #[serde(default)]
    pub(crate) organisation: String,
    /// Where its public keys stand.
    #[serde(default)]
    pub(crate) keys_url: String,
    /// A file with its public keys, a JWK set.
    #[serde(default)]
    pub(crate) keys_file: PathBuf,
    /// Its secret.
    #[serde(default)]
    pub(crate) secret: String,
    /// Where people may be sent back to.
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
    /// Where it is opened from a record.
    #[serde(default)]
    pub(crate) launch_uri: String,
    /// It is a feed.
    #[serde(default)]
    pub(crate) feed: bool,
    /// What it asks for, where that is not care.
    #[serde(default)]
    pub(crate) purpose: String,
}

impl std::fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientSettings")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The shortest secret that is taken, in characters.
const SHORTEST: usize = 16;

impl ClientSettings {
    /// The client.
    ///
    /// # Errors
    /// The setting that cannot be used, without a secret value.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let id = &self.id;
        let has_file = !self.keys_file.as_os_str().is_empty();
        let proof = match (self.keys_url.as_str(), has_file, self.secret.as_str()) {
            ("", false, "") => Proof::Public,
            ("", false, secret) if secret.chars().count() < SHORTEST => {
                bail!("access.clients: secret of {id}: use at least {SHORTEST} characters")
            }
            ("", false, secret) => Proof::secret(secret),
            (address, false, "") => Proof::Keys(ClientKeys::At(address.to_owned())),
            ("", true, "") => {
                let file = self.keys_file.display();
                let text = std::fs::read_to_string(&self.keys_file)
                    .with_context(|| format!("access.clients: keys_file of {id}: {file} cannot be read"))?;
                let set = serde_json::from_str(&text)
                    .with_context(|| format!("access.clients: keys_file of {id}: {file} is no JWK set"))?;
                Proof::Keys(ClientKeys::Set(set))
            }
            _ => bail!("access.clients: {id} has one of keys_url, keys_file and secret"),
        };
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Ok(Client {
            id: id.clone(),
            name: self.name.clone(),
            organisation: some(&self.organisation),
            proof,
            redirect_uris: self.redirect_uris.clone(),
            launch_uri: some(&self.launch_uri),
            scopes: self.scopes.clone(),
            feed: self.feed,
            purpose: some(&self.purpose),
            disabled: false,
        })
    }
}

/// Somebody else whose access tokens are taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrustedIssuer {
    /// The issuer, exactly as its tokens name it.
    pub(crate) issuer: String,
    /// Where its keys stand.
    pub(crate) keys_url: String,
    /// What its tokens say they are for.
    pub(crate) audience: String,
    /// The most that its tokens may do.
    pub(crate) scopes: String,
    /// The ODS code of the organisation that its systems act for.
    #[serde(default)]
    pub(crate) organisation: String,
}

/// The issuers of these settings.
///
/// # Errors
/// The setting that cannot be used.
pub(crate) fn issuers(configured: &[TrustedIssuer]) -> anyhow::Result<Vec<Issuer>> {
    let issuer = |one: &TrustedIssuer| {
        let one = one.clone();
        let settings = IssuerSettings {
            issuer: one.issuer,
            keys_url: one.keys_url,
            audience: one.audience,
            scopes: one.scopes,
            organisation: one.organisation,
        };
        Issuer::new(settings).map_err(anyhow::Error::msg)
    };
    configured.iter().map(issuer).collect()
}
