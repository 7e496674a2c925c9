//! A `sarsen` process of the test's own, and a plain HTTP client.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

pub(super) const TOKEN: &str = "a-development-token";

/// A running server; it is killed when the test is done with it.
pub(super) struct Server {
    child: Child,
    pub(super) address: String,
    /// What it said before it listened.
    pub(super) said: Vec<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts `sarsen <arguments>` and waits until it listens.
    pub(super) fn start(arguments: &[&str], settings: &[(&str, &str)]) -> Server {
        Server::start_with(arguments, settings, None)
    }

    /// As [`Server::start`], with its log in a file.
    pub(super) fn start_with(arguments: &[&str], settings: &[(&str, &str)], log: Option<File>) -> Server {
        let log = log.map_or_else(Stdio::inherit, Stdio::from);
        let mut child = sarsen(arguments, settings)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("its words")).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next().expect("it listens before it ends").expect("text");
            if let Some(url) = line.strip_prefix("listening on http://") {
                break url.to_owned();
            }
            said.push(line);
        };
        Server { child, address, said }
    }

    /// Starts `sarsen serve` over a folder.
    pub(super) fn serve(data: &Path, settings: &[(&str, &str)]) -> Server {
        let mut all = vec![("SARSEN_ACCESS__DEVELOPMENT_TOKEN", TOKEN)];
        all.extend_from_slice(settings);
        Server::start(
            &[
                "serve",
                "--address",
                "127.0.0.1:0",
                "--data",
                &data.to_string_lossy(),
            ],
            &all,
        )
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("connected");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        stream
    }

    /// One request on a connection of its own: status and body.
    pub(super) fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.call_as(TOKEN, method, path, body)
    }

    /// The same by whoever has this token.
    pub(super) fn call_as(&self, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = self.connect();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: sarsen\r\nAuthorization: Bearer {token}\r\nContent-Type: application/fhir+json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("sent");
        answer(&mut stream)
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for it to end of itself.
    pub(super) fn wait(&mut self) -> std::process::ExitStatus {
        self.child.wait().expect("ended")
    }
}

/// Everything until the connection closes: status and body.
pub(super) fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    let body = text
        .split_once("\r\n\r\n")
        .map_or("", |(_, body)| body)
        .to_owned();
    (status, body)
}

pub(super) fn sarsen(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sarsen"));
    command
        .args(arguments)
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Runs `sarsen <arguments>` to its end.
pub(super) fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    sarsen(arguments, settings).output().expect("it ran")
}

/// Starts `sarsen <arguments>` and leaves it running.
pub(super) fn spawn(arguments: &[&str], settings: &[(&str, &str)]) -> Child {
    sarsen(arguments, settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

pub(super) fn words(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
