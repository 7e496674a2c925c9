//! Once everything is proved: the session that was parked here, the one role there is, or the choice among several.

use actions::access::accounts::{begin_session, resume_session, ticket_account};
use actions::access::sessions::{self, Sessions};
use actions::{ActionError, Actor, Role};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, header};

use crate::access::knocking::Knocking;
use crate::access::onward;
use crate::access::tied::no_randomness;
use crate::app::App;
use crate::failure::Failure;
use crate::session::{Cookie, fresh_secret};

/// Where somebody begins.
pub(crate) fn landing(role: Role) -> &'static str {
    match role {
        Role::Citizen => "/me",
        Role::Development
        | Role::Clinician
        | Role::Coordinator
        | Role::Operator
        | Role::Administrator
        | Role::PrivacyOfficer
        | Role::System => "/staff/person",
    }
}

/// What follows when everything is proved.
pub(crate) async fn go_on(app: &App, headers: &HeaderMap, ticket: &str, knocking: Knocking) -> Response {
    match next(app, headers, ticket, knocking).await {
        Ok(response) => response,
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}

async fn next(
    app: &App,
    headers: &HeaderMap,
    ticket: &str,
    mut knocking: Knocking,
) -> Result<Response, ActionError> {
    let Some(account) = ticket_account(&app.actions, ticket).await? else {
        return Ok(Redirect::to("/sign-in?again").into_response());
    };
    let Ok(secret) = fresh_secret() else {
        return Ok(no_randomness().respond(app.frame_of(None)));
    };
    if let Some(key) = resume_session(&app.actions, ticket, &secret, knocking.knock()).await? {
        app.searches.move_to(&key, &Sessions::key(&secret));
        let to = onward::landing(headers, app.settings.secure_cookies, "/");
        return Ok(in_session(app, &secret, &to, None));
    }
    let mut roles = account.roles.iter().filter(|role| role.known().is_some());
    match (roles.next(), roles.next()) {
        (Some(role), None) => {
            let id = role.id.clone();
            begin(app, headers, ticket, &id, &mut knocking).await
        }
        (None, _) => Ok(Redirect::to("/sign-in?roleless").into_response()),
        (Some(_), Some(_)) => Ok(Redirect::to("/sign-in/role").into_response()),
    }
}

/// Begins the session in a role; the ticket is used up.
pub(crate) async fn begin(
    app: &App,
    headers: &HeaderMap,
    ticket: &str,
    role: &str,
    knocking: &mut Knocking,
) -> Result<Response, ActionError> {
    // Whoever was signed in here is not any more.
    end_present(app, headers).await?;
    let fresh_device = match knocking.device {
        Some(_) => None,
        None => {
            let made = actions::access::accounts::new_device()?;
            knocking.device = Some(made.clone());
            Some(made)
        }
    };
    let Ok(secret) = fresh_secret() else {
        return Ok(no_randomness().respond(app.frame_of(None)));
    };
    let times = |actor: &Actor| app.settings.times(actor.role);
    let begun = begin_session(
        &app.actions,
        ticket,
        role,
        &secret,
        times,
        &knocking.browser,
        knocking.knock(),
    )
    .await?;
    Ok(match begun {
        Some(actor) => {
            let to = onward::landing(headers, app.settings.secure_cookies, landing(actor.role));
            in_session(app, &secret, &to, fresh_device.as_deref())
        }
        None => Redirect::to("/sign-in?again").into_response(),
    })
}

/// Ends the session whose cookie the browser has, if any.
pub(crate) async fn end_present(app: &App, headers: &HeaderMap) -> Result<(), ActionError> {
    if let Some(present) = app.find(headers).await? {
        app.searches.forget(&present.held.key);
        sessions::end(&app.actions, &present.held.key, &present.held.holder).await?;
    }
    Ok(())
}

/// On to a page, with the cookie of the session and without that of the form.
pub(crate) fn in_session(app: &App, secret: &str, to: &str, device: Option<&str>) -> Response {
    let secure = app.settings.secure_cookies;
    let mut response = Redirect::to(to).into_response();
    let cookies = [
        Cookie::Session.give(secret, secure),
        Cookie::SignIn.forget(secure),
        device.and_then(|device| Cookie::Device.give(device, secure)),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
