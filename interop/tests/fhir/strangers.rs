//! Who comes without a token, or with a wrong one, learns nothing on any route.

use axum::body::Body;
use http::Method;

use super::door::Door;

/// Every route and method that the door serves but its descriptions, which are open to all.
const ROUTES: &[(&str, &str)] = &[
    ("POST", ""),
    ("POST", "/"),
    ("GET", "/Patient"),
    ("POST", "/Patient"),
    ("POST", "/Patient/_search"),
    ("GET", "/Patient/1"),
    ("PUT", "/Patient/1"),
    ("DELETE", "/Patient/1"),
    ("GET", "/Patient/1/_history"),
    ("GET", "/Patient/1/_history/1"),
    ("GET", "/Patient/1/$everything"),
    ("GET", "/Patient/1/Observation"),
    ("POST", "/Patient/1/$join"),
];

#[tokio::test]
async fn a_stranger_gets_401_and_no_fact_on_every_route() {
    let door = Door::open().await;
    door.put(
        "/Patient/1",
        &serde_json::json!({ "resourceType": "Patient", "id": "1" }),
    )
    .await
    .expect(201);
    let before = door.digest().await;
    for (method, path) in ROUTES {
        for authorization in [
            "",
            "Bearer",
            "Bearer wrong-development-token",
            "Basic YTpi",
            "Bearer \u{7f}",
        ] {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let body = r#"{"resourceType":"Patient","id":"1","active":true}"#;
            let headers = [
                ("authorization", authorization),
                ("content-type", "application/fhir+json"),
            ];
            let Ok(_) = http::HeaderValue::from_str(authorization) else {
                continue;
            };
            let reply = door.call(method.clone(), path, &headers, Body::from(body)).await;
            let there = door
                .call(method, &path.replace('1', "other"), &headers, Body::from(body))
                .await;
            assert_eq!(reply.status, 401, "{path} {authorization:?}");
            assert_eq!(
                reply.bytes, there.bytes,
                "{path}: what is there and what is not look the same"
            );
            assert!(reply.issues()[0].starts_with("login"), "{path}");
            assert!(reply.header("www-authenticate").starts_with("Bearer"), "{path}");
        }
    }
    assert_eq!(door.digest().await, before, "nothing was written");
}

/// What is open to all: two descriptions, and no person in them.
const OPEN: [&str; 3] = [
    "/fhir/metadata",
    "/fhir/openapi.json",
    "/fhir/.well-known/smart-configuration",
];

/// The routes that the door is made from are the routes that the test above tries.
#[test]
fn no_route_is_without_its_stranger_test() {
    let pattern = |path: &str| match path {
        "" | "/" => format!("/fhir{path}"),
        // One pattern serves $everything and compartments, and, posted to, operations.
        path => format!("/fhir{}", path.replace("/Patient", "/{type}"))
            .replace("_history/1", "_history/{version}")
            .replace("/1", "/{id}")
            .replace("/$everything", "/{inner}")
            .replace("/Observation", "/{inner}")
            .replace("/$join", "/{inner}"),
    };
    for route in interop::routes() {
        let tried = ROUTES
            .iter()
            .any(|(method, path)| *method == route.method && pattern(path) == route.path);
        let guarded = route.path.starts_with("/fhir") && !OPEN.contains(&route.path);
        assert_eq!(
            tried, guarded,
            "{} {}: add each new route to ROUTES",
            route.method, route.path
        );
    }
}
