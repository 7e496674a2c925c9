//! No input makes the crate panic, and what is accepted is sound.

use fhir::search::parse;
use fhir::{Body, Document, Limits, ResourceType, index};
use proptest::prelude::*;

const SEED: &str = r##"{"resourceType":"Observation","id":"a","meta":{"versionId":"1"},"contained":[{"resourceType":"Patient","id":"p","name":[{"given":["A",null],"_given":[null,{"id":"x"}]}]}],
"text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'><p class=\"a\">x</p></div>"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},
"subject":{"reference":"#p"},"effectivePeriod":{"start":"2020-01-01T10:00:00Z","end":"2021"},"valueQuantity":{"value":-1.50e3,"unit":"c\u00e9\ud83d\ude00"},
"note":[{"text":"a \\ \"b\" \/ \n"}],"performer":[{"reference":"Practitioner/1"},{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990548609"}}]}"##;

/// Scans; whatever is accepted must be readable, and scan again once rendered.
fn try_out(bytes: &[u8]) {
    let limits = Limits::default();
    let Ok(document) = Document::scan(bytes, &limits) else {
        return;
    };
    let root = document.root();
    let prepared = root.prepare(&|_| None);
    let _ = (root.references(), root.bundle(), root.text_at(&["status"]));
    let mut out = Vec::new();
    prepared.body.render("x", 1, "2020-01-01T00:00:00Z", &mut out);
    serde_json::from_slice::<serde_json::Value>(&out).unwrap();
    let again = Document::scan(&out, &limits).unwrap();
    assert_eq!(again.root().prepare(&|_| None).index, prepared.index);
    let entry = index::pack(&prepared.index);
    assert_eq!(index::unpack(&entry).count(), prepared.index.len());
}

#[test]
fn the_seed_itself_is_accepted() {
    Document::scan(SEED.as_bytes(), &Limits::default()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    try_out(SEED.as_bytes());
}

#[test]
fn every_cut_of_a_document_is_refused() {
    for length in 0..SEED.len() {
        assert!(
            Document::scan(&SEED.as_bytes()[..length], &Limits::default()).is_err(),
            "{length}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        try_out(&bytes);
        let _ = Body::decode(&bytes);
        let _ = index::unpack(&bytes).count();
    }

    #[test]
    fn a_mutated_document_never_panics(edits in proptest::collection::vec((0..SEED.len(), any::<u8>(), 0..4_u8), 1..6)) {
        let mut bytes = SEED.as_bytes().to_vec();
        for (at, byte, kind) in edits {
            let at = at % bytes.len();
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => bytes[at] = b"{}[]\",:\\_0-u#<>"[usize::from(byte) % 15],
            }
        }
        try_out(&bytes);
    }

    #[test]
    fn json_like_text_never_panics(text in r#"\{("(resourceType|id|name|_given|text|div|value)":("Patient"|"x"|\[|\]|\{|\}|null|1|true),?){0,8}\}?"#) {
        try_out(text.as_bytes());
    }

    #[test]
    fn search_text_never_panics(name in "[a-z_:.-]{0,20}", value in any::<String>()) {
        for (kind, code) in [("Patient", "birthdate"), ("Patient", "identifier"), ("Patient", "family"), ("Patient", "general-practitioner"), ("Observation", name.as_str())] {
            let params = [(code.to_owned(), value.clone())];
            if let Ok(query) = parse(ResourceType::from_name(kind).unwrap(), &params) {
                let _ = (query.cross_person(), query.matches(&[]), query.matches(value.as_bytes()), query.sort_key(value.as_bytes()));
            }
        }
    }
}
