//! The form that finds a person: one form, any of five details, sent by POST.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use super::asked::{Asked, AskedProblems};
use crate::app::{App, SignedIn};
use crate::components::{DateField, ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::session::fresh_secret;

#[derive(Debug, Clone, Template)]
#[template(path = "staff/person/search.html")]
pub(crate) struct SearchView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    nhs_number: TextField,
    name: TextField,
    born: DateField,
    postcode: TextField,
    telephone: TextField,
}

impl SearchView {
    /// The form as `asked`, with what is wrong; `others` are problems of no one field.
    pub(crate) fn new(
        frame: Frame,
        asked: &Asked,
        problems: &AskedProblems,
        others: Vec<Problem>,
    ) -> SearchView {
        let mut listed = problems.list();
        listed.extend(others);
        SearchView {
            csrf: frame
                .account
                .as_ref()
                .map(|account| account.csrf.clone())
                .unwrap_or_default(),
            frame,
            summary: ErrorSummary::of(listed),
            nhs_number: TextField {
                id: "nhs-number",
                label: "NHS number",
                hint: "10 digits, like 943 476 5919",
                kind: FieldKind::Digits,
                width: FieldWidth::Ten,
                value: asked.nhs_number.clone(),
                error: problems.nhs_number.clone(),
            },
            name: TextField {
                id: "name",
                label: "Name",
                hint: "First name, last name or both, or the first letters of either",
                kind: FieldKind::Text,
                width: FieldWidth::Twenty,
                value: asked.name.clone(),
                error: problems.name.clone(),
            },
            born: DateField::new(
                "born",
                "Date of birth",
                "For example, 31 3 1946",
                &asked.born(),
                problems.born.clone(),
            ),
            postcode: TextField {
                id: "postcode",
                label: "Postcode",
                hint: "Of the person’s home, like BA1 1AA, or its first half",
                kind: FieldKind::Text,
                width: FieldWidth::Ten,
                value: asked.postcode.clone(),
                error: problems.postcode.clone(),
            },
            telephone: TextField {
                id: "telephone",
                label: "Telephone number",
                hint: "The person’s own, like 01632 960 001",
                kind: FieldKind::Text,
                width: FieldWidth::Twenty,
                value: asked.telephone.clone(),
                error: problems.telephone.clone(),
            },
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SearchView)> {
        let frame = || Frame::sample(true);
        let today = jiff::civil::date(2026, 8, 3);
        let wrong = Asked {
            nhs_number: "943 476 5918".to_owned(),
            name: "<script>alert('name')</script>".to_owned(),
            day: "31".to_owned(),
            month: "2".to_owned(),
            year: "1946".to_owned(),
            postcode: "not a postcode at all".to_owned(),
            telephone: "engaged".to_owned(),
            ..Asked::default()
        };
        let empty = Asked::default();
        let problems = |asked: &Asked| asked.query(today).err().unwrap_or_default();
        vec![
            (
                "normal",
                SearchView::new(frame(), &empty, &AskedProblems::default(), Vec::new()),
            ),
            (
                "error-nothing",
                SearchView::new(frame(), &empty, &problems(&empty), Vec::new()),
            ),
            (
                "error-everything",
                SearchView::new(frame(), &wrong, &problems(&wrong), Vec::new()),
            ),
            (
                "error-unavailable",
                SearchView::new(
                    frame(),
                    &Asked {
                        name: "Ann".to_owned(),
                        ..empty
                    },
                    &AskedProblems::default(),
                    vec![Problem::new(
                        "",
                        "The record cannot be read at the moment. Nothing was lost; try again in a minute.",
                    )],
                ),
            ),
        ]
    }
}

/// `GET /staff/person`: the empty form.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    page(
        StatusCode::OK,
        &SearchView::new(frame, &Asked::default(), &AskedProblems::default(), Vec::new()),
    )
}

/// `POST /staff/person`: keeps what was asked in the session and leads to the results; or shows the form again.
pub(crate) async fn submit(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<Asked>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let asked = match session.accepted(form, &headers, |asked| &asked.csrf) {
        Ok(asked) => asked,
        Err(failure) => return failure.respond(frame),
    };
    if let Err(problems) = asked.query(app.actions.today()) {
        return page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &SearchView::new(frame, &asked, &problems, Vec::new()),
        );
    }
    let Ok(name) = fresh_secret() else {
        return Failure::Unavailable("the server has no randomness to give".to_owned()).respond(frame);
    };
    let address = format!("/staff/person/search/{}", &name[..32]);
    app.searches.remember(&session.0, name[..32].to_owned(), asked);
    Redirect::to(&address).into_response()
}
