//! The resource as kept: what is filled in, what is kept, what is rewritten.

use fhir::{Body, Document, Limits};

fn body(text: &str) -> Body {
    let document =
        Document::scan(text.as_bytes(), &Limits::default()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    document
        .root()
        .prepare(&|text| {
            (text == "urn:uuid:c757873d-ec9a-4326-a141-556f43239520").then(|| "Patient/p1".to_owned())
        })
        .body
}

fn rendered(text: &str) -> String {
    let mut out = Vec::new();
    body(text).render("i", 7, "t", &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn id_and_meta_are_added_after_the_resource_type() {
    assert_eq!(
        rendered(r#"{"resourceType" : "Patient", "active" : true}"#),
        r#"{"resourceType":"Patient","id":"i","meta":{"versionId":"7","lastUpdated":"t"},"active":true}"#
    );
}

#[test]
fn id_and_meta_are_filled_in_where_the_sender_put_them() {
    assert_eq!(
        rendered(
            r#"{"meta":{"lastUpdated":"2020-01-01T00:00:00Z","profile":["http://a.b"],"versionId":"1"},"active":true,"resourceType":"Patient","id":"x"}"#
        ),
        r#"{"meta":{"lastUpdated":"t","profile":["http://a.b"],"versionId":"7"},"active":true,"resourceType":"Patient","id":"i"}"#
    );
}

#[test]
fn what_meta_lacks_comes_at_its_end() {
    assert_eq!(
        rendered(r#"{"resourceType":"Patient","id":"x","meta":{"tag":[{"code":"a"}]}}"#),
        r#"{"resourceType":"Patient","id":"i","meta":{"tag":[{"code":"a"}],"versionId":"7","lastUpdated":"t"}}"#
    );
}

#[test]
fn a_contained_resource_keeps_its_own_id() {
    let text = r##"{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"}],"status":"final","code":{"text":"x"},"subject":{"reference":"#p"}}"##;
    assert!(rendered(text).contains(r##""contained":[{"resourceType":"Patient","id":"p"}]"##));
}

#[test]
fn references_are_rewritten_and_everything_else_is_kept_to_the_byte() {
    let text = r#"{"resourceType":"Observation","id":"x","meta":{"versionId":"1","lastUpdated":"2020-01-01T00:00:00Z"},"status":"final","code":{"text":"a\u00e9\/b  c"},"subject":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","display":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"},"valueQuantity":{"value":1.50}}"#;
    let expected = text
        .replace(r#""id":"x""#, r#""id":"i""#)
        .replace(r#""versionId":"1""#, r#""versionId":"7""#)
        .replace("2020-01-01T00:00:00Z", "t")
        .replacen("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "Patient/p1", 1);
    assert_eq!(rendered(text), expected);
}

#[test]
fn an_encoded_body_decodes_to_itself_and_a_damaged_one_to_nothing() {
    let body = body(r#"{"resourceType":"Patient","active":true}"#);
    let mut bytes = Vec::new();
    body.encode(&mut bytes);
    assert_eq!(Body::decode(&bytes), Some(body));
    assert_eq!(Body::decode(&bytes[..2]), None);
    assert_eq!(Body::decode(&bytes[..10]), None);
    assert_eq!(Body::decode(&[0xff; 12]), None);
}

#[test]
fn the_references_of_a_resource_are_its_own_and_those_of_what_it_contains() {
    let text = r##"{"resourceType":"Observation","contained":[{"resourceType":"Condition","id":"c","subject":{"reference":"Patient\/2"}}],
        "status":"final","code":{"text":"x"},"focus":[{"reference":"#c"}],"subject":{"reference":"Patient/1"}}"##;
    let document = Document::scan(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(document.root().references(), ["Patient/2", "Patient/1"]);
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"fullUrl":"http://a.b/Observation/1","resource":{text}}}]}}"#
    );
    let document = Document::scan(bundle.as_bytes(), &Limits::default()).unwrap();
    assert!(document.root().references().is_empty());
    let entries = document.root().bundle().unwrap().entries;
    assert_eq!(
        entries[0].resource.unwrap().references(),
        ["Patient/2", "Patient/1"]
    );
    assert_eq!(entries[0].full_url.as_deref(), Some("http://a.b/Observation/1"));
}

#[test]
fn a_bundle_tells_what_each_entry_asks() {
    let text = r#"{"resourceType":"Bundle","type":"transaction","entry":[
        {"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/a","ifMatch":"W/\"2\""}},
        {"request":{"method":"DELETE","url":"Patient/b"}}]}"#;
    let document = Document::scan(text.as_bytes(), &Limits::default()).unwrap();
    let bundle = document.root().bundle().unwrap();
    assert_eq!(bundle.kind, "transaction");
    assert_eq!(bundle.entries[0].if_match.as_deref(), Some("W/\"2\""));
    assert_eq!(bundle.entries[0].resource.unwrap().id(), Some("a"));
    assert_eq!(bundle.entries[1].method.as_deref(), Some("DELETE"));
    assert!(bundle.entries[1].resource.is_none());
}
