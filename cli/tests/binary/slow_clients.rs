//! Clients that dawdle, hang up or talk nonsense: the others are served meanwhile, and nothing is kept by halves.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::process::{Server, TOKEN, answer};

#[test]
fn a_slow_loris_is_shown_the_door_and_nobody_waits_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(
        folder.path(),
        &[
            ("SARSEN_SERVER__HEAD_SECONDS", "1"),
            ("SARSEN_SERVER__BODY_SECONDS", "1"),
        ],
    );
    let began = Instant::now();
    let mut lorises: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = server.connect();
            write!(stream, "GET /fhir/Patient/1 HTTP/1.1\r\nHost: s").expect("sent");
            stream
        })
        .collect();
    let (status, _) = server.call("GET", "/fhir/metadata", "");
    assert_eq!(status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "the others are served at once"
    );
    for stream in &mut lorises {
        let mut rest = Vec::new();
        // Closed by the server: the read ends instead of running into its timeout.
        stream
            .read_to_end(&mut rest)
            .or_else(|e| {
                if e.kind() == std::io::ErrorKind::ConnectionReset {
                    Ok(0)
                } else {
                    Err(e)
                }
            })
            .expect("closed");
    }
    assert!(began.elapsed() < Duration::from_secs(15));
    // A body that drips is cut off too, in words.
    let mut stream = server.connect();
    write!(stream, "POST /fhir/Patient HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{").expect("sent");
    let (status, body) = answer(&mut stream);
    assert_eq!(status, 408, "{body}");
}

#[test]
fn a_client_that_hangs_up_half_way_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(folder.path(), &[]);
    let body = r#"{"resourceType":"Patient","id":"half"}"#;
    for cut in [0, 1, body.len() / 2, body.len() - 1] {
        let mut stream = server.connect();
        write!(
            stream,
            "PUT /fhir/Patient/half HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            body.len(),
            &body[..cut]
        )
        .expect("sent");
        drop(stream);
    }
    let (status, _) = server.call("GET", "/fhir/Patient/half", "");
    assert_eq!(status, 404);
    let (status, _) = server.call("PUT", "/fhir/Patient/half", body);
    assert_eq!(status, 201);
}

#[test]
fn what_is_not_http_is_refused_and_the_server_lives() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(folder.path(), &[]);
    let long_head = format!(
        "GET /fhir/Patient/1 HTTP/1.1\r\nX: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    for nonsense in [
        "\0\0\0\0\0\0\0\0\r\n\r\n",
        "HELO sarsen\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /fhir/Patient/1 HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /fhir/Patient HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        long_head.as_str(),
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(nonsense.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let (status, _) = answer(&mut stream);
        assert!(
            status == 0 || (400..500).contains(&status),
            "{status} for {:?}",
            &nonsense[..20]
        );
    }
    assert_eq!(server.call("GET", "/fhir/metadata", "").0, 200);
}

#[test]
fn two_requests_in_one_write_get_two_answers_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(folder.path(), &[]);
    let mut stream = server.connect();
    let head = format!("Host: s\r\nAuthorization: Bearer {TOKEN}\r\n");
    write!(
        stream,
        "GET /fhir/Patient/a HTTP/1.1\r\n{head}\r\nGET /fhir/metadata HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    )
    .expect("sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("answered");
    let text = String::from_utf8_lossy(&bytes);
    let first = text.find("HTTP/1.1 404").expect("the first answer");
    let second = text.find("HTTP/1.1 200").expect("the second answer");
    assert!(first < second);
}

#[test]
fn a_request_that_could_be_read_in_two_ways_is_refused_before_anybody_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::serve(folder.path(), &[]);
    let head = format!("Host: s\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/fhir+json\r\n");
    let plain = format!("GET /fhir/metadata HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
    let mut stream = server.connect();
    stream.write_all(plain.as_bytes()).expect("sent");
    assert_eq!(
        answer(&mut stream).0,
        200,
        "the same without a second reading is answered"
    );
    for doubtful in [
        format!("POST /fhir/Patient HTTP/1.1\r\n{head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}x"),
        format!("POST /fhir/Patient HTTP/1.1\r\n{head}Content-Length: 2, 3\r\n\r\n{{}}x"),
        format!("POST /fhir/Patient HTTP/1.1\r\n{head}Content-Length: +2\r\n\r\n{{}}"),
        format!("POST /fhir/Patient HTTP/1.1\r\n{head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        format!("POST /fhir/Patient HTTP/1.1\r\n{head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        format!("GET /fhir/metadata HTTP/1.1\r\n{head}X-One: a\r\n two: b\r\n\r\n"),
        format!("GET /fhir/metadata HTTP/1.1\r\n{head}X\0One: a\r\n\r\n"),
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(doubtful.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let (status, _) = answer(&mut stream);
        assert!(status == 0 || status == 400, "{status} for {doubtful:?}");
    }
    assert_eq!(server.call("GET", "/fhir/metadata", "").0, 200);
}
