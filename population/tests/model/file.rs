//! The model's file: it comes back as it was, and anything else is refused by its field.

use population::model::{Model, train};
use serde_json::{Value, json};

use super::{of, plan, region};

#[test]
fn a_model_comes_back_from_its_file_and_anything_else_is_refused_by_its_field() {
    let model = train(&of(&region(4_000)), &plan(), 2).expect("a model");
    let file = model.to_json();
    let read = |value: &Value| Model::read(value.to_string().as_bytes());
    assert_eq!(read(&file).as_ref(), Ok(&model));
    assert_eq!(file["use"], "not for clinical use");
    assert_eq!(file["signed"], Value::Null);

    let refused = |change: &dyn Fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file);
        read(&file).expect_err("refused").to_string()
    };
    let member = |at: &[&str], value: Value| {
        let at: Vec<String> = at.iter().map(|one| (*one).to_owned()).collect();
        refused(&move |file: &mut Value| {
            let mut place = file;
            for name in &at {
                place = match name.parse::<usize>() {
                    Ok(number) => &mut place[number],
                    Err(_) => &mut place[name.as_str()],
                };
            }
            *place = value.clone();
        })
    };
    for (words, said) in [
        (
            member(&["format"], json!("another")),
            "format: it must be \"sarsen-risk-model\"",
        ),
        (member(&["version"], json!(2)), "version: it must be 1"),
        (member(&["use"], json!("for clinical use")), "use: it must be"),
        (member(&["signed"], json!("somebody")), "signed: it must be null"),
        (
            member(&["intended_purpose"], json!("to rank people")),
            "intended_purpose: it must be",
        ),
        (member(&["outcome", "days"], json!(30)), "outcome: it must be"),
        (
            member(&["index_day"], json!("soon")),
            "index_day: it must be a day",
        ),
        (
            member(&["index_day"], json!("2025-11-02")),
            "index_day: the 365 days after it must be over",
        ),
        (member(&["controller"], json!(" ")), "controller: it must be text"),
        (
            member(&["data", "source"], json!("hearsay")),
            "data.source: it must be",
        ),
        (
            member(&["data", "files", "0", "sha256"], json!("12")),
            "data.files[0].sha256: it must be 64",
        ),
        (
            member(&["method", "penalty"], json!(-1)),
            "method.penalty: it must be 0 or above",
        ),
        (
            member(&["method", "share_in_100"], json!(99)),
            "method.share_in_100: it must be 10 to 90",
        ),
        (
            member(&["trained_on", "outcomes"], json!(9)),
            "trained_on.outcomes: at least 100",
        ),
        (
            member(&["intercept", "coefficient"], Value::Null),
            "intercept.coefficient: it must be a finite number",
        ),
        (
            member(&["features", "0", "coefficient"], json!("1")),
            "features[0].coefficient: it must be a finite number",
        ),
        (
            member(&["features", "1", "standard_error"], json!(-0.5)),
            "features[1].standard_error: it must be 0 or above",
        ),
        (
            member(&["features", "0", "name"], json!("shoe-size")),
            "features[0].name: \"shoe-size\" is no feature",
        ),
        (
            member(&["features", "1", "name"], json!("age")),
            "features[1].name: \"age\" stands there twice",
        ),
        (
            member(&["features", "0", "one_more_is"], json!("a year")),
            "features[0].one_more_is: it must be",
        ),
        (
            member(&["left_out", "0", "why"], json!("no reason")),
            "left_out[0].why: it is no reason",
        ),
        (member(&["more"], json!(1)), "more: it is no member"),
        (
            refused(&|file| {
                file.as_object_mut().expect("an object").remove("region");
            }),
            "region: it is missing",
        ),
        (
            refused(&|file| {
                file["features"].as_array_mut().expect("a list").remove(0);
            }),
            "features: \"age\" is missing",
        ),
        (
            Model::read(b"{").expect_err("refused").to_string(),
            "file: it is no JSON",
        ),
        (
            Model::read(b"[]").expect_err("refused").to_string(),
            "format: it must be",
        ),
    ] {
        assert!(words.starts_with(said), "{said}: {words}");
    }
    let huge = file
        .to_string()
        .replacen("\"coefficient\":", "\"coefficient\":1e999,\"was\":", 1);
    assert!(Model::read(huge.as_bytes()).is_err());
}
