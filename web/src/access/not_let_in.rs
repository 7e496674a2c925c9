//! Why somebody was not let in, in plain words, and what to do next. Nothing that a provider said stands on the page.

use actions::access::{Fault, NotLetIn};
use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::access::confirm::confirm_address;
use crate::app::App;
use crate::failure::page;
use crate::frame::Frame;
use crate::session::OpenSession;

#[derive(Debug, Clone, Template)]
#[template(path = "access/not_let_in.html")]
pub(crate) struct NotLetInView {
    frame: Frame,
    heading: &'static str,
    what: Vec<String>,
    /// The way on: words and address.
    on: Option<(&'static str, String)>,
}

impl NotLetInView {
    fn new(frame: Frame, provider: &str, why: &NotLetIn) -> NotLetInView {
        let again = || Some(("Go to sign in", "/sign-in".to_owned()));
        let one = |words: &str| vec![words.to_owned()];
        let (heading, what, on) = match why {
            NotLetIn::NoSuchProvider => (
                "There is no such way to sign in",
                one("The address names a sign-in service that is not set up here."),
                again(),
            ),
            NotLetIn::NotBegun => (
                "This sign-in cannot be used",
                one("It was not begun in this browser, was used before, or took longer than 10 minutes. Nobody was signed in."),
                again(),
            ),
            NotLetIn::Declined => (
                "You were not signed in",
                one("The sign-in service says that the sign-in was ended before it was complete."),
                again(),
            ),
            NotLetIn::Fault(Fault::Unreachable) => (
                "The sign-in service does not answer",
                one("Nobody can be signed in with it at the moment. If care cannot wait, use your downtime procedure and go on with care."),
                again(),
            ),
            NotLetIn::Fault(Fault::NotJustNow | Fault::NoSignInTime) => (
                "The sign-in service did not ask who you are",
                one("Somebody left this desk to others, so everybody who comes has to sign in anew at the sign-in service. It let you in by an earlier sign-in, or does not say when you signed in. Sign out there, then try again; or sign in another way."),
                again(),
            ),
            NotLetIn::Fault(_) => (
                "The sign-in could not be checked",
                one("What the sign-in service sent does not fit what was asked. Nobody was signed in. If it happens again, tell whoever looks after Sarsen."),
                again(),
            ),
            NotLetIn::Assurance { step_up: true } => (
                "We need to know that it is you",
                vec![
                    "Your health record opens only when NHS login has checked who you are with photo identification. So far it has not.".to_owned(),
                    "You can do that now. It usually takes a few minutes, and up to a day if somebody has to look at it.".to_owned(),
                ],
                Some(("Prove who you are", format!("/sign-in/further/{provider}"))),
            ),
            NotLetIn::Assurance { step_up: false } => (
                "Sign in in a stronger way",
                one("Records open only to staff whose identity was checked in full and who signed in with a smartcard, a security key or another second factor."),
                again(),
            ),
            NotLetIn::NotProved(not) => return NotLetInView::proving(frame, &not.next, &not.why),
            NotLetIn::SomebodyElse => (
                "You were not signed in",
                one("The sign-in service vouched for somebody else."),
                again(),
            ),
            NotLetIn::Closed(_) => (
                "Your account here is closed",
                one("The sign-in service knows you, but nobody can sign in here as you. If that is a mistake, ask whoever looks after Sarsen in your organisation to open your account again."),
                again(),
            ),
            NotLetIn::NotLinked => (
                "You have no account here yet",
                one("The sign-in service knows you, but only staff whose sign-in is linked to an account here are let in. Ask whoever looks after Sarsen in your organisation to link yours."),
                again(),
            ),
            NotLetIn::NoRole(codes) => (
                "You hold no role that opens records here",
                no_role(codes),
                again(),
            ),
            NotLetIn::NoRecord => (
                "No record could be opened for you",
                one("There is no record here under your NHS number, or more than one. Your surgery can tell you which organisations look after your record."),
                again(),
            ),
            NotLetIn::Record(_) | NotLetIn::Randomness => (
                "You cannot be signed in at the moment",
                one("The record cannot be read. Try again in a minute. If care cannot wait, use your downtime procedure and go on with care."),
                again(),
            ),
        };
        NotLetInView {
            frame,
            heading,
            what,
            on,
        }
    }

    /// The same for somebody who is signed in, and was to prove again who they are.
    fn proving(frame: Frame, next: &str, why: &NotLetIn) -> NotLetInView {
        NotLetInView {
            frame,
            heading: "It is not confirmed that it is you",
            what: vec![
                not_proved(why).to_owned(),
                "Nothing was confirmed, and you are signed in as before.".to_owned(),
            ],
            on: Some(("Try again", confirm_address(next))),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, NotLetInView)> {
        let proving = |why: &NotLetIn| NotLetInView::proving(Frame::sample(false), "/", why);
        let view = |why: &NotLetIn| NotLetInView::new(Frame::sample(false), "nhs-login", why);
        let role = |code: &str| NotLetIn::NoRole(vec![code.to_owned()]);
        vec![
            ("no-such-provider", view(&NotLetIn::NoSuchProvider)),
            ("not-begun", view(&NotLetIn::NotBegun)),
            ("declined", view(&NotLetIn::Declined)),
            ("does-not-answer", view(&NotLetIn::Fault(Fault::Unreachable))),
            ("shared-desk", view(&NotLetIn::Fault(Fault::NotJustNow))),
            ("not-checked", view(&NotLetIn::Fault(Fault::Nonce))),
            ("prove-more", view(&NotLetIn::Assurance { step_up: true })),
            ("stronger", view(&NotLetIn::Assurance { step_up: false })),
            ("not-proved", proving(&NotLetIn::Declined)),
            ("somebody-else", proving(&NotLetIn::SomebodyElse)),
            ("not-just-now", proving(&NotLetIn::Fault(Fault::NotJustNow))),
            ("closed", view(&NotLetIn::Closed("sample".to_owned()))),
            ("not-linked", view(&NotLetIn::NotLinked)),
            ("no-role", view(&role("S8000:G8000:R9999"))),
            ("no-role-at-all", view(&NotLetIn::NoRole(Vec::new()))),
            ("no-record", view(&NotLetIn::NoRecord)),
            ("unavailable", view(&NotLetIn::Randomness)),
        ]
    }
}

/// Why somebody who was to prove again who they are did not, in a sentence.
fn not_proved(why: &NotLetIn) -> &'static str {
    match why {
        NotLetIn::Declined => "The sign-in service says that it was ended before it was complete.",
        NotLetIn::SomebodyElse => {
            "Somebody else signed in at the sign-in service. Sign in there as who you are here; or sign out here, and let them sign in."
        }
        NotLetIn::Fault(Fault::NotJustNow) => {
            "The sign-in service did not ask anybody to sign in again, so it shows nothing new."
        }
        NotLetIn::Fault(Fault::NoSignInTime) => {
            "The sign-in service does not say when you signed in, so it shows nothing new. Tell whoever looks after Sarsen: until it does, sign out and sign in again."
        }
        NotLetIn::Fault(Fault::Unreachable) => {
            "The sign-in service does not answer. If care cannot wait, use your downtime procedure and go on with care."
        }
        NotLetIn::NoSuchProvider => {
            "The sign-in service that you came from is not set up here any more. Sign out, and sign in again."
        }
        NotLetIn::Assurance { .. } => {
            "You signed in there in a weaker way than is needed here. Use your smartcard, a security key or another second factor."
        }
        NotLetIn::NotBegun => "It was not begun here, was used before, or took longer than 10 minutes.",
        NotLetIn::Record(_) | NotLetIn::Randomness => {
            "The record cannot be read. Try again in a minute. If care cannot wait, use your downtime procedure and go on with care."
        }
        _ => {
            "What the sign-in service sent does not fit what was asked. If it happens again, tell whoever looks after Sarsen."
        }
    }
}

/// Somebody who is signed in was to prove again who they are, and did not.
pub(crate) fn respond_not_proved(app: &App, session: &OpenSession, next: &str, why: &NotLetIn) -> Response {
    let status = status(why);
    tracing::info!(%why, "it was not proved again who somebody is");
    let view = NotLetInView::proving(app.frame_of(Some(session)), next, why);
    page(status, &view)
}

fn no_role(codes: &[String]) -> Vec<String> {
    let plain = |code: &&String| {
        code.len() <= 40 && code.bytes().all(|one| one.is_ascii_alphanumeric() || one == b':')
    };
    let known: Vec<&str> = codes.iter().filter(plain).map(String::as_str).collect();
    let first = if known.is_empty() {
        "The sign-in service says that you hold no role.".to_owned()
    } else {
        format!(
            "The sign-in service says that you hold {}, which opens nothing here.",
            known.join(", ")
        )
    };
    vec![
        first,
        "Ask whoever looks after roles in your organisation (the Registration Authority) for the role that you work in.".to_owned(),
    ]
}

/// The page, with a status that says whose fault it is.
pub(crate) fn respond(app: &App, provider: &str, why: &NotLetIn) -> Response {
    let status = status(why);
    tracing::info!(%why, "a sign-in with a provider was refused");
    page(status, &NotLetInView::new(app.frame_of(None), provider, why))
}

fn status(why: &NotLetIn) -> StatusCode {
    match why {
        NotLetIn::NotProved(not) => status(&not.why),
        NotLetIn::SomebodyElse => StatusCode::FORBIDDEN,
        NotLetIn::NoSuchProvider => StatusCode::NOT_FOUND,
        NotLetIn::NotBegun => StatusCode::BAD_REQUEST,
        NotLetIn::Declined
        | NotLetIn::Assurance { .. }
        | NotLetIn::Closed(_)
        | NotLetIn::NotLinked
        | NotLetIn::NoRole(_)
        | NotLetIn::NoRecord => StatusCode::FORBIDDEN,
        NotLetIn::Fault(Fault::Unreachable) | NotLetIn::Record(_) | NotLetIn::Randomness => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        NotLetIn::Fault(_) => StatusCode::BAD_GATEWAY,
    }
}
