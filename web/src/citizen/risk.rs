//! `/me/risk`: what the frailty index says of somebody, to them: when they ask, in plain words, with room for their answer.

use actions::risk::{OwnRisk, answer_own_risk, own_risk};
use actions::sharing::{Objection, objection};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use care::risk::memory::Offer;
use care::score::efi::Frailty;
use http::{HeaderMap, StatusCode};

use super::sharing::objected_words;
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, Problem};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// Whether they asked to see it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    show: Option<String>,
}

/// Their answer.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    csrf: String,
    answer: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/risk.html")]
pub(crate) struct OwnRiskView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    /// Since when they object to being looked for.
    objected: Option<String>,
    /// Nothing is said before they ask.
    asked: bool,
    says: &'static str,
    counts: Vec<String>,
    offers: Vec<String>,
    answers: Vec<(String, String)>,
    typed: String,
    error: Option<String>,
}

impl OwnRiskView {
    fn new(
        frame: Frame,
        objection: Option<&Objection>,
        risk: Option<&OwnRisk>,
        wrong: Option<(&str, &[FieldProblem])>,
    ) -> OwnRiskView {
        let problems = wrong.map_or(&[][..], |(_, problems)| problems);
        let summary = problems.iter();
        OwnRiskView {
            csrf: frame.csrf(),
            frame,
            summary: ErrorSummary::of(
                summary
                    .map(|problem| Problem::new("answer", &problem.words))
                    .collect(),
            ),
            objected: objection.map(objected_words),
            asked: risk.is_some(),
            says: risk.map_or("", says),
            counts: risk.map_or_else(Vec::new, |risk| {
                let words = risk.counts.iter().map(|(label, since)| match since {
                    Some(day) => format!("{label}, recorded since {}", care::london::date_words(*day)),
                    None => (*label).to_owned(),
                });
                words.collect()
            }),
            offers: risk.map_or_else(Vec::new, |risk| risk.offers.iter().map(offer_words).collect()),
            answers: risk.map_or_else(Vec::new, |risk| {
                let answers = risk.answers.iter();
                answers
                    .map(|(day, words)| {
                        let day = day.map(care::london::date_words).unwrap_or_default();
                        (day, words.clone())
                    })
                    .collect()
            }),
            typed: wrong.map(|(typed, _)| typed.to_owned()).unwrap_or_default(),
            error: problems.first().map(|problem| problem.words.clone()),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, OwnRiskView)> {
        let day = jiff::civil::date(2026, 10, 3);
        let risk = OwnRisk {
            band: Some(Frailty::Moderate),
            counts: vec![("Falls", Some(day)), ("Dizziness", None)],
            offers: vec![("A comprehensive assessment at home".to_owned(), Offer::Made)],
            answers: vec![(Some(day), "<script>alert(1)</script>".to_owned())],
        };
        let none = OwnRisk {
            band: None,
            counts: Vec::new(),
            offers: Vec::new(),
            answers: Vec::new(),
        };
        let wrong = [FieldProblem {
            field: "answer",
            words: "Enter what you want to say".to_owned(),
        }];
        let objection = Objection {
            since: Some(day),
            for_them: true,
        };
        let frame = Frame::sample_citizen;
        vec![
            ("before-asking", OwnRiskView::new(frame(), None, None, None)),
            ("objects", OwnRiskView::new(frame(), Some(&objection), None, None)),
            ("normal", OwnRiskView::new(frame(), None, Some(&risk), None)),
            ("other-age", OwnRiskView::new(frame(), None, Some(&none), None)),
            (
                "error",
                OwnRiskView::new(frame(), None, Some(&risk), Some(("", &wrong))),
            ),
        ]
    }
}

fn says(risk: &OwnRisk) -> &'static str {
    match risk.band {
        None => "It is made for people of 65 to 95, and says nothing of you.",
        Some(Frailty::Fit) => "It says that you are fit: few of the things it looks for are in your record.",
        Some(Frailty::Mild) => {
            "It says “mild frailty”: some of the things it looks for are in your record. Many people with this manage well."
        }
        Some(Frailty::Moderate) => {
            "It says “moderate frailty”: several of the things it looks for are in your record. A talk about what would help you may be worth it."
        }
        Some(Frailty::Severe) => {
            "It says “severe frailty”: many of the things it looks for are in your record. Your practice will want to talk with you about what matters to you and what would help."
        }
    }
}

fn offer_words((what, state): &(String, Offer)) -> String {
    let state = match state {
        Offer::Made => "somebody will ask you about it",
        Offer::Accepted => "you said yes",
        Offer::Declined => "you said no; you can change your mind at any time",
        Offer::Done => "it was done",
        Offer::Withdrawn => "it was taken back",
    };
    format!("{what}: {state}")
}

/// `GET /me/risk`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.is_ok_and(|Query(asked)| asked.show.as_deref() == Some("yes"));
    let frame = app.frame_of(Some(&session.0));
    if !asked {
        return match objection(&app.actions, session.actor()).await {
            Ok(objection) => {
                let view = OwnRiskView::new(frame, objection.as_ref(), None, None);
                page(StatusCode::OK, &view)
            }
            Err(error) => Failure::of(error).respond(frame),
        };
    }
    shown(&app, &session, None).await
}

async fn shown(app: &App, session: &SignedIn, wrong: Option<(&str, &[FieldProblem])>) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let (actions, actor) = (&app.actions, session.actor());
    let told = match own_risk(actions, actor).await {
        Ok(risk) => objection(actions, actor).await.map(|one| (risk, one)),
        Err(error) => Err(error),
    };
    match told {
        Ok((risk, objection)) => {
            let view = OwnRiskView::new(frame, objection.as_ref(), Some(&risk), wrong);
            page(status, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /me/risk`.
pub(crate) async fn answer(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Answer>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    match answer_own_risk(&app.actions, session.actor(), &form.answer).await {
        Ok(()) => Redirect::to("/me/risk?show=yes").into_response(),
        Err(ActionError::Form(problems)) => shown(&app, &session, Some((&form.answer, &problems))).await,
        Err(error) => Failure::of(error).respond(app.frame_of(Some(&session.0))),
    }
}
