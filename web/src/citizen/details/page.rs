//! The page and what answers to its form.

use actions::person::{FORMATS, LANGUAGES, METHODS, OwnDetails, change_own_details, needs, own_details};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, Uri};

use super::form::{Typed, other_language};
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// What is said when somebody else changed the entry meanwhile.
const CHANGED: &str = "Your details were changed while you had this page open. Check them and save again";

/// One choice of several.
#[derive(Debug, Clone)]
struct Choice {
    code: String,
    words: String,
    chosen: bool,
}

/// A list to choose one from.
#[derive(Debug, Clone)]
struct Choices {
    id: &'static str,
    legend: &'static str,
    all: Vec<Choice>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/details.html")]
pub(crate) struct DetailsView {
    frame: Frame,
    csrf: String,
    version: u64,
    summary: Option<ErrorSummary>,
    saved: bool,
    telephone: TextField,
    email: TextField,
    other_language: TextField,
    times: TextField,
    lists: Vec<Choices>,
    needs: Vec<Choice>,
}

impl DetailsView {
    fn new(frame: Frame, details: &OwnDetails, problems: &[FieldProblem], saved: bool) -> DetailsView {
        let field = |id, label, hint, value: &str| TextField {
            id,
            label,
            hint,
            kind: FieldKind::Text,
            width: FieldWidth::Twenty,
            value: value.to_owned(),
            error: problems
                .iter()
                .find(|problem| problem.field == id)
                .map(|problem| problem.words.clone()),
        };
        let choice = |code: &str, words: &str, chosen: bool| Choice {
            code: code.to_owned(),
            words: words.to_owned(),
            chosen,
        };
        let list = |id, legend, all: Vec<(&str, &str)>, now: &str| Choices {
            id,
            legend,
            all: [("", "Not said")]
                .into_iter()
                .chain(all)
                .map(|(code, words)| choice(code, words, code == now))
                .collect(),
        };
        let other = other_language(&details.language);
        let offered = if other.is_empty() {
            details.language.as_str()
        } else {
            ""
        };
        let interpreter = match details.interpreter {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let methods = METHODS.iter().map(|(word, words, _)| (*word, *words)).collect();
        DetailsView {
            csrf: frame.csrf(),
            frame,
            version: details.version,
            summary: ErrorSummary::of(
                problems
                    .iter()
                    .map(|problem| Problem::new(problem.field, problem.words.clone()))
                    .collect(),
            ),
            saved,
            telephone: field("telephone", "Telephone", "", &details.telephone),
            email: field("email", "Email", "", &details.email),
            other_language: field("other-language", "Another language", "Its name", &other),
            times: field(
                "times",
                "When and how it is safe to contact you",
                "For example: not after 7 pm, leave no messages",
                &details.times,
            ),
            lists: vec![
                list("language", "The language you prefer", LANGUAGES.to_vec(), offered),
                list(
                    "interpreter",
                    "Do you need an interpreter?",
                    vec![("yes", "Yes"), ("no", "No")],
                    interpreter,
                ),
                list("method", "How to contact you", methods, &details.method),
                list(
                    "format",
                    "The format of what is sent to you",
                    FORMATS.to_vec(),
                    &details.format,
                ),
            ],
            needs: needs()
                .into_iter()
                .map(|(code, words)| choice(code, words, details.needs.contains(code)))
                .collect(),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, DetailsView)> {
        let details = OwnDetails {
            version: 3,
            telephone: "01632 960 001".to_owned(),
            email: "<script>alert(1)</script>".to_owned(),
            language: "Dutch".to_owned(),
            interpreter: Some(true),
            method: "sms".to_owned(),
            format: "11".to_owned(),
            times: "Not after 7 pm".to_owned(),
            needs: [("communication-support".to_owned())].into(),
        };
        let wrong = [FieldProblem {
            field: "email",
            words: "Enter an email address in the right form, such as name@example.com".to_owned(),
        }];
        let view = |details: &OwnDetails, wrong: &[FieldProblem], saved| {
            DetailsView::new(Frame::sample_citizen(), details, wrong, saved)
        };
        vec![
            ("normal", view(&details, &[], false)),
            ("saved", view(&details, &[], true)),
            ("error", view(&details, &wrong, false)),
            ("empty", view(&OwnDetails::default(), &[], false)),
        ]
    }
}

/// `GET /me/details`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn, address: Uri) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match own_details(&app.actions, session.actor()).await {
        Ok(details) => {
            let saved = address.query() == Some("saved");
            page(StatusCode::OK, &DetailsView::new(frame, &details, &[], saved))
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /me/details`.
pub(crate) async fn change(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Vec<(String, String)>>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let typed = form.map(|pairs| Typed::of(&pairs));
    let accepted = session.accepted(typed, &headers, |typed| &typed.csrf);
    let mut details = match accepted {
        Ok(typed) => typed.details,
        Err(failure) => return failure.respond(frame),
    };
    match change_own_details(&app.actions, session.actor(), &details).await {
        Ok(()) => Redirect::to("/me/details?saved").into_response(),
        Err(ActionError::Form(problems)) => {
            let view = DetailsView::new(frame, &details, &problems, false);
            page(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(ActionError::Conflict { .. }) => match own_details(&app.actions, session.actor()).await {
            // What was typed stays, on the version that is there now.
            Ok(now) => {
                details.version = now.version;
                let problem = FieldProblem {
                    field: "telephone",
                    words: CHANGED.to_owned(),
                };
                page(
                    StatusCode::CONFLICT,
                    &DetailsView::new(frame, &details, &[problem], false),
                )
            }
            Err(error) => Failure::of(error).respond(frame),
        },
        Err(error) => Failure::of(error).respond(frame),
    }
}
