//! The demo: people in the record, a token printed, pages and FHIR answered.

use super::process::{Server, run, words};

#[test]
fn the_demo_prints_a_token_that_opens_its_people_and_keeps_them_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_string_lossy().into_owned();
    let arguments = [
        "demo",
        "--address",
        "127.0.0.1:0",
        "--data",
        &data,
        "--people",
        "50",
        "--samples",
    ];
    let mut first = Server::start(&arguments, &[]);
    let token = first
        .said
        .iter()
        .find_map(|line| line.strip_prefix("development token: "))
        .expect("a token")
        .to_owned();
    assert!(token.len() >= 32, "{token}");
    let count = |server: &Server| {
        server
            .said
            .iter()
            .find(|line| line.contains("sample people"))
            .cloned()
            .expect("a count")
    };
    let people = count(&first);
    let status = std::process::Command::new("kill")
        .args(["-TERM", &first.pid().to_string()])
        .status()
        .expect("kill");
    assert!(status.success());
    assert!(first.wait().success(), "told to stop, it stops in order");
    let again = Server::start(
        &arguments,
        &[("SARSEN_ACCESS__DEVELOPMENT_TOKEN", super::process::TOKEN)],
    );
    assert_eq!(count(&again), people, "the same people, once");
    let (status, body) = again.call(
        "GET",
        "/fhir/Patient?name=Howe&birthdate=gt1900&_summary=count",
        "",
    );
    assert_eq!(status, 200, "{body}");
    assert!(
        body.contains("\"total\":1,") || body.contains("\"total\":1}"),
        "{body}"
    );
    // The region grows behind the pages, once however often the demo is started.
    let grown = |server: &Server| {
        let (_, body) = server.call("GET", "/fhir/Patient?birthdate=gt1900&_summary=count", "");
        let total = body
            .split_once("\"total\":")
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        total.and_then(|total| total.parse::<u32>().ok()).unwrap_or(0)
    };
    let mut before = 0;
    let whole = loop {
        let now = grown(&again);
        if now >= 62 && now == before {
            break now;
        }
        before = now;
        std::thread::sleep(std::time::Duration::from_millis(700));
    };
    assert!((62..75).contains(&whole), "{whole}");
    let (status, page) = again.call("GET", "/", "");
    assert!(matches!(status, 200 | 303), "{status} {page}");
}

#[test]
fn a_folder_in_use_and_a_folder_that_cannot_be_written_are_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("record");
    let data_text = data.to_string_lossy().into_owned();
    let _first = Server::serve(&data, &[]);
    let second = run(&["serve", "--address", "127.0.0.1:0", "--data", &data_text], &[]);
    assert!(!second.status.success());
    assert!(
        words(&second).contains("in use by another process"),
        "{}",
        words(&second)
    );
    let file = folder.path().join("a-file");
    std::fs::write(&file, "not a folder").expect("written");
    let inside = file.join("record").to_string_lossy().into_owned();
    let refused = run(&["serve", "--address", "127.0.0.1:0", "--data", &inside], &[]);
    assert!(!refused.status.success());
    assert!(
        words(&refused).contains("sarsen:") && !words(&refused).contains("panicked"),
        "{}",
        words(&refused)
    );
}

#[test]
fn a_setting_that_is_wrong_is_named() {
    let refused = run(&["serve"], &[("SARSEN_RECORD__READERS", "0")]);
    assert!(!refused.status.success());
    assert!(words(&refused).contains("record.readers"), "{}", words(&refused));
    let refused = run(&["serve"], &[("SARSEN_ACCESS__DEVELOPMENT_TOKEN", "short")]);
    assert!(
        words(&refused).contains("access.development_token"),
        "{}",
        words(&refused)
    );
}
