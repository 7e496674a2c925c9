//! What every request carries: who asks, in which format, under which conditions, with which body.

use actions::access::Caller;
use actions::record::{self, Precondition};
use actions::{Actor, Purpose};
use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use bytes::{Bytes, BytesMut};
use fhir::{IssueCode, ResourceType};
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::BodyExt;

use super::Door;
use super::refusal::Refusal;
use crate::smart::BearerError;

/// What somebody asks for: care, but for a client that was registered for another purpose.
pub(crate) fn purpose(actor: &Actor) -> Purpose {
    actor.standing.purpose.unwrap_or(Purpose::DirectCare)
}

/// The actor of the bearer token.
pub(crate) async fn actor(door: &Door, headers: &HeaderMap) -> Result<Actor, Refusal> {
    let refused = || {
        Refusal::new(
            401,
            IssueCode::Login,
            "send a valid token: Authorization: Bearer <token>",
        )
    };
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(refused)?;
    let (scheme, token) = value.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    let found = door.bearer.actor(&door.actions, token.trim()).await;
    found.map_err(|why| match why {
        BearerError::Record(error) => error.into(),
        BearerError::Invalid => Refusal::token("the token is none, has ended, or was taken back"),
    })
}

/// Who asks. It comes first of what a handler takes: a stranger learns nothing, not even that the address was wrong.
pub(crate) struct Who(pub(crate) Actor);

/// Whose token it is, where that was found out before the request came to its handler.
#[derive(Clone)]
struct Found(Actor);

impl FromRequestParts<Door> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Who, Refusal> {
        match parts.extensions.remove() {
            Some(Found(actor)) => Ok(Who(actor)),
            None => Ok(Who(actor(door, &parts.headers).await?)),
        }
    }
}

/// Tells whoever counts requests whose token it is; what a token admits to is decided where it is used.
pub(super) async fn tell_caller(door: &Door, request: &mut Request) {
    let Some(caller) = request.extensions().get::<Caller>().cloned() else {
        return;
    };
    if let Ok(actor) = actor(door, request.headers()).await {
        caller.is(&actor);
        request.extensions_mut().insert(Found(actor));
    }
}

/// The resource type in the address.
pub(crate) fn resource_type(name: &str) -> Result<ResourceType, Refusal> {
    ResourceType::from_name(name).ok_or_else(|| {
        let words =
            "the address does not begin with a FHIR R4 resource type (they are case-sensitive: Patient)";
        Refusal::new(404, IssueCode::NotSupported, words)
    })
}

/// The id in the address.
pub(crate) fn id(text: &str) -> Result<&str, Refusal> {
    if ::record::ids::is_id(text) {
        return Ok(text);
    }
    Err(Refusal::new(
        400,
        IssueCode::Value,
        "an id has 1 to 64 letters, digits, hyphens or dots, and nothing else",
    ))
}

/// Refuses what we cannot answer in: FHIR JSON is the one format served.
pub(crate) fn acceptable(headers: &HeaderMap, format: Option<&str>) -> Result<(), Refusal> {
    let refused = || {
        Err(Refusal::new(
            406,
            IssueCode::NotSupported,
            "answers are application/fhir+json",
        ))
    };
    if let Some(format) = format {
        let format = format.replace(' ', "+");
        return match format.split(';').next().unwrap_or_default() {
            "json" | "application/json" | "application/fhir+json" | "text/json" => Ok(()),
            _ => refused(),
        };
    }
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Ok(());
    };
    let Ok(accept) = accept.to_str() else {
        return refused();
    };
    let served = accept.split(',').any(|range| {
        let kind = range
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        matches!(
            kind.as_str(),
            "*/*" | "application/*" | "application/json" | "application/fhir+json" | ""
        )
    });
    if served { Ok(()) } else { refused() }
}

/// Refuses a body that is not UTF-8 JSON by its own label.
pub(crate) fn json_body(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = |words: &str| Err(Refusal::new(415, IssueCode::NotSupported, words));
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return refused("send the body without Content-Encoding");
    }
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let Ok(kind) = kind.to_str() else {
        return refused("the Content-Type cannot be read");
    };
    let mut parts = kind.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !matches!(
        media.as_str(),
        "application/fhir+json" | "application/json" | "text/json"
    ) {
        return refused("send application/fhir+json");
    }
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        if name.trim().eq_ignore_ascii_case("charset") && !matches!(value.as_str(), "utf-8" | "utf8") {
            return refused("FHIR JSON is UTF-8: leave the charset out, or say charset=utf-8");
        }
    }
    Ok(())
}

/// The whole body, within the size and time that are allowed.
pub(crate) async fn body(door: &Door, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let most = door.actions.limits().max_bytes;
    let too_large = || {
        let words = format!("the body is larger than {most} bytes; send it in parts, or use sarsen import");
        Refusal::new(413, IssueCode::TooLong, words)
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    match tokio::time::timeout(door.settings.body_timeout, collect(body, most)).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(too_large()),
        Ok(Err(())) => Err(Refusal::new(
            400,
            IssueCode::Incomplete,
            "the body ended before its announced end; nothing was kept",
        )),
        Err(_) => Err(Refusal::new(
            408,
            IssueCode::Timeout,
            "the body took too long to arrive; nothing was kept",
        )),
    }
}

async fn collect(mut body: Body, most: usize) -> Result<Option<Bytes>, ()> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ())?.into_data() else {
            continue;
        };
        if first.as_ref().map_or(0, Bytes::len) + rest.len() + data.len() > most {
            return Ok(None);
        }
        match &first {
            None => first = Some(data),
            Some(_) => rest.extend_from_slice(&data),
        }
    }
    let first = first.unwrap_or_default();
    if rest.is_empty() {
        return Ok(Some(first));
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(Some(whole.freeze()))
}

/// What a write carries beside its body.
pub(crate) fn write_request(headers: &HeaderMap) -> Result<record::Request, Refusal> {
    let key = match headers.get("idempotency-key") {
        None => None,
        Some(value) => {
            let key = value.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
            let words = "Idempotency-Key has 1 to 200 printable ASCII characters";
            Some(
                key.ok_or_else(|| Refusal::new(400, IssueCode::Value, words))?
                    .to_owned(),
            )
        }
    };
    Ok(record::Request {
        source: "fhir".to_owned(),
        idempotency_key: key,
    })
}

/// `If-Match` and `If-None-Match` of a write.
pub(crate) fn precondition(headers: &HeaderMap) -> Result<Precondition, Refusal> {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
        (None, None) => Ok(Precondition::None),
        (Some(tag), None) => record::etag(tag).map(Precondition::Version).ok_or_else(|| {
            Refusal::new(
                400,
                IssueCode::Value,
                "If-Match is one version tag, such as W/\"3\"",
            )
        }),
        (None, Some("*")) => Ok(Precondition::Absent),
        _ => Err(Refusal::new(
            400,
            IssueCode::NotSupported,
            "send If-Match: W/\"n\" or If-None-Match: *, not both",
        )),
    }
}

/// `Prefer: return=…` of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Return {
    Representation,
    Minimal,
    Outcome,
}

pub(crate) fn preferred(headers: &HeaderMap) -> Return {
    let prefer = headers
        .get("prefer")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    for part in prefer.split([',', ';']).map(str::trim) {
        match part {
            "return=minimal" => return Return::Minimal,
            "return=OperationOutcome" => return Return::Outcome,
            _ => {}
        }
    }
    Return::Representation
}
