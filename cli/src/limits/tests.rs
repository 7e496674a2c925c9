//! The layer over a router that lets in whoever shows a good token or cookie.

use std::net::IpAddr;

use actions::access::Caller;
use actions::{Actor, Role};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use web::WebSettings;

use super::{BEGINNINGS, Limits, Peer, Settings, keep};

/// Lets in by `Bearer good-…` and the cookie `sarsen=good-…`; the rest of it is who that is.
async fn door(request: Request) -> StatusCode {
    let shown = [header::AUTHORIZATION, header::COOKIE]
        .iter()
        .find_map(|name| request.headers().get(name)?.to_str().ok());
    let name = shown.and_then(|shown| shown.rsplit_once("good-"));
    match (name, request.extensions().get::<Caller>()) {
        (Some((_, name)), Some(caller)) => {
            caller.is(&Actor::new(name, Role::Clinician, None));
            StatusCode::OK
        }
        _ => StatusCode::FORBIDDEN,
    }
}

struct House(TowerToHyperService<Router>);

impl House {
    fn new(settings: Settings) -> House {
        let base = "http://127.0.0.1/fhir".to_owned();
        let limits = Limits::new(settings, WebSettings::default(), base);
        let router = Router::new()
            .route("/fhir/Patient", get(door))
            .route("/staff/person", get(door))
            .route("/sign-in/with/{provider}", get(door))
            .route("/oauth/authorize", get(door))
            .route("/oauth/token", get(door))
            .layer(from_fn_with_state(limits, keep));
        House(TowerToHyperService::new(router))
    }

    async fn get(&self, path: &str, from: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).expect("a request");
        let address: IpAddr = from.parse().expect("an address");
        request.extensions_mut().insert(Peer(address));
        match self.0.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    async fn status(&self, path: &str, from: &str, headers: &[(&str, &str)]) -> u16 {
        self.get(path, from, headers).await.status().as_u16()
    }
}

fn tight() -> Settings {
    Settings {
        actor_rate: 1,
        actor_burst: 5,
        address_rate: 1,
        address_burst: 3,
        beginning_rate: 1,
        beginning_burst: 2,
        trusted_proxies: Vec::new(),
    }
}

const FHIR: &str = "/fhir/Patient";
const PAGE: &str = "/staff/person";

#[tokio::test]
async fn a_place_that_asks_too_often_is_told_when_to_come_again_and_other_places_are_served() {
    let house = House::new(tight());
    for _ in 0..3 {
        assert_eq!(house.status(FHIR, "192.0.2.1", &[]).await, 403);
    }
    let refused = house.get(FHIR, "192.0.2.1", &[]).await;
    assert_eq!(refused.status().as_u16(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    let kind = refused.headers()["content-type"].to_str().expect("text");
    assert!(kind.starts_with("application/fhir+json"), "{kind}");
    let page = house.get(PAGE, "192.0.2.1", &[]).await;
    assert_eq!(page.status().as_u16(), 429);
    let kind = page.headers()["content-type"].to_str().expect("text");
    assert!(kind.starts_with("text/html"), "{kind}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    // Whoever asks for a token is a program, and is told as one.
    let token = house.get("/oauth/token", "192.0.2.1", &[]).await;
    assert_eq!(token.status().as_u16(), 429);
    assert_eq!(token.headers()["content-type"], "application/json");
    assert_eq!(token.headers()["x-content-type-options"], "nosniff");
    assert_eq!(house.status(FHIR, "192.0.2.2", &[]).await, 403);
}

#[tokio::test]
async fn a_header_that_anybody_can_write_gives_no_new_allowance() {
    let house = House::new(tight());
    let mut refused = 0;
    for each in 0..10 {
        let forged = format!("198.51.100.{each}");
        let status = house
            .status(FHIR, "192.0.2.1", &[("x-forwarded-for", &forged)])
            .await;
        refused += usize::from(status == 429);
    }
    assert_eq!(refused, 7);
    let behind = House::new(Settings {
        trusted_proxies: vec!["10.0.0.1".parse().expect("an address")],
        ..tight()
    });
    for each in 0..10 {
        let told = format!("198.51.100.{each}");
        let status = behind
            .status(FHIR, "10.0.0.1", &[("x-forwarded-for", &told)])
            .await;
        assert_eq!(status, 403, "each is a place of its own");
    }
}

#[tokio::test]
async fn signed_in_people_behind_one_address_do_not_use_up_each_others_allowance_nor_that_of_the_address() {
    let house = House::new(Settings {
        address_burst: 10,
        ..tight()
    });
    for name in ["ann", "ben", "cid", "dan"] {
        let cookie = format!("other=1; sarsen=good-{name}");
        for _ in 0..4 {
            assert_eq!(house.status(PAGE, "192.0.2.1", &[("cookie", &cookie)]).await, 200);
        }
    }
    // The address was charged once for each of the four, before they were known.
    for _ in 0..6 {
        assert_eq!(house.status(PAGE, "192.0.2.1", &[]).await, 403);
    }
    assert_eq!(house.status(PAGE, "192.0.2.1", &[]).await, 429);
    let known = [("cookie", "sarsen=good-ann")];
    assert_eq!(
        house.status(PAGE, "192.0.2.1", &known).await,
        200,
        "a known one still comes in"
    );
}

#[tokio::test]
async fn one_actor_with_many_tokens_and_from_many_places_has_one_allowance_for_each_door() {
    let house = House::new(tight());
    let (mut served, mut refused) = (0, 0);
    for each in 0..20 {
        let from = format!("192.0.2.{}", each % 4);
        let token = format!("Bearer {}-good-robot", each % 2);
        match house.status(FHIR, &from, &[("authorization", &token)]).await {
            200 => served += 1,
            429 => refused += 1,
            other => unreachable!("{other}"),
        }
    }
    assert_eq!(
        (served, refused),
        (7, 13),
        "two to be known by, and the allowance of five"
    );
    // What it asked of the FHIR door leaves its pages alone.
    let cookie = [("cookie", "sarsen=good-robot")];
    assert_eq!(house.status(PAGE, "192.0.2.9", &cookie).await, 200);
}

#[tokio::test]
async fn tokens_that_let_nobody_in_count_against_the_place_however_many_there_are() {
    let house = House::new(tight());
    let mut refused = 0;
    for each in 0..10 {
        let token = format!("Bearer guess-{each}");
        let status = house
            .status(FHIR, "192.0.2.1", &[("authorization", &token)])
            .await;
        refused += usize::from(status == 429);
    }
    assert_eq!(refused, 7);
}

#[tokio::test]
async fn rates_of_nought_limit_nobody() {
    let house = House::new(Settings {
        actor_rate: 0,
        address_rate: 0,
        beginning_rate: 0,
        ..tight()
    });
    for _ in 0..50 {
        assert_eq!(house.status(FHIR, "192.0.2.1", &[]).await, 403);
        assert_eq!(house.status("/oauth/authorize", "192.0.2.1", &[]).await, 403);
    }
}

#[tokio::test]
async fn ways_that_are_begun_have_less_room_whoever_begins_them_and_nothing_else_is_slowed() {
    let house = House::new(Settings {
        address_burst: 100,
        ..tight()
    });
    let (there, app) = ("/sign-in/with/nhs-login", "/oauth/authorize?client_id=charts");
    assert_eq!(house.status(there, "192.0.2.1", &[]).await, 403);
    assert_eq!(house.status(app, "192.0.2.1", &[]).await, 403);
    // Of two kinds, one allowance; a session that is good gives no other.
    let refused = house.get(there, "192.0.2.1", &[]).await;
    assert_eq!(refused.status().as_u16(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    let cookie = [("cookie", "sarsen=good-ann")];
    assert_eq!(house.status(PAGE, "192.0.2.1", &cookie).await, 200);
    assert_eq!(house.status(app, "192.0.2.1", &cookie).await, 429);
    // Others are served, and whoever is here is served everything else.
    assert_eq!(house.status(there, "192.0.2.2", &[]).await, 403);
    assert_eq!(house.status(PAGE, "192.0.2.1", &cookie).await, 200);
    assert_eq!(house.status(PAGE, "192.0.2.1", &[]).await, 403);
}

#[test]
fn the_beginnings_that_are_limited_are_pages_that_are_served() {
    for begin in BEGINNINGS {
        let pages = web::routes();
        assert!(pages.iter().any(|route| route.path.starts_with(begin)), "{begin}");
    }
}
