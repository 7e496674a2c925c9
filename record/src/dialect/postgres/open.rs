//! Opening a connection and setting it up.

use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::dialect::Access;
use crate::dialect::connection::Connection;
use crate::dialect::error::engine_error;
use crate::dialect::postgres::session::Session;
use crate::error::RecordError;
use crate::options::Postgres;

/// How long a connection may take to be made, and a dead one to be noticed.
const REACHED: Duration = Duration::from_secs(10);

/// What every session is set to: a kept statement is planned once (planned anew for each run, a read over 16 partitions
/// takes six times as long), no plan may look at a whole table where an index leads, nothing is compiled for statements
/// of a few rows, and a lock is not waited for without end.
const SESSION: &str =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
    SET enable_mergejoin = off; SET jit = off; SET lock_timeout = '10s'";

/// Opens a connection.
pub(in crate::dialect) fn connect(postgres: &Postgres, access: Access) -> Result<Connection, RecordError> {
    let url = match (access, &postgres.replica_url) {
        (Access::Replica, Some(replica)) => replica,
        _ => &postgres.url,
    };
    let config = config(url)?;
    // A check, a restore and a listener wait as long as it takes.
    let patience = match access {
        Access::Write | Access::Checkpoint => Some(Duration::from_secs(20)),
        Access::Read | Access::Replica => Some(Duration::from_secs(60)),
        Access::Check | Access::Restore => None,
    };
    let session = Session::connect(&config, patience).map_err(|error| engine_error(&error))?;
    let set_up = match access {
        Access::Write => session.batch(SESSION).and_then(|()| {
            // Whoever holds the heads of buckets and falls silent must not stop everybody else.
            session.batch("SET idle_in_transaction_session_timeout = '30s'")
        }),
        Access::Read | Access::Replica | Access::Checkpoint => session.batch(SESSION),
        // Between what it reads from a backup and what it writes it may be silent for long.
        Access::Restore => session.batch(SESSION).and_then(|()| {
            session.batch("SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0")
        }),
        Access::Check => session.batch("SET jit = off"),
    };
    set_up.map_err(|error| engine_error(&error))?;
    Ok(Connection::Postgres(Box::new(session)))
}

fn config(url: &str) -> Result<Config, RecordError> {
    let refused = |why: &str| RecordError::Unreachable {
        detail: format!("the address in postgresql.url {why}"),
    };
    // The parser's own words may quote the password.
    let mut config = Config::from_str(url)
        .map_err(|_| refused("is not of the form postgresql://user@host:port/database"))?;
    if config.get_dbname().is_none() {
        return Err(refused("names no database"));
    }
    let is_near = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
    };
    if !config.get_hosts().iter().all(is_near) && config.get_ssl_mode() != SslMode::Disable {
        return Err(refused(
            "is on another machine, and Sarsen does not encrypt the way there itself: run an encrypting proxy or tunnel \
             on this machine and name its address, or, on a network that is encrypted or closed, add sslmode=disable",
        ));
    }
    config.ssl_mode(SslMode::Disable);
    if config.get_application_name().is_none() {
        config.application_name("sarsen");
    }
    config
        .connect_timeout(REACHED)
        .keepalives(true)
        .keepalives_idle(REACHED)
        .keepalives_interval(Duration::from_secs(3))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(20));
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_another_machine_needs_a_word_that_the_way_is_safe() {
        for near in [
            "postgresql://sarsen@127.0.0.1:5432/record",
            "postgresql://sarsen@localhost/record",
            "postgresql://sarsen@%2Frun%2Fpostgresql/record",
            "postgresql://sarsen@db.internal/record?sslmode=disable",
        ] {
            assert!(config(near).is_ok(), "{near}");
        }
        let far = config("postgresql://sarsen:secret@db.internal/record").expect_err("refused");
        assert!(far.to_string().contains("sslmode=disable"), "{far}");
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_its_password() {
        for wrong in [
            "postgresql://sarsen:secret@localhost",
            "postgresql://sarsen:secret@localhost:x/record",
        ] {
            let words = config(wrong).expect_err("refused").to_string();
            assert!(
                words.contains("postgresql.url") && !words.contains("secret"),
                "{words}"
            );
        }
    }
}
