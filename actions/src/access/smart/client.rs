//! Clients: systems and apps that an operator registered.

use ::record::{Drawer, Expected, Purpose};
use care::access::scope::{Interaction, Level, Scopes};
use fhir::ResourceType;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::token::{digest, same};
use crate::{ActionError, Actions};

/// A system or app that may ask for tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its id: 1 to 64 of letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// What people are told it is called.
    pub name: String,
    /// The ODS code of the organisation that it acts for.
    #[serde(default)]
    pub organisation: Option<String>,
    /// How it proves who it is.
    pub proof: Proof,
    /// Where people may be sent back to, compared letter by letter.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where an app is opened from a person's record.
    #[serde(default)]
    pub launch_uri: Option<String>,
    /// The most that it may be granted.
    pub scopes: String,
    /// A system that brings what happened, of anybody, under ids of its own choice, and reads back nothing of those with whom its
    /// organisation has nothing to do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub feed: bool,
    /// What it asks for, as [`Purpose::code`], where that is not care.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// It may ask for nothing any more.
    #[serde(default)]
    pub disabled: bool,
}

/// How a client proves who it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// It cannot: an app on a person's own device, with a proof key (PKCE) alone.
    Public,
    /// By a secret; its SHA-256 in hexadecimal digits.
    Secret(String),
    /// By a signature with a key whose public half we know.
    Keys(ClientKeys),
}

/// The public keys of a client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKeys {
    /// They stand at this address, where they may change.
    At(String),
    /// This JWK set.
    Set(serde_json::Value),
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Proof {
    /// By this secret.
    #[must_use]
    pub fn secret(secret: &str) -> Proof {
        Proof::Secret(digest(secret))
    }
}

impl Client {
    /// What it asks for, where that is not care.
    pub(super) fn purpose(&self) -> Option<Purpose> {
        let code = self.purpose.as_deref()?;
        Purpose::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether it may ask for tokens with nobody signed in.
    #[must_use]
    pub fn is_backend(&self) -> bool {
        self.redirect_uris.is_empty()
    }

    /// # Errors
    /// The rule that it breaks.
    fn check(&self) -> Result<(), String> {
        let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"._-".contains(&letter);
        if self.id.is_empty() || self.id.len() > 64 || !self.id.bytes().all(plain) {
            return Err("client.id: 1 to 64 letters, digits, dots, underscores and hyphens".to_owned());
        }
        let broken = |rule: &str| Err(format!("client {}: {rule}", self.id));
        if self.name.trim().is_empty() || self.name.chars().count() > 80 {
            return broken("name: 1 to 80 characters");
        }
        let scopes = Scopes::parse(&self.scopes);
        if scopes.resources().is_empty() {
            return broken("scopes: at least one for resources, such as system/Observation.rs");
        }
        for address in self.redirect_uris.iter().chain(&self.launch_uri) {
            let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
            let local = local.iter().any(|start| {
                let rest = address.strip_prefix(start);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
            });
            let plain =
                address.is_ascii() && !address.contains(['#', ' ', '\\', '@']) && !address.contains("..");
            if !plain || !(address.starts_with("https://") || local) {
                return broken("redirect_uris: https (http on this machine alone), without a fragment");
            }
        }
        if self.is_backend() && !matches!(self.proof, Proof::Keys(_)) {
            return broken("proof: a system without redirect_uris proves itself by keys");
        }
        if self.purpose.is_some() && self.purpose().is_none() {
            return broken(
                "purpose: direct-care, service-management, population-health, risk-stratification, research or commissioning",
            );
        }
        if self.feed && !matches!(self.purpose(), None | Some(Purpose::DirectCare)) {
            return broken("purpose: a feed brings what happened in somebody's care");
        }
        if self.feed && !self.is_backend() {
            return broken("feed: an app that people open is no feed; a feed has no redirect_uris");
        }
        if self.feed && self.organisation.is_none() {
            return broken("feed: a feed acts for an organisation (an ODS code)");
        }
        let writes = [Interaction::Create, Interaction::Update];
        let brings = |kind: ResourceType| {
            writes
                .into_iter()
                .any(|interaction| scopes.permits_at(Level::System, kind.name(), interaction))
        };
        if self.feed && !ResourceType::all().any(brings) {
            return broken("scopes: a feed writes something, such as system/Observation.cu");
        }
        Ok(())
    }
}

/// Registers a client, or changes one.
///
/// # Errors
/// [`ActionError::Rule`] when it breaks a rule.
pub async fn add_client(actions: &Actions, client: &Client) -> Result<(), ActionError> {
    client.check().map_err(|words| ActionError::Rule {
        about: "client",
        words,
    })?;
    let value = serde_json::to_vec(client).map_err(|_| ActionError::Unavailable("not kept".to_owned()))?;
    let cabinet = actions.record.cabinet();
    cabinet
        .put(Drawer::Client, &client.id, Expected::Any, value, None)
        .await?;
    Ok(())
}

/// Ends what a client may ask for; says whether there was one.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn disable_client(actions: &Actions, id: &str) -> Result<bool, ActionError> {
    let Some(mut client) = kept(actions, id).await? else {
        return Ok(false);
    };
    client.disabled = true;
    add_client(actions, &client).await?;
    Ok(true)
}

/// Every client, by id.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn clients(actions: &Actions) -> Result<Vec<Client>, ActionError> {
    let kept = actions
        .record
        .cabinet()
        .list(Drawer::Client, "", None, 1000)
        .await?;
    Ok(kept
        .iter()
        .filter_map(|one| serde_json::from_slice(&one.value).ok())
        .collect())
}

/// The client with this id, unless it was disabled.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn client(actions: &Actions, id: &str) -> Result<Option<Client>, ActionError> {
    Ok(kept(actions, id).await?.filter(|client| !client.disabled))
}

async fn kept(actions: &Actions, id: &str) -> Result<Option<Client>, ActionError> {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"._-".contains(&letter);
    if id.is_empty() || id.len() > 64 || !id.bytes().all(plain) {
        return Ok(None);
    }
    let kept = actions.record.cabinet().get(Drawer::Client, id).await?;
    Ok(kept.and_then(|kept| serde_json::from_slice(&kept.value).ok()))
}

/// Whether this is the client's secret. Digests are compared, in a time that tells nothing.
#[must_use]
pub fn prove_secret(client: &Client, secret: &str) -> bool {
    match &client.proof {
        Proof::Secret(known) => same(known, &digest(secret)),
        Proof::Public | Proof::Keys(_) => false,
    }
}

/// The digest under which a one-time id of a client is remembered.
pub(super) fn used_key(client: &str, id: &str) -> String {
    let digest = Sha256::new()
        .chain_update(client)
        .chain_update([0])
        .chain_update(id)
        .finalize();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("assertion/{hex}")
}
