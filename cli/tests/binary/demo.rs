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

#[expect(
    clippy::disallowed_methods,
    reason = "the demo it starts goes by the time of day"
)]
#[test]
fn the_region_lives_the_days_that_the_care_clock_has_passed() {
    let folder = tempfile::tempdir().expect("a folder");
    // The region of twelve days ago: when the demo starts, twelve days have to be lived.
    let begun = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::get("Europe/London").expect("a time zone"))
        .date()
        .checked_sub(jiff::ToSpan::days(12))
        .expect("a day")
        .to_string();
    let versions = |data: &str| -> u64 {
        let verified = run(&["verify", "--data", data], &[]);
        assert!(verified.status.success(), "{}", words(&verified));
        let said = words(&verified);
        let count = said.split_once("checked: ").expect("a count").1;
        let digits: String = count.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().expect("a number")
    };
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (still, living, killed) = (path("still"), path("living"), path("killed"));
    let region = ["--people", "60", "--today", begun.as_str()];
    let loaded = run(&[&["synth", "load", "--data", &still], &region[..]].concat(), &[]);
    assert!(loaded.status.success(), "{}", words(&loaded));
    let demo = |data: &str| {
        let arguments = ["demo", "--address", "127.0.0.1:0", "--data", data];
        Server::start(&[&arguments[..], &region[..]].concat(), &[])
    };
    let first: i64 = {
        let date: jiff::civil::Date = begun.parse().expect("a date");
        date.since(jiff::civil::date(1970, 1, 1))
            .expect("days")
            .get_days()
            .into()
    };
    let lived = |data: &str| -> i64 {
        let mark = std::path::Path::new(data).join("region-lived.txt");
        let text = std::fs::read_to_string(mark).unwrap_or_default();
        let day = text.trim().rsplit_once(' ').and_then(|(_, day)| day.parse().ok());
        day.map_or(0, |day: i64| day - first)
    };
    let until = |data: &str, days: i64| {
        for _ in 0..12_000 {
            if lived(data) >= days {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("{} days were lived", lived(data));
    };
    let stop = |mut demo: Server| {
        let status = std::process::Command::new("kill")
            .args(["-TERM", &demo.pid().to_string()])
            .status()
            .expect("kill");
        assert!(status.success() && demo.wait().success());
    };
    let whole = demo(&living);
    until(&living, 12);
    stop(whole);
    let (before, after) = (versions(&still), versions(&living));
    assert!(
        after > before + 40,
        "{before} versions when it was grown, {after} after twelve days"
    );
    // Killed twice on the way: nothing is lost, and nothing there twice.
    let mut cut = Vec::new();
    for days in [1, 4] {
        let mut demo = demo(&killed);
        until(&killed, days);
        demo.kill();
        cut.push(lived(&killed));
    }
    assert!(cut[0] < 12, "killed too late to show anything: {cut:?}");
    let whole = demo(&killed);
    until(&killed, 12);
    stop(whole);
    assert_eq!(versions(&killed), after);
}
