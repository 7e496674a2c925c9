//! A server that starts looks through its audit for what is unusual, and the privacy office finds it in its inbox once.

use std::time::{Duration, Instant};

use super::process::Server;

const ONE: &str = "the-own-secret-token-of-one";
const OTHER: &str = "the-own-secret-token-of-another";
const INBOX: &str = "/fhir/Task?owner=Organization/privacy-office&_count=50";

fn sightings(server: &Server) -> usize {
    let (status, body) = server.call_as(OTHER, "GET", INBOX, "");
    assert_eq!(status, 200, "{body}");
    body.matches("\"resourceType\":\"Task\"").count()
}

#[test]
fn what_is_unusual_is_in_the_inbox_when_a_server_has_started_and_once_after_every_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("sarsen.toml");
    let officers = format!(
        "[access]\nofficers = [{{ id = \"one\", token = \"{ONE}\" }}, {{ id = \"other\", token = \"{OTHER}\" }}]\n"
    );
    std::fs::write(&config, officers).expect("written");
    let config = config.to_string_lossy().into_owned();
    let data = folder.path().join("record");
    let settings = [("SARSEN_CONFIG", config.as_str())];
    {
        let server = Server::serve(&data, &settings);
        for _ in 0..21 {
            assert_eq!(server.call_as(ONE, "GET", "/fhir/Patient/of-nobody", "").0, 404);
        }
        assert_eq!(sightings(&server), 0, "it looks every quarter of an hour");
    }
    for _ in 0..2 {
        let server = Server::serve(&data, &settings);
        let began = Instant::now();
        while sightings(&server) == 0 {
            assert!(began.elapsed().as_secs() < 20, "it is put there");
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(sightings(&server), 1);
    }
}
