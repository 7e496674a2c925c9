//! The inbox: each opened record with its reason and each unusual look, closed with a finding; and the patterns of the last day.

use actions::access::{Finding, Review, Way, close_review, release, reviews, withheld};
use actions::audit::{Pattern, Patterns, Seen, Sighting, note_patterns_now, patterns, sightings};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::unusual::{PatternRow, SightingCard, row, sighting_card};
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, Problem, Tag, TagColour};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// The form of one review.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Closing {
    csrf: String,
    id: String,
    finding: String,
    /// Not a finding: the person may be told.
    release: Option<String>,
    /// Neither: the audit is to be looked through now.
    look: Option<String>,
    note: String,
}

#[derive(Debug, Clone)]
struct Card {
    id: String,
    /// A number within the page, for ids of inputs.
    number: usize,
    tag: Tag,
    patient: String,
    actor: String,
    at: String,
    until: String,
    reason: String,
    words: String,
    error: Option<String>,
    typed: String,
}

/// What the page shows.
#[derive(Debug, Clone, Copy)]
struct Shown<'s> {
    waiting: &'s [Review],
    sightings: &'s [Sighting],
    withheld: &'s [Review],
    /// None when the audit was not looked through yet.
    found: Option<&'s Patterns>,
    now: Timestamp,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/privacy/inbox.html")]
pub(crate) struct InboxView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    cards: Vec<Card>,
    sightings: Vec<SightingCard>,
    /// What the person is not told of yet.
    withheld: Vec<Card>,
    patterns: Vec<PatternRow>,
    /// When the audit was looked through for them; nothing when it was not yet.
    as_of: Option<String>,
}

impl InboxView {
    /// `page_of` gives the id by which a person's pages go.
    fn new(
        frame: Frame,
        shown: Shown<'_>,
        page_of: &dyn Fn(&str) -> Option<String>,
        refused: Option<(&Closing, &[FieldProblem])>,
    ) -> InboxView {
        let mut problems = Vec::new();
        let mut wrong = |number: usize, id: &str| {
            let wrong = refused.filter(|(form, _)| form.id == id);
            let error = wrong
                .and_then(|(_, found)| found.first())
                .map(|problem| problem.words.clone());
            if let Some(words) = &error {
                problems.push(Problem::new(format!("note-{number}"), words));
            }
            (
                error,
                wrong.map(|(form, _)| form.note.clone()).unwrap_or_default(),
            )
        };
        let cards: Vec<Card> = shown
            .waiting
            .iter()
            .enumerate()
            .map(|(number, review)| {
                let (error, typed) = wrong(number, &review.id);
                card(number, review, error, typed)
            })
            .collect();
        let sightings = (cards.len()..)
            .zip(shown.sightings)
            .map(|(number, sighting)| {
                let (error, typed) = wrong(number, &sighting.id);
                sighting_card(number, sighting, shown.now, page_of, error, typed)
            })
            .collect();
        InboxView {
            csrf: frame.csrf(),
            frame,
            summary: ErrorSummary::of(problems),
            cards,
            sightings,
            withheld: shown
                .withheld
                .iter()
                .enumerate()
                .map(|(number, review)| card(number, review, None, String::new()))
                .collect(),
            patterns: shown
                .found
                .iter()
                .flat_map(|found| &found.seen)
                .map(|seen| row(seen, page_of))
                .collect(),
            as_of: shown.found.map(|found| moment(Some(found.as_of))),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, InboxView)> {
        let review = |id: &str, way| Review {
            id: id.to_owned(),
            version: 1,
            patient: "0190c0de-0000-7000-8000-000000000001".to_owned(),
            way,
            actor: "nurse-7".to_owned(),
            at: "2026-11-29T01:10:00Z".parse().ok(),
            until: "2026-11-29T02:10:00Z".parse().ok(),
            reason: "They cannot speak for themselves".to_owned(),
            words: "Found on the floor of the day room, confused; no plan at hand.".to_owned(),
        };
        let waiting = [review("one", Way::BreakGlass), review("two", Way::Claim)];
        let now = "2026-11-29T01:40:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let seen = |pattern, actor: &str, patient: Option<&str>, count, with_reason| Seen {
            pattern,
            actor: Some(actor.to_owned()),
            role: Some(actions::Role::Administrator),
            organisation: Some("RVJ".to_owned()),
            person: None,
            patient: patient.map(str::to_owned),
            count,
            last: now,
            with_reason,
        };
        let person = Some("0190c0de-0000-7000-8000-000000000002");
        let seen = [
            seen(Pattern::Family, "clerk-3", person, 2, false),
            seen(Pattern::Neighbour, "clerk-3", person, 1, true),
            seen(Pattern::Bulk, "clerk-3", None, 212, false),
        ];
        let sighting = |id: &str, seen: &Seen| Sighting {
            id: id.to_owned(),
            pattern: seen.pattern,
            actor: seen.actor.clone(),
            role: seen.role,
            organisation: seen.organisation.clone(),
            patient: seen.patient.clone(),
            count: seen.count,
            at: "2026-11-29T01:15:00Z".parse().ok(),
            with_reason: seen.with_reason,
        };
        let noticed = [
            sighting("three", &seen[0]),
            sighting("four", &seen[1]),
            sighting("five", &seen[2]),
        ];
        let form = Closing {
            id: "one".to_owned(),
            ..Closing::default()
        };
        let wrong = [FieldProblem {
            field: "note",
            words: "Say in 10 to 500 characters what follows from it".to_owned(),
        }];
        let view = |shown, refused| {
            let page_of = |id: &str| Some(id.to_owned());
            InboxView::new(Frame::sample(true), shown, &page_of, refused)
        };
        let found = Patterns {
            as_of: now,
            seen: seen.to_vec(),
        };
        let quiet = Patterns {
            as_of: now,
            seen: Vec::new(),
        };
        let all = Shown {
            waiting: &waiting,
            sightings: &noticed,
            withheld: &waiting[1..],
            found: Some(&found),
            now,
        };
        let nothing = Shown {
            waiting: &[],
            sightings: &[],
            withheld: &[],
            found: Some(&quiet),
            now,
        };
        let not_looked = Shown {
            found: None,
            ..nothing
        };
        vec![
            ("normal", view(all, None)),
            ("empty", view(nothing, None)),
            ("not-looked-through-yet", view(not_looked, None)),
            ("error", view(all, Some((&form, &wrong)))),
        ]
    }
}

fn card(number: usize, review: &Review, error: Option<String>, typed: String) -> Card {
    let (words, colour) = match review.way {
        Way::BreakGlass => ("Emergency", TagColour::Red),
        Way::Claim => ("Claimed", TagColour::Yellow),
    };
    Card {
        id: review.id.clone(),
        number,
        tag: Tag::new(words, colour),
        patient: review.patient.clone(),
        actor: review.actor.clone(),
        at: moment(review.at),
        until: moment(review.until),
        reason: review.reason.clone(),
        words: review.words.clone(),
        error,
        typed,
    }
}

pub(super) fn moment(at: Option<Timestamp>) -> String {
    at.and_then(|at| at.in_tz("Europe/London").ok()).map_or_else(
        || "not recorded".to_owned(),
        |at| at.strftime("%-d %B %Y, %H:%M").to_string(),
    )
}

/// `GET /staff/privacy`.
pub(crate) async fn inbox(State(app): State<App>, session: SignedIn) -> Response {
    shown(&app, &session, None).await
}

async fn shown(app: &App, session: &SignedIn, refused: Option<(&Closing, &[FieldProblem])>) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let actor = session.actor();
    let found = async {
        let waiting = reviews(&app.actions, actor).await?;
        let noticed = sightings(&app.actions, actor).await?;
        let quiet = withheld(&app.actions, actor).await?;
        let found = patterns(&app.actions, actor).await?;
        Ok::<_, ActionError>((waiting, noticed, quiet, found))
    };
    match found.await {
        Ok((waiting, noticed, quiet, found)) => {
            let status = if refused.is_some() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            let purpose = actions::Purpose::ServiceManagement;
            let page_of = |id: &str| actions::person::page_id(&app.actions, actor, purpose, id).ok();
            let shown = Shown {
                waiting: &waiting,
                sightings: &noticed,
                withheld: &quiet,
                found: found.as_ref(),
                now: app.actions.system_now(),
            };
            page(status, &InboxView::new(frame, shown, &page_of, refused))
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/privacy`.
pub(crate) async fn close(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Closing>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    if form.look.is_some() {
        return match note_patterns_now(&app.actions, session.actor()).await {
            Ok(()) => Redirect::to("/staff/privacy").into_response(),
            Err(error) => Failure::of(error).respond(frame),
        };
    }
    if form.release.is_some() {
        return match release(&app.actions, session.actor(), &form.id).await {
            Ok(()) | Err(ActionError::Conflict { .. }) => Redirect::to("/staff/privacy").into_response(),
            Err(error) => Failure::of(error).respond(frame),
        };
    }
    let finding = [Finding::Justified, Finding::NotJustified]
        .into_iter()
        .find(|finding| finding.code() == form.finding);
    let Some(finding) = finding else {
        let problems = [FieldProblem {
            field: "note",
            words: "Choose what you found".to_owned(),
        }];
        return shown(&app, &session, Some((&form, &problems))).await;
    };
    match close_review(&app.actions, session.actor(), &form.id, finding, &form.note).await {
        // Somebody else closed it meanwhile: the list shows what is left.
        Ok(()) | Err(ActionError::Conflict { .. }) => Redirect::to("/staff/privacy").into_response(),
        Err(ActionError::Form(problems)) => shown(&app, &session, Some((&form, &problems))).await,
        Err(error) => Failure::of(error).respond(frame),
    }
}
