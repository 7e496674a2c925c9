//! The page on which somebody lets an app in (SMART App Launch), or does not.
//!
//! An app's site sends the browser here. The session's cookie does not come along with that, so the request is looked
//! through and put by first, and a page of our own goes on to the question.

use actions::access::smart::{self, Asked, Authorised, Consent, NotAuthorised};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use care::access::scope::{Interaction, Level, Scope};
use http::{HeaderMap, StatusCode, header};

use super::{onward, provider_cookie};
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::session::fresh_secret;

/// A page that goes on by itself.
#[derive(Debug, Clone, Template)]
#[template(path = "access/going_on.html")]
pub(crate) struct GoingOnView {
    frame: Frame,
    heading: String,
    /// Where it goes on to by itself; nowhere in a sample.
    refresh: Option<String>,
    href: String,
}

/// The question.
#[derive(Debug, Clone, Template)]
#[template(path = "access/consent.html")]
pub(crate) struct ConsentView {
    frame: Frame,
    csrf: String,
    word: String,
    app: String,
    organisation: Option<String>,
    wants: Vec<String>,
    offline: Option<String>,
    summary: Option<ErrorSummary>,
    number: Option<TextField>,
}

/// Why an app cannot be let in.
#[derive(Debug, Clone, Template)]
#[template(path = "access/app_refused.html")]
pub(crate) struct AppRefusedView {
    frame: Frame,
    what: &'static str,
}

/// The answer, as sent.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ConsentForm {
    csrf: String,
    decision: String,
    nhs_number: String,
}

impl GoingOnView {
    /// To this address.
    pub(crate) fn to(frame: Frame, heading: String, href: String) -> GoingOnView {
        GoingOnView {
            frame,
            heading,
            refresh: Some(href.clone()),
            href,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, GoingOnView)> {
        let view = GoingOnView {
            frame: Frame::sample(false),
            heading: "Back to Growth charts".to_owned(),
            refresh: None,
            href: "/".to_owned(),
        };
        vec![("normal", view)]
    }
}

impl AppRefusedView {
    pub(crate) fn samples() -> Vec<(&'static str, AppRefusedView)> {
        let view = |why: &NotAuthorised| AppRefusedView {
            frame: Frame::sample(true),
            what: words(why),
        };
        vec![
            ("unregistered", view(&NotAuthorised::Unregistered)),
            ("not-begun", view(&NotAuthorised::NotBegun)),
        ]
    }
}

impl ConsentView {
    fn new(frame: Frame, csrf: String, word: &str, consent: Consent, error: Option<&str>) -> ConsentView {
        let problems = error.map(|words| Problem::new("nhs_number", words));
        ConsentView {
            frame,
            csrf,
            word: word.to_owned(),
            app: consent.app,
            organisation: consent.organisation,
            wants: consent.scopes.iter().map(want).collect(),
            offline: consent.offline.map(how_long),
            summary: ErrorSummary::of(problems.into_iter().collect()),
            number: consent.choose.then(|| TextField {
                id: "nhs_number",
                label: "NHS number of the person",
                hint: "The app sees this person’s record alone.",
                kind: FieldKind::Digits,
                width: FieldWidth::Ten,
                value: String::new(),
                error: error.map(str::to_owned),
            }),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, ConsentView)> {
        let consent = |app: &str, scopes: &[&str], choose: bool| Consent {
            app: app.to_owned(),
            organisation: Some("RXX01".to_owned()),
            scopes: scopes.iter().filter_map(|one| Scope::parse(one)).collect(),
            offline: choose.then_some(12),
            patient: None,
            choose,
        };
        let view = |consent, error| {
            let token = "sample-token".to_owned();
            ConsentView::new(Frame::sample(true), token, "sample-word", consent, error)
        };
        let read = ["patient/Observation.rs", "patient/Patient.r"];
        vec![
            ("normal", view(consent("Growth charts", &read, false), None)),
            (
                "choose",
                view(
                    consent("Growth charts", &["patient/*.rs", "user/Task.cruds"], true),
                    None,
                ),
            ),
            (
                "error",
                view(
                    consent("Growth charts", &read, true),
                    Some("Enter the NHS number of somebody whose record you may open"),
                ),
            ),
            (
                "hostile",
                view(consent("<script>alert(1)</script>", &read, false), None),
            ),
        ]
    }
}

/// What a scope lets an app do, in words.
pub(super) fn want(scope: &Scope) -> String {
    let verbs = [
        (Interaction::Read, "read"),
        (Interaction::Search, "search"),
        (Interaction::Create, "add"),
        (Interaction::Update, "change"),
        (Interaction::Delete, "delete"),
    ];
    let verbs: Vec<&str> = verbs
        .iter()
        .filter(|(one, _)| scope.interactions.contains(*one))
        .map(|(_, word)| *word)
        .collect();
    let what = scope.resource_type.as_deref().unwrap_or("everything");
    let whose = match scope.level {
        Level::Patient => "in this one person’s record",
        Level::User => "in every record that you may open",
        Level::System => "",
    };
    let verbs = verbs.join(", ");
    let mut letters = verbs.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}: {what} {whose}", letters.as_str())
}

fn words(why: &NotAuthorised) -> &'static str {
    match why {
        NotAuthorised::Unregistered => {
            "The app, or the address that it wants you sent back to, is not registered here. You were not sent there, and the app got nothing."
        }
        _ => {
            "The app’s request was not begun in this browser, was answered before, or is older than 10 minutes. The app got nothing. Go back to the app and begin again."
        }
    }
}

fn refused(app: &App, frame: Frame, why: NotAuthorised) -> Response {
    match why {
        NotAuthorised::Tell(address) => Redirect::to(&address).into_response(),
        NotAuthorised::Record(error) => Failure::of(error).respond(app.frame_of(None)),
        why => {
            tracing::info!(%why, "an app was refused");
            let what = words(&why);
            page(StatusCode::BAD_REQUEST, &AppRefusedView { frame, what })
        }
    }
}

/// `GET /oauth/authorize`: an app asks.
pub(crate) async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(None);
    let Ok(Query(asked)) = asked else {
        return refused(&app, frame, NotAuthorised::Unregistered);
    };
    let secure = app.settings.secure_cookies;
    let known = provider_cookie::read(&headers, secure);
    let Some(secret) = known.or_else(|| fresh_secret().ok()) else {
        return Failure::Unavailable("the server has no randomness to give".to_owned()).respond(frame);
    };
    let base = format!("{}/fhir", app.settings.public_url);
    match smart::ask(&app.actions, &secret, &base, &asked).await {
        Err(why) => refused(&app, frame, why),
        Ok(word) => {
            let href = format!("/oauth/consent/{word}");
            let view = GoingOnView::to(frame, "An app asks to be let in".to_owned(), href);
            let mut response = page(StatusCode::OK, &view);
            let cookies = [
                provider_cookie::give(&secret, secure),
                onward::remember(&word, secure),
            ];
            for cookie in cookies.into_iter().flatten() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
    }
}

/// `GET /oauth/consent/{word}`: the question.
pub(crate) async fn question(
    State(app): State<App>,
    session: SignedIn,
    Path(word): Path<String>,
    headers: HeaderMap,
) -> Response {
    show(&app, &session, &word, &headers, None).await
}

async fn show(
    app: &App,
    session: &SignedIn,
    word: &str,
    headers: &HeaderMap,
    error: Option<&str>,
) -> Response {
    let secure = app.settings.secure_cookies;
    let frame = app.frame_of(Some(&session.0));
    let Some(secret) = provider_cookie::read(headers, secure) else {
        return refused(app, frame, NotAuthorised::NotBegun);
    };
    match smart::consent(&app.actions, &secret, word, session.actor()).await {
        Err(why) => refused(app, frame, why),
        Ok(consent) => {
            let status = if error.is_some() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            let csrf = session.0.csrf.clone();
            let mut response = page(status, &ConsentView::new(frame, csrf, word, consent, error));
            if let Some(cookie) = onward::forget(secure) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
    }
}

/// `POST /oauth/consent/{word}`: the answer.
pub(crate) async fn answer(
    State(app): State<App>,
    session: SignedIn,
    Path(word): Path<String>,
    headers: HeaderMap,
    Sent(form): Sent<ConsentForm>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let Some(secret) = provider_cookie::read(&headers, app.settings.secure_cookies) else {
        return refused(&app, frame, NotAuthorised::NotBegun);
    };
    let actor = session.actor();
    let authorised = match form.decision.as_str() {
        "allow" => {
            let chosen = match form.nhs_number.trim() {
                "" => None,
                number => match smart::person_with(&app.actions, actor, number).await {
                    Ok(found) => found,
                    Err(error) => return Failure::of(error).respond(frame),
                },
            };
            let by = (actor, session.0.held.holder.as_str());
            smart::authorise(&app.actions, &secret, &word, by, chosen.as_deref()).await
        }
        "decline" => smart::decline(&app.actions, &secret, &word).await,
        _ => return Failure::BadForm.respond(frame),
    };
    match authorised {
        Err(NotAuthorised::NoSuchPerson) => {
            let words = "Enter the NHS number of somebody whose record you may open";
            show(&app, &session, &word, &headers, Some(words)).await
        }
        Err(why) => refused(&app, frame, why),
        Ok(Authorised { address, app: name }) => page(
            StatusCode::OK,
            &GoingOnView::to(frame, format!("Back to {name}"), address),
        ),
    }
}

/// Hours in words: days where they are whole ones.
fn how_long(hours: i64) -> String {
    if hours > 24 && hours % 24 == 0 {
        format!("{} days", hours / 24)
    } else {
        format!("{hours} hours")
    }
}
