//! Opening a connection and setting it up.

use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::dialect::Access;
use crate::dialect::connection::Connection;
use crate::dialect::error::engine_error;
use crate::dialect::postgres::address;
use crate::dialect::postgres::session::Session;
use crate::error::RecordError;
use crate::options::Postgres;
use crate::trust::{self, TrustError};

/// What the authorities' file is called where it is set.
const ROOTS: &str = "record.postgres_roots";

/// What every session is set to: a kept statement is planned once (planned anew for each run, a read over 16 partitions
/// takes six times as long), no plan may look at a whole table where an index leads, nothing is compiled for statements
/// of a few rows, and a lock is not waited for without end.
const SESSION: &str =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
    SET enable_mergejoin = off; SET jit = off; SET lock_timeout = '10s'";

/// Opens a connection.
pub(in crate::dialect) fn connect(postgres: &Postgres, access: Access) -> Result<Connection, RecordError> {
    let (url, setting) = match (access, &postgres.replica_url) {
        (Access::Replica, Some(replica)) => (replica, "record.replica"),
        _ => (&postgres.url, "record.postgres"),
    };
    let config = address::config(url, setting, postgres.roots.is_some())?;
    let tls = tls(&config, postgres)?;
    // A check, a restore and a listener wait as long as it takes.
    let patience = match access {
        Access::Write | Access::Checkpoint => Some(Duration::from_secs(20)),
        Access::Read | Access::Replica => Some(Duration::from_secs(60)),
        Access::Check | Access::Restore => None,
    };
    let session = Session::connect(&config, tls, patience).map_err(|error| engine_error(&error))?;
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

/// What speaks TLS where the address asks for it.
fn tls(config: &Config, postgres: &Postgres) -> Result<MakeRustlsConnect, RecordError> {
    let refused = |error: TrustError| RecordError::Unreachable {
        detail: error.to_string(),
    };
    let mut client = match config.get_ssl_mode() {
        SslMode::Disable => trust::nobody(),
        _ => trust::client(postgres.roots.as_deref(), ROOTS),
    }
    .map_err(refused)?;
    // So that a server of another kind behind the same certificate is not taken for this one.
    client.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(client))
}
