//! `/`: where somebody begins, and which pages are there for whom: those of staff not for citizens, and the other way round.

use std::convert::Infallible;

use actions::{Actor, Role};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;

use crate::app::{App, SignedIn};
use crate::citizen;
use crate::failure::Failure;
use crate::routes::{Access, Route};
use crate::staff;

/// The page on which somebody begins.
#[must_use]
pub fn home_of(actor: &Actor) -> &'static str {
    match actor.role {
        Role::Citizen => "/me",
        Role::Development
        | Role::Clinician
        | Role::Coordinator
        | Role::Operator
        | Role::Administrator
        | Role::PrivacyOfficer
        | Role::System => "/",
    }
}

/// `GET /`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    match home_of(session.actor()) {
        "/" => staff::home::show(&app, &session).await,
        elsewhere => Redirect::to(elsewhere).into_response(),
    }
}

/// What answers at an address, behind the guard that its access asks for.
pub(crate) fn guarded(
    app: &App,
    route: Route,
    served: MethodRouter<App, Infallible>,
) -> MethodRouter<App, Infallible> {
    match route.access {
        Access::Anyone | Access::SignedIn => served,
        Access::Staff => served.route_layer(from_fn_with_state(app.clone(), only_staff)),
        Access::Citizen => served.route_layer(from_fn_with_state(app.clone(), only_citizens)),
    }
}

async fn only_staff(State(app): State<App>, request: Request, next: Next) -> Response {
    only(&app, request, next, false).await
}

async fn only_citizens(State(app): State<App>, request: Request, next: Next) -> Response {
    only(&app, request, next, true).await
}

/// Whoever is not signed in goes on, and is sent to the sign-in page there; the wrong kind of reader finds nothing.
async fn only(app: &App, request: Request, next: Next, citizens: bool) -> Response {
    match app.find(request.headers()).await {
        Ok(Some(session)) if (session.actor.role == Role::Citizen) != citizens => {
            Failure::NotFound.respond(app.frame_of(Some(&session)))
        }
        Ok(session) => {
            let mut response = next.run(request).await;
            if let Some(session) = session.filter(|_| citizens) {
                citizen::mark_reader(&mut response, &session);
            }
            response
        }
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}
