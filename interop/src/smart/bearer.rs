//! The bearer token of a request to the FHIR door: one of ours, or a signed one of an issuer that the operator trusts.

use std::sync::Arc;

use actions::access::smart;
use actions::{ActionError, Actions, Actor, Role, Standing};
use care::access::scope::{Level, Scopes};
use serde_json::Value;

use crate::jose::{Algorithm, RemoteKeys, expect_now, peek};
use crate::outward::may_ask;

/// The signatures that are taken on access tokens.
const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Es256,
    Algorithm::Es384,
];

/// An issuer of access tokens as it is configured.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// The issuer, exactly as its tokens name it.
    pub issuer: String,
    /// Where its keys stand.
    pub keys_url: String,
    /// What its tokens say they are for, when they are for us.
    pub audience: String,
    /// The most that its tokens may do: `system/` scopes.
    pub scopes: String,
    /// The ODS code of the organisation that its systems act for.
    pub organisation: String,
}

/// An issuer whose access tokens are taken.
pub struct Issuer {
    settings: IssuerSettings,
    keys: RemoteKeys,
}

impl Issuer {
    /// # Errors
    /// The setting that cannot be used and the rule it breaks.
    pub fn new(settings: IssuerSettings) -> Result<Issuer, String> {
        let broken = |setting: &str, rule: &str| {
            let issuer = &settings.issuer;
            Err(format!("access.issuers: {setting} of {issuer}: {rule}"))
        };
        match url::Url::parse(&settings.keys_url) {
            Ok(address) if may_ask(&address) => {}
            _ => return broken("keys_url", "an https address (http on this machine alone)"),
        }
        if settings.issuer.is_empty() || settings.audience.is_empty() {
            return broken("audience", "say who the issuer is, and whom its tokens are for");
        }
        let scopes = Scopes::parse(&settings.scopes).at(&[Level::System]);
        if scopes.resources().is_empty() {
            return broken("scopes", "at least one, such as system/Observation.rs");
        }
        Ok(Issuer {
            keys: RemoteKeys::new(&settings.keys_url),
            settings,
        })
    }
}

/// Who comes with a bearer token. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bearer {
    issuers: Arc<Vec<Issuer>>,
}

/// Why nobody comes with it.
#[derive(Debug)]
pub enum BearerError {
    /// The token is none, has ended, or was taken back.
    Invalid,
    /// The record cannot be read.
    Record(ActionError),
}

impl Bearer {
    /// With tokens of these issuers besides our own.
    #[must_use]
    pub fn with(issuers: Vec<Issuer>) -> Bearer {
        Bearer {
            issuers: Arc::new(issuers),
        }
    }

    /// The actor that this token stands for, limited to what was granted.
    pub(crate) async fn actor(&self, actions: &Actions, token: &str) -> Result<Actor, BearerError> {
        if let Some(actor) = actions::access::sign_in(actions, token) {
            return Ok(actor);
        }
        if is_ours(token) {
            let found = smart::with_token(actions, token).await;
            return found.map_err(BearerError::Record)?.ok_or(BearerError::Invalid);
        }
        self.foreign(actions, token).await.ok_or(BearerError::Invalid)
    }

    async fn foreign(&self, actions: &Actions, token: &str) -> Option<Actor> {
        let peeked = peek(token).ok()?;
        let name = peeked.claims.get("iss")?.as_str()?;
        let issuer = self.issuers.iter().find(|one| one.settings.issuer == name)?;
        let verified = issuer.keys.verify(token, &ALGORITHMS).await;
        let claims = verified
            .inspect_err(|why| tracing::info!(%why, "a bearer token was refused"))
            .ok()?;
        expect_now(&claims, actions.system_now()).ok()?;
        let audience = &issuer.settings.audience;
        let is_for_us = match claims.get("aud")? {
            Value::Array(all) => all.iter().any(|one| one == audience.as_str()),
            one => one == audience.as_str(),
        };
        if !is_for_us {
            return None;
        }
        let scopes = match claims.get("scope").or_else(|| claims.get("scp"))? {
            Value::Array(words) => words
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            words => words.as_str()?.to_owned(),
        };
        let levels = [Level::System];
        let allowed = Scopes::parse(&issuer.settings.scopes).at(&levels);
        let granted = Scopes::parse(&scopes).at(&levels).within(&allowed);
        if granted.resources().is_empty() {
            return None;
        }
        let claim = |name: &str| claims.get(name).and_then(Value::as_str);
        let client = claim("client_id")
            .or_else(|| claim("azp"))
            .or_else(|| claim("sub"))?;
        // Nothing that another chose becomes an id of ours.
        let digest = ring::digest::digest(&ring::digest::SHA256, format!("{name}\n{client}").as_bytes());
        let id: String = digest
            .as_ref()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let organisation = Some(issuer.settings.organisation.clone()).filter(|code| !code.is_empty());
        Some(
            Actor::new(format!("issued-{id}"), Role::System, organisation).with_standing(Standing {
                scopes: Some(granted.to_string()),
                ..Standing::default()
            }),
        )
    }
}

/// Whether this is a token of ours in form: 64 hexadecimal digits.
fn is_ours(token: &str) -> bool {
    token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}
