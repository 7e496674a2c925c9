//! `with_postgres COMMAND…`: starts a PostgreSQL of its own, runs the command with `RECORD_POSTGRES_URL` naming it, and
//! ends as the command ended. `scripts/with-postgres.sh` builds and runs it.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitCode};

use rustix::process::{Signal, set_parent_process_death_signal};
use testkit::postgres::{self, Server};

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("with_postgres: which command?");
        return ExitCode::from(2);
    };
    let server = match Server::start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("with_postgres: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut command = Command::new(&program);
    command.args(words).env(postgres::URL, server.url());
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
