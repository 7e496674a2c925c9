//! `with_postgres [--tls] [-c NAME=VALUE]… COMMAND…`: starts a PostgreSQL of its own, with these settings, runs the command
//! with `RECORD_POSTGRES_URL` naming it (and `RECORD_POSTGRES_PROCESS`, `RECORD_POSTGRES_FOLDER`), and ends as the command
//! ended. With `--tls` the server speaks TLS too, and `RECORD_POSTGRES_ROOTS` names the file of its authority: records of
//! tests then go that way. `scripts/with-postgres.sh` builds and runs it.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use rustix::process::{Signal, set_parent_process_death_signal};
use testkit::certificates::Authority;
use testkit::postgres::{self, Server};

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1).peekable();
    let by_tls = words.next_if(|word| word == "--tls").is_some();
    let mut settings = Vec::new();
    while words.next_if(|word| word == "-c").is_some() {
        let setting = words.next().and_then(|word| word.into_string().ok());
        let Some((name, value)) = setting.as_deref().and_then(|setting| setting.split_once('=')) else {
            eprintln!("with_postgres: -c wants NAME=VALUE");
            return ExitCode::from(2);
        };
        settings.push((name.to_owned(), value.to_owned()));
    }
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let Some(program) = words.next() else {
        eprintln!("with_postgres: which command?");
        return ExitCode::from(2);
    };
    let started = if by_tls {
        with_tls(&settings)
    } else {
        Server::start_with(&settings).map(|server| (server, None))
    };
    let (server, roots) = match started {
        Ok(started) => started,
        Err(error) => {
            eprintln!("with_postgres: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut command = Command::new(&program);
    command
        .args(words)
        .env(postgres::URL, server.url())
        .env(
            "RECORD_POSTGRES_PROCESS",
            server.process().unwrap_or_default().to_string(),
        )
        .env("RECORD_POSTGRES_FOLDER", server.folder());
    if let Some(roots) = roots {
        command.env(postgres::ROOTS, roots);
    }
    // When this process is killed, its command does not go on without a server.
    // SAFETY: the closure makes one system call and touches no memory.
    unsafe {
        command.pre_exec(|| set_parent_process_death_signal(Some(Signal::TERM)).map_err(Into::into));
    }
    match command.status() {
        // As a shell tells it: 128 and the number of the signal.
        Ok(status) => {
            let code = status.code().or(status.signal().map(|signal| 128 + signal));
            ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
        }
        Err(error) => {
            eprintln!("with_postgres: {}: {error}", program.display());
            ExitCode::from(127)
        }
    }
}

/// A server that speaks TLS too, and the file of its authority.
fn with_tls(settings: &[(&str, &str)]) -> std::io::Result<(Server, Option<PathBuf>)> {
    let authority = Authority::make()?;
    let server = Server::start_with_tls(&authority, &["127.0.0.1"], settings)?;
    let roots = server.folder().join("authority.pem");
    std::fs::write(&roots, authority.pem())?;
    Ok((server, Some(roots)))
}
