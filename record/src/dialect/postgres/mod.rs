//! PostgreSQL: what an address may say ([`address`]), how a connection is opened and set up ([`open`]), driven ([`session`]) and its failures understood
//! ([`failure`]); what the server must promise ([`promises`]); its pages ([`pages`]); what is destroyed
//! ([`erase`]); the schema ([`schema`]); and how other processes
//! are woken ([`bell`]).

mod address;
pub(super) mod bell;
mod erase;
mod failure;
mod open;
mod pages;
mod promises;
mod schema;
mod session;
mod value;

pub(super) use erase::{owns_database, write_over};
pub(super) use failure::Failure;
pub(super) use open::connect;
pub(super) use pages::damaged_tables;
pub(super) use promises::check;
pub(super) use schema::{found as schema_found, migrate};
pub(super) use session::Session;
pub(super) use value::column;
