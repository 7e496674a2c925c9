//! What differs between engines: how a connection is opened, set up and its errors understood. The SQL itself is one
//! text for all (`?1` parameters, standard statements); a statement that cannot be is here.

mod sqlite;

pub(crate) use sqlite::{
    Access, Connection, Statements, checkpoint_passive, checkpoint_restart, connect, engine_error, migrate,
    snapshot, wal_pages,
};
