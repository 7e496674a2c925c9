//! Seals: every minute, and on close, a signed statement of where every bucket's feed and this process's read audit
//! stand, chained to the seal before. Whoever recomputes a chain must forge every seal since; whoever holds the signing
//! key and the database can do even that, and is found by an anchor: a copy of each seal's hash outside.
//!
//! - `form` what a seal covers, and how it is stored
//! - `signers` the keys that seals were signed with, each introduced by the one before
//! - `sealer` writes seals, and takes up a new key
//! - `anchor` the file outside: one line for each seal
//! - `anchorer` appends to it, in a thread of its own, so that a slow disk holds up nobody
//! - `line` the lines of the store's history: what a restore left behind
//! - `status` what an operator is told of all that

pub(crate) mod anchor;
pub(crate) mod anchorer;
pub(crate) mod form;
pub(crate) mod line;
pub(crate) mod sealer;
pub(crate) mod signers;
pub(crate) mod status;

pub use status::{AnchorStatus, SealStatus};
