//! SQL and markup in every string of a record: shown as what they are, never run.

use serde_json::{Value, json};

use super::house::{House, people};

const HOSTILE: &str =
    "<script>alert('x')</script>\"><img src=x onerror=alert(1)>' OR 1=1; DROP TABLE log; --";

/// Replaces every string that is words (not a code, date, id, reference or system) by hostile ones.
fn poison(value: &mut Value) {
    const WORDS: [&str; 8] = [
        "text",
        "family",
        "description",
        "title",
        "display",
        "city",
        "unit",
        "note",
    ];
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(text) if WORDS.contains(&name.as_str()) => *text = HOSTILE.to_owned(),
                    Value::Array(items) if matches!(name.as_str(), "given" | "prefix" | "line") => {
                        items.iter_mut().for_each(|item| *item = json!(HOSTILE));
                    }
                    other => poison(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(poison),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn markup_in_every_string_of_a_record_comes_out_as_text() {
    let house = House::open().await;
    for mut one in people::clara() {
        poison(&mut one);
        house.keep(&one).await;
    }
    let cookies = house.sign_in().await;
    for section in [
        "",
        "/timeline",
        "/problems",
        "/medicines",
        "/allergies",
        "/results",
        "/encounters",
        "/documents",
        "/plans",
        "/other",
    ] {
        let page = house
            .get(&format!("/staff/person/{}{section}", people::CLARA), &cookies)
            .await
            .expect(200);
        let page = page
            .does_not_say("<script>")
            .does_not_say("<img")
            .does_not_say("onerror=alert(1)>'");
        assert!(
            page.text.contains("alert("),
            "{section} shows the hostile text as text"
        );
    }
}

#[tokio::test]
async fn markup_in_every_field_of_the_search_comes_back_as_text() {
    let house = House::open().await;
    let cookies = house.sign_in().await;
    let fields: Vec<(&str, &str)> = [
        "name",
        "nhs-number",
        "born-day",
        "born-month",
        "born-year",
        "postcode",
    ]
    .iter()
    .map(|name| (*name, HOSTILE))
    .collect();
    house
        .send_search(&cookies, &fields)
        .await
        .expect(422)
        .does_not_say("<script>")
        .does_not_say("<img")
        .says("alert(");
    let found = house.search(&cookies, &[("name", HOSTILE)]).await;
    assert!(
        found.status.is_success() || found.status.is_client_error(),
        "{}",
        found.status
    );
    found.does_not_say("<script>").does_not_say("<img");
}
