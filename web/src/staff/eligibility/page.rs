//! The page.

use actions::ActionError;
use actions::eligibility::{PersonEligibility, eligibility_of};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::programme::{ProgrammeRow, rows};
use super::vaccine::Immunisations;
use super::wait::WaitRow;
use crate::app::{App, SignedIn};
use crate::components::NhsNumberWords;
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::staff::record::{base, nhs_number_words};

#[derive(Debug, Clone, Template)]
#[template(path = "staff/eligibility/page.html")]
pub(crate) struct EligibilityView {
    frame: Frame,
    record: String,
    name: String,
    nhs_number: NhsNumberWords,
    none: Option<&'static str>,
    programmes: Vec<ProgrammeRow>,
    immunisations: Option<Immunisations>,
    /// `None` when the reader's role does not see referrals.
    waits: Option<Vec<WaitRow>>,
    unread: u32,
}

impl EligibilityView {
    fn new(frame: Frame, found: &PersonEligibility) -> EligibilityView {
        EligibilityView {
            frame,
            record: base(&found.page),
            name: found.person.formal_name(),
            nhs_number: nhs_number_words(&found.person),
            none: found.none,
            programmes: rows(&found.programmes),
            immunisations: found.vaccines.as_ref().map(Immunisations::new),
            waits: found
                .waits
                .as_ref()
                .map(|waits| waits.iter().map(WaitRow::new).collect()),
            unread: found.unread,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, EligibilityView)> {
        let family = "<script>alert(1)</script>";
        let unread = |found: PersonEligibility| PersonEligibility { unread: 2, ..found };
        let samples = [
            ("worked-out", PersonEligibility::sample(family, |_| true)),
            (
                "role-does-not-see",
                PersonEligibility::sample(family, |kind| kind == "Condition"),
            ),
            (
                "child",
                PersonEligibility::sample_of_nothing(family, Some("2026-08-01")).map(unread),
            ),
            ("no-birth", PersonEligibility::sample_of_nothing(family, None)),
        ];
        let view = |(name, found): (&'static str, Option<PersonEligibility>)| {
            Some((name, EligibilityView::new(Frame::sample(true), &found?)))
        };
        samples.into_iter().filter_map(view).collect()
    }
}

/// `GET /staff/person/{id}/eligibility`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Path(id)) = id else {
        return Failure::NotFound.respond(frame);
    };
    match eligibility_of(&app.actions, session.actor(), &id).await {
        Ok(found) => page(StatusCode::OK, &EligibilityView::new(frame, &found)),
        Err(ActionError::Forbidden(_)) => Failure::NotFound.respond(frame),
        Err(error) => Failure::of(error).respond(frame),
    }
}
