//! PostgreSQL: how a connection is opened and set up ([`open`]), driven ([`session`]) and its failures understood
//! ([`failure`]); what the server must promise ([`promises`]); the schema ([`schema`]); and how other processes
//! are woken ([`bell`]).

pub(super) mod bell;
mod failure;
mod open;
mod promises;
mod schema;
mod session;
mod value;

pub(super) use failure::Failure;
pub(super) use open::connect;
pub(super) use promises::check;
pub(super) use schema::{found as schema_found, migrate};
pub(super) use session::Session;
pub(super) use value::column;
