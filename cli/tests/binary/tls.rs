//! TLS: the certificate of the settings is shown, and the one that takes its place is shown without a restart.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::process::{TOKEN, run, sarsen, words};

/// A certificate that vouches for itself, with its key, as the two files hold them.
struct Pair {
    certificate: String,
    key: String,
    roots: Arc<RootCertStore>,
}

fn pem(kind: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
        STANDARD.encode(der)
    )
}

fn pair() -> Pair {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    Pair {
        certificate: pem("CERTIFICATE", made.cert.der()),
        key: pem("PRIVATE KEY", made.signing_key.serialized_der()),
        roots: Arc::new(roots),
    }
}

impl Pair {
    fn write(&self, folder: &Path) {
        std::fs::write(folder.join("key.pem"), &self.key).expect("written");
        std::fs::write(folder.join("certificate.pem"), &self.certificate).expect("written");
    }

    /// A request to the server at `port`, by whoever trusts this certificate alone: the answer, or what TLS refused.
    fn get(&self, port: u16, path: &str) -> Result<String, std::io::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(Arc::clone(&self.roots))
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
        let socket = TcpStream::connect(("127.0.0.1", port))?;
        socket.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut stream = StreamOwned::new(connection, socket);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
        )?;
        let mut bytes = Vec::new();
        // Some close without TLS's own farewell; what was said before stands.
        match stream.read_to_end(&mut bytes) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof && !bytes.is_empty() => {}
            Err(error) => return Err(error),
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn serve(folder: &Path) -> Running {
    let (certificate, key) = (
        path(&folder.join("certificate.pem")),
        path(&folder.join("key.pem")),
    );
    let mut child = sarsen(
        &[
            "serve",
            "--address",
            "127.0.0.1:0",
            "--data",
            &path(&folder.join("record")),
        ],
        &[
            ("SARSEN_ACCESS__DEVELOPMENT_TOKEN", TOKEN),
            ("SARSEN_SERVER__CERTIFICATE", &certificate),
            ("SARSEN_SERVER__KEY", &key),
            ("SARSEN_SERVER__HEAD_SECONDS", "2"),
        ],
    )
    .stdout(Stdio::piped())
    .stderr(Stdio::null())
    .spawn()
    .expect("started");
    let mut lines = BufReader::new(child.stdout.take().expect("its words")).lines();
    let port = loop {
        let line = lines.next().expect("it listens before it ends").expect("text");
        if let Some(address) = line.strip_prefix("listening on https://") {
            break address
                .rsplit(':')
                .next()
                .and_then(|port| port.parse().ok())
                .expect("a port");
        }
    };
    Running { child, port }
}

fn hang_up(child: &Child) {
    let told = std::process::Command::new("kill")
        .args(["-HUP", &child.id().to_string()])
        .status();
    assert!(told.expect("kill runs").success());
}

/// Asks until it is answered, for as long as a new certificate may take to be seen.
fn answered_in_time(pair: &Pair, port: u16) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(15) {
        if pair.get(port, "/fhir/metadata").is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[test]
fn a_certificate_is_shown_and_the_one_in_its_place_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second, third) = (pair(), pair(), pair());
    first.write(folder.path());
    let running = serve(folder.path());
    let answer = first.get(running.port, "/fhir/metadata").expect("trusted");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer
            .to_lowercase()
            .contains("strict-transport-security: max-age"),
        "{answer}"
    );
    let page = first.get(running.port, "/sign-in").expect("trusted");
    assert!(
        page.contains("__Host-sarsen") && page.contains("Secure"),
        "cookies go by TLS alone"
    );
    assert!(
        second.get(running.port, "/fhir/metadata").is_err(),
        "nobody trusts it who trusts another"
    );

    // Told by a signal, at once.
    second.write(folder.path());
    hang_up(&running.child);
    assert!(answered_in_time(&second, running.port));
    assert!(first.get(running.port, "/fhir/metadata").is_err());

    // Half of a pair, and nonsense: the one before goes on being shown.
    std::fs::write(folder.path().join("certificate.pem"), &third.certificate).expect("written");
    hang_up(&running.child);
    std::thread::sleep(Duration::from_millis(300));
    assert!(second.get(running.port, "/fhir/metadata").is_ok());
    std::fs::write(folder.path().join("key.pem"), "no key").expect("written");
    hang_up(&running.child);
    std::thread::sleep(Duration::from_millis(300));
    assert!(second.get(running.port, "/fhir/metadata").is_ok());

    // Seen without a signal, within a few seconds.
    third.write(folder.path());
    assert!(answered_in_time(&third, running.port));
}

#[test]
fn whoever_does_not_speak_tls_gets_nothing_and_holds_up_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = pair();
    own.write(folder.path());
    let running = serve(folder.path());
    let mut plain = TcpStream::connect(("127.0.0.1", running.port)).expect("connected");
    plain
        .write_all(format!("GET /fhir/Patient HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n").as_bytes())
        .expect("sent");
    let mut got = Vec::new();
    let _ = plain.read_to_end(&mut got);
    assert!(!got.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&got));
    // These say nothing at all, and are shown the door.
    let mut silent: Vec<TcpStream> = (0..32)
        .map(|_| TcpStream::connect(("127.0.0.1", running.port)).expect("connected"))
        .collect();
    let began = Instant::now();
    assert!(own.get(running.port, "/fhir/metadata").is_ok());
    assert!(began.elapsed() < Duration::from_secs(1));
    for stream in &mut silent {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let reset = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionReset;
        assert!(ended.is_ok() || ended.is_err_and(|error| reset(&error)));
    }
}

#[test]
fn a_pair_that_cannot_be_used_stops_the_start_with_the_settings_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (own, other) = (pair(), pair());
    own.write(folder.path());
    let file = |name: &str, text: &str| {
        let at = folder.path().join(name);
        std::fs::write(&at, text).expect("written");
        path(&at)
    };
    let certificate = path(&folder.path().join("certificate.pem"));
    let key = path(&folder.path().join("key.pem"));
    let others_key = file("others.pem", &other.key);
    let empty = file("empty.pem", "");
    for (certificate, key, said) in [
        (
            certificate.as_str(),
            others_key.as_str(),
            "server.key: it belongs to another",
        ),
        (&certificate, &empty, "server.key: "),
        (&empty, &key, "server.certificate: "),
        ("no-such-file.pem", &key, "server.certificate: "),
        (&certificate, "", "server.key: name it too"),
        ("", &key, "server.certificate: name it too"),
    ] {
        let data = path(&folder.path().join("record"));
        let ended = run(
            &["serve", "--address", "127.0.0.1:0", "--data", &data],
            &[
                ("SARSEN_SERVER__CERTIFICATE", certificate),
                ("SARSEN_SERVER__KEY", key),
            ],
        );
        let text = words(&ended);
        assert!(!ended.status.success() && text.contains(said), "{said}: {text}");
        assert!(
            !text.contains("BEGIN") && !text.contains(&own.key[30..60]),
            "{text}"
        );
    }
}
