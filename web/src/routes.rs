//! Every address of the pages: its method, who may ask, and its handler, in one table. The tests walk the same table, so
//! no address is without a test of who may see it.

use std::convert::Infallible;

use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::access::{self, apps, authorise, sign_in, sign_out, with_provider};
use crate::app::App;
use crate::citizen::{self, sharing};
use crate::home;
use crate::pages;
use crate::staff::academy;
use crate::staff::eligibility;
use crate::staff::followers;
use crate::staff::objection;
use crate::staff::open_up;
use crate::staff::person::{results, search};
use crate::staff::population;
use crate::staff::privacy;
use crate::staff::proxies;
use crate::staff::record::open;
use crate::staff::region;
use crate::staff::risk;
use crate::staff::scores;
use crate::staff::who_decides;

/// Who may ask for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody. Nothing about a person stands there.
    Anyone,
    /// Only whoever is signed in; others are sent to the sign-in page.
    SignedIn,
    /// Only those who work here; to a citizen there is nothing.
    Staff,
    /// Only citizens; to those who work here there is nothing.
    Citizen,
}

/// One address with one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// "GET" or "POST".
    pub method: &'static str,
    /// The address, with `{name}` where something varies.
    pub path: &'static str,
    /// Who may ask.
    pub access: Access,
}

pub(crate) type Served = (Route, MethodRouter<App, Infallible>);

fn shown<T: 'static>(path: &'static str, access: Access, handler: impl Handler<T, App>) -> Served {
    (
        Route {
            method: "GET",
            path,
            access,
        },
        get(handler),
    )
}

fn sent<T: 'static>(path: &'static str, access: Access, handler: impl Handler<T, App>) -> Served {
    (
        Route {
            method: "POST",
            path,
            access,
        },
        post(handler),
    )
}

/// The table. The assets, and the gallery when it is on, stand beside it: they hold nothing about anybody.
pub(crate) fn table() -> Vec<Served> {
    use Access::{Anyone, Citizen, SignedIn, Staff};
    vec![
        shown("/", SignedIn, home::show),
        shown("/sign-in", Anyone, sign_in::show),
        sent("/sign-in", Anyone, sign_in::submit),
        shown("/sign-in/code", Anyone, access::show_code),
        sent("/sign-in/code", Anyone, access::submit_code),
        sent("/sign-in/demo", Anyone, access::submit_demo),
        shown("/sign-in/passkey", Anyone, access::show_passkey),
        sent("/sign-in/passkey", Anyone, access::submit_passkey),
        shown("/sign-in/role", Anyone, access::show_role),
        sent("/sign-in/role", Anyone, access::submit_role),
        shown("/sign-in/with/{provider}", Anyone, with_provider::there),
        shown("/sign-in/further/{provider}", Anyone, with_provider::further),
        shown("/sign-in/back/{provider}", Anyone, with_provider::back),
        sent("/sign-in/with-role", Anyone, with_provider::choose),
        shown("/oauth/authorize", Anyone, authorise::ask),
        shown("/oauth/consent/{word}", SignedIn, authorise::question),
        sent("/oauth/consent/{word}", SignedIn, authorise::answer),
        sent("/sign-out", SignedIn, sign_out::submit),
        shown("/set-up", Anyone, access::show_set_up),
        sent("/set-up", Anyone, access::submit_set_up),
        shown("/account", SignedIn, access::show_account),
        sent("/account/app", SignedIn, access::end_app),
        shown("/account/passkey", SignedIn, access::show_add_passkey),
        sent("/account/passkey", SignedIn, access::add_passkey),
        sent("/account/passkey/remove", SignedIn, access::remove_passkey),
        sent("/account/password", SignedIn, access::change_password),
        sent("/account/recovery-codes", SignedIn, access::new_recovery_codes),
        sent("/account/role", SignedIn, access::choose_role),
        sent("/account/sign-out", SignedIn, access::sign_out_some),
        shown("/confirm", SignedIn, access::show_confirm),
        sent("/confirm", SignedIn, access::submit_confirm),
        sent("/confirm/passkey", SignedIn, access::confirm_by_passkey),
        shown("/confirm/with", SignedIn, access::confirm_by_provider),
        shown("/confirm/back/{word}", SignedIn, access::confirm_back),
        shown("/switch", SignedIn, access::show_switch),
        sent("/switch", SignedIn, access::submit_switch),
        shown("/accessibility", Anyone, pages::accessibility),
        shown("/shortcuts", Staff, pages::shortcuts),
        shown("/me", Citizen, citizen::home),
        shown("/me/offline", Citizen, citizen::offline),
        shown("/me/worker.js", Anyone, citizen::worker),
        shown("/me/kept", Anyone, citizen::may_keep),
        shown("/me/record", Citizen, citizen::own),
        shown("/me/record/{section}", Citizen, citizen::own_section),
        shown("/me/looked", Citizen, citizen::looked),
        shown("/me/details", Citizen, citizen::details),
        sent("/me/details", Citizen, citizen::change_details),
        shown("/me/risk", Citizen, citizen::risk),
        sent("/me/risk", Citizen, citizen::answer_risk),
        shown("/me/sharing", Citizen, sharing::show),
        sent("/me/sharing/withdraw", Citizen, sharing::withdraw),
        sent("/me/sharing/objection", Citizen, sharing::objecting),
        shown("/me/sharing/give", Citizen, sharing::ask_to_give),
        sent("/me/sharing/give", Citizen, sharing::give),
        shown("/me/sharing/items", Citizen, sharing::items),
        shown("/me/sharing/items/{type}/{id}", Citizen, sharing::item),
        sent("/me/sharing/items/{type}/{id}", Citizen, sharing::keep),
        shown("/me/sharing/seen-by/{viewer}", Citizen, sharing::seen_by),
        shown(
            "/me/sharing/organisation/{organisation}",
            Citizen,
            sharing::organisation,
        ),
        sent(
            "/me/sharing/organisation/{organisation}",
            Citizen,
            sharing::shut_out_or_let_in,
        ),
        shown("/me/for", Citizen, citizen::people),
        shown("/me/for/{person}", Citizen, citizen::of_another),
        shown("/me/for/{person}/{section}", Citizen, citizen::of_another_section),
        shown("/staff/academy", Staff, academy::show),
        sent("/staff/academy/start", Staff, academy::start),
        sent("/staff/academy/step", Staff, academy::step),
        sent("/staff/academy/reset", Staff, academy::reset),
        sent("/staff/academy/clock", Staff, academy::clock),
        shown("/staff/followers", Staff, followers::show),
        shown("/staff/followers/decide", Staff, followers::ask),
        sent("/staff/followers/decide", Staff, followers::submit),
        shown("/staff/handed-over", Staff, open_up::handed_over),
        sent("/staff/handed-over", Staff, open_up::take),
        shown("/staff/open/{way}", Staff, open_up::ask_by_number),
        sent("/staff/open/{way}", Staff, open_up::submit_by_number),
        shown("/staff/person", Staff, search::show),
        sent("/staff/person", Staff, search::submit),
        shown("/staff/person/search/{name}", Staff, results::show),
        shown("/staff/person/{id}", Staff, open::first_two_minutes),
        shown("/staff/person/{id}/timeline", Staff, open::timeline),
        shown("/staff/person/{id}/problems", Staff, open::problems),
        shown("/staff/person/{id}/medicines", Staff, open::medicines),
        shown("/staff/person/{id}/allergies", Staff, open::allergies),
        shown("/staff/person/{id}/results", Staff, open::results),
        shown("/staff/person/{id}/results/{name}", Staff, open::series),
        shown("/staff/person/{id}/encounters", Staff, open::encounters),
        shown("/staff/person/{id}/documents", Staff, open::documents),
        shown("/staff/person/{id}/plans", Staff, open::plans),
        shown("/staff/person/{id}/other", Staff, open::other),
        shown("/staff/person/{id}/open/{way}", Staff, open_up::ask),
        sent("/staff/person/{id}/open/{way}", Staff, open_up::submit),
        sent("/staff/person/{id}/hand-over", Staff, open_up::hand_over),
        shown("/staff/privacy", Staff, privacy::inbox),
        sent("/staff/privacy", Staff, privacy::close),
        shown("/staff/privacy/looks", Staff, privacy::ask_looks),
        sent("/staff/privacy/looks", Staff, privacy::looks),
        shown("/staff/privacy/sign-ins", Staff, privacy::sign_ins),
        shown("/staff/person/{id}/proxies", Staff, proxies::show),
        sent("/staff/person/{id}/proxies", Staff, proxies::submit),
        shown("/staff/person/{id}/objection", Staff, objection::show),
        sent("/staff/person/{id}/objection", Staff, objection::submit),
        shown("/staff/person/{id}/scores", Staff, scores::show),
        shown("/staff/person/{id}/eligibility", Staff, eligibility::show),
        shown("/staff/person/{id}/who-decides", Staff, who_decides::show),
        sent("/staff/person/{id}/who-decides", Staff, who_decides::submit),
        shown("/staff/person/{id}/apps", Staff, apps::show),
        sent("/staff/person/{id}/apps", Staff, apps::open),
        shown("/staff/population", Staff, population::ages),
        shown("/staff/population/conditions", Staff, population::conditions),
        shown("/staff/population/export/{file}", Staff, population::export),
        shown("/staff/population/frailty", Staff, population::frailty),
        shown("/staff/population/funnel", Staff, population::funnel),
        shown("/staff/population/movement", Staff, population::movement),
        shown("/staff/population/people", Staff, population::people),
        shown("/staff/population/segments", Staff, population::segments),
        sent("/staff/population/work", Staff, population::work),
        shown("/staff/region", Staff, region::map),
        shown("/staff/region/ages", Staff, region::ages),
        shown("/staff/region/area/{code}", Staff, region::area),
        shown("/staff/region/areas.geojson", Staff, region::boundaries),
        shown("/staff/region/figures", Staff, region::figures),
        shown("/staff/region/organisation/{code}", Staff, region::organisation),
        shown("/staff/region/organisations", Staff, region::organisations),
        shown("/staff/risk", Staff, risk::show),
        shown("/staff/risk/capacity", Staff, risk::capacity),
        sent("/staff/risk/capacity", Staff, risk::set_capacity),
        shown("/staff/risk/live", Staff, risk::live),
        shown("/staff/risk/person/{id}", Staff, risk::person),
        sent("/staff/risk/person/{id}/advance", Staff, risk::advance),
        sent("/staff/risk/person/{id}/end-pause", Staff, risk::end_pause),
        sent("/staff/risk/person/{id}/offer", Staff, risk::offer),
        sent("/staff/risk/person/{id}/pause", Staff, risk::pause),
        sent("/staff/risk/person/{id}/view", Staff, risk::view),
    ]
}

/// Every address of the pages, for tests and for whoever audits.
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|(route, _)| route).collect()
}
