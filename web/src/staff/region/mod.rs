//! The synthetic region: its areas on a map and in a list, the ages of its people, its organisations, and each generated
//! figure beside the published one. No record is read here: all figures come from the summary that whoever grew the
//! region gave, and none is about one person.

mod absent;
mod ages;
mod area;
pub(in crate::staff) mod area_map;
mod boundaries;
mod chosen;
pub(in crate::staff) mod classes;
mod data_block;
mod figures;
mod growth;
mod head;
mod list;
mod map;
mod organisation;
mod organisations;
pub(crate) mod samples;
pub(in crate::staff) mod words;

use axum::response::Response;
use http::StatusCode;
use synthetic::summary::Summary;

use crate::app::{App, SignedIn};
use crate::failure::page;
use crate::frame::Frame;

pub(crate) use absent::AbsentView;
pub(crate) use ages::{AgesView, show as ages};
pub(crate) use area::{AreaView, show as area};
pub(crate) use boundaries::{answer as answer_with_boundaries, show as boundaries};
pub(crate) use figures::{FiguresView, show as figures};
pub use growth::{Growth, ShownRegion};
use head::{Head, Section};
pub(in crate::staff) use map::BOUNDARIES;
pub(crate) use map::{RegionView, show as map};
pub(crate) use organisation::{OrganisationView, show as organisation};
pub(crate) use organisations::{OrganisationsView, show as organisations};

/// Answers with what `answer` makes of the region's figures as they are now, or says that there are none.
fn with_figures(
    app: &App,
    session: &SignedIn,
    section: Section,
    answer: impl FnOnce(Frame, Head, &Summary) -> Response,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let moment = app.settings.region.as_ref().map(ShownRegion::now);
    match &moment {
        Some(shown) => match &shown.summary {
            Some(summary) => answer(frame, Head::new(shown, section), summary),
            None => page(StatusCode::OK, &AbsentView::new(frame, Some(shown), section)),
        },
        None => page(StatusCode::OK, &AbsentView::new(frame, None, section)),
    }
}
