//! When something cannot be done: what happened, what was kept, what to do next. No page of ours is a bare error.

use actions::ActionError;
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use crate::frame::Frame;

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) words: &'static str,
    pub(crate) href: Option<String>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "page/message.html")]
pub(crate) struct MessageView {
    frame: Frame,
    heading: &'static str,
    what: String,
    kept: &'static str,
    next: Vec<Step>,
}

/// The ways in which a page is refused or cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Not there, or not for this reader to know of: the two look the same.
    NotFound,
    /// It was here and has been deleted.
    Gone,
    /// The form did not carry this session's token: it came from elsewhere, or from an earlier session.
    Forbidden,
    /// The form is larger than any of ours.
    TooLarge,
    /// The form did not arrive in time.
    TooSlow,
    /// Too many requests came from there, or from this person.
    TooMany,
    /// The form cannot be read.
    BadForm,
    /// This address takes another method.
    WrongMethod,
    /// The search is no longer remembered.
    SearchForgotten,
    /// A field of the address names something that is not there to choose.
    UnknownChoice {
        /// The field, as it stands in the address.
        field: &'static str,
        /// What it may name.
        known: Vec<String>,
    },
    /// The record cannot be read now; the words say why.
    Unavailable(String),
}

impl Failure {
    /// What a page says when an action did not do what was asked.
    pub(crate) fn of(error: ActionError) -> Failure {
        match error {
            ActionError::NotFound => Failure::NotFound,
            ActionError::Gone { .. } => Failure::Gone,
            ActionError::Busy => Failure::Unavailable("the record is busy".to_owned()),
            ActionError::Unavailable(words) => Failure::Unavailable(words),
            // What a form brought cannot be kept, and no field of it said so.
            ActionError::Invalid(_) => Failure::BadForm,
            other => {
                tracing::error!(error = %other, "a page met an error of an action that it does not expect");
                Failure::Unavailable("the page could not be put together".to_owned())
            }
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Failure::NotFound | Failure::SearchForgotten => StatusCode::NOT_FOUND,
            Failure::Gone => StatusCode::GONE,
            Failure::Forbidden => StatusCode::FORBIDDEN,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Failure::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Failure::BadForm | Failure::UnknownChoice { .. } => StatusCode::BAD_REQUEST,
            Failure::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Failure::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn view(self, frame: Frame) -> MessageView {
        let find = || {
            let (words, href) = if frame.is_citizen() {
                ("Go to your pages", "/me")
            } else {
                ("Find a person", "/staff/person")
            };
            Step {
                words,
                href: Some(href.to_owned()),
            }
        };
        let say = |words| Step { words, href: None };
        const UNCHANGED: &str = "Nothing in any record was changed.";
        let (heading, what, kept, next) = match self {
            Failure::NotFound => (
                "Page not found",
                "There is nothing at this address, or nothing that you may see.".to_owned(),
                UNCHANGED,
                vec![say("If you typed the address, check it."), say("If you followed a link, go back and try the page before."), find()],
            ),
            Failure::Gone => (
                "This record was deleted",
                "There was a record here. It has been deleted by the system that it came from.".to_owned(),
                "Its history is kept, and who deleted it and when.",
                vec![say("If you need what it held, ask whoever looks after records in your organisation."), find()],
            ),
            Failure::Forbidden => (
                "The form could not be accepted",
                "The form did not come from the page you have open now. This happens when you signed in again after the page was opened, or when another site sent it.".to_owned(),
                "Nothing was sent on and nothing was changed.",
                vec![say("Go back, reload the page, and fill in the form again."), find()],
            ),
            Failure::TooLarge => (
                "The form is too large",
                "What was sent is larger than any form on these pages.".to_owned(),
                UNCHANGED,
                vec![say("Go back and shorten what you typed or pasted."), find()],
            ),
            Failure::TooSlow => (
                "The form took too long to arrive",
                "The whole of the form did not arrive within 10 seconds. The connection may be slow or broken.".to_owned(),
                "Nothing was sent on and nothing was changed.",
                vec![say("Check the connection, then go back and send the form again."), find()],
            ),
            Failure::TooMany => (
                "Too many requests",
                "More was asked for in a short time than one person or one place may ask for, so that there is room for everybody.".to_owned(),
                UNCHANGED,
                vec![say("Wait a few seconds, then reload the page."), say("If it goes on, tell whoever runs this service: something may be asking in your name."), say("If care cannot wait, use your downtime procedure and go on with care.")],
            ),
            Failure::BadForm => (
                "The form could not be read",
                "What was sent is not one of the forms on these pages.".to_owned(),
                UNCHANGED,
                vec![say("Go back, reload the page, and fill in the form again."), find()],
            ),
            Failure::WrongMethod => (
                "This page cannot be opened like that",
                "The address is the end of a form, not a page.".to_owned(),
                UNCHANGED,
                vec![find()],
            ),
            Failure::SearchForgotten => (
                "This search is no longer kept",
                "Searches are kept only while you are signed in, and only the last few, because they hold people’s details.".to_owned(),
                UNCHANGED,
                vec![Step { words: "Search again", href: Some("/staff/person".to_owned()) }],
            ),
            Failure::UnknownChoice { field, known } => (
                "The address asks for something that is not there",
                format!("The field “{field}” of the address names nothing that can be shown. It may be: {}.", known.join(", ")),
                UNCHANGED,
                vec![say("Go back and choose from the list on the page."), find()],
            ),
            Failure::Unavailable(words) => (
                "The record cannot be read at the moment",
                sentence(&words),
                "Everything that was saved before is kept.",
                vec![say("Try again in a minute."), say("If care cannot wait, use your downtime procedure and go on with care."), find()],
            ),
        };
        MessageView {
            frame,
            heading,
            what,
            kept,
            next,
        }
    }

    pub(crate) fn respond(self, frame: Frame) -> Response {
        let status = self.status();
        page(status, &self.view(frame))
    }
}

impl MessageView {
    pub(crate) fn samples() -> Vec<(&'static str, MessageView)> {
        let of = |failure: Failure| failure.view(Frame::sample(true));
        vec![
            ("not-found", of(Failure::NotFound)),
            (
                "not-found-for-a-citizen",
                Failure::NotFound.view(Frame::sample_citizen()),
            ),
            ("gone", of(Failure::Gone)),
            ("forbidden", of(Failure::Forbidden)),
            ("too-large", of(Failure::TooLarge)),
            ("too-slow", of(Failure::TooSlow)),
            ("too-many", of(Failure::TooMany)),
            ("bad-form", of(Failure::BadForm)),
            ("wrong-method", of(Failure::WrongMethod)),
            ("search-forgotten", of(Failure::SearchForgotten)),
            (
                "unknown-choice",
                of(Failure::UnknownChoice {
                    field: "measure",
                    known: vec!["people".to_owned(), "over-65".to_owned()],
                }),
            ),
            (
                "unavailable",
                of(Failure::Unavailable(
                    "the disk that holds the record is full".to_owned(),
                )),
            ),
        ]
    }
}

/// A lower-case fragment as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let Some(first) = letters.next() else {
        return "The reason is not known.".to_owned();
    };
    let mut sentence: String = first.to_uppercase().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// A page with its status. A template that fails to print is a fault of ours; the reader still gets words.
pub(crate) fn page(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "a page could not be printed");
            let words = "This page could not be shown. Nothing was changed. Go back and try again.";
            (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
        }
    }
}
