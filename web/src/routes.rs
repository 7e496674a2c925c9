//! Every address of the pages: its method, who may ask, and its handler, in one table. The tests walk the same table, so
//! no address is without a test of who may see it.

use std::convert::Infallible;

use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::access::{self, apps, authorise, sign_in, sign_out, with_provider};
use crate::app::App;
use crate::citizen;
use crate::home;
use crate::pages;
use crate::staff::academy;
use crate::staff::followers;
use crate::staff::open_up;
use crate::staff::person::{results, search};
use crate::staff::privacy;
use crate::staff::record::open;
use crate::staff::region;

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
        shown("/switch", SignedIn, access::show_switch),
        sent("/switch", SignedIn, access::submit_switch),
        shown("/accessibility", Anyone, pages::accessibility),
        shown("/staff/academy", SignedIn, academy::show),
        sent("/staff/academy/start", SignedIn, academy::start),
        sent("/staff/academy/step", SignedIn, academy::step),
        sent("/staff/academy/reset", SignedIn, academy::reset),
        sent("/staff/academy/clock", SignedIn, academy::clock),
        shown("/staff/followers", SignedIn, followers::show),
        shown("/staff/followers/decide", SignedIn, followers::ask),
        sent("/staff/followers/decide", SignedIn, followers::submit),
        shown("/staff/open/{way}", SignedIn, open_up::ask_by_number),
        sent("/staff/open/{way}", SignedIn, open_up::submit_by_number),
        shown("/staff/person", SignedIn, search::show),
        sent("/staff/person", SignedIn, search::submit),
        shown("/staff/person/search/{name}", SignedIn, results::show),
        shown("/staff/person/{id}", SignedIn, open::first_two_minutes),
        shown("/staff/person/{id}/timeline", SignedIn, open::timeline),
        shown("/staff/person/{id}/problems", SignedIn, open::problems),
        shown("/staff/person/{id}/medicines", SignedIn, open::medicines),
        shown("/staff/person/{id}/allergies", SignedIn, open::allergies),
        shown("/staff/person/{id}/results", SignedIn, open::results),
        shown("/staff/person/{id}/results/{name}", SignedIn, open::series),
        shown("/staff/person/{id}/encounters", SignedIn, open::encounters),
        shown("/staff/person/{id}/documents", SignedIn, open::documents),
        shown("/staff/person/{id}/plans", SignedIn, open::plans),
        shown("/staff/person/{id}/other", SignedIn, open::other),
        shown("/staff/person/{id}/open/{way}", SignedIn, open_up::ask),
        sent("/staff/person/{id}/open/{way}", SignedIn, open_up::submit),
        shown("/staff/privacy", SignedIn, privacy::inbox),
        sent("/staff/privacy", SignedIn, privacy::close),
        shown("/staff/privacy/looks", SignedIn, privacy::ask_looks),
        sent("/staff/privacy/looks", SignedIn, privacy::looks),
        shown("/staff/person/{id}/apps", SignedIn, apps::show),
        sent("/staff/person/{id}/apps", SignedIn, apps::open),
        shown("/staff/region", SignedIn, region::map),
        shown("/staff/region/ages", SignedIn, region::ages),
        shown("/staff/region/area/{code}", SignedIn, region::area),
        shown("/staff/region/areas.geojson", SignedIn, region::boundaries),
        shown("/staff/region/figures", SignedIn, region::figures),
        shown(
            "/staff/region/organisation/{code}",
            SignedIn,
            region::organisation,
        ),
        shown("/staff/region/organisations", SignedIn, region::organisations),
    ]
}

/// Every address of the pages, for tests and for whoever audits.
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|(route, _)| route).collect()
}
