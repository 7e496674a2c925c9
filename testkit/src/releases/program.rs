//! A program of one release that serves: started as an operator starts it, spoken to by HTTP alone.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::postgres::processes::send;

const TOKEN: &str = "proof-development-token";
/// How long a program may take to start (a migration included) or to stop.
const PATIENCE: Duration = Duration::from_secs(120);

/// A release's program and where its record is.
#[derive(Debug, Clone)]
pub struct Program {
    /// The binary.
    pub binary: PathBuf,
    /// The folder that it is given.
    pub folder: PathBuf,
    /// The database, where the record is in one.
    pub database: Option<String>,
}

impl Program {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SARSEN_") {
                command.env_remove(name);
            }
        }
        if let Some(database) = &self.database {
            command.env("SARSEN_RECORD__POSTGRES", database);
        }
        command
            .env("SARSEN_ACCESS__DEVELOPMENT_TOKEN", TOKEN)
            .stdin(Stdio::null());
        command
    }

    /// Runs a subcommand to its end.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn run(&self, words: &[&str]) -> io::Result<Output> {
        self.command()
            .args(words)
            .arg("--data")
            .arg(&self.folder)
            .output()
    }

    /// Serves on a free port of this machine.
    ///
    /// # Errors
    /// When it ends before it listens; its own words are in the error.
    pub fn serve(&self) -> io::Result<Serving> {
        std::fs::create_dir_all(&self.folder)?;
        let log = self.folder.with_extension("log");
        let mut child = self
            .command()
            .args(["serve", "--address", "127.0.0.1:0", "--data"])
            .arg(&self.folder)
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log)?)
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        match line.trim().strip_prefix("listening on http://") {
            Some(address) => Ok(Serving {
                child,
                address: address.to_owned(),
            }),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                Err(io::Error::other(format!(
                    "{} does not serve: {}",
                    self.binary.display(),
                    said.trim()
                )))
            }
        }
    }
}

/// A program that serves; dropping it kills it.
pub struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Stops it in order, as an operator does.
    ///
    /// # Errors
    /// When it does not end, or not well.
    pub fn stop(mut self) -> io::Result<()> {
        send(self.child.id(), Signal::TERM);
        let begun = Instant::now();
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(io::Error::other(format!("the program ended with {status}"))),
                None if begun.elapsed() > PATIENCE => {
                    return Err(io::Error::other("the program does not stop"));
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks the FHIR door at an address; gives status and body.
///
/// # Errors
/// When it does not answer in a minute, or not in JSON.
pub async fn ask(address: &str, method: &str, path: &str, body: Option<&Value>) -> io::Result<(u16, Value)> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} /fhir/{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\
         Accept: application/fhir+json\r\nContent-Type: application/fhir+json\r\nPrefer: return=representation\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        read(&answer)
    };
    tokio::time::timeout(Duration::from_secs(60), answer).await?
}

/// Status and body of an answer whose end is the connection's.
fn read(answer: &[u8]) -> io::Result<(u16, Value)> {
    let broken = || io::Error::other("the answer is not whole");
    let head_end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&answer[..head_end]).to_ascii_lowercase();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(broken)?;
    let body = &answer[head_end + 4..];
    if head.contains("transfer-encoding: chunked") {
        return Err(io::Error::other("the answer came in chunks"));
    }
    let value = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(body).map_err(io::Error::other)?
    };
    Ok((status, value))
}

/// Gives another process the same keys.
///
/// # Errors
/// When they cannot be copied.
pub fn copy_keys(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to.join("keys"))?;
    for key in std::fs::read_dir(from.join("keys"))? {
        let key = key?;
        std::fs::copy(key.path(), to.join("keys").join(key.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_answer_that_is_cut_off_is_none() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"a\": 1}";
        assert_eq!(read(whole).expect("whole").0, 200);
        assert!(read(&whole[..whole.len() - 1]).is_err());
        assert!(read(&whole[..20]).is_err());
    }
}
