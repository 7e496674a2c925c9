//! Every designed state of every page, from samples: for tests, journeys and whoever designs. Served only when the
//! settings say so.

use std::sync::LazyLock;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};

use crate::access::{
    AccountView, AppRefusedView, AppsView, ArrivedView, ChooseRoleView, ConsentView, GoingOnView,
    NotLetInView, SignInView, StepView,
};
use crate::citizen::{
    DetailsView, HomeView, LookedView, OfflineView, OwnRiskView, PeopleView, RecordView, sharing,
};
use crate::failure::{Failure, MessageView, page};
use crate::frame::Frame;
use crate::pages::{AccessibilityView, GalleryView, ShortcutsView};
use crate::security_headers::Needs;
use crate::settings::WebSettings;
use crate::staff::academy;
use crate::staff::eligibility::EligibilityView;
use crate::staff::followers::{DecideView, FollowersView};
use crate::staff::home as staff_home;
use crate::staff::objection::ObjectionView;
use crate::staff::open_up::{ClosedView, HandedOverView, OpenView};
use crate::staff::person::{SearchResultsView, SearchView};
use crate::staff::population;
use crate::staff::privacy::{EntrancesView, InboxView, LooksView};
use crate::staff::proxies::ProxiesView;
use crate::staff::record::samples as record;
use crate::staff::region;
use crate::staff::risk;
use crate::staff::scores::ScoresView;
use crate::staff::who_decides::WhoDecidesView;

/// One sample of one template, printed.
struct Specimen {
    template: &'static str,
    sample: String,
    html: Result<String, askama::Error>,
}

fn of<T: Template>(template: &'static str, samples: Vec<(impl Into<String>, T)>) -> Vec<Specimen> {
    let print = |(sample, view): (_, T)| Specimen {
        template,
        sample: Into::into(sample),
        html: view.render(),
    };
    samples.into_iter().map(print).collect()
}

/// The templates with a map, whose samples get the policy of maps.
const MAPS: [&str; 2] = ["region", "population-frailty"];

/// Every sample of every template.
fn specimens() -> Vec<Specimen> {
    let mut all = of("sign-in", SignInView::samples());
    all.extend(of("sign-in-step", StepView::samples()));
    all.extend(of("account", AccountView::samples()));
    all.extend(of("arrived", ArrivedView::samples()));
    all.extend(of("choose-role", ChooseRoleView::samples()));
    all.extend(of("not-let-in", NotLetInView::samples()));
    all.extend(of("consent", ConsentView::samples()));
    all.extend(of("going-on", GoingOnView::samples()));
    all.extend(of("app-refused", AppRefusedView::samples()));
    all.extend(of("apps", AppsView::samples()));
    all.extend(of("home", staff_home::HomeView::samples()));
    all.extend(of("shortcuts", ShortcutsView::samples()));
    all.extend(of("me", HomeView::samples()));
    all.extend(of("me-record", RecordView::samples()));
    all.extend(of("me-looked", LookedView::samples()));
    all.extend(of("me-risk", OwnRiskView::samples()));
    all.extend(of("me-offline", OfflineView::samples()));
    all.extend(of("me-for", PeopleView::samples()));
    all.extend(of("me-details", DetailsView::samples()));
    all.extend(of("me-sharing", sharing::SharingView::samples()));
    all.extend(of("me-sharing-give", sharing::GiveView::samples()));
    all.extend(of("me-sharing-items", sharing::ItemsView::samples()));
    all.extend(of("me-sharing-item", sharing::ItemView::samples()));
    all.extend(of("me-sharing-seen-by", sharing::SeenByView::samples()));
    all.extend(of(
        "me-sharing-organisation",
        sharing::OrganisationView::samples(),
    ));
    all.extend(of("search", SearchView::samples()));
    all.extend(of("search-results", SearchResultsView::samples()));
    all.extend(of("academy", academy::samples()));
    all.extend(of("followers", FollowersView::samples()));
    all.extend(of("follower-decide", DecideView::samples()));
    all.extend(of("closed", ClosedView::samples()));
    all.extend(of("handed-over", HandedOverView::samples()));
    all.extend(of("open-up", OpenView::samples()));
    all.extend(of("privacy", InboxView::samples()));
    all.extend(of("objection", ObjectionView::samples()));
    all.extend(of("proxies", ProxiesView::samples()));
    all.extend(of("who-decides", WhoDecidesView::samples()));
    all.extend(of("privacy-looks", LooksView::samples()));
    all.extend(of("privacy-sign-ins", EntrancesView::samples()));
    all.extend(of("message", MessageView::samples()));
    all.extend(of("accessibility", AccessibilityView::samples()));
    all.extend(of("first-two-minutes", record::first_two_minutes()));
    all.extend(of("timeline", record::timelines()));
    for (template, samples) in record::lists() {
        all.extend(of(template, samples));
    }
    all.extend(of("series", record::series()));
    all.extend(of("risk", risk::ListView::samples()));
    all.extend(of("risk-person", risk::PersonRiskView::samples()));
    all.extend(of("scores", ScoresView::samples()));
    all.extend(of("eligibility", EligibilityView::samples()));
    all.extend(of("risk-capacity", risk::CapacityView::samples()));
    all.extend(of("population", population::FiguresView::samples()));
    all.extend(of(MAPS[1], population::FrailtyView::samples()));
    all.extend(of("population-people", population::PeopleView::samples()));
    all.extend(of("region-absent", region::AbsentView::samples()));
    all.extend(of(MAPS[0], region::RegionView::samples()));
    all.extend(of("region-area", region::AreaView::samples()));
    all.extend(of("region-ages", region::AgesView::samples()));
    all.extend(of("region-organisations", region::OrganisationsView::samples()));
    all.extend(of("region-organisation", region::OrganisationView::samples()));
    all.extend(of("region-figures", region::FiguresView::samples()));
    all
}

/// Printed once: the samples never change while the program runs.
static SPECIMENS: LazyLock<Vec<Specimen>> = LazyLock::new(specimens);

/// `/gallery` lists the samples; `/gallery/{template}/{sample}` shows one.
pub(crate) fn router(settings: WebSettings) -> Router {
    Router::new()
        .route("/gallery", get(list))
        .route("/gallery/{template}/{sample}", get(show))
        .route(region::samples::BOUNDARIES, get(boundaries))
        .with_state(settings)
}

async fn list(State(settings): State<WebSettings>) -> Response {
    let hrefs = SPECIMENS
        .iter()
        .map(|specimen| format!("/gallery/{}/{}", specimen.template, specimen.sample))
        .collect();
    page(
        StatusCode::OK,
        &GalleryView {
            frame: Frame::new(&settings, None),
            hrefs,
        },
    )
}

/// The boundaries of the sample region.
async fn boundaries(headers: HeaderMap) -> Response {
    region::answer_with_boundaries(region::samples::boundaries().into(), &headers)
}

async fn show(
    State(settings): State<WebSettings>,
    Path((template, sample)): Path<(String, String)>,
) -> Response {
    let found = SPECIMENS
        .iter()
        .find(|one| one.template == template && one.sample == sample);
    match found.map(|specimen| &specimen.html) {
        Some(Ok(html)) if MAPS.contains(&template.as_str()) => {
            Needs::Map.mark(Html(html.as_str()).into_response())
        }
        Some(Ok(html)) => Html(html.as_str()).into_response(),
        Some(Err(error)) => {
            tracing::error!(error = %error, "a sample could not be printed");
            Failure::Unavailable("a sample could not be printed".to_owned())
                .respond(Frame::new(&settings, None))
        }
        None => Failure::NotFound.respond(Frame::new(&settings, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::specimens;
    use crate::well_formed::faults;

    #[test]
    fn every_sample_of_every_page_prints_and_is_well_formed() {
        let all = specimens();
        assert!(all.len() > 50, "only {} samples", all.len());
        for specimen in all {
            let name = format!("{}/{}", specimen.template, specimen.sample);
            let html = specimen.html.unwrap_or_else(|error| panic!("{name}: {error}"));
            let faults = faults(&html);
            assert!(faults.is_empty(), "{name}: {faults:#?}");
        }
    }

    #[test]
    fn hostile_text_never_comes_out_as_markup() {
        let hostile: Vec<String> = specimens()
            .into_iter()
            .filter_map(|specimen| specimen.html.ok())
            .filter(|html| html.contains("alert("))
            .collect();
        assert!(hostile.len() > 10, "the hostile samples are on the pages");
        for html in hostile {
            assert!(
                !html.contains("<script>") && !html.contains("<img") && !html.contains("onerror=\""),
                "unescaped"
            );
        }
    }

    #[test]
    fn every_page_says_that_the_data_are_synthetic_and_asks_browsers_to_link_no_numbers() {
        for specimen in specimens() {
            let html = specimen.html.expect("prints");
            assert!(html.contains("Synthetic data – not for clinical use"));
            assert!(html.contains("name=\"format-detection\""));
        }
    }

    #[test]
    fn allergies_are_never_blank_in_a_banner() {
        for specimen in specimens() {
            let html = specimen.html.expect("prints");
            if let Some(banner) = html.split("app-person__words\">").nth(1) {
                let words = banner.split('<').next().unwrap_or_default();
                assert!(
                    !words.trim().is_empty(),
                    "{}/{}",
                    specimen.template,
                    specimen.sample
                );
            }
        }
    }

    #[test]
    fn an_error_is_said_in_the_title_too() {
        for specimen in specimens() {
            let html = specimen.html.expect("prints");
            let has_summary = html.contains("nhsuk-error-summary");
            assert_eq!(
                has_summary,
                html.contains("<title>Error: "),
                "{}/{}",
                specimen.template,
                specimen.sample
            );
        }
    }

    #[test]
    fn glucose_in_two_units_is_drawn_on_two_charts() {
        let html = specimens()
            .into_iter()
            .find(|specimen| specimen.template == "series" && specimen.sample == "two-units")
            .and_then(|specimen| specimen.html.ok())
            .expect("prints");
        assert_eq!(html.matches("app-chart--wide").count(), 2);
        assert!(html.contains("not converted"));
    }
}
