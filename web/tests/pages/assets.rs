//! Stylesheets and scripts: from our own origin, named by their content, kept for ever.

use axum::body::Body;
use http::{Request, header};

use super::house::House;

async fn stylesheet(house: &House) -> String {
    let page = house.get("/sign-in", "").await;
    let href = page
        .text
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .expect("a stylesheet");
    href.split('"').next().expect("an address").to_owned()
}

#[tokio::test]
async fn an_asset_is_kept_for_ever_under_its_hash_and_found_under_no_other() {
    let house = House::open().await;
    let href = stylesheet(&house).await;
    let page = house.get(&href, "").await.expect(200).says("nhsuk-header");
    assert_eq!(
        page.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(page.header("content-type"), "text/css; charset=utf-8");
    let other = format!(
        "/assets/0000000000000000/{}",
        href.rsplit('/').next().expect("a name")
    );
    let missing = house.get(&other, "").await.expect(404);
    assert_eq!(missing.header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_asset_comes_compressed_to_whoever_takes_gzip() {
    let house = House::open().await;
    let href = stylesheet(&house).await;
    let plain = house.get(&href, "").await;
    let request = Request::builder()
        .uri(&href)
        .header(header::ACCEPT_ENCODING, "br, gzip")
        .body(Body::empty());
    let packed = house.send(request.expect("a request")).await.expect(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(plain.header("content-encoding"), "");
    assert!(packed.text.len() < plain.text.len() / 2);
}

#[tokio::test]
async fn no_asset_names_another_origin_or_a_web_font() {
    let house = House::open().await;
    let href = stylesheet(&house).await;
    let folder = href.rsplit_once('/').expect("a folder").0;
    for name in ["nhsuk-frontend.css", "sarsen.css"] {
        let page = house
            .get(&format!("{folder}/{name}"), "")
            .await
            .expect(200)
            .does_not_say("@font-face");
        let named = page.text.matches("://").count() - page.text.matches("://www.w3.org/").count();
        assert_eq!(named, 0, "{name}");
    }
    for name in [
        "images/nhsuk-icon-arrow-up.svg",
        "favicon.svg",
        "sarsen.js",
        "nhsuk-frontend.js",
    ] {
        house.get(&format!("{folder}/{name}"), "").await.expect(200);
    }
}

#[tokio::test]
async fn search_engines_are_told_that_nothing_here_is_theirs() {
    let house = House::open().await;
    let page = house.get("/robots.txt", "").await.expect(200);
    assert_eq!(page.text, "User-agent: *\nDisallow: /\n");
    assert_eq!(page.header("content-type"), "text/plain; charset=utf-8");
}
