//! Documents that are legal and made to hurt: large ones of one kind must not cost the square of their size.

use fhir::{Document, Limits, index};

/// Each is within the limits; with quadratic work each would take minutes, and the test run's own limit would end it.
#[test]
fn forty_thousand_of_anything_is_read_in_proportion() {
    let many = 40_000;
    let list = |each: &dyn Fn(usize) -> String| (0..many).map(each).collect::<Vec<_>>().join(",");
    let codings = list(&|n| format!(r#"{{"system":"urn:s","code":"c{n}"}}"#));
    let recipients = list(&|n| format!(r#"{{"reference":"Patient\/p{n}"}}"#));
    let contained = list(&|n| format!(r#"{{"resourceType":"Basic","id":"b{n}","code":{{"text":"x"}}}}"#));
    let based_on = list(&|n| format!(r##"{{"reference":"#b{n}"}}"##));
    for text in [
        format!(r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{codings}]}}}}"#),
        format!(r#"{{"resourceType":"Communication","status":"completed","recipient":[{recipients}]}}"#),
        format!(
            r#"{{"resourceType":"Communication","status":"completed","contained":[{contained}],"about":[{based_on}]}}"#
        ),
    ] {
        let document = Document::scan(text.as_bytes(), &Limits::default());
        let document = document.unwrap_or_else(|issues| panic!("{:?}", issues.first()));
        let root = document.root();
        let prepared = root.prepare(&|_| None);
        let _ = root.references();
        assert!(index::unpack(&index::pack(&prepared.index)).count() >= prepared.index.len().min(many));
    }
}
