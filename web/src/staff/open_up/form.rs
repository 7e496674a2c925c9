//! Opening a record with a reason: of somebody whose page is at hand, or of somebody named by NHS number and date of birth.

use actions::access::{Way, Whom, open_up};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use jiff::civil::Date;

use super::closed::{code, words};
use crate::app::{App, SignedIn};
use crate::components::{DateField, ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::staff::person::Asked;
use crate::staff::record::base;

/// The form as typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Opening {
    csrf: String,
    reason: String,
    words: String,
    #[serde(rename = "nhs-number")]
    nhs_number: String,
    #[serde(rename = "born-day")]
    day: String,
    #[serde(rename = "born-month")]
    month: String,
    #[serde(rename = "born-year")]
    year: String,
}

#[derive(Debug, Clone)]
struct Reason {
    code: &'static str,
    words: &'static str,
    chosen: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/open_up/form.html")]
pub(crate) struct OpenView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    heading: &'static str,
    action: String,
    back: String,
    long: &'static str,
    nhs_number: Option<TextField>,
    born: Option<DateField>,
    reasons: Vec<Reason>,
    reason_error: Option<String>,
    typed: String,
    words_error: Option<String>,
    button: &'static str,
    urgent: bool,
}

impl OpenView {
    /// The form for somebody whose page has this address, or for somebody to be named.
    fn new(
        frame: Frame,
        way: Way,
        person: Option<&str>,
        typed: &Opening,
        problems: &[FieldProblem],
    ) -> OpenView {
        let error = |field: &str| {
            problems
                .iter()
                .find(|problem| problem.field == field)
                .map(|problem| problem.words.clone())
        };
        let asked = typed.asked();
        let named = |field: &'static str| match field {
            "born" => "born-day",
            other => other,
        };
        OpenView {
            csrf: frame
                .account
                .as_ref()
                .map(|account| account.csrf.clone())
                .unwrap_or_default(),
            frame,
            summary: ErrorSummary::of(
                problems
                    .iter()
                    .map(|problem| Problem::new(named(problem.field), &problem.words))
                    .collect(),
            ),
            heading: words(way),
            action: match person {
                Some(base) => format!("{base}/open/{}", code(way)),
                None => format!("/staff/open/{}", code(way)),
            },
            back: person.map_or_else(|| "/staff/person".to_owned(), str::to_owned),
            long: match way {
                Way::BreakGlass => "1 hour",
                Way::Claim => "12 hours",
            },
            nhs_number: person.is_none().then(|| TextField {
                id: "nhs-number",
                label: "NHS number",
                hint: "A 10 digit number, such as 485 777 3456",
                kind: FieldKind::Digits,
                width: FieldWidth::Ten,
                value: typed.nhs_number.clone(),
                error: error("nhs-number"),
            }),
            born: person.is_none().then(|| {
                let wrong = error("born").map(|words| (words, crate::components::WrongParts::ALL));
                DateField::new(
                    "born",
                    "Date of birth",
                    "For example, 15 3 1984",
                    &asked.born(),
                    wrong,
                )
            }),
            reasons: way
                .reasons()
                .iter()
                .map(|(code, words)| Reason {
                    code,
                    words,
                    chosen: typed.reason == *code,
                })
                .collect(),
            reason_error: error("reason"),
            typed: typed.words.clone(),
            words_error: error("words"),
            button: match way {
                Way::BreakGlass => "Open the record now",
                Way::Claim => "Open the record",
            },
            urgent: way == Way::BreakGlass,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, OpenView)> {
        let view = |way, person, problems: &[FieldProblem]| {
            OpenView::new(Frame::sample(true), way, person, &Opening::default(), problems)
        };
        let wrong = [
            FieldProblem {
                field: "reason",
                words: "Choose a reason".to_owned(),
            },
            FieldProblem {
                field: "words",
                words: "Say why in at least 10 characters".to_owned(),
            },
        ];
        vec![
            (
                "emergency",
                view(Way::BreakGlass, Some("/staff/person/sample"), &[]),
            ),
            (
                "error",
                view(Way::BreakGlass, Some("/staff/person/sample"), &wrong),
            ),
            ("claim", view(Way::Claim, Some("/staff/person/sample"), &[])),
            ("by-number", view(Way::Claim, None, &[])),
        ]
    }
}

impl Opening {
    fn asked(&self) -> Asked {
        Asked {
            nhs_number: self.nhs_number.clone(),
            day: self.day.clone(),
            month: self.month.clone(),
            year: self.year.clone(),
            ..Asked::default()
        }
    }

    /// Whom it names, or what to put right.
    fn identified(&self, today: Date) -> Result<Whom, Vec<FieldProblem>> {
        let asked = self.asked();
        let mut problems = Vec::new();
        let mut problem = |field, words: &str| {
            problems.push(FieldProblem {
                field,
                words: words.to_owned(),
            });
        };
        let query = match asked.query(today) {
            Ok(query) => query,
            Err(wrong) => {
                if let Some(words) = &wrong.nhs_number {
                    problem("nhs-number", words);
                }
                if let Some((words, _)) = &wrong.born {
                    problem("born", words);
                }
                return Err(problems);
            }
        };
        match (query.nhs_number, query.born) {
            (Some(nhs_number), Some(born)) => Ok(Whom::Identified { nhs_number, born }),
            (number, born) => {
                if number.is_none() {
                    problem("nhs-number", "Enter the NHS number");
                }
                if born.is_none() {
                    problem("born", "Enter the date of birth");
                }
                Err(problems)
            }
        }
    }
}

/// Minutes within which whoever opens a record in an emergency has to have proved who they are. It is long: nobody looks for a
/// code while somebody lies on the floor, unless the desk was left alone for an hour.
const PROVED_WITHIN: u32 = 60;

/// Where somebody proves again who they are, when it is too long ago.
fn proves(app: &App, session: &SignedIn, way: Way, next: &str) -> Option<Response> {
    match way {
        Way::BreakGlass => session.not_fresh(app, PROVED_WITHIN, next),
        Way::Claim => None,
    }
}

fn way_of(text: &str) -> Option<Way> {
    [Way::BreakGlass, Way::Claim]
        .into_iter()
        .find(|way| code(*way) == text)
}

/// `GET /staff/person/{id}/open/{way}`.
pub(crate) async fn ask(
    State(app): State<App>,
    session: SignedIn,
    address: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Some((id, way)) = address.ok().and_then(|Path((id, way))| Some((id, way_of(&way)?))) else {
        return Failure::NotFound.respond(frame);
    };
    let standing =
        actions::access::standing_to(&app.actions, session.actor(), actions::Purpose::DirectCare, &id).await;
    match standing {
        Ok(standing) if standing.ways.contains(&way) => {
            if let Some(prove) = proves(&app, &session, way, &format!("{}/open/{}", base(&id), code(way))) {
                return prove;
            }
            let view = OpenView::new(frame, way, Some(&base(&id)), &Opening::default(), &[]);
            page(StatusCode::OK, &view)
        }
        Ok(_) => Failure::NotFound.respond(frame),
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /staff/person/{id}/open/{way}`.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    address: Result<Path<(String, String)>, PathRejection>,
    Sent(form): Sent<Opening>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Some((id, way)) = address.ok().and_then(|Path((id, way))| Some((id, way_of(&way)?))) else {
        return Failure::NotFound.respond(frame);
    };
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    if let Some(prove) = proves(&app, &session, way, &format!("{}/open/{}", base(&id), code(way))) {
        return prove;
    }
    let whom = Whom::Page(id.clone());
    opened(&app, &session, frame, way, Some(&base(&id)), &whom, &form).await
}

/// `GET /staff/open/{way}`.
pub(crate) async fn ask_by_number(
    State(app): State<App>,
    session: SignedIn,
    way: Result<Path<String>, PathRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match way.ok().and_then(|Path(way)| way_of(&way)) {
        Some(way) if actions::access::may_open_up(session.actor()) => {
            if let Some(prove) = proves(&app, &session, way, &format!("/staff/open/{}", code(way))) {
                return prove;
            }
            page(
                StatusCode::OK,
                &OpenView::new(frame, way, None, &Opening::default(), &[]),
            )
        }
        _ => Failure::NotFound.respond(frame),
    }
}

/// `POST /staff/open/{way}`.
pub(crate) async fn submit_by_number(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    way: Result<Path<String>, PathRejection>,
    Sent(form): Sent<Opening>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let way = way.ok().and_then(|Path(way)| way_of(&way));
    let Some(way) = way.filter(|_| actions::access::may_open_up(session.actor())) else {
        return Failure::NotFound.respond(frame);
    };
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    if let Some(prove) = proves(&app, &session, way, &format!("/staff/open/{}", code(way))) {
        return prove;
    }
    match form.identified(app.actions.today()) {
        Ok(whom) => opened(&app, &session, frame, way, None, &whom, &form).await,
        Err(problems) => page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &OpenView::new(frame, way, None, &form, &problems),
        ),
    }
}

async fn opened(
    app: &App,
    session: &SignedIn,
    frame: Frame,
    way: Way,
    person: Option<&str>,
    whom: &Whom,
    form: &Opening,
) -> Response {
    let again = |frame, problems: &[FieldProblem]| {
        page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &OpenView::new(frame, way, person, form, problems),
        )
    };
    match open_up(
        &app.actions,
        session.actor(),
        whom,
        way,
        &form.reason,
        &form.words,
    )
    .await
    {
        Ok(opened) => {
            let purpose = actions::Purpose::DirectCare;
            match actions::person::page_id(&app.actions, session.actor(), purpose, &opened.patient) {
                Ok(id) => Redirect::to(&base(&id)).into_response(),
                Err(error) => Failure::of(error).respond(frame),
            }
        }
        Err(ActionError::Form(problems)) => again(frame, &problems),
        Err(ActionError::NotFound) if person.is_none() => again(
            frame,
            &[FieldProblem {
                field: "nhs-number",
                words: "No record can be opened with this NHS number and date of birth. Check both"
                    .to_owned(),
            }],
        ),
        Err(error) => Failure::of(error).respond(frame),
    }
}
