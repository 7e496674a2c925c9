//! Proving again who one is, before what a session alone does not do; then back to where one was.

use actions::ActionError;
use actions::access::accounts::{Answer, account, confirm_code, finish_confirming, start_entering};
use actions::access::sessions::{self, Renewed, Sessions};
use actions::access::{self, NotLetIn};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::access::entered::in_session;
use crate::access::knocking::Knocking;
use crate::access::not_let_in::respond_not_proved;
use crate::access::passkey::PasskeyForm;
use crate::access::sign_in::wait_words;
use crate::access::step::{PasskeyAsked, StepView};
use crate::access::tied::no_randomness;
use crate::access::{provider_cookie, with_provider};
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

/// The page on which somebody shows that it is them: with the provider that they came from, with a code of their account, or both.
async fn view(app: &App, session: &SignedIn, next: &str, error: Option<&str>) -> Response {
    let held = &session.0.held;
    let frame = app.frame_of(Some(&session.0));
    let own = match account(&app.actions, &held.holder).await {
        Ok(own) => own.map(|kept| kept.account),
        Err(error) => return Failure::of(error).respond(frame),
    };
    let from = held.from.as_ref().map(|from| from.provider.as_str());
    let mut view = StepView::new(frame, session.0.csrf.clone(), "/confirm", "Show that it is you");
    let mut takes_code = true;
    let mut takes_passkey = app.settings.passkeys.is_some();
    match from.map(|name| label_of(app, name)) {
        None => {
            view = view.saying(
                "What you are about to do needs a code of your authenticator app. You go back to where you were.",
            );
        }
        Some(label) => {
            takes_code = own
                .as_ref()
                .is_some_and(|own| own.has_second_factor() || own.recovery_codes() > 0);
            takes_passkey &= own.is_some_and(|own| !own.passkeys().is_empty());
            view = match label {
                Some(label) => {
                    let on = confirm_address(next).replacen("/confirm", "/confirm/with", 1);
                    view.on = Some((on, format!("Confirm with {label}")));
                    view.saying(format!(
                        "What you are about to do needs you to sign in again with {label}. You go back to where you were."
                    ))
                }
                None => view.saying(
                    "What you are about to do needs you to show that it is you. The sign-in service that you came from is not set up here any more: sign out, and sign in again.",
                ),
            };
            if takes_code {
                view = view.saying("A code of your authenticator app does as well.");
            }
        }
    }
    if takes_code {
        view = view.asking(
            "code",
            "Code",
            "6 digits, or a recovery code",
            FieldKind::OneTimeCode,
            error,
        );
        view.hidden.push(("next", next.to_owned()));
    } else {
        view.button = None;
    }
    if takes_passkey {
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

/// What the provider of this name is called; none when there is none any more.
fn label_of(app: &App, name: &str) -> Option<String> {
    let mut known = access::providers(&app.actions).into_iter();
    known.find(|(known, _)| known == name).map(|(_, label)| label)
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
        view(&app, &session, next, None).await
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
    let (now, next) = (app.actions.system_now(), own_address(&form.next));
    match confirm_code(&app.actions, &session.0.held.holder, &form.code, knocking.knock()).await {
        Ok(Answer::Right) => confirmed(&app, &session, now, next).await,
        Ok(Answer::Wait(minutes)) => view(&app, &session, next, Some(&wait_words(minutes))).await,
        Ok(Answer::NotSetUp) => {
            let words = "You have no second factor here: sign in with an account that has one";
            view(&app, &session, next, Some(words)).await
        }
        Ok(Answer::Wrong | Answer::Again) => {
            let words = "The code is not right, or was used before";
            view(&app, &session, next, Some(words)).await
        }
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
    let now = app.actions.system_now();
    let answer = finish_confirming(
        &app.actions,
        passkeys,
        &held.key,
        &held.holder,
        &form.passkey.credential,
    )
    .await;
    match answer {
        Ok(Answer::Right) => confirmed(&app, &session, now, next).await,
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

/// `GET /confirm/with`: to the provider that they came from, to sign in anew there.
pub(crate) async fn by_provider(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let back = back.map(|Query(back)| back).unwrap_or_default();
    let (held, next) = (&session.0.held, own_address(&back.next));
    let Some(secret) = with_provider::secret(&app, &headers) else {
        return respond_not_proved(&app, &session.0, next, &NotLetIn::Randomness);
    };
    match access::prove_again(&app.actions, held, &secret, next).await {
        Ok(address) => with_provider::away(&app, "", &secret, Ok(address)),
        Err(why) => respond_not_proved(&app, &session.0, next, &why),
    }
}

/// `GET /confirm/back/{word}`: back from the provider, by a page of ours. The session that was away for it goes on under a new
/// secret, and no other does.
pub(crate) async fn back(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Path(word): Path<String>,
) -> Response {
    let Some(secret) = provider_cookie::read(&headers, app.settings.secure_cookies) else {
        return respond_not_proved(&app, &session.0, "/", &NotLetIn::NotBegun);
    };
    match access::proved_again(&app.actions, &session.0.held, &secret, &word).await {
        Ok(Some(proved)) => confirmed(&app, &session, proved.at, own_address(&proved.next)).await,
        Ok(None) => respond_not_proved(&app, &session.0, "/", &NotLetIn::NotBegun),
        Err(error) => Failure::of(error).respond(app.frame_of(Some(&session.0))),
    }
}

async fn confirmed(app: &App, session: &SignedIn, at: Timestamp, next: &str) -> Response {
    let renewed = Renewed {
        role: None,
        confirmed: Some(at),
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
