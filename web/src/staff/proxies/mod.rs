//! `/staff/person/{id}/proxies`: who acts for a person; what the person proposed is confirmed or refused here, after the person was
//! seen alone.

use actions::sharing::{
    Confirmation, ProxyLine, ProxyState, SCOPES, confirm_proxy, proxies_of, refuse_proxy,
};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use jiff::civil::Date;

use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, Problem, Tag, TagColour};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// The form of one proposal.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Deciding {
    csrf: String,
    page: String,
    decision: String,
    #[serde(rename = "nhs-number")]
    nhs_number: String,
    #[serde(rename = "seen-alone")]
    seen_alone: Option<String>,
    understands: Option<String>,
    #[serde(rename = "identity-checked")]
    identity_checked: Option<String>,
    reason: String,
}

/// A box that must be ticked.
#[derive(Debug, Clone)]
struct Check {
    name: &'static str,
    words: &'static str,
    ticked: bool,
    error: Option<String>,
}

/// The form of a proposal that waits.
#[derive(Debug, Clone)]
struct Decision {
    page: String,
    nhs_number: String,
    number_error: Option<String>,
    checks: Vec<Check>,
    reason: String,
    reason_error: Option<String>,
}

#[derive(Debug, Clone)]
struct Card {
    /// A number within the page, for ids of inputs.
    number: usize,
    name: String,
    relationship: String,
    tag: Tag,
    gives: Vec<&'static str>,
    until: String,
    decision: Option<Decision>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/proxies/list.html")]
pub(crate) struct ProxiesView {
    frame: Frame,
    csrf: String,
    person: String,
    summary: Option<ErrorSummary>,
    cards: Vec<Card>,
}

impl ProxiesView {
    fn new(
        frame: Frame,
        person: &str,
        lines: &[ProxyLine],
        form: &Deciding,
        problems: &[FieldProblem],
    ) -> ProxiesView {
        let mut told = Vec::new();
        let cards = lines
            .iter()
            .enumerate()
            .map(|(number, line)| {
                let typed = (form.page == line.page).then_some((form, problems));
                if typed.is_some() {
                    told.extend(problems.iter().map(|problem| {
                        let target = match problem.field {
                            "page" => String::new(),
                            field => format!("{field}-{number}"),
                        };
                        Problem::new(target, &problem.words)
                    }));
                }
                card(number, line, typed)
            })
            .collect();
        ProxiesView {
            csrf: frame.csrf(),
            frame,
            person: crate::path_segment::encode(person),
            summary: ErrorSummary::of(told),
            cards,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, ProxiesView)> {
        let line = |page: &str, name: &str, state| ProxyLine {
            page: page.to_owned(),
            name: name.to_owned(),
            relationship: "daughter".to_owned(),
            scopes: vec![
                codes::access::SEE_SUMMARY.to_owned(),
                codes::access::SEE_PLAN.to_owned(),
            ],
            until: Date::new(2027, 3, 2).ok(),
            state,
        };
        let lines = [
            line("one", "Marian Blakeley", ProxyState::WaitsForPractice),
            line("two", "<script>alert(1)</script>", ProxyState::WaitsForPractice),
            line("three", "Tom Blakeley", ProxyState::Acts),
        ];
        let typed = Deciding {
            page: "one".to_owned(),
            nhs_number: "123".to_owned(),
            understands: Some("1".to_owned()),
            ..Deciding::default()
        };
        let wrong = |field, words: &str| FieldProblem {
            field,
            words: words.to_owned(),
        };
        let problems = [
            wrong(
                "nhs-number",
                "Enter the proxy's own NHS number: 10 digits, the last of which checks the others",
            ),
            wrong(
                "seen-alone",
                "Confirm that you saw the person alone and that they want this",
            ),
            wrong("reason", "Say why in 10 to 500 characters"),
        ];
        let frame = || Frame::sample(true);
        let none = Deciding::default();
        vec![
            ("normal", ProxiesView::new(frame(), "sample", &lines, &none, &[])),
            ("empty", ProxiesView::new(frame(), "sample", &[], &none, &[])),
            (
                "errors",
                ProxiesView::new(frame(), "sample", &lines, &typed, &problems),
            ),
        ]
    }
}

fn card(number: usize, line: &ProxyLine, typed: Option<(&Deciding, &[FieldProblem])>) -> Card {
    let tag = match line.state {
        ProxyState::WaitsForPractice => Tag::new("Waits for you", TagColour::Yellow),
        ProxyState::Acts => Tag::new("Acts now", TagColour::Green),
        ProxyState::NotNow => Tag::new("Not in force now", TagColour::Grey),
    };
    let gives = SCOPES
        .iter()
        .filter(|(code, _)| line.scopes.iter().any(|scope| scope == code))
        .map(|(_, words)| *words)
        .collect();
    Card {
        number,
        name: line.name.clone(),
        relationship: line.relationship.clone(),
        tag,
        gives,
        until: line.until.map_or_else(
            || "no last day".to_owned(),
            |day| day.strftime("%-d %B %Y").to_string(),
        ),
        decision: (line.state == ProxyState::WaitsForPractice).then(|| decision(line, typed)),
    }
}

fn decision(line: &ProxyLine, typed: Option<(&Deciding, &[FieldProblem])>) -> Decision {
    let wrong = |field: &str| {
        let (_, problems) = typed?;
        let found = problems.iter().find(|problem| problem.field == field);
        found.map(|problem| problem.words.clone())
    };
    let ticked = |is: fn(&Deciding) -> &Option<String>| typed.is_some_and(|(form, _)| is(form).is_some());
    let check = |name, words, ticked| Check {
        name,
        words,
        ticked,
        error: wrong(name),
    };
    Decision {
        page: line.page.clone(),
        nhs_number: typed.map(|(form, _)| form.nhs_number.clone()).unwrap_or_default(),
        number_error: wrong("nhs-number"),
        checks: vec![
            check(
                "seen-alone",
                "I saw the person alone, and they want this",
                ticked(|form| &form.seen_alone),
            ),
            check(
                "understands",
                "They understand what they give, and that they can stop it at any time",
                ticked(|form| &form.understands),
            ),
            check(
                "identity-checked",
                "The proxy showed who they are",
                ticked(|form| &form.identity_checked),
            ),
        ],
        reason: typed.map(|(form, _)| form.reason.clone()).unwrap_or_default(),
        reason_error: wrong("reason"),
    }
}

/// `GET /staff/person/{id}/proxies`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, Path(person): Path<String>) -> Response {
    answered(&app, &session, &person, &Deciding::default(), &[]).await
}

async fn answered(
    app: &App,
    session: &SignedIn,
    person: &str,
    form: &Deciding,
    problems: &[FieldProblem],
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    match proxies_of(&app.actions, session.actor(), person).await {
        Ok(lines) => page(status, &ProxiesView::new(frame, person, &lines, form, problems)),
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/person/{id}/proxies`: one proposal is confirmed or refused.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    Path(person): Path<String>,
    headers: HeaderMap,
    Sent(form): Sent<Deciding>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let (actions, actor) = (&app.actions, session.actor());
    let done = if form.decision == "refuse" {
        refuse_proxy(actions, actor, &person, &form.page, &form.reason).await
    } else {
        let confirmation = Confirmation {
            page: form.page.clone(),
            nhs_number: form.nhs_number.clone(),
            seen_alone: form.seen_alone.is_some(),
            understands: form.understands.is_some(),
            identity_checked: form.identity_checked.is_some(),
        };
        confirm_proxy(actions, actor, &person, &confirmation).await
    };
    match done {
        Ok(()) => {
            let person = crate::path_segment::encode(&person);
            Redirect::to(&format!("/staff/person/{person}/proxies")).into_response()
        }
        Err(ActionError::Form(problems)) => answered(&app, &session, &person, &form, &problems).await,
        Err(error) => Failure::of(error).respond(frame),
    }
}
