//! Every address of the pages: who may ask. A new address without a row here fails the first test.

use web::{Access, Route, routes};

use super::house::{House, people};

/// An example of each address, and what somebody who is not signed in gets.
pub(super) const TABLE: &[(&str, &str, &str, Refusal)] = &[
    ("GET", "/", "/", Refusal::ToSignIn),
    ("GET", "/sign-in", "/sign-in", Refusal::Open),
    ("POST", "/sign-in", "/sign-in", Refusal::FormAgain),
    ("GET", "/sign-in/code", "/sign-in/code", Refusal::BeginAgain),
    ("POST", "/sign-in/code", "/sign-in/code", Refusal::BeginAgain),
    ("POST", "/sign-in/demo", "/sign-in/demo", Refusal::BeginAgain),
    ("GET", "/sign-in/passkey", "/sign-in/passkey", Refusal::NotHere),
    (
        "POST",
        "/sign-in/passkey",
        "/sign-in/passkey",
        Refusal::BeginAgain,
    ),
    ("GET", "/sign-in/role", "/sign-in/role", Refusal::BeginAgain),
    ("POST", "/sign-in/role", "/sign-in/role", Refusal::BeginAgain),
    (
        "GET",
        "/sign-in/with/{provider}",
        "/sign-in/with/nobody",
        Refusal::Told(404),
    ),
    (
        "GET",
        "/sign-in/further/{provider}",
        "/sign-in/further/nobody",
        Refusal::Told(404),
    ),
    (
        "GET",
        "/sign-in/back/{provider}",
        "/sign-in/back/nobody?state=made-up&code=made-up",
        Refusal::Told(400),
    ),
    (
        "POST",
        "/sign-in/with-role",
        "/sign-in/with-role",
        Refusal::Told(400),
    ),
    (
        "GET",
        "/oauth/authorize",
        "/oauth/authorize?client_id=nobody&redirect_uri=https://elsewhere.example",
        Refusal::Told(400),
    ),
    (
        "GET",
        "/oauth/consent/{word}",
        "/oauth/consent/0123",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/oauth/consent/{word}",
        "/oauth/consent/0123",
        Refusal::ToSignIn,
    ),
    ("POST", "/sign-out", "/sign-out", Refusal::ToSignIn),
    ("GET", "/set-up", "/set-up", Refusal::Open),
    ("POST", "/set-up", "/set-up", Refusal::BeginAgain),
    ("GET", "/account", "/account", Refusal::ToSignIn),
    ("POST", "/account/app", "/account/app", Refusal::ToSignIn),
    ("GET", "/account/passkey", "/account/passkey", Refusal::ToSignIn),
    ("POST", "/account/passkey", "/account/passkey", Refusal::ToSignIn),
    (
        "POST",
        "/account/passkey/remove",
        "/account/passkey/remove",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/account/password",
        "/account/password",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/account/recovery-codes",
        "/account/recovery-codes",
        Refusal::ToSignIn,
    ),
    ("POST", "/account/role", "/account/role", Refusal::ToSignIn),
    (
        "POST",
        "/account/sign-out",
        "/account/sign-out",
        Refusal::ToSignIn,
    ),
    ("GET", "/confirm", "/confirm", Refusal::ToSignIn),
    ("POST", "/confirm", "/confirm", Refusal::ToSignIn),
    ("POST", "/confirm/passkey", "/confirm/passkey", Refusal::ToSignIn),
    ("GET", "/confirm/with", "/confirm/with", Refusal::ToSignIn),
    (
        "GET",
        "/confirm/back/{word}",
        "/confirm/back/0123",
        Refusal::ToSignIn,
    ),
    ("GET", "/switch", "/switch", Refusal::ToSignIn),
    ("POST", "/switch", "/switch", Refusal::ToSignIn),
    ("GET", "/accessibility", "/accessibility", Refusal::Open),
    ("GET", "/shortcuts", "/shortcuts", Refusal::ToSignIn),
    ("GET", "/me", "/me", Refusal::ToSignIn),
    ("GET", "/me/offline", "/me/offline", Refusal::ToSignIn),
    ("GET", "/me/worker.js", "/me/worker.js", Refusal::Open),
    ("GET", "/me/kept", "/me/kept", Refusal::Told(204)),
    ("GET", "/me/record", "/me/record", Refusal::ToSignIn),
    (
        "GET",
        "/me/record/{section}",
        "/me/record/medicines",
        Refusal::ToSignIn,
    ),
    ("GET", "/me/looked", "/me/looked", Refusal::ToSignIn),
    ("GET", "/me/details", "/me/details", Refusal::ToSignIn),
    ("POST", "/me/details", "/me/details", Refusal::ToSignIn),
    ("GET", "/me/risk", "/me/risk", Refusal::ToSignIn),
    ("POST", "/me/risk", "/me/risk", Refusal::ToSignIn),
    ("GET", "/me/sharing", "/me/sharing", Refusal::ToSignIn),
    (
        "POST",
        "/me/sharing/withdraw",
        "/me/sharing/withdraw",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/me/sharing/objection",
        "/me/sharing/objection",
        Refusal::ToSignIn,
    ),
    ("GET", "/me/sharing/give", "/me/sharing/give", Refusal::ToSignIn),
    ("POST", "/me/sharing/give", "/me/sharing/give", Refusal::ToSignIn),
    ("GET", "/me/sharing/items", "/me/sharing/items", Refusal::ToSignIn),
    (
        "GET",
        "/me/sharing/items/{type}/{id}",
        "/me/sharing/items/Condition/heart",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/me/sharing/items/{type}/{id}",
        "/me/sharing/items/Condition/heart",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/me/sharing/seen-by/{viewer}",
        "/me/sharing/seen-by/charity",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/me/sharing/organisation/{organisation}",
        "/me/sharing/organisation/0123",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/me/sharing/organisation/{organisation}",
        "/me/sharing/organisation/0123",
        Refusal::ToSignIn,
    ),
    ("GET", "/me/for", "/me/for", Refusal::ToSignIn),
    ("GET", "/me/for/{person}", "/me/for/ID", Refusal::ToSignIn),
    (
        "GET",
        "/me/for/{person}/{section}",
        "/me/for/ID/medicines",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/academy", "/staff/academy", Refusal::ToSignIn),
    (
        "POST",
        "/staff/academy/start",
        "/staff/academy/start",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/academy/step",
        "/staff/academy/step",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/academy/reset",
        "/staff/academy/reset",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/academy/clock",
        "/staff/academy/clock",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/followers", "/staff/followers", Refusal::ToSignIn),
    (
        "GET",
        "/staff/followers/decide",
        "/staff/followers/decide",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/followers/decide",
        "/staff/followers/decide",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/handed-over",
        "/staff/handed-over",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/handed-over",
        "/staff/handed-over",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/open/{way}", "/staff/open/claim", Refusal::ToSignIn),
    (
        "POST",
        "/staff/open/{way}",
        "/staff/open/claim",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/person", "/staff/person", Refusal::ToSignIn),
    ("POST", "/staff/person", "/staff/person", Refusal::ToSignIn),
    (
        "GET",
        "/staff/person/search/{name}",
        "/staff/person/search/0123",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/person/{id}", "/staff/person/ID", Refusal::ToSignIn),
    (
        "GET",
        "/staff/person/{id}/timeline",
        "/staff/person/ID/timeline",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/problems",
        "/staff/person/ID/problems",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/medicines",
        "/staff/person/ID/medicines",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/allergies",
        "/staff/person/ID/allergies",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/results",
        "/staff/person/ID/results",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/results/{name}",
        "/staff/person/ID/results/0123",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/encounters",
        "/staff/person/ID/encounters",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/documents",
        "/staff/person/ID/documents",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/plans",
        "/staff/person/ID/plans",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/other",
        "/staff/person/ID/other",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/open/{way}",
        "/staff/person/ID/open/claim",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/person/{id}/open/{way}",
        "/staff/person/ID/open/claim",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/person/{id}/hand-over",
        "/staff/person/ID/hand-over",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/privacy", "/staff/privacy", Refusal::ToSignIn),
    ("POST", "/staff/privacy", "/staff/privacy", Refusal::ToSignIn),
    (
        "GET",
        "/staff/privacy/looks",
        "/staff/privacy/looks",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/privacy/looks",
        "/staff/privacy/looks",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/privacy/sign-ins",
        "/staff/privacy/sign-ins",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/proxies",
        "/staff/person/ID/proxies",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/person/{id}/proxies",
        "/staff/person/ID/proxies",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/objection",
        "/staff/person/ID/objection",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/person/{id}/objection",
        "/staff/person/ID/objection",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/scores",
        "/staff/person/ID/scores",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/eligibility",
        "/staff/person/ID/eligibility",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/who-decides",
        "/staff/person/ID/who-decides",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/person/{id}/who-decides",
        "/staff/person/ID/who-decides",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/person/{id}/apps",
        "/staff/person/ID/apps",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/person/{id}/apps",
        "/staff/person/ID/apps",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/population", "/staff/population", Refusal::ToSignIn),
    (
        "GET",
        "/staff/population/conditions",
        "/staff/population/conditions",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/population/export/{file}",
        "/staff/population/export/ages.csv",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/population/frailty",
        "/staff/population/frailty",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/population/funnel",
        "/staff/population/funnel",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/population/movement",
        "/staff/population/movement",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/population/people",
        "/staff/population/people?sex=female",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/population/segments",
        "/staff/population/segments",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/population/work",
        "/staff/population/work",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/region", "/staff/region", Refusal::ToSignIn),
    (
        "GET",
        "/staff/region/ages",
        "/staff/region/ages",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/region/area/{code}",
        "/staff/region/area/E01014370",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/region/areas.geojson",
        "/staff/region/areas.geojson",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/region/figures",
        "/staff/region/figures",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/region/organisation/{code}",
        "/staff/region/organisation/J83001",
        Refusal::ToSignIn,
    ),
    (
        "GET",
        "/staff/region/organisations",
        "/staff/region/organisations",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/risk", "/staff/risk", Refusal::ToSignIn),
    (
        "GET",
        "/staff/risk/capacity",
        "/staff/risk/capacity",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/risk/capacity",
        "/staff/risk/capacity",
        Refusal::ToSignIn,
    ),
    ("GET", "/staff/risk/live", "/staff/risk/live", Refusal::ToSignIn),
    (
        "GET",
        "/staff/risk/person/{id}",
        "/staff/risk/person/ID",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/risk/person/{id}/advance",
        "/staff/risk/person/ID/advance",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/risk/person/{id}/end-pause",
        "/staff/risk/person/ID/end-pause",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/risk/person/{id}/offer",
        "/staff/risk/person/ID/offer",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/risk/person/{id}/pause",
        "/staff/risk/person/ID/pause",
        Refusal::ToSignIn,
    ),
    (
        "POST",
        "/staff/risk/person/{id}/view",
        "/staff/risk/person/ID/view",
        Refusal::ToSignIn,
    ),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// Anybody may see it.
    Open,
    /// The sign-in form comes back with words.
    FormAgain,
    /// Sent to the first step of it.
    BeginAgain,
    /// Not there where no site for passkeys is set.
    NotHere,
    /// Told in words, with this status, that it cannot be done.
    Told(u16),
    /// Sent to the sign-in page, and nothing else.
    ToSignIn,
}

async fn knock(house: &House, method: &str, path: &str, cookies: &str) -> super::house::Page {
    let path = path.replace("ID", people::CLARA);
    if method == "GET" {
        house.get(&path, cookies).await
    } else {
        house.post(&path, cookies, &[("csrf", "made-up")]).await
    }
}

#[test]
fn every_address_has_a_row_in_the_table_of_who_may_ask() {
    let rows: Vec<(&str, &str)> = TABLE
        .iter()
        .map(|(method, path, _, _)| (*method, *path))
        .collect();
    let served: Vec<(&str, &str)> = routes()
        .iter()
        .map(|route: &Route| (route.method, route.path))
        .collect();
    assert_eq!(rows, served);
    for (route, (_, path, _, refusal)) in routes().iter().zip(TABLE) {
        assert_eq!(
            route.access != Access::Anyone,
            *refusal == Refusal::ToSignIn,
            "{path}"
        );
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_learns_nothing() {
    let house = House::open().await;
    for one in people::clara() {
        house.keep(&one).await;
    }
    for (method, path, example, refusal) in TABLE {
        for cookies in ["", "sarsen=0123", &format!("sarsen={}", "a".repeat(64))] {
            let page = knock(&house, method, example, cookies).await;
            match refusal {
                Refusal::Open => assert_eq!(page.status, 200, "{method} {path}"),
                Refusal::FormAgain => assert_eq!(page.status, 422, "{method} {path}"),
                Refusal::NotHere => assert_eq!(page.status, 404, "{method} {path}"),
                Refusal::BeginAgain => {
                    assert_eq!(page.status, 303, "{method} {path}");
                    assert!(["/sign-in?again", "/set-up"].contains(&page.location()), "{path}");
                }
                Refusal::Told(status) => assert_eq!(page.status, *status, "{method} {path}"),
                Refusal::ToSignIn => {
                    assert_eq!(page.status, 303, "{method} {path}");
                    assert!(page.location().starts_with("/sign-in"), "{method} {path}");
                    assert_eq!(page.text, "", "{method} {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_token_opens_the_pages_and_signing_out_closes_them() {
    let house = House::open().await;
    let cookies = house.sign_in().await;
    let page = house
        .get("/staff/person", &cookies)
        .await
        .expect(200)
        .says("Find a person");
    house
        .post("/sign-out", &cookies, &[("csrf", &page.csrf())])
        .await
        .expect(303);
    assert_eq!(house.get("/staff/person", &cookies).await.status, 303);
}

#[tokio::test]
async fn a_wrong_or_missing_token_is_refused_with_words_and_no_session() {
    let house = House::open().await;
    let form = house.get("/sign-in", "").await;
    for (token, words) in [
        ("wrong-development-token", "The token is not right"),
        ("  ", "Enter the development token"),
    ] {
        let page = house
            .post(
                "/sign-in",
                &form.cookies(),
                &[("csrf", &form.csrf()), ("token", token)],
            )
            .await;
        let page = page
            .expect(422)
            .says(words)
            .says("<title>Error: Sign in")
            .does_not_say(token.trim().get(..5).unwrap_or("<nothing>"));
        assert!(!page.cookies().contains("sarsen="), "{}", page.cookies());
    }
}

#[tokio::test]
async fn a_session_that_was_idle_too_long_has_ended() {
    let settings = web::WebSettings {
        idle: std::time::Duration::ZERO,
        ..web::WebSettings::default()
    };
    let house = House::with(settings).await;
    let cookies = house.sign_in().await;
    std::thread::sleep(std::time::Duration::from_millis(5));
    let page = house.get("/staff/person", &cookies).await.expect(303);
    assert_eq!(page.location(), "/sign-in?ended");
    house
        .get("/sign-in?ended", "")
        .await
        .says("Your session has ended");
}
