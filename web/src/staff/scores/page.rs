//! The page.

use actions::ActionError;
use actions::score::{Needs, PersonScores, scores_of};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::row::{ScoreRow, TotalRow};
use crate::app::{App, SignedIn};
use crate::components::NhsNumberWords;
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::staff::record::{base, nhs_number_words};

#[derive(Debug, Clone, Template)]
#[template(path = "staff/scores/page.html")]
pub(crate) struct ScoresView {
    frame: Frame,
    record: String,
    name: String,
    nhs_number: NhsNumberWords,
    /// They object to risk stratification.
    objects: bool,
    none: Option<&'static str>,
    scores: Vec<ScoreRow>,
    /// `None` when the reader's role does not see results.
    elsewhere: Option<Vec<TotalRow>>,
    needs: Vec<String>,
    unread: u32,
}

impl ScoresView {
    fn new(frame: Frame, scores: &PersonScores) -> ScoresView {
        ScoresView {
            frame,
            record: base(&scores.page),
            name: scores.person.formal_name(),
            nhs_number: nhs_number_words(&scores.person),
            objects: scores.objects,
            none: scores.none,
            scores: scores.scores.iter().map(ScoreRow::new).collect(),
            elsewhere: scores
                .elsewhere
                .as_ref()
                .map(|totals| totals.iter().map(TotalRow::new).collect()),
            needs: scores.needs.iter().map(needs_words).collect(),
            unread: scores.unread,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, ScoresView)> {
        let family = "<script>alert(1)</script>";
        let whole = PersonScores::sample(family, |_| true);
        let objects = whole.clone().map(|scores| PersonScores {
            objects: true,
            unread: 2,
            ..scores
        });
        let samples = [
            ("worked-out", whole),
            ("objects", objects),
            (
                "role-does-not-see",
                PersonScores::sample(family, |kind| kind == "Condition"),
            ),
            (
                "nothing-recorded",
                PersonScores::sample_of_nothing(family, Some("1950-01-01")),
            ),
            ("no-birth", PersonScores::sample_of_nothing(family, None)),
        ];
        let view = |(name, scores): (&'static str, Option<PersonScores>)| {
            Some((name, ScoresView::new(Frame::sample(true), &scores?)))
        };
        samples.into_iter().filter_map(view).collect()
    }
}

fn needs_words(needs: &Needs) -> String {
    let inputs: Vec<&str> = needs.inputs.iter().map(|input| input.label).collect();
    format!("{}: {}", needs.title, inputs.join("; "))
}

/// `GET /staff/person/{id}/scores`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Path(id)) = id else {
        return Failure::NotFound.respond(frame);
    };
    match scores_of(&app.actions, session.actor(), &id).await {
        Ok(scores) => page(StatusCode::OK, &ScoresView::new(frame, &scores)),
        Err(ActionError::Forbidden(_)) => Failure::NotFound.respond(frame),
        Err(error) => Failure::of(error).respond(frame),
    }
}
