//! What differs between engines: how a connection is opened, set up and its errors understood, and how transactions lock.
//! The SQL itself is one text for all (`?1` parameters, standard statements); a statement that cannot be is here.
//!
//! Everybody else sees [`Connection`], its statements, rows and values, which have the shapes of SQLite's library and cost
//! no more there: a match, and no copy. Over a network waiting is what costs: `put` is for a change whose
//! count nobody needs, `ask_ahead` for questions that can be sent together.

mod access;
mod connection;
mod error;
mod migrations;
mod postgres;
mod restoring;
mod sqlite;
mod transaction;
mod value;

pub(crate) use access::{
    Access, check_pages, connect, connect_writer, damaged_tables, may_write_over, migrate, promises, schema,
    size, write_over,
};
pub(crate) use connection::{Connection, Row};
pub(crate) use error::{Error, OptionalExtension, Result, engine_error};
pub(crate) use postgres::bell::Bell;
pub(crate) use restoring::{NotFilled, clear, fill, number_by_bucket, refuse_half, whole};
pub(crate) use sqlite::{checkpoint_passive, checkpoint_restart, wal_pages};
pub(crate) use transaction::{
    begin, begin_reading, commit, end_reading, lock_heads, lock_seals, locked_heads, roll_back, snapshot,
};
pub(crate) use value::{Bind, Column, Params, Value, params};
