//! A learned model from the command line: trained, kept in a file, checked; what it refuses; and that it heeds objections as every run does.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::process::{run, words};
use super::stratify::{ask, identified, number, text, value};

/// Invented people: enough that a hundred of those trained on come to hospital, and a hundred do not.
const PEOPLE: usize = 600;
const ON: &str = "2020-11-01";

fn encounter(person: usize, name: &str, class: &str, on: &str) -> Value {
    json!({ "resourceType": "Encounter", "id": format!("{name}{person}"), "status": "finished",
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": class },
        "subject": { "reference": format!("Patient/p{person}") }, "period": { "start": on, "end": on } })
}

/// Every third comes to hospital in the year after the index day, most of them after a visit to the emergency department before it.
fn resources() -> Vec<Value> {
    let mut all = Vec::new();
    for at in 0..PEOPLE {
        all.push(json!({ "resourceType": "Patient", "id": format!("p{at}"), "birthDate": format!("{}-03-04", 1925 + at % 85),
            "gender": if at % 2 == 0 { "female" } else { "male" }, "name": [{ "family": format!("Invented{at}") }],
            "identifier": identified(at) }));
        let stays = at % 3 == 0;
        if stays != (at % 5 == 0) {
            all.push(encounter(at, "before", "EMER", "2020-07-01"));
        }
        if stays {
            all.push(encounter(at, "emergency", "EMER", "2021-02-03"));
            all.push(encounter(at, "stay", "IMP", "2021-02-04"));
        }
    }
    all
}

fn model(command: &str, purpose: &str, on: &str, rest: &[&str]) -> Output {
    ask(&["model", command], purpose, on, rest)
}

fn bundle(folder: &Path) -> std::path::PathBuf {
    let entries: Vec<Value> = resources()
        .into_iter()
        .map(|one| json!({ "resource": one }))
        .collect();
    let file = folder.join("bundle.json");
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    std::fs::write(&file, bundle.to_string()).expect("written");
    file
}

#[test]
fn a_model_is_trained_kept_and_checked_and_what_is_wrong_is_refused_by_its_field() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bundle, kept) = (bundle(folder.path()), folder.path().join("model.json"));
    let (matrix, files) = (folder.path().join("matrix.csv"), folder.path().join("files"));
    let from = ["--bundle", text(&bundle)];
    let region = ["--region", "an invented region"];
    let to = ["--to", text(&kept), "--matrix", text(&matrix)];
    let done = model(
        "train",
        "invented-people",
        ON,
        &[&from[..], &region, &to].concat(),
    );
    assert!(done.status.success(), "{}", words(&done));
    let csv = String::from_utf8_lossy(&done.stdout).into_owned();
    let number_of = |csv: &str, line: &str| -> f64 {
        let found = value(csv, line).unwrap_or_else(|| panic!("{line}: {csv}"));
        found.parse().unwrap_or_else(|_| panic!("{line}: {found}"))
    };
    let trained = number_of(&csv, "trained on,,people");
    assert!(
        (trained + number_of(&csv, "all,,people") - PEOPLE as f64).abs() < 0.5,
        "{csv}"
    );
    assert!(number_of(&csv, "all,,auroc") > 0.7, "{csv}");
    assert!(number_of(&csv, "sex,female,outcomes") >= 10.0, "{csv}");
    assert_eq!(value(&csv, "sex,other,people"), Some("0"), "{csv}");
    assert!(
        csv.lines()
            .skip(1)
            .all(|line| line.ends_with(",not for clinical use")),
        "{csv}"
    );
    assert!(csv.contains("those kept from the training"), "{csv}");
    assert!(
        words(&done).contains("left out: contacts-home (the same for everybody)"),
        "{}",
        words(&done)
    );

    let file: Value = serde_json::from_slice(&std::fs::read(&kept).expect("the model")).expect("JSON");
    assert_eq!(file["legal_basis"], "section 251");
    assert_eq!(file["index_day"], ON);
    assert_eq!(file["region"], "an invented region");
    assert_eq!(file["data"]["files"][0]["name"], "bundle.json");
    assert_eq!(file["trained_on"]["people"].as_f64(), Some(trained));
    let written = std::fs::read_to_string(&matrix).expect("the matrix");
    assert_eq!(written.lines().count(), 1 + PEOPLE);
    assert!(
        written.starts_with("age,age-over-5,")
            && written
                .lines()
                .next()
                .is_some_and(|head| head.ends_with(",outcome,trained_on"))
    );
    assert!(!written.contains("Invented") && !written.contains(number(3).digits()));

    // The same people from files: they are numbered anew, so that others are kept from the training.
    let stated = [
        "--purpose",
        "invented-people",
        "--legal-basis",
        "section 251",
        "--controller",
        "nobody at all",
    ];
    let exported = run(
        &[&["stratify"], &stated[..], &from, &["--write", text(&files)]].concat(),
        &[],
    );
    assert!(exported.status.success(), "{}", words(&exported));
    let of_files = ["--parquet", text(&files)];
    let by = ["--model", text(&kept)];
    let done = model(
        "check",
        "invented-people",
        ON,
        &[&by[..], &of_files, &["--everybody"]].concat(),
    );
    let csv = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", words(&done));
    assert!(
        (number_of(&csv, "all,,people") - PEOPLE as f64).abs() < 0.5,
        "{csv}"
    );
    assert_eq!(value(&csv, "all,,outcomes"), Some("200"), "{csv}");
    assert!(csv.contains(",everybody,"), "{csv}");

    let other = folder.path().join("other.json");
    let asked = |on: &str, rest: &[&str]| model("train", "invented-people", on, &[&from[..], rest].concat());
    let (to, edited) = (["--to", text(&other)], folder.path().join("edited.json"));
    std::fs::write(
        &edited,
        file.to_string().replace("\"version\":1", "\"version\":2"),
    )
    .expect("written");
    let by_edited = ["--model", text(&edited)];
    for (done, said) in [
        (
            asked(ON, &[&region[..], &["--to", text(&kept)]].concat()),
            "--to: ",
        ),
        (
            asked(ON, &[&region[..], &to, &["--penalty=-1"]].concat()),
            "--penalty",
        ),
        (
            asked(ON, &[&region[..], &to, &["--share", "95"]].concat()),
            "--share: it must be 10 to 90",
        ),
        (
            asked(ON, &[&["--region", "-"][..], &to].concat()),
            "--region: it must be stated",
        ),
        (
            asked("2070-11-01", &[&region[..], &to].concat()),
            "the outcome is not known yet",
        ),
        (
            asked("2079-01-01", &[&region[..], &to].concat()),
            "must lie within 1900 to June 2079",
        ),
        (
            asked("2018-11-01", &[&region[..], &to].concat()),
            "outcome: it came to nobody",
        ),
        (
            model("train", "marketing", ON, &[&from[..], &region, &to].concat()),
            "possible values",
        ),
        (
            model("train", "research", ON, &[&from[..], &region, &to].concat()),
            "--opted-out FILE",
        ),
        (
            model("check", "invented-people", ON, &[&by_edited[..], &from].concat()),
            "version: it must be 1",
        ),
    ] {
        assert!(
            !done.status.success() && words(&done).contains(said),
            "{said}: {}",
            words(&done)
        );
    }
    assert!(!other.exists(), "a refused run writes no model");
}

#[test]
fn a_training_over_a_record_heeds_objections_and_stands_in_the_read_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let (data, lines, list) = (file("record"), file("people.ndjson"), file("opted-out"));
    let all: Vec<String> = resources().iter().map(Value::to_string).collect();
    std::fs::write(&lines, all.join("\n")).expect("written");
    let kept = run(&["import", "--data", text(&data), text(&lines)], &[]);
    assert!(kept.status.success(), "{}", words(&kept));
    let numbers: Vec<String> = (0..20).map(|at| number(at).digits().to_owned()).collect();
    std::fs::write(&list, numbers.join("\n")).expect("written");

    let (to, from) = (
        file("model.json"),
        ["--data", text(&data), "--opted-out", text(&list)],
    );
    let rest = ["--region", "an invented region", "--to", text(&to)];
    let done = model("train", "research", ON, &[&from[..], &rest].concat());
    assert!(done.status.success(), "{}", words(&done));
    let csv = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(
        value(&csv, "objected,national opt-out,people"),
        Some("20"),
        "{csv}"
    );
    let people = |line: &str| {
        value(&csv, line)
            .and_then(|found| found.parse::<usize>().ok())
            .unwrap_or(0)
    };
    assert_eq!(
        people("trained on,,people") + people("all,,people"),
        PEOPLE - 20,
        "{csv}"
    );
    let done = model(
        "check",
        "research",
        ON,
        &[&from[..], &["--model", text(&to)]].concat(),
    );
    assert!(done.status.success(), "{}", words(&done));
    let entries = record::audit::entries(&data).expect("entries");
    let runs: Vec<(&str, u64, u64)> = entries
        .iter()
        .filter_map(|entry| entry.run.as_ref())
        .map(|run| (run.question.as_str(), run.people, run.nationally))
        .collect();
    let expected = (PEOPLE as u64 - 20, 20);
    assert_eq!(
        runs,
        [
            ("model train", expected.0, expected.1),
            ("model check", expected.0, expected.1)
        ]
    );
}
