//! The CapabilityStatement says what is served, and what it says is served.

use axum::body::Body;
use http::Method;
use serde_json::json;

use super::door::Door;

#[tokio::test]
async fn anybody_may_read_it_and_it_is_a_valid_resource() {
    let door = Door::open().await;
    let reply = door
        .call(Method::GET, "/metadata", &[("authorization", "")], Body::empty())
        .await
        .expect(200);
    assert_eq!(reply.json()["fhirVersion"], "4.0.1");
    let scanned = ::fhir::Document::scan(&reply.bytes, &::fhir::Limits::default());
    assert!(scanned.is_ok(), "{:?}", scanned.err());
}

#[tokio::test]
async fn every_parameter_it_lists_is_answered_inside_a_person() {
    let door = Door::open().await;
    door.put("/Patient/ada", &json!({ "resourceType": "Patient", "id": "ada" }))
        .await
        .expect(201);
    let statement = door.get("/metadata").await.expect(200).json();
    let mut tried = 0;
    for resource in statement["rest"][0]["resource"].as_array().expect("resources") {
        let name = resource["type"].as_str().expect("a type");
        for param in resource["searchParam"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            let code = param["name"].as_str().expect("a name");
            let value = match param["type"].as_str().expect("a type") {
                "date" => "2020",
                "reference" => "Patient/ada",
                "token" | "string" => "x",
                "uri" => "urn:x",
                other => panic!("{name}.{code} is listed with type {other}"),
            };
            let reply = door.get(&format!("/Patient/ada/{name}?{code}={value}")).await;
            assert_eq!(
                reply.status,
                200,
                "{name}?{code}: {}",
                String::from_utf8_lossy(&reply.bytes)
            );
            tried += 1;
            if param["documentation"].is_string() {
                let value = if value == "x" && param["type"] == "token" {
                    "urn:x|x"
                } else {
                    value
                };
                let reply = door.get(&format!("/{name}?{code}={value}")).await;
                assert_eq!(
                    reply.status,
                    200,
                    "{name}?{code} over everybody: {}",
                    String::from_utf8_lossy(&reply.bytes)
                );
            }
        }
    }
    assert!(tried > 500, "{tried} parameters");
}

#[tokio::test]
async fn a_search_over_everybody_that_is_not_listed_is_too_costly_in_words() {
    let door = Door::open().await;
    let reply = door.get("/Observation?value-string=x").await.expect(403);
    let words = reply.issues().remove(0);
    assert!(words.starts_with("too-costly"), "{words}");
    assert!(words.contains("patient"), "says what would be served: {words}");
}

#[tokio::test]
async fn an_unknown_parameter_is_named() {
    let door = Door::open().await;
    let reply = door.get("/Patient?nmae=x").await.expect(400);
    assert!(reply.issues()[0].contains("nmae"), "{:?}", reply.issues());
}

#[tokio::test]
async fn it_says_where_tokens_are_given_and_apps_of_other_sites_may_read_it() {
    let door = Door::open().await;
    let reply = door.get("/metadata").await.expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let security = reply.json()["rest"][0]["security"].clone();
    assert_eq!(security["service"][0]["coding"][0]["code"], "SMART-on-FHIR");
    let uris = security["extension"][0]["extension"]
        .as_array()
        .expect("addresses")
        .iter();
    let uris: Vec<&str> = uris.filter_map(|one| one["valueUri"].as_str()).collect();
    assert_eq!(
        uris,
        ["authorize", "token", "introspect", "revoke"]
            .map(|one| format!("https://sarsen.example/oauth/{one}"))
    );
    let asked = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "GET"),
        ("authorization", ""),
    ];
    let preflight = door
        .call(Method::OPTIONS, "/Patient/ada", &asked, Body::empty())
        .await
        .expect(204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("Authorization")
    );
    assert_eq!(
        preflight.header("access-control-allow-credentials"),
        "",
        "no cookie ever comes along"
    );
}

#[tokio::test]
async fn anybody_may_read_the_openapi_document_and_it_names_this_server() {
    let door = Door::open().await;
    let reply = door
        .call(
            Method::GET,
            "/openapi.json",
            &[("authorization", "")],
            Body::empty(),
        )
        .await
        .expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    let document = reply.json();
    assert_eq!(document["openapi"], "3.1.0");
    let statement = door.get("/metadata").await.json();
    let base = statement["implementation"]["url"].as_str().expect("an address");
    let server = document["servers"][0]["url"].as_str().expect("an address");
    assert_eq!(format!("{server}/fhir"), base);
    // What the CapabilityStatement lists for a type, the document does too.
    for resource in statement["rest"][0]["resource"].as_array().expect("resources") {
        let path = format!("/fhir/{}", resource["type"].as_str().expect("a type"));
        assert!(document["paths"][&path]["get"].is_object(), "{path}");
    }
}
