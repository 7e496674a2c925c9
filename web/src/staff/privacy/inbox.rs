//! The inbox: each opened record with its reason, closed with a finding; and the patterns of the last day.

use actions::access::{Finding, Review, Way, close_review, release, reviews, withheld};
use actions::audit::{Pattern, Seen, patterns};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::app::{App, SignedIn, role_words_of};
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

#[derive(Debug, Clone)]
struct PatternRow {
    what: &'static str,
    who: String,
    count: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/privacy/inbox.html")]
pub(crate) struct InboxView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    cards: Vec<Card>,
    /// What the person is not told of yet.
    withheld: Vec<Card>,
    patterns: Vec<PatternRow>,
}

impl InboxView {
    fn new(
        frame: Frame,
        (waiting, withheld): (&[Review], &[Review]),
        seen: &[Seen],
        refused: Option<(&Closing, &[FieldProblem])>,
    ) -> InboxView {
        let mut problems = Vec::new();
        let cards = waiting
            .iter()
            .enumerate()
            .map(|(number, review)| {
                let wrong = refused.filter(|(form, _)| form.id == review.id);
                let error = wrong
                    .and_then(|(_, found)| found.first())
                    .map(|problem| problem.words.clone());
                if let Some(words) = &error {
                    problems.push(Problem::new(format!("note-{number}"), words));
                }
                card(
                    number,
                    review,
                    error,
                    wrong.map(|(form, _)| form.note.clone()).unwrap_or_default(),
                )
            })
            .collect();
        InboxView {
            csrf: frame
                .account
                .as_ref()
                .map(|account| account.csrf.clone())
                .unwrap_or_default(),
            frame,
            summary: ErrorSummary::of(problems),
            cards,
            withheld: withheld
                .iter()
                .enumerate()
                .map(|(number, review)| card(number, review, None, String::new()))
                .collect(),
            patterns: seen.iter().map(row).collect(),
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
        let seen = [Seen {
            pattern: Pattern::Bulk,
            actor: Some("clerk-3".to_owned()),
            role: Some(actions::Role::Administrator),
            organisation: Some("RVJ".to_owned()),
            patient: None,
            count: 212,
        }];
        let form = Closing {
            id: "one".to_owned(),
            ..Closing::default()
        };
        let wrong = [FieldProblem {
            field: "note",
            words: "Say in 10 to 500 characters what follows from it".to_owned(),
        }];
        vec![
            (
                "normal",
                InboxView::new(Frame::sample(true), (&waiting, &waiting[1..]), &seen, None),
            ),
            (
                "empty",
                InboxView::new(Frame::sample(true), (&[], &[]), &[], None),
            ),
            (
                "error",
                InboxView::new(Frame::sample(true), (&waiting, &[]), &[], Some((&form, &wrong))),
            ),
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

fn row(seen: &Seen) -> PatternRow {
    let (what, unit) = match seen.pattern {
        Pattern::Bulk => ("Opened very many records", "people"),
        Pattern::Crowd => ("One record opened by very many", "readers"),
        Pattern::Knocking => ("Could not sign in, very often", "times"),
        Pattern::Trying => ("Asked often for what is not there, or not for them", "times"),
    };
    let who = match (&seen.actor, &seen.patient) {
        (Some(account), _) if seen.pattern == Pattern::Knocking => match account.as_str() {
            "nobody" => "names that no account has, or no account at all".to_owned(),
            account => format!("account {account}"),
        },
        (Some(actor), _) => {
            let role = seen.role.map(role_words_of).unwrap_or_default();
            let organisation = seen.organisation.as_deref().unwrap_or("no organisation");
            format!("{actor}, {role}, {organisation}")
        }
        (None, Some(patient)) => format!("person {patient}"),
        (None, None) => "a person whose record was destroyed".to_owned(),
    };
    PatternRow {
        what,
        who,
        count: format!("{} {unit}", seen.count),
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
    let found = async {
        let waiting = reviews(&app.actions, session.actor()).await?;
        let quiet = withheld(&app.actions, session.actor()).await?;
        let seen = patterns(&app.actions, session.actor()).await?;
        Ok::<_, ActionError>((waiting, quiet, seen))
    };
    match found.await {
        Ok((waiting, quiet, seen)) => {
            let status = if refused.is_some() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            page(status, &InboxView::new(frame, (&waiting, &quiet), &seen, refused))
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
