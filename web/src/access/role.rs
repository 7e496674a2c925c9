//! Choosing one of several roles: a session holds exactly one.

use actions::access::accounts::{Account, ticket_account};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::access::entered;
use crate::access::knocking::Knocking;
use crate::access::step::{Choice, StepView};
use crate::access::tied;
use crate::app::App;
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::session::form_token;

/// The roles of an account, to choose from.
pub(crate) fn choices(account: &Account) -> Vec<Choice> {
    let known = account.roles.iter().filter(|role| role.known().is_some());
    known
        .map(|role| Choice {
            value: role.id.clone(),
            words: role.words.clone(),
            hint: String::new(),
        })
        .collect()
}

/// `GET /sign-in/role`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let secret = match tied::secret_of(&app, &headers) {
        Ok(secret) => secret,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    match ticket_account(&app.actions, &secret).await {
        Ok(Some(account)) => {
            let mut view = StepView::new(
                app.frame_of(None),
                form_token(&secret),
                "/sign-in/role",
                "Choose your role",
            );
            view.choices = choices(&account);
            tied::with_cookie(&app, &secret, page(StatusCode::OK, &view))
        }
        Ok(None) => Redirect::to("/sign-in?again").into_response(),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct RoleForm {
    csrf: String,
    choice: String,
}

/// `POST /sign-in/role`.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    mut knocking: Knocking,
    Sent(form): Sent<RoleForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let Some(secret) = tied::accepted(&app, &headers, &form.csrf) else {
        return Redirect::to("/sign-in?again").into_response();
    };
    match entered::begin(&app, &headers, &secret, &form.choice, &mut knocking).await {
        Ok(response) => response,
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}
