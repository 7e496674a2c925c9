//! `/oauth/token`, `/oauth/introspect` and `/oauth/revoke`.

use actions::access::smart::{self, Granted, NotGranted};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::Smart;
use super::answer::{json_of, open, refused};
use super::form::Form;

/// `POST /oauth/token`.
pub(super) async fn post(State(smart): State<Smart>, headers: HeaderMap, body: Bytes) -> Response {
    let granted = grant(&smart, &headers, &body).await;
    // Which client it would have been is not known for sure: what it says of itself is not kept.
    if let Err(NotGranted::Client | NotGranted::Grant) = &granted
        && let Err(error) = actions::audit::turned_away(&smart.actions, None).await
    {
        return open(refused(&NotGranted::Record(error)));
    }
    open(granted.map_or_else(|why| refused(&why), |body| json_of(StatusCode::OK, &body)))
}

async fn grant(smart: &Smart, headers: &HeaderMap, body: &[u8]) -> Result<Value, NotGranted> {
    let form = Form::parse(headers, body).ok_or(NotGranted::Request)?;
    let actions = &smart.actions;
    let named = ["client_id", "client_assertion_type"]
        .iter()
        .any(|name| form.get(name).is_some());
    let unnamed = !named && !headers.contains_key(header::AUTHORIZATION);
    let client = match (form.get("grant_type"), form.get("refresh_token")) {
        (Some("refresh_token"), Some(token)) if unnamed => smart::public_client_of(actions, token).await?,
        _ => smart.proved(headers, &form).await?,
    };
    let granted = match form.get("grant_type") {
        Some("client_credentials") => {
            let asked = form.get("scope").ok_or(NotGranted::Scope)?;
            smart::for_system(actions, &client, asked).await?
        }
        Some("authorization_code") => {
            let code = form.get("code").ok_or(NotGranted::Request)?;
            let back = form.get("redirect_uri").ok_or(NotGranted::Request)?;
            let verifier = form.get("code_verifier").ok_or(NotGranted::Grant)?;
            smart::redeem(actions, &client, code, back, verifier).await?
        }
        Some("refresh_token") => {
            let token = form.get("refresh_token").ok_or(NotGranted::Request)?;
            smart::refresh(actions, &client, token, form.get("scope")).await?
        }
        Some(_) => return Err(NotGranted::Unsupported),
        None => return Err(NotGranted::Request),
    };
    body_of(smart, &client.id, granted).await
}

async fn body_of(smart: &Smart, client: &str, granted: Granted) -> Result<Value, NotGranted> {
    let identity = smart.identity(client, &granted).await;
    let identity = identity.map_err(NotGranted::Record)?;
    let mut body = json!({
        "access_token": granted.access,
        "token_type": "Bearer",
        "expires_in": granted.seconds,
        "scope": granted.scopes,
    });
    let more = [
        ("refresh_token", granted.refresh),
        ("patient", granted.patient.clone()),
        ("id_token", identity),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            body[name] = value.into();
        }
    }
    if granted.patient.is_some() {
        // The app shows whose record it is: we do not stand around it.
        body["need_patient_banner"] = true.into();
    }
    Ok(body)
}

/// `POST /oauth/introspect` (RFC 7662): to the client whose token it is.
pub(super) async fn introspect(State(smart): State<Smart>, headers: HeaderMap, body: Bytes) -> Response {
    let told = async {
        let form = Form::parse(&headers, &body).ok_or(NotGranted::Request)?;
        let client = smart.proved(&headers, &form).await?;
        let token = form.get("token").ok_or(NotGranted::Request)?;
        let found = smart::introspect(&smart.actions, &client, token).await?;
        Ok::<Value, NotGranted>(match found {
            None => json!({ "active": false }),
            Some((scopes, patient, end)) => {
                let mut body = json!({ "active": true, "scope": scopes, "client_id": client.id, "token_type": "Bearer" });
                if let Some(patient) = patient {
                    body["patient"] = patient.into();
                }
                if let Some(end) = end {
                    body["exp"] = end.as_second().into();
                }
                body
            }
        })
    };
    told.await
        .map_or_else(|why| refused(&why), |body| json_of(StatusCode::OK, &body))
}

/// `POST /oauth/revoke` (RFC 7009): the same answer whether it was a token or not.
pub(super) async fn revoke(State(smart): State<Smart>, headers: HeaderMap, body: Bytes) -> Response {
    let done = async {
        let form = Form::parse(&headers, &body).ok_or(NotGranted::Request)?;
        let client = smart.proved(&headers, &form).await?;
        let token = form.get("token").ok_or(NotGranted::Request)?;
        smart::revoke(&smart.actions, &client, token).await?;
        Ok::<(), NotGranted>(())
    };
    let done = done.await;
    open(done.map_or_else(|why| refused(&why), |()| json_of(StatusCode::OK, &json!({}))))
}
