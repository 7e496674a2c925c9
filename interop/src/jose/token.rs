//! Reading a signed token: the signature first, then the claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::key_set::KeySet;

/// The longest token that is read, in bytes.
const MOST: usize = 16 << 10;
/// By how much another's clock may differ, in seconds.
pub(crate) const LEEWAY: i64 = 30;

/// The claims of a token whose signature is right.
pub(crate) type Claims = Map<String, Value>;

/// Why a token is not taken. The words are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenFault {
    #[error("the token is not a signed JWT")]
    Form,
    #[error("the token is signed in a way that is not taken")]
    Algorithm,
    #[error("no key of the signer fits the token")]
    Key,
    #[error("the token's signature is not right")]
    Signature,
    #[error("the token has expired, or is not yet valid")]
    Time,
}

/// What a token says before anything of it is believed: who signs, and with which key.
#[derive(Debug, Clone)]
pub(crate) struct Peeked {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: Option<String>,
    pub(crate) claims: Claims,
}

/// Reads a token without believing it, to find out whose keys it asks for.
///
/// # Errors
/// [`TokenFault::Form`], [`TokenFault::Algorithm`].
pub(crate) fn peek(token: &str) -> Result<Peeked, TokenFault> {
    let (header, claims, _) = parts(token)?;
    let header = object(header)?;
    // An extension that has to be understood is one that we do not understand.
    if header.contains_key("crit") {
        return Err(TokenFault::Algorithm);
    }
    let algorithm = header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(Algorithm::from_name)
        .ok_or(TokenFault::Algorithm)?;
    Ok(Peeked {
        algorithm,
        key: header.get("kid").and_then(Value::as_str).map(str::to_owned),
        claims: object(claims)?,
    })
}

/// The claims of a token that one of `keys` signed by one of `allowed`.
///
/// # Errors
/// [`TokenFault`] but for the time.
pub(crate) fn verify(token: &str, keys: &KeySet, allowed: &[Algorithm]) -> Result<Claims, TokenFault> {
    let peeked = peek(token)?;
    if !allowed.contains(&peeked.algorithm) {
        return Err(TokenFault::Algorithm);
    }
    let key = peeked.key.as_deref();
    if !keys.has(key, peeked.algorithm) {
        return Err(TokenFault::Key);
    }
    let (_, _, signature) = parts(token)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenFault::Form)?;
    let message = token.rsplit_once('.').map_or("", |(message, _)| message);
    if !keys.verify(key, peeked.algorithm, message.as_bytes(), &signature) {
        return Err(TokenFault::Signature);
    }
    Ok(peeked.claims)
}

/// Refuses claims whose time is not now: `exp` has to be there and ahead, `nbf` and `iat` may not be.
///
/// # Errors
/// [`TokenFault::Time`].
pub(crate) fn expect_now(claims: &Claims, now: Timestamp) -> Result<i64, TokenFault> {
    let seconds = |name: &str| claims.get(name).and_then(whole);
    let now = now.as_second();
    let expires = seconds("exp").ok_or(TokenFault::Time)?;
    let begun = |name: &str| match claims.get(name) {
        None => true,
        Some(_) => seconds(name).is_some_and(|at| at <= now + LEEWAY),
    };
    if expires <= now - LEEWAY || !begun("nbf") || !begun("iat") {
        return Err(TokenFault::Time);
    }
    Ok(expires)
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let seconds = value.as_f64()?;
        // Beyond this a number of seconds is no time that anybody means.
        (0.0..1e11).contains(&seconds).then_some(seconds as i64)
    })
}

fn parts(token: &str) -> Result<(&str, &str, &str), TokenFault> {
    if token.len() > MOST {
        return Err(TokenFault::Form);
    }
    let mut parts = token.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(claims), Some(signature), None) => Ok((header, claims, signature)),
        _ => Err(TokenFault::Form),
    }
}

fn object(part: &str) -> Result<Claims, TokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Form)
}
