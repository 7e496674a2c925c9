//! `GET /staff/risk/live`: a list that is open, sent anew whenever a change of the record makes it another.
//!
//! Server-sent events. `list` carries the list as the page shows it; `heard` says that it is still as it was; `ended` says that
//! nothing more comes, since the session has ended or the list may no longer be seen. The address says which list the page
//! already shows (`seen`), and each event's id does the same for the one it brings, so that whoever comes, or comes back after a
//! break, is sent a list only if it is another.

use std::convert::Infallible;
use std::time::Duration;

use actions::population::{Changes, Places, Scope, changes, choices};
use actions::risk::{Show, risk_list_unless};
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
use crate::staff::population::places;

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
    places: Places,
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
    /// What it begins with, when the page shows another list.
    first: Option<Event>,
    ended: bool,
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
    let Ok(Query(asked)) = asked else {
        return Failure::NotFound.respond(frame);
    };
    let stopping = stopping.map(|Extension(stopping)| stopping);
    let mut open = match Open::new(app, session, &headers, asked, stopping) {
        Ok(open) => open,
        Err(failure) => return failure.respond(frame),
    };
    // Whoever may not see the list is told so now, as a page.
    open.first = match open.look().await {
        Ok(first) => first,
        Err(ActionError::Forbidden(_)) => return Failure::NotFound.respond(frame),
        Err(error) => return Failure::of(error).respond(frame),
    };
    let events = stream::unfold(open, |mut open| async move {
        let event = open.event().await?;
        Some((Ok::<Event, Infallible>(event), open))
    });
    Sse::new(events).into_response()
}

impl Open {
    fn new(
        app: App,
        session: SignedIn,
        headers: &HeaderMap,
        asked: Asked,
        stopping: Option<Stopping>,
    ) -> Result<Open, Failure> {
        let actor = session.actor();
        let all = choices(&app.actions, actor, Purpose::RiskStratification).map_err(Failure::of)?;
        let (scope, show) = chosen(&app, actor, &asked, &all)?;
        let last = headers.get(LAST).and_then(|word| word.to_str().ok());
        let secret = Cookie::Session.read(headers, app.settings.secure_cookies);
        Ok(Open {
            seen: last.map_or_else(|| asked.seen.unwrap_or_default(), str::to_owned),
            secret: secret.unwrap_or_default(),
            // From before the first look on.
            changes: changes(&app.actions).map_err(Failure::of)?,
            places: places(&app)?,
            app,
            session,
            scope,
            show,
            stopping,
            next: Instant::now(),
            heard: Instant::now(),
            due: false,
            first: None,
            ended: false,
        })
    }

    /// The next event; none when the reader was told that it has ended, or the server stops.
    async fn event(&mut self) -> Option<Event> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
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
            let lives = self.app.actions.sessions().lives(&self.secret).await;
            if !lives.unwrap_or(false) {
                return Some(self.end());
            }
            if !self.due {
                self.heard = Instant::now();
                // An event without data is none to a browser.
                return Some(Event::default().event("heard").data("heard"));
            }
            self.due = false;
            match self.look().await {
                Ok(Some(event)) => {
                    self.heard = Instant::now();
                    return Some(event);
                }
                Ok(None) => {}
                Err(ActionError::Unavailable(_) | ActionError::Busy) => self.due = true,
                Err(_) => return Some(self.end()),
            }
        }
        None
    }

    fn end(&mut self) -> Event {
        self.ended = true;
        Event::default().event("ended").data("ended")
    }

    /// The list, if it is another than the reader has.
    async fn look(&mut self) -> Result<Option<Event>, ActionError> {
        self.next = Instant::now() + APART;
        let (actions, actor) = (&self.app.actions, self.session.actor());
        let places = self.places.clone();
        let told = risk_list_unless(actions, actor, &self.scope, self.show, places, &self.seen).await?;
        let Some(told) = told else {
            return Ok(None);
        };
        let body = Body::new(&self.scope.key(), self.show, &told);
        let html = body.render().map_err(|error| {
            tracing::error!(%error, "a list could not be printed");
            ActionError::NotFound
        })?;
        let word = told.answer.word;
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
