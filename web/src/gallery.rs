//! Every designed state of every page, from samples: for tests, journeys and whoever designs. Served only when the
//! settings say so.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use crate::access::SignInView;
use crate::failure::{Failure, MessageView, page};
use crate::frame::Frame;
use crate::pages::{AccessibilityView, GalleryView};
use crate::settings::WebSettings;
use crate::staff::person::{SearchResultsView, SearchView};
use crate::staff::record::samples as record;

/// One sample of one template, printed.
pub(crate) struct Specimen {
    pub(crate) template: &'static str,
    pub(crate) sample: String,
    pub(crate) html: Result<String, askama::Error>,
}

fn of<T: Template>(template: &'static str, samples: Vec<(impl Into<String>, T)>) -> Vec<Specimen> {
    let print = |(sample, view): (_, T)| Specimen { template, sample: Into::into(sample), html: view.render() };
    samples.into_iter().map(print).collect()
}

/// Every sample of every template.
pub(crate) fn specimens() -> Vec<Specimen> {
    let mut all = of("sign-in", SignInView::samples());
    all.extend(of("search", SearchView::samples()));
    all.extend(of("search-results", SearchResultsView::samples()));
    all.extend(of("message", MessageView::samples()));
    all.extend(of("accessibility", AccessibilityView::samples()));
    all.extend(of("first-two-minutes", record::first_two_minutes()));
    all.extend(of("timeline", record::timelines()));
    for (template, samples) in record::lists() {
        all.extend(of(template, samples));
    }
    all.extend(of("series", record::series()));
    all
}

/// `/gallery` lists the samples; `/gallery/{template}/{sample}` shows one.
pub(crate) fn router(settings: WebSettings) -> Router {
    Router::new().route("/gallery", get(list)).route("/gallery/{template}/{sample}", get(show)).with_state(settings)
}

async fn list(State(settings): State<WebSettings>) -> Response {
    let hrefs =
        specimens().iter().map(|specimen| format!("/gallery/{}/{}", specimen.template, specimen.sample)).collect();
    page(StatusCode::OK, &GalleryView { frame: Frame::new(&settings, None), hrefs })
}

async fn show(State(settings): State<WebSettings>, Path((template, sample)): Path<(String, String)>) -> Response {
    let found = specimens().into_iter().find(|one| one.template == template && one.sample == sample);
    match found.map(|specimen| specimen.html) {
        Some(Ok(html)) => Html(html).into_response(),
        Some(Err(error)) => {
            tracing::error!(error = %error, "a sample could not be printed");
            Failure::Unavailable("a sample could not be printed".to_owned()).respond(Frame::new(&settings, None))
        }
        None => Failure::NotFound.respond(Frame::new(&settings, None)),
    }
}
