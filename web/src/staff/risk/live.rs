//! `GET /staff/risk/live`: a list that is open, sent anew whenever a change of the record makes it another.
//!
//! Server-sent events. `list` carries the list as the page shows it; `heard` says that it is still as it was; `ended` says that nothing more comes, since the session has
//! ended or the list may no longer be seen. The address says which list the page already shows (`seen`), and each event's id does
//! the same for the one it brings, so that whoever comes, or comes back after a break, is sent a list only if it is another.

use std::convert::Infallible;
use std::time::Duration;

use actions::population::{Changes, Scope, changes, choices};
use actions::risk::{Show, risk_list, risk_list_word};
use actions::{ActionError, Purpose};
use askama::Template;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::HeaderMap;
use tokio::sync::watch;
use tokio::time::Instant;

use super::list::{Asked, Body, chosen};
use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::session::{Cookie, Secret};

/// The shortest time between two looks at everybody for one reader. After a pause the first look is at once.
const APART: Duration = Duration::from_secs(5);
/// How often a reader hears of it, and it is asked whether the session lives, when nothing changes. No proxy takes a line for dead
/// meanwhile.
const ALIVE: Duration = Duration::from_secs(15);
/// What a browser sends of the last event when it comes back.
const LAST: &str = "last-event-id";

/// Told to connections when the server stops, so that open lists end.
#[derive(Debug, Clone)]
pub struct Stopping(pub watch::Receiver<()>);

/// One reader with a list open.
struct Open {
    app: App,
    session: SignedIn,
    secret: Secret,
    scope: Scope,
    show: Show,
    changes: Changes,
    stopping: Option<Stopping>,
    /// The word of the list that the reader has.
    seen: String,
    /// When everybody may be looked at again.
    next: Instant,
    /// When the reader last heard of it.
    heard: Instant,
    /// There may be something new.
    due: bool,
    ended: bool,
    told_of_end: bool,
}

/// `GET /staff/risk/live`.
pub(crate) async fn live(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    stopping: Option<Extension<Stopping>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let opened = async {
        let Ok(Query(asked)) = asked else {
            return Err(Failure::NotFound);
        };
        let actor = session.actor();
        let all = choices(&app.actions, actor, Purpose::RiskStratification).map_err(Failure::of)?;
        let (scope, show) = chosen(&app, actor, &asked, &all)?;
        let seen = asked.seen.unwrap_or_default();
        let changes = changes(&app.actions).map_err(Failure::of)?;
        // Whoever may not see the list is told so now, as a page.
        let word = risk_list_word(&app.actions, actor, &scope, show).await;
        match word {
            Ok(_) => Ok((scope, show, seen, changes)),
            Err(ActionError::Forbidden(_)) => Err(Failure::NotFound),
            Err(error) => Err(Failure::of(error)),
        }
    };
    let (scope, show, seen, changes) = match opened.await {
        Ok(opened) => opened,
        Err(failure) => return failure.respond(frame),
    };
    let secret = Cookie::Session.read(&headers, app.settings.secure_cookies);
    let last = headers.get(LAST).and_then(|word| word.to_str().ok());
    let open = Open {
        seen: last.map_or(seen, str::to_owned),
        secret: secret.unwrap_or_default(),
        app,
        session,
        scope,
        show,
        changes,
        stopping: stopping.map(|Extension(stopping)| stopping),
        next: Instant::now(),
        heard: Instant::now(),
        due: true,
        ended: false,
        told_of_end: false,
    };
    let events = stream::unfold(open, |mut open| async move {
        let event = open.event().await?;
        Some((Ok::<Event, Infallible>(event), open))
    });
    Sse::new(events).into_response()
}

impl Open {
    /// The next event; none when the reader was told that it has ended, or the server stops.
    async fn event(&mut self) -> Option<Event> {
        while !self.ended {
            let stopped = async {
                match &mut self.stopping {
                    Some(Stopping(stopping)) => {
                        let _ = stopping.changed().await;
                    }
                    None => std::future::pending().await,
                }
            };
            let until = if self.due { self.next } else { self.heard + ALIVE };
            tokio::select! {
                () = stopped => return None,
                () = tokio::time::sleep_until(until) => {}
                () = self.changes.next(), if !self.due => {
                    self.due = true;
                    continue;
                }
            }
            if !self
                .app
                .actions
                .sessions()
                .lives(&self.secret)
                .await
                .unwrap_or(false)
            {
                self.ended = true;
            } else if self.due {
                self.due = false;
                match self.look().await {
                    Ok(Some(event)) => {
                        self.heard = Instant::now();
                        return Some(event);
                    }
                    Ok(None) => {}
                    Err(ActionError::Unavailable(_) | ActionError::Busy) => self.due = true,
                    Err(_) => self.ended = true,
                }
            } else {
                self.heard = Instant::now();
                return Some(Event::default().event("heard").data(""));
            }
        }
        (!std::mem::replace(&mut self.told_of_end, true))
            .then(|| Event::default().event("ended").data("ended"))
    }

    /// The list, if it is another than the reader has.
    async fn look(&mut self) -> Result<Option<Event>, ActionError> {
        self.next = Instant::now() + APART;
        let (actions, actor) = (&self.app.actions, self.session.actor());
        let word = risk_list_word(actions, actor, &self.scope, self.show).await?;
        if word == self.seen {
            return Ok(None);
        }
        let told = risk_list(actions, actor, &self.scope, self.show).await?;
        let body = Body::new(&self.scope.key(), self.show, &told);
        let html = body.render().map_err(|error| {
            tracing::error!(%error, "a list could not be printed");
            ActionError::NotFound
        })?;
        self.seen.clone_from(&word);
        // A line break within it would end the field.
        Ok(Some(
            Event::default()
                .event("list")
                .id(word)
                .data(html.replace('\r', "")),
        ))
    }
}
