//! Whoever asks too often, over real sockets: strangers are slowed, and whoever is signed in from the same machine is served.

use std::io::Write;

use super::process::{Server, TOKEN, answer};

fn raw(server: &Server, head: &str) -> (u16, String) {
    let mut stream = server.connect();
    write!(stream, "{head}\r\nHost: s\r\nConnection: close\r\n\r\n").expect("sent");
    answer(&mut stream)
}

#[test]
fn strangers_who_flood_are_slowed_and_a_known_one_from_the_same_place_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(
        folder.path(),
        &[
            ("SARSEN_LIMITS__ADDRESS_RATE", "1"),
            ("SARSEN_LIMITS__ADDRESS_BURST", "20"),
        ],
    );
    assert_eq!(
        server.call("GET", "/fhir/Patient/x", "").0,
        404,
        "known from here on"
    );
    let (mut refused, mut words) = (0, String::new());
    for each in 0..60 {
        // A new address in a header that nobody here wrote, and a new guess at a token.
        let head = format!(
            "GET /fhir/Patient/x HTTP/1.1\r\nX-Forwarded-For: 198.51.100.{each}\r\nAuthorization: Bearer guess-number-{each}"
        );
        let (status, body) = raw(&server, &head);
        if status == 429 {
            refused += 1;
            words = body;
        } else {
            assert_eq!(status, 401);
        }
    }
    assert!(refused >= 30, "{refused} of 60 were refused");
    assert!(
        words.contains("OperationOutcome") && words.contains("throttled"),
        "{words}"
    );
    let (status, page) = raw(&server, "GET /sign-in HTTP/1.1");
    assert_eq!(status, 429);
    assert!(
        page.contains("Too many requests") && page.contains("Wait a few seconds"),
        "{page}"
    );
    for _ in 0..60 {
        assert_eq!(server.call_as(TOKEN, "GET", "/fhir/Patient/x", "").0, 404);
    }
}

#[test]
fn one_who_asks_too_often_is_slowed_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(
        folder.path(),
        &[
            ("SARSEN_LIMITS__ACTOR_RATE", "1"),
            ("SARSEN_LIMITS__ACTOR_BURST", "10"),
        ],
    );
    let statuses: Vec<u16> = (0..40)
        .map(|_| server.call("GET", "/fhir/Patient/x", "").0)
        .collect();
    assert!(
        statuses.iter().filter(|status| **status == 404).count() >= 11,
        "{statuses:?}"
    );
    assert!(
        statuses.iter().filter(|status| **status == 429).count() >= 20,
        "{statuses:?}"
    );
    assert_eq!(raw(&server, "GET /sign-in HTTP/1.1").0, 200, "others are served");
}
