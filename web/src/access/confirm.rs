//! Proving again who one is, before what a session alone does not do; then back to where one was.

use actions::ActionError;
use actions::access::accounts::{Answer, confirm_code, finish_confirming, start_entering};
use actions::access::sessions::{self, Renewed, Sessions};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::access::entered::in_session;
use crate::access::knocking::Knocking;
use crate::access::passkey::PasskeyForm;
use crate::access::sign_in::wait_words;
use crate::access::step::{PasskeyAsked, StepView};
use crate::access::tied::no_randomness;
use crate::app::{App, SignedIn};
use crate::components::FieldKind;
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::session::fresh_secret;

/// Where to go back to.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct Back {
    next: String,
    passkey: Option<String>,
}

/// An address of our own pages, or the first of them: nobody is sent elsewhere.
pub(crate) fn own_address(next: &str) -> &str {
    let plain = next
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~?=&".contains(&byte));
    if next.starts_with('/') && !next.starts_with("//") && plain && next.len() <= 300 {
        next
    } else {
        "/"
    }
}

/// The address of this page, from which one goes back to `next`, an address of ours.
pub(crate) fn confirm_address(next: &str) -> String {
    let escaped = own_address(next)
        .replace('?', "%3F")
        .replace('=', "%3D")
        .replace('&', "%26");
    format!("/confirm?next={escaped}")
}

fn view(app: &App, session: &SignedIn, next: &str, error: Option<&str>) -> Response {
    let mut view = StepView::new(
        app.frame_of(Some(&session.0)),
        session.0.csrf.clone(),
        "/confirm",
        "Show that it is you",
    )
    .saying("What you are about to do needs a code of your authenticator app. You go back to where you were.")
    .asking(
        "code",
        "Code",
        "6 digits, or a recovery code",
        FieldKind::OneTimeCode,
        error,
    );
    view.hidden.push(("next", next.to_owned()));
    if app.settings.passkeys.is_some() {
        view.links.push((
            format!("{}&passkey=1", confirm_address(next)),
            "Use a passkey instead",
        ));
    }
    let status = if view.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page(status, &view)
}

async fn passkey_view(app: &App, session: &SignedIn, next: &str, error: Option<&str>) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Some(passkeys) = &app.settings.passkeys else {
        return Failure::NotFound.respond(frame);
    };
    let options = match start_entering(&app.actions, passkeys, &session.0.held.key).await {
        Ok(options) => options,
        Err(error) => return Failure::of(error).respond(frame),
    };
    let mut view = StepView::new(
        frame,
        session.0.csrf.clone(),
        "/confirm/passkey",
        "Show that it is you",
    )
    .refused(error.map(|words| ("passkey", words)));
    view.hidden.push(("next", next.to_owned()));
    view.passkey = Some(PasskeyAsked { verb: "get", options });
    page(StatusCode::OK, &view)
}

/// `GET /confirm`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let back = back.map(|Query(back)| back).unwrap_or_default();
    let next = own_address(&back.next);
    if back.passkey.is_some() {
        passkey_view(&app, &session, next, None).await
    } else {
        view(&app, &session, next, None)
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ConfirmForm {
    csrf: String,
    next: String,
    code: String,
}

/// `POST /confirm`: a code.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    knocking: Knocking,
    Sent(form): Sent<ConfirmForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    let next = own_address(&form.next);
    match confirm_code(&app.actions, &session.0.held.holder, &form.code, knocking.knock()).await {
        Ok(Answer::Right) => confirmed(&app, &session, next).await,
        Ok(Answer::Wait(minutes)) => view(&app, &session, next, Some(&wait_words(minutes))),
        Ok(Answer::NotSetUp) => {
            let words = "You have no second factor here: sign in with an account that has one";
            view(&app, &session, next, Some(words))
        }
        Ok(Answer::Wrong | Answer::Again) => view(
            &app,
            &session,
            next,
            Some("The code is not right, or was used before"),
        ),
        Err(error) => Failure::of(error).respond(app.frame_of(Some(&session.0))),
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ConfirmPasskeyForm {
    #[serde(flatten)]
    passkey: PasskeyForm,
    next: String,
}

/// `POST /confirm/passkey`.
pub(crate) async fn submit_passkey(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<ConfirmPasskeyForm>,
) -> Response {
    let accepted = session.accepted(form, &headers, |form| &form.passkey.csrf);
    let form = match accepted {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    let Some(passkeys) = &app.settings.passkeys else {
        return Failure::NotFound.respond(app.frame_of(Some(&session.0)));
    };
    let (held, next) = (&session.0.held, own_address(&form.next));
    let answer = finish_confirming(
        &app.actions,
        passkeys,
        &held.key,
        &held.holder,
        &form.passkey.credential,
    )
    .await;
    match answer {
        Ok(Answer::Right) => confirmed(&app, &session, next).await,
        Ok(_) => {
            passkey_view(
                &app,
                &session,
                next,
                Some("The passkey was not accepted. Try again"),
            )
            .await
        }
        Err(error) => Failure::of(error).respond(app.frame_of(Some(&session.0))),
    }
}

async fn confirmed(app: &App, session: &SignedIn, next: &str) -> Response {
    let renewed = Renewed {
        role: None,
        confirmed: Some(app.actions.system_now()),
    };
    match renew(app, session, renewed, next).await {
        Ok(response) => response,
        Err(error) => Failure::of(error).respond(app.frame_of(Some(&session.0))),
    }
}

/// The session goes on under a new secret.
pub(crate) async fn renew(
    app: &App,
    session: &SignedIn,
    renewed: Renewed,
    to: &str,
) -> Result<Response, ActionError> {
    let Ok(secret) = fresh_secret() else {
        return Ok(no_randomness().respond(app.frame_of(None)));
    };
    let held = &session.0.held;
    if !sessions::renew(&app.actions, &held.key, &secret, renewed).await? {
        return Err(ActionError::NotFound);
    }
    app.searches.move_to(&held.key, &Sessions::key(&secret));
    Ok(in_session(app, &secret, to, None))
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn the_way_back_keeps_its_question() {
        let address = super::confirm_address("/staff/person/a/results?name=b&c=d");
        assert_eq!(
            address,
            "/confirm?next=/staff/person/a/results%3Fname%3Db%26c%3Dd"
        );
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        for own in [
            "/staff/person",
            "/staff/person/0198d2f4-0000/results?name=a&b=c",
            "/",
        ] {
            assert_eq!(own_address(own), own);
        }
        for other in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "evil.example",
            "",
            "/%2f/evil.example",
            "/a:b",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/ /evil.example",
            "/a\r\nb",
        ] {
            assert_eq!(own_address(other), "/", "{other}");
        }
    }
}
