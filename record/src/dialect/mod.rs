//! What differs between engines: how a connection is opened, set up and its errors understood. The SQL itself is one
//! text for all (`?1` parameters, standard statements); a statement that cannot be is here.
//!
//! Everybody else sees [`Connection`], [`Statement`], [`Rows`] and [`Row`], which have the shapes of `rusqlite`'s and
//! cost no more there: a match, and no copy. [`Statement::put`] is for a change whose count nobody needs.

mod connection;
mod error;
mod sqlite;
mod value;

pub(crate) use connection::{Connection, Row};
pub(crate) use error::{Error, OptionalExtension, Result, engine_error};
pub(crate) use sqlite::{
    Access, checkpoint_passive, checkpoint_restart, connect, migrate, snapshot, wal_pages, write_over,
};
pub(crate) use value::{Bind, Column, Params, params};
