//! Which client asks: by a signed assertion, by a secret, or, for an app that can keep none, by its id alone.

use actions::access::smart::{self, Client, ClientKeys, NotGranted, Proof};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::Value;

use super::Smart;
use super::form::Form;
use crate::jose::{Algorithm, Claims, KeySet, TokenFault, expect_now, peek, verify};

/// The signatures that clients may use: SMART's two, and what NHS services use.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Rs384, Algorithm::Es384, Algorithm::Rs512];
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest that an assertion may be good for, in seconds (SMART: five minutes).
const LONGEST: i64 = 300;

impl Smart {
    /// The client, proved.
    pub(super) async fn proved(&self, headers: &HeaderMap, form: &Form) -> Result<Client, NotGranted> {
        if let Some(kind) = form.get("client_assertion_type") {
            let assertion = form.get("client_assertion").filter(|_| kind == ASSERTION);
            let client = self.by_assertion(assertion.ok_or(NotGranted::Client)?).await?;
            // Who names themselves beside the assertion is the one who signed it.
            return match form.get("client_id") {
                Some(id) if id != client.id => Err(NotGranted::Client),
                _ => Ok(client),
            };
        }
        if let Some((id, secret)) = basic(headers)? {
            return self.by_secret(&id, &secret).await;
        }
        let id = form.get("client_id").ok_or(NotGranted::Client)?;
        if let Some(secret) = form.get("client_secret") {
            return self.by_secret(id, secret).await;
        }
        let client = smart::client(&self.actions, id)
            .await?
            .ok_or(NotGranted::Client)?;
        match client.proof {
            Proof::Public => Ok(client),
            Proof::Secret(_) | Proof::Keys(_) => Err(NotGranted::Client),
        }
    }

    async fn by_secret(&self, id: &str, secret: &str) -> Result<Client, NotGranted> {
        let client = smart::client(&self.actions, id)
            .await?
            .ok_or(NotGranted::Client)?;
        if smart::prove_secret(&client, secret) {
            Ok(client)
        } else {
            Err(NotGranted::Client)
        }
    }

    async fn by_assertion(&self, assertion: &str) -> Result<Client, NotGranted> {
        let refused = |why: &dyn std::fmt::Display| {
            tracing::info!(%why, "a client's assertion was refused");
            NotGranted::Client
        };
        let peeked = peek(assertion).map_err(|fault| refused(&fault))?;
        let id = text(&peeked.claims, "iss").ok_or(NotGranted::Client)?;
        let client = smart::client(&self.actions, id)
            .await?
            .ok_or(NotGranted::Client)?;
        let claims = self
            .signed_by(&client, assertion)
            .await
            .map_err(|fault| refused(&fault))?;
        let now = self.actions.system_now();
        let expires = expect_now(&claims, now).map_err(|fault| refused(&fault))?;
        if expires - now.as_second() > LONGEST + 5 {
            return Err(refused(&"it is good for longer than five minutes"));
        }
        if text(&claims, "sub") != Some(id) || !self.is_for_us(&claims) {
            return Err(refused(&"it is about somebody else, or for somebody else"));
        }
        let once = text(&claims, "jti")
            .filter(|once| once.len() <= 256)
            .ok_or(NotGranted::Client)?;
        // Remembered a little longer than it could be good for.
        let end = Timestamp::from_second(expires + 120).map_err(|_| NotGranted::Client)?;
        if !smart::use_assertion(&self.actions, id, once, end).await? {
            return Err(refused(&"it was used before"));
        }
        Ok(client)
    }

    async fn signed_by(&self, client: &Client, assertion: &str) -> Result<Claims, TokenFault> {
        match &client.proof {
            Proof::Keys(ClientKeys::At(address)) => {
                let keys = self.keys_at(address).await;
                keys.verify(assertion, &ALGORITHMS).await
            }
            Proof::Keys(ClientKeys::Set(set)) => {
                let keys = KeySet::parse(set).map_err(|_| TokenFault::Key)?;
                verify(assertion, &keys, &ALGORITHMS)
            }
            Proof::Public | Proof::Secret(_) => Err(TokenFault::Key),
        }
    }

    /// Whether the token endpoint, or we as an issuer, are whom it is for.
    fn is_for_us(&self, claims: &Claims) -> bool {
        let ours = [format!("{}/oauth/token", self.public), self.public.to_string()];
        let named = |one: &Value| one.as_str().is_some_and(|one| ours.iter().any(|our| our == one));
        match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(named),
            Some(one) => named(one),
            None => false,
        }
    }
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Id and secret of the Authorization header, form-encoded as RFC 6749 asks.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, NotGranted> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let found = (|| {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let plain = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = plain.split_once(':')?;
        Some((decoded(id)?, decoded(secret)?))
    })();
    found.map(Some).ok_or(NotGranted::Client)
}

fn decoded(text: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, value)), None) if value.is_empty() => Some(name.into_owned()),
        (None, None) => Some(String::new()),
        _ => None,
    }
}
