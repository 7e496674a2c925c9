//! The headers of every answer.

use web::CONTENT_SECURITY_POLICY;

use super::house::{House, people};

#[tokio::test]
async fn every_answer_carries_the_policy_and_is_not_kept() {
    let house = House::open().await;
    for one in people::clara() {
        house.keep(&one).await;
    }
    let cookies = house.sign_in().await;
    let person = format!("/staff/person/{}", people::CLARA);
    for path in [
        "/sign-in",
        "/",
        "/staff/person",
        "/nowhere",
        "/accessibility",
        "/sign-out",
        &person,
        &format!("{person}/timeline"),
    ] {
        for cookies in ["", cookies.as_str()] {
            let page = house.get(path, cookies).await;
            assert_eq!(
                page.header("content-security-policy"),
                CONTENT_SECURITY_POLICY,
                "{path}"
            );
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            // This house is reached without TLS, and a browser that believed otherwise could not come back.
            assert_eq!(page.header("strict-transport-security"), "", "{path}");
        }
    }
}

#[test]
fn the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() {
    let rules: Vec<&str> = CONTENT_SECURITY_POLICY.split("; ").map(str::trim).collect();
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe") && !CONTENT_SECURITY_POLICY.contains("http"));
}

#[tokio::test]
async fn a_session_cookie_is_http_only_strict_and_secure_when_set_so() {
    let house = House::with(web::WebSettings {
        secure_cookies: true,
        ..web::WebSettings::default()
    })
    .await;
    let page = house.get("/sign-in", "").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=63072000");
    let cookie = page.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    assert!(cookie.contains("Secure"), "{cookie}");
}
