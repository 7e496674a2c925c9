//! Import: what is good is kept once, what is bad is listed with its place and its rule, and a kill costs nothing.

use std::path::Path;
use std::time::Duration;

use super::process::{Server, run, spawn, words};

/// An invented person a line, with two readings each, so that a slice holds several people.
fn lines(people: usize) -> String {
    let mut text = String::new();
    for number in 0..people {
        text.push_str(&format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"p{number}\",\"name\":[{{\"family\":\"Invented{number}\"}}],\"birthDate\":\"19{:02}-01-01\"}}\n",
            30 + number % 60
        ));
        for reading in 0..2 {
            text.push_str(&format!(
                "{{\"resourceType\":\"Observation\",\"id\":\"o{number}-{reading}\",\"status\":\"final\",\"code\":{{\"coding\":[{{\"system\":\"http://loinc.org\",\"code\":\"8867-4\"}}]}},\"subject\":{{\"reference\":\"Patient/p{number}\"}},\"effectiveDateTime\":\"2026-01-{:02}\",\"valueQuantity\":{{\"value\":{}}}}}\n",
                1 + reading,
                60 + number % 40
            ));
        }
    }
    text
}

fn import(data: &Path, what: &Path) -> std::process::Output {
    run(
        &[
            "import",
            "--data",
            &data.to_string_lossy(),
            &what.to_string_lossy(),
        ],
        &[],
    )
}

#[test]
fn folders_gzip_lines_bundles_and_single_files_are_kept_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("record");
    let files = folder.path().join("files");
    std::fs::create_dir_all(files.join("inner")).expect("made");
    std::fs::write(files.join("people.ndjson"), lines(300)).expect("written");
    std::fs::write(
        files.join("inner/one.json"),
        r#"{"resourceType":"Patient","id":"one"}"#,
    )
    .expect("written");
    std::fs::write(files.join("inner/notes.txt"), "not for import").expect("written");
    let collection = r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"c1"}},{"resource":{"resourceType":"Patient","id":"c2"}}]}"#;
    std::fs::write(files.join("collection.json"), collection).expect("written");
    let transaction = r#"{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:6a1f7a58-2b43-4a0e-8a0f-0a4f0c1f0001","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}"#;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, transaction.as_bytes()).expect("packed");
    std::fs::write(
        files.join("transaction.json.gz"),
        packed.finish().expect("packed"),
    )
    .expect("written");
    let first = import(&data, &files);
    assert!(first.status.success(), "{}", words(&first));
    assert!(words(&first).contains("904 resources kept"), "{}", words(&first));
    let second = import(&data, &files);
    assert!(
        words(&second).contains(": 0 resources kept")
            && words(&second).contains("904 kept by an earlier run"),
        "{}",
        words(&second)
    );
    let server = Server::serve(&data, &[]);
    for (path, body) in [
        ("/fhir/Patient?birthdate=gt1900&_summary=count", "\"total\":300"),
        ("/fhir/Observation?patient=p7&_summary=count", "\"total\":2"),
        ("/fhir/Patient/c2", "\"c2\""),
        ("/fhir/Patient/one/_history", "\"total\":1"),
    ] {
        let (status, text) = server.call("GET", path, "");
        assert!(status == 200 && text.contains(body), "{path}: {status} {text}");
    }
}

#[test]
fn a_bad_line_is_listed_with_its_place_and_rule_and_its_neighbours_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("record");
    let file = folder.path().join("mixed.ndjson");
    let text = "{\"resourceType\":\"Patient\",\"id\":\"good\"}\n\
        {\"resourceType\":\"Patient\",\"id\":\"bad\",\"birthDate\":\"2026-02-30\"}\n\
        \n\
        not json\n\
        {\"resourceType\":\"Patient\",\"id\":\"last\"}\n";
    std::fs::write(&file, text).expect("written");
    let done = import(&data, &file);
    assert_eq!(done.status.code(), Some(2), "{}", words(&done));
    assert!(
        words(&done).contains("2 resources kept") && words(&done).contains("2 document(s) refused"),
        "{}",
        words(&done)
    );
    let rejects = std::fs::read_to_string(data.join("import-rejects.ndjson")).expect("the rejects file");
    let rejects: Vec<serde_json::Value> = rejects
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(rejects.len(), 2);
    assert_eq!(rejects[0]["place"], 2);
    assert_eq!(rejects[0]["issues"][0]["expression"], "Patient.birthDate");
    assert_eq!(rejects[1]["place"], 4);
    let missing = import(&data, &folder.path().join("nothing.ndjson"));
    assert!(
        !missing.status.success() && words(&missing).contains("nothing.ndjson"),
        "{}",
        words(&missing)
    );
    let torn = folder.path().join("torn.json.gz");
    std::fs::write(&torn, [0x1f, 0x8b, 8, 0, 0, 0]).expect("written");
    let done = import(&data, &torn);
    assert_eq!(done.status.code(), Some(2), "{}", words(&done));
}

#[test]
fn the_last_line_of_a_resource_that_stands_twice_is_the_one_that_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("record");
    let file = folder.path().join("twice.ndjson");
    let mut text = String::new();
    for number in 0..900 {
        text.push_str(&format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"same\",\"name\":[{{\"text\":\"{number}\"}}]}}\n"
        ));
        text.push_str(&format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"other{number}\"}}\n"
        ));
    }
    std::fs::write(&file, text).expect("written");
    let done = import(&data, &file);
    assert!(done.status.success(), "{}", words(&done));
    let server = Server::serve(&data, &[]);
    let (_, body) = server.call("GET", "/fhir/Patient/same", "");
    assert!(
        body.contains("\"899\"") && body.contains("\"versionId\":\"900\""),
        "{body}"
    );
}

#[test]
fn a_killed_import_goes_on_where_it_stood_and_keeps_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("record");
    let file = folder.path().join("people.ndjson");
    let people = 6_000;
    std::fs::write(&file, lines(people)).expect("written");
    let mut killed_early = 0;
    for wait in [150, 400, 700] {
        let mut child = spawn(
            &[
                "import",
                "--data",
                &data.to_string_lossy(),
                &file.to_string_lossy(),
            ],
            &[],
        );
        std::thread::sleep(Duration::from_millis(wait));
        if child.try_wait().expect("looked").is_none() {
            killed_early += 1;
        }
        let _ = child.kill();
        child.wait().expect("ended");
    }
    assert!(killed_early > 0, "at least one import was killed in the middle");
    let done = import(&data, &file);
    assert!(done.status.success(), "{}", words(&done));
    let sound = run(&["verify", "--data", &data.to_string_lossy()], &[]);
    assert!(sound.status.success(), "{}", words(&sound));
    let server = Server::serve(&data, &[]);
    let (_, body) = server.call("GET", "/fhir/Patient?birthdate=gt1900&_summary=count", "");
    assert!(body.contains(&format!("\"total\":{people}")), "{body}");
    for number in [0, people / 2, people - 1] {
        let (_, body) = server.call("GET", &format!("/fhir/Patient/p{number}/_history"), "");
        assert!(body.contains("\"total\":1"), "kept once: {body}");
        let (_, body) = server.call(
            "GET",
            &format!("/fhir/Observation?patient=p{number}&_summary=count"),
            "",
        );
        assert!(body.contains("\"total\":2"), "{body}");
    }
}
