//! Forms: only ours, only from here, only in their size.

use axum::body::Body;
use http::{Method, Request, header};

use super::house::{House, TOKEN, encoded};

#[tokio::test]
async fn a_form_without_this_session_s_token_changes_nothing() {
    let house = House::open().await;
    let (mine, other) = (house.sign_in().await, house.sign_in().await);
    let others_token = house.get("/staff/person", &other).await.csrf();
    for token in ["", "made-up", &others_token] {
        house
            .post("/staff/person", &mine, &[("csrf", token), ("name", "ann")])
            .await
            .expect(403)
            .says("could not be accepted");
        house
            .post("/sign-out", &mine, &[("csrf", token)])
            .await
            .expect(403);
    }
    house.get("/staff/person", &mine).await.expect(200);
}

#[tokio::test]
async fn a_form_that_another_site_sent_is_refused_even_with_the_token() {
    let house = House::open().await;
    let cookies = house.sign_in().await;
    let csrf = house.get("/staff/person", &cookies).await.csrf();
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 303)] {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/staff/person")
            .header(header::COOKIE, &cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(encoded(&[("csrf", &csrf), ("name", "ann")])));
        assert_eq!(
            house.send(request.expect("a request")).await.status,
            status,
            "{site}"
        );
    }
}

#[tokio::test]
async fn the_sign_in_form_is_tied_to_its_own_cookie() {
    let house = House::open().await;
    let form = house.get("/sign-in", "").await;
    house
        .post("/sign-in", "", &[("csrf", &form.csrf()), ("token", TOKEN)])
        .await
        .expect(422);
    let other = house.get("/sign-in", "").await;
    house
        .post(
            "/sign-in",
            &other.cookies(),
            &[("csrf", &form.csrf()), ("token", TOKEN)],
        )
        .await
        .expect(422);
    house
        .post(
            "/sign-in",
            &form.cookies(),
            &[("csrf", &form.csrf()), ("token", TOKEN)],
        )
        .await
        .expect(303);
}

#[tokio::test]
async fn a_form_that_is_too_large_or_no_form_gets_words() {
    let house = House::open().await;
    let cookies = house.sign_in().await;
    let csrf = house.get("/staff/person", &cookies).await.csrf();
    let large = "a".repeat(20 * 1024);
    house
        .post("/staff/person", &cookies, &[("csrf", &csrf), ("name", &large)])
        .await
        .expect(413)
        .says("too large");
    let fits = "a ".repeat(90);
    house
        .post("/staff/person", &cookies, &[("csrf", &csrf), ("name", &fits)])
        .await
        .expect(303);
    for body in ["name=%FF&csrf=%ZZ", "csrf=a&csrf=b"] {
        let page = house.post_body("/staff/person", &cookies, body).await;
        assert!(page.status.is_client_error(), "{body}: {}", page.status);
        page.says("<h1");
    }
    let json = Request::builder()
        .method(Method::POST)
        .uri("/staff/person")
        .header(header::COOKIE, &cookies)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .expect("a request");
    house.send(json).await.expect(400).says("could not be read");
}

#[tokio::test]
async fn an_address_that_takes_another_method_or_does_not_exist_gets_a_page() {
    let house = House::open().await;
    let cookies = house.sign_in().await;
    house
        .get("/sign-out", &cookies)
        .await
        .expect(405)
        .says("cannot be opened like that");
    house
        .get("/nowhere", &cookies)
        .await
        .expect(404)
        .says("Page not found")
        .says("Sign out");
    house
        .get("/nowhere", "")
        .await
        .expect(404)
        .says("Page not found")
        .does_not_say("Sign out");
    house.get("/gallery", &cookies).await.expect(404);
}

#[tokio::test]
async fn a_form_that_drips_in_is_given_up_after_ten_seconds_with_words() {
    let house = House::open().await;
    let form = house.get("/sign-in", "").await;
    // A body that never ends and never says more.
    let dripping = futures_util::stream::pending::<Result<Vec<u8>, std::convert::Infallible>>();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/sign-in")
        .header(header::COOKIE, form.cookies())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from_stream(dripping))
        .expect("a request");
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    house
        .send(request)
        .await
        .expect(408)
        .says("took too long to arrive")
        .says("<h1");
    let waited = started.elapsed().as_secs();
    assert!((10..12).contains(&waited), "{waited} s");
}
